"""Reach against other people's shortest paths: SciPy on open streets, networkx where there are walls."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from sim.config import load_config
from sim.outlets import Layout, lay_out
from sim.place import Homes, Place, Streets, WalkClass, build_place
from sim.reach import change_reach, find_reach
from tests.outlets.conftest import layout_of, standing, worlds
from tests.people.conftest import examples
from tests.walking import Walks


def check(place: Place, layout: Layout, limit_m: tuple[float, ...], metres_between: Any) -> None:
    """Every outlet within the limit of every start is there, at its distance, and no other."""
    reach = find_reach(place, layout, limit_m)
    homes, doors = set(place.homes.node.tolist()), {outlet.node for outlet in layout.outlets}
    for walk_class in WalkClass:
        starts = homes if walk_class == WalkClass.RIDE else homes | doors
        for node in range(place.streets.n_nodes):
            found, metres = reach.from_node(node, walk_class)
            if node not in starts:
                assert reach.row[walk_class, node] == -1
                assert len(found) == 0
                continue
            assert list(zip(metres, found, strict=True)) == sorted(zip(metres, found, strict=True))  # the nearest first
            door_m = {
                row: metres_between(walk_class, node, outlet.node) + outlet.snap_m
                for row, outlet in enumerate(layout.outlets)
            }
            limit = limit_m[walk_class]
            near = {row: m for row, m in door_m.items() if m <= limit}
            on_the_edge = {row for row, m in door_m.items() if abs(m - limit) < 1e-6}
            assert set(found.tolist()) ^ near.keys() <= on_the_edge
            for row, m in zip(found.tolist(), metres.tolist(), strict=True):
                assert m == pytest.approx(door_m[row], rel=1e-12, abs=1e-9)


@examples(100)
@given(worlds(compounds=0))
def test_on_open_streets_reach_is_the_shortest_path_of_scipy(world: tuple[Place, Layout, tuple[float, ...]]) -> None:
    place, layout, limit_m = world
    between = {}
    for walk_class in WalkClass:
        least: dict[tuple[int, int], float] = {}  # of links side by side the shorter
        for (a, b), metres in zip(place.streets.links.tolist(), place.streets.walking_m(walk_class), strict=True):
            ends = (min(a, b), max(a, b))
            if np.isfinite(metres):
                least[ends] = min(metres, least.get(ends, np.inf))
        at = np.array(list(least), dtype=int).reshape(-1, 2).T
        graph = coo_array((np.array(list(least.values())), (at[0], at[1])), shape=(place.streets.n_nodes,) * 2)
        between[walk_class] = dijkstra(graph.tocsr(), directed=False)
    check(place, layout, limit_m, lambda walk_class, a, b: between[walk_class][a, b])


@examples(100)
@given(worlds(compounds=3))
def test_with_walls_reach_is_the_shortest_walk_that_goes_through_no_compound(
    world: tuple[Place, Layout, tuple[float, ...]],
) -> None:
    place, layout, limit_m = world
    walks = {walk_class: Walks(place.streets, walk_class) for walk_class in WalkClass}
    check(place, layout, limit_m, lambda walk_class, a, b: walks[walk_class].metres(a, b))


@examples(200)
@given(worlds(compounds=3), st.data())
def test_a_changed_reach_is_to_the_bit_the_one_found_anew(
    world: tuple[Place, Layout, tuple[float, ...]], data: st.DataObject
) -> None:
    place, base, limit_m = world
    node = st.integers(0, place.streets.n_nodes - 1)
    outlets = []
    for outlet in base.outlets:
        fate = data.draw(st.sampled_from(["stays", "goes", "moves", "matters farther"]))
        if fate != "goes":
            outlets.append(replace(outlet, node=data.draw(node)) if fate == "moves" else outlet)
    added = data.draw(
        st.lists(st.tuples(st.sampled_from(["a", "o0x", "z"]), node), max_size=3, unique_by=lambda a: a[0])
    )
    outlets += [standing(node, 7.5, outlet_id=name) for name, node in added]
    layout = layout_of(*sorted(outlets, key=lambda outlet: outlet.id))
    farther = data.draw(st.sets(st.sampled_from([outlet.id for outlet in outlets] or [""])))
    limits = [np.array([m * (1 + (o.id in farther)) for o in layout.outlets]) for m in limit_m]
    limits[WalkClass.RIDE] -= 1.0 + limits[WalkClass.RIDE] * [data.draw(st.booleans()) for _ in layout.outlets]
    changed = change_reach(find_reach(place, base, limit_m), base, place, layout, limits)
    anew = find_reach(place, layout, limits)
    for name in ("row", "indptr", "outlet", "metres", "limit_m"):
        assert np.array_equal(getattr(changed, name), getattr(anew, name)), name


def test_a_changed_reach_of_a_district_is_the_one_found_anew() -> None:
    asked = load_config(["study.layouts=[base,kiosks,centre]"])
    needs = asked.config.needs.catalogue
    place = build_place(asked.config.place)
    laid = [lay_out(name, asked.layouts, place, 20_600, needs, 1) for name in asked.config.study.layouts]
    limit_m = (1200.0, 400.0, -1.0, 1500.0)
    base = find_reach(*laid[0], limit_m)
    for there, layout in laid[1:]:
        changed = change_reach(base, laid[0][1], there, layout, limit_m)
        anew = find_reach(there, layout, limit_m)
        assert changed.row.tolist() == anew.row.tolist()
        assert changed.indptr.tolist() == anew.indptr.tolist()
        assert changed.outlet.tolist() == anew.outlet.tolist()
        assert changed.metres.tolist() == anew.metres.tolist()


def walled_square() -> Place:
    """Corners 0 to 3 around a compound (4, 5) with a gate on either side: the way through it would be 100 m, around
    it 600 m.
    """
    links = [(0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 3)]
    metres = [200.0, 200.0, 200.0, 10.0, 80.0, 10.0]
    n = len(links)
    streets = Streets(
        xy=np.zeros((6, 2)),
        links=np.array(links, dtype=np.int32),
        length_m=np.array(metres),
        grade=np.zeros(n),
        crossing_s=np.zeros(n),
        stairs=np.zeros(n, dtype=bool),
        gate=np.array([False, False, False, True, False, True]),
        compound=np.array([-1, -1, -1, -1, 0, 0], dtype=np.int32),
    )
    homes = Homes(
        node=np.array([0, 4], dtype=np.int32),
        xy=np.zeros((2, 2)),
        snap_m=np.zeros(2),
        compound=np.array([-1, 0], dtype=np.int32),
        zone=np.zeros(2, np.int32),
        weight=np.ones(2),
    )
    return Place("square", streets, homes, ("all",))


def test_nobody_walks_through_a_compound() -> None:
    place = walled_square()
    reach = find_reach(place, layout_of(standing(3), standing(5)), (5000.0, 5000.0))
    assert reach.from_node(0)[1].tolist() == pytest.approx([90.0, 600.0])  # around the wall; but in by either gate
    assert reach.from_node(4)[1].tolist() == pytest.approx([80.0, 90.0])  # out by either gate


def test_a_layout_without_outlets_reaches_nothing() -> None:
    reach = find_reach(walled_square(), layout_of(), (1000.0,) * 4)
    assert [len(reach.from_node(node, walk_class)[0]) for node in range(6) for walk_class in WalkClass] == [0] * 24


def test_rides_start_at_homes_only() -> None:
    reach = find_reach(walled_square(), layout_of(standing(1), standing(4, outlet_id="y")), (500.0, -1.0, 500.0, 500.0))
    at = {walk_class: np.flatnonzero(reach.row[walk_class] >= 0).tolist() for walk_class in WalkClass}
    assert at == {
        WalkClass.ABLE: [0, 1, 4],
        WalkClass.STEP_FREE: [],
        WalkClass.CYCLE: [0, 1, 4],
        WalkClass.RIDE: [0, 4],
    }
    assert reach.from_node(0, WalkClass.RIDE)[1].tolist() == pytest.approx([10.0, 200.0])
    assert [len(reach.from_node(1, walk_class)[0]) for walk_class in (WalkClass.CYCLE, WalkClass.RIDE)] == [2, 0]


def test_an_outlet_at_exactly_the_limit_is_within_it() -> None:
    place = walled_square()
    layout = layout_of(standing(1, snap_m=12.5))
    metres = float(place.streets.walking_m(WalkClass.ABLE)[0]) + 12.5
    assert len(find_reach(place, layout, (metres, 0.0)).from_node(0)[0]) == 1
    assert len(find_reach(place, layout, (np.nextafter(metres, 0), 0.0)).from_node(0)[0]) == 0


def test_reach_does_not_depend_on_the_number_of_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.place import PlaceConfig, build_place
    from sim.place.config import GrownConfig

    place = build_place(PlaceConfig(name="t", grown=GrownConfig(area_km2=4.0, path_m=40.0)))
    assert len(place.homes) > 1000  # several parts
    rng = np.random.default_rng(1)
    layout = layout_of(*(standing(int(node)) for node in rng.integers(0, place.streets.n_nodes, 40)))
    answers = []
    for processors in (1, 7):
        monkeypatch.setattr(os, "cpu_count", lambda n=processors: n)
        reach = find_reach(place, layout, (900.0, 300.0))
        answers.append([getattr(reach, name).tolist() for name in ("row", "indptr", "outlet", "metres")])
    assert answers[0] == answers[1]
    assert len(answers[0][2]) > 10_000
