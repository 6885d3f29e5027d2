"""Walls around compounds: how many of their gates are kept, and the ways through where a wall is down."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.place.streets import PUBLIC, Streets, add_links, keep_links, split_links
from sim.randomness import generator

GATES: Final = ("all", "few", "one", "open")
SHORTEST_M: Final = 0.1  # a way has a length, as links of a map do


def keep_gates(streets: Streets, gates: str, seed: int, open_wall_m: float) -> Streets:
    """The same streets with `all` gates, a `few` (half, rounded up), `one` per compound, or all walls `open`."""
    if gates not in GATES:
        raise InputError(f"place.gates: {gates!r} is none of {', '.join(GATES)}")
    if gates == "all":
        return streets
    if gates == "open":
        return open_compounds(streets, np.unique(streets.compound[streets.compound != PUBLIC]), open_wall_m)
    behind = streets.compound[streets.links].max(axis=1)
    kept = ~streets.gate
    gate_links = np.flatnonzero(streets.gate)
    gate_links = gate_links[np.argsort(behind[gate_links], kind="stable")]
    for compound, first, n in zip(*np.unique(behind[gate_links], return_index=True, return_counts=True), strict=True):
        links = gate_links[first : first + n]
        order = generator(seed, "gates", int(compound)).permutation(links)
        kept[order[: 1 if gates == "one" else -(-len(links) // 2)]] = True
    return keep_links(streets, kept)


def open_compounds(streets: Streets, compounds: Ints, within_m: float) -> Streets:
    """The streets without the walls of some compounds.

    What lay inside is public, gates are plain links, and from every node of the paths inside that lies within
    `within_m` metres of a street a way leads straight to the nearest point of it, where the street gets a node. All
    other nodes keep their rows.
    """
    opened = np.isin(streets.compound, compounds)
    inner, link, along, off_m = _ways_out(streets, compounds, within_m)
    cut, foot = split_streets(streets, link, along)
    added = np.zeros(cut.n_nodes - streets.n_nodes, np.bool_)
    wall_less = replace(
        cut,
        compound=np.where(np.append(opened, added), np.int32(PUBLIC), cut.compound),
        gate=cut.gate & ~np.append(opened, added)[cut.links].any(axis=1),
    )
    return add_links(wall_less, np.column_stack([inner, foot]), np.maximum(off_m, SHORTEST_M), gate=False)


def _ways_out(streets: Streets, compounds: Ints, within_m: float) -> tuple[Ints, Ints, Floats, Floats]:
    """Ways from the paths of compounds: the node inside, the street link, how far along it, and the metres to it."""
    public = np.flatnonzero((streets.compound[streets.links] == PUBLIC).all(axis=1))
    low, high = (edge(streets.xy[streets.links[public]], axis=1) for edge in (np.min, np.max))
    ways: list[tuple[Ints, Ints, Floats, Floats]] = [(np.empty(0, np.int32),) * 2 + (np.empty(0),) * 2]
    for compound in compounds:
        inner = np.flatnonzero(streets.compound == compound)
        first, last = streets.xy[inner].min(axis=0) - within_m, streets.xy[inner].max(axis=0) + within_m
        there = public[((high >= first) & (low <= last)).all(axis=1)]
        if len(there):
            link, along, off_m = _nearest_link(streets, inner, there)
            near = off_m <= within_m
            ways.append((inner[near], link[near], along[near], off_m[near]))
    inner, link, along, off_m = (np.concatenate(column) for column in zip(*ways, strict=True))
    return inner, link, along, off_m


def _nearest_link(streets: Streets, nodes: Ints, links: Ints) -> tuple[Ints, Floats, Floats]:
    """For each node the nearest of some links, how far along it (0 to 1) its nearest point is, and the metres to it."""
    a, b = streets.xy[streets.links[links, 0]], streets.xy[streets.links[links, 1]]
    way, off = b - a, streets.xy[nodes][:, None] - a
    along = np.clip((off * way).sum(axis=2) / np.maximum((way * way).sum(axis=1), SHORTEST_M**2), 0, 1)
    metres = np.linalg.norm(off - along[..., None] * way, axis=2)
    best = np.argmin(metres, axis=1)
    rows = np.arange(len(nodes))
    return links[best], along[rows, best], metres[rows, best]


def split_streets(streets: Streets, link: Ints, along: Floats) -> tuple[Streets, Ints]:
    """The streets with a node at each of some points, `along` (0 to 1) a straight `link`, and the node of each point.

    Points lie `SHORTEST_M` apart at the least; the delay of a link stays at its ends, where streets meet.
    """
    length_m = streets.length_m[link]
    at_m = np.round(along * length_m / SHORTEST_M) * SHORTEST_M
    at_m = np.where(at_m > length_m - SHORTEST_M / 2, length_m, at_m)
    a, b = streets.xy[streets.links[link, 0]], streets.xy[streets.links[link, 1]]
    xy = a + (b - a) * (at_m / length_m)[:, None]
    return split_links(streets, link, at_m, xy, _delay_at_ends(streets))


def _delay_at_ends(streets: Streets) -> Floats:
    """The part of each link's delay that is lost at its first and at its second end, seconds, shape (link, 2).

    It is lost where streets meet; at both ends alike where they meet at both, or at neither.
    """
    ends = streets.links
    public = streets.links[(streets.compound[streets.links] == PUBLIC).all(axis=1)]
    meet: Bools = np.bincount(public.ravel(), minlength=streets.n_nodes)[ends] > 2
    meet[~meet.any(axis=1)] = True
    return np.asarray(streets.crossing_s[:, None] * meet / meet.sum(axis=1, keepdims=True))
