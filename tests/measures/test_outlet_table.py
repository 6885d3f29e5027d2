"""What happens at the outlets, counted by hand."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clock_times import WEEK_S
from sim.measures import outlets
from sim.measures.opening import open_s
from sim.outlets import Layout, OfferConfig, PoolConfig
from sim.outlets.hours import week_windows
from tests.measures.conftest import OUTLETS, any_errands, any_layout, any_legs, tally_of
from tests.outlets.conftest import form, standing
from tests.outlets.test_opening_hours import Hours, hours_of_a_week, read_the_clock
from tests.people.conftest import examples

records = st.builds(any_errands, st.integers(0, 300), st.integers(0, 10_000))
CAME = ["met_walk", "met_household", "met_ride"]
legs = st.builds(any_legs, st.integers(0, 100), st.integers(0, 10_000))


@examples(15)
@given(st.lists(st.tuples(records, legs), min_size=1, max_size=3))
def test_the_table_counts_who_was_served_and_who_was_not(runs: list[tuple[Any, Any]]) -> None:
    table = outlets(any_layout(), reduce(add, (tally_of(*run) for run in runs)))
    errands, walks = (pd.concat(parts, ignore_index=True) for parts in zip(*runs, strict=True))
    seeds = len(runs)
    assert table["outlet"].tolist() == list(OUTLETS)
    open_h = {"a": 7 * 12, "b": 7 * 12, "c": 7 * 24, "d": 0}
    clerks = {"a": 2, "b": 0, "c": 4, "d": 1}
    for line in table.to_dict("records"):
        outlet_id = line["outlet"]
        met = errands[errands["outcome"].isin(CAME) & (errands["outlet"] == outlet_id)]
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
        wait_s = (met["start_s"] - met["arrive_s"]).to_numpy()  # whole seconds, each of them
        mean, p90 = (wait_s.mean() / 60, np.percentile(wait_s, 90) / 60) if len(wait_s) else (np.nan, np.nan)
        assert line["mean_wait_min"] == pytest.approx(mean, nan_ok=True)
        assert line["p90_wait_min"] == pytest.approx(p90, nan_ok=True)
        staffed_h = open_h[outlet_id] * clerks[outlet_id] * seeds
        jobs = pd.concat([met, at_home])
        by_staff = jobs if outlet_id == "c" else jobs[jobs["pool"] == "staff"]
        busy = by_staff["service_s"].sum() / 3600 / staffed_h if staffed_h else np.nan
        assert line["busy_share"] == pytest.approx(busy, nan_ok=True)
    assert table["served"].sum() == errands["outcome"].isin(CAME).sum()
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
    rows = any_errands(20, 1, needs=("park",), met_share=1.0).assign(service_s=1800.0)
    rows["outlet"], rows["pool"] = (pd.Categorical([text] * 20) for text in ("a", "shelves"))
    assert outlets(only, tally_of(rows, layout=only))["busy_share"].tolist() == [0.0]
