"""Allocation: which share of the people of each row lives in which home."""

from __future__ import annotations

from typing import NamedTuple

from sim.columns import Floats, Ints
from sim.notes import Note


class Allocation(NamedTuple):
    """Homes of counted rows: the `row` that each belongs to, its `xy` (home, 2), and the `part` of the row's people
    there; `n` rows of what `kind` that were spread.
    """

    row: Ints
    xy: Floats
    part: Floats
    n: int
    kind: str
    notes: list[Note]
