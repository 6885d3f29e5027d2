"""Times to service against NumPy, cell by cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures import times, travel
from sim.record import Tally
from tests.measures.conftest import any_errands, tally_of
from tests.people.conftest import examples

records = st.builds(any_errands, st.integers(0, 300), st.integers(0, 10_000))


def cells(errands: Any) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The errands met on foot of each need and age group, and of `all`."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in errands[errands["outcome"] == "met_walk"].to_dict("records"):
        for need in (row["need"], "all"):
            for group in (row["age_group"], "all"):
                found.setdefault((need, group), []).append(row)
    return found


def of_walks(tally: Tally) -> list[dict[str, Any]]:
    """The rows of errands met on foot."""
    table = travel(tally)
    return table[table["mode"] == "walk"].to_dict("records")


@examples(15)
@given(records)
def test_travel_is_what_numpy_makes_of_each_cell(errands: Any) -> None:
    table = {(line["need"], line["age_group"]): line for line in of_walks(tally_of(errands))}
    by_hand = cells(errands)
    assert table.keys() == by_hand.keys()
    for cell, rows in by_hand.items():
        column = {name: np.array([row[name] for row in rows]) for name in rows[0] if name.endswith(("_s", "_m"))}
        time = (column["start_s"] - column["set_out_s"]) / 60
        walk = column["walk_m"] / column["speed_m_s"] / 60
        # A part of a second counts as a whole one.
        seconds = {"time": np.ceil(time * 60 - 1e-9), "walk": np.ceil(walk * 60 - 1e-9)}
        expected = {
            "trips": len(rows),
            "mean_min": np.mean(time),
            "median_min": np.percentile(seconds["time"], 50) / 60,
            "p90_min": np.percentile(seconds["time"], 90) / 60,
            "share_5_min": np.mean(time <= 5),
            "share_10_min": np.mean(time <= 10),
            "share_15_min": np.mean(time <= 15),
            "walk_mean_min": np.mean(walk),
            "walk_median_min": np.percentile(seconds["walk"], 50) / 60,
            "walk_p90_min": np.percentile(seconds["walk"], 90) / 60,
            "wait_mean_min": np.mean(column["start_s"] - column["arrive_s"]) / 60,
        }
        line = table[cell]
        assert {name: line[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@examples(15)
@given(records)
def test_times_count_every_trip_once_in_its_half_minute(errands: Any) -> None:
    rows = errands[errands["outcome"] == "met_walk"]
    table = times(tally_of(errands))
    assert table["trips"].sum() == len(rows)
    for line in table.to_dict("records"):
        up_to = line["up_to_min"]
        own = rows[rows["age_group"] == line["age_group"]]
        time = (own["start_s"] - own["set_out_s"]) / 60
        assert line["trips"] == ((time > up_to - 0.5) & (time <= up_to)).sum()
        assert line["trips"] > 0


def test_a_day_without_trips_has_no_times() -> None:
    nobody = any_errands(50, 1, met_share=0.0)
    assert len(of_walks(tally_of(nobody))) == 0
    assert len(times(tally_of(nobody))) == 0
