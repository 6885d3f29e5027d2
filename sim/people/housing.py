"""Housing: which home each resident lives in, with whom, and at which age."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.columns import Bools, Floats, Ints
from sim.people.ages import split_bands
from sim.people.config import PeopleConfig
from sim.people.households import draw_ages, form_households
from sim.place import Homes, apportion
from sim.randomness import generator


def house(homes: Homes, n: int, config: PeopleConfig, seed: int) -> tuple[Ints, Ints, Ints]:
    """Home, household and age of `n` residents; homes that share an age profile are filled together."""
    known = known_ages(homes)
    profile = np.full(len(homes), -1)
    if known.any():
        shares = homes.age_weight[known] / homes.age_weight[known].sum(axis=1, keepdims=True)
        profile[known] = np.unique(shares, axis=0, return_inverse=True)[1].ravel()
    weights = np.bincount(profile + 1, weights=homes.weight).astype(float)
    finest = fine_profile(config)
    columns: list[tuple[Ints, Ints, Ints]] = []
    n_households = 0
    for row, n_here in enumerate(apportion(n, weights)):
        if not n_here:
            continue
        members = np.flatnonzero(profile == row - 1)
        rng = generator(seed, "households", row)
        if row:
            age_from, weight, within = homes.age_from, homes.age_weight[members[0]], finest
        else:
            age_from, weight, within = *banded(config.profile), config.ages_within
        ages = draw_ages(int(n_here), age_from, weight, within, rng)
        age, household = form_households(ages, config.household_size, config.elders_apart_share, rng)
        count = int(household[-1]) + 1
        # Systematic sampling: every home gets its share of households, to within one.
        filled = np.cumsum(homes.weight[members]) / homes.weight[members].sum()
        at = np.searchsorted(filled, (np.arange(count) + rng.random()) / count * filled[-1], side="right")
        chosen = members[np.minimum(at, len(members) - 1)][rng.permutation(count)]
        columns.append((chosen[household].astype(np.int32), (household + n_households).astype(np.int32), age))
        n_households += count
    home, household, age = (np.concatenate(column) for column in zip(*columns, strict=True))
    return home, household, age


def known_ages(homes: Homes) -> Bools:
    """Homes where ages are counted."""
    if not homes.age_from:
        return np.zeros(len(homes), dtype=bool)
    return np.isfinite(homes.age_weight).all(axis=1) & (homes.age_weight.sum(axis=1) > 0)


def banded(profile: Mapping[int, float]) -> tuple[tuple[int, ...], Floats]:
    """The lowest age of each band of a profile, in order, and its people."""
    ages = tuple(sorted(profile))
    return ages, np.array([profile[age] for age in ages], dtype=float)


def fine_profile(config: PeopleConfig) -> dict[int, float]:
    """The profile of the place, its bands split as `people.ages_within` has them."""
    _, low, people = split_bands(*banded(config.profile), config.ages_within)
    return dict(zip(low.tolist(), people.tolist(), strict=True))
