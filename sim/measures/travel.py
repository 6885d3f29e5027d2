"""Time to service of errands met on foot, and the walking in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.measures.coverage import WITHIN_MIN

ALL = "all"
KEYS = ["need", "age_group"]
BIN_MIN = 0.5


def trips(errands: pd.DataFrame) -> pd.DataFrame:
    """Errands met on foot: `need`, `age_group`, `time_min` from setting out to being served, `walk_min` and `wait_min`.

    `time_min` holds the walks, failed attempts and the wait; `walk_min` all metres walked for the errand at the
    party's pace.
    """
    met = errands[errands["outcome"] == "met_walk"]
    return pd.DataFrame(
        {
            "need": met["need"],
            "age_group": met["age_group"],
            "time_min": (met["start_s"] - met["set_out_s"]) / 60,
            "walk_min": met["walk_m"] / met["speed_m_s"] / 60,
            "wait_min": (met["start_s"] - met["arrive_s"]) / 60,
        }
    )


def by_need_and_age(rows: pd.DataFrame, summarise: Callable[[Any], pd.DataFrame]) -> pd.DataFrame:
    """A summary of rows grouped by need and age group, then by each alone and by neither, with `all` for what
    is left out.

    `summarise` takes a pandas group-by of the rows; the answer is ordered by need and age group.
    """

    def parts() -> Iterator[pd.DataFrame]:
        for keys in (KEYS, KEYS[:1], KEYS[1:], []):
            by = [rows[key] for key in keys] or [pd.Series(ALL, index=rows.index, name="need")]
            table = summarise(rows.groupby(by, observed=True, sort=True)).reset_index()
            texts = {key: table[key].astype(str) if key in keys else ALL for key in KEYS}
            yield table.drop(columns=KEYS, errors="ignore").assign(**texts)

    table = pd.concat([part for part in parts() if len(part)] or list(parts()), ignore_index=True)
    table = table.sort_values(KEYS, ignore_index=True)
    return table[[*KEYS, *(column for column in table if column not in KEYS)]]


def travel(trip_rows: pd.DataFrame) -> pd.DataFrame:
    """Trips and times by need and age group, with rows `all`: mean, median and P90 minutes, shares within 5, 10
    and 15.
    """
    within = {f"share_{m}_min": (trip_rows["time_min"] <= m).astype(float) for m in WITHIN_MIN}

    def summarise(groups: Any) -> pd.DataFrame:
        time, walk = groups["time_min"], groups["walk_min"]
        return pd.DataFrame(
            {
                "trips": groups.size(),
                "mean_min": time.mean(),
                "median_min": time.median(),
                "p90_min": time.quantile(0.9),
                **{name: groups[name].mean() for name in within},
                "walk_mean_min": walk.mean(),
                "walk_median_min": walk.median(),
                "walk_p90_min": walk.quantile(0.9),
                "wait_mean_min": groups["wait_min"].mean(),
            }
        )

    return by_need_and_age(trip_rows.assign(**within), summarise)


def times(trip_rows: pd.DataFrame) -> pd.DataFrame:
    """How many trips took how long: `age_group`, `up_to_min` (half-minute bins), `trips`."""
    up_to = np.ceil(trip_rows["time_min"] / BIN_MIN) * BIN_MIN
    counts = trip_rows.assign(up_to_min=up_to).groupby(["age_group", "up_to_min"], observed=True, sort=True).size()
    return counts.rename("trips").reset_index()
