"""Tables by age, as configs write them: each value holds from its age on, up to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from sim.columns import Floats, Ints
from sim.errors import InputError

MANY_AGES: Final = 1000  # of so many, one look into a table of all ages is faster than a search


@dataclass(frozen=True)
class ByAge:
    """A value for each age: `ByAge({60: 5.0, 80: 3.2})` is 5.0 from 60 to 79, 3.2 from 80 on, and 0 below 60.

    Fields:
        table: the value that holds from each age in years on, in any order.
        below: the value for those who are younger than its first age.
    """

    table: Mapping[int, float]
    below: float = 0.0

    def at(self, age: ArrayLike) -> Floats:
        """The value at each of some ages in years, in their shape."""
        age_from, age = sorted(self.table), np.asarray(age)
        values = np.array([self.below, *(self.table[start] for start in age_from)], dtype=float)
        if age.size > MANY_AGES and age.dtype.kind == "i":
            each = np.arange(min(int(age.min()), 0), int(age.max()) + 1)
            return values[np.searchsorted(age_from, each, side="right")][age - each[0]]
        return values[np.searchsorted(age_from, age, side="right")]

    def of_age(self, age: int) -> float:
        """The value at one age in years."""
        return float(self.at(age))

    def check(self, key: str, at_most: float = inf) -> None:
        """Raise `InputError` naming `key` and the age where an age is below 0, or a value not from 0 to `at_most`."""
        for age, value in self.table.items():
            if not (age >= 0 and 0 <= value <= at_most):
                kind = "shares from 0 to 1" if at_most == 1 else "values from 0"
                bound = f" to {at_most:,g}" if at_most not in (1, inf) else " up" if at_most == inf else ""
                raise InputError(f"{key}.{age}: {value}; ages from 0 up and {kind}{bound} are accepted")

    def check_begins(self, key: str) -> None:
        """Raise `InputError` naming `key` where the youngest have no value."""
        if 0 not in self.table:
            raise InputError(
                f"{key}: no value from age 0 on; give one with the key 0, or change single ages, as {key}.60=…"
            )


def age_band(age_from: Sequence[int], age: ArrayLike) -> Ints:
    """The row of the band in which each age lies, or -1 below the first; bands begin at `age_from`, in order."""
    return np.asarray(np.searchsorted(age_from, np.asarray(age), side="right") - 1)
