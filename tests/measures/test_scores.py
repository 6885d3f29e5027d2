"""Scores by plain arithmetic, and coverage and met demand that disagree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures import NORMS, demand, disagreement, scores
from sim.measures.scores import Norm, _met
from sim.needs import NeedConfig
from sim.outlets import Layout, OfferConfig, PoolConfig
from sim.people import Mobility, Residents
from sim.place import Place, WalkClass
from sim.reach import find_reach
from sim.record import REASONS
from tests.measures.conftest import NEEDS, ZONES, any_errands, tally_of
from tests.measures.test_coverage import crowd as crowd_in
from tests.measures.test_coverage import people_of
from tests.needs.conftest import crowd, need
from tests.outlets.conftest import form, places, standing, town
from tests.people.conftest import examples
from tests.walking import Walks

CATALOGUE = {
    "groceries": need(domain="food", per_week={15: 3.0}),
    "clinic": need(domain="health", per_week={60: 0.3}),
    "park": need(domain="leisure"),
    "canteen": need(domain="food", per_week={70: 1.0}),
    "nursery": need(domain="education", per_week={0: 1.0, 3: 0.0}),
}
FORMATS = {
    "shop": form(tier="basic"),
    "kiosk": form(tier="basic"),
    "bistro": form(tier="quality"),
    "hall": form(tier="public"),
}


def reach_of(place: Place, layout: Layout) -> Any:
    return find_reach(place, layout, (15 * 60 * 1.8,) * len(WalkClass))


def two_zones() -> Place:
    """The town of tests/outlets: two homes in the south, and two behind a wall in the north."""
    place = town()
    return replace(place, zones=("north", "south"), homes=replace(place.homes, zone=np.array([1, 1, 0, 0], np.int32)))


def stands(outlet_id: str, at: tuple[float, float], kind: str, *offers: str, **more: Any) -> Any:
    node = int(two_zones().nearest_node(np.array([at]))[0][0])
    offered = {key: OfferConfig(pool="staff") for key in offers}
    return standing(node, 0.0, -1, outlet_id, xy=at, format=kind, offers=offered, **more)


def test_scores_are_what_one_counts_on_the_map() -> None:
    outlets = (
        stands("canteen", (0.0, 20.0), "hall", "canteen", area_m2=300.0),
        stands("kiosk", (110.0, 240.0), "kiosk", "groceries"),
        stands("nursery", (150.0, 0.0), "hall", "nursery", "minding", area_m2=90.0, pools={"staff": PoolConfig(0, 7)}),
        stands(
            "old nursery", (0.0, 0.0), "hall", "nursery", pools={"staff": PoolConfig(servers=0, places=5, per_day=9)}
        ),
        stands("park", (200.0, 240.0), "hall", "park", area_m2=9000.0),
        stands("shop 1", (290.0, 0.0), "shop", "groceries", area_m2=60.0),
        stands("shop 2", (0.0, 90.0), "shop", "groceries"),
        stands("bistro", (0.0, 95.0), "bistro"),
    )
    layout = Layout("plan", "", "", outlets, FORMATS)
    place = two_zones()
    # Two draws: five in the south and three in the north, then three and one; two households each time.
    first = crowd([40, 40, 1, 75, 50, 65, 65, 30], household=[0, 0, 0, 0, 0, 1, 1, 1])
    first = replace(first, home=np.array([0, 0, 0, 0, 0, 3, 3, 3], np.int32))
    second = crowd([40, 40, 30, 75], household=[0, 0, 0, 1])
    second = replace(second, home=np.array([1, 1, 1, 2], np.int32))
    table = scores(place, layout, crowd_in(place, layout, reach_of(place, layout), CATALOGUE, [first, second]))
    found = table.set_index(["score", "zone"])["value"].unstack()[["south", "north", "all"]]
    thousands = np.array([4, 2, 6]) / 1000
    expected = {
        "basic_formats": [1, 1, 2],
        "quality_formats": [1, 0, 1],
        "outlets_per_1000": np.array([6, 2, 8]) / thousands,
        "childcare_places_per_1000": np.array([12, 0, 12]) / thousands,
        "meal_points_per_1000": np.array([1, 0, 1]) / thousands,
        "space_m2_per_100_households": np.array([390, 0, 390]) / np.array([1, 1, 2]) * 100,
        # Nobody in the north has a small child, and there is no clinic for the old.
        "domains": [3, 2, 3],
    }
    for score, values in expected.items():
        assert found.loc[score].tolist() == pytest.approx(list(values)), score
    assert table["zone"].unique().tolist() == ["north", "south", "all"]
    norms = table.set_index("score")
    assert {score: norms.loc[[score], "norm"].iloc[0] for score in NORMS} == {
        **{score: norm.value for score, norm in NORMS.items()},
        "domains": 4,
    }
    assert norms.loc["domains", "met"].tolist() == ["no"] * 3
    assert norms.loc["meal_points_per_1000", "met"].tolist() == ["no", "yes", "yes"]


def test_some_norms_are_met_and_some_must_be_passed() -> None:
    assert [_met(value, Norm(15, "", above=True)) for value in (14, 15, 16, np.nan)] == ["no", "no", "yes", ""]
    assert [_met(value, Norm(4.5, "")) for value in (4.4, 4.5, np.nan)] == ["no", "yes", ""]


def test_a_community_where_nobody_lives_has_no_rates() -> None:
    layout = Layout("plan", "", "", (stands("shop", (100.0, 250.0), "shop", "groceries"),), FORMATS)
    table = scores(
        two_zones(), layout, crowd_in(two_zones(), layout, reach_of(two_zones(), layout), CATALOGUE, [crowd([40])])
    )
    north = table[table["zone"] == "north"].set_index("score")
    assert north.loc["basic_formats", "value"] == 1
    rates = [score for score in NORMS if "_per_" in score]
    assert north.loc[rates, "value"].isna().all()
    assert set(north.loc[rates, "met"]) == {""}


@examples(30)
@given(st.lists(st.tuples(st.floats(-200, 500), st.floats(-200, 500)), max_size=8))
def test_an_outlet_belongs_to_the_community_of_the_nearest_home(spots: list[tuple[float, float]]) -> None:
    place = two_zones()
    layout = Layout("plan", "", "", tuple(stands(f"o{i}", at, "shop", "park") for i, at in enumerate(spots)), FORMATS)
    residents = replace(crowd([40] * 4), home=np.arange(4, dtype=np.int32))
    table = scores(place, layout, crowd_in(place, layout, reach_of(place, layout), CATALOGUE, [residents]))
    per_1000 = table[table["score"] == "outlets_per_1000"].set_index("zone")["value"]
    count = Counter[str]()
    for spot in spots:
        apart = [float(np.hypot(*(np.subtract(spot, home)))) for home in place.homes.xy]
        count[place.zones[place.homes.zone[apart.index(min(apart))]]] += 1
    assert per_1000.to_dict() == pytest.approx(
        {"north": count["north"] / 0.002, "south": count["south"] / 0.002, "all": len(spots) / 0.004}
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Place, Layout, list[Residents]]:
    place = draw(places(compounds=2))
    zone = np.array([draw(st.integers(0, 1)) for _ in range(len(place.homes))], np.int32)
    lift = np.array([draw(st.booleans()) for _ in range(len(place.homes))])
    place = replace(place, zones=ZONES, homes=replace(place.homes, zone=zone, lift=lift))
    outlets = tuple(
        standing(
            draw(st.integers(0, place.streets.n_nodes - 1)),
            draw(st.sampled_from([0.0, 25.0])),
            draw(st.sampled_from([-1, 0])),
            f"o{row}",
            offers={draw(st.sampled_from([*CATALOGUE])): OfferConfig(ages=draw(st.sampled_from([[], [20, 80]])))},
        )
        for row in range(draw(st.integers(0, 5)))
    )
    layout = Layout("plan", "", "", outlets, FORMATS, range_factor={"south": 1.5})
    drawn = [draw(people_of(len(place.homes))) for _ in range(draw(st.integers(1, 2)))]
    return place, layout, [replace(one, climb_s=np.where(one.age < 50, 0.0, 250.0)) for one in drawn]


def within_15(place: Place, layout: Layout, residents: Residents, row: int, key: str) -> bool:
    """Whether one resident has an outlet for a need within 15 minutes, walked by networkx."""
    mobility, home, speed = residents.mobility[row], residents.home[row], residents.speed_m_s[row]
    node = int(place.homes.node[home])
    climb_m = 0.0 if place.homes.lift[home] else residents.climb_s[row] * speed
    range_m = residents.range_m[row] * layout.range_factor.get(place.zones[place.homes.zone[home]], 1.0)
    walks = Walks(place.streets, WalkClass.STEP_FREE if mobility == Mobility.SLOW else WalkClass.ABLE)
    for outlet in layout.outlets:
        offer = outlet.offers.get(key)
        if offer and outlet.admits in (-1, place.streets.compound[node]) and mobility != Mobility.HOUSEBOUND:
            metres = walks.metres(node, outlet.node) + outlet.snap_m + climb_m
            of_age = not offer.ages or offer.ages[0] <= residents.age[row] < offer.ages[1]
            if of_age and metres <= range_m and metres / speed <= 15 * 60:
                return True
    return False


def has_need(config: NeedConfig, age: int) -> bool:
    """Whether anything is wanted at an age."""
    return [rate for start, rate in sorted({-1: 0.0, **config.per_week}.items()) if start <= age][-1] > 0


@examples(30)
@given(worlds())
def test_domains_are_those_that_four_in_five_can_walk_to(world: tuple[Place, Layout, list[Residents]]) -> None:
    place, layout, drawn = world
    table = scores(place, layout, crowd_in(place, layout, reach_of(place, layout), CATALOGUE, drawn))
    found = table[table["score"] == "domains"].set_index("zone")["value"].to_dict()
    for zone in (*ZONES, "all"):
        near: dict[str, list[bool]] = {}
        for residents in drawn:
            for row in range(len(residents)):
                if zone in ("all", place.zones[place.homes.zone[residents.home[row]]]):
                    wanted = [key for key, config in CATALOGUE.items() if has_need(config, int(residents.age[row]))]
                    for domain in {CATALOGUE[key].domain for key in wanted}:
                        own = [key for key in wanted if CATALOGUE[key].domain == domain]
                        is_near = any(within_15(place, layout, residents, row, key) for key in own)
                        near.setdefault(domain, []).append(is_near)
        assert found[zone] == sum(sum(who) >= 0.8 * len(who) for who in near.values())


@examples(30)
@given(worlds(), st.integers(0, 200), st.integers(0, 10_000))
def test_disagreement_is_what_one_counts_by_hand(
    world: tuple[Place, Layout, list[Residents]], n: int, seed: int
) -> None:
    place, layout, drawn = world
    errands = any_errands(n, seed)
    whole = demand(tally_of(errands), ["zone", "need"])
    catalogue = {key: CATALOGUE[key] for key in NEEDS}
    table = disagreement(place, crowd_in(place, layout, reach_of(place, layout), catalogue, drawn), whole)
    assert len(table) == len(whole)
    for line in table.to_dict("records"):
        key, zone = line["need"], line["zone"]
        near = [
            within_15(place, layout, residents, row, key)
            for residents in drawn
            for row in range(len(residents))
            if has_need(CATALOGUE[key], int(residents.age[row]))
            and place.zones[place.homes.zone[residents.home[row]]] == zone
        ]
        own = errands[(errands["need"] == key) & (errands["zone"] == zone)]
        met = (own["outcome"] != "unmet").mean()
        coverage = np.mean(near) if near else np.nan
        assert line["coverage_15"] == pytest.approx(coverage, nan_ok=True)
        assert line["met_share"] == pytest.approx(met)
        assert line["gap"] == pytest.approx(coverage - met, nan_ok=True)
        reasons = Counter(own["reason"][own["outcome"] == "unmet"])
        if reasons:
            main = max(REASONS, key=lambda reason: (reasons[reason], -REASONS.index(reason)))
            assert (line["reason"], line["reason_share"]) == (main, reasons[main] / reasons.total())
        else:
            assert line["reason"] == ""
            assert np.isnan(line["reason_share"])


def test_all_can_be_covered_and_few_of_them_met() -> None:
    """As in Lhasa, where there is enough primary care in sum, and 59 % of the homes are served."""
    layout = Layout("plan", "", "", (stands("clinic", (100.0, 0.0), "hall", "clinic"),), FORMATS)
    residents = replace(crowd([70] * 4), home=np.arange(4, dtype=np.int32))
    counts = pd.DataFrame(
        {"zone": ["north"], "need": ["clinic"], "raised": [100], "unmet": [41], **{key: [0] for key in REASONS}}
    ).assign(full=[30], queue=[11])
    lives = crowd_in(two_zones(), layout, reach_of(two_zones(), layout), CATALOGUE, [residents])
    [line] = disagreement(two_zones(), lives, counts).to_dict("records")
    assert line == pytest.approx(
        {
            "need": "clinic", "zone": "north", "coverage_15": 1.0, "met_share": 0.59, "gap": 0.41, "reason": "full",
            "reason_share": 30 / 41,
        }
    )  # fmt: skip
