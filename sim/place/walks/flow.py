"""Flow: how many walkers use each link when all take their shortest walks."""

from __future__ import annotations

import numpy as np

from sim.columns import Floats, Ints
from sim.kernels import kernel
from sim.place.walks.arcs import Arcs
from sim.place.walks.search import Search, clear, search


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
