"""The order in which reasons count is that of `HURDLES`, of the documentation, and of the story."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from sim.day import DayConfig
from sim.day.kernels.hurdles import further
from sim.needs import NeedConfig
from sim.outlets import OfferConfig
from sim.record.outcomes import HURDLES, REASONS, TURNED_AWAY, Outcome, Reason
from tests.day.told import STAGES
from tests.worlds import (
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

MODEL = Path(__file__).parents[2] / "docs" / "model.md"


def documented() -> list[str]:
    """The reasons in the order in which docs/model.md lists them."""
    text = MODEL.read_text(encoding="utf-8")
    return re.findall(r"^\| `(\w+)` \|", text[text.index("| reason | when |") :], re.M)[: len(REASONS)]


def test_documentation_lists_every_reason_and_those_of_hurdles_in_their_order() -> None:
    listed = documented()
    assert set(listed) == set(REASONS)
    assert [reason for reason in listed if Reason[reason.upper()] in HURDLES] == [reason.key for reason in HURDLES]


def test_the_story_and_the_engine_have_the_same_order() -> None:
    assert [reason.key for reason in HURDLES][: len(STAGES)] == list(STAGES)
    assert {reason.key for reason in HURDLES[len(STAGES) - 1 :]} == set(TURNED_AWAY)


def test_of_two_reasons_the_later_hurdle_counts_whatever_their_numbers() -> None:
    for one, other in product(HURDLES, repeat=2):
        assert further(one, other) == max(one, other, key=HURDLES.index)
        assert further(Reason.NONE, one) == one


@pytest.mark.parametrize("names", [("far", "shut"), ("shut", "far")])
def test_the_outlet_at_which_an_errand_came_further_gives_the_reason(names: tuple[str, str]) -> None:
    """One is too far and one is shut, whichever comes first among the outlets."""
    far, shut = names
    offers = {"bread": OfferConfig()}
    shops = {
        "far": Shop(far + "-outlet", node=2, offers=offers),
        "shut": Shop(shut + "-outlet", node=1, offers=offers, hours={0: [[1.0, 2.0]]}),
    }
    place = place_of(streets_of([PUBLIC] * 3, [Link(0, 1, 100.0), Link(1, 2, 900.0)]), [(0, 0.0)])
    residents, needs = residents_of([Person()]), needs_of(bread=NeedConfig(limit_min={0: 10.0}))
    errands, tours = errands_of([Wish(0, "bread", 12 * HOUR_S)], residents, needs)

    def ended(*there: str) -> tuple[str, str]:
        layout = layout_of([shops[name] for name in there])
        rows = World(place, residents, needs, errands, tours, layout, DayConfig()).run().errands
        return rows["outcome"][0], rows["reason"][0]

    assert ended("far") == (Outcome.UNMET.key, "too_far")
    assert ended("shut") == ended("far", "shut") == (Outcome.UNMET.key, "closed")
