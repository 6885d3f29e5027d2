"""Time to service of errands met on foot, and the walking in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

ALL = "all"
WITHIN_MIN = (5, 10, 15)
BIN_MIN = 0.5


def trips(errands: pd.DataFrame) -> pd.DataFrame:
    """Errands met on foot: `need`, `age_group`, `time_min` from setting out to being served, `walk_min` and
    `wait_min` in it.

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


def over_all(rows: pd.DataFrame, columns: tuple[str, ...] = ("need", "age_group")) -> pd.DataFrame:
    """The rows, and again under `all` for each of the columns and for all of them together."""
    for column in columns:
        texts = rows[column].astype("object")
        again = rows.assign(**{column: ALL})
        rows = pd.concat([rows.assign(**{column: texts}), again], ignore_index=True)
    return rows


def travel(trip_rows: pd.DataFrame) -> pd.DataFrame:
    """Trips and times by need and age group, with rows `all`: mean, median and P90 minutes, shares within 5, 10
    and 15.
    """
    groups = over_all(trip_rows).groupby(["need", "age_group"], sort=True)
    time = groups["time_min"]
    table = pd.DataFrame(
        {"trips": time.size(), "mean_min": time.mean(), "median_min": time.median(), "p90_min": time.quantile(0.9)}
    )
    for minutes in WITHIN_MIN:
        within = (trip_rows["time_min"] <= minutes).astype(float)
        shares = over_all(trip_rows.assign(within=within)).groupby(["need", "age_group"], sort=True)["within"]
        table[f"share_{minutes}_min"] = shares.mean()
    walk = groups["walk_min"]
    table["walk_mean_min"], table["walk_median_min"] = walk.mean(), walk.median()
    table["walk_p90_min"] = walk.quantile(0.9)
    table["wait_mean_min"] = groups["wait_min"].mean()
    return table.reset_index()


def times(trip_rows: pd.DataFrame) -> pd.DataFrame:
    """How many trips took how long: `age_group`, `up_to_min` (half-minute bins), `trips`."""
    up_to = np.ceil(trip_rows["time_min"] / BIN_MIN) * BIN_MIN
    counts = trip_rows.assign(up_to_min=up_to).groupby(["age_group", "up_to_min"], observed=True, sort=True).size()
    return counts.rename("trips").reset_index()
