"""Keyed chance: every random number belongs to what it is about, never to when it was drawn.

Builders draw whole columns from a named stream, `generator(seed, "households", "north")`. The
event loop draws single numbers from a hash of (seed, stream, keys), `uniform(seed, TASTE, ...)`.
Neither depends on the order of calls, so a layout that changes one outlet changes no draw that
is about another.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import numpy as np

from sim.kernels import inlined, kernel

# Streams of the event loop. A number, once given, is never given again.
TASTE: Final = np.uint64(1)
PATIENCE: Final = np.uint64(2)
PATIENT: Final = np.uint64(3)
SERVICE: Final = np.uint64(4)
KNOWING: Final = np.uint64(5)
CHAINING: Final = np.uint64(6)
ENROLMENT: Final = np.uint64(7)
ASSORTMENT: Final = np.uint64(8)
AHEAD: Final = np.uint64(9)
REGISTERED: Final = np.uint64(10)
CYCLING: Final = np.uint64(11)
WEATHER: Final = np.uint64(12)
RETURN: Final = np.uint64(13)
HELPING: Final = np.uint64(14)
RIDING: Final = np.uint64(15)
BEYOND: Final = np.uint64(16)
LIMIT: Final = np.uint64(17)

_WEYL: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def text_key(text: str) -> np.uint64:
    """A 64-bit key of a text that is the same on every machine (BLAKE2b)."""
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little"))


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """The generator of one named stream: a child of `seed` spawned by the names (texts or whole numbers)."""
    spawn_key = tuple(
        word for name in names for word in divmod(int(text_key(name)) if isinstance(name, str) else int(name), 2**32)
    )
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=spawn_key))


@inlined
def _mix(word: np.uint64) -> np.uint64:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195)."""
    word = word + _WEYL
    word = (word ^ (word >> _S30)) * _MIX_1
    word = (word ^ (word >> _S27)) * _MIX_2
    return word ^ (word >> _S31)


@inlined
def key_of(seed: int, stream: np.uint64, a: int) -> np.uint64:
    """The first half of `keyed`, for those who draw many numbers about the same `a`."""
    return _mix(_mix(np.uint64(seed) ^ (stream * _MIX_2)) ^ np.uint64(a))


@inlined
def key_on(word: np.uint64, b: int, c: int) -> np.uint64:
    """The second half: `keyed(seed, stream, a, b, c)` is `key_on(key_of(seed, stream, a), b, c)`."""
    return _mix(_mix(word ^ np.uint64(b)) ^ np.uint64(c))


@kernel
def keyed(seed: int, stream: np.uint64, a: int, b: int, c: int) -> np.uint64:
    """64 random bits that belong to (seed, stream, a, b, c)."""
    return key_on(key_of(seed, stream, a), b, c)


@inlined
def unit(word: np.uint64) -> float:
    """64 random bits as a number strictly between 0 and 1."""
    return (np.float64(word >> _S11) + 0.5) * 2.0**-53


@kernel
def uniform(seed: int, stream: np.uint64, a: int, b: int, c: int) -> float:
    """A number strictly between 0 and 1 that belongs to (seed, stream, a, b, c)."""
    return unit(keyed(seed, stream, a, b, c))
