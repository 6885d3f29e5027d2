"""Opening hours: windows of a week, in seconds since Monday 00:00."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.clock_times import DAY_S, HOUR_S, WEEK_S
from sim.errors import InputError

Window = tuple[float, float]


def week_windows(hours: Mapping[int, Sequence[Sequence[float]]], where: str) -> tuple[Window, ...]:
    """The windows `(opens_s, closes_s)` of hours given by weekday, merged and in order.

    A key's hours hold from that weekday on until the next key. Windows that touch become one; what reaches over
    the end of the week stands twice, before its beginning and at its end, so that any moment of the week lies
    in at most one window. An outlet that never closes has the one window (-inf, inf). Raises `InputError` for
    hours that are not of a day or that close before they open.
    """
    rows: list[Window] = []
    for weekday in range(7):
        known = [day for day in hours if day <= weekday]
        for row in hours[max(known)] if known else ():
            numbers = isinstance(row, Sequence) and all(isinstance(value, int | float) for value in row)
            if not numbers or len(row) != 2 or not 0 <= row[0] < 24 or row[1] > 48:
                raise InputError(
                    f"{where}: {row}; [opens, closes] in hours from 0 is accepted, after midnight above 24"
                )
            if row[1] <= row[0]:
                raise InputError(
                    f"{where}: closes at {row[1]} before it opens at {row[0]}; "
                    f"write {row[1] + 24} for a closing time after midnight"
                )
            rows.append((weekday * DAY_S + row[0] * HOUR_S, weekday * DAY_S + row[1] * HOUR_S))
    for day in hours:
        if not 0 <= day <= 6:
            raise InputError(f"{where}: weekday {day}; 0 (Monday) to 6 are accepted")
    shifted = sorted((opens + k * WEEK_S, closes + k * WEEK_S) for opens, closes in rows for k in (-1, 0, 1))
    merged: list[Window] = []
    for opens, closes in shifted:
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    if any(closes - opens >= WEEK_S for opens, closes in merged):
        return ((-float("inf"), float("inf")),)
    return tuple((opens, closes) for opens, closes in merged if closes > 0 and opens < WEEK_S)
