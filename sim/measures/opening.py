"""Opening: how long weekly windows are open."""

from __future__ import annotations

from functools import cache
from math import fsum

import numpy as np

from sim.clock_times import DAY_S
from sim.outlets.hours import WEEK_S, Window


def open_s(
    windows: tuple[tuple[float, float], ...], first_s: float, last_s: float, every_weeks: int = 1, in_week: int = 0
) -> float:
    """Seconds for which weekly windows are open between two moments, in seconds since a Monday 00:00; of every so many
    weeks in one only, where the week of that Monday is number 0.
    """
    if windows and windows[0][0] == -np.inf:
        return last_s - first_s
    weeks = range(int(first_s // WEEK_S) - 1, int(last_s // WEEK_S) + 2)
    return fsum(
        max(0.0, min(closes + week * WEEK_S, last_s) - max(opens + week * WEEK_S, first_s))
        for week in weeks
        if week % every_weeks == in_week
        for opens, closes in ((max(o, 0.0), min(c, WEEK_S)) for o, c in windows)
    )


@cache
def week_s(windows: tuple[Window, ...]) -> float:
    """Seconds open in a week; outlets of a format share their hours."""
    return open_s(windows, 0.0, WEEK_S)


@cache
def open_days(windows: tuple[Window, ...]) -> int:
    """Days of the week on which it opens."""
    return sum(open_s(windows, day * DAY_S, (day + 1) * DAY_S) > 0 for day in range(7))
