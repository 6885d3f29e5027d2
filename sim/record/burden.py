"""Burden: whom it takes how long to go for others of their household."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.clock_times import DAY_S
from sim.columns import Bools, Floats, Ints
from sim.people import AGE_GROUPS, Residents
from sim.record.outcomes import HELPED
from sim.record.rows import ErrandRows
from sim.record.tally import BY_SEX, NONE


class Helped(NamedTuple):
    """Errands of others that somebody of the household went for, a row each.

    `label` of the errand in the record.
    `helper` row of the resident who went.
    `need` of the errand.
    `set_out_s`, `end_s` when the helper set out, and when they were done there.
    """

    label: Ints
    helper: Ints
    need: Ints
    set_out_s: Floats
    end_s: Floats


class HelpersWays(NamedTuple):
    """All ways of those who helped, one after the other, by walker."""

    walker: Ints
    errand: Ints
    is_home: Bools
    depart_s: Floats
    arrive_s: Floats


def burden_of(errands: pd.DataFrame, legs: pd.DataFrame, rows: ErrandRows, residents: Residents) -> dict[str, Any]:
    """Errands that somebody of the household went for, their seconds, and on how many days each helper helped."""
    n_needs = len(errands["need"].cat.categories)
    shape = n_needs, len(AGE_GROUPS), len(BY_SEX)
    at = np.flatnonzero(rows.end == HELPED)
    columns = (errands[name].to_numpy()[at] for name in ("walker", "set_out_s", "end_s"))
    helper, set_out_s, end_s = columns
    found = Helped(errands.index.to_numpy()[at], helper, rows.need[at], set_out_s, end_s)
    who = residents.age_group.astype(np.int64) * len(BY_SEX) + residents.female
    cell, size = found.need * (shape[1] * shape[2]) + who[helper], int(np.prod(shape))
    days = pd.DataFrame({"need": found.need, "helper": helper, "day": set_out_s // DAY_S})
    each = days.drop_duplicates()
    every = days.assign(need=n_needs).drop_duplicates()
    of_days = pd.concat([each, every])
    cell_of_days = of_days["need"].to_numpy() * (shape[1] * shape[2]) + who[of_days["helper"].to_numpy()]
    return {
        "helped": np.bincount(cell, minlength=size).reshape(shape),
        "helped_s": np.bincount(cell, helped_s(found, ways_of(legs, helper)), size).reshape(shape),
        "helper_days": np.bincount(cell_of_days, minlength=size + shape[1] * shape[2]).reshape(-1, *shape[1:]),
    }


def ways_of(legs: pd.DataFrame, helper: Ints) -> HelpersWays:
    """All ways of these residents, in the order in which each of them went."""
    walker = legs["walker"].to_numpy()
    own = np.flatnonzero(np.isin(walker, helper)) if len(helper) else np.zeros(0, np.int64)
    own = own[np.lexsort((legs["depart_s"].to_numpy()[own], walker[own]))]
    rows = legs[["walker", "errand", "outlet", "depart_s", "arrive_s"]].iloc[own]
    columns = (rows[name].to_numpy() for name in ("walker", "errand", "depart_s", "arrive_s"))
    walker, errand, depart_s, arrive_s = columns
    return HelpersWays(walker, errand, rows["outlet"].isna().to_numpy(), depart_s, arrive_s)


def helped_s(found: Helped, ways: HelpersWays) -> Floats:
    """Seconds that each errand took its helper, shape (errand,): from setting out until served and done, and the way
    home where they went for it alone: from home, and straight home again.
    """
    seconds = found.end_s - found.set_out_s
    if not len(ways.walker):
        return seconds
    row = np.full(max(found.label.max(), ways.errand.max()) + 2, NONE)
    row[found.label] = np.arange(len(seconds))
    of = row[ways.errand]  # -1, on the way home, is the last, which no errand has
    way = np.flatnonzero((of != NONE) & (ways.walker == found.helper[of]) & (ways.depart_s >= found.set_out_s[of]))
    first, last = np.zeros(len(seconds), np.int64), np.full(len(seconds), NONE)
    last[of[way]] = way
    first[of[way[::-1]]] = way[::-1]
    edge = np.append(np.diff(ways.walker) != 0, True)  # whether the next way is somebody else's
    from_home = edge[first - 1] | ways.is_home[first - 1]
    after = np.minimum(last + 1, len(edge) - 1)
    alone = (last != NONE) & from_home & ~edge[last] & ways.is_home[after]
    return seconds + alone * (ways.arrive_s - ways.depart_s)[after]
