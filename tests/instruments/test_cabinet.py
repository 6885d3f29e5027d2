"""The 24-hour cabinet (facts 8.1, row 29): a tiny assortment at night, a stock that is refilled at midnight."""

from __future__ import annotations

import pandas as pd

from sim.outlets import PoolConfig
from tests.instruments.conftest import (
    assert_same,
    assert_same_run,
    assert_share,
    drawn,
    each,
    ends,
    persons,
    rows_of,
    shop,
    world,
)
from tests.worlds import DAY_S, HOUR_S, Shop, World

N = 400
THEY = persons(N)
STORE = shop("store", 4, "snack", hours={0: [[7.0, 22.0]]}, attraction=1.0)
DAY, NIGHT = slice(0, N), slice(N, None)


def cabinet(share: float = 0.2, per_day: int = 0) -> Shop:
    """In the courtyard at node 1, self-service, without end."""
    return shop("cabinet", 1, "snack", pools={"stock": PoolConfig(0, per_day=per_day)}, share=share, pool="stock")


def by_day_and_night(*shops: Shop) -> World:
    """Everybody wants something at noon and at 23:00."""
    wishes = [*each(THEY, "snack", 12 * HOUR_S), *each(THEY, "snack", 23 * HOUR_S)]
    return world(drawn(*shops), THEY, wishes)


BEFORE = by_day_and_night(STORE)


def test_at_night_it_serves_its_share_of_what_was_closed() -> None:
    before, after = rows_of(BEFORE), rows_of(by_day_and_night(STORE, cabinet()))
    assert ends(before) == ["store"] * N + ["closed"] * N
    met = after["outlet"][NIGHT] == "cabinet"
    assert_share(int(met.sum()), N, 0.2)
    assert set(after["reason"][NIGHT][~met]) == {"closed"}
    assert set(after["walk_m"][NIGHT][met]) == {100.0}
    assert_same(before[NIGHT], after[NIGHT], ~met)


def test_by_day_the_store_draws_more() -> None:
    # 300 m farther cost 0.5 of utility, its attraction is 1.
    assert_same(rows_of(BEFORE), rows_of(by_day_and_night(STORE, cabinet())), DAY)


def test_a_larger_assortment_serves_the_same_and_more() -> None:
    less, more = (rows_of(by_day_and_night(STORE, cabinet(share)))["outlet"][NIGHT] for share in (0.2, 0.5))
    assert ((less == "cabinet") <= (more == "cabinet")).all()
    assert_share(int((more == "cabinet").sum()), N, 0.5)


def test_an_empty_cabinet_changes_nothing() -> None:
    assert_same_run(BEFORE, by_day_and_night(STORE, cabinet(share=0.0)))


def nights(per_day: int) -> pd.DataFrame:
    """Fifteen people at 23:00 and at 00:00 of the night, and at 23:00 of the next day."""
    fifteen = persons(15)
    hours = [23 * HOUR_S, DAY_S, DAY_S + 23 * HOUR_S]
    wishes = [wish for wanted_s in hours for wish in each(fifteen, "snack", wanted_s)]
    return rows_of(world(drawn(cabinet(1.0, per_day)), fifteen, wishes, days=2))


def test_the_stock_is_refilled_at_midnight() -> None:
    rows = nights(10)
    assert ends(rows) == [*["cabinet"] * 10, *["full"] * 5, *["cabinet"] * 10, *["full"] * 5, *["full"] * 15]
    # Who sets out 100 s before midnight is there at midnight: of the new day.
    late = persons(12)
    wishes = [*each(late[:11], "snack", 23 * HOUR_S), *each(late[:1], "snack", DAY_S - 100.0, first=11)]
    assert ends(rows_of(world(drawn(cabinet(1.0, 10)), late, wishes))) == ["cabinet"] * 10 + ["full", "cabinet"]


def test_a_stock_for_all_is_as_good_as_no_end() -> None:
    assert_same(nights(0), nights(30))
    assert set(ends(nights(0))) == {"cabinet"}


def test_who_finds_one_empty_goes_on_to_the_next() -> None:
    fifteen = persons(15)
    other = shop("second", 2, "snack", pools={"stock": PoolConfig(0, per_day=10)}, pool="stock", share=1.0)
    rows = rows_of(world(drawn(cabinet(1.0, 10), other), fifteen, each(fifteen, "snack", 23 * HOUR_S)))
    assert ends(rows) == ["cabinet"] * 10 + ["second"] * 5
    assert rows["arrive_s"][14] - rows["set_out_s"][14] == 200.0
    assert rows["attempts"].tolist() == [1] * 10 + [2] * 5
