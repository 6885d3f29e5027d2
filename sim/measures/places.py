"""How much of what a study finds is the luck of its places, and how much that of their residents and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from sim.columns import Floats, Ints
from sim.measures.comparison import Pair, Sums
from sim.measures.travel import by_need_and_age

COLUMNS: Final = ("layout", "base", "measure", "need", "age_group", "seed_sd", "place_sd", "n")


class Components(NamedTuple):
    """The spread of a value, cell by cell, as standard deviations.

    `seed_sd` between the seeds of a place; NaN where no place has two.
    `place_sd` between places, that of seeds taken off; NaN where that is not known, or there is one place.
    `n` runs that have a value.
    """

    seed_sd: Floats
    place_sd: Floats
    n: Ints


def components(values: Floats) -> Components:
    """The spread of values (place, seed, …), NaN where there is none, by a one-way analysis of variance with random
    effects; what comes out below 0 between places is 0 (Searle, Casella and McCulloch 1992, Variance Components,
    chapter 3).
    """
    has = np.isfinite(values)
    value = np.where(has, values, 0.0)
    of_place = has.sum(axis=1)
    n, places = of_place.sum(axis=0), (of_place > 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(of_place > 0, value.sum(axis=1) / of_place, 0.0)
        grand = value.sum(axis=(0, 1)) / n
        within = (np.square(value - mean[:, None]) * has).sum(axis=(0, 1)) / (n - places)
        between = (of_place * np.square(mean - grand)).sum(axis=0) / (places - 1)
        per_place = (n - np.square(of_place).sum(axis=0) / n) / (places - 1)
        of_places = np.maximum((between - within) / per_place, 0.0)
    within = np.where(n > places, within, np.nan)
    of_places = np.where((n > places) & (places > 1), of_places, np.nan)
    return Components(np.sqrt(within), np.sqrt(of_places), n)


def place_spreads(
    needs: tuple[str, ...],
    own: Sequence[Mapping[str, Sums]],
    pairs: Mapping[str, Mapping[str, Pair]],
    first: str,
    places: int,
) -> pd.DataFrame:
    """The spread over places and over seeds, by layout, measure, need and age group: of the first layout's own values
    (`base` empty), and of the differences of the others to it.

    `own` the sums of each run of the first layout, place by place; `pairs` by layout and measure, as `join_seeds` has
    them.
    """
    spread = []
    for measure in own[0]:
        sums = Sums(*(np.stack(column) for column in zip(*(run[measure] for run in own), strict=True)))
        spread.append(_rows(needs, _values(sums), places).assign(layout=first, base="", measure=measure))
    for layout, by_measure in pairs.items():
        for measure, pair in by_measure.items():
            values = _values(pair.other) - _values(pair.base)
            spread.append(_rows(needs, values, places).assign(layout=layout, base=first, measure=measure))
    return pd.concat(spread, ignore_index=True)[list(COLUMNS)]


def _values(sums: Sums) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Floats = sums.total / sums.of
    return values


def _rows(needs: tuple[str, ...], values: Floats, places: int) -> pd.DataFrame:
    found = components(values.reshape(places, -1, *values.shape[1:]))
    return by_need_and_age(needs, found.n, found._asdict())
