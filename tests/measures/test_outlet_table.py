"""What happens at the outlets, counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures import outlets
from sim.measures.outlets import open_s
from sim.outlets import Layout, OfferConfig, PoolConfig
from sim.outlets.hours import WEEK_S, week_windows
from tests.measures.conftest import OUTLETS, any_errands, texts
from tests.outlets.conftest import form, standing
from tests.outlets.test_opening_hours import Hours, hours_of_a_week, read_the_clock
from tests.people.conftest import examples

records = st.builds(any_errands, st.integers(0, 300), st.integers(0, 10_000))
DAILY = week_windows({0: [[8.0, 20.0]]}, "")


def layout() -> Layout:
    """`a` has two clerks, `b` is self-service, `c` has two pools and never closes, `d` never opens."""
    return Layout(
        "plan",
        "",
        "",
        (
            standing(0, outlet_id="a", windows=DAILY, pools={"staff": PoolConfig(servers=2)}, xy=(1.0, 2.0)),
            standing(0, outlet_id="b", windows=DAILY, pools={"staff": PoolConfig(servers=0)}),
            standing(0, outlet_id="c", pools={"staff": PoolConfig(servers=1), "shelves": PoolConfig(servers=3)}),
            standing(0, outlet_id="d", windows=()),
        ),
        {"shop": form()},
    )


def any_legs(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ended = texts(rng, n, ["none", "closed", "full", "queue"])
    return pd.DataFrame({"outlet": texts(rng, n, OUTLETS), "ended": ended})


legs = st.builds(any_legs, st.integers(0, 100), st.integers(0, 10_000))


@examples(15)
@given(records, legs, st.integers(1, 3))
def test_the_table_counts_who_was_served_and_who_was_not(errands: Any, walks: pd.DataFrame, seeds: int) -> None:
    table = outlets(layout(), errands, walks, first_day=0, days=7, seeds=seeds)
    assert table["outlet"].tolist() == list(OUTLETS)
    open_h = {"a": 7 * 12, "b": 7 * 12, "c": 7 * 24, "d": 0}
    clerks = {"a": 2, "b": 0, "c": 4, "d": 1}
    for line in table.to_dict("records"):
        outlet_id = line["outlet"]
        met = errands[(errands["outcome"] == "met_walk") & (errands["outlet"] == outlet_id)]
        at_home = errands[errands["outcome"].isin(["met_delivery", "met_home_service"])]
        at_home = at_home[at_home["outlet"] == outlet_id]
        assert line["served"] == len(met)
        assert line["served_at_home"] == len(at_home)
        assert line["served_per_day"] == pytest.approx(len(met) / 7 / seeds)
        failed = [
            why for who, why in zip(walks["outlet"], walks["ended"], strict=True) if who == outlet_id and why != "none"
        ]
        assert line["turned_away"] == len(failed)
        for why in ("closed", "full", "queue"):
            assert line[f"turned_away_{why}"] == failed.count(why)
        wait = ((met["start_s"] - met["arrive_s"]) / 60).to_numpy()
        mean, p90 = (wait.mean(), np.percentile(wait, 90)) if len(wait) else (np.nan, np.nan)
        assert line["mean_wait_min"] == pytest.approx(mean, nan_ok=True)
        assert line["p90_wait_min"] == pytest.approx(p90, nan_ok=True)
        staffed_h = open_h[outlet_id] * clerks[outlet_id] * seeds
        jobs = pd.concat([met, at_home])
        by_staff = jobs if outlet_id == "c" else jobs[jobs["pool"] == "staff"]
        busy = by_staff["service_s"].sum() / 3600 / staffed_h if staffed_h else np.nan
        assert line["busy_share"] == pytest.approx(busy, nan_ok=True)
    assert table["served"].sum() == (errands["outcome"] == "met_walk").sum()
    assert (table["x"][0], table["y"][0], table["format"][0]) == (1.0, 2.0, "shop")


@examples(15)
@given(hours_of_a_week, st.integers(0, 6), st.integers(1, 16))
def test_opening_time_is_what_the_clock_counts(hours: Hours, first_day: int, days: int) -> None:
    clock = read_the_clock(hours)
    quarters = np.arange(first_day * 96, (first_day + days) * 96)
    counted_s = np.count_nonzero(clock[quarters % len(clock)]) * 900.0
    windows = week_windows(hours, "")
    assert open_s(windows, first_day * 86_400.0, (first_day + days) * 86_400.0) == pytest.approx(counted_s)


@examples(15)
@given(hours_of_a_week, st.integers(1, 4), st.integers(0, 3))
def test_what_opens_in_some_weeks_only_is_open_in_those(hours: Hours, every_weeks: int, in_week: int) -> None:
    in_week %= every_weeks
    windows = tuple((opens, closes) for opens, closes in week_windows(hours, "") if opens >= 0 and closes <= WEEK_S)
    weeks = [open_s(windows, week * WEEK_S, (week + 1) * WEEK_S, every_weeks, in_week) for week in range(12)]
    usual = open_s(windows, 0.0, WEEK_S)
    assert weeks == pytest.approx([usual if week % every_weeks == in_week else 0.0 for week in range(12)])
    assert open_s(windows, 0.0, 12 * WEEK_S, every_weeks, in_week) == pytest.approx(12 / every_weeks * usual)


@examples(15)
@given(hours_of_a_week, st.integers(0, 700), st.integers(1, 700))
def test_opening_time_begins_and_ends_at_any_quarter_of_an_hour(hours: Hours, first: int, length: int) -> None:
    clock = read_the_clock(hours)
    counted_s = np.count_nonzero(clock[np.arange(first, first + length) % len(clock)]) * 900.0
    assert open_s(week_windows(hours, ""), first * 900.0, (first + length) * 900.0) == pytest.approx(counted_s)


def test_a_week_of_opening_is_a_week() -> None:
    assert open_s(week_windows({0: [[0.0, 24.0]]}, ""), 0.0, WEEK_S) == WEEK_S
    assert open_s((), 0.0, WEEK_S) == 0.0


def test_staff_are_not_busy_with_those_who_serve_themselves() -> None:
    kiosk = standing(
        0,
        outlet_id="a",
        windows=week_windows({0: [[8.0, 9.0]]}, ""),
        pools={"staff": PoolConfig(servers=1), "shelves": PoolConfig(servers=0)},
        offers={"groceries": OfferConfig(), "park": OfferConfig(pool="shelves")},
    )
    only = Layout("plan", "", "", (kiosk,), {"shop": form()})
    rows = any_errands(20, 1, needs=("park",), met_share=1.0).assign(outlet="a", pool="shelves", service_s=1800.0)
    assert outlets(only, rows, any_legs(0, 1), first_day=0, days=1, seeds=1)["busy_share"].tolist() == [0.0]
