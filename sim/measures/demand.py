"""Demand met and unmet: how many errands were raised, what became of them, and why not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.clock_times import HOURS_OF_DAY
from sim.measures.layout_tables import define_table
from sim.people import AGE_GROUPS
from sim.record.outcomes import ENDS, FIRST_REASON, OUTCOMES, REASONS
from sim.record.tally import Tally


def demand(tally: Tally, by: list[str]) -> pd.DataFrame:
    """Errands raised, by outcome and by reason unmet, for every combination of `by` that occurs.

    `by` one or two of need and age_group, of zone and need, or of need and hour. `raised` is the sum of the outcomes
    and `unmet` the sum of the reasons, `cut_off` are those of them that would have come back after the last day; counts
    are over all runs of the tally.
    """
    names = {"need": tally.needs, "zone": tally.zones, "age_group": AGE_GROUPS, "hour": range(HOURS_OF_DAY)}
    cubes = {
        ("need", "age_group"): (tally.by_age, tally.cut_off),
        ("zone", "need"): (tally.by_zone, tally.cut_off_by_zone),
        ("need", "hour"): (tally.by_hour, tally.cut_off_by_hour),
    }
    axes, (cube, cut_off) = next((axes, both) for axes, both in cubes.items() if set(by) <= set(axes))
    counts = np.einsum(cube, [*map(axes.index, axes), 2], [*map(axes.index, by), 2])
    rows = np.nonzero(counts.any(axis=-1))
    ends = pd.DataFrame(counts[rows], columns=list(ENDS))
    ends.insert(0, "raised", ends.sum(axis=1))
    ends.insert(len(OUTCOMES), "unmet", ends[list(ENDS[FIRST_REASON:])].sum(axis=1))
    ends["cut_off"] = np.einsum(cut_off, [0, 1], [*map(axes.index, by)])[rows]
    for at, (name, row) in enumerate(zip(by, rows, strict=True)):
        ends.insert(at, name, np.array(names[name])[row])
    return ends


def unmet_share(counts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """`raised`, `unmet` and `unmet_share` of a demand table, added up over all columns but `by`."""
    total = counts.groupby(by, observed=True, sort=True)[["raised", "unmet"]].sum().reset_index()
    total["unmet_share"] = total["unmet"] / total["raised"]
    return total


def not_on_foot(tally: Tally) -> pd.DataFrame:
    """Errands that were not met on foot, by need and age group: `raised`, `met_walk`, `not_on_foot` and, by reason, the
    last thing that stood in the way on foot, whatever became of them. What was met online is not among them.
    """
    counts = demand(tally, ["need", "age_group"])
    table = counts[["need", "age_group", "raised", "met_walk"]].copy()
    table["not_on_foot"] = counts["raised"] - counts["met_walk"] - counts["met_online"]
    rows = np.nonzero(tally.by_age.any(axis=-1))
    return table.join(pd.DataFrame(tally.not_on_foot[rows], columns=list(REASONS)))


define_table("not_on_foot", lambda counted: not_on_foot(counted.pooled_tally))
define_table("demand", lambda counted: demand(counted.pooled_tally, ["need", "age_group"]))
define_table("demand_by_zone", lambda counted: demand(counted.tally, ["zone", "need"]))
define_table("demand_by_hour", lambda counted: demand(counted.pooled_tally, ["need", "hour"]))
