"""Shortest walks: on grown districts as networkx finds them by the rule of the walls, and what must hold anywhere."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import pairwise
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.config import load_config
from sim.outlets import Layout
from sim.place import Place, Streets, WalkClass, build_place, keep_gates
from sim.place.streets import PUBLIC
from sim.place.walks import clear, connected, new_search, search, spread_walkers, walking_arcs
from sim.reach import find_reach
from tests.day.random_places import some_place, some_streets
from tests.walking import Walks
from tests.worlds import Link, Shop, layout_of, place_of, streets_of

CLASSES = list(WalkClass)
NEAR = 1e-6
examples = settings(max_examples=150, derandomize=True, deadline=None, database=None)
nodes, seeds = st.integers(2, 12), st.integers(0, 2**32 - 1)


def metres_from(streets: Streets, walk_class: WalkClass, start: int, limit_m: float = math.inf) -> dict[int, float]:
    """What `sim.place.walks.search` finds from one node."""
    arcs = walking_arcs(streets, walk_class)
    scratch = new_search(arcs)
    n = search(arcs, start, limit_m, scratch)
    found: dict[int, float] = {}
    for vertex in scratch.order[:n]:
        found.setdefault(int(arcs.node[vertex]), float(scratch.at["metres"][vertex]))
    clear(scratch, n)
    return found


def all_metres(streets: Streets, walk_class: WalkClass) -> np.ndarray:
    """Metres between all pairs of nodes."""
    found = np.full((streets.n_nodes, streets.n_nodes), np.inf)
    for start in range(streets.n_nodes):
        for end, metres in metres_from(streets, walk_class, start).items():
            found[start, end] = metres
    return found


# ---- grown districts ----


@cache
def district(name: str) -> Place:
    return build_place(load_config([f"place={name}"]).config.place)


def outlets_at(place: Place, at: list[int], snap_m: float = 0.0) -> Layout:
    return layout_of([Shop(f"outlet {row:02d}", node, {}, snap_m=snap_m) for row, node in enumerate(at)])


@pytest.mark.parametrize("walk_class", CLASSES, ids=lambda walk_class: walk_class.name.lower())
@pytest.mark.parametrize("name", ["new_district", "old_town", "outskirts"])
def test_districts_are_walked_as_networkx_walks_them(name: str, walk_class: WalkClass) -> None:
    place = district(name)
    streets, dice = place.streets, Random(5)
    behind_walls = np.flatnonzero(streets.compound != PUBLIC).tolist()
    at = dice.sample(range(streets.n_nodes), 40) + dice.sample(behind_walls, min(20, len(behind_walls)))
    homes = dice.sample(place.homes.node.tolist(), 8)
    some = replace(place, homes=replace(place.homes, node=np.array(homes, dtype=np.int32)))
    reach = find_reach(some, outlets_at(some, at, snap_m=3.0), [math.inf] * len(CLASSES))
    walks = Walks(streets, walk_class)
    for start in homes if walk_class == WalkClass.RIDE else [*homes, *at[:3], *at[-3:]]:  # rides start at homes
        rows, metres = reach.from_node(start, walk_class)
        assert sorted(rows.tolist()) == list(range(len(at)))
        assert metres == pytest.approx([walks.metres(start, at[row]) + 3.0 for row in rows], abs=NEAR)


@pytest.mark.parametrize("name", ["new_district", "old_town"])
def test_in_districts_walls_matter(name: str) -> None:
    """Nobody walks through a compound: it would often be shorter."""
    place = district(name)
    graph = place.streets.to_networkx()
    longer = 0
    for start in Random(6).sample(place.homes.node.tolist(), 5):
        through = nx.single_source_dijkstra_path_length(graph, start, weight="walking_m")
        for end, metres in metres_from(place.streets, WalkClass.ABLE, start).items():
            assert metres >= through[end] - NEAR
            longer += metres > through[end] + 1
    assert longer > 100


def test_reach_stops_at_its_limit() -> None:
    place = district("new_district")
    at = Random(7).sample(range(place.streets.n_nodes), 60)
    layout = outlets_at(place, at, snap_m=7.0)
    limits_m = (500.0, 200.0, 900.0, 1_500.0)
    near, far = find_reach(place, layout, limits_m), find_reach(place, layout, [math.inf] * len(CLASSES))
    for start in Random(8).sample(place.homes.node.tolist(), 30):
        for walk_class in CLASSES:
            rows, metres = far.from_node(start, walk_class)
            within = metres <= limits_m[walk_class]
            assert near.from_node(start, walk_class)[0].tolist() == rows[within].tolist()
            assert near.from_node(start, walk_class)[1].tolist() == metres[within].tolist()


def test_walkers_are_spread_over_their_shortest_walks() -> None:
    place = district("new_district")
    arcs = walking_arcs(place.streets, WalkClass.ABLE)
    dice, on_link = Random(9), np.zeros(place.streets.n_links, np.int64)
    start = dice.choice(place.homes.node.tolist())
    ends, here = dice.sample(range(place.streets.n_nodes), 25), np.array([start])
    walkers = np.array([dice.randint(1, 9) for _ in ends])
    found = metres_from(place.streets, WalkClass.ABLE, start)
    indptr = np.where(np.arange(place.streets.n_nodes + 1) > start, len(ends), 0)
    limit_m = np.full(place.streets.n_nodes, max(found[end] for end in ends) + 0.1)
    scratch = new_search(arcs)
    assert spread_walkers(arcs, here, indptr, np.array(ends, np.int32), walkers, limit_m, scratch, on_link) == 0
    walked_m = float(on_link @ place.streets.walking_m(WalkClass.ABLE))
    assert walked_m == pytest.approx(sum(n * found[end] for n, end in zip(walkers, ends, strict=True)))


def test_ends_beyond_the_limit_are_counted_and_nobody_is_led_there() -> None:
    place = district("new_district")
    arcs = walking_arcs(place.streets, WalkClass.ABLE)
    start, on_link = int(place.homes.node[0]), np.zeros(place.streets.n_links, np.int64)
    found = metres_from(place.streets, WalkClass.ABLE, start)
    ends, here = np.array(list(found), np.int32), np.array([start])
    indptr = np.where(np.arange(place.streets.n_nodes + 1) > start, len(ends), 0)
    limit_m = np.full(place.streets.n_nodes, 500.0)
    missed = spread_walkers(arcs, here, indptr, ends, np.ones_like(ends), limit_m, new_search(arcs), on_link)
    assert missed == sum(metres > 500 for metres in found.values()) > 0
    walked_m = float(on_link @ place.streets.walking_m(WalkClass.ABLE))
    assert walked_m == pytest.approx(sum(metres for metres in found.values() if metres <= 500))


# ---- anywhere ----


@examples
@given(nodes, seeds)
def test_small_streets_are_walked_as_networkx_walks_them(nodes: int, seed: int) -> None:
    streets = some_streets(Random(seed), nodes)
    for walk_class in CLASSES:
        walks = Walks(streets, walk_class)
        for start in range(nodes):
            found = metres_from(streets, walk_class, start)
            assert found == pytest.approx(walks.metres_from(start), abs=NEAR)


@examples
@given(nodes, seeds)
def test_a_walk_and_its_return_are_as_long(nodes: int, seed: int) -> None:
    streets = some_streets(Random(seed), nodes)
    for walk_class in CLASSES:
        found = all_metres(streets, walk_class)
        assert found == pytest.approx(found.T, abs=NEAR)
        assert (np.diag(found) == 0).all()


@examples
@given(nodes, seeds)
def test_who_avoids_stairs_never_walks_less(nodes: int, seed: int) -> None:
    streets = some_streets(Random(seed), nodes)
    flat = replace(streets, crossing_s=np.zeros(streets.n_links))
    assert (all_metres(flat, WalkClass.STEP_FREE) >= all_metres(flat, WalkClass.ABLE) - NEAR).all()


@examples
@given(nodes, seeds)
def test_another_link_never_makes_a_walk_longer(nodes: int, seed: int) -> None:
    dice = Random(seed)
    streets = some_streets(dice, nodes)
    a, b = dice.sample(range(nodes), 2)
    more = {"links": [a, b], "length_m": 5.0, "grade": 0.0, "crossing_s": 0.0, "stairs": False, "gate": False}
    more["gate"] = bool(streets.compound[a] != streets.compound[b])
    longer = replace(
        streets,
        **{
            name: np.concatenate([getattr(streets, name), np.array([value], getattr(streets, name).dtype)])
            for name, value in more.items()
        },
    )
    for walk_class in CLASSES:
        assert (all_metres(longer, walk_class) <= all_metres(streets, walk_class) + NEAR).all()


@examples
@given(nodes, seeds)
def test_open_gates_never_make_a_walk_longer(nodes: int, seed: int) -> None:
    streets = some_streets(Random(seed), nodes)
    ways = [keep_gates(streets, gates, seed, 300.0) for gates in ("open", "all", "few", "one")]
    for walk_class in CLASSES:
        for wider, closer in pairwise(ways):
            # Where a way out meets a street, the street has a node more, behind the others.
            there = slice(nodes), slice(nodes)
            assert (all_metres(wider, walk_class)[there] <= all_metres(closer, walk_class)[there] + NEAR).all()


@examples
@given(nodes, seeds)
def test_another_outlet_is_never_farther_than_the_nearest(nodes: int, seed: int) -> None:
    dice = Random(seed)
    place = some_place(dice, nodes)
    at = [dice.randrange(nodes) for _ in range(4)]
    few = find_reach(place, outlets_at(place, at[:3]), (400.0, 300.0))
    more = find_reach(place, outlets_at(place, at), (400.0, 300.0))
    for node in place.homes.node.tolist():
        for walk_class in CLASSES:
            before, after = few.from_node(node, walk_class)[1], more.from_node(node, walk_class)[1]
            assert len(after) >= len(before)
            assert after.min(initial=math.inf) <= before.min(initial=math.inf)


def test_a_walk_may_leave_its_compound_and_come_back() -> None:
    """Nodes 0 to 3 are a long path behind a wall with gates at both ends; the street outside is short."""
    inside = [Link(0, 1, 300.0), Link(1, 2, 300.0), Link(2, 3, 300.0)]
    around = [Link(0, 4, 10.0), Link(4, 5, 20.0), Link(5, 3, 10.0)]
    streets = streets_of([0, 0, 0, 0, PUBLIC, PUBLIC], inside + around)
    assert metres_from(streets, WalkClass.ABLE, 0)[3] == 40
    assert metres_from(streets, WalkClass.ABLE, 0)[2] == 300 + 40
    assert metres_from(streets, WalkClass.ABLE, 4)[5] == 20


def test_nobody_walks_through_a_compound() -> None:
    """Streets 0 and 1 are joined by a compound, and by a long way round; from within one may go either way."""
    streets = streets_of([PUBLIC, PUBLIC, 0], [Link(0, 2, 10.0), Link(2, 1, 10.0), Link(0, 1, 300.0)])
    assert metres_from(streets, WalkClass.ABLE, 0) == {0: 0, 2: 10, 1: 300}
    assert metres_from(streets, WalkClass.ABLE, 2) == {2: 0, 0: 10, 1: 10}


def test_an_open_gate_may_lead_from_compound_to_compound() -> None:
    """Compounds 0 and 1 share a gate; whoever lives beyond either, in compound 2 or on the street, must go round."""
    streets = streets_of([0, 1, PUBLIC, 2], [Link(0, 1, 10.0), Link(1, 2, 50.0), Link(0, 2, 100.0), Link(0, 3, 10.0)])
    assert metres_from(streets, WalkClass.ABLE, 0) == {0: 0, 1: 10, 3: 10, 2: 100}
    assert 2 not in metres_from(streets, WalkClass.ABLE, 3)
    assert 1 not in metres_from(streets, WalkClass.ABLE, 3)


def test_stairs_grades_and_crossings_cost_metres() -> None:
    """A climb costs what Tobler makes of it there and back, a crossing its delay at the speed of the class."""
    links = [Link(0, 1, 100.0, grade=0.1), Link(1, 2, 100.0, crossing_s=20.0), Link(2, 3, 100.0, stairs=True)]
    streets = streets_of([PUBLIC] * 4, links)
    up, down, flat = (math.exp(-3.5 * abs(slope + 0.05)) for slope in (0.1, -0.1, 0.0))
    climb = 100 * (flat / up + flat / down) / 2
    assert streets.walking_m(WalkClass.ABLE) == pytest.approx([climb, 125, 100])
    assert streets.walking_m(WalkClass.STEP_FREE) == pytest.approx([climb, 112, math.inf])
    falling = streets_of([PUBLIC] * 2, [Link(0, 1, 100.0, grade=-0.1)])
    assert falling.walking_m(WalkClass.ABLE) == pytest.approx([climb])
    assert set(metres_from(streets, WalkClass.STEP_FREE, 0)) == {0, 1, 2}


def test_what_is_not_joined_is_not_reached() -> None:
    streets = streets_of([PUBLIC] * 4, [Link(0, 1), Link(2, 3)])
    assert connected(streets)[0] == 2
    assert set(metres_from(streets, WalkClass.ABLE, 0)) == {0, 1}
    place = place_of(streets, [(0, 0.0)])
    assert find_reach(place, outlets_at(place, [3, 1]), (math.inf, math.inf, math.inf)).from_node(0)[0].tolist() == [1]


# ---- networkx there and back ----


def links_of(streets: Streets) -> list[tuple[float, ...]]:
    columns = [streets.length_m, streets.grade, streets.crossing_s, streets.stairs, streets.gate]
    rows = zip(streets.links[:, 0], streets.links[:, 1], *columns, strict=True)
    return sorted(tuple(float(value) for value in row) for row in rows)


def same_streets(one: Streets, other: Streets) -> None:
    """Nodes in the same order; links the same, in whatever order."""
    assert one.xy.tolist() == other.xy.tolist()
    assert one.compound.tolist() == other.compound.tolist()
    assert links_of(one) == links_of(other)
    assert one.crs == other.crs


@examples
@given(nodes, seeds)
def test_networkx_there_and_back(nodes: int, seed: int) -> None:
    streets = replace(some_streets(Random(seed), nodes), crs="EPSG:32649")
    same_streets(Streets.from_networkx(streets.to_networkx()), streets)


@pytest.mark.parametrize("name", ["new_district", "old_town", "outskirts"])
def test_districts_there_and_back(name: str) -> None:
    streets = district(name).streets
    again = Streets.from_networkx(streets.to_networkx())
    same_streets(again, streets)
    start = int(district(name).homes.node[0])
    assert metres_from(again, WalkClass.ABLE, start) == pytest.approx(metres_from(streets, WalkClass.ABLE, start))


def test_a_graph_of_other_tools_becomes_streets() -> None:
    """Nodes of any name, with x and y; edges with a length; what else there is, is taken."""
    graph = nx.Graph(crs="EPSG:32649")
    graph.add_node("gate", x=0, y=0)
    graph.add_node("yard", x=30, y=40, compound=0)
    graph.add_edge("gate", "yard", length_m=50, gate=True, grade=0.02)
    streets = Streets.from_networkx(graph)
    assert streets.compound.tolist() == [PUBLIC, 0]
    assert links_of(streets) == [(0, 1, 50, 0.02, 0, 0, 1)]
