"""Outlets within a compound (facts 8.1, row 2): a corner for its own people, with some of what they want.

The homes of the compound lie at nodes 0 and 1, its gate is the way from 1 to 2, and other homes stand at node 4. The
market at node 6 has everything. The corner opens at node 1, inside the wall.
"""

from __future__ import annotations

import pytest

from sim.outlets import LayoutConfig
from sim.outlets.edits.placing import AddEdit
from tests.day.keyed import text_key, uniform
from tests.instruments.conftest import (
    NOON,
    assert_same,
    assert_same_run,
    assert_share,
    each,
    ends,
    form,
    laid,
    offer,
    persons,
    row,
    rows_of,
    world,
)
from tests.worlds import Wish, World

ASSORTMENT = 8  # the stream of tests.day.story
N = 400
INSIDE, OTHERS = slice(0, N), slice(N, None)
PLACE = row(10, homes=(0, 4), behind_wall=(0, 1))
BASE = LayoutConfig(formats={"market": form({"food": offer(), "books": offer()})})
MARKET = AddEdit(id="market", format="market", node=6)
PEOPLE = [*persons(N, home=0), *persons(100, home=1)]
WISHES = [*each(PEOPLE, "food", NOON), Wish(0, "books", 2 * NOON - 1)]
SATISFIED = [uniform(1, ASSORTMENT, text_key(f"errand {i}"), 0) for i in range(N)]  # below the share


def corner(outlet_id: str = "corner", node: int = 1, admits: str = "") -> AddEdit:
    return AddEdit(id=outlet_id, format="corner", node=node, admits=admits)


def under(*add: AddEdit, share: float = 0.6) -> World:
    """Everybody's errands under a layout of these outlets."""
    formats = {"corner": form({"food": offer(share=share)})}
    return world(laid(PLACE, BASE, formats=formats, add=list(add)), PEOPLE, WISHES)


BEFORE = under(MARKET)


def test_the_corner_serves_its_share_of_the_errands_of_its_compound() -> None:
    before, after = rows_of(BEFORE), rows_of(under(MARKET, corner()))
    there = [drawn < 0.6 for drawn in SATISFIED]
    assert_share(sum(there), N, 0.6)
    assert set(ends(before)) == {"market"}
    assert ends(after[INSIDE]) == ["corner" if yes else "market" for yes in there]
    # From node 0: 100 m to the corner, without leaving the compound, instead of 600 m to the market.
    assert set(before["walk_m"][INSIDE]) == {600.0}
    assert after["walk_m"][INSIDE].tolist() == [100.0 if yes else 600.0 for yes in there]


def test_it_changes_nothing_for_others_nor_for_what_it_lacks() -> None:
    before, after = rows_of(BEFORE), rows_of(under(MARKET, corner()))
    assert_same(before, after, OTHERS)
    assert_same(before[INSIDE], after[INSIDE], [drawn >= 0.6 for drawn in SATISFIED])


def test_a_corner_that_has_nothing_changes_nothing() -> None:
    assert_same_run(BEFORE, under(MARKET, corner(), share=0.0))


@pytest.mark.parametrize(
    ("admits", "stranger"), [("", "not_admitted"), ("compound", "not_admitted"), ("everyone", "corner")]
)
def test_without_a_market_the_rest_is_limited_and_strangers_stay_outside(admits: str, stranger: str) -> None:
    after = rows_of(under(corner(admits=admits)))
    assert ends(after[INSIDE]) == ["corner" if drawn < 0.6 else "limited" for drawn in SATISFIED]
    assert set(ends(after[OTHERS])) == {"limited", stranger, "no_outlet"}  # nobody has books


def test_what_one_corner_lacks_another_of_its_kind_lacks_too() -> None:
    one, two, small = (
        [end != "limited" for end in ends(rows_of(after)[INSIDE])]
        for after in (under(corner()), under(corner(), corner("other", 0)), under(corner(), share=0.3))
    )
    assert one == two
    assert_share(sum(small), N, 0.3)
    assert all(more or not less for less, more in zip(small, one, strict=True))
