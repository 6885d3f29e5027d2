"""Districts grown from numbers: blocks of streets, compounds with walls and gates, paths and entrances inside."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.place.config import GrownConfig, PlaceConfig
from sim.place.place import Homes, Place, bands_from_north
from sim.place.streets import PUBLIC, Streets, street_side
from sim.randomness import generator


class _Draft:
    """Nodes and links in the making."""

    def __init__(self) -> None:
        self.xy: list[tuple[float, float]] = []
        self.compound: list[int] = []
        self.ends: list[tuple[int, int]] = []
        self.crossing_s: list[float] = []
        self.gate: list[bool] = []

    def node(self, x: float, y: float, compound: int = PUBLIC) -> int:
        self.xy.append((x, y))
        self.compound.append(compound)
        return len(self.xy) - 1

    def link(self, a: int, b: int, crossing_s: float = 0.0, gate: bool = False) -> None:
        self.ends.append((a, b))
        self.crossing_s.append(crossing_s)
        self.gate.append(gate)

    def where(self, nodes: Sequence[int]) -> Floats:
        return np.array([self.xy[node] for node in nodes])

    def streets(self) -> Streets:
        xy, ends = np.array(self.xy), np.array(self.ends, dtype=np.int32)
        return Streets(
            xy=xy,
            links=ends,
            length_m=np.linalg.norm(xy[ends[:, 0]] - xy[ends[:, 1]], axis=1),
            grade=np.zeros(len(ends)),
            crossing_s=np.array(self.crossing_s),
            stairs=np.zeros(len(ends), dtype=bool),
            gate=np.array(self.gate),
            compound=np.array(self.compound, dtype=np.int32),
        )


Box = tuple[float, float, float, float]  # west, east, south and north in metres


def grow_district(config: PlaceConfig) -> Place:
    """A square district of `config.grown`, its corner at 0, 0; its communities are bands from north to south."""
    side = float(np.sqrt(config.grown.area_km2) * 1000)
    return grow(config.name, config.seed, config.grown, (0.0, side, 0.0, side), config.zones)


class _Settled(NamedTuple):
    """What is built in the blocks of a district.

    Fields:
        entrances: the nodes behind which people live.
        compound_of: the compound of each entrance, or `PUBLIC`.
        walls: a closed ring (point, 2) for each compound.
        parks: the nodes of open ground.
    """

    entrances: list[int]
    compound_of: list[int]
    walls: list[Floats]
    parks: list[int]


def grow(name: str, seed: int, grown: GrownConfig, box: Box, zones: Sequence[str]) -> Place:
    """A district of rectangular blocks between streets in a box; residents live behind entrances inside the blocks.

    The settled share of the blocks lies more in the middle than at the rim; the others have streets but no
    paths. A share of the blocks is walled: a compound that is left and entered through its gates only. The
    other settled blocks open on every side. The `park_blocks` nearest to the middle are parks with open paths.
    A street corner costs a crossing delay, half on each of its links. Chance belongs to `seed` and `name`. Raises
    `InputError` where no block is left to live in.
    """
    rng = generator(seed, "district", name)
    west, east, south, north = box
    xs, ys = _cuts(west, east, grown, rng), _cuts(south, north, grown, rng)
    draft = _Draft()
    built = _settle_blocks(draft, box, xs, ys, grown, rng)
    if not built.entrances:
        raise InputError(
            f"place {name!r}: no block is settled; a larger area_km2 or settled_share, or fewer park_blocks, is needed"
        )
    streets = draft.streets()
    xy = streets.xy[built.entrances]
    weight = np.ones(len(built.entrances))
    homes = Homes(
        node=np.array(built.entrances, dtype=np.int32),
        xy=xy,
        snap_m=np.zeros(len(built.entrances)),
        compound=np.array(built.compound_of, dtype=np.int32),
        zone=bands_from_north(xy[:, 1], weight, len(zones)),
        weight=weight,
        floors=np.full(len(built.entrances), grown.floors, dtype=np.int32),
        lift=_with_lift(built.compound_of, grown.lift_share, generator(seed, "lifts", name)),
    )
    return Place(
        name=name,
        streets=streets,
        homes=homes,
        zones=tuple(zones),
        walls=tuple(built.walls),
        population=float(grown.residents),
        parks=np.array(built.parks, dtype=np.int32),
        gates=street_side(streets),
    )


def _settle_blocks(
    draft: _Draft, box: Box, xs: Floats, ys: Floats, grown: GrownConfig, rng: np.random.Generator
) -> _Settled:
    """Streets between blocks, and paths, walls and gates in those that are settled or parks."""
    west, east, south, north = box
    edges = _lay_streets(draft, xs, ys, grown)
    blocks = [(i, j) for j in range(len(ys) - 1) for i in range(len(xs) - 1)]
    middle = np.array([(xs[i] + xs[i + 1], ys[j] + ys[j + 1]) for i, j in blocks]) / 2
    off_m = np.linalg.norm(middle - ((west + east) / 2, (south + north) / 2), axis=1)
    parks = set(np.argsort(off_m, kind="stable")[: grown.park_blocks].tolist())
    nearness = off_m * rng.uniform(0.5, 1.5, len(blocks))
    settled = np.argsort(np.argsort(nearness)) < round(grown.settled_share * len(blocks))
    walled = rng.random(len(blocks)) < grown.walled_share
    built = _Settled([], [], [], [])
    for row, (i, j) in enumerate(blocks):
        if row not in parks and not settled[row]:
            continue
        compound = len(built.walls) if walled[row] and row not in parks else PUBLIC
        inside = _lay_paths(draft, (xs[i], xs[i + 1], ys[j], ys[j + 1]), compound, grown)
        if compound == PUBLIC:
            _open_block(draft, inside, edges[i, j], 8)
        else:
            inset = grown.setback_m / 2
            built.walls.append(_ring(xs[i] + inset, xs[i + 1] - inset, ys[j] + inset, ys[j + 1] - inset))
            _open_block(draft, inside, edges[i, j], int(rng.integers(grown.gates[0], grown.gates[1] + 1)), rng)
        if row in parks:
            built.parks.extend(inside.ravel().tolist())
        else:
            built.entrances.extend(inside.ravel().tolist())
            built.compound_of.extend([compound] * inside.size)
    return built


def _with_lift(compound_of: list[int], share: float, rng: np.random.Generator) -> Bools:
    """Which homes have a lift: compound by compound, or entrance by entrance where there is no wall."""
    of_home, of_compound = rng.random(len(compound_of)), rng.random(max(compound_of) + 1)
    compound = np.array(compound_of)
    return np.where(compound == PUBLIC, of_home, of_compound[compound] if len(of_compound) else 1.0) < share


def _cuts(start: float, end: float, grown: GrownConfig, rng: np.random.Generator) -> Floats:
    """Where the streets run, from `start` to `end`: blocks drawn between least and most, stretched to fit."""
    side = end - start
    low, high = grown.block_m
    ends = [0.0, rng.uniform(low, high)]  # added up one by one: sum() of floats differs between versions of Python
    while ends[-1] < side - low / 2:
        ends.append(ends[-1] + rng.uniform(low, high))
    return start + np.array(ends) * side / ends[-1]


def _lay_streets(draft: _Draft, xs: Floats, ys: Floats, grown: GrownConfig) -> dict[tuple[int, int], list[int]]:
    """Streets along the cuts with a node about every `street_node_m`; returns the street nodes around each block."""
    corner = {(i, j): draft.node(x, y) for i, x in enumerate(xs) for j, y in enumerate(ys)}

    def along(a: int, b: int) -> list[int]:
        start, end = np.array(draft.xy[a]), np.array(draft.xy[b])
        n = max(1, round(float(np.linalg.norm(end - start)) / grown.street_node_m))
        nodes = [draft.node(*(start + (end - start) * k / n)) for k in range(1, n)]
        chain = [a, *nodes, b]
        for k, (first, second) in enumerate(pairwise(chain)):
            corners = (k == 0) + (k == n - 1)
            draft.link(first, second, corners * grown.crossing_s / 2)
        return nodes

    across = {(i, j): along(corner[i, j], corner[i + 1, j]) for i in range(len(xs) - 1) for j in range(len(ys))}
    up = {(i, j): along(corner[i, j], corner[i, j + 1]) for i in range(len(xs)) for j in range(len(ys) - 1)}
    return {
        (i, j): [
            *(corner[i + di, j + dj] for di in (0, 1) for dj in (0, 1)),
            *across[i, j], *across[i, j + 1], *up[i, j], *up[i + 1, j],
        ]
        for i in range(len(xs) - 1) for j in range(len(ys) - 1)
    }  # fmt: skip


def _lay_paths(draft: _Draft, box: Box, compound: int, grown: GrownConfig) -> Ints:
    """A grid of paths inside a block, set back from its streets; returns its nodes, shape (column, row)."""
    x0, x1, y0, y1 = box

    def lines(low: float, high: float) -> Floats:
        low, high = low + grown.setback_m, high - grown.setback_m
        if high <= low:
            return np.array([(low + high) / 2])
        return np.linspace(low, high, max(1, round((high - low) / grown.path_m)) + 1)

    columns, rows = lines(x0, x1), lines(y0, y1)
    nodes = np.array([[draft.node(x, y, compound) for y in rows] for x in columns])
    for a, b in ((nodes[:-1], nodes[1:]), (nodes[:, :-1], nodes[:, 1:])):
        for first, second in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True):
            draft.link(first, second)
    return nodes


def _open_block(
    draft: _Draft, inside: Ints, around: list[int], openings: int, rng: np.random.Generator | None = None
) -> None:
    """Join the paths of a block to its streets at some openings.

    With `rng` they are gates in a wall, at places drawn one side after another; without, openings spread evenly.
    """
    rim = np.unique(np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]]))
    rim_xy, street_xy = draft.where(rim.tolist()), draft.where(around)
    angle = np.arctan2(*(rim_xy - rim_xy.mean(axis=0)).T[::-1])
    if rng is None:
        wanted = np.linspace(-np.pi, np.pi, openings, endpoint=False)
    else:
        sides = rng.permutation(4)[np.arange(openings) % 4]
        wanted = (sides + rng.uniform(-0.35, 0.35, openings)) * np.pi / 2
    turn = np.abs((angle - wanted[:, None] + np.pi) % (2 * np.pi) - np.pi)
    for row in np.unique(np.argmin(turn, axis=1)).tolist():
        street = around[int(np.argmin(np.linalg.norm(street_xy - rim_xy[row], axis=1)))]
        draft.link(int(rim[row]), street, gate=rng is not None)


def _ring(x0: float, x1: float, y0: float, y1: float) -> Floats:
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)])
