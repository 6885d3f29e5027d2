"""Demand adds up: by need, age, zone, hour and home, by outcome and by reason."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures import demand, homes, unmet_share
from sim.record import OUTCOMES, REASONS
from tests.measures.conftest import HOMES, any_errands, any_place, tally_of
from tests.people.conftest import examples

records = st.builds(any_errands, st.integers(0, 400), st.integers(0, 10_000))
BY = [["need", "age_group"], ["zone", "need"], ["need", "hour"], ["need"], ["age_group"], ["zone"]]


def with_hour(errands: Any) -> Any:
    return errands.assign(hour=(errands["wanted_s"] % 86_400 // 3600).astype(int))


@pytest.mark.parametrize("by", BY, ids="-".join)
@examples(15)
@given(records)
def test_demand_is_what_one_counts_by_hand(by: list[str], errands: Any) -> None:
    rows = with_hour(errands).to_dict("records")
    table = demand(tally_of(errands), by)
    raised = Counter(tuple(row[c] for c in by) for row in rows)
    outcomes = Counter((*(row[c] for c in by), row["outcome"]) for row in rows)
    reasons = Counter((*(row[c] for c in by), row["reason"]) for row in rows)
    cells = [tuple(cell) for cell in table[by].to_numpy().tolist()]
    assert sorted(cells) == sorted(raised)
    for cell, line in zip(cells, table.to_dict("records"), strict=True):
        assert line["raised"] == raised[cell]
        assert {o: line[o] for o in OUTCOMES} == {o: outcomes[*cell, o] for o in OUTCOMES}
        assert {r: line[r] for r in REASONS} == {r: reasons[*cell, r] for r in REASONS}


@examples(15)
@given(records)
def test_raised_is_the_sum_of_outcomes_and_unmet_the_sum_of_reasons(errands: Any) -> None:
    for by in BY:
        table = demand(tally_of(errands), by)
        assert (table["raised"] == table[list(OUTCOMES)].sum(axis=1)).all()
        assert (table["unmet"] == table[list(REASONS)].sum(axis=1)).all()
        assert table["raised"].sum() == len(errands)
        assert table["unmet"].sum() == (errands["outcome"] == "unmet").sum()


@examples(15)
@given(records)
def test_unmet_shares_are_those_of_the_errands_themselves(errands: Any) -> None:
    shares = unmet_share(demand(tally_of(errands), ["need", "age_group"]), ["age_group"])
    by_hand = errands.groupby(errands["age_group"].astype(str))["outcome"].agg(
        lambda outcome: (outcome == "unmet").mean()
    )
    assert dict(zip(shares["age_group"], shares["unmet_share"], strict=True)) == pytest.approx(by_hand.to_dict())


@examples(15)
@given(records, st.integers(1, 20))
def test_homes_add_up_to_demand(errands: Any, days: int) -> None:
    tally = tally_of(errands, days=days)
    table = homes(any_place(), tally)
    whole = demand(tally, ["zone"])
    assert table["home"].tolist() == list(range(HOMES))
    assert table["raised_per_day"].sum() * days == pytest.approx(whole["raised"].sum())
    assert table["unmet_per_day"].sum() * days == pytest.approx(whole["unmet"].sum())


@examples(15)
@given(records, st.integers(1, 20))
def test_each_home_has_the_demand_of_its_residents(errands: Any, days: int) -> None:
    table = homes(any_place(), tally_of(errands, days=days))
    for line in table.to_dict("records"):
        here = errands[errands["home"] == line["home"]]
        unmet = here["outcome"] == "unmet"
        on_foot = here[here["outcome"] == "met_walk"]
        assert line["raised_per_day"] == pytest.approx(len(here) / days)
        assert line["unmet_per_day"] == pytest.approx(unmet.sum() / days)
        assert line["unmet_share"] == pytest.approx(unmet.mean() if len(here) else np.nan, nan_ok=True)
        time = (on_foot["start_s"] - on_foot["set_out_s"]).mean() / 60 if len(on_foot) else np.nan
        assert line["mean_time_min"] == pytest.approx(time, nan_ok=True)
        assert (line["x"], line["y"], line["zone"]) == (100.0 * line["home"], 0.0, "north")
