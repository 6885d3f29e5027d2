"""What went otherwise than on foot, against pandas: reasons, returns, modes of travel, burden and enrolment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures import burden, demand, enrolment, not_on_foot, returns, travel
from sim.record import REASONS
from tests.measures.conftest import any_errands, any_legs, tally_of
from tests.people.conftest import examples

records = st.builds(any_errands, st.integers(0, 400), st.integers(0, 10_000))
CELL = ["need", "age_group"]


def cells(rows: Any) -> Any:
    """The rows of each need and age group that has some."""
    return rows.groupby([rows[name].astype(str) for name in CELL], sort=False)


@examples(15)
@given(records)
def test_what_stood_in_the_way_is_counted_whatever_became_of_it(errands: Any) -> None:
    table = not_on_foot(tally_of(errands)).set_index(CELL)
    assert len(table) == cells(errands).ngroups
    for cell, rows in cells(errands):
        line = table.loc[cell]
        elsewhere = rows[~rows["outcome"].isin(["met_walk", "met_online"])]
        assert (line["raised"], line["not_on_foot"]) == (len(rows), len(elsewhere))
        assert line[list(REASONS)].to_dict() == {why: (rows["not_on_foot"] == why).sum() for why in REASONS}
    assert (table["not_on_foot"] == table[list(REASONS)].sum(axis=1)).all()


@examples(15)
@given(records)
def test_returns_are_those_that_were_put_off(errands: Any) -> None:
    table = returns(tally_of(errands)).set_index(CELL)
    for cell, rows in cells(errands):
        back = rows[rows["tries"] > 0]
        met = back[back["outcome"] != "unmet"]
        if not len(back) and not rows["cut_off"].any():
            assert cell not in table.index
            continue
        line = table.loc[cell]
        assert (line["came_back"], line["met_after"], line["cut_off"]) == (len(back), len(met), rows["cut_off"].sum())
        means = [back["tries"].mean(), met["days_late"].mean()]
        assert [line["mean_tries"], line["mean_days_late"]] == pytest.approx(means, nan_ok=True)


@pytest.mark.parametrize("by", [["need", "age_group"], ["zone", "need"], ["need", "hour"]], ids="-".join)
def test_those_cut_off_are_told_wherever_demand_is(by: list[str]) -> None:
    errands = any_errands(300, 1)
    table = demand(tally_of(errands), by)
    hours = errands.assign(hour=(errands["wanted_s"] % 86_400 // 3600).astype(int))
    for line in table.to_dict("records"):
        assert line["cut_off"] == hours[np.all([hours[name] == line[name] for name in by], axis=0)]["cut_off"].sum()
    assert table["cut_off"].sum() == errands["cut_off"].sum() > 0


@examples(15)
@given(records)
def test_every_mode_has_its_own_times_and_metres(errands: Any) -> None:
    table = travel(tally_of(errands)).set_index(["mode", *CELL])
    for mode in ("walk", "household", "ride", "beyond"):
        rows = errands[errands["outcome"] == f"met_{mode}"]
        if not len(rows):
            assert mode not in table.index
            continue
        line, minutes = table.loc[(mode, "all", "all")], (rows["start_s"] - rows["set_out_s"]) / 60
        assert line["trips"] == len(rows)
        told = [line[name] for name in ("mean_min", "share_15_min", "walk_mean_min", "wait_mean_min", "mean_m")]
        wait = (rows["start_s"] - rows["arrive_s"]).mean() / 60
        way = (rows["walk_m"] / rows["speed_m_s"]).mean() / 60
        assert told == pytest.approx([minutes.mean(), (minutes <= 15).mean(), way, wait, rows["walk_m"].mean()])


def legs_of(rows: list[tuple[int, int, str | None, float, float]]) -> pd.DataFrame:
    """Ways by walker, errand, outlet (None is home), and when they began and ended."""
    legs = any_legs(len(rows), 1).assign(walk_class=np.int8(0), ended=pd.Categorical(["none"] * len(rows)))
    walker, errand, outlet, depart_s, arrive_s = zip(*rows, strict=True)
    legs["walker"], legs["errand"] = np.array(walker, np.int32), np.array(errand, np.int32)
    legs["outlet"] = pd.Categorical(outlet, categories=["a", "b"])
    return legs.assign(depart_s=np.array(depart_s, float), arrive_s=np.array(arrive_s, float))


def test_the_burden_is_the_way_there_the_time_there_and_the_way_home_for_it_alone() -> None:
    # Resident 3 (a woman) goes for errand 0 alone; resident 4 (a man) does errand 1 after one of his own, and has a way
    # home of his own; resident 5 goes for errand 2 and on to something else.
    errands = any_errands(3, 1, needs=("groceries",)).assign(
        outcome=pd.Categorical(["met_household"] * 3), reason=pd.Categorical(["none"] * 3), day=0
    )
    errands["outlet"], errands["pool"] = pd.Categorical(["a"] * 3), pd.Categorical(["staff"] * 3)
    errands["walker"] = np.array([3, 4, 5], np.int32)
    errands["set_out_s"], errands["end_s"] = [1000.0, 2000.0, 3000.0], [1600.0, 2240.0, 3120.0]
    errands["arrive_s"], errands["start_s"] = errands["set_out_s"] + 100, errands["set_out_s"] + 200
    ways = [
        (4, -1, "b", 1500.0, 1600.0), (3, 0, "a", 1000.0, 1100.0), (3, -1, None, 1600.0, 1900.0),
        (4, 1, "a", 2000.0, 2100.0), (4, -1, None, 2240.0, 2500.0), (5, 2, "a", 3000.0, 3100.0),
        (5, -1, "b", 3120.0, 3200.0), (5, -1, None, 3300.0, 3400.0),
    ]  # fmt: skip
    table = burden(tally_of(errands, legs_of(ways), days=2))
    of_all = table[table["need"] == "all"]
    assert sorted(of_all["minutes_per_day"]) == sorted([(600 + 300) / 120, 240 / 120, 120 / 120])
    assert of_all["errands_per_day"].tolist() == [0.5] * 3
    assert sorted(of_all["minutes_per_helper_day"]) == [2.0, 4.0, 15.0]
    assert set(of_all["sex"]) == {"male", "female"}
    assert len(burden(tally_of(any_errands(50, 1, met_share=1.0)))) == 0


def test_rides_are_neither_walked_nor_on_the_links() -> None:
    legs = any_legs(200, 1)
    rides, walks = legs[legs["walk_class"] == 3], legs[legs["walk_class"] != 3]
    errands = any_errands(10, 1)
    tally, on_foot = tally_of(errands, legs), tally_of(errands, walks)
    assert tally.walkers.tolist() == on_foot.walkers.tolist()
    assert tally.walked_s.tolist() == on_foot.walked_s.tolist()
    assert tally.ridden_s.sum() == pytest.approx((rides["arrive_s"] - rides["depart_s"]).sum())


@pytest.mark.parametrize(
    ("outcome", "why", "attempts", "how"),
    [
        ("met_walk", "none", 1, "on_foot"),
        ("unmet", "closed", 0, "on_foot"),
        ("unmet", "full", 1, "on_foot"),
        ("unmet", "full", 0, "none"),
        ("met_ride", "too_far", 1, "by_ride"),
        ("unmet", "too_far", 1, "by_ride"),
        ("met_beyond", "full", 0, "beyond"),
        ("unmet", "too_far", 0, "none"),
        ("unmet", "no_carer", 0, ""),
        ("met_online", "none", 0, ""),
    ],
)
def test_how_a_place_is_held(outcome: str, why: str, attempts: int, how: str) -> None:
    met = outcome != "unmet"
    rows = any_errands(1, 1, needs=("school",)).assign(
        outcome=pd.Categorical([outcome]),
        reason=pd.Categorical(["none" if met else why]),
        not_on_foot=pd.Categorical([why]),
        attempts=np.int8(attempts),
    )
    rows["outlet"], rows["pool"] = pd.Categorical(["a"]), pd.Categorical(["staff"])
    assert len(enrolment(tally_of(rows))) == 0  # no need is enrolled
    table = enrolment(tally_of(rows, enrolled={"school"}))
    told = [
        name
        for name in ("on_foot", "by_ride", "beyond", "none")
        for line in [table]
        if (line[f"{name}_share"] == 1).any()
    ]
    assert told == ([how] if how else [])
    assert table["applicants"].sum() == bool(how)
