"""A canteen at noon (facts 8.1, rows 9 and 26): seats shared by all, hours kept for elders, prices by age."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.day import DayConfig
from sim.outlets import PoolConfig, ReservedConfig
from tests.instruments.conftest import (
    MINUTE_S,
    NOON,
    assert_same_run,
    drawn,
    each,
    ends,
    persons,
    rows_of,
    shop,
    world,
)
from tests.worlds import HOUR_S, Shop, Wish, World

# ---- seats, and for whom

SEATS = 4
WORKERS, ELDERS = persons(SEATS, age=30), persons(SEATS, age=70)
EATING_S = 20 * MINUTE_S
TABLE = shop("canteen", 1, "lunch", pools={"staff": PoolConfig(0, room=SEATS)})


def kept(hours: list[float] | None, from_age: int = 60) -> Shop:
    """The canteen with an hour for elders on every day."""
    reserved = ReservedConfig(from_age, {0: [hours]} if hours else {})
    return replace(TABLE, offers={"lunch": replace(TABLE.offers["lunch"], reserved=reserved)})


def noon(canteen: Shop, workers_min: float = 0.0, elders_min: float = 1.0) -> World:
    """So many minutes after noon, four workers and four elders want to eat for twenty."""
    wishes = [
        *each(WORKERS, "lunch", NOON + workers_min * MINUTE_S, stay_s=EATING_S),
        *each(ELDERS, "lunch", NOON + elders_min * MINUTE_S, first=SEATS, stay_s=EATING_S),
    ]
    return world(drawn(canteen), [*WORKERS, *ELDERS], wishes)


def told(world: World) -> tuple[list[str], list[str]]:
    """How it ended for workers and for elders."""
    rows = ends(rows_of(world))
    return rows[:SEATS], rows[SEATS:]


SERVED, FULL, CLOSED = (["canteen"] * SEATS, ["full"] * SEATS, ["closed"] * SEATS)


def test_a_lunch_crowd_pushes_elders_out_and_a_reserved_hour_pushes_it_back() -> None:
    assert told(noon(TABLE)) == (SERVED, FULL)
    assert told(noon(kept([11.5, 12.5]))) == (CLOSED, SERVED)


def test_after_the_reserved_hour_workers_are_served_again() -> None:
    # They walk 100 s: who sets out at 12:28:20 is there at 12:30.
    late = 30 - 100 / MINUTE_S
    assert told(noon(kept([11.5, 12.5]), workers_min=late)) == (SERVED, SERVED)
    assert told(noon(kept([11.5, 12.5]), workers_min=late - 0.1)) == (CLOSED, SERVED)


def test_as_many_seats_as_people_leave_nobody_out() -> None:
    large = replace(TABLE, pools={"staff": PoolConfig(0, room=2 * SEATS)})
    assert told(noon(large)) == (SERVED, SERVED)
    assert told(noon(TABLE, elders_min=20.0)) == (SERVED, SERVED)  # the first four have eaten


@pytest.mark.parametrize("reserved", [kept([6.0, 8.0]), kept(None), kept([0.0, 24.0], from_age=0)])
def test_hours_that_keep_out_nobody_who_comes_change_nothing(reserved: Shop) -> None:
    assert_same_run(noon(TABLE), noon(reserved))


def test_a_reserved_hour_changes_nothing_for_elders_who_come_alone() -> None:
    worlds = [
        world(drawn(canteen), ELDERS, each(ELDERS, "lunch", NOON, stay_s=EATING_S))
        for canteen in (TABLE, kept([11.5, 12.5]))
    ]
    assert_same_run(*worlds)


def test_each_meal_has_its_window() -> None:
    meals = replace(TABLE, hours={0: [[6.5, 9.0], [11.0, 13.0], [17.0, 19.0]]})
    wishes = [Wish(0, "lunch", hour * HOUR_S) for hour in (6, 7, 10, 12, 15, 18, 20)]
    assert ends(rows_of(world(drawn(meals), ELDERS[:1], wishes))) == ["closed", "canteen"] * 3 + ["closed"]


def test_the_queue_at_noon() -> None:
    one = replace(
        TABLE, pools={"staff": PoolConfig(1)}, offers={"lunch": replace(TABLE.offers["lunch"], service_min=0.5)}
    )
    rows = rows_of(noon(one, elders_min=0.0))
    assert (rows["start_s"] - rows["arrive_s"]).tolist() == [30.0 * before for before in range(2 * SEATS)]


# ---- prices

YUAN = DayConfig(cost_per_min={0: 0.12}, cost_per_yuan={0: 0.02}, size_weight=0.0, taste_scale=0.0)
# The far one lies 300 m, or 5 minutes, farther: worth 0.12 · 5 = 0.6 of utility, or 30 yuan.
WORTH_YUAN = 30.0
BOTH = [*persons(2, age=30), *persons(2, age=70)]


def choosing(
    near_yuan: float, far_yuan: float = 0.0, discount: dict[int, float] | None = None, **day: object
) -> list[str]:
    """Where two workers and two elders eat."""
    near = shop("near", 1, "lunch", price_yuan=near_yuan, discount=discount or {})
    far = shop("far", 4, "lunch", price_yuan=far_yuan)
    rows = rows_of(world(drawn(near, far), BOTH, each(BOTH, "lunch", NOON), day=replace(YUAN, **day)))
    assert rows["walk_m"].tolist() == [100.0 if end == "near" else 400.0 for end in ends(rows)]
    return ends(rows)


@pytest.mark.parametrize("far_yuan", [0.0, 10.0])
def test_people_walk_for_a_price_until_the_walk_is_worth_it(far_yuan: float) -> None:
    assert choosing(far_yuan + WORTH_YUAN - 1e-9, far_yuan) == ["near"] * 4
    assert choosing(far_yuan + WORTH_YUAN + 1e-9, far_yuan) == ["far"] * 4


def test_a_discount_by_age_moves_the_old_only() -> None:
    # At 40 yuan all walk on; at a quarter off, 30 yuan, elders just do not.
    assert choosing(40.0) == ["far"] * 4
    assert choosing(40.0, discount={60: 0.25 + 1e-9}) == ["far", "far", "near", "near"]
    assert choosing(40.0, discount={60: 0.25 - 1e-9}) == ["far"] * 4
    assert choosing(40.0, discount={71: 1.0}) == ["far"] * 4


def test_the_old_may_mind_a_yuan_more() -> None:
    assert choosing(20.0, cost_per_yuan={0: 0.02, 60: 0.04}) == ["near", "near", "far", "far"]


def test_who_minds_no_yuan_does_not_see_prices() -> None:
    assert choosing(1e6, cost_per_yuan={}) == choosing(0.0) == ["near"] * 4
    assert choosing(1e6, discount={0: 1.0}) == ["near"] * 4


def test_one_price_everywhere_changes_nothing() -> None:
    worlds = [
        world(
            drawn(shop("a", 1, "lunch", price_yuan=yuan), shop("b", 4, "lunch", price_yuan=yuan)),
            BOTH,
            each(BOTH, "lunch", NOON),
            day=YUAN,
        )
        for yuan in (0.0, 10.0)
    ]
    assert_same_run(*worlds)
