"""The street network that residents walk on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np

from sim.columns import Bools, Floats, Ints, seal, short_repr
from sim.errors import InputError

METRE_GRAIN: Final = 2.0**-30
PUBLIC = -1


class WalkClass(IntEnum):
    """How a party goes: `ABLE` takes stairs, `STEP_FREE` does not.

    `CYCLE` cycles a tour from its start, or pushes where it must; `RIDE` rides out and home where a walk would not do.
    """

    ABLE = 0
    STEP_FREE = 1
    CYCLE = 2
    RIDE = 3


# Seconds of crossing delay become metres at the speed of the class: that of adults, that of ages 70 to 79 slowed by
# 0.65, that of cyclists, and that of e-bikes, as in configs/people [A].
CLASS_SPEED_M_S = {WalkClass.ABLE: 1.25, WalkClass.STEP_FREE: 0.6, WalkClass.CYCLE: 3.5, WalkClass.RIDE: 4.2}
ON_FOOT = (WalkClass.ABLE, WalkClass.STEP_FREE)
WHEELED = (WalkClass.CYCLE, WalkClass.RIDE)


@dataclass(frozen=True)
class Streets:
    """Nodes in metres joined by links that are walked both ways.

    Fields:
        xy (node, 2): metres.
        links (link, 2): the nodes at its ends.
        length_m (link,): metres.
        grade (link,): rise over length, from the first node to the second.
        crossing_s (link,): delay, seconds.
        stairs (link,): whether it is stairs.
        gate (link,): whether it crosses the wall of a compound.
        compound (node,): row of the compound, or -1 on public streets.
        crs: an authority code or WKT, or None for a grown place.
        cycling (link,): whether it may be cycled (not given: all but stairs).
        entered (link,): whether doors may lie along it (not given: none, they lie at nodes).
    """

    xy: Floats
    links: Ints
    length_m: Floats
    grade: Floats
    crossing_s: Floats
    stairs: Bools
    gate: Bools
    compound: Ints
    crs: str | None = None
    cycling: Bools = field(default_factory=lambda: np.empty(0, np.bool_))
    entered: Bools = field(default_factory=lambda: np.empty(0, np.bool_))

    __repr__ = short_repr

    def __post_init__(self) -> None:
        if len(self.cycling) != len(self.links):
            object.__setattr__(self, "cycling", ~self.stairs)
        if len(self.entered) != len(self.links):
            object.__setattr__(self, "entered", np.zeros(len(self.links), np.bool_))
        seal(self)

    @property
    def n_nodes(self) -> int:
        return len(self.xy)

    @property
    def n_links(self) -> int:
        return len(self.links)

    def same_as(self, other: Streets) -> bool:
        """Whether these are the very same nodes and links."""
        names = [column.name for column in fields(self) if column.name != "crs"]
        return self is other or all(np.array_equal(getattr(self, name), getattr(other, name)) for name in names)

    def walking_m(self, walk_class: WalkClass) -> Floats:
        """Metres that a link costs a walk class, shape (link,): length, grade and crossing delay; inf where barred.

        A grade costs the mean of its two directions, so that a walk and its return cost the same
        (Tobler 1993: speed proportional to exp(-3.5 |slope + 0.05|)). Rounded to `METRE_GRAIN`, about a nanometre: a
        walk of up to 8,000 km is then the very same number whichever end it is added up from.
        """
        up = np.exp(3.5 * np.abs(self.grade + 0.05))
        down = np.exp(3.5 * np.abs(self.grade - 0.05))
        metres = self.length_m * (up + down) / (2 * np.exp(3.5 * 0.05))
        if walk_class in WHEELED:  # where cycling is not allowed, and on stairs, the bicycle is pushed
            pushed = CLASS_SPEED_M_S[walk_class] / CLASS_SPEED_M_S[WalkClass.ABLE]
            metres = np.where(self.cycling & ~self.stairs, metres, metres * pushed)
        metres = metres + self.crossing_s * CLASS_SPEED_M_S[walk_class]
        metres = np.round(metres / METRE_GRAIN) * METRE_GRAIN
        return np.where(self.stairs, np.inf, metres) if walk_class == WalkClass.STEP_FREE else metres

    def to_networkx(self) -> nx.MultiGraph:
        """The network as networkx and OSMnx users know it: nodes with x, y, compound; edges with the link's columns.

        `walking_m` is what a link costs an able walker. Gates are plain edges here: that nobody walks
        through a compound is a rule of walking (`sim.place.walks.search`), not of the graph.
        """
        graph = nx.MultiGraph(crs=self.crs)
        graph.add_nodes_from(
            (node, {"x": float(x), "y": float(y), "compound": int(compound)})
            for node, ((x, y), compound) in enumerate(zip(self.xy, self.compound, strict=True))
        )
        walking_m = self.walking_m(WalkClass.ABLE)
        for link, (a, b) in enumerate(self.links):
            graph.add_edge(
                int(a),
                int(b),
                key=link,
                first=int(a),
                length_m=float(self.length_m[link]),
                walking_m=float(walking_m[link]),
                grade=float(self.grade[link]),
                crossing_s=float(self.crossing_s[link]),
                stairs=bool(self.stairs[link]),
                gate=bool(self.gate[link]),
                cycling=bool(self.cycling[link]),
                entered=bool(self.entered[link]),
            )
        return graph

    @classmethod
    def from_networkx(cls, graph: Any) -> Streets:
        """Streets of any networkx graph whose nodes have `x`, `y` in metres and whose edges have `length_m`.

        Nodes and edges keep the graph's order. `grade`, `crossing_s`, `stairs`, `gate`, `cycling`, `entered` and
        the nodes' `compound` are taken where given. Raises `InputError` where a position or length is missing or not
        positive.
        """
        row = {node: i for i, node in enumerate(graph.nodes)}
        ends, columns = [], []
        for a, b, edge in graph.edges(data=True):
            length_m = edge.get("length_m")
            if length_m is None or not length_m > 0:
                raise InputError(f"edge {a!r}-{b!r}: length_m is {length_m!r}; a positive length in metres is needed")
            first, second = (a, b) if edge.get("first", a) == a else (b, a)
            ends.append((row[first], row[second]))
            columns.append(
                (
                    length_m,
                    edge.get("grade", 0.0),
                    edge.get("crossing_s", 0.0),
                    edge.get("stairs", False),
                    edge.get("gate", False),
                    edge.get("cycling", not edge.get("stairs", False)),
                    edge.get("entered", False),
                )
            )
        try:
            xy = [(float(data["x"]), float(data["y"])) for _, data in graph.nodes(data=True)]
        except KeyError as missing:
            raise InputError(f"a node has no {missing}; every node needs x and y in metres") from None
        column = np.array(columns, dtype=float).reshape(-1, 7)
        return cls(
            xy=np.array(xy, dtype=float).reshape(-1, 2),
            links=np.array(ends, dtype=np.int32).reshape(-1, 2),
            length_m=column[:, 0].copy(),
            grade=column[:, 1].copy(),
            crossing_s=column[:, 2].copy(),
            stairs=column[:, 3] != 0,
            gate=column[:, 4] != 0,
            cycling=column[:, 5] != 0,
            entered=column[:, 6] != 0,
            compound=np.array([d.get("compound", PUBLIC) for _, d in graph.nodes(data=True)], dtype=np.int32),
            crs=graph.graph.get("crs"),
        )


def street_side(streets: Streets) -> Ints:
    """The street-side node of each gate, shape (gate,)."""
    ends = streets.links[streets.gate]
    return np.where(streets.compound[ends[:, 0]] == PUBLIC, ends[:, 0], ends[:, 1])


# Decimals of projected metres: versions of PROJ differ far behind, and places and digests must not.
MILLIMETRE: Final = 3
LINK_COLUMNS: Final = ("links", "length_m", "grade", "crossing_s", "stairs", "gate", "cycling", "entered")


def keep_links(streets: Streets, kept: Bools) -> Streets:
    """The streets with some of their links only, shape (link,)."""
    return replace(streets, **{name: getattr(streets, name)[kept] for name in LINK_COLUMNS})


def split_links(streets: Streets, link: Ints, at_m: Floats, xy: Floats, wait_s: Floats) -> tuple[Streets, Ints]:
    """The streets with a node at each of some points, `at_m` metres along a `link`, and the node of each point.

    New nodes stand behind all others, at `xy` (point, 2); a point at an end of its link is that node. The parts of a
    link are together as long as it was, and lose at their outer ends `wait_s` (link, 2), what it loses at each.
    """
    node = streets.links[link, np.where(at_m > 0, 1, 0)].astype(np.int32)
    inner = (at_m > 0) & (at_m < streets.length_m[link])
    cut, point, row = np.unique(np.column_stack([link, at_m])[inner], axis=0, return_index=True, return_inverse=True)
    node[inner] = streets.n_nodes + row.ravel()
    cut_link, cut_m = cut[:, 0].astype(np.int64), cut[:, 1]
    pieces = np.bincount(cut_link, minlength=streets.n_links) + 1
    of = np.repeat(np.arange(streets.n_links), pieces)
    first = np.cumsum(pieces) - pieces
    last = first + pieces - 1
    before = np.arange(len(of)) > first[of]  # which pieces begin at a point
    after = np.arange(len(of)) < last[of]
    start_m, end_m = np.zeros(len(of)), streets.length_m[of]
    tail, head = streets.links[of].T.copy()
    new = np.arange(streets.n_nodes, streets.n_nodes + len(cut))
    start_m[before], tail[before] = cut_m, new
    end_m[after], head[after] = cut_m, new
    columns: dict[str, Any] = {name: getattr(streets, name)[of] for name in LINK_COLUMNS}
    columns["links"] = np.column_stack([tail, head]).astype(np.int32)
    columns["length_m"] = end_m - start_m
    columns["crossing_s"] = np.where(before, 0.0, wait_s[of, 0]) + np.where(after, 0.0, wait_s[of, 1])
    compound = np.concatenate([streets.compound, np.full(len(cut), PUBLIC, np.int32)])
    return replace(streets, xy=np.concatenate([streets.xy, xy[inner][point]]), compound=compound, **columns), node


def add_links(streets: Streets, links: Ints, length_m: Floats, gate: bool) -> Streets:
    """The streets with more links (link, 2), flat, without steps or crossings."""
    n = len(links)
    more = {
        "links": links.astype(np.int32),
        "length_m": length_m,
        "grade": np.zeros(n),
        "crossing_s": np.zeros(n),
        "stairs": np.zeros(n, np.bool_),
        "gate": np.full(n, gate),
        "cycling": np.ones(n, np.bool_),
        "entered": np.zeros(n, np.bool_),
    }
    columns: dict[str, Any] = {name: np.concatenate([getattr(streets, name), more[name]]) for name in LINK_COLUMNS}
    return replace(streets, **columns)


class Area(NamedTuple):
    """An area that is entered at any of its doors.

    Fields:
        xy: its middle, metres.
        doors (door,): street nodes.
        metres (door,): from each of them to the middle.
    """

    xy: tuple[float, float]
    doors: Ints
    metres: Floats


def add_areas(streets: Streets, areas: Sequence[Area]) -> Streets:
    """The streets with a node for each area, behind all other nodes and in the order given.

    An area is a compound of its own, so that a walk takes whichever door is nearer and nobody walks through.
    """
    if not areas:
        return streets
    n, alone = len(areas), int(streets.compound.max(initial=PUBLIC)) + 1
    nodes = np.repeat(np.arange(streets.n_nodes, streets.n_nodes + n), [len(area.doors) for area in areas])
    doors = np.column_stack([np.concatenate([area.doors for area in areas]), nodes])
    streets = replace(
        streets,
        xy=np.vstack([streets.xy, [area.xy for area in areas]]),
        compound=np.concatenate([streets.compound, np.arange(alone, alone + n, dtype=np.int32)]),
    )
    return add_links(streets, doors, np.concatenate([area.metres for area in areas]), gate=False)


def stack_streets(parts: Sequence[Streets]) -> Streets:
    """Several streets as one, each with its nodes and compounds behind those of the parts before it.

    They have one coordinate system; nothing joins them.
    """
    nodes = first_rows([part.n_nodes for part in parts])
    compounds = first_rows([int(part.compound.max(initial=PUBLIC)) + 1 for part in parts])
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in (*LINK_COLUMNS, "xy")
    }
    columns["links"] = np.concatenate([part.links + first for part, first in zip(parts, nodes, strict=True)])
    columns["compound"] = np.concatenate(
        [in_whole(part.compound, first) for part, first in zip(parts, compounds, strict=True)]
    )
    return Streets(**columns, crs=parts[0].crs)


def first_rows(counts: Sequence[int]) -> Ints:
    """The first row of each part when parts of so many rows stand behind each other."""
    return np.cumsum([0, *counts[:-1]]).astype(np.int32)


def in_whole(compound: Ints, first: int) -> Ints:
    """Rows of compounds counted from `first`; public ground stays so."""
    return np.where(compound == PUBLIC, np.int32(PUBLIC), compound + np.int32(first))
