"""Worlds worked out by hand for each rule of docs/model.md 7.10, and what is left where the rule is off.

They lie on a straight road with a node every 100 m, with homes at its beginning. Everybody walks at 1 m/s for 5 minutes
at most, rides at 4 m/s, and is served in a minute, where nothing else is said. Moments are seconds after 8 o'clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import exp
from typing import Any

import numpy as np
import pytest

from sim.day import DayConfig
from sim.needs import BeyondConfig, Channel, NeedConfig
from sim.needs.catalogue import WeatherConfig
from sim.outlets import OfferConfig, PoolConfig
from sim.people import Mobility, PeopleConfig
from sim.place import WalkClass
from tests.day.keyed import LIMIT, RETURN, normal, text_key, uniform
from tests.day.story import Story
from tests.day.test_story import compare
from tests.worlds import (
    ALWAYS,
    DAY_S,
    HOUR_S,
    PUBLIC,
    Link,
    Person,
    Shop,
    Wish,
    World,
    errands_of,
    layout_of,
    needs_of,
    place_of,
    residents_of,
    streets_of,
)

EIGHT_S = 8 * HOUR_S
NODES = 31
NOBODY_RIDES = PeopleConfig(ride_m_s=4.0)
ALL_RIDE = PeopleConfig(ride_m_s=4.0, ride_owned_share=1.0, ride_share={18: 1.0})
ALL_HELP = PeopleConfig(help_share={0: 1.0})


def need(**terms: Any) -> NeedConfig:
    """A need for which people walk five minutes."""
    return replace(NeedConfig(limit_min={0: 5.0}, hours={0: [[8.0, 9.0, 1.0]]}), **terms)


def shop(node: int, name: str = "shop", hours: dict[int, list[list[float]]] = ALWAYS, **terms: Any) -> Shop:
    """An outlet for bread, which serves everybody in a minute."""
    return Shop(name, node, {"bread": OfferConfig(1.0, "fixed")}, hours=dict(hours), **terms)


@dataclass
class Case:
    """A world on the road, to be changed in one thing after the other."""

    need: NeedConfig
    shops: Sequence[Shop]
    persons: Sequence[Person] = (Person(owns_ride=True),)
    wishes: Sequence[Wish] = (Wish(0, "bread", EIGHT_S),)
    people: PeopleConfig = field(default_factory=PeopleConfig)
    day: DayConfig = field(default_factory=lambda: DayConfig(patience_unlimited_share=1.0, taste_scale=0.0))
    days: int = 1
    first_weekday: int = 0
    warmup_days: int = 0
    pushed: bool = False  # a bicycle on the first link
    bad_weather: bool = False
    sigma: float = 0.0

    def world(self, **changes: Any) -> World:
        """The world, with some things otherwise."""
        case = replace(self, **changes)
        needs = needs_of(bread=case.need)
        needs.limit_sigma = case.sigma
        if case.bad_weather:
            needs.weather = WeatherConfig(share=1.0)
        links = [Link(node, node + 1, cycling=not (case.pushed and node == 0)) for node in range(NODES - 1)]
        residents = residents_of(case.persons)
        errands, tours = errands_of(case.wishes, residents, needs)
        return World(
            place=place_of(streets_of([PUBLIC] * NODES, links), [(0, 0.0)]),
            residents=residents,
            needs=needs,
            errands=errands,
            tours=tours,
            layout=layout_of(case.shops),
            day=case.day,
            days=case.days,
            first_weekday=case.first_weekday,
            warmup_days=case.warmup_days,
            people=case.people,
        )

    def run(self, **changes: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What engine and story make of it: errands in the order of wishes, and legs, their moments after eight."""
        world = self.world(**changes)
        record = world.run()
        compare(record, Story(world).tell())
        keys = [text_key(wish.name or f"errand {i}") for i, wish in enumerate(changes.get("wishes", self.wishes))]
        rows = [world.errands.key.tolist().index(key) for key in keys]
        errands, legs = record.errands.iloc[rows].to_dict("records"), record.legs.to_dict("records")
        for row in [*errands, *legs]:
            row |= {name: value - EIGHT_S for name, value in row.items() if name.endswith("_s") and name in MOMENTS}
        return errands, legs


