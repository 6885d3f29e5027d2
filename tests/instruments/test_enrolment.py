"""Places that are held for months (facts 8.1, rows 6, 14 and 31): the nearest get them until they run out."""

from __future__ import annotations

from dataclasses import replace
from math import cos, exp, log, pi, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.day import crowded_catchments
from sim.needs import NeedConfig, NeedsConfig
from sim.outlets import OfferConfig, PoolConfig
from sim.people import Mobility, PeopleConfig
from tests.day.keyed import ENROLMENT, LIMIT, text_key, uniform
from tests.instruments.conftest import (
    COUNTER,
    NOON,
    Ground,
    assert_same,
    drawn,
    each,
    ends,
    offer,
    persons,
    row,
    rows_of,
    shop,
    world,
)
from tests.worlds import DAY_S, HOUR_S, Person, Shop, Wish, World, residents_of

DAYS = 5
EIGHT = 8 * HOUR_S
ENROLLED = NeedConfig(limit_min={0: 15.0}, enrolled=True)
SCHOOL = shop("school", 0, "school", pools={"staff": PoolConfig(0, places=2)})


def schooling(ground: Ground, pupils: list[Person], days: int = DAYS, enrolled: bool = True, **more: Any) -> World:
    """All pupils want to go on every day, on their own."""
    wishes = [wish for day in range(days) for wish in each(pupils, "school", EIGHT + day * DAY_S)]
    need = NeedConfig(limit_min={0: 15.0}, enrolled=enrolled)
    return world(ground, pupils, wishes, {"school": need}, days=days, **more)


def by_day(rows: pd.DataFrame, pupils: int) -> list[list[str]]:
    """How the errands of each day ended."""
    told = ends(rows)
    return [told[first : first + pupils] for first in range(0, len(told), pupils)]


# ---- who gets a place

SIX = [Person(home=i, age=10) for i in (3, 0, 5, 1, 4, 2)]  # so many hundred metres from the school at node 0
STREET = row(12, homes=range(12))


def test_who_lives_nearest_holds_a_place_and_the_others_are_turned_down_every_day() -> None:
    rows = rows_of(schooling(drawn(SCHOOL, place=STREET), SIX))
    assert by_day(rows, 6) == [["full", "school", "full", "school", "full", "full"]] * DAYS
    full = rows["reason"] == "full"
    assert set(rows["attempts"][full]) == {0}  # they know, and do not walk there
    assert set(rows["walk_m"][full]) == {0.0}


def test_a_place_is_held_by_where_one_lives_and_not_by_when_one_comes() -> None:
    pupils = [Person(home=1, age=10, speed_m_s=0.2), Person(home=0, age=10), Person(home=2, age=10)]
    held = schooling(drawn(SCHOOL, place=STREET), pupils)
    assert by_day(rows_of(held), 3) == [["school", "school", "full"]] * DAYS
    # The same number as a ceiling of each day: the first takes 500 s for 100 m, the last 200 s for 200 m.
    ceiling = shop("school", 0, "school", pools={"staff": PoolConfig(0, per_day=2)})
    free = schooling(drawn(ceiling, place=STREET), pupils, enrolled=False)
    assert by_day(rows_of(free), 3) == [["full", "school", "school"]] * DAYS


def test_when_the_nearest_is_full_the_next_one_within_the_limit() -> None:
    other = shop("annex", 11, "school", pools={"staff": PoolConfig(0, places=1)})
    rows = rows_of(schooling(drawn(SCHOOL, other, place=STREET), SIX))
    # The annex at node 11 is nearest to nobody: 600 m for who lives at node 5, 700 m for node 4.
    assert by_day(rows, 6) == [["full", "school", "annex", "school", "full", "full"]] * DAYS
    assert set(rows["walk_m"][rows["outlet"] == "annex"]) == {600.0}


def test_who_has_no_school_within_the_limit_is_too_far_and_takes_no_place() -> None:
    pupils = [Person(home=11, age=10), Person(home=9, age=10), Person(home=10, age=10)]
    assert by_day(rows_of(schooling(drawn(SCHOOL, place=STREET), pupils)), 3) == [["too_far", "school", "too_far"]] * 5


