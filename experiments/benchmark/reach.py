"""Reach beside pandana, SciPy and networkx on the streets of Porto Alegre: which outlets are near every street node?"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from table import Row

from sim.columns import Bools, Floats, Ints
from sim.config import load_config
from sim.day import DayConfig, supply_of
from sim.needs import NeedConfig
from sim.outlets import Layout, lay_out
from sim.place import PUBLIC, Homes, Place, WalkClass, build_place
from sim.reach import find_reach

DATA = Path(__file__).parents[3] / "shared" / "data" / "porto_alegre"
LIMIT_M = 15 * 60 * 1.8  # m; the longest walk of 15 minutes, of whom walks at 1.8 m/s
NEAR_LIMIT_M = 1.0  # m; where rounding decides whether an outlet is within the limit
SAMPLE = 50  # doors from which the slow peers search


@dataclass(frozen=True)
class Question:
    """A place whose every street node is a home, its outlets, and needs that they serve; all walk in one class."""

    place: Place
    layout: Layout
    needs: dict[str, NeedConfig]


@dataclass(frozen=True)
class Found:
    """Metres to every outlet within the limit that serves a need, the nearest first: those of need n from node i are
    `metres[first[i, n]:first[i, n] + count[i, n]]`.
    """

    first: Ints
    count: Ints
    metres: Floats

    def nearest_m(self) -> Floats:
        """Metres to the nearest outlet, shape (node, need); inf where there is none."""
        nearest = np.full(self.first.shape, np.inf)
        nearest[self.count > 0] = self.metres[self.first[self.count > 0]]
        return nearest

    def ranked_m(self, need: int, most: int) -> Floats:
        """Metres to the nearest `most` outlets for a need, shape (node, rank); inf where there are fewer."""
        ranked = np.full((len(self.first), most), np.inf)
        for rank in range(most):
            has = self.count[:, need] > rank
            ranked[has, rank] = self.metres[self.first[has, need] + rank]
        return ranked


def porto_alegre() -> Question:
    """The real streets, and outlets for the residents counted there: the map itself has 14, so they are drawn by the
    default mix.
    """
    population = f"place.population.file={DATA / 'poa_hexgrid.csv'}"
    words = ["place=osm", f"place.streets={DATA / 'poa_osm.pbf'}", population, "place.population.total=population"]
    asked = load_config(words)
    place = replace(build_place(asked.config.place), sites=None)
    catalogue = asked.config.needs.catalogue
    place, layout = lay_out("base", asked.layouts, place, round(place.population or 0), catalogue, 1)
    return question(place, layout, catalogue)


def question(place: Place, layout: Layout, catalogue: dict[str, NeedConfig]) -> Question:
    """The question of every street node of a place, for the needs that the layout serves; without walls, of which
    pandana knows nothing.
    """
    n, outside = place.streets.n_nodes, np.full(place.streets.n_nodes, PUBLIC, np.int32)
    streets = replace(place.streets, compound=outside)
    homes = Homes(
        node=np.arange(n, dtype=np.int32), xy=streets.xy, snap_m=np.zeros(n), compound=outside,
        zone=np.zeros(n, np.int32), weight=np.ones(n),
    )  # fmt: skip
    needs = {key: need for key, need in catalogue.items() if any(key in outlet.offers for outlet in layout.outlets)}
    return Question(replace(place, streets=streets, homes=homes), layout, needs)


def by_lifecircle(asked: Question, limit_m: float) -> Found:
    """All outlets within the limit by need, as the event loop uses them."""
    reach = find_reach(asked.place, asked.layout, [limit_m])
    supply = supply_of(asked.layout, reach, asked.needs, DayConfig())
    row = supply.row[WalkClass.ABLE].astype(np.int64)
    first = row[:, None] * len(asked.needs) + np.arange(len(asked.needs))
    return Found(supply.options[first], np.diff(supply.options)[first], supply.option["metres"])


def serving(asked: Question) -> Bools:
    """Which outlets serve each need, themselves or by a substitute, shape (need, outlet)."""
    return np.array(
        [
            [any(key in outlet.offers for key in (need, *config.substitutes)) for outlet in asked.layout.outlets]
            for need, config in asked.needs.items()
        ]
    )


def walking_links(place: Place) -> tuple[Ints, Floats]:
    """Both ends of the street links that the able use, shape (link, 2), and their metres."""
    metres = place.streets.walking_m(WalkClass.ABLE)
    used = np.isfinite(metres)
    return place.streets.links[used], metres[used]


class Pandana:
    """A pandana network of the streets of a place. Streets of one class without compounds are all that it knows."""

    def __init__(self, place: Place) -> None:
        import pandana

        links, metres = walking_links(place)
        self.x, self.y = pd.Series(place.streets.xy[:, 0]), pd.Series(place.streets.xy[:, 1])
        weights = pd.DataFrame({"metres": metres})
        with silence():
            self.network = pandana.Network(self.x, self.y, pd.Series(links[:, 0]), pd.Series(links[:, 1]), weights)

    def ranked_m(self, nodes: Ints, limit_m: float, most: int) -> Floats:
        """Metres from every node to the nearest `most` of these nodes, shape (node, rank); inf beyond the limit."""
        self.network.set_pois("outlets", limit_m, most, self.x[nodes], self.y[nodes])
        found = self.network.nearest_pois(limit_m, "outlets", num_pois=most, max_distance=np.inf)
        return found.to_numpy()


@contextmanager
def silence() -> Iterator[None]:
    """Drop what compiled code prints."""
    sys.stdout.flush()
    kept, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(null)


def apart_m(ours: Floats, theirs: Floats, limit_m: float) -> float:
    """The largest difference of two tables of metres; inf where only one has a walk that is not at the limit."""
    both = np.isfinite(ours) & np.isfinite(theirs)
    only = np.where(np.isfinite(ours), ours, theirs)[np.isfinite(ours) != np.isfinite(theirs)]
    if (only < limit_m - NEAR_LIMIT_M).any():
        return float("inf")
    return float(np.abs(ours[both] - theirs[both]).max(initial=0.0))


@dataclass(frozen=True)
class Answers:
    """Seconds of one repeat: ours with every outlet found; pandana's network, its nearest outlet for each need, and
    its every outlet. Then the largest differences of metres, to the nearest and to any, and how many walks were found.
    """

    ours_s: float
    build_s: float
    nearest_s: float
    all_s: float
    nearest_apart_m: float
    all_apart_m: float
    walks: int


def compare(asked: Question, limit_m: float = LIMIT_M) -> Answers:
    """One repeat of ours and pandana's, on the same streets, nodes and outlets."""
    nodes = np.array([outlet.node for outlet in asked.layout.outlets])
    groups = [nodes[some] for some in serving(asked)]
    start = time.perf_counter()
    found = by_lifecircle(asked, limit_m)
    ours_s = time.perf_counter() - start
    start = time.perf_counter()
    peer = Pandana(asked.place)
    build_s = time.perf_counter() - start
    start = time.perf_counter()
    nearest = np.column_stack([peer.ranked_m(group, limit_m, 1) for group in groups])
    nearest_s = time.perf_counter() - start
    all_s, all_apart = 0.0, 0.0
    for need, group in enumerate(groups):
        most = max(1, int(found.count[:, need].max()))
        start = time.perf_counter()
        ranked = peer.ranked_m(group, limit_m, most)
        all_s += time.perf_counter() - start
        all_apart = max(all_apart, apart_m(found.ranked_m(need, most), ranked, limit_m))
    apart = apart_m(found.nearest_m(), nearest, limit_m)
    return Answers(ours_s, build_s, nearest_s, all_s, apart, all_apart, int(found.count.sum()))


