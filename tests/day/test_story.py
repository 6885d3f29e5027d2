"""The engine against the story: the same record, row for row, on random small worlds.

The examples are the same on every run. To explore further, give the number of other examples to try:

    STORY_EXAMPLES=5000 python -m pytest tests/day/test_story.py
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings

from sim.day import DayConfig
from sim.needs import NeedConfig
from sim.outlets import OfferConfig, PoolConfig
from sim.record import Record
from tests.day.keyed import text_key
from tests.day.random_worlds import SIZES, built_world, drawn_world
from tests.day.story import Story
from tests.day.told import Errand
from tests.worlds import (
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

MORE = int(os.environ.get("STORY_EXAMPLES", "0"))
EXACT = ("outcome", "reason", "outlet", "attempts", "walker", "tries", "days_late", "cut_off", "not_on_foot")
TIMES = ("set_out_s", "arrive_s", "start_s", "service_s", "end_s", "walk_m", "speed_m_s")
LEG_EXACT = ("walker", "errand", "tour", "walk_class", "from_node", "to_node", "outlet", "ended")
LEG_TIMES = ("depart_s", "arrive_s", "metres")


def examples(n: int) -> settings:
    """`n` examples, the same ones every time; or as many new ones as `STORY_EXAMPLES` says."""
    return settings(max_examples=MORE or n, derandomize=not MORE, deadline=None, database=None)


def compare(record: Record, story: Story) -> None:
    """Fail at the first row and column in which the record is not the story's."""
    assert len(record.errands) == len(story.errands)
    for row, (was, told) in enumerate(zip(record.errands.to_dict("records"), story.errands, strict=True)):
        for name in EXACT:
            assert text(was[name]) == getattr(told, name), f"errand {row}, {name}"
        for name in TIMES:
            assert near(was[name], getattr(told, name)), f"errand {row}, {name}: {was[name]}, told {told}"
    legs = record.legs.sort_values("walker", kind="stable").to_dict("records")
    for row, (was, told) in enumerate(zip(legs, sorted(story.legs, key=lambda leg: leg["walker"]), strict=False)):
        for name in LEG_EXACT:
            assert text(was[name]) == told[name], f"leg {row}, {name}"
        for name in LEG_TIMES:
            assert near(was[name], told[name]), f"leg {row}, {name}: {was[name]}, told {told}"
    assert len(record.legs) == len(story.legs)


def text(value: object) -> object:
    """A missing text as None."""
    return None if isinstance(value, float) and math.isnan(value) else value


def near(one: float, other: float) -> bool:
    """The same to a microsecond or a micrometre, or both missing."""
    return abs(one - other) <= 1e-6 or (math.isnan(one) and math.isnan(other))


def happenings(story: Story) -> set[str]:
    """What there is in a story, for the test that the worlds hold all of it."""
    seen = {errand.outcome for errand in story.errands} | {errand.reason for errand in story.errands} | story.happened
    for errand in story.errands:
        seen |= came_back(errand)
        if errand.outcome == "met_walk":
            seen.add(f"served at attempt {errand.attempts}")
            if errand.start_s > errand.arrive_s:
                seen.add("waited")
            if errand.follows >= 0:
                seen.add("followed")
        elif errand.attempts:
            seen.add(f"turned away at last as {errand.reason}")
        elif errand.follows >= 0 and errand.outcome == "unmet":
            seen.add(f"had nothing to follow, {errand.reason}")
    arrivals = [leg["arrive_s"] for leg in story.legs if leg["outlet"]]
    if len(set(arrivals)) < len(arrivals):
        seen.add("arrived at once")
    for row, leg in enumerate(story.legs):
        later = [other for other in story.legs[row + 1 :] if other["tour"] == leg["tour"]]
        if leg["errand"] < 0 and later:
            seen.add("undid a chain")
            if later[0]["depart_s"] > leg["arrive_s"]:
                seen.add("undid a chain and waited at home")
    return seen


def came_back(errand: Errand) -> set[str]:
    """What became of an errand that was put off."""
    seen = {"cut off"} if errand.cut_off else set()
    if errand.tries:
        seen.add(f"came back {errand.tries} times")
        if errand.outcome != "unmet":
            seen.add("came back and met")
        if errand.days_late > 0:
            seen.add("met on a later day")
    return seen


COMMON = {
    "met_delivery", "met_home_service", "limited",
    "met_walk", "met_online", "unmet", "no_outlet", "too_far", "not_admitted", "unknown", "closed", "full", "queue",
    "no_carer", "cannot_walk", "waited", "followed", "arrived at once", "turned away at last as full",
    "turned away at last as queue", "served at attempt 1", "served at attempt 2",
    "met_household", "met_ride", "met_beyond", "came back 1 times", "came back 2 times", "came back 3 times", "cut off",
    "came back and met", "met on a later day", "put off, done on the way", "put off, done on a tour of its own",
    "handed on, done on a tour of its own", "fetched beyond", "would ride from elsewhere",
    "turned away on a ride as full",
}  # fmt: skip
RARE = {
    "served at attempt 3", "turned away at last as closed", "undid a chain", "undid a chain and waited at home",
    "had nothing to follow, queue", "a known queue changed the choice", "handed on, done on the way",
    "ordered again by the housebound", "ordered again by the housebound, and met", "a child rode behind",
    "fetched by ride", "put off on a ride", "turned away on a ride as queue", "had beyond after a ride in vain",
}  # fmt: skip


