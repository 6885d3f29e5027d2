"""Allocation: which share of the people of each row lives in which home."""

from __future__ import annotations

from typing import NamedTuple

from sim.columns import Floats, Ints
from sim.notes import Note


class Allocation(NamedTuple):
    """Homes of counted rows, one row each.

    Fields:
        row (home,): the counted row to which it belongs.
        xy (home, 2): metres.
        part (home,): the part of the row's people who live there, from 0 to 1.
        n: how many rows were laid on homes.
        kind: what these rows are, in words.
        notes: what was left out or assumed.
    """

    row: Ints
    xy: Floats
    part: Floats
    n: int
    kind: str
    notes: list[Note]
