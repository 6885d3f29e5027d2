"""Delivery and service at home (facts 8.1, rows 5, 14 and 27): a job is the way there and back and some minutes there.

The canteen stands 500 m from the homes at node 0. Who brings meals walks 1.25 m/s: 400 s there, 400 s back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.needs import Channel, NeedsConfig
from sim.outlets import HomeConfig, PoolConfig
from sim.people import Mobility
from tests.instruments.conftest import (
    COUNTER,
    MINUTE_S,
    NOON,
    assert_same,
    assert_same_run,
    assert_share,
    by_resident,
    daily,
    drawn,
    each,
    ends,
    housebound,
    offer,
    persons,
    raised,
    row,
    rows_of,
    world,
)
from tests.needs.conftest import crowd
from tests.worlds import DAY_S, HOUR_S, Person, Shop, Wish, World

WAY_S = 400.0
BRINGS = HomeConfig(pool="couriers", service_min=2.0, speed_m_s=1.25)


def canteen(couriers: int | PoolConfig = 1, way: str = "delivery", **home: Any) -> Shop:
    """A canteen that sends meals to the door."""
    pool = couriers if isinstance(couriers, PoolConfig) else PoolConfig(couriers)
    meal = offer(**{way: replace(BRINGS, **home)})
    return Shop("canteen", 5, {"meal": meal}, {"staff": COUNTER, "couriers": pool})


def orders(n: int, wanted_s: float = NOON, first: int = 0) -> list[Wish]:
    return [Wish(first + i, "meal", wanted_s, channel=Channel.HOUSEBOUND) for i in range(n)]


def ordered(n: int, shop: Shop, **more: Any) -> pd.DataFrame:
    """So many housebound people who all order at noon."""
    return rows_of(world(drawn(shop), [housebound()] * n, orders(n), **more))


# ---- the job


@pytest.mark.parametrize(("per_round", "job_s"), [(1, 920.0), (2, 520.0), (4, 320.0), (8, 220.0)])
def test_a_job_is_the_shared_way_there_and_back_and_the_minutes_at_the_door(per_round: int, job_s: float) -> None:
    rows = ordered(3, canteen(per_round=per_round))
    assert rows["service_s"].tolist() == [job_s] * 3
    assert (rows["start_s"] - NOON).tolist() == [WAY_S, WAY_S + job_s, WAY_S + 2 * job_s]
    assert (rows["end_s"] - rows["start_s"]).tolist() == [120.0] * 3


def test_as_many_at_a_time_as_there_are_couriers() -> None:
    starts = ordered(5, canteen(couriers=2))["start_s"] - NOON
    assert starts.tolist() == [WAY_S, WAY_S, WAY_S + 920, WAY_S + 920, WAY_S + 2 * 920]


@pytest.mark.parametrize(("way", "outcome"), [("delivery", "met_delivery"), ("home_service", "met_home_service")])
def test_what_is_brought_and_what_is_done_at_home_are_counted_apart(way: str, outcome: str) -> None:
    rows = ordered(2, canteen(way=way))
    assert set(rows["outcome"]) == {outcome}
    assert set(rows["attempts"]) == {0}
    assert rows["arrive_s"].isna().all()


def test_without_any_the_housebound_cannot_walk() -> None:
    plain = replace(canteen(), offers={"meal": offer()})
    rows = ordered(2, plain)
    assert ends(rows) == ["cannot_walk"] * 2


# ---- whom it reaches


@pytest.mark.parametrize(("radius_m", "end"), [(500.0, "canteen"), (499.0, "too_far")])
def test_homes_within_the_radius_are_served(radius_m: float, end: str) -> None:
    assert ends(ordered(1, canteen(radius_m=radius_m))) == [end]


def test_whom_the_service_knows_may_order() -> None:
    n = 400
    half, most = (ordered(n, canteen(n, registered_share=share))["reason"] for share in (0.5, 0.8))
    assert set(half) == {"none", "unknown"}
    assert_share(int((half == "none").sum()), n, 0.5)
    assert_share(int((most == "none").sum()), n, 0.8)
    assert ((half == "none") <= (most == "none")).all()


def test_orders_that_would_come_too_late_are_not_taken() -> None:
    # One courier comes after 400, 1320 and 2240 seconds: 6.7, 22 and 37.3 minutes.
    assert ends(ordered(3, canteen(within_min=30.0))) == ["canteen", "canteen", "queue"]
    assert ends(ordered(3, canteen(within_min=22.0))) == ["canteen", "canteen", "queue"]
    assert ends(ordered(3, canteen(within_min=21.9))) == ["canteen", "queue", "queue"]
    assert_same(ordered(3, canteen(within_min=38.0)), ordered(3, canteen(within_min=1e4)))


def test_so_many_a_day_and_as_many_the_next() -> None:
    wishes = [*orders(3), *orders(3, NOON + DAY_S)]
    rows = rows_of(world(drawn(canteen(PoolConfig(3, per_day=2))), [housebound()] * 3, wishes, days=2))
    assert ends(rows) == ["canteen", "canteen", "full"] * 2


def test_the_last_leaves_before_the_canteen_closes() -> None:
    until_one = replace(canteen(), hours={0: [[11.0, 12.5]]})
    # The courier leaves at noon, 12:15:20 and would leave at 12:30:40.
    assert ends(ordered(3, until_one)) == ["canteen", "canteen", "closed"]


# ---- the housebound first

ELDERS = persons(2, age=70, home=1)  # who could walk, but live beyond 15 minutes
FAR = row(16, homes=(0, 15))


def crowded(reserved: int, couriers: int = 2, **home: Any) -> pd.DataFrame:
    """Two elders order at noon, somebody housebound a minute later."""
    shop = canteen(couriers, from_age=60, reserved=reserved, **home)
    wishes = [*each(ELDERS, "meal", NOON), *orders(1, NOON + MINUTE_S, first=2)]
    return rows_of(world(drawn(shop, place=FAR), [*ELDERS, housebound()], wishes))


def test_a_courier_kept_for_the_housebound_comes_to_them_first() -> None:
    # The elders live 1000 m away: 800 s there, a job of 1720 s.
    free, kept = crowded(reserved=0), crowded(reserved=1)
    assert (free["start_s"] - NOON).tolist() == [800.0, 800.0, 1720.0 + WAY_S]
    assert (kept["start_s"] - NOON).tolist() == [800.0, 1720.0 + 800.0, MINUTE_S + WAY_S]
    assert set(kept["outcome"]) == {"met_delivery"}


def test_at_the_same_moment_the_housebound_are_asked_first() -> None:
    wishes = [*each(ELDERS[:1], "meal", NOON), *orders(1, NOON, first=1)]
    rows = rows_of(world(drawn(canteen(from_age=60), place=FAR), [ELDERS[0], housebound()], wishes))
    assert (rows["start_s"] - NOON).tolist() == [920.0 + 800.0, WAY_S]


def test_with_all_kept_nobody_else_is_served_and_the_reason_is_why_they_could_not_walk() -> None:
    assert ends(crowded(reserved=2)) == ["too_far", "too_far", "canteen"]


def test_keeping_changes_nothing_where_nobody_else_orders() -> None:
    assert_same(ordered(5, canteen(3)), ordered(5, canteen(3, reserved=2)))


# ---- who still walks


def family(by_proxy: bool, **home: Any) -> World:
    """Somebody housebound with a carer, somebody housebound alone, and a neighbour who eats at the canteen."""
    mobility = [Mobility.HOUSEBOUND, Mobility.INDEPENDENT, Mobility.HOUSEBOUND, Mobility.INDEPENDENT]
    residents = crowd([85, 50, 86, 40], household=[0, 0, 1, 2], carer=[1, -1, -1, -1], mobility=mobility)
    shop = canteen(3, **home) if home else replace(canteen(), offers={"meal": offer()})
    return raised(drawn(shop), residents, NeedsConfig({"meal": daily(by_proxy=by_proxy, stay_min=20.0)}))


def outcomes(world: World) -> list[str]:
    """By resident."""
    return by_resident(world)["outcome"].tolist()


def test_who_has_a_carer_to_go_for_them_orders_nothing() -> None:
    assert outcomes(family(by_proxy=True)) == ["met_walk", "met_walk", "unmet", "met_walk"]
    served = family(by_proxy=True, service_min=2.0)
    assert outcomes(served) == ["met_walk", "met_walk", "met_delivery", "met_walk"]
    before, after = by_resident(family(by_proxy=True)), by_resident(served)
    assert_same(before, after, [True, True, False, True])
    assert (after["walker"][0], after["walk_m"][0]) == (1, 500.0)


def test_where_nobody_can_go_for_another_both_order() -> None:
    assert outcomes(family(by_proxy=False)) == ["unmet", "met_walk", "unmet", "met_walk"]
    assert outcomes(family(by_proxy=False, way="home_service")) == [
        "met_home_service", "met_walk", "met_home_service", "met_walk",
    ]  # fmt: skip


def test_who_is_turned_away_at_the_counter_has_it_brought() -> None:
    """One meal is left at the counter; the second guest walks there for nothing, and orders on the spot."""
    shop = canteen(from_age=60)
    one_left = replace(shop, pools=shop.pools | {"staff": PoolConfig(0, per_day=1)})
    rows = rows_of(world(drawn(one_left), [Person(), Person(age=70)], each(persons(2), "meal", NOON)))
    assert rows["outcome"].tolist() == ["met_walk", "met_delivery"]
    assert rows["attempts"].tolist() == [1, 1]
    assert rows["walk_m"].tolist() == [500.0, 500.0]
    assert rows["start_s"][1] == NOON + 500 + WAY_S
    young = rows_of(world(drawn(one_left), persons(2), each(persons(2), "meal", NOON)))
    assert ends(young) == ["canteen", "full"]


def test_couriers_without_orders_change_nothing() -> None:
    guests = persons(3)
    wishes = each(guests, "meal", NOON)
    before = world(drawn(replace(canteen(), offers={"meal": offer()})), guests, wishes)
    assert_same_run(before, world(drawn(canteen(2, from_age=60)), guests, wishes))


def test_what_is_only_brought_is_not_walked_to() -> None:
    only = canteen(from_age=60)
    only = replace(only, offers={"meal": replace(only.offers["meal"], walk_in=False)})
    people = [Person(age=70), Person(age=40), housebound()]
    wishes = [*each(people[:2], "meal", NOON), *orders(1, NOON + HOUR_S, first=2)]
    rows = rows_of(world(drawn(only), people, wishes))
    assert ends(rows) == ["canteen", "no_outlet", "canteen"]
    assert rows["outcome"].tolist() == ["met_delivery", "unmet", "met_delivery"]
    assert np.isnan(rows["arrive_s"]).all()
