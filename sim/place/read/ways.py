"""Walkable ways as lines, and the street network that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from sim.columns import Bools, Floats, Ints, Shapes
from sim.notes import Note
from sim.place.read.crossings import crossing_notes, crossing_waits, meeting_waits
from sim.place.read.left_out import LeftOut
from sim.place.read.tags import Manner
from sim.place.streets import MILLIMETRE, PUBLIC, Streets, keep_links
from sim.place.walks import connected

# Streets have a node at least this often, in metres: figures by street are drawn by such pieces.
NODE_EVERY_M = 50.0
# Two nodes at one position are still two steps of a walk; a link has a length, in metres.
SHORTEST_LINK_M = 0.1


@dataclass(frozen=True)
class Ways:
    """Walkable ways as vertices in a row.

    Per vertex the `node` of the map, which ways share, and its `xy` (vertex, 2) in metres; per way its `first` vertex,
    whether it is `stairs`, `cycling`, a `bridge`, `entered` from doors beside it, `lived` along, what kind of
    `road` it is, the seconds `wait_s` lost along it, and how much `longer` it is than drawn (1: as drawn).
    `delay_s` maps a node to the seconds lost there; `left_out` the ways that are not walked.
    """

    node: NDArray[np.int64]
    xy: Floats
    first: NDArray[np.int64]
    stairs: Bools
    cycling: Bools
    bridge: Bools
    entered: Bools
    lived: Bools
    road: Ints
    wait_s: Floats
    longer: Floats
    delay_s: dict[int, float]
    left_out: LeftOut


def manner_columns(manners: Sequence[Manner]) -> dict[str, Any]:
    """The columns of `Ways` that say how each way is used."""
    columns = {name: np.array([getattr(one, name) for one in manners], dtype=bool) for name in MANNERS}
    return {**columns, "road": np.array([one.road for one in manners], dtype=np.int8)}


MANNERS = ("stairs", "cycling", "bridge", "entered", "lived")


class Network(NamedTuple):
    """Streets, and per link: whether it is a `bridge`, and `lived` along, the `line` drawn of it, the seconds `wait_s`
    (link, 2) lost at its first and its second end; and notes.
    """

    streets: Streets
    bridge: Bools
    lived: Bools
    line: Shapes
    wait_s: Floats
    notes: list[Note]


def build_streets(ways: Ways, crs: str) -> Network:
    """The largest connected part of the walkable ways, and notes of what was left out.

    Nodes are the ends of ways, the nodes that ways share, and crossings; a stretch between two of them is cut
    into equal links of `NODE_EVERY_M` at most.
    """
    whole = link_stretches(replace(ways, xy=np.round(ways.xy, MILLIMETRE)), crs)
    _, part = connected(whole.streets)
    kept = part == np.bincount(part).argmax()
    streets = keep_nodes(whole.streets, kept)
    links = kept[whole.streets.links].all(axis=1)
    all_m, kept_m = float(whole.streets.length_m.sum()), float(streets.length_m.sum())
    notes = ways.left_out.notes(all_m)
    if not kept.all():
        n_parts = len(np.unique(part)) - 1
        text = (
            f"{np.count_nonzero(~kept):,} of {len(kept):,} street nodes ({(all_m - kept_m) / 1000:,.1f} of "
            f"{all_m / 1000:,.1f} km, in {n_parts:,} parts) have no walk to the largest part of the network and are "
            "left out."
        )
        remedy = "Who lives there starts from the nearest street that is kept; join the parts in the file."
        notes.append(Note(text, (all_m - kept_m) / all_m, remedy))
    notes += crossing_notes(streets)
    return Network(streets, whole.bridge[links], whole.lived[links], whole.line[links], whole.wait_s[links], notes)


class Stretches(NamedTuple):
    """Stretches of ways between junctions, cut into pieces; those are links, once nodes are given to their ends.

    Fields:
        junction (map node,): whether a node of the map is a junction, and so a node of the streets.
        here (map node,): a vertex that lies at it.
        delay_s (map node,): seconds lost there.
        way_s (way,): seconds lost along each way.
        way_m (way,): its length, metres.
        along_m (vertex,): how far along all ways each vertex lies, metres.
        of_way (piece,): the way of each piece.
        tail, head (piece,): the nodes of the streets at its ends.
        from_vertex, to_vertex (piece,): the vertices at the ends of its stretch.
        at_m (piece,): how far along all ways it ends, metres.
        piece_m (piece,): how long it is, metres.
        cut (piece,): whether it ends within its stretch, at a node that no map has.
    """

    junction: Bools
    here: Ints
    delay_s: Floats
    way_s: Floats
    way_m: Floats
    along_m: Floats
    of_way: Ints
    tail: Ints
    head: Ints
    from_vertex: Ints
    to_vertex: Ints
    at_m: Floats
    piece_m: Floats
    cut: Bools


def cut_stretches(ways: Ways) -> Stretches:
    """All walkable ways between junctions, in pieces of `NODE_EVERY_M` at most."""
    map_node, here, row = np.unique(ways.node, return_index=True, return_inverse=True)
    last = np.append(ways.first[1:], len(row)) - 1
    way = np.repeat(np.arange(len(ways.first)), last - ways.first + 1)
    tagged_s = np.array([ways.delay_s.get(int(node), 0.0) for node in map_node])
    delay_s, way_s = meeting_waits(tagged_s, ways.wait_s, ways.road, row, way)
    junction = (np.bincount(row) > 1) | (delay_s > 0)
    junction[row[ways.first]] = junction[row[last]] = True
    step_m = np.hypot(*np.diff(ways.xy, axis=0, prepend=ways.xy[:1]).T) * ways.longer[way]
    step_m[ways.first] = 0.0
    along_m = np.cumsum(step_m)

    stop = np.flatnonzero(junction[row])
    a, b = stop[:-1], stop[1:]
    a, b = a[way[a] == way[b]], b[way[a] == way[b]]
    length_m = along_m[b] - along_m[a]
    pieces = np.maximum(np.ceil(length_m / NODE_EVERY_M), 1).astype(np.int64)

    number = np.cumsum(junction) - 1
    stretch = np.repeat(np.arange(len(a)), pieces)
    piece = np.arange(len(stretch)) - (np.cumsum(pieces) - pieces)[stretch]
    added = int(junction.sum()) + (np.cumsum(pieces - 1) - (pieces - 1))[stretch] + piece
    piece_m = (length_m / pieces)[stretch]
    return Stretches(
        junction, here, delay_s, way_s, along_m[last] - along_m[ways.first], along_m,
        of_way=way[a][stretch],
        tail=np.where(piece == 0, number[row[a]][stretch], added - 1),
        head=np.where(piece == pieces[stretch] - 1, number[row[b]][stretch], added),
        from_vertex=a[stretch],
        to_vertex=b[stretch],
        at_m=along_m[a][stretch] + piece_m * (piece + 1),
        piece_m=piece_m,
        cut=piece < pieces[stretch] - 1,
    )  # fmt: skip


def link_stretches(ways: Ways, crs: str) -> Network:
    """All walkable ways as links of `NODE_EVERY_M` at most."""
    xy, parts = ways.xy, cut_stretches(ways)
    cut_m = parts.at_m[parts.cut]
    cuts = np.column_stack([np.interp(cut_m, parts.along_m, xy[:, 0]), np.interp(cut_m, parts.along_m, xy[:, 1])])
    node_xy = np.concatenate([xy[parts.here[parts.junction]], cuts])
    links = np.column_stack([parts.tail, parts.head]).astype(np.int32)
    link_m = np.maximum(parts.piece_m, SHORTEST_LINK_M)
    kept = first_of_each(links, ways.stairs[parts.of_way], link_m)
    links, of_way, link_m, piece_m = links[kept], parts.of_way[kept], link_m[kept], parts.piece_m[kept]
    node_delay_s = np.concatenate([parts.delay_s[parts.junction], np.zeros(len(cuts))])
    share = np.divide(piece_m, parts.way_m[of_way], out=np.zeros(len(kept)), where=piece_m > 0)
    along_s = parts.way_s[of_way] * share
    wait_s = crossing_waits(node_xy, links, link_m, ways.road[of_way], node_delay_s) + along_s[:, None] / 2
    streets = Streets(
        xy=node_xy,
        links=links,
        length_m=link_m,
        grade=np.zeros(len(kept)),
        crossing_s=wait_s.sum(axis=1),
        stairs=ways.stairs[of_way],
        gate=np.zeros(len(kept), dtype=bool),
        compound=np.full(len(node_xy), PUBLIC, dtype=np.int32),
        crs=crs,
        cycling=ways.cycling[of_way],
        entered=ways.entered[of_way],
    )
    ends_m = np.column_stack([parts.at_m - parts.piece_m, parts.at_m])[kept]
    line = drawn(node_xy[links], xy, parts.along_m, ends_m, parts.from_vertex[kept], parts.to_vertex[kept])
    return Network(streets, ways.bridge[of_way], ways.lived[of_way], line, wait_s, [])


def drawn(ends: Floats, xy: Floats, along_m: Floats, ends_m: Floats, before: Ints, after: Ints) -> Shapes:
    """A line for each link, from one of its `ends` (link, 2, 2) to the other, through the vertices `xy` between those
    `before` and `after` it that lie between its `ends_m` (link, 2) along the ways.
    """
    low = np.maximum(np.searchsorted(along_m, ends_m[:, 0], "right"), before + 1)
    high = np.maximum(np.minimum(np.searchsorted(along_m, ends_m[:, 1], "left"), after), low)
    count = high - low
    link = np.repeat(np.arange(len(low)), count)
    vertex = np.arange(len(link)) - (np.cumsum(count) - count)[link] + low[link]
    rows = np.arange(len(low))
    of = np.concatenate([rows, link, rows])
    order = np.argsort(of, kind="stable")
    points = np.concatenate([ends[:, 0], xy[vertex], ends[:, 1]])
    return np.asarray(shapely.linestrings(points[order], indices=of[order]), dtype=object)


def first_of_each(links: Ints, stairs: Bools, length_m: Floats) -> NDArray[np.int64]:
    """Ints of the shortest link between any two nodes, with stairs and without, in their order.

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
