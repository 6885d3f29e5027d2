"""The longest walk that each resident accepts for each need: a limit of their own around that of the need."""

from __future__ import annotations

import numpy as np

from sim.columns import Floats, Ints, Keys
from sim.kernels import inner, kernel
from sim.randomness import LIMIT, uniform


@inner
def normal(seed: int, stream: np.uint64, a: int, b: int) -> float:
    """A standard normal number that belongs to (seed, stream, a, b), by Box and Muller."""
    radius = np.sqrt(-2.0 * np.log(uniform(seed, stream, a, b, 0)))
    return radius * np.cos(2.0 * np.pi * uniform(seed, stream, a, b, 1))


@inner
def own_limit_m(
    limit_s: float, speed_m_s: float, fastest_m_s: float, sigma: float, seed: int, walker: int, need_key: np.uint64
) -> float:
    """Metres that a walker accepts for a need at a speed, where the need says `limit_s`.

    It is never more than that of the fastest whose limit is e^sigma times as long, so that reach has an end.
    """
    if sigma == 0.0:
        return limit_s * speed_m_s
    own_s = limit_s * np.exp(sigma * normal(seed, LIMIT, walker, need_key))
    return min(own_s * speed_m_s, limit_s * np.exp(sigma) * fastest_m_s)


@kernel
def own_limits_m(
    limit_s: Floats, speed_m_s: Floats, fastest_m_s: Floats, sigma: float, seed: int, walker: Ints, need_key: Keys
) -> Floats:
    """`own_limit_m` of each row."""
    limit_m = np.empty(len(limit_s))
    for i in range(len(limit_s)):
        limit_m[i] = own_limit_m(limit_s[i], speed_m_s[i], fastest_m_s[i], sigma, seed, walker[i], need_key[i])
    return limit_m
