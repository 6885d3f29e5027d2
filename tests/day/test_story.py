"""The engine against the story: the same record, row for row, on random small worlds.

The examples are the same on every run. To explore further, run with more of them and another seed each time:

    STORY_EXAMPLES=5000 python -m pytest tests/day/test_story.py
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable

import pandas as pd
from hypothesis import HealthCheck, given, settings

from sim.day import Record
from tests.day.random_worlds import built_worlds, drawn_worlds
from tests.day.story import Story
from tests.worlds import World

MORE = int(os.environ.get("STORY_EXAMPLES", "0"))
EXACT = ("outcome", "reason", "outlet", "attempts")
LEG_EXACT = ("walker", "errand", "tour", "from_node", "to_node", "outlet", "ended")
TIMES = ("set_out_s", "arrive_s", "start_s", "service_s", "end_s", "walk_m")
LEG_TIMES = ("depart_s", "arrive_s", "metres")


def examples(n: int) -> settings:
    """Settings for `n` examples, the same ones every time; or for as many new ones as `STORY_EXAMPLES` says."""
    return settings(
        max_examples=MORE or n,
        derandomize=not MORE,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


def plain(value: object) -> object:
    """A missing text as None, and everything else as it is."""
    return None if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else value


def compare(record: Record, story: Story) -> None:
    """Fail at the first row and column in which the record is not the story's."""
    assert len(record.errands) == len(story.errands)
    for row, (was, told) in enumerate(zip(record.errands.to_dict("records"), story.errands, strict=True)):
        for name in EXACT:
            assert plain(was[name]) == getattr(told, name), (row, name, was, told)
        for name in TIMES:
            known, expected = was[name], getattr(told, name)
            both_missing = math.isnan(known) and math.isnan(expected)
            assert both_missing or abs(known - expected) <= 1e-6, (row, name, was, told)
    for row, (was, told) in enumerate(zip(record.legs.to_dict("records"), story.legs, strict=False)):
        for name in LEG_EXACT:
            assert plain(was[name]) == told[name], (row, name, was, told)
        for name in LEG_TIMES:
            assert abs(was[name] - told[name]) <= 1e-6, (row, name, was, told)
    assert len(record.legs) == len(story.legs)


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
            seen.add(f"gave up as {errand.reason}")
    arrivals = [leg["arrive_s"] for leg in story.legs if leg["outlet"]]
    if len(set(arrivals)) < len(arrivals):
        seen.add("arrived at once")
    for before, after in zip(story.legs, story.legs[1:], strict=False):
        if before["walker"] == after["walker"] and before["errand"] < 0 and before["tour"] == after["tour"]:
            seen.add("went home to choose again")
    return seen


def tell_all(worlds: Callable[[], object], n: int) -> Counter[str]:
    """Tell `n` worlds and compare; returns in how many of them each thing happened."""
    seen: Counter[str] = Counter()

    @examples(n)
    @given(worlds())
    def tell(world: World) -> None:
        story = Story(world).tell()
        seen.update(happenings(story))
        compare(world.run(), story)

    tell()
    return seen


COMMON = {
    "met_walk", "met_online", "unmet", "no_outlet", "too_far", "not_admitted", "unknown", "closed", "full", "queue",
    "no_carer", "cannot_walk", "waited", "followed", "gave up as closed", "gave up as full", "gave up as queue",
    "served at attempt 1", "served at attempt 2",
}  # fmt: skip


def test_drawn_worlds_go_as_the_story_says() -> None:
    seen = tell_all(drawn_worlds, 350)
    assert COMMON | {"arrived at once", "went home to choose again", "served at attempt 3"} <= set(seen), seen


def test_built_worlds_go_as_the_story_says() -> None:
    seen = tell_all(built_worlds, 150)
    assert set(seen) >= COMMON, seen


def test_step_by_step_comes_to_the_same_as_at_once() -> None:
    @examples(30)
    @given(drawn_worlds())
    def step(world: World) -> None:
        model = world.model(step_min=7.0)
        while model.running:
            model.step()
        stepped, at_once = model.record(), world.run()
        pd.testing.assert_frame_equal(stepped.errands, at_once.errands)
        pd.testing.assert_frame_equal(stepped.legs, at_once.legs)

    step()