MOMENTS = ("set_out_s", "arrive_s", "start_s", "end_s", "depart_s")


def what(errand: dict[str, Any], *names: str) -> list[Any]:
    """These columns of an errand."""
    return [errand[name] for name in names]


def ways(legs: list[dict[str, Any]], walker: int = 0) -> list[tuple[float, float, float]]:
    """From when to when somebody was on the way, and the metres."""
    return [(leg["depart_s"], leg["arrive_s"], leg["metres"]) for leg in legs if leg["walker"] == walker]


# ---- ride ----

RIDE = Case(need(ride_share=1.0), [shop(10)], people=ALL_RIDE)


def test_a_ride() -> None:
    """A kilometre at 4 m/s is 250 s, each way; service begins on arrival and takes 60 s."""
    (errand,), legs = RIDE.run()
    assert what(errand, "outcome", "not_on_foot", "attempts", "walk_m", "speed_m_s") == [
        "met_ride",
        "too_far",
        1,
        1000,
        4,
    ]
    assert what(errand, "set_out_s", "arrive_s", "start_s", "end_s") == [0, 250, 250, 310]
    assert ways(legs) == [(0, 250, 1000), (310, 560, 1000)]
    assert {(leg["walk_class"], leg["tour"]) for leg in legs} == {(WalkClass.RIDE, -1)}


def test_a_bicycle_is_pushed_where_cycling_is_not_allowed() -> None:
    """100 m count 4.2 / 1.25 times there: 336 m; with 900 m that are 1,236 m, or 309 s at 4 m/s."""
    (errand,), _ = RIDE.run(pushed=True)
    assert errand["arrive_s"] == pytest.approx(309)


@pytest.mark.parametrize(
    "off",
    [
        {"persons": [Person()]},
        {"people": NOBODY_RIDES},
        {"people": replace(ALL_RIDE, ride_share={41: 1.0})},
        {"need": need()},
        {"need": need(ride_share=1.0, ride_limit_min=4.0)},  # 960 m
        {"bad_weather": True},
        {"persons": [Person(owns_ride=True, mobility=Mobility.SLOW, range_m=400.0)]},
    ],
)
def test_nobody_rides(off: dict[str, Any]) -> None:
    (errand,), legs = RIDE.run(**off)
    assert what(errand, "outcome", "reason", "not_on_foot", "attempts") == ["unmet", "too_far", "too_far", 0]
    assert legs == []


PUPIL = [Person(age=10, owns_ride=True, carer=1), Person(age=40, owns_ride=True, away=True)]
BEHIND = replace(
    RIDE, persons=PUPIL, wishes=[Wish(0, "bread", EIGHT_S, stay_s=600.0)], first_weekday=5,
)  # fmt: skip


def test_a_child_sits_behind() -> None:
    """The carer leaves when the child is served, at 310; its stay ends at 910, and both are home at 1,410."""
    (errand,), legs = BEHIND.run()
    assert what(errand, "outcome", "resident", "walker", "end_s") == ["met_ride", 0, 1, 910]
    assert ways(legs, 0) == []
    assert ways(legs, 1) == [(0, 250, 1000), (310, 560, 1000), (910, 1160, 1000), (1160, 1410, 1000)]


def test_a_child_goes_on_when_it_is_home_again() -> None:
    """Its next errand waits for the carer, who is home with it at 1,410 and sets out again."""
    wishes = [Wish(0, "bread", EIGHT_S, stay_s=600.0), Wish(0, "bread", EIGHT_S + 60)]
    errands, legs = BEHIND.run(wishes=wishes)
    assert [errand["set_out_s"] for errand in errands] == [0, 1410]
    assert len(ways(legs, 1)) == 8


