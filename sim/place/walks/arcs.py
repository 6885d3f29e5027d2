"""The search graph of walks: streets that are never walked through a compound.

A walk starts behind any wall and ends behind any wall, but passes none on its way. The search graph
says so by its shape: every node inside a compound has two copies. From the *leaving* copies
one can only go out, from the *entering* copies only further in, and a gate joins leaving to street and street to
entering. Through-traffic has no arc to use, and a walk and its return are the same walk.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.columns import Floats, Ints
from sim.place.streets import PUBLIC, Streets, WalkClass


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
