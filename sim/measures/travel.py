"""Time to service of errands met on foot, and the walking in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.columns import Floats, Ints
from sim.measures.crowd import WITHIN_MIN
from sim.measures.layout_tables import define_table
from sim.people import AGE_GROUPS
from sim.record.spread import Spread, counts_of, counts_within, quantiles_s, regroup
from sim.record.tally import Tally

ALL = "all"
KEYS = ["need", "age_group"]
BIN_S = 30


def with_all(cells: Any) -> Any:
    """Counts or sums (need, age group, …) with a last row for all needs, and a last column for all ages."""
    cells = np.concatenate([cells, cells.sum(axis=0, keepdims=True)])
    return np.concatenate([cells, cells.sum(axis=1, keepdims=True)], axis=1)


def spread_with_all(spread: Spread, n_needs: int) -> Spread:
    """A spread of each need and age group, with all needs and all ages as `with_all` has them."""
    need, age = np.divmod(spread.group, len(AGE_GROUPS))
    wide = len(AGE_GROUPS) + 1
    every = np.full_like(need, n_needs), np.full_like(age, len(AGE_GROUPS))
    groups = [one * wide + other for one in (need, every[0]) for other in (age, every[1])]
    four = Spread(*(np.tile(column, 4) for column in spread))
    return regroup(four, np.concatenate(groups))


def by_need_and_age(needs: tuple[str, ...], has: Ints, columns: dict[str, Any]) -> pd.DataFrame:
    """A row for each need and age group, and for `all`, where `has` (need, age group) is above 0, by their names.

    `columns` (need, age group), with what `with_all` adds.
    """
    need, age = np.nonzero(has)
    names = {"need": np.array([*needs, ALL])[need], "age_group": np.array([*AGE_GROUPS, ALL])[age]}
    table = pd.DataFrame({**names, **{name: column[need, age] for name, column in columns.items()}})
    return table.sort_values(KEYS, ignore_index=True)


def mean_time_min(tally: Tally) -> Floats:
    """Mean minutes to service by need and age group, as `with_all` has them; NaN where there is no trip."""
    return per_trip(tally, tally.time_s) / 60


def per_trip(tally: Tally, sums: Any) -> Floats:
    """Sums (need, age group) over trips, with those of all."""
    with np.errstate(invalid="ignore"):
        return with_all(sums) / trips(tally)


def trips(tally: Tally) -> Ints:
    """Errands met on foot by need and age group, as `with_all` has them."""
    return with_all(counts_of(tally.times, len(tally.needs) * len(AGE_GROUPS)).reshape(-1, len(AGE_GROUPS)))


def share_within(tally: Tally, minutes: int) -> Floats:
    """The share of trips served within so many minutes."""
    within = counts_within(tally.times, len(tally.needs) * len(AGE_GROUPS), minutes * 60)
    return per_trip(tally, within.reshape(-1, len(AGE_GROUPS)))


def travel(tally: Tally) -> pd.DataFrame:
    """Errands met on foot (`trips`) and their times by need and age group, with rows `all`: mean, median and P90
    minutes, shares within 5, 10 and 15.

    Time is that from setting out to being served: walks, failed attempts and the wait; walking is all metres walked
    for the errand at the party's pace. Medians and P90 are those of seconds, each begun one counted whole.
    """
    shape = len(tally.needs) + 1, len(AGE_GROUPS) + 1

    def quantile_min(spread: Spread, share: float) -> Floats:
        return (quantiles_s(spread, shape[0] * shape[1], share) / 60).reshape(shape)

    times, walks = (spread_with_all(spread, len(tally.needs)) for spread in (tally.times, tally.walks))
    served = trips(tally)
    columns: dict[str, Any] = {
        "trips": served,
        "mean_min": mean_time_min(tally),
        "median_min": quantile_min(times, 0.5),
        "p90_min": quantile_min(times, 0.9),
        **{f"share_{minutes}_min": share_within(tally, minutes) for minutes in WITHIN_MIN},
        "walk_mean_min": per_trip(tally, tally.walk_s) / 60,
        "walk_median_min": quantile_min(walks, 0.5),
        "walk_p90_min": quantile_min(walks, 0.9),
        "wait_mean_min": per_trip(tally, tally.wait_s) / 60,
    }
    return by_need_and_age(tally.needs, served, columns)


def times(tally: Tally) -> pd.DataFrame:
    """How many trips took how long: `age_group`, `up_to_min` (half-minute bins), `trips`."""
    rows = pd.DataFrame(
        {
            "age_group": np.array(AGE_GROUPS)[tally.times.group % len(AGE_GROUPS)],
            "up_to_min": np.ceil(tally.times.second / BIN_S) * BIN_S / 60,
            "trips": tally.times.times,
        }
    )
    rows["age_group"] = pd.Categorical(rows["age_group"], categories=list(AGE_GROUPS))
    return rows.groupby(["age_group", "up_to_min"], observed=True, sort=True)["trips"].sum().reset_index()


define_table("travel", lambda counted: travel(counted.pooled_tally))
define_table("times", lambda counted: times(counted.pooled_tally))
