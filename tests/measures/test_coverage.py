"""Coverage against one resident after another, with distances by networkx."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures import Crowd, coverage, crowd_of, near_outlets
from sim.measures.nearness import nearest_m, serves
from sim.needs import NeedConfig
from sim.outlets import Layout, OfferConfig
from sim.people import AGE_GROUPS, Mobility, Residents, age_group
from sim.place import ON_FOOT, Place, WalkClass
from sim.reach import Reach, find_reach
from tests.needs.conftest import need
from tests.outlets.conftest import form, places, standing
from tests.people.conftest import examples
from tests.walking import Walks

CATALOGUE = {
    "groceries": need(per_week={15: 3.0, 70: 5.0}, substitutes={"convenience": 1.5}),
    "convenience": need(per_week={6: 1.0}),
    "clinic": need(per_week={60: 0.3}, per_household=True, beside_elder_per_week=1.0),
}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Place, Layout, list[Residents]]:
    place = draw(places(compounds=2))
    homes = replace(place.homes, snap_m=np.array([draw(st.sampled_from([0.0, 15.0])) for _ in range(len(place.homes))]))
    place = replace(place, homes=homes)
    outlets = []
    for row in range(draw(st.integers(0, 5))):
        node = draw(st.integers(0, place.streets.n_nodes - 1))
        compound = int(place.streets.compound[node])
        outlets.append(
            standing(
                node,
                draw(st.sampled_from([0.0, 25.0])),
                draw(st.sampled_from([-1, compound, 0])),
                f"o{row}",
                format=draw(st.sampled_from(["near", "far", "any"])),
                xy=(draw(st.floats(0, 12)), draw(st.floats(0, 3))),
                offers={draw(st.sampled_from(list(CATALOGUE))): OfferConfig()},
            )
        )
    formats = {"near": form(radius_m=2.5), "far": form(radius_m=6.0), "any": form(radius_m=None)}
    layout = Layout("plan", "", "", tuple(outlets), formats)
    return place, layout, [draw(people_of(len(homes))) for _ in range(draw(st.integers(1, 2)))]


@st.composite
def people_of(draw: st.DrawFn, n_homes: int) -> Residents:
    n = draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    age = rng.integers(0, 95, n).astype(np.int32)
    mobility = rng.choice(3, n, p=[0.6, 0.25, 0.15]).astype(np.int8)
    return Residents(
        home=rng.integers(0, n_homes, n).astype(np.int32),
        household=np.arange(n, dtype=np.int32),
        age=age,
        age_group=age_group(age),
        female=np.zeros(n, dtype=bool),
        speed_m_s=rng.uniform(0.3, 1.8, n),
        mobility=mobility,
        range_m=np.where(mobility == Mobility.SLOW, 200.0, np.inf),
        carer=np.full(n, -1, np.int32),
        away=np.zeros(n, dtype=bool),
    )


def crowd(
    place: Place, layout: Layout, reach: Reach, catalogue: dict[str, NeedConfig], drawn: list[Residents]
) -> Crowd:
    """All draws together."""
    near = near_outlets(place, layout, reach, catalogue)
    return reduce(add, (crowd_of(place, layout, near, catalogue, residents) for residents in drawn))


def has_need(key: str, age: int) -> bool:
    """The catalogue above, in words."""
    return {"groceries": age >= 15, "convenience": age >= 6, "clinic": age >= 18}[key]


def offers(key: str) -> set[str]:
    return {"groceries": {"groceries", "convenience"}, "convenience": {"convenience"}, "clinic": {"clinic"}}[key]


def by_hand(place: Place, layout: Layout, drawn: list[Residents]) -> dict[tuple[str, str], dict[str, float]]:
    walks = {walk_class: Walks(place.streets, walk_class) for walk_class in WalkClass}
    near: dict[tuple[str, str], list[dict[str, bool]]] = {}
    for key in CATALOGUE:
        for residents in drawn:
            for row in range(len(residents)):
                if not has_need(key, residents.age[row]):
                    continue
                home = residents.home[row]
                node = int(place.homes.node[home])
                walk_class = WalkClass.STEP_FREE if residents.mobility[row] == Mobility.SLOW else WalkClass.ABLE
                metres, in_radius = float("inf"), False
                for outlet in layout.outlets:
                    if not offers(key) & outlet.offers.keys():
                        continue
                    radius_m = {"near": 2.5, "far": 6.0, "any": -1.0}[outlet.format]
                    in_radius |= bool(np.hypot(*(np.array(outlet.xy) - place.homes.xy[home])) <= radius_m)
                    if outlet.admits in (-1, place.streets.compound[node]):
                        walk = walks[walk_class].metres(node, outlet.node)
                        metres = min(metres, place.homes.snap_m[home] + walk + outlet.snap_m)
                if residents.mobility[row] == Mobility.HOUSEBOUND or metres > residents.range_m[row]:
                    metres = float("inf")
                minutes = metres / residents.speed_m_s[row] / 60
                shares = {f"network_{m}_min": minutes <= m for m in (5, 10, 15)} | {"straight_line": in_radius}
                near.setdefault((key, AGE_GROUPS[residents.age_group[row]]), []).append(shares)
    return {
        cell: {name: float(np.mean([row[name] for row in rows])) for name in rows[0]} for cell, rows in near.items()
    }


@examples(30)
@given(worlds())
def test_coverage_is_what_one_finds_from_door_to_door(world: tuple[Place, Layout, list[Residents]]) -> None:
    place, layout, drawn = world
    reach = find_reach(place, layout, (15 * 60 * 1.8, 15 * 60 * 1.8))
    table = coverage(crowd(place, layout, reach, CATALOGUE, drawn))
    found = {(line.pop("need"), line.pop("age_group")): line for line in table.to_dict("records")}
    expected = by_hand(place, layout, drawn)
    assert found.keys() == expected.keys()
    for cell, shares in expected.items():
        assert found[cell] == pytest.approx(shares), cell


@examples(30)
@given(worlds())
def test_more_minutes_never_cover_fewer(world: tuple[Place, Layout, list[Residents]]) -> None:
    place, layout, drawn = world
    table = coverage(crowd(place, layout, find_reach(place, layout, (1620.0, 1620.0)), CATALOGUE, drawn))
    if len(table):
        assert (table["network_5_min"] <= table["network_10_min"]).all()
        assert (table["network_10_min"] <= table["network_15_min"]).all()


def test_an_outlet_that_serves_a_substitute_serves_the_need_but_not_the_other_way_round() -> None:
    outlets = (standing(0, outlet_id="c", offers={"convenience": OfferConfig()}),)
    layout = Layout("plan", "", "", outlets, {})
    wanted: dict[str, NeedConfig] = CATALOGUE
    assert {key: serves(layout, key, wanted[key]).tolist() for key in wanted} == {
        "groceries": [True],
        "convenience": [True],
        "clinic": [False],
    }


@examples(30)
@given(worlds())
def test_nearest_metres_know_who_is_admitted(world: Any) -> None:
    place, layout, _ = world
    reach = find_reach(place, layout, (5000.0,) * len(WalkClass))
    everything = np.ones((1, len(layout)), dtype=bool)
    [nearest] = nearest_m(place, layout, reach, everything)
    assert len(nearest) == len(ON_FOOT)  # wheels are no walk
    for walk_class in ON_FOOT:
        walks = Walks(place.streets, walk_class)
        for home, node in enumerate(place.homes.node.tolist()):
            doors = [
                walks.metres(node, outlet.node) + outlet.snap_m
                for outlet in layout.outlets
                if outlet.admits in (-1, place.streets.compound[node])
            ]
            expected = min((m for m in doors if m <= 5000), default=np.inf) + place.homes.snap_m[home]
            assert nearest[walk_class, home] == pytest.approx(expected)