def tell(make_world: Callable[..., World], n: int) -> Counter[str]:
    """Compare engine and story on `n` worlds; returns in how many of them each thing happened."""
    seen: Counter[str] = Counter()

    @examples(n)
    @given(**SIZES)
    def tell_one(nodes: int, people: int, shops: int, seed: int) -> None:
        world = make_world(nodes, people, shops, seed)
        story = Story(world).tell()
        seen.update(happenings(story))
        compare(world.run(), story)

    tell_one()
    return seen


def test_worlds_go_as_the_story_says() -> None:
    drawn, built = tell(drawn_world, 800), tell(built_world, 400)
    assert set(drawn) >= COMMON, COMMON - set(drawn)
    assert set(built) >= COMMON, COMMON - set(built)
    assert set(drawn | built) >= RARE, RARE - set(drawn | built)


def one_shop(shop: Shop, wanted_min: list[float], follows: dict[int, int] | None = None) -> World:
    """One outlet next door, and a patient resident for each time wanted; who `follows` an errand is whose it is."""
    follows = follows or {}
    who = [follows.get(row, row) for row in range(len(wanted_min))]
    residents = residents_of([Person() for _ in wanted_min])
    needs = needs_of(bread=NeedConfig(limit_min={0: 10.0}))
    wishes = [
        Wish(who[row], "bread", minute * 60, follows=follows.get(row, -1)) for row, minute in enumerate(wanted_min)
    ]
    errands, tours = errands_of(wishes, residents, needs)
    return World(
        place=place_of(streets_of([PUBLIC, PUBLIC], [Link(0, 1)]), [(0, 0.0)]),
        residents=residents,
        needs=needs,
        errands=errands,
        tours=tours,
        layout=layout_of([shop]),
        day=DayConfig(patience_unlimited_share=1.0),
        days=2,
    )


def bread(service_min: float) -> dict[str, OfferConfig]:
    return {"bread": OfferConfig(service_min, "fixed")}


MIDNIGHT = 24 * 60.0
EDGES = {
    "whose turn comes as the outlet closes is not served": (
        one_shop(Shop("a", 0, bread(15), hours={0: [[8.0, 8.25]]}), [480, 480]),
        ["none", "closed"],
    ),
    "of those who come at once the first row is served first": (
        one_shop(Shop("a", 0, bread(1), {"staff": PoolConfig(1, per_day=25)}), [480] * 40),
        ["none"] * 25 + ["full"] * 15,
    ),
    "who comes as it opens is served, who comes as it closes is not": (
        one_shop(Shop("a", 0, bread(0), hours={0: [[8.0, 8.25]]}), [480 - 1 / 60, 480, 495 - 1 / 60, 495]),
        ["closed", "none", "none", "closed"],
    ),
    "a ceiling holds for those who come on a day, though they be served on the next": (
        one_shop(
            Shop("a", 0, bread(25), {"staff": PoolConfig(1, per_day=2)}),
            [MIDNIGHT + minute for minute in (-6, -6, -6, 30, 31, 32)],
        ),
        ["none", "none", "full", "none", "none", "full"],
    ),
    "who comes as another leaves finds a place": (
        one_shop(Shop("a", 0, bread(10), {"staff": PoolConfig(1, room=1)}), [480, 489, 490, 499, 500]),
        ["none", "full", "none", "full", "none"],
    ),
    "who fetches somebody is let in at any hour, and takes no place": (
        one_shop(
            Shop("a", 0, bread(0), {"staff": PoolConfig(0, per_day=2)}, {0: [[8.0, 9.0]]}),
            [480, 500, 510, 600, 600], {3: 0, 4: 2},
        ),
        ["none", "none", "full", "none", "full"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES)
def test_edges(edge: str) -> None:
    world, expected = EDGES[edge]
    record = world.run()
    compare(record, Story(world).tell())
    in_time = record.errands.assign(key=world.errands.key)
    order = {text_key(f"errand {row}"): row for row in range(len(expected))}
    in_time = in_time.iloc[in_time["key"].map(lambda key: order[int(key)]).argsort()]
    assert in_time["reason"].tolist() == expected


def test_step_by_step_comes_to_the_same_as_at_once() -> None:
    @examples(40)
    @given(**SIZES)
    def step(nodes: int, people: int, shops: int, seed: int) -> None:
        world = drawn_world(nodes, people, shops, seed)
        model = world.model(step_min=7.0)
        while model.running:
            model.step()
        stepped, at_once = model.record(), world.run()
        pd.testing.assert_frame_equal(stepped.errands, at_once.errands)
        pd.testing.assert_frame_equal(stepped.legs, at_once.legs)

    step()
