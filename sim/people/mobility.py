"""Mobility: how residents walk."""

from __future__ import annotations

from enum import IntEnum


class Mobility(IntEnum):
    """`SLOW` walks slowly, without stairs and not far; `HOUSEBOUND` does not walk."""

    INDEPENDENT = 0
    SLOW = 1
    HOUSEBOUND = 2