@pytest.mark.parametrize(
    "off",
    [
        {"first_weekday": 0},  # the carer is away
        {"persons": [PUPIL[0], replace(PUPIL[1], owns_ride=False)]},
        {"persons": [replace(PUPIL[0], carer=-1), PUPIL[1]]},
        {"persons": [replace(PUPIL[0], age=18), PUPIL[1]], "people": replace(ALL_RIDE, ride_share={19: 1.0})},
    ],
)
def test_nobody_brings_the_child(off: dict[str, Any]) -> None:
    errand = BEHIND.run(**off)[0][0]
    assert what(errand, "outcome", "reason") == ["unmet", "too_far"]


def test_a_carer_who_is_out_brings_no_child() -> None:
    wishes = [Wish(0, "bread", EIGHT_S), Wish(1, "bread", EIGHT_S - 60)]
    errands, _ = BEHIND.run(wishes=wishes)
    assert [errand["outcome"] for errand in errands] == ["unmet", "met_ride"]


def test_fetching_goes_as_bringing_did() -> None:
    """A carer brings a small child, rides home, and rides there again at four."""
    wishes = [Wish(0, "bread", EIGHT_S, walker=1), Wish(0, "bread", 2 * EIGHT_S, walker=1, follows=0)]
    persons = [Person(age=4, owns_ride=True, carer=1), Person(owns_ride=True)]
    (brought, fetched), legs = RIDE.run(wishes=wishes, persons=persons)
    assert what(brought, "outcome", "arrive_s") == ["met_ride", 250]
    assert what(fetched, "outcome", "set_out_s", "arrive_s", "not_on_foot") == [
        "met_ride", EIGHT_S, EIGHT_S + 250, "too_far",
    ]  # fmt: skip
    assert len(ways(legs, 1)) == 4
    beyond = need(beyond=BeyondConfig(share={0: 1.0}, minutes=10.0, km=2.0))
    (brought, fetched), legs = RIDE.run(wishes=wishes, persons=persons, need=beyond)
    assert [brought["outcome"], fetched["outcome"]] == ["met_beyond", "met_beyond"]
    assert fetched["arrive_s"] == EIGHT_S + 600


def test_a_rider_who_is_turned_away_keeps_the_reason_on_foot() -> None:
    """Of two who ride there, the second finds no place inside; nothing is left to them but to ride home."""
    full = [shop(10, pools={"staff": PoolConfig(servers=0, room=1)})]
    persons, wishes = [Person(owns_ride=True)] * 2, [Wish(0, "bread", EIGHT_S, stay_s=900.0), Wish(1, "bread", EIGHT_S)]
    (_, errand), legs = RIDE.run(shops=full, persons=persons, wishes=wishes)
    assert what(errand, "outcome", "reason", "attempts", "walk_m") == ["unmet", "too_far", 1, 1000]
    assert [leg["ended"] for leg in legs if leg["walker"] == 1] == ["full", "none"]
    back = need(ride_share=1.0, returns=1, hours={0: [[9.0, 9.0, 1.0]]})
    (_, errand), _ = RIDE.run(shops=full, persons=persons, wishes=wishes, need=back)
    assert what(errand, "outcome", "tries", "set_out_s") == ["met_ride", 1, 3600]


# ---- beyond ----

BEYOND = Case(need(beyond=BeyondConfig(share={0: 1.0}, minutes=20.0, km=5.0)), [shop(10)])


def test_beyond_the_place() -> None:
    """20 minutes there, a stay of 10, 20 minutes home: at 3,000 s the next errand, 100 m away, begins from home."""
    wishes = [Wish(0, "bread", EIGHT_S, stay_s=600.0), Wish(0, "bread", EIGHT_S + 60, chained=True)]
    (errand, later), legs = BEYOND.run(wishes=wishes)
    assert what(errand, "outcome", "not_on_foot", "set_out_s", "arrive_s", "start_s", "end_s") == [
        "met_beyond", "too_far", 0, 1200, 1200, 1800,
    ]  # fmt: skip
    assert what(errand, "attempts", "walk_m", "speed_m_s", "outlet") == [
        0,
        5000,
        5000 / 1200,
        pytest.approx(np.nan, nan_ok=True),
    ]
    assert later["set_out_s"] == 3000
    assert legs == []


