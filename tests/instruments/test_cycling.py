"""Cycling (facts 8.1, row 13): the same fifteen minutes at 3.5 m/s, where a link allows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.needs import NeedsConfig
from sim.people import Mobility, PeopleConfig
from sim.place import Place, WalkClass
from tests.instruments.conftest import (
    assert_same,
    assert_same_demand,
    assert_same_run,
    assert_share,
    by_resident,
    daily,
    drawn,
    ends,
    raised,
    row,
    shop,
)
from tests.needs.conftest import PEOPLE, crowd
from tests.worlds import Link, World, place_of, streets_of

CYCLISTS = replace(PEOPLE, cycle_share={15: 1.0})
CYCLE = WalkClass.CYCLE


def going(node: int, people: PeopleConfig = CYCLISTS, place: Place | None = None, ages: Sequence[int] = (40,)) -> World:
    """People at node 0 who walk a metre a second go to a shop at a node."""
    at = drawn(shop("shop", node, "food"), place=place or row(40))
    return raised(at, crowd(ages), NeedsConfig({"food": daily()}), people)


def minutes(world: World) -> float:
    """To the shop."""
    (way,) = by_resident(world).itertuples()
    return (way.arrive_s - way.set_out_s) / 60


# ---- how far, how fast


def test_fifteen_minutes_are_3150_metres() -> None:
    assert [ends(by_resident(going(node)))[0] for node in (31, 32)] == ["shop", "too_far"]
    assert [ends(by_resident(going(node, PEOPLE)))[0] for node in (9, 10)] == ["shop", "too_far"]


@pytest.mark.parametrize("cycle_m_s", [2.0, 3.5, 5.0])
def test_the_way_takes_its_metres_at_the_pace_of_a_bicycle(cycle_m_s: float) -> None:
    way = going(6, replace(CYCLISTS, cycle_m_s=cycle_m_s))
    assert minutes(way) == pytest.approx(600 / cycle_m_s / 60)
    assert by_resident(way)["speed_m_s"].tolist() == [cycle_m_s]
    assert minutes(going(6, PEOPLE)) == 10.0


def test_a_crossing_delays_a_cyclist_by_its_seconds() -> None:
    crossing = place_of(streets_of([-1, -1], [Link(0, 1, crossing_s=20.0)]), [(0, 0.0)])
    assert minutes(going(1, place=crossing)) * 60 == pytest.approx(100 / 3.5 + 20)


# ---- which way


def detour(around_m: float = 300.0, stairs: bool = False, cycling: bool = True) -> Place:
    """From 1 to 2 it is 100 m by a link of some kind, or some more around."""
    streets = streets_of([-1] * 4, [Link(0, 1), Link(1, 2, stairs=stairs), Link(1, 2, around_m), Link(2, 3)])
    allowed = streets.cycling & np.array([True, cycling, True, True])
    return place_of(replace(streets, cycling=allowed), [(0, 0.0)])


@pytest.mark.parametrize(
    ("link", "cycled_m"),
    [
        ({}, 300.0),
        ({"stairs": True}, 480.0),  # pushing on stairs, as where cycling is not allowed
        ({"cycling": False, "around_m": 200.0}, 400.0),  # around, too
        ({"cycling": False, "around_m": 300.0}, 480.0),  # pushing: 80 s at 1.25 m/s are as long as 280 m at 3.5 m/s
    ],
)
def test_cyclists_go_around_stairs_and_around_or_on_foot_where_they_may_not_ride(link: Any, cycled_m: float) -> None:
    place = detour(**link)
    assert by_resident(going(3, PEOPLE, place))["walk_m"].tolist() == [300.0]
    assert by_resident(going(3, CYCLISTS, place))["walk_m"].tolist() == pytest.approx([cycled_m])


def test_links_that_may_not_be_cycled_change_nothing_for_who_walks() -> None:
    assert_same_run(going(3, PEOPLE, detour()), going(3, PEOPLE, detour(cycling=False)))


# ---- who

N = 500
AGES = [14] * N + [15] * N + [70] * N


def classes(people: PeopleConfig) -> np.ndarray:
    """The class of the tour of each of three times N residents, of 14, 15 and 70 years."""
    return going(4, people, ages=AGES).tours.walk_class.reshape(3, N)


def test_a_share_by_age_cycles_and_who_does_would_at_a_larger_share() -> None:
    some = classes(replace(PEOPLE, cycle_share={15: 0.5, 60: 0.2})) == CYCLE
    more = classes(replace(PEOPLE, cycle_share={0: 0.1, 15: 0.8, 60: 0.2})) == CYCLE
    assert not some[0].any()
    assert_share(int(some[1].sum()), N, 0.5)
    assert_share(int(some[2].sum()), N, 0.2)
    assert_share(int(more[0].sum()), N, 0.1)
    assert_share(int(more[1].sum()), N, 0.8)
    assert (some <= more).all()
    assert (some[2] == more[2]).all()


def test_who_walks_is_not_concerned_by_who_cycles() -> None:
    before, after = (
        by_resident(going(4, people, ages=AGES)) for people in (PEOPLE, replace(CYCLISTS, cycle_share={15: 0.5}))
    )
    cycles = after["speed_m_s"] == 3.5
    assert_same(before, after, ~cycles)
    assert set(before["outcome"]) == {"met_walk"}
    same = [name for name in before if name not in ("arrive_s", "start_s", "end_s", "speed_m_s")]
    assert_same(before[same], after[same])


def tour_classes(food_h: float = 11.0, **people: Any) -> dict[int, set[int]]:
    """The classes of the tours of each walker, of whom everybody would cycle: to school at 8, and for food."""
    school = daily(per_week={0: 7.0, 6: 0.0}, hours={0: [[8.0, 8.5, 1.0]]}, collect=[16.0, 17.0])
    food = daily(by_proxy=True, hours={0: [[food_h, food_h + 0.5, 1.0]]})
    everyone = replace(PEOPLE, cycle_share={0: 1.0})
    ground = drawn(shop("shop", 3, "food", "school"))
    tours = raised(ground, crowd(**people), NeedsConfig({"school": school, "food": food}), everyone).tours
    return {int(who): set(tours.walk_class[tours.walker == who].tolist()) for who in np.unique(tours.walker)}


@pytest.mark.parametrize(("food_h", "of_carer"), [(8.5, {WalkClass.ABLE}), (11.0, {WalkClass.ABLE, CYCLE})])
def test_who_takes_a_child_along_walks_the_whole_tour(food_h: float, of_carer: set[int]) -> None:
    # Food right after school is fetched on the way, later on a tour of its own.
    ages, household, carer = [4, 40], [0, 0], [1, -1]
    assert tour_classes(food_h, age=ages, household=household, carer=carer)[1] == of_carer


def test_the_slow_walk_and_who_goes_for_the_housebound_may_cycle() -> None:
    mobility = [Mobility.SLOW, Mobility.HOUSEBOUND, Mobility.INDEPENDENT]
    told = tour_classes(age=[70, 85, 40], household=[0, 1, 1], carer=[-1, 2, -1], mobility=mobility)
    assert told == {0: {WalkClass.STEP_FREE}, 2: {CYCLE}}


@pytest.mark.parametrize("share", [{}, {0: 0.0}, {41: 1.0}])
def test_where_nobody_cycles_nothing_changes(share: dict[int, float]) -> None:
    people = replace(PEOPLE, cycle_share=share, cycle_m_s=9.0)
    walking, same = (going(4, them, ages=[40] * 50) for them in (PEOPLE, people))
    assert_same_demand(walking, same)
    assert_same_run(walking, same)


def test_stairs_take_a_cyclist_as_long_as_anybody() -> None:
    who = replace(crowd([40]), climb_s=np.array([70.0]))
    at = drawn(shop("shop", 1, "food"))
    w = raised(at, who, NeedsConfig({"food": daily()}), CYCLISTS)
    assert minutes(w) * 60 == pytest.approx(70 + 100 / 3.5)


def test_a_crossing_takes_its_seconds_also_when_pushing() -> None:
    s = streets_of([-1, -1], [Link(0, 1, crossing_s=20.0)])
    p = place_of(replace(s, cycling=np.array([False])), [(0, 0.0)])
    assert minutes(going(1, place=p)) * 60 == pytest.approx(80 + 20)