def neighbours(seed: int, places: int = 4) -> list[str]:
    """Ten pupils of one house."""
    ten = persons(10, home=3, age=10)
    small = shop("school", 0, "school", pools={"staff": PoolConfig(0, places=places)})
    told = by_day(rows_of(schooling(drawn(small, place=STREET), ten, days=2, seed=seed)), 10)
    assert told[0] == told[1]
    return told[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_equally_near_ones_the_lot_decides(seed: int) -> None:
    lot = [uniform(seed, ENROLMENT, who, text_key("school")) for who in range(10)]
    lucky = sorted(range(10), key=lambda who: lot[who])[:4]
    assert neighbours(seed) == ["school" if who in lucky else "full" for who in range(10)]


def test_who_wins_with_few_places_wins_with_more() -> None:
    few, more = neighbours(1), neighbours(1, places=7)
    assert (few.count("school"), more.count("school")) == (4, 7)
    assert all(after == "school" for before, after in zip(few, more, strict=True) if before == "school")


def test_places_for_all_change_nothing() -> None:
    counter = shop("school", 0, "school")  # no number of places: no limit
    free = rows_of(schooling(drawn(counter, place=STREET), SIX, enrolled=False))
    for places in (0, 6, 600):
        enough = shop("school", 0, "school", pools={"staff": PoolConfig(0, places=places)})
        assert_same(free, rows_of(schooling(drawn(enough, place=STREET), SIX)))


# ---- two pools under one roof, ages, sessions

STATION = Shop(
    "station",
    3,
    {"nursery": offer(pool="small", ages=[0, 3]), "day_care": offer(pool="old", ages=[60, 121])},
    {"small": PoolConfig(0, places=1), "old": PoolConfig(0, places=2)},
)
FUSED = {"nursery": ENROLLED, "day_care": ENROLLED}


def test_each_pool_has_its_own_places() -> None:
    elders = persons(3, age=70)
    children = [Person(age=2), Person(age=1)]
    wishes = [*each(elders, "day_care", EIGHT), *(Wish(3 + i, "nursery", EIGHT, walker=5) for i in range(2))]
    told = ends(rows_of(world(drawn(STATION), [*elders, *children, Person(age=40)], wishes, FUSED)))
    assert (told[:3].count("station"), told[:3].count("full")) == (2, 1)
    assert sorted(told[3:]) == ["full", "station"]


def test_a_second_pool_for_others_changes_nothing_for_the_first() -> None:
    elders = persons(3, age=70)
    alone = Shop("station", 3, {"day_care": STATION.offers["day_care"]}, {"old": STATION.pools["old"]})
    before, after = (
        rows_of(world(drawn(at), elders, each(elders, "day_care", EIGHT), FUSED)) for at in (alone, STATION)
    )
    assert_same(before, after)


@pytest.mark.parametrize(("age", "end"), [(59, "not_admitted"), (60, "station"), (120, "station")])
def test_an_offer_is_for_its_ages(age: int, end: str) -> None:
    for enrolled in (True, False):
        need = NeedConfig(limit_min={0: 15.0}, enrolled=enrolled)
        person = [Person(age=age)]
        rows = rows_of(world(drawn(STATION), person, each(person, "day_care", EIGHT), {"day_care": need}))
        assert ends(rows) == [end]


def session(pupils: int, hour: float, places: int = 15, age: int = 10) -> list[str]:
    """A free class for fifteen, from 9 to 12."""
    teacher = shop(
        "class", 1, "lesson", pools={"staff": PoolConfig(0, places=places)}, hours={0: [[9.0, 12.0]]}, ages=[6, 15]
    )
    who = persons(pupils, age=age)
    return ends(rows_of(world(drawn(teacher), who, each(who, "lesson", hour * HOUR_S), {"lesson": ENROLLED})))


def test_a_class_takes_fifteen_in_its_hours() -> None:
    assert session(15, 9.5) == ["class"] * 15
    told = session(17, 9.5)
    assert (told.count("class"), told.count("full")) == (15, 2)
    assert sorted(session(17, 12.5)) == ["closed"] * 15 + ["full"] * 2
    assert session(2, 9.5, age=15) == ["not_admitted"] * 2


def by_the_hour(stay_h: float, room: int) -> list[str]:
    """A child comes at 9, 10, 11 and 12 o'clock and stays for some hours; no place is held."""
    care = shop("care", 0, "hours", pools={"staff": PoolConfig(0, room=room)})
    children = persons(4, age=10)
    wishes = [Wish(i, "hours", (9 + i) * HOUR_S, stay_s=stay_h * HOUR_S) for i in range(4)]
    return ends(rows_of(world(drawn(care), children, wishes)))


def test_by_the_hour_a_place_is_free_again_when_the_child_is_fetched() -> None:
    assert by_the_hour(1.0, room=1) == ["care"] * 4
    assert by_the_hour(2.0, room=1) == ["care", "full", "care", "full"]
    assert by_the_hour(2.0, room=2) == ["care"] * 4
    assert by_the_hour(4.0, room=2) == ["care", "care", "full", "full"]


# ---- grandparent and child on one way


def morning(*shops: Shop, carer_age: int = 70) -> pd.DataFrame:
    """A grandparent brings a child at 8 and goes on to their own day care; in the evening the child is fetched."""
    people = [Person(age=carer_age, carer=-1), Person(age=2, carer=0)]
    wishes = [
        Wish(1, "nursery", EIGHT, walker=0),
        Wish(0, "day_care", EIGHT + 600, chained=True, stay_s=HOUR_S),
        Wish(1, "nursery", 2 * EIGHT, walker=0, follows=0),
    ]
    there = world(drawn(*shops), people, wishes, FUSED)
    record = there.run()
    assert record.errands["outcome"].tolist() == ["met_walk"] * 3
    return record.legs


def test_under_one_roof_the_own_errand_costs_no_step() -> None:
    legs = morning(STATION)
    assert legs["metres"].tolist() == [300.0, 0.0, 300.0, 300.0, 300.0]
    apart = [
        Shop("nursery", 3, {"nursery": STATION.offers["nursery"]}, {"small": PoolConfig(0, places=1)}),
        Shop("old", 5, {"day_care": STATION.offers["day_care"]}, {"old": PoolConfig(0, places=1)}),
    ]
    assert morning(*apart)["metres"].tolist() == [300.0, 200.0, 500.0, 300.0, 300.0]


def test_one_roof_saves_nothing_on_separate_walks() -> None:
    people = [Person(age=70), Person(age=2, carer=0), Person(age=30)]
    wishes = [Wish(1, "nursery", EIGHT, walker=2), Wish(0, "day_care", NOON)]
    other = {"small": PoolConfig(0, places=1)}
    apart = [
        Shop("nursery", 3, {"nursery": STATION.offers["nursery"]}, other),
        Shop("old", 3, {"day_care": STATION.offers["day_care"]}, {"old": COUNTER}),
    ]
    fused, two = (rows_of(world(drawn(*shops), people, wishes, FUSED)) for shops in ([STATION], apart))
    assert fused["walk_m"].tolist() == two["walk_m"].tolist() == [300.0, 300.0]
    assert fused["end_s"].tolist() == two["end_s"].tolist()


def test_nothing_to_apply_for() -> None:
    nowhere = {"bread": OfferConfig()}
    rows = rows_of(schooling(drawn(Shop("baker", 1, nowhere, {"staff": COUNTER}), place=STREET), SIX, days=1))
    assert ends(rows) == ["no_outlet"] * 6


# ---- farther off than a walk: by ride

LONG = row(15, homes=range(15))
RIDERS = PeopleConfig(ride_owned_share=1.0, ride_share={0: 1.0}, ride_m_s=4.0)
ADULT_RIDERS = replace(RIDERS, ride_share={18: 1.0})
RIDDEN = replace(ENROLLED, ride_share=1.0, ride_limit_min=5.0)  # 1,200 m


def riding(
    pupils: list[Person], *shops: Shop, people: PeopleConfig = RIDERS, days: int = 2, **need: Any
) -> pd.DataFrame:
    """Pupils want to go on every day, each on their own; who else is given last wants nothing."""
    who = [i for i, one in enumerate(pupils) if one.age < 20]
    wishes = [Wish(i, "school", EIGHT + day * DAY_S) for day in range(days) for i in who]
    needs = {"school": replace(RIDDEN, **need)}
    there = drawn(*(shops or (SCHOOL,)), place=LONG)
    return rows_of(replace(world(there, pupils, wishes, needs, days=days), people=people))


def test_who_lives_beyond_a_walk_rides_to_the_place_they_hold() -> None:
    rows = riding([Person(home=11, age=10, owns_ride=True), Person(home=9, age=10, owns_ride=True)])
    assert rows["outcome"].tolist() == ["met_ride", "met_walk"] * 2  # 900 m are a walk of 15 minutes
    assert rows["walk_m"].tolist() == [1100.0, 900.0] * 2
    assert rows["speed_m_s"].tolist() == [4.0, 1.0] * 2
    assert rows["arrive_s"][0] == EIGHT + 1100 / 4
    assert rows["not_on_foot"].tolist() == ["too_far", "none"] * 2


@pytest.mark.parametrize(
    ("person", "people", "need"),
    [
        ({"owns_ride": False}, RIDERS, {}),
        ({"mobility": Mobility.SLOW}, RIDERS, {}),
        ({}, ADULT_RIDERS, {}),
        ({}, replace(RIDERS, ride_owned_share=0.0, ride_share={}), {}),
        ({}, RIDERS, {"ride_share": 0.0}),
        ({}, RIDERS, {"ride_limit_min": 4.5}),  # 1,080 m
    ],
)
def test_without_a_ride_it_is_too_far(person: dict[str, Any], people: PeopleConfig, need: dict[str, Any]) -> None:
    pupil = Person(**({"home": 11, "age": 10, "owns_ride": True} | person))
    rows = riding([pupil], people=people, **need)
    assert ends(rows) == ["too_far"] * 2
    assert rows["walk_m"].tolist() == [0.0, 0.0]


def test_a_pupil_who_cannot_ride_sits_behind_the_carer() -> None:
    carer = Person(home=11, age=40, owns_ride=True)
    pupil = Person(home=11, age=10, carer=1, owns_ride=True)
    rows = riding([pupil, carer], people=ADULT_RIDERS)
    assert rows["outcome"].tolist() == ["met_ride"] * 2
    assert rows["walker"].tolist() == [1, 1]
    assert ends(riding([replace(pupil, age=18, carer=1), carer], people=RIDERS)) == ["school"] * 2  # rides alone
    for other in (replace(carer, owns_ride=False), replace(carer, mobility=Mobility.SLOW)):
        assert ends(riding([pupil, other], people=ADULT_RIDERS)) == ["too_far"] * 2
    assert ends(riding([replace(pupil, carer=-1), carer], people=ADULT_RIDERS)) == ["too_far"] * 2


def test_walks_and_rides_are_in_one_order_by_their_metres() -> None:
    one = shop("school", 0, "school", pools={"staff": PoolConfig(0, places=1)})
    walks = Person(home=8, age=10)
    far, near = Person(home=11, age=10, owns_ride=True), Person(home=5, age=10, speed_m_s=0.5, owns_ride=True)
    assert ends(riding([walks, far], one, days=1)) == ["school", "full"]
    assert ends(riding([walks, near], one, days=1)) == ["full", "school"]  # 450 m are their walk, and 500 m a ride
    assert riding([walks, near], one, days=1)["outcome"].tolist() == ["unmet", "met_ride"]


def test_who_could_walk_rides_where_the_place_is_farther_off() -> None:
    near, far = (
        shop(name, at, "school", pools={"staff": PoolConfig(0, places=1)}) for name, at in (("a", 3), ("b", 14))
    )
    pupils = [Person(home=3, age=10, owns_ride=True), Person(home=4, age=10, owns_ride=True)]
    rows = riding(pupils, near, far, days=1)
    assert (ends(rows), rows["outcome"].tolist()) == (["a", "b"], ["met_walk", "met_ride"])  # 1,000 m
    assert rows["walk_m"].tolist() == [0.0, 1000.0]


def test_children_are_brought_and_fetched_by_ride() -> None:
    family = [Person(home=11, age=35, owns_ride=True), Person(home=11, age=4, carer=0, owns_ride=True)]
    wishes = [
        Wish(1, "school", EIGHT, walker=0, stay_s=8 * HOUR_S),
        Wish(1, "school", 2 * EIGHT, walker=0, follows=0),
    ]
    there = world(drawn(SCHOOL, place=LONG), family, wishes, {"school": RIDDEN})
    rows = rows_of(replace(there, people=ADULT_RIDERS))
    assert rows["outcome"].tolist() == ["met_ride"] * 2
    assert rows["walk_m"].tolist() == [1100.0] * 2


def test_everybody_walks_as_far_as_they_themselves_accept() -> None:
    sigma, limit_m = 0.3, 900.0
    pupils = [Person(home=i % 15, age=10) for i in range(45)]
    everybody = shop("school", 0, "school")
    needs = {"school": ENROLLED}
    there = world(drawn(everybody, place=LONG), pupils, each(pupils, "school", EIGHT), needs)
    told = ends(rows_of(replace(there, needs=replace(there.needs, limit_sigma=sigma))))
    expected = []
    for who, pupil in enumerate(pupils):
        u, v = (uniform(1, LIMIT, who, text_key("school"), c) for c in (0, 1))
        own_m = limit_m * exp(sigma * sqrt(-2 * log(u)) * cos(2 * pi * v))
        expected.append("school" if pupil.home * 100 <= min(own_m, limit_m * exp(sigma) * 1.8) else "too_far")
    assert told == expected
    assert told != ends(rows_of(there))


# ---- catchments


def caught(homes: dict[str, list[int]], pupils: list[Person], *shops: Shop) -> list[str]:
    """How each ends where outlets have these homes as their catchment."""
    place, layout = drawn(*(shops or (SCHOOL,)), place=STREET)
    layout = replace(layout, catchments={key: np.array(rows, np.int32) for key, rows in homes.items()})
    return ends(rows_of(schooling((place, layout), pupils, days=1)))


def test_places_are_for_the_catchment_whoever_lives_nearer() -> None:
    assert caught({}, SIX) == ["full", "school", "full", "school", "full", "full"]
    told = caught({"school": [3, 4, 5, 7]}, SIX)  # two places, three pupils; homes 0, 1 and 2 are outside
    assert told == ["school", "not_admitted", "full", "not_admitted", "school", "not_admitted"]


def test_who_lies_in_no_catchment_goes_to_the_nearest_without_one() -> None:
    annex = shop("annex", 6, "school", pools={"staff": PoolConfig(0, places=3)})
    # Of homes 3, 0, 5, 1, 4, 2 the first and the fifth hold the school's places; the third is left for the annex, at
    # 100 m, before home 2, at 400 m, and home 1, at 500 m.
    told = caught({"school": [3, 4, 5]}, SIX, SCHOOL, annex)
    assert told == ["school", "full", "annex", "annex", "school", "annex"]


def test_the_catchment_comes_before_any_nearer_outlet() -> None:
    near = shop("near", 5, "school", pools={"staff": PoolConfig(0, places=9)})
    pupil = [Person(home=5, age=10)]
    assert caught({"school": [5]}, pupil, SCHOOL, near) == ["school"]
    assert caught({"school": [4]}, pupil, SCHOOL, near) == ["near"]
    assert caught({"school": [11]}, [Person(home=11, age=10)]) == ["too_far"]  # its own, but 1,100 m


def test_a_catchment_of_everybody_is_none() -> None:
    assert caught({"school": list(range(12))}, SIX) == caught({}, SIX)
    assert caught({"school": []}, SIX) == ["not_admitted"] * 6


def test_catchments_with_more_applicants_than_places_are_told() -> None:
    needs = NeedsConfig({"school": replace(ENROLLED, per_week={6: 5.0, 15: 0.0}), "bread": NeedConfig()})
    people = [Person(home=i % 4, age=age) for i, age in enumerate([5, 6, 10, 14, 15, 40])]  # three of an age to go
    layout = replace(drawn(SCHOOL, place=STREET)[1], catchments={"school": np.arange(4)})
    [note] = crowded_catchments(layout, residents_of(people), needs)
    assert "school (3 for 2 of school)" in note.text
    assert note.share == 1 / 6
    fewer = replace(layout, catchments={"school": np.array([1, 2])})  # of them, those of 6 and 10
    assert crowded_catchments(fewer, residents_of(people), needs) == []
    rare = replace(needs.catalogue["school"], regular_per_week=10.0)  # one child in two
    assert crowded_catchments(layout, residents_of(people), NeedsConfig({"school": rare})) == []
