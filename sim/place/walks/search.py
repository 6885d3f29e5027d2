"""Shortest walks: exact, bounded, and never through a compound.

A walk starts behind any wall and ends behind any wall, but passes none on its way. The search graph
says so by its shape: every node inside a compound has two copies. From the *leaving* copies
one can only go out, from the *entering* copies only further in, and a gate joins leaving to street and street to
entering. Through-traffic has no arc to use, and a walk and its return are the same walk.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.columns import Floats, Ints, Rows
from sim.kernels import kernel
from sim.place.streets import PUBLIC, Streets, WalkClass

BIN_M: Final = 2.0  # m; the fastest of 1 to 80 on the streets of Porto Alegre
MOST_BINS: Final = 4096  # of a search, however long the longest arc


class Arcs(NamedTuple):
    """The directed search graph of one walk class, as CSR over vertices.

    Vertex i < n_nodes is node i (leaving copy, where it is inside a compound); the others are entering
    copies. `node` (vertex,) names the street node of each vertex; arc k leads to `head[k]`, costs `metres[k]` and uses
    street link `link[k]`.
    """

    indptr: Ints
    head: Ints
    metres: Floats
    link: Ints
    node: Ints


def walking_arcs(streets: Streets, walk_class: WalkClass) -> Arcs:
    """The search graph of a walk class; links it cannot use are left out."""
    inside = np.flatnonzero(streets.compound != PUBLIC)
    entering = np.arange(streets.n_nodes)
    entering[inside] = streets.n_nodes + np.arange(len(inside))
    n_vertices = streets.n_nodes + len(inside)

    metres = streets.walking_m(walk_class)
    links = np.flatnonzero(np.isfinite(metres))
    tails, heads, used = [], [], []
    for a, b in (streets.links[links].T, streets.links[links, ::-1].T):
        same = streets.compound[a] == streets.compound[b]
        walled = same & (streets.compound[a] != PUBLIC)
        # leaving copies: within a compound, out of it, and along the streets
        leaving = same | (streets.compound[b] == PUBLIC)
        # entering copies: within a compound, and into it from the streets or from another compound
        into = walled | ~leaving
        tails += [a[leaving], np.where(walled, entering[a], a)[into]]
        heads += [b[leaving], entering[b][into]]
        used += [links[leaving], links[into]]
    tail, head, link = np.concatenate(tails), np.concatenate(heads), np.concatenate(used)
    order = np.lexsort((link, head, tail))
    return Arcs(
        indptr=np.searchsorted(tail[order], np.arange(n_vertices + 1)).astype(np.int32),
        head=head[order].astype(np.int32),
        metres=metres[link[order]],
        link=link[order].astype(np.int32),
        node=np.concatenate([np.arange(streets.n_nodes), inside]).astype(np.int32),
    )


def connected(streets: Streets) -> tuple[int, Ints]:
    """Number of connected parts, and the part of each node."""
    ends = streets.links.T
    graph = coo_array((np.ones(streets.n_links), (ends[0], ends[1])), shape=(streets.n_nodes,) * 2)
    n_parts, part = connected_components(graph, directed=False)
    return int(n_parts), part.astype(np.int32)


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
def push(metres: Floats, vertex: Ints, size: int, new_metres: float, new_vertex: int) -> int:
    """Add to a binary heap ordered by (metres, vertex); returns the new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if metres[parent] < new_metres or (metres[parent] == new_metres and vertex[parent] <= new_vertex):
            break
        metres[at], vertex[at] = metres[parent], vertex[parent]
        at = parent
    metres[at], vertex[at] = new_metres, new_vertex
    return size + 1


@kernel
def pop(metres: Floats, vertex: Ints, size: int) -> int:
    """Move the least (metres, vertex) of a binary heap to its end, `[size - 1]`; returns the new size."""
    size -= 1
    top_metres, top_vertex = metres[0], vertex[0]
    last_metres, last_vertex = metres[size], vertex[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            metres[right] < metres[child] or (metres[right] == metres[child] and vertex[right] < vertex[child])
        ):
            child = right
        if metres[child] > last_metres or (metres[child] == last_metres and vertex[child] >= last_vertex):
            break
        metres[at], vertex[at] = metres[child], vertex[child]
        at = child
    metres[at], vertex[at] = last_metres, last_vertex
    metres[size], vertex[size] = top_metres, top_vertex
    return size


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


@kernel
def spread_walkers(
    arcs: Arcs, starts: Ints, indptr: Ints, ends: Ints, walkers: Ints, limit_m: Floats, scratch: Search, on_link: Ints
) -> int:
    """Add to `on_link` (link,) the walkers from some nodes to others, on their shortest walks.

    From node i of `starts`, `walkers[k]` go to node `ends[k]`, for k from `indptr[i]` to `indptr[i + 1]`. Returns how
    many of these ends lie beyond the `limit_m` (node,) of their start; nobody is led there.
    """
    through = np.zeros(len(arcs.node), np.int64)
    nearest = np.full(len(arcs.node), -1, np.int32)
    missed = 0
    for start in starts:
        here = slice(indptr[start], indptr[start + 1])
        n = search(arcs, start, limit_m[start], scratch)
        missed += spread_back(arcs, ends[here], walkers[here], n, scratch, through, nearest, on_link)
        clear(scratch, n)
    return missed


@kernel
def spread_back(
    arcs: Arcs, ends: Ints, walkers: Ints, n: int, scratch: Search, through: Ints, nearest: Ints, on_link: Ints
) -> int:
    """Lead walkers from their ends back to where a search of `n` vertices began; returns how many ends it missed.

    `through` (vertex,) and `nearest` (node,) are scratch, 0 and -1 all over before and after.
    """
    for i in range(n):
        vertex = scratch.order[i]
        if nearest[arcs.node[vertex]] < 0:
            nearest[arcs.node[vertex]] = vertex
    missed = 0
    for k in range(len(ends)):
        if nearest[ends[k]] < 0:
            missed += 1
        else:
            through[nearest[ends[k]]] += walkers[k]
    for i in range(n - 1, -1, -1):
        vertex = scratch.order[i]
        if through[vertex] > 0 and scratch.at[vertex].arc >= 0:
            on_link[arcs.link[scratch.at[vertex].arc]] += through[vertex]
            through[scratch.at[vertex].before] += through[vertex]
        through[vertex] = 0
        nearest[arcs.node[vertex]] = -1
    return missed
