"""Ages: the seven groups by which everything is reported, and tables that go by age."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from sim.columns import Codes, Floats

GROUP_FROM: Final = (0, 3, 6, 15, 60, 70, 80)
AGE_GROUPS: Final = (*(f"{lo}-{hi - 1}" for lo, hi in pairwise(GROUP_FROM)), "80+")
MANY: Final = 1000
OLDEST: Final = 95  # ages of the open last band are spread up to here


def age_group(age: ArrayLike) -> Codes:
    """The row in `AGE_GROUPS` of each age in years."""
    return (np.searchsorted(GROUP_FROM, np.asarray(age), side="right") - 1).astype(np.int8)


def by_age(table: Mapping[int, float], age: ArrayLike, otherwise: float = 0.0) -> Floats:
    """The value of a table for each age: `{60: 5.0, 80: 3.2}` is 5.0 from 60 to 79, 3.2 from 80 on, `otherwise`
    below 60.
    """
    ages, age = sorted(table), np.asarray(age)
    values = np.array([otherwise, *(table[a] for a in ages)], dtype=float)
    if age.size > MANY and age.dtype.kind == "i":  # one look into a table of all ages is faster than a search
        each = np.arange(min(int(age.min()), 0), int(age.max()) + 1)
        return values[np.searchsorted(ages, each, side="right")][age - each[0]]
    return values[np.searchsorted(ages, age, side="right")]
