"""What is within reach on foot: for each start, the outlets and the metres to each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.columns import Floats, Ints, seal, short_repr
from sim.place import WalkClass

NEVER_M = -1.0  # the limit of a walk class that is nobody's


@dataclass(frozen=True)
class Reach:
    """Outlets within reach of each start, as CSR; exact shortest walks, all of them. Rides start at homes only.

    `row` (walk class, node) is the row of a start node, or -1. `outlet[indptr[r]:indptr[r + 1]]` are the rows
    of the outlets, the nearest first and of equally near ones the first row, and `metres` what the walk to their door
    costs the class. Metres from a door to its own node (`Homes.snap_m`, `Outlet.snap_m`) are added by those
    who start there. `limit_m` (walk class, outlet): the longest walk that is here.
    """

    row: Ints
    indptr: Ints
    outlet: Ints
    metres: Floats
    limit_m: Floats

    __repr__ = short_repr

    def __post_init__(self) -> None:
        seal(self)

    def from_node(self, node: int, walk_class: WalkClass = WalkClass.ABLE) -> tuple[Ints, Floats]:
        """The outlets within reach of a node, and the metres to each."""
        row = self.row[walk_class, node]
        if row < 0:
            return np.empty(0, np.int32), np.empty(0)
        here = slice(self.indptr[row], self.indptr[row + 1])
        return self.outlet[here], self.metres[here]
