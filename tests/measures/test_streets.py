"""Walkers on streets: what is laid on the links is what was walked."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.day import Calendar, DayConfig, LifeCircle, Wanted
from sim.measures import streets
from sim.needs import raise_errands
from sim.outlets import LayoutConfig, OfferConfig, PoolConfig, lay_out
from sim.people import settle
from sim.place import Place, PlaceConfig, Streets, WalkClass, build_place
from sim.place.config import GrownConfig
from sim.reach import find_reach
from sim.record.walkers import walkers_on_links
from sim.scene import scene_of
from tests.measures.conftest import any_errands, tally_of
from tests.needs.conftest import need, needs
from tests.outlets.conftest import form, places
from tests.people.conftest import examples, people
from tests.walking import Walks

ON_FOOT = [walk_class for walk_class in WalkClass if walk_class != WalkClass.RIDE]


@st.composite
def walked(draw: st.DrawFn, compounds: int) -> tuple[Place, pd.DataFrame]:
    """A place, and legs between nodes of it that can be walked."""
    place = draw(places(compounds))
    node = st.integers(0, place.streets.n_nodes - 1)
    walks = {walk_class: Walks(place.streets, walk_class) for walk_class in ON_FOOT}
    drawn = draw(st.lists(st.tuples(st.sampled_from(ON_FOOT), node, node), max_size=30))
    rows = [(int(w), a, b, walks[w].metres(a, b)) for w, a, b in drawn if np.isfinite(walks[w].metres(a, b))]
    legs = pd.DataFrame(rows, columns=["walk_class", "from_node", "to_node", "metres"])
    return place, legs.astype({"walk_class": "int8", "from_node": "int32", "to_node": "int32", "metres": "float"})


def on_links(place: Place, legs: pd.DataFrame) -> Any:
    """Walkers on each link, whatever the day."""
    return walkers_on_links(place, legs, np.ones(len(legs), dtype=bool))


@examples(30)
@given(walked(compounds=2))
def test_metres_laid_on_the_links_are_the_metres_walked(world: tuple[Place, pd.DataFrame]) -> None:
    place, legs = world
    for walk_class in ON_FOOT:  # each class has its own cost of a link, so its walks are laid apart
        own = legs[legs["walk_class"] == walk_class]
        walkers = on_links(place, own)
        cost = place.streets.walking_m(walk_class)
        used = walkers > 0
        assert np.all(np.isfinite(cost[used]))  # nobody without steps takes stairs
        assert np.sum(walkers[used] * cost[used]) == pytest.approx(own["metres"].sum())


@examples(30)
@given(walked(compounds=2))
def test_both_classes_together_are_the_sum_of_each(world: tuple[Place, pd.DataFrame]) -> None:
    place, legs = world
    total = on_links(place, legs)
    parts = [on_links(place, legs[legs["walk_class"] == w]) for w in ON_FOOT]
    assert total.tolist() == sum(parts).tolist()
    turned = legs.rename(columns={"from_node": "to_node", "to_node": "from_node"})
    assert total.tolist() == on_links(place, turned).tolist()  # there and back is the same


@examples(30)
@given(
    tree=st.integers(2, 25).flatmap(lambda n: st.tuples(*(st.integers(0, i) for i in range(n - 1)))),
    trips=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=40),
)
def test_where_there_is_one_way_everybody_takes_it(tree: tuple[int, ...], trips: list[tuple[int, int]]) -> None:
    graph = nx.MultiGraph()
    n = len(tree) + 1
    graph.add_nodes_from((node, {"x": float(node), "y": 0.0}) for node in range(n))
    for child, parent in enumerate(tree, 1):
        graph.add_edge(parent, child, length_m=10.0 + child)
    place = replace(EMPTY, streets=Streets.from_networkx(graph))
    rows = [(0, a % n, b % n, nx.shortest_path_length(graph, a % n, b % n, "length_m")) for a, b in trips]
    legs = pd.DataFrame(rows, columns=["walk_class", "from_node", "to_node", "metres"]).astype(
        {"walk_class": "int8", "from_node": "int32", "to_node": "int32", "metres": "float"}
    )
    expected = dict.fromkeys(((p, c) for c, p in enumerate(tree, 1)), 0)
    for a, b in trips:
        path = nx.shortest_path(graph, a % n, b % n)
        for ends in pairwise(path):
            expected[min(ends), max(ends)] += 1
    table = streets(place, replace(tally_of(any_errands(1, 1), days=1), walkers=on_links(place, legs)))
    links = [tuple(link) for link in place.streets.links.tolist()]
    assert dict(zip(links, table["walkers_per_day"], strict=True)) == expected
    assert table["length_m"].tolist() == place.streets.length_m.tolist()
    assert table["from_x"].tolist() == [float(a) for a, _ in links]
    assert table["to_x"].tolist() == [float(b) for _, b in links]


EMPTY = build_place(PlaceConfig(name="small", grown=GrownConfig(residents=600, area_km2=0.8, block_m=[200.0, 300.0])))


def test_the_streets_of_a_simulated_week_hold_all_the_metres_of_its_record() -> None:
    place = EMPTY
    residents = settle(place, people(600, slow_share={0: 0.3}), 1)
    config = needs(0.5, 90.0, shop=need(limit_min={0: 20.0}), park=need(limit_min={0: 20.0}))
    errands, tours = raise_errands(residents, people(), config, [0, 1], 1)
    formats = {
        "shop": form(offers={"shop": OfferConfig(1.0)}, per_20600=200.0, siting="gate"),
        "park": form(
            offers={"park": OfferConfig(0.0, "fixed")},
            pools={"staff": PoolConfig(servers=0)},
            per_20600=100.0,
            siting="street",
        ),
    }
    place, layout = lay_out("base", {"base": LayoutConfig(formats=formats)}, place, 600, config.catalogue, 1)
    reach = find_reach(place, layout, (2160.0, 400.0))
    day = DayConfig(cost_per_min={0: 0.1})
    scene, wanted = scene_of(place, layout, reach), Wanted(residents, config, errands, tours)
    model = LifeCircle(scene, wanted, day, Calendar(days=2), seed=1, agents=False)
    legs: Any = model.run().legs
    assert len(legs) > 500
    assert set(legs["walk_class"]) == {0, 1}
    for walk_class in ON_FOOT:
        own = legs[legs["walk_class"] == walk_class]
        walkers = on_links(place, own)
        # In a grown place the doors stand on the streets themselves: what was walked was walked on links.
        assert np.sum(walkers * place.streets.walking_m(walk_class)) == pytest.approx(own["metres"].sum())


def test_a_walk_that_is_shorter_than_any_way_is_refused() -> None:
    node = EMPTY.homes.node[[0, -1]]
    legs = pd.DataFrame({"walk_class": [0], "from_node": [node[0]], "to_node": [node[1]], "metres": [1.0]})
    with pytest.raises(ValueError, match="shorter than any way"):
        on_links(EMPTY, legs)
