"""Households: who lives with whom, from an age profile and a mean size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.columns import Floats, Ints
from sim.people.ages import AGES_END, split_bands
from sim.place import apportion

ADULT, ELDER = 18, 60


def draw_ages(
    n: int, age_from: Sequence[int], weight: Floats, within: Mapping[int, float], rng: np.random.Generator
) -> Ints:
    """`n` ages in years: bands in exact proportion to `weight`, within each band drawn by the profile `within`."""
    band = np.repeat(np.arange(len(age_from)), apportion(n, weight))
    of_band, low, share = split_bands(age_from, np.ones(len(age_from)), within)
    years = np.diff(low, append=AGES_END)
    first, last = (np.searchsorted(of_band, np.arange(len(age_from)), side=side) for side in ("left", "right"))
    before = np.cumsum(share) - share
    before -= before[first][of_band]  # from the beginning of its band; exactly 0 for the first part
    draw = rng.random(n)
    part = np.searchsorted(of_band + before, band + draw, side="right") - 1
    part = np.clip(part, first[band], last[band] - 1)
    along = np.clip((draw - before[part]) / np.where(share[part] > 0, share[part], 1.0), 0.0, 1.0)
    return (low[part] + np.minimum(np.floor(along * years[part]), years[part] - 1)).astype(np.int32)


class Households(NamedTuple):
    """`age` (resident,) in years and `household` (resident,) its household, both ordered by household."""

    age: Ints
    household: Ints


def form_households(age: Ints, mean_size: float, elders_apart: float, rng: np.random.Generator) -> Households:
    """Put people of given ages into households.

    Sizes are 1 + Poisson(mean - 1), which is within 6 points of the census shares at means of 2.3 to 2.9. A share
    `elders_apart` of those aged 60+ live in households of one or two elders; no child lives
    without somebody of 18 or more, as long as there are such people.
    """
    n = len(age)
    sizes = 1 + rng.poisson(mean_size - 1, size=n)
    sizes = sizes[: np.searchsorted(np.cumsum(sizes), n) + 1]
    sizes[-1] -= sizes.sum() - n

    pool = rng.permutation(n)
    children = pool[age[pool] < ADULT]
    adults = pool[(age[pool] >= ADULT) & (age[pool] < ELDER)]
    elders = pool[age[pool] >= ELDER]

    household = np.repeat(np.arange(len(sizes)), sizes)
    first = np.cumsum(sizes) - sizes
    position = np.arange(n) - first[household]
    size = sizes[household]
    who = np.full(n, -1, dtype=np.int64)

    # Elders who live apart fill households of one and two, in the order of the draw.
    small = np.flatnonzero(sizes <= 2)
    to_spare = max(len(adults) + len(elders) - len(sizes), 0)  # grown people beyond one for each household
    used = np.cumsum(sizes[small])
    apart = small[(used <= elders_apart * len(elders)) & (np.cumsum(sizes[small] - 1) <= to_spare)]
    slots = np.flatnonzero(np.isin(household, apart))
    who[slots], elders = elders[: len(slots)], elders[len(slots) :]

    # Everywhere else somebody grown up heads the household.
    heads = np.flatnonzero((who < 0) & (position == 0))
    grown = np.concatenate([adults, elders])
    who[heads[: len(grown)]] = grown[: len(heads)]
    adults, elders = adults[len(heads) :], elders[max(0, len(heads) - len(adults)) :]

    # Children come third in a household, then fourth, then second, then beyond; elders and adults fill what is left.
    free = np.flatnonzero(who < 0)
    turn = np.array([0, 2, 0, 1, 3])[np.minimum(position[free], 4)]
    free = free[np.lexsort((rng.random(len(free)), turn))]
    who[free[: len(children)]], free = children, free[len(children) :]
    free = free[np.lexsort((rng.random(len(free)), size[free] < 3))]
    who[free] = np.concatenate([elders, adults])
    return Households(age[who].astype(np.int32), household.astype(np.int32))
