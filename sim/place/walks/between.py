"""Walks between nodes: from some of them to others, each within its own limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from sim.columns import Floats, Ints
from sim.kernels import kernel
from sim.parallel import in_parts
from sim.place.walks.arcs import Arcs
from sim.place.walks.search import Search, clear, new_search, search

SLACK_M: Final = 1e-6  # by which a search goes beyond its limit, so that rounding leaves nothing out


class WalkMatrix(NamedTuple):
    """Walks from some nodes to rows of others, as CSR: `end` (walk,) and `metres`."""

    indptr: Ints
    end: Ints
    metres: Floats

    def turned(self, n_ends: int) -> WalkMatrix:
        """The same walks from their other ends."""
        ways = csr_array((self.metres, self.end, self.indptr), shape=(len(self.indptr) - 1, n_ends)).tocsc()
        return WalkMatrix(ways.indptr.astype(np.int64), ways.indices, ways.data.astype(np.float64))


def walks_from(arcs: Arcs, node: Ints, limit_m: Floats, row: Ints, tell: Callable[[float], object]) -> WalkMatrix:
    """The shortest walks from each of the nodes, within its own limit, to those nodes that have a `row`."""

    def of(part: Ints) -> tuple[Ints, Ints, Floats]:
        found = _walks_from(arcs, node[part], limit_m[part], row, new_search(arcs))
        tell(len(part) / max(len(node), 1))
        return found

    count, end, metres = (np.concatenate(column) for column in zip(*in_parts(of, np.arange(len(node))), strict=True))
    return WalkMatrix(np.append(0, np.cumsum(count)), end, metres)


@kernel
def _walks_from(arcs: Arcs, node: Ints, limit_m: Floats, row: Ints, scratch: Search) -> tuple[Ints, Ints, Floats]:
    """How many nodes with a row each node reaches, which rows, and how far."""
    count = np.zeros(len(node), np.int64)
    end, metres = np.empty(1024, np.int32), np.empty(1024)
    seen = np.zeros(len(row), np.bool_)
    size = 0
    for i in range(len(node)):
        if limit_m[i] < 0:
            continue
        n = search(arcs, node[i], limit_m[i], scratch)
        if size + n > len(end):
            more = max(size + n, 2 * len(end)) - len(end)
            end = np.concatenate((end, np.empty(more, np.int32)))
            metres = np.concatenate((metres, np.empty(more)))
        before = size
        for k in range(n):
            vertex = scratch.order[k]
            there = arcs.node[vertex]
            # Both copies of a node within a compound may be found; the first is the nearer.
            if row[there] >= 0 and not seen[there]:
                seen[there] = True
                end[size] = row[there]
                metres[size] = scratch.at[vertex].metres
                size += 1
        for k in range(n):
            seen[arcs.node[scratch.order[k]]] = False
        clear(scratch, n)
        count[i] = size - before
    return count, end[:size].copy(), metres[:size].copy()
