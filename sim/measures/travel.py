"""Time to service of errands met by going, and the way in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.columns import Floats, Ints
from sim.measures.crowd import WITHIN_MIN
from sim.measures.layout_tables import define_table
from sim.people import AGE_GROUPS
from sim.record.outcomes import MODES
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


def of_mode(tally: Tally, spread: Spread, mode: str) -> Spread:
    """The part of a spread of `tally` that is of one of `MODES`, with a group for each need and age group."""
    groups = len(tally.needs) * len(AGE_GROUPS)
    first = list(MODES).index(mode) * groups
    part = slice(*np.searchsorted(spread.group, (first, first + groups)))
    return Spread(spread.group[part] - np.int32(first), spread.second[part], spread.times[part])


def trips(tally: Tally, mode: str) -> Ints:
    """Errands met by going so, by need and age group."""
    groups = len(tally.needs) * len(AGE_GROUPS)
    return counts_of(of_mode(tally, tally.times, mode), groups).reshape(-1, len(AGE_GROUPS))


def trips_within(tally: Tally, mode: str, minutes: int) -> Ints:
    """Those of them that were served within so many minutes."""
    groups = len(tally.needs) * len(AGE_GROUPS)
    return counts_within(of_mode(tally, tally.times, mode), groups, minutes * 60).reshape(-1, len(AGE_GROUPS))


def travel(tally: Tally) -> pd.DataFrame:
    """Errands met by going (`trips`) and their times by mode, need and age group, with rows `all` of needs and ages:
    mean, median and P90 minutes, shares within 5, 10 and 15, and metres. `mode` is one of `MODES`; they are not added.

    Time is that from setting out to being served: ways, failed attempts and the wait; walking is all metres gone for
    the errand at the party's pace. Medians and P90 are those of seconds, each begun one counted whole.
    """
    return pd.concat([_travel_by(tally, mode) for mode in MODES], ignore_index=True)


def _travel_by(tally: Tally, mode: str) -> pd.DataFrame:
    """The rows of `travel` of one mode."""
    shape = len(tally.needs) + 1, len(AGE_GROUPS) + 1
    row, served = list(MODES).index(mode), with_all(trips(tally, mode))

    def per_trip(sums: Any) -> Floats:
        with np.errstate(invalid="ignore"):
            return with_all(sums) / served

    def quantile_min(spread: Spread, share: float) -> Floats:
        return (quantiles_s(spread, shape[0] * shape[1], share) / 60).reshape(shape)

    times, walks = (
        spread_with_all(of_mode(tally, spread, mode), len(tally.needs)) for spread in (tally.times, tally.walks)
    )
    columns: dict[str, Any] = {
        "mode": np.full(shape, mode),
        "trips": served,
        "mean_min": per_trip(tally.time_s[row]) / 60,
        "median_min": quantile_min(times, 0.5),
        "p90_min": quantile_min(times, 0.9),
        **{f"share_{minutes}_min": per_trip(trips_within(tally, mode, minutes)) for minutes in WITHIN_MIN},
        "walk_mean_min": per_trip(tally.walk_s[row]) / 60,
        "walk_median_min": quantile_min(walks, 0.5),
        "walk_p90_min": quantile_min(walks, 0.9),
        "wait_mean_min": per_trip(tally.wait_s[row]) / 60,
        "mean_m": per_trip(tally.metres[row]),
    }
    return by_need_and_age(tally.needs, served, columns)


def times(tally: Tally) -> pd.DataFrame:
    """How many trips on foot took how long: `age_group`, `up_to_min` (half-minute bins), `trips`."""
    walk = of_mode(tally, tally.times, "walk")
    rows = pd.DataFrame(
        {
            "age_group": np.array(AGE_GROUPS)[walk.group % len(AGE_GROUPS)],
            "up_to_min": np.ceil(walk.second / BIN_S) * BIN_S / 60,
            "trips": walk.times,
        }
    )
    rows["age_group"] = pd.Categorical(rows["age_group"], categories=list(AGE_GROUPS))
    return rows.groupby(["age_group", "up_to_min"], observed=True, sort=True)["trips"].sum().reset_index()


define_table("travel", lambda counted: travel(counted.pooled_tally))
define_table("times", lambda counted: times(counted.pooled_tally))
