"""Reach: from every place that a walk can start, all outlets within the walking limit, and the metres to each."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from sim.columns import Floats, Ints, seal
from sim.outlets.layout import Layout
from sim.place import Place, WalkClass
from sim.place.walks import Arcs, Search, clear, new_search, search, walking_arcs


@dataclass(frozen=True)
class Reach:
    """Outlets within reach of each start, as CSR; exact shortest walks, all of them.

    `row` (walk class, node) is the row of a start node, or -1. `outlet[indptr[r]:indptr[r + 1]]` are the rows
    of the outlets, ascending, and `metres` what the walk to their door costs the class. Metres from a door to
    its own node (`Homes.snap_m`, `Outlet.snap_m`) are added by who starts there. `limit_m` (walk class,).
    """

    row: Ints
    indptr: Ints
    outlet: Ints
    metres: Floats
    limit_m: Floats

    def __post_init__(self) -> None:
        seal(self)

    def from_node(self, node: int, walk_class: WalkClass = WalkClass.ABLE) -> tuple[Ints, Floats]:
        """The outlets within reach of a node, and the metres to each."""
        row = self.row[walk_class, node]
        if row < 0:
            return np.empty(0, np.int32), np.empty(0)
        here = slice(self.indptr[row], self.indptr[row + 1])
        return self.outlet[here], self.metres[here]


def find_reach(place: Place, layout: Layout, limit_m: tuple[float, ...]) -> Reach:
    """Reach from every home and outlet of a layout, within `limit_m` metres for each walk class.

    A class without a limit, or with one below 0, is nobody's: it has no rows.
    """
    limit_m = (*limit_m, *[-1.0] * (len(WalkClass) - len(limit_m)))
    node = np.array([outlet.node for outlet in layout.outlets], dtype=np.int32)
    snap_m = np.array([outlet.snap_m for outlet in layout.outlets])
    starts = np.union1d(place.homes.node, node).astype(np.int32)
    by_node = np.argsort(node, kind="stable").astype(np.int32)
    at_node = np.searchsorted(node[by_node], np.arange(place.streets.n_nodes + 1)).astype(np.int32)

    row = np.full((len(WalkClass), place.streets.n_nodes), -1, dtype=np.int32)
    counts, outlets, metres = [], [], []
    for rank, walk_class in enumerate(w for w in WalkClass if limit_m[w] >= 0):
        row[walk_class, starts] = len(starts) * rank + np.arange(len(starts))
        arcs = walking_arcs(place.streets, walk_class)
        limit = limit_m[walk_class]

        def reach_of(part: Ints, arcs: Arcs = arcs, limit: float = limit) -> tuple[Ints, Ints, Floats]:
            return _reach_of(arcs, part, at_node, by_node, snap_m, limit, new_search(arcs))

        # The parts do not depend on the number of processors, and neither does the answer.
        parts = np.array_split(starts, max(1, len(starts) // 256))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for count, outlet, metre in pool.map(reach_of, parts):
                counts.append(count)
                outlets.append(outlet)
                metres.append(metre)
    return Reach(
        row=row,
        indptr=np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64),
        outlet=np.concatenate(outlets),
        metres=np.concatenate(metres),
        limit_m=np.array(limit_m, dtype=float),
    )


@njit(cache=True, nogil=True)
def _reach_of(
    arcs: Arcs, starts: Ints, at_node: Ints, by_node: Ints, snap_m: Floats, limit_m: float, scratch: Search
) -> tuple[Ints, Ints, Floats]:
    """How many outlets each start reaches, which, and how far."""
    count = np.zeros(len(starts), np.int32)
    outlet = np.empty(1024, np.int32)
    metres = np.empty(1024)
    nearest = np.full(len(by_node), np.inf)
    size = 0
    for i in range(len(starts)):
        n = search(arcs, starts[i], limit_m, scratch)
        found = np.empty(len(by_node), np.int32)
        n_found = 0
        for k in range(n):
            vertex = scratch.order[k]
            node = arcs.node[vertex]
            for at in range(at_node[node], at_node[node + 1]):
                j = by_node[at]
                door_m = scratch.metres[vertex] + snap_m[j]
                if door_m <= limit_m and door_m < nearest[j]:
                    if nearest[j] == np.inf:
                        found[n_found] = j
                        n_found += 1
                    nearest[j] = door_m
        clear(scratch, n)
        rows = np.sort(found[:n_found])
        while size + n_found > len(outlet):
            outlet = np.concatenate((outlet, np.empty_like(outlet)))
            metres = np.concatenate((metres, np.empty_like(metres)))
        for j in rows:
            outlet[size] = j
            metres[size] = nearest[j]
            nearest[j] = np.inf
            size += 1
        count[i] = n_found
    return count, outlet[:size].copy(), metres[:size].copy()
