"""Ages: the seven groups by which everything is reported, and bands of ages split by finer ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from sim.by_age import ByAge, age_band
from sim.columns import Codes, Floats, Ints

GROUP_FROM: Final = (0, 3, 6, 15, 60, 70, 80)
AGE_GROUPS: Final = (*(f"{lo}-{hi - 1}" for lo, hi in pairwise(GROUP_FROM)), "80+")
AGES_END: Final = 105  # the open last band ends before this age


def age_group(age: ArrayLike) -> Codes:
    """The row in `AGE_GROUPS` of each age in years."""
    return age_band(GROUP_FROM, age).astype(np.int8)


def split_bands(age_from: Sequence[int], weight: Floats, within: Mapping[int, float]) -> tuple[Ints, Ints, Floats]:
    """Bands of ages cut wherever those of a finer profile begin: the band of each part, its lowest age, its people.

    People of a band are split over its parts as the profile `within` has them, which is even within its own
    bands; evenly where it has nobody of these ages. The last band ends before `AGES_END`.
    """
    low = np.array(sorted({*age_from, *(age for age in within if age_from[0] < age < AGES_END)}), dtype=np.int64)
    years = np.diff(low, append=AGES_END)
    band = age_band(age_from, low)
    a_year = {age: within[age] / (end - age) for age, end in pairwise((*sorted(within), AGES_END))}
    part = ByAge(a_year).at(low) * years
    part = np.where(np.bincount(band, part)[band] > 0, part, years)
    return band, low, np.asarray(weight, dtype=float)[band] * (part / np.bincount(band, part)[band])


def people_by_group(age_from: Sequence[int], weight: Floats, within: Mapping[int, float]) -> Floats:
    """People of each of `AGE_GROUPS`, expected where the bands of ages are split by the profile `within`."""
    _, low, part = split_bands(age_from, weight, within)
    _, year, people = split_bands(low.tolist(), part, dict.fromkeys(range(AGES_END), 1.0))
    return np.bincount(age_group(year), people, len(AGE_GROUPS)).astype(float)
