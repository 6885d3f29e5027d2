"""Shortest walks from one start: exact, and bounded by a limit."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from sim.columns import Ints, Rows
from sim.kernels import kernel
from sim.place.walks.arcs import Arcs

BIN_M: Final = 2.0  # m; the fastest of 1 to 80 on the streets of Porto Alegre
MOST_BINS: Final = 4096  # of a search, however long the longest arc
VERTEX: Final = np.dtype(
    [
        ("metres", np.float64),  # inf for what was not reached
        ("arc", np.int32),  # by which it was, or -1
        ("before", np.int32),  # the vertex from which
        ("next", np.int32),  # beside it in its bin, or -1
        ("last", np.int32),
        ("settled", np.bool_),
        ("waits", np.bool_),  # in a bin
    ],
    align=True,
)


class Search(NamedTuple):
    """Scratch of one search, reused from start to start.

    `at` (vertex,) is what is known of each; `order[:n]` the vertices from the nearest on. Vertices that wait stand in
    bins, `bins_per_m` of them, which are used in a round; `first` (bin,) of each, or -1. The bins are a power of 2.
    """

    at: Rows
    order: Ints
    first: Ints
    bins_per_m: float


def new_search(arcs: Arcs) -> Search:
    """Scratch for searches on these arcs."""
    at = np.zeros(len(arcs.node), VERTEX)
    at["metres"], at["arc"] = np.inf, -1
    longest_m = float(arcs.metres.max(initial=0.0))
    bins_per_m = min(1 / BIN_M, MOST_BINS / 2 / max(longest_m, 1.0))
    # One bin more than the longest arc spans, so that no bin is used in two rounds at once.
    n_bins = 2 ** int(np.ceil(np.log2(longest_m * bins_per_m + 2)))
    return Search(at, np.empty(len(at), np.int32), np.full(n_bins, -1, np.int32), bins_per_m)


@kernel
def search(arcs: Arcs, start: int, limit_m: float, scratch: Search) -> int:
    """Settle every vertex within `limit_m` metres of `start`; returns how many stand in `scratch.order`.

    Dijkstra's search with bins for a queue (Dial 1969, doi:10.1145/363269.363610): vertices of a bin are taken in any
    order, and taken again where a shorter way to them turns up within their bin, so that the metres are exact however
    wide the bins are. The caller reads `scratch` and then clears it with `clear`.
    """
    at, first, bins_per_m, mask = scratch.at, scratch.first, scratch.bins_per_m, len(scratch.first) - 1
    at[start].metres = 0.0
    put_in(at, first, start, 0)
    waiting, n, slot = 1, 0, 0
    while waiting > 0:
        begin = n
        while first[slot] >= 0:
            vertex = first[slot]
            here = at[vertex]
            take_out(at, first, vertex, slot)
            waiting -= 1
            if not here.settled:
                here.settled = True
                scratch.order[n] = vertex
                n += 1
            for k in range(arcs.indptr[vertex], arcs.indptr[vertex + 1]):
                there_m = here.metres + arcs.metres[k]
                head = arcs.head[k]
                there = at[head]
                if there_m < there.metres and there_m <= limit_m:
                    if there.waits:
                        take_out(at, first, head, int(there.metres * bins_per_m) & mask)
                        waiting -= 1
                    there.metres, there.arc, there.before = there_m, k, vertex
                    put_in(at, first, head, int(there_m * bins_per_m) & mask)
                    waiting += 1
        sort_by_metres(at, scratch.order, begin, n)
        slot = (slot + 1) & mask
    return n


@kernel
def put_in(at: Rows, first: Ints, vertex: int, slot: int) -> None:
    """Let a vertex wait in a bin."""
    after = first[slot]
    at[vertex].next, at[vertex].last, at[vertex].waits = after, -1, True
    if after >= 0:
        at[after].last = vertex
    first[slot] = vertex


@kernel
def take_out(at: Rows, first: Ints, vertex: int, slot: int) -> None:
    """Take a vertex out of its bin."""
    before, after = at[vertex].last, at[vertex].next
    if before >= 0:
        at[before].next = after
    else:
        first[slot] = after
    if after >= 0:
        at[after].last = before
    at[vertex].waits = False


@kernel
def sort_by_metres(at: Rows, order: Ints, begin: int, end: int) -> None:
    """Put a part of the order in order of metres, and of vertex where these are equal; it is short."""
    for i in range(begin + 1, end):
        vertex, to = order[i], i
        metres = at[vertex].metres
        while to > begin:
            other_m = at[order[to - 1]].metres
            if other_m < metres or (other_m == metres and order[to - 1] < vertex):
                break
            order[to] = order[to - 1]
            to -= 1
        order[to] = vertex


@kernel
def clear(scratch: Search, n: int) -> None:
    """Make the scratch of a search that settled `n` vertices ready for the next."""
    for i in range(n):
        vertex = scratch.at[scratch.order[i]]
        vertex.metres, vertex.arc, vertex.settled = np.inf, -1, False
