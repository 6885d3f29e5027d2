"""Keyed numbers, counted out in whole numbers: docs/model.md, 7.12."""

from __future__ import annotations

from hashlib import blake2b
from math import cos, log, pi, sqrt

TASTE, PATIENCE, PATIENT, SERVICE, KNOWING, ENROLMENT, ASSORTMENT, AHEAD, REGISTERED = 1, 2, 3, 4, 5, 7, 8, 9, 10
RETURN, HELPING, RIDING, BEYOND, LIMIT = 13, 14, 15, 16, 17


def text_key(text: str) -> int:
    """64 bits of a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def mix(word: int) -> int:
    """The next number of SplitMix64 after `word`."""
    bits = 2**64 - 1
    word = (word + 0x9E3779B97F4A7C15) & bits
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & bits
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & bits
    return word ^ (word >> 31)


def uniform(seed: int, stream: int, a: int, b: int, c: int = 0) -> float:
    """A number between 0 and 1 that belongs to (seed, stream, a, b, c)."""
    word = mix(seed ^ ((stream * 0x94D049BB133111EB) & (2**64 - 1)))
    for key in (a, b, c):
        word = mix(word ^ key)
    return ((word >> 11) + 0.5) / 2**53


def normal(seed: int, stream: int, a: int, b: int) -> float:
    """A standard normal number that belongs to (seed, stream, a, b)."""
    radius = sqrt(-2 * log(uniform(seed, stream, a, b, 0)))
    return radius * cos(2 * pi * uniform(seed, stream, a, b, 1))


def of_age(table: dict[int, float], age: int, below: float = 0.0) -> float:
    """The value that a table by age holds for an age; `below` its first, that."""
    known = [start for start in table if start <= age]
    return table[max(known)] if known else below