def test_outlets_beyond_the_edge_stand_instead() -> None:
    world = BEYOND.world()
    world = replace(world, place=replace(world.place, beyond={"bread": (10.0, 2.5)}))
    record = world.run()
    compare(record, Story(world).tell())
    errand = record.errands.to_dict("records")[0]
    assert what(errand, "outcome", "arrive_s", "walk_m") == ["met_beyond", EIGHT_S + 600, 2500]


@pytest.mark.parametrize(
    ("share", "car_share", "owns_car", "outcome"),
    [
        ({}, 0.0, True, "unmet"),
        ({41: 1.0}, 0.0, True, "unmet"),
        ({}, 1.0, False, "unmet"),
        ({}, 1.0, True, "met_beyond"),
    ],
)
def test_whose_is_beyond(share: dict[int, float], car_share: float, owns_car: bool, outcome: str) -> None:
    terms = need(beyond=BeyondConfig(share=share, car_share=car_share))
    (errand,), _ = BEYOND.run(need=terms, persons=[Person(owns_car=owns_car)])
    assert errand["outcome"] == outcome


# ---- come back ----

MORNING, TWICE = {0: [[8.0, 9.0]]}, {0: [[8.0, 9.0], [17.0, 18.0]]}
TEN = [Wish(0, "bread", 10 * HOUR_S)]
BACK = Case(need(returns=1, hours={0: [[17.0, 17.0, 1.0]]}), [shop(1, hours=TWICE)], wishes=TEN)


def test_coming_back_later_that_day() -> None:
    (errand,), legs = BACK.run()
    assert what(errand, "outcome", "tries", "days_late", "cut_off", "not_on_foot") == ["met_walk", 1, 0, False, "none"]
    assert what(errand, "set_out_s", "arrive_s") == [9 * HOUR_S, 9 * HOUR_S + 100]
    assert [leg["tour"] for leg in legs] == [-1, -1]


def test_coming_back_on_another_day() -> None:
    """At half past eight on the next day: the hour of today is past."""
    terms = {"need": need(returns=1, return_days=1, hours={0: [[8.5, 8.5, 1.0]]}), "shops": [shop(1, hours=MORNING)]}
    (errand,), _ = BACK.run(**terms, days=2)
    assert what(errand, "outcome", "tries", "days_late", "set_out_s") == ["met_walk", 1, 1, DAY_S + 1800]
    (errand,), _ = BACK.run(**terms, days=1)
    assert what(errand, "outcome", "reason", "tries", "days_late", "cut_off") == ["unmet", "closed", 0, -1, True]


@pytest.mark.parametrize(
    ("off", "tries"),
    [
        ({"need": need(hours=BACK.need.hours)}, 0),
        ({"need": replace(BACK.need, days=[1, 2, 3])}, 0),  # it is a Monday
        ({"need": need(returns=1, hours={0: [[9.0, 9.0, 1.0]]})}, 0),  # past
        ({"persons": [Person(away=True)]}, 0),
        ({"shops": [shop(10)], "need": replace(BACK.need)}, 0),  # too far stays too far
        ({"shops": [shop(1, hours=MORNING)]}, 1),
        ({"shops": [shop(1, hours=MORNING)], "need": replace(BACK.need, returns=3, return_days=2), "days": 3}, 3),
    ],
)
def test_not_met_by_coming_back(off: dict[str, Any], tries: int) -> None:
    (errand,), _ = BACK.run(**off)
    assert what(errand, "outcome", "tries", "cut_off") == ["unmet", tries, False]


def test_who_is_away_comes_back_in_the_evening() -> None:
    """Whoever is away until five is home then."""
    (errand,), _ = BACK.run(persons=[Person(away=True)], people=PeopleConfig(away_until_h=17.0))
    assert what(errand, "outcome", "set_out_s") == ["met_walk", 9 * HOUR_S]


def test_what_was_put_off_is_done_on_the_way() -> None:
    """A tour of five o'clock has them at the outlet, done at 160; what is due since five is done there, before home."""
    wishes = [Wish(0, "bread", 10 * HOUR_S), Wish(0, "bread", 17 * HOUR_S, name="planned")]
    (errand, planned), legs = BACK.run(wishes=wishes)
    assert what(planned, "set_out_s", "end_s") == [9 * HOUR_S, 9 * HOUR_S + 160]
    assert what(errand, "set_out_s", "walk_m") == [9 * HOUR_S + 160, 0]
    assert [leg["tour"] for leg in legs] == [1, -1, 1]


