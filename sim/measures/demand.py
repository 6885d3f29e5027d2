"""Demand met and unmet: how many errands were raised, what became of them, and why not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.clock_times import HOURS_OF_DAY
from sim.measures.layout_tables import define_table
from sim.people import AGE_GROUPS
from sim.record.outcomes import ENDS, FIRST_REASON, OUTCOMES
from sim.record.tally import Tally


def demand(tally: Tally, by: list[str]) -> pd.DataFrame:
    """Errands raised, by outcome and by reason unmet, for every combination of `by` that occurs.

    `by` one or two of need and age_group, of zone and need, or of need and hour. `raised` is the sum of the outcomes
    and `unmet` the sum of the reasons; counts are over all runs of the tally.
    """
    names = {"need": tally.needs, "zone": tally.zones, "age_group": AGE_GROUPS, "hour": range(HOURS_OF_DAY)}
    cubes = {("need", "age_group"): tally.by_age, ("zone", "need"): tally.by_zone, ("need", "hour"): tally.by_hour}
    axes, cube = next((axes, cube) for axes, cube in cubes.items() if set(by) <= set(axes))
    counts = np.einsum(cube, [*map(axes.index, axes), 2], [*map(axes.index, by), 2])
    rows = np.nonzero(counts.any(axis=-1))
    ends = pd.DataFrame(counts[rows], columns=list(ENDS))
    ends.insert(0, "raised", ends.sum(axis=1))
    ends.insert(len(OUTCOMES), "unmet", ends[list(ENDS[FIRST_REASON:])].sum(axis=1))
    for at, (name, row) in enumerate(zip(by, rows, strict=True)):
        ends.insert(at, name, np.array(names[name])[row])
    return ends


def unmet_share(counts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """`raised`, `unmet` and `unmet_share` of a demand table, added up over all columns but `by`."""
    total = counts.groupby(by, observed=True, sort=True)[["raised", "unmet"]].sum().reset_index()
    total["unmet_share"] = total["unmet"] / total["raised"]
    return total


define_table("demand", lambda counted: demand(counted.pooled_tally, ["need", "age_group"]))
define_table("demand_by_zone", lambda counted: demand(counted.tally, ["zone", "need"]))
define_table("demand_by_hour", lambda counted: demand(counted.pooled_tally, ["need", "hour"]))
