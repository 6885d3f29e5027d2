"""Markets by the calendar (facts 8.1, rows 22, 35 and 37): weekdays, weeks, and craftsmen with a weekly round."""

from __future__ import annotations

from typing import Any

import pytest

from sim.outlets import LayoutConfig
from sim.outlets.edits.placing import AddEdit, RoundEdit, Stop
from tests.instruments.conftest import (
    Ground,
    assert_same,
    assert_same_run,
    drawn,
    ends,
    form,
    laid,
    offer,
    row,
    rows_of,
    shop,
    world,
)
from tests.worlds import DAY_S, HOUR_S, Person, Shop, Wish, World

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
TEN = 10.0


def daily(ground: Ground, days: int = 7, hour: float = TEN, need: str = "repair", **more: Any) -> World:
    """Somebody at node 0 wants the same at an hour of every day; the first is a Monday."""
    wishes = [Wish(0, need, day * DAY_S + hour * HOUR_S) for day in range(days)]
    return world(ground, [Person()], wishes, days=days, **more)


def days_open(world: World) -> list[int]:
    """The days on which it was met; on all others it was closed."""
    told = ends(rows_of(world))
    assert set(told) <= {"fair", "closed"}
    return [day for day, end in enumerate(told) if end == "fair"]


def fair(**changes: Any) -> Shop:
    return shop("fair", 2, "repair", **changes)


# ---- weekdays and hours


@pytest.mark.parametrize(
    ("hours", "at_six", "at_ten", "at_eighteen"),
    [
        ({0: [[6.0, 9.0]]}, range(7), [], []),  # a morning market
        ({0: [[17.0, 20.0]]}, [], [], range(7)),  # an evening market
        ({0: [[6.0, 9.0], [17.0, 20.0]]}, range(7), [], range(7)),  # both
        ({SAT: [[8.0, 12.0]]}, [], [SAT, SUN], []),  # the weekend
        ({SAT: [[8.0, 12.0]], SUN: []}, [], [SAT], []),
        ({0: [[8.0, 12.0]], TUE: [], THU: [[6.0, 20.0]], FRI: []}, [THU], [MON, THU], [THU]),
    ],
)
def test_a_market_is_there_on_its_weekdays_and_at_its_hours(
    hours: Any, at_six: Any, at_ten: Any, at_eighteen: Any
) -> None:
    for hour, expected in ((6.0, at_six), (TEN, at_ten), (18.0, at_eighteen)):
        assert days_open(daily(drawn(fair(hours=hours)), hour=hour)) == list(expected)


@pytest.mark.parametrize(("first_weekday", "expected"), [(MON, [5, 12]), (SUN, [6, 13]), (SAT, [0, 7])])
def test_weekdays_are_those_of_the_calendar(first_weekday: int, expected: list[int]) -> None:
    saturdays = drawn(fair(hours={SAT: [[8.0, 12.0]], SUN: []}))
    assert days_open(daily(saturdays, 14, first_weekday=first_weekday)) == expected


# ---- weeks

SATURDAYS = {SAT: [[8.0, 12.0]], SUN: []}


@pytest.mark.parametrize(("every_weeks", "in_week", "weeks"), [(1, 0, range(6)), (2, 0, [0, 2, 4]), (2, 1, [1, 3, 5]),
                                                              (4, 0, [0, 4]), (4, 3, [3]), (5, 4, [4])])  # fmt: skip
def test_a_fair_of_every_so_many_weeks(every_weeks: int, in_week: int, weeks: Any) -> None:
    here = drawn(fair(hours=SATURDAYS, every_weeks=every_weeks, in_week=in_week))
    assert days_open(daily(here, 42)) == [7 * week + SAT for week in weeks]
    # Weeks are counted from the first measured one, whatever comes before: here a Sunday, or eight days from a Sunday.
    for warmup_days in (1, 8):
        known = daily(here, warmup_days + 42, first_weekday=SUN, warmup_days=warmup_days)
        measured = [day - warmup_days for day in days_open(known) if day >= warmup_days]
        assert measured == [7 * week + SAT for week in weeks]


def test_a_fair_of_every_week_is_a_market() -> None:
    plain = daily(drawn(fair(hours=SATURDAYS)), 14)
    assert_same_run(plain, daily(drawn(fair(hours=SATURDAYS, every_weeks=1, in_week=0)), 14))


def test_other_weeks_are_as_if_there_were_no_fair() -> None:
    smith = shop("smith", 6, "repair")
    before, after = (
        rows_of(daily(drawn(smith, *more), 28)) for more in ([], [fair(hours=SATURDAYS, every_weeks=4, in_week=1)])
    )
    assert set(ends(before)) == {"smith"}
    at_fair = after["outlet"] == "fair"
    assert at_fair[at_fair].index.tolist() == [7 + SAT]
    assert after["walk_m"][7 + SAT] == 200.0
    assert_same(before, after, ~at_fair)


# ---- a weekly round

PLACE = row(12, homes=(0,))
MOBILE = form({"repair": offer()}, hours={0: [[9.0, 12.0]]}, cost_yuan=8_000.0)
BASE = LayoutConfig(formats={"cobbler": MOBILE, "library": form({"book": offer()})},
                    add=[AddEdit(id="library", format="library", node=1)])  # fmt: skip


def round_of(*stops: Stop) -> Ground:
    return laid(PLACE, BASE, rounds=[RoundEdit("cobbler", "cobbler", stops=list(stops))])


WEEKLY = round_of(
    Stop(node=2, days=[MON, WED]),
    Stop(node=6, days=[FRI]),
    Stop(node=3, days=[SAT], hours=[[14.0, 18.0]]),
    Stop(node=11, days=[SUN]),  # 1100 m: beyond 15 minutes
)


def test_a_round_is_at_each_stop_on_its_days_only() -> None:
    rows = rows_of(daily(WEEKLY))
    assert ends(rows) == ["cobbler@1", "closed", "cobbler@1", "closed", "cobbler@2", "closed", "closed"]
    assert rows["walk_m"].tolist() == [200.0, 0.0, 200.0, 0.0, 600.0, 0.0, 0.0]
    assert ends(rows_of(daily(WEEKLY, hour=15.0))) == ["closed"] * 5 + ["cobbler@3", "closed"]


def test_a_round_with_one_stop_on_all_days_is_an_outlet_that_stays() -> None:
    stays = laid(PLACE, BASE, add=[AddEdit(id="cobbler@1", format="cobbler", node=2)])
    assert_same_run(daily(stays), daily(round_of(Stop(node=2, days=list(range(7))))))


def test_a_round_is_paid_for_once() -> None:
    assert WEEKLY[1].cost_yuan == 8_000.0
    assert [outlet.id for outlet in WEEKLY[1].outlets] == [*(f"cobbler@{stop}" for stop in (1, 2, 3, 4)), "library"]


def test_other_errands_do_not_notice_the_round() -> None:
    before, after = (rows_of(daily(ground, need="book")) for ground in (laid(PLACE, BASE), WEEKLY))
    assert set(ends(before)) == {"library"}
    assert_same(before, after)


def test_a_stop_behind_a_wall_is_for_everyone() -> None:
    walled = row(12, homes=(0,), behind_wall=(3, 4))
    ground = laid(walled, BASE, rounds=[RoundEdit("cobbler", "cobbler", stops=[Stop(node=3, days=[MON])])])
    assert ends(rows_of(daily(ground, days=1))) == ["cobbler@1"]