# ---- one goes for the household ----

ELDER = [Person(age=75), Person(age=40)]
HELP = Case(need(by_proxy=True, limit_min={0: 20.0, 70: 5.0}), [shop(10)], persons=ELDER, people=ALL_HELP)


def test_another_member_goes() -> None:
    """An elder walks 300 m, the other one 1,200 m; the outlet is 1,000 m away."""
    (errand,), legs = HELP.run()
    assert what(errand, "outcome", "resident", "walker", "not_on_foot") == ["met_household", 0, 1, "too_far"]
    assert what(errand, "set_out_s", "arrive_s", "end_s") == [0, 1000, 1060]
    assert ways(legs, 1) == [(0, 1000, 1000), (1060, 2060, 1000)]


@pytest.mark.parametrize(
    "off",
    [
        {"people": PeopleConfig()},
        {"people": PeopleConfig(help_share={41: 1.0})},
        {"need": replace(HELP.need, by_proxy=False)},
        {"persons": [Person(age=75), Person(age=40, household=1)]},
        {"persons": [Person(age=75), Person(age=80)]},  # no farther
        {"persons": [Person(age=75), Person(age=40, mobility=Mobility.SLOW)]},
        {"shops": [shop(13)]},  # too far for both
    ],
)
def test_nobody_of_the_household_goes(off: dict[str, Any]) -> None:
    (errand,), legs = HELP.run(**off)
    assert what(errand, "outcome", "reason") == ["unmet", "too_far"]
    assert legs == []


def test_who_is_away_goes_in_the_evening() -> None:
    (errand,), _ = HELP.run(persons=[Person(age=75), Person(away=True)], people=replace(ALL_HELP, away_until_h=18.0))
    assert what(errand, "outcome", "set_out_s") == ["met_household", 10 * HOUR_S]


def test_who_can_go_first_goes_and_then_who_can_go_farthest() -> None:
    away, slow, fast = Person(away=True, speed_m_s=1.5), Person(speed_m_s=0.9), Person(speed_m_s=1.1)
    (errand,), _ = HELP.run(persons=[Person(age=75), away, slow, fast, fast])
    assert what(errand, "walker", "arrive_s") == [3, pytest.approx(1000 / 1.1)]


def test_a_member_who_is_out_does_it_on_the_way() -> None:
    """The helper is at the same outlet from 1,000 on, and done there at 1,060; the errand is theirs since 500."""
    wishes = [Wish(0, "bread", EIGHT_S + 500), Wish(1, "bread", EIGHT_S)]
    (errand, _), legs = HELP.run(wishes=wishes)
    assert what(errand, "outcome", "set_out_s", "walk_m", "end_s") == ["met_household", 1060, 0, 1120]
    assert len(ways(legs, 1)) == 3


def test_somebody_goes_for_the_housebound() -> None:
    elder = [Person(age=75, mobility=Mobility.HOUSEBOUND), Person()]
    wishes = [Wish(0, "bread", EIGHT_S, channel=Channel.HOUSEBOUND)]
    (errand,), _ = HELP.run(persons=elder, wishes=wishes)
    assert what(errand, "outcome", "walker", "not_on_foot") == ["met_household", 1, "cannot_walk"]
    (errand,), _ = HELP.run(persons=elder, wishes=wishes, people=PeopleConfig())
    assert what(errand, "outcome", "reason", "walker") == ["unmet", "cannot_walk", -1]


# ---- a limit of one's own ----

MANY = 200
CROWD = Case(
    need(), [shop(3, pools={"staff": PoolConfig(servers=0)})],
    persons=[Person(household=row) for row in range(MANY)], wishes=[Wish(row, "bread", EIGHT_S) for row in range(MANY)],
)  # fmt: skip


