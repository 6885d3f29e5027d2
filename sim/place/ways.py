"""Walkable ways as lines, and the street network that they make."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.columns import Bools, Floats, Ints
from sim.notes import Note
from sim.place.streets import PUBLIC, Streets, keep_links
from sim.place.walks import connected

# Homes and outlets snap to the nearest node, so a street has one at least this often, in metres.
NODE_EVERY_M = 50.0
# Two nodes at one position are still two steps of a walk; a link has a length, in metres.
SHORTEST_LINK_M = 0.1


@dataclass(frozen=True)
class Ways:
    """Walkable ways as vertices in a row.

    Per vertex the `node` of the map, which ways share, and its `xy` (vertex, 2) in metres; per way its `first` vertex,
    whether it is `stairs`, `cycling`, a `bridge`, the seconds `wait_s` lost along it, and how much `longer` it is than
    drawn (1: as drawn).
    `delay_s` maps a node to the seconds lost there; `barred` counts the ways left out, by reason.
    """

    node: NDArray[np.int64]
    xy: Floats
    first: NDArray[np.int64]
    stairs: Bools
    cycling: Bools
    bridge: Bools
    wait_s: Floats
    longer: Floats
    delay_s: dict[int, float]
    barred: Counter[str]


def build_streets(ways: Ways, crs: str) -> tuple[Streets, Bools, list[Note]]:
    """The largest connected part of the walkable ways, which of its links are bridges, and notes of what was left out.

    Nodes are the ends of ways, the nodes that ways share, and crossings; a stretch between two of them is cut
    into equal links of `NODE_EVERY_M` at most.
    """
    all_streets, bridge = link_stretches(ways, crs)
    _, part = connected(all_streets)
    kept = part == np.bincount(part).argmax()
    streets = keep_nodes(all_streets, kept)
    notes = []
    if not kept.all():
        gone_m = all_streets.length_m.sum() - streets.length_m.sum()
        notes.append(
            Note(
                f"{np.count_nonzero(~kept):,} of {len(kept):,} street nodes ({gone_m / 1000:,.1f} of "
                f"{all_streets.length_m.sum() / 1000:,.1f} km) have no walk to the largest part of the network "
                "and are left out."
            )
        )
    for reason, count in sorted(ways.barred.items()):
        if reason != "not for walkers":
            notes.append(Note(f"Ways left out because they are {reason}: {count:,}."))
    return streets, bridge[kept[all_streets.links].all(axis=1)], notes


def link_stretches(ways: Ways, crs: str) -> tuple[Streets, Bools]:
    """All walkable ways as links of `NODE_EVERY_M` at most, and which of them are bridges."""
    xy = ways.xy
    map_node, here, row = np.unique(ways.node, return_index=True, return_inverse=True)
    delay_s = np.array([ways.delay_s.get(int(node), 0.0) for node in map_node])
    last = np.append(ways.first[1:], len(row)) - 1
    junction = (np.bincount(row) > 1) | (delay_s > 0)
    junction[row[ways.first]] = junction[row[last]] = True
    way = np.repeat(np.arange(len(ways.first)), last - ways.first + 1)
    step_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T) * ways.longer[way]
    step_m[ways.first] = 0.0
    along_m = np.cumsum(step_m)
    way_m = along_m[last] - along_m[ways.first]

    stop = np.flatnonzero(junction[row])
    a, b = stop[:-1], stop[1:]
    a, b = a[way[a] == way[b]], b[way[a] == way[b]]
    length_m = along_m[b] - along_m[a]
    pieces = np.maximum(np.ceil(length_m / NODE_EVERY_M), 1).astype(np.int64)

    number = np.cumsum(junction) - 1
    n_junctions = int(junction.sum())
    stretch = np.repeat(np.arange(len(a)), pieces)
    piece = np.arange(len(stretch)) - (np.cumsum(pieces) - pieces)[stretch]
    added = n_junctions + (np.cumsum(pieces - 1) - (pieces - 1))[stretch] + piece
    tail = np.where(piece == 0, number[row[a]][stretch], added - 1)
    head = np.where(piece == pieces[stretch] - 1, number[row[b]][stretch], added)
    between = piece < pieces[stretch] - 1
    at_m = (along_m[a][stretch] + (length_m / pieces)[stretch] * (piece + 1))[between]
    cuts = np.column_stack([np.interp(at_m, along_m, xy[:, 0]), np.interp(at_m, along_m, xy[:, 1])])
    node_xy = np.concatenate([xy[here[junction]], cuts])
    node_delay_s = np.concatenate([delay_s[junction], np.zeros(len(cuts))])
    links = np.column_stack([tail, head]).astype(np.int32)
    piece_m = (length_m / pieces)[stretch]
    link_m = np.maximum(piece_m, SHORTEST_LINK_M)
    of_way = way[a][stretch]
    wait_s = ways.wait_s[of_way] * np.divide(piece_m, way_m[of_way], out=np.zeros(len(links)), where=piece_m > 0)
    kept = first_of_each(links, ways.stairs[of_way], link_m)
    of_way = of_way[kept]
    streets = Streets(
        xy=node_xy,
        links=links[kept],
        length_m=link_m[kept],
        grade=np.zeros(len(kept)),
        crossing_s=node_delay_s[links[kept]].sum(axis=1) / 2 + wait_s[kept],
        stairs=ways.stairs[of_way],
        gate=np.zeros(len(kept), dtype=bool),
        compound=np.full(len(node_xy), PUBLIC, dtype=np.int32),
        crs=crs,
        cycling=ways.cycling[of_way],
    )
    return streets, ways.bridge[of_way]


def first_of_each(links: Ints, stairs: Bools, length_m: Floats) -> NDArray[np.int64]:
    """Rows of the shortest link between any two nodes, with stairs and without, in their order.

    A link from a node to itself is left out.
    """
    low, high = links.min(axis=1), links.max(axis=1)
    order = np.lexsort((length_m, stairs, high, low))
    order = order[low[order] != high[order]]
    key = np.stack([low[order], high[order], stairs[order]])
    new = np.append(True, (key[:, 1:] != key[:, :-1]).any(axis=0))
    return np.sort(order[new[: len(order)]])


def keep_nodes(streets: Streets, kept: Bools) -> Streets:
    """The same streets with only some nodes, and the links between them."""
    number = np.cumsum(kept, dtype=np.int32) - 1
    links = np.asarray(kept[streets.links].all(axis=1))
    fewer = keep_links(streets, links)
    return replace(
        fewer, xy=streets.xy[kept], links=number[fewer.links].astype(np.int32), compound=streets.compound[kept]
    )
