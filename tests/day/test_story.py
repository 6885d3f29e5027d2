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
from hypothesis import given, settings

from sim.day import Record
from tests.day.random_worlds import SIZES, built_world, drawn_world
from tests.day.story import Story
from tests.worlds import World

MORE = int(os.environ.get("STORY_EXAMPLES", "0"))
EXACT = ("outcome", "reason", "outlet", "attempts")
TIMES = ("set_out_s", "arrive_s", "start_s", "service_s", "end_s", "walk_m")
LEG_EXACT = ("walker", "errand", "tour", "from_node", "to_node", "outlet", "ended")
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
    for row, (was, told) in enumerate(zip(record.legs.to_dict("records"), story.legs, strict=False)):
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
    seen = {errand.outcome for errand in story.errands} | {errand.reason for errand in story.errands}
    for errand in story.errands:
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


COMMON = {
    "met_walk", "met_online", "unmet", "no_outlet", "too_far", "not_admitted", "unknown", "closed", "full", "queue",
    "no_carer", "cannot_walk", "waited", "followed", "arrived at once", "turned away at last as full",
    "turned away at last as queue", "served at attempt 1", "served at attempt 2",
}  # fmt: skip
RARE = {
    "served at attempt 3", "turned away at last as closed", "undid a chain", "undid a chain and waited at home",
    "had nothing to follow, queue",
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


def test_drawn_worlds_go_as_the_story_says() -> None:
    seen = tell(drawn_world, 800)
    assert set(seen) >= COMMON | RARE, seen


def test_built_worlds_go_as_the_story_says() -> None:
    seen = tell(built_world, 300)
    assert set(seen) >= COMMON, seen


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