def accept(sigma: float, node: int) -> set[int]:
    """Who walks to an outlet at this node."""
    errands, _ = CROWD.run(sigma=sigma, shops=[shop(node, pools={"staff": PoolConfig(servers=0)})])
    return {errand["resident"] for errand in errands if errand["outcome"] == "met_walk"}


def test_each_has_a_limit_of_their_own() -> None:
    """300 m times e^(0.3 z), and 300 · e^0.3 · 1.8 m at most; z is the number of (walker, need)."""
    z = [normal(1, LIMIT, row, text_key("bread")) for row in range(MANY)]
    for node in (2, 3, 4):
        assert accept(0.3, node) == {row for row in range(MANY) if 100 * node <= min(300 * exp(0.3 * z[row]), 728.9)}
    assert accept(0.3, 2) > accept(0.3, 3) > accept(0.3, 4) > set()
    assert len(accept(0.3, 3)) == pytest.approx(MANY / 2, abs=0.1 * MANY)
    assert accept(0.0, 3) == set(range(MANY))
    assert accept(0.0, 4) == set()


# ---- known queues ----

KNOWN = Case(
    need(limit_min={0: 10.0}),
    [replace(shop(1, "near"), offers={"bread": OfferConfig(30.0, "fixed")}), shop(3, "then")],
    persons=[Person()] * 3, days=2, warmup_days=1,
    wishes=[Wish(0, "bread", EIGHT_S), Wish(1, "bread", EIGHT_S), Wish(2, "bread", DAY_S + EIGHT_S)],
    day=DayConfig(patience_unlimited_share=1.0, taste_scale=0.0, cost_per_min={0: 0.1}, learning_days=1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "outlet"),
    [
        ({}, "then"),
        ({"day": replace(KNOWN.day, learning_days=0)}, "near"),
        (
            {"wishes": [*KNOWN.wishes[:2], Wish(2, "bread", DAY_S + EIGHT_S + HOUR_S)]},
            "near",
        ),  # an hour that nobody knows
        ({"first_weekday": 4}, "near"),  # a Saturday, after a Friday
        ({"day": replace(KNOWN.day, cost_per_min={0: 0.0})}, "near"),
    ],
)
def test_people_know_when_a_place_is_crowded(change: dict[str, Any], outlet: str) -> None:
    """On day 0 two come at once: one waits 0 and one 30 minutes, 15 in the mean, and the other outlet is 200 m farther.

    15 minutes cost 1.5, and 200 m 0.33.
    """
    errands, _ = KNOWN.run(**change)
    assert [errand["outlet"] for errand in errands] == ["near", "near", outlet]
    assert errands[1]["start_s"] - errands[0]["start_s"] == 1800


# ---- the same under every layout ----


def test_returns_fall_to_the_same_hour_under_every_layout() -> None:
    """Whatever is closed, and wherever it stands: the hour is that of (errand, 1)."""
    shut = [[shop(node, hours={0: [[3.0, 4.0]]})] for node in (1, 3)]
    terms = need(returns=1, hours={0: [[8.0, 20.0, 1.0]]})
    one, other = (CROWD.run(need=terms, shops=shops)[0] for shops in shut)
    u = [uniform(1, RETURN, text_key(f"errand {row}"), 1) for row in range(MANY)]
    due = [errand["set_out_s"] for errand in one if errand["tries"]]
    assert due == [errand["set_out_s"] for errand in other if errand["tries"]]
    assert due == pytest.approx([12 * HOUR_S * draw for draw in u if draw > 0])
    assert len(set(due)) == MANY


def test_the_same_people_ride_under_every_layout() -> None:
    people, persons = replace(ALL_RIDE, ride_share={0: 0.5}), [replace(one, owns_ride=True) for one in CROWD.persons]
    riders = []
    for node in (8, 12):
        shops = [shop(node, pools={"staff": PoolConfig(servers=0)})]
        errands, _ = CROWD.run(shops=shops, need=need(ride_share=1.0), people=people, persons=persons)
        riders.append({errand["resident"] for errand in errands if errand["outcome"] == "met_ride"})
    assert riders[0] == riders[1]
    assert len(riders[0]) == pytest.approx(MANY / 2, abs=0.15 * MANY)
