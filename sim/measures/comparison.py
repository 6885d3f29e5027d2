"""Layouts compared in pairs: the same seed, residents, errands and tastes under each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from sim.measures.tally import FIRST_REASON, MET_WALK, Tally
from sim.measures.travel import ALL, KEYS, by_need_and_age, mean_time_min, share_within, with_all
from sim.people import AGE_GROUPS

CONFIDENCE = 0.95
MEASURES = {
    "unmet_share": "share of errands raised",
    "mean_time_min": "min from setting out to being served, errands met on foot",
    "share_15_min": "share of errands met on foot, served within 15 min",
    "walk_min_per_day": "min walked per resident and day, ways home included",
}


def seed_measures(tally: Tally) -> pd.DataFrame:
    """The measures of one run by need and age group, with rows `all`: `measure`, `need`, `age_group`, `value`.

    `walk_min_per_day` counts every walk, also those home and those in vain, for who walks, and so has no needs.
    """
    ends = with_all(tally.by_age)
    raised, unmet, met = ends.sum(axis=2), ends[..., FIRST_REASON:].sum(axis=2), ends[..., MET_WALK]
    cells = {
        "unmet_share": (raised, unmet / np.maximum(raised, 1)),
        "mean_time_min": (met, mean_time_min(tally)),
        "share_15_min": (met, share_within(tally, 15)),
    }
    columns = {name: by_need_and_age(tally.needs, has, {"value": value}) for name, (has, value) in cells.items()}
    columns["walk_min_per_day"] = _walking(tally)
    return pd.concat([table.assign(measure=name) for name, table in columns.items()], ignore_index=True)


def _walking(tally: Tally) -> pd.DataFrame:
    """Minutes walked per resident and day by age group, and for all."""
    people, walked_min = tally.residents, tally.walked_s / 60
    value = np.append(walked_min, walked_min.sum()) / np.maximum(np.append(people, people.sum()), 1) / tally.days
    return pd.DataFrame({"need": ALL, "age_group": [*AGE_GROUPS, ALL], "value": value})


def compare(values: pd.DataFrame, first: str) -> pd.DataFrame:
    """Each layout against the first, by measure, need and age group: the mean paired difference and its 95 % interval.

    `values` (rows of `seed_measures` with `layout` and `seed`). Differences are taken seed by seed; the interval is
    Student's t over seeds, NaN for a single seed. Only seeds that have the value under both layouts count.
    """
    keys = ["measure", *KEYS]
    wide = values.pivot_table(index=[*keys, "seed"], columns="layout", values="value", observed=True)
    tables = []
    for layout in [name for name in values["layout"].unique() if name != first]:
        if layout not in wide or first not in wide:
            continue
        pair = wide[[first, layout]].dropna()
        pair = pair.assign(difference=pair[layout] - pair[first])
        groups = pair.groupby(level=keys, sort=True)
        table = groups.agg(
            base_value=(first, "mean"),
            value=(layout, "mean"),
            difference=("difference", "mean"),
            spread=("difference", "std"),
            seeds=("difference", "size"),
        ).reset_index()
        quantile = stats.t.ppf(0.5 + CONFIDENCE / 2, np.maximum(table["seeds"] - 1, 1))
        half = quantile * table["spread"] / np.sqrt(table["seeds"])
        table["ci_low"], table["ci_high"] = table["difference"] - half, table["difference"] + half
        table["layout"], table["base"] = layout, first
        tables.append(table)
    columns = [
        "measure", "unit", "need", "age_group", "layout", "difference", "ci_low", "ci_high", "seeds",
        "base", "base_value", "value",
    ]  # fmt: skip
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables, ignore_index=True)
    return table.assign(unit=table["measure"].map(MEASURES))[columns]
