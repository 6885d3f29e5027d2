"""The ways of an OpenStreetMap extract, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from sim.columns import Floats
from sim.notes import Note
from sim.place.config import OsmConfig
from sim.place.read.left_out import LeftOut
from sim.place.read.tags import Manner, crossing_way_delay, manner_of
from sim.place.read.ways import Ways, manner_columns

DEGREE_M: Final = 111_195.0  # of a great circle, on a globe of 6,371 km


@dataclass
class FoundWays:
    """The ways of a map as they are read, one after the other.

    Fields:
        vertices: node, longitude and latitude of each vertex.
        first: the first vertex of each way.
        manners: how each way is used.
        wait_s: seconds lost along each way.
        delay_s: seconds lost at a node, by its number.
        gates: the nodes that are gates.
        left_out: the ways that are not walked.
        cut: how many ways reach beyond the extract.
        lost: how many of their nodes are not in it.
        short: how many ways have one node or none.
    """

    vertices: list[tuple[int, float, float]] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    manners: list[Manner] = field(default_factory=list)
    wait_s: list[float] = field(default_factory=list)
    delay_s: dict[int, float] = field(default_factory=dict)
    gates: list[int] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    cut: int = 0  # ways
    lost: int = 0  # nodes
    short: int = 0  # ways

    def take(self, nodes: Any, tags: dict[str, str], osm: OsmConfig) -> None:
        """Read one way."""
        manner = manner_of(tags, osm.walkable)
        parts = mapped_parts(nodes)
        if manner.barred:
            metres = sum(drawn_m(np.array(part)[:, 1:]) for part in parts)
            self.left_out.add(manner.barred, tags["highway"], metres)
            return
        lost = sum(not node.location.valid() for node in nodes)
        self.lost += lost
        self.cut += lost > 0
        self.short += not parts and not lost
        for part in parts:
            self.first.append(len(self.vertices))
            self.manners.append(manner)
            self.wait_s.append(crossing_way_delay(tags, osm))
            self.vertices += part

    def ways(self) -> Ways:
        """All of them, in degrees."""
        return Ways(
            node=np.array([node for node, _, _ in self.vertices], dtype=np.int64),
            xy=np.array([lonlat for _, *lonlat in self.vertices], dtype=float).reshape(-1, 2),
            first=np.array(self.first, dtype=np.int64),
            **manner_columns(self.manners),
            wait_s=np.array(self.wait_s, dtype=float),
            longer=np.ones(len(self.first)),
            delay_s=self.delay_s,
            left_out=self.left_out,
        )

    def notes(self) -> list[Note]:
        """What the map lacks."""
        notes = []
        if self.lost:
            share = self.lost / (self.lost + len(self.vertices))
            text = (
                f"Walkable ways with nodes that are not in the file: {self.cut:,}, with {self.lost:,} such nodes "
                f"({share:.1%} of all); they are walked as far as the file knows them."
            )
            notes.append(Note(text, share, "Cut the map with whole ways (osmium extract does by itself)."))
        if self.short:
            notes.append(Note(f"Walkable ways of one node or none, left out: {self.short:,}, 0 m."))
        gates = np.isin(self.gates, [node for node, _, _ in self.vertices]).sum()
        if gates:
            text = f"Gates on the walkable ways of the map: {gates:,}. It has no walls, so nothing is walled in."
            notes.append(Note(text))
        return notes


def drawn_m(lonlat: Floats) -> float:
    """About how many metres a line in degrees is long; for what is told in notes."""
    east = np.diff(lonlat[:, 0]) * np.cos(np.radians(lonlat[:-1, 1]))
    return float(np.hypot(east, np.diff(lonlat[:, 1])).sum()) * DEGREE_M


def mapped_parts(nodes: Any) -> list[list[tuple[int, float, float]]]:
    """The parts of a way whose nodes (id, lon, lat) are in the extract, each of two nodes or more."""
    parts: list[list[tuple[int, float, float]]] = [[]]
    for node in nodes:
        if node.location.valid():
            parts[-1].append((node.ref, node.lon, node.lat))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]
