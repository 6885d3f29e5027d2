"""Chance that belongs to errands: their identities, and draws that are theirs whatever else is raised."""

from __future__ import annotations

import numpy as np

from sim.columns import Bools, Floats, Ints, Keys
from sim.kernels import kernel
from sim.randomness import keyed, uniform


@kernel
def errand_keys(resident: Ints, need: np.uint64, ordinal: Ints) -> Keys:
    """The identity of each errand: its resident, need, day and number on that day, and nothing else."""
    keys = np.empty(len(resident), np.uint64)
    for i in range(len(resident)):
        keys[i] = keyed(0, np.uint64(0), resident[i], need, ordinal[i])
    return keys


@kernel
def are_drawn(key: Keys, share: Floats, stream: np.uint64, seed: int) -> Bools:
    """Whether the number that belongs to each errand in a stream is below its share."""
    drawn = np.empty(len(key), np.bool_)
    for i in range(len(key)):
        drawn[i] = uniform(seed, stream, key[i], 0, 0) < share[i]
    return drawn