def slow_peers(asked: Question, sample: int = SAMPLE) -> dict[str, float]:
    """Seconds of searches from every door, distances only, by SciPy and networkx; measured on a sample of doors."""
    doors = np.unique([outlet.node for outlet in asked.layout.outlets])
    some = doors[:: max(1, len(doors) // sample)]
    links, metres = walking_links(asked.place)
    n = asked.place.streets.n_nodes
    matrix = coo_array((metres, links.T), shape=(n, n)).tocsr()
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(*links.T.tolist(), metres.tolist(), strict=True))
    start = time.perf_counter()
    dijkstra(matrix, directed=False, indices=some, limit=LIMIT_M)
    middle = time.perf_counter()
    for door in some.tolist():
        nx.single_source_dijkstra_path_length(graph, door, cutoff=LIMIT_M)
    end = time.perf_counter()
    return {name: s * len(doors) / len(some) for name, s in (("SciPy", middle - start), ("networkx", end - middle))}


def measure_reach(repeats: int = 3) -> list[Row]:
    """Medians of repeats that take turns, and the ratios within each repeat. One more before is not counted."""
    asked = porto_alegre()
    rows = [compare(asked) for _ in range(repeats + 1)][1:]
    ours = np.array([row.ours_s for row in rows])
    build, nearest, every = np.array([(row.build_s, row.nearest_s, row.all_s) for row in rows]).T
    nodes, outlets = asked.place.streets.n_nodes, len(asked.layout)
    what = f"Porto Alegre, {nodes:,} street nodes, {outlets:,} outlets, {len(asked.needs)} needs"
    apart, all_apart = max(row.nearest_apart_m for row in rows), max(row.all_apart_m for row in rows)
    split = (
        f"network {np.median(build):.1f} s, {np.median(nearest):.1f} s for the nearest, {np.median(every):.1f} for all"
    )
    ours_s, theirs_s = float(np.median(ours)), float(np.median(build + nearest))
    return [
        Row(f"reach: {what}, all within {LIMIT_M:,.0f} m", ours_s, "s", note=f"{rows[0].walks:,} walks"),
        Row("pandana: its network, and the nearest outlet for each need", theirs_s, "s", note=split),
        Row(
            "pandana, the nearest / ours, all", float(np.median((build + nearest) / ours)), "times", 2, 5,
            at_least=True, note=f"nearest equal to within {apart:.2g} m",
        ),
        Row(
            "pandana, all / ours, all", float(np.median((build + every) / ours)), "times",
            note=f"all equal to within {all_apart:.2g} m",
        ),
        *(
            Row(f"{name}, distances from every door (from a sample) / ours", s / ours_s, "times")
            for name, s in slow_peers(asked).items()
        ),
    ]  # fmt: skip
