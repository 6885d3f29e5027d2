"""Walls that are opened: ways out to the streets, against a network drawn anew with networkx and shapely."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely

from sim.config import load_config
from sim.errors import InputError
from sim.outlets import LayoutConfig, lay_out
from sim.outlets.edits.barriers import GroundConfig, GroundEdit
from sim.place import Place, PlaceConfig, Streets, WalkClass, build_place
from sim.place.config import GrownConfig
from sim.place.walks import clear, new_search, search, walking_arcs
from sim.place.walls import split_streets
from tests.outlets.conftest import form

SMALL = GrownConfig(area_km2=0.6, block_m=[200.0, 300.0], crossing_s=0.0)


def grown(gates: str = "all", **keys: object) -> Place:
    return build_place(PlaceConfig(name="walls", seed=3, gates=gates, grown=SMALL, **keys))


def metres(streets: Streets, starts: np.ndarray) -> np.ndarray:
    """Metres from some nodes to all, shape (start, node)."""
    arcs = walking_arcs(streets, WalkClass.ABLE)
    scratch = new_search(arcs)
    found = np.full((len(starts), streets.n_nodes), np.inf)
    for row, start in enumerate(starts):
        n = search(arcs, int(start), 1e5, scratch)
        for vertex in scratch.order[:n][::-1]:
            found[row, arcs.node[vertex]] = min(found[row, arcs.node[vertex]], scratch.at[vertex]["metres"])
        clear(scratch, n)
    return found


def opened_anew(place: Place, within_m: float) -> nx.Graph:
    """The streets of a walled place with a way out of every node inside, drawn with shapely."""
    streets, graph = place.streets, nx.Graph()
    public = [tuple(ends) for ends in streets.links.tolist() if (streets.compound[ends] < 0).all()]
    lines = {ends: shapely.LineString(streets.xy[list(ends)]) for ends in public}
    points: dict[tuple[int, ...], list[tuple[float, object]]] = {ends: [] for ends in public}
    for node in np.flatnonzero(streets.compound >= 0).tolist():
        at = shapely.Point(streets.xy[node])
        ends = min(public, key=lambda ends: lines[ends].distance(at))
        if lines[ends].distance(at) <= within_m:
            points[ends].append((lines[ends].project(at), ("foot", node)))
            graph.add_edge(node, ("foot", node), weight=lines[ends].distance(at))
    for ends in streets.links.tolist():
        on = sorted(points.get(tuple(ends), []), key=lambda point: point[0])
        length = float(np.linalg.norm(streets.xy[ends[0]] - streets.xy[ends[1]]))
        chain = [(0.0, ends[0]), *on, (length, ends[1])]
        for (a_m, a), (b_m, b) in pairwise(chain):
            graph.add_edge(a, b, weight=b_m - a_m)
    return graph


@pytest.mark.parametrize("within_m", [0.0, 26.0, 30.0])
def test_walks_through_open_walls_are_those_of_a_network_drawn_anew(within_m: float) -> None:
    walled, opened = grown(), grown("open", open_wall_m=within_m)
    n = walled.streets.n_nodes
    starts = np.random.default_rng(1).choice(n, 25, replace=False)
    anew = opened_anew(walled, within_m)
    there = np.array([[nx.single_source_dijkstra_path_length(anew, int(a))[b] for b in range(n)] for a in starts])
    # Points on a street are to the decimetre; a walk takes a few of them.
    assert metres(opened.streets, starts)[:, :n] == pytest.approx(there, abs=0.5)
    assert opened.streets.n_nodes == n if within_m == 0 else opened.streets.n_nodes > n + 20


def test_open_walls_lengthen_no_walk_shorten_many_and_let_others_through() -> None:
    walled, opened, gates_only = grown(), grown("open"), grown("open", open_wall_m=0.0)
    n = walled.streets.n_nodes
    home = np.unique(walled.homes.node)[::5]
    before, after, ways_stay = (metres(place.streets, home)[:, :n] for place in (walled, opened, gates_only))
    assert (after <= before + 1e-6).all()
    assert (after < before - 50).mean() > 0.3
    assert (after < ways_stay - 50).mean() > 0.3  # it is the new ways that shorten walks
    # From street to street, which nobody could cut short through a compound before.
    public = np.flatnonzero(walled.streets.compound < 0)[::7]
    outside, through = (metres(place.streets, public)[:, public] for place in (walled, opened))
    assert (through <= outside + 1e-6).all()
    assert (through < outside - 20).any()
    assert np.array_equal(opened.streets.xy[:n], walled.streets.xy)


def test_a_wall_opened_by_a_layout_gives_the_ways_that_open_gates_give() -> None:
    walled, opened = grown(), grown("open")
    ground = GroundConfig(open_walls=[GroundEdit(x=300.0, y=300.0, within_m=2000.0)])
    configs = {"base": LayoutConfig(formats={"shop": form()}), "plan": LayoutConfig(base="base", ground=ground)}
    place, _ = lay_out("plan", configs, walled, 100, {"groceries": None}, 1)
    assert place.streets.same_as(opened.streets)


def test_generated_outlets_stand_alike_however_open_the_place_is() -> None:
    asked = load_config([])
    placed = []
    for gates in ("all", "few", "one", "open"):
        place = build_place(replace(asked.config.place, gates=gates))
        _, layout = lay_out("base", asked.layouts, place, 20_600, asked.config.needs.catalogue, 1)
        placed.append([(outlet.id, outlet.xy) for outlet in layout.outlets])
    assert len(placed[0]) == 240
    assert placed[1:] == placed[:1] * 3


def test_links_are_split_at_points_and_keep_what_they_are() -> None:
    xy = np.array([[0, 0], [100, 0], [200, 0], [100, 100], [100, -100], [0, 50]], float)
    links = np.array([[0, 1], [1, 2], [1, 3], [1, 4], [0, 5]], np.int32)
    streets = Streets(
        xy=xy, links=links, length_m=np.array([120.0, 100.0, 100.0, 100.0, 50.0]), grade=np.linspace(0, 0.1, 5),
        crossing_s=np.array([20.0, 10.0, 0.0, 0.0, 0.0]), stairs=np.array([0, 0, 1, 0, 0], bool),
        gate=np.zeros(5, bool), compound=np.full(6, -1, np.int32),
    )  # fmt: skip
    cut, node = split_streets(streets, np.array([0, 0, 2, 0, 1, 0]), np.array([0.25, 0.75, 0.5, 0.25, 1.0, 0.0]))
    assert node.tolist() == [6, 7, 8, 6, 2, 0]
    assert cut.xy[6:].tolist() == [[25, 0], [75, 0], [100, 50]]
    rows = {tuple(ends): row for row, ends in enumerate(cut.links.tolist())}
    assert {*rows} == {(1, 2), (1, 4), (0, 5), (0, 6), (6, 7), (7, 1), (1, 8), (8, 3)}
    at = [rows[ends] for ends in ((0, 6), (6, 7), (7, 1), (1, 8), (8, 3))]
    assert cut.length_m[at] == pytest.approx([30, 60, 30, 50, 50])
    assert cut.crossing_s[at].tolist() == [0, 0, 20, 0, 0]  # streets meet at node 1 alone
    assert cut.stairs[at].tolist() == [False, False, False, True, True]
    assert cut.grade[at] == pytest.approx([0, 0, 0, 0.05, 0.05])


def test_an_impossible_distance_is_refused() -> None:
    with pytest.raises(InputError, match=r"place\.open_wall_m: -1"):
        grown(open_wall_m=-1.0)
