"""The checks of days in experiments/checks: their counts redone from the record, and what must hold by construction."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "experiments" / "checks"


@pytest.fixture(scope="module")
def days() -> Iterator[Any]:
    """The script as a module."""
    sys.path.insert(0, str(FOLDER))
    yield importlib.import_module("days")
    sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def week(days: Any) -> Any:
    return days.lived("new_district")


def test_trips_of_elders_are_their_legs_and_twice_what_they_have_beyond(days: Any, week: Any) -> None:
    trips = days.trips_of_elders(week)
    elders = set(np.flatnonzero(week.residents.age >= 60))
    errands = week.record.errands
    walked = [leg for leg in week.record.legs.itertuples() if leg.walker in elders and leg.depart_s >= 86400]
    beyond = [
        errand
        for errand in errands[errands["outcome"] == "met_beyond"].itertuples()
        if errand.walker in elders and errand.start_s >= 86400
    ]
    assert len(trips) == len(walked) + 2 * len(beyond)
    assert trips["mode"].value_counts()["ride"] == sum(leg.walk_class == 3 for leg in walked)
    minutes = sum(leg.arrive_s - leg.depart_s for leg in walked) / 60
    minutes += 2 * sum(errand.arrive_s - errand.set_out_s for errand in beyond) / 60
    assert trips["minutes"].sum() == pytest.approx(minutes)


def test_who_is_enrolled_is_counted_as_children_who_were_there(days: Any, week: Any) -> None:
    shares = days.enrolled(week)
    errands = week.record.errands
    for need in ("kindergarten", "school"):
        of = errands[(errands["need"] == need) & (week.errands.follows < 0)]
        there = of[of["outcome"] != "unmet"].groupby("resident").size()
        assert 1 - shares.loc[need, "none_share"] == pytest.approx(len(there) / of["resident"].nunique(), abs=0.02)
    np.testing.assert_allclose(shares.filter(regex="on_foot|by_ride|beyond|none").sum(axis=1), 1)


def test_enrolment_is_as_statistics_have_it(days: Any, week: Any) -> None:
    shares = days.enrolled(week)
    assert 1 - shares.loc["kindergarten", "none_share"] > 0.90
    assert 1 - shares.loc["school", "none_share"] > 0.97


def test_ways_to_school_and_to_the_park_are_those_of_the_record(days: Any, week: Any) -> None:
    errands = week.record.errands
    park = errands[errands["need"] == "park"]["outcome"].value_counts()
    on_foot = park["met_walk"] + park["met_household"]
    assert days.on_foot_to_the_park(week) == on_foot / (on_foot + park["met_ride"] + park["met_beyond"])
    ways = days.ways_to_school(week)["way"].value_counts()
    school = errands[(errands["need"] == "school") & (week.errands.follows < 0)]["outcome"].value_counts()
    assert (ways["on foot"], ways["ride"], ways["beyond"]) == tuple(
        school[name] for name in ("met_walk", "met_ride", "met_beyond")
    )


def test_what_is_near_is_a_share_of_what_was_bought(days: Any, week: Any) -> None:
    errands = week.record.errands
    gone = errands[errands["outcome"].isin(["met_walk", "met_household", "met_ride", "met_beyond"])]
    bought = [(row.need, row.walk_m) for row in gone[["need", "walk_m"]].itertuples() if row.need in days.BUYING]
    assert days.near_share(week) == pytest.approx(sum(metres <= 1125 for _, metres in bought) / len(bought))


def test_every_check_prints_its_rows(days: Any, week: Any) -> None:
    checks = (days.check_elders, days.check_enrolment, days.check_pupils, days.check_buying, days.check_winter)
    rows = [row for check in checks for row in check(["new_district"])]
    assert [row.check for row in rows] == ["V10", "V10", "V11", "V19", "V19", "V20", "V20", "", "V21", "V22"]
    assert {row.holds for row in rows} == {"yes", "no"}
