"""Shortest walks by networkx, from the rule of the walls as it is written down.

A walk uses public streets, the compound in which it starts and the compound in which it ends. The gates of the first
are passed outwards only, those of the second inwards only: a walk leaves a compound once and enters one once, and
nobody walks through a compound. Within one compound, it may stay inside or leave by a gate and come back by another.
"""

from __future__ import annotations

from functools import cache

import networkx as nx

from sim.place import Streets, WalkClass
from sim.place.streets import PUBLIC


class Walks:
    """Metres of the shortest walks on some streets, for one class of walker."""

    def __init__(self, streets: Streets, walk_class: int) -> None:
        metres = streets.walking_m(WalkClass(walk_class)).tolist()
        self.compound = streets.compound.tolist()
        self.insides: dict[int, nx.Graph] = {c: nx.Graph() for c in {PUBLIC, *self.compound}}
        for node, compound in enumerate(self.compound):
            self.insides[compound].add_node(node)
        self.gates: list[tuple[int, int, float]] = []  # both ways round
        for (a, b), link_m in zip(streets.links.tolist(), metres, strict=True):
            if link_m == float("inf"):
                continue
            if self.compound[a] == self.compound[b]:
                inside = self.insides[self.compound[a]]
                if not inside.has_edge(a, b) or inside[a][b]["m"] > link_m:
                    inside.add_edge(a, b, m=link_m)
            else:
                self.gates += [(a, b, link_m), (b, a, link_m)]
        self.metres_from = cache(self._metres_from)

    def metres(self, start: int, end: int) -> float:
        """Metres from one node to another, inf where there is no walk."""
        return self.metres_from(start).get(end, float("inf"))

    def _metres_from(self, start: int) -> dict[int, float]:
        """Metres from a node to every node that can be walked to."""
        home = self.compound[start]
        behind_the_wall = self._spread(home, {start: 0.0})
        if home == PUBLIC:
            streets = behind_the_wall
        else:
            streets = self._spread(PUBLIC, self._through_gates(behind_the_wall, PUBLIC))
        found = dict(streets)
        for compound in self.insides:
            if compound != PUBLIC:
                doors = self._through_gates(streets, compound)
                if home not in (PUBLIC, compound):  # a gate that leads from one compound straight into another
                    doors = _nearer(doors, self._through_gates(behind_the_wall, compound))
                found = _nearer(found, self._spread(compound, doors))
        return _nearer(found, behind_the_wall)

    def _through_gates(self, so_far: dict[int, float], into: int) -> dict[int, float]:
        """Metres to the nodes of a compound (or the streets) that lie right behind a gate."""
        doors: dict[int, float] = {}
        for a, b, gate_m in self.gates:
            if a in so_far and self.compound[b] == into:
                doors[b] = min(doors.get(b, float("inf")), so_far[a] + gate_m)
        return doors

    def _spread(self, compound: int, starts: dict[int, float]) -> dict[int, float]:
        """Metres to all nodes of a compound (or the streets), walking only there.

        `starts` holds nodes to begin at, and the metres that already lie behind one there.
        """
        inside = self.insides[compound].copy()
        inside.add_node("start")
        inside.add_weighted_edges_from((("start", node, m) for node, m in starts.items()), weight="m")
        found = dict(nx.single_source_dijkstra_path_length(inside, "start", weight="m"))
        del found["start"]
        return found


def _nearer(one: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    """The lesser of two distances to each node."""
    return {node: min(one.get(node, float("inf")), other.get(node, float("inf"))) for node in {**one, **other}}
