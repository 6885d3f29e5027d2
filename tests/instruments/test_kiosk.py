"""A kiosk of many services (facts 8.1, rows 16 and 17): one clerk, orders to pick up, and orders by telephone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.needs import NeedConfig
from sim.outlets import HomeConfig, LayoutConfig, PoolConfig
from sim.outlets.edits.rules import SpreadRule
from tests.instruments.conftest import (
    MINUTE_S,
    NOON,
    assert_same,
    assert_same_run,
    assert_share,
    drawn,
    each,
    ends,
    form,
    laid,
    offer,
    persons,
    row,
    rows_of,
    shop,
    world,
)
from tests.worlds import Person, Shop, Wish, World

# ---- one clerk for all

MANY = ("bread", "laundry", "parcel", "repair")
ASKING = [Wish(i, need, NOON) for i, need in enumerate(MANY)]  # four neighbours at the same moment
ONE_CLERK = shop("kiosk", 2, *MANY, pools={"staff": PoolConfig(1)}, minutes=5.0)


def waits(kiosk: Shop) -> list[float]:
    rows = rows_of(world(drawn(kiosk), persons(4), ASKING))
    return ((rows["start_s"] - rows["arrive_s"]) / MINUTE_S).tolist()


def test_one_clerk_serves_all_needs_one_after_the_other() -> None:
    assert waits(ONE_CLERK) == [0.0, 5.0, 10.0, 15.0]


def test_a_clerk_for_each_need_has_no_common_queue() -> None:
    own = {need: offer(5.0, pool=need) for need in MANY}
    assert waits(replace(ONE_CLERK, offers=own, pools={need: PoolConfig(1) for need in MANY})) == [0.0] * 4


def test_two_clerks_halve_the_queue() -> None:
    assert waits(replace(ONE_CLERK, pools={"staff": PoolConfig(2)})) == [0.0, 0.0, 5.0, 5.0]


def test_who_wants_something_else_does_not_notice_the_kiosk() -> None:
    market = shop("market", 5, "food", pools={"staff": PoolConfig(1)}, minutes=2.0)
    wishes = [*ASKING, *each(persons(4), "food", NOON, first=4)]
    before, after = (rows_of(world(drawn(*shops), persons(8), wishes)) for shops in ([market], [market, ONE_CLERK]))
    assert ends(before) == ["no_outlet"] * 4 + ["market"] * 4
    assert ends(after) == ["kiosk"] * 4 + ["market"] * 4
    assert_same(before, after, slice(4, None))


def test_a_kiosk_costs_what_its_format_says() -> None:
    place = row(10, homes=(0, 1, 8), behind_wall=(0, 1), gates=np.array([2], np.int32))
    base = LayoutConfig(formats={"kiosk": form({need: offer() for need in MANY}, cost_yuan=50_000.0)})
    for count in (0, 1, 2):
        _, layout = laid(place, base, spread=[SpreadRule("kiosk", count)])
        assert (len(layout), layout.cost_yuan) == (count, 50_000.0 * count)


# ---- ordered online, picked up

N = 400
BUYERS = persons(N)


def picking_up(ahead: float | None, pickup_min: float | None) -> World:
    """A kiosk with a tenth of what a market has, and visits of 5 minutes at the till and 10 among the shelves."""
    kiosk = shop("kiosk", 1, "food", minutes=5.0, share=0.1, pickup_min=pickup_min)
    need = NeedConfig(limit_min={0: 15.0}, order_ahead_share={} if ahead is None else {0: ahead})
    wishes = each(BUYERS, "food", NOON, stay_s=10 * MINUTE_S)
    return world(drawn(kiosk, shop("market", 4, "food", minutes=5.0)), BUYERS, wishes, {"food": need})


def visit(rows: Any) -> set[tuple[str, float, float]]:
    """Where, with how many minutes of service and in all."""
    minutes = (rows["end_s"] - rows["arrive_s"]) / MINUTE_S
    return set(zip(rows["outlet"], rows["service_s"] / MINUTE_S, minutes, strict=True))


def test_what_was_ordered_is_handed_over_in_a_minute_whatever_the_shelves_hold() -> None:
    rows = rows_of(picking_up(1.0, 1.0))
    assert visit(rows) == {("kiosk", 1.0, 1.0)}
    assert set(rows["walk_m"]) == {100.0}


def test_who_did_not_order_searches_as_ever() -> None:
    before, after = rows_of(picking_up(None, None)), rows_of(picking_up(0.5, 1.0))
    assert visit(before) == {("kiosk", 5.0, 15.0), ("market", 5.0, 15.0)}
    assert visit(after) == {("kiosk", 1.0, 1.0), ("kiosk", 5.0, 15.0), ("market", 5.0, 15.0)}
    ordered = after["service_s"] == MINUTE_S
    assert_share(int(ordered.sum()), N, 0.5)
    assert_same(before, after, ~ordered)


def test_who_orders_at_a_share_orders_at_a_larger_one() -> None:
    few, more = (rows_of(picking_up(share, 1.0))["service_s"] == MINUTE_S for share in (0.3, 0.6))
    assert (few <= more).all()
    assert_share(int(few.sum()), N, 0.3)


@pytest.mark.parametrize(("ahead", "pickup_min"), [(0.0, 1.0), (None, 1.0), (1.0, None)])
def test_pick_up_needs_somebody_who_orders_and_a_kiosk_that_hands_over(
    ahead: float | None, pickup_min: float | None
) -> None:
    assert_same_run(picking_up(None, None), picking_up(ahead, pickup_min))


# ---- ordered by telephone, brought to the door

SOME = [Person(home=1, age=75), Person(home=1, age=69), Person(home=0, age=40)]


def telephone(from_age: int | None = 70, wishes: tuple[Wish, ...] = (), **home: Any) -> World:
    """Homes at 200 m and at 1000 m, beyond 15 minutes, of a kiosk whose only clerk also brings things."""
    brings = HomeConfig(pool="staff", service_min=2.0, speed_m_s=1.25, radius_m=1000.0, from_age=from_age)
    kiosk = shop("kiosk", 2, "food", pools={"staff": PoolConfig(1)}, minutes=5.0, delivery=replace(brings, **home))
    place = row(13, homes=(0, 12))
    calls = (Wish(0, "food", NOON), Wish(1, "food", NOON), *wishes)
    return world(drawn(kiosk, place=place), SOME, calls)


def test_who_is_old_enough_and_lives_too_far_is_brought_what_they_order() -> None:
    rows = rows_of(telephone())
    assert ends(rows) == ["kiosk", "too_far"]
    assert rows["outcome"].tolist() == ["met_delivery", "unmet"]
    # 1000 m at 1.25 m/s are 800 s; there, 2 minutes at the door, and back.
    assert (rows["start_s"][0], rows["end_s"][0]) == (NOON + 800, NOON + 920)
    assert rows["service_s"][0] == 2 * 800 + 120
    assert rows["walk_m"].tolist() == [0.0, 0.0]


def test_while_the_clerk_is_out_the_counter_waits() -> None:
    at_counter = Wish(2, "food", NOON)  # who lives 200 m away and is there 200 s later
    rows = rows_of(telephone(wishes=(at_counter,)))
    assert rows["start_s"][2] == NOON + 1720
    assert rows_of(telephone(None, wishes=(at_counter,)))["start_s"][2] == NOON + 200


def test_nobody_orders_who_is_too_young_or_can_walk_there() -> None:
    near = Wish(2, "food", NOON)
    nobody = telephone(None, wishes=(near,))
    assert ends(rows_of(nobody)) == ["too_far", "too_far", "kiosk"]
    assert_same_run(nobody, telephone(76, wishes=(near,)))
    assert_same_run(nobody, telephone(radius_m=999.0, wishes=(near,)))
    everyone = rows_of(telephone(0, wishes=(near,)))
    assert everyone["outcome"].tolist() == ["met_delivery", "met_delivery", "met_walk"]
