"""Cover: sites from which a few outlets bring most residents within a walk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from sim.columns import Bools, Floats, Ints
from sim.place import PUBLIC, Place, WalkClass
from sim.place.walks import SLACK_M, walking_arcs, walks_from


class Cover(NamedTuple):
    """The street `nodes` chosen, in order, and the share of residents (0 to 1) near each and those before it."""

    nodes: list[int]
    share: list[float]


def covering_sites(place: Place, count: int, within_m: float, inside: bool = False) -> Cover:
    """Nodes at gates, or at homes outside any compound, that each bring most residents within so many metres on foot.

    `inside`: at homes within compounds, for those who live in the same compound, whom alone an outlet there admits.
    Walks are those of able walkers, with slopes, crossings and the way from the door. Greedy maximal covering (Church
    and ReVelle 1974), ties to the lower node.
    """
    nodes = _sites(place, inside)
    covers = _covers(place, nodes, within_m, inside)
    covered_by = covers.tocsc()
    weight = place.homes.weight
    left: Floats = weight.copy()
    gains = covers @ left
    chosen, share = [], []
    for _ in range(min(count, len(nodes))):
        best = int(np.argmax(gains))
        homes = covers.indices[covers.indptr[best] : covers.indptr[best + 1]]
        new = homes[left[homes] > 0]
        left[new] = 0.0
        sharing = np.unique(np.concatenate([np.empty(0, np.int32), *(_column(covered_by, home) for home in new)]))
        gains[sharing] = covers[sharing] @ left
        gains[best] = -1.0
        chosen.append(int(nodes[best]))
        share.append(1.0 - float(left.sum() / weight.sum()))
    return Cover(chosen, share)


def _sites(place: Place, inside: bool) -> Ints:
    """The nodes at which an outlet may stand, ascending."""
    walled = place.streets.compound[place.homes.node] != PUBLIC
    if inside:
        return np.unique(place.homes.node[walled])
    return np.union1d(place.gates, place.homes.node[~walled]).astype(np.int32)


def _covers(place: Place, nodes: Ints, within_m: float, inside: bool) -> csr_array:
    """Which homes each node is near to and would serve: ones, shape (node, home)."""
    streets, homes = place.streets, place.homes
    order = np.argsort(homes.node, kind="stable")
    at, first, there = np.unique(homes.node[order], return_index=True, return_counts=True)
    row = np.full(streets.n_nodes, -1, np.int32)
    row[at] = np.arange(len(at))
    limit_m = np.full(len(nodes), within_m + SLACK_M)
    walks = walks_from(walking_arcs(streets, WalkClass.ABLE), nodes, limit_m, row, lambda share: None)

    # Several homes may have one node.
    site, n = np.repeat(np.arange(len(nodes)), np.diff(walks.indptr)), there[walks.end]
    nth = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    home = order[np.repeat(first[walks.end], n) + nth]
    site, metres = np.repeat(site, n), np.repeat(walks.metres, n) + homes.snap_m[home]
    near: Bools = metres <= within_m + SLACK_M
    if inside:
        near &= streets.compound[homes.node[home]] == streets.compound[nodes[site]]
    ones = np.ones(np.count_nonzero(near))
    return csr_array((ones, (site[near], home[near])), shape=(len(nodes), len(homes)))


def _column(covered_by: object, home: int) -> Ints:
    """The sites near a home, of a matrix (site, home) by columns."""
    return np.asarray(covered_by.indices[covered_by.indptr[home] : covered_by.indptr[home + 1]])  # type: ignore[attr-defined]
