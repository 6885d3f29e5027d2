"""The rows of a record as kernels read them: texts as rows of their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.clock_times import DAY_S
from sim.columns import Bools, Codes, Floats, Ints
from sim.people import AGE_GROUPS
from sim.place import WalkClass
from sim.record.outcomes import ENDS, REASONS, TURNED_AWAY
from sim.record.tally import NONE


class ErrandRows(NamedTuple):
    """The errands of a record, a row each: texts as rows of their names (-1 for none), and seconds.

    `end` is -1 on warm-up days, and where an errand is still under way.
    """

    end: Ints
    need: Ints
    age: Ints
    zone: Ints
    outlet: Ints
    pool: Ints
    not_on_foot: Ints
    home: Ints
    resident: Ints
    wanted_s: Floats
    set_out_s: Floats
    arrive_s: Floats
    start_s: Floats
    service_s: Floats
    walk_m: Floats
    speed_m_s: Floats
    attempts: Ints
    tries: Ints
    days_late: Ints
    cut_off: Bools


class WalkRows(NamedTuple):
    """The ways of measured days, a row each: `age` group of the walker, `outlet` and `reason` of a failure (or -1)."""

    age: Ints
    outlet: Ints
    reason: Ints
    is_ride: Bools
    depart_s: Floats
    arrive_s: Floats


def errand_rows(
    errands: pd.DataFrame, warmup_days: int, needs: Sequence[str], zones: Sequence[str], outlets: Sequence[str]
) -> ErrandRows:
    """The errands of a record; their texts are rows of these names, and pools of those in the record."""
    end = rows_in(errands["outcome"], ENDS)
    end = np.where(end == NONE, rows_in(errands["reason"], ENDS), end)
    end[errands["day"].to_numpy() < warmup_days] = NONE
    names = {"need": needs, "age_group": AGE_GROUPS, "zone": zones, "outlet": outlets}
    names |= {"pool": tuple(errands["pool"].cat.categories), "not_on_foot": REASONS}
    columns: list[Any] = [end, *(rows_in(errands[column], of) for column, of in names.items())]
    return ErrandRows(*columns, *(_column(errands, column) for column in ErrandRows._fields[len(columns) :]))


def walk_rows(legs: pd.DataFrame, outlets: Sequence[str], age_group: Codes, warmup_days: int) -> WalkRows:
    """The ways that began on measured days; `age_group` (resident,) of everybody."""
    measured = are_measured(legs, warmup_days)
    columns: tuple[Any, ...] = (
        age_group[legs["walker"].to_numpy()].astype(np.int32),
        rows_in(legs["outlet"], outlets),
        rows_in(legs["ended"], TURNED_AWAY),
        legs["walk_class"].to_numpy() == WalkClass.RIDE,
        legs["depart_s"].to_numpy(),
        legs["arrive_s"].to_numpy(),
    )
    return WalkRows(*(column[measured] for column in columns))


def are_measured(legs: pd.DataFrame, warmup_days: int) -> Bools:
    """Which ways began after the warm-up, shape (leg,)."""
    measured: Bools = legs["depart_s"].to_numpy() >= warmup_days * DAY_S
    return measured


def rows_in(column: pd.Series[Any], names: Sequence[str]) -> Ints:
    """The row in `names` of each text of a categorical column; -1 for what is missing or not among them."""
    at = {name: row for row, name in enumerate(names)}
    row = np.array([*(at.get(text, NONE) for text in column.cat.categories), NONE], dtype=np.int32)
    return row[column.cat.codes.to_numpy()]


def _column(frame: pd.DataFrame, name: str) -> Any:
    """A column that nobody writes to, whatever the version of pandas: the kernels are compiled once."""
    column = np.ascontiguousarray(frame[name].to_numpy()).view()
    column.setflags(write=False)
    return column
