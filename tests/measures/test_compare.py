"""Layouts compared in pairs against SciPy's paired t test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.measures import MEASURES, compare, seed_measures
from sim.people import AGE_GROUPS
from tests.measures.conftest import RESIDENTS, any_errands, any_legs, tally_of
from tests.people.conftest import examples

KEYS = ["measure", "need", "age_group"]


def any_values(seed: int, seeds: int, layouts: int = 3) -> pd.DataFrame:
    """Values of a few measures for each layout and seed; what a seed has in common it has under all layouts."""
    rng = np.random.default_rng(seed)
    rows = [
        (measure, need, group, layout, run, own + rng.normal(0, 0.1) + 0.2 * number)
        for measure in ("unmet_share", "mean_time_min")
        for need in ("all", "groceries")
        for group in ("all", "80+")
        for run, own in enumerate(rng.normal(5, 3, seeds))
        for number, layout in enumerate(["base", "kiosks", "centre"][:layouts])
    ]
    return pd.DataFrame(rows, columns=[*KEYS, "layout", "seed", "value"])


def pairs(
    values: pd.DataFrame, cell: dict[str, Any], layout: str, first: str = "base"
) -> tuple[list[float], list[float]]:
    """The values of the first layout and another, seed by seed."""
    here = values[np.logical_and.reduce([values[key] == cell[key] for key in KEYS])]
    one, other = (here[here["layout"] == name].set_index("seed")["value"].to_dict() for name in (first, layout))
    both = sorted(one.keys() & other.keys())
    return [one[s] for s in both], [other[s] for s in both]


@examples(15)
@given(st.builds(any_values, st.integers(0, 10_000), st.integers(2, 12)))
def test_the_interval_is_that_of_a_paired_t_test(values: pd.DataFrame) -> None:
    table = compare(values, "base")
    assert len(table) == 2 * 2 * 2 * 2
    for line in table.to_dict("records"):
        base, other = pairs(values, line, line["layout"])
        paired = stats.ttest_rel(other, base).confidence_interval(0.95)
        assert [line["ci_low"], line["ci_high"]] == pytest.approx([paired.low, paired.high])
        one_sample = stats.ttest_1samp(np.subtract(other, base), 0).confidence_interval(0.95)
        assert [line["ci_low"], line["ci_high"]] == pytest.approx([one_sample.low, one_sample.high])
        assert line["difference"] == pytest.approx(np.mean(other) - np.mean(base))
        assert [line["base_value"], line["value"]] == pytest.approx([np.mean(base), np.mean(other)])
        assert (line["seeds"], line["base"], line["unit"]) == (len(base), "base", MEASURES[line["measure"]])


@examples(15)
@given(st.builds(any_values, st.integers(0, 10_000), st.integers(2, 8)), st.randoms(use_true_random=False))
def test_pairs_are_made_by_seed_and_not_by_row(values: pd.DataFrame, rng: Any) -> None:
    order = list(range(len(values)))
    rng.shuffle(order)
    # The first layout keeps the order in which layouts come, which is the order of the table.
    shuffled = values.iloc[order]
    ordered = [compare(v, "base").sort_values(["layout", *KEYS]).reset_index(drop=True) for v in (values, shuffled)]
    pd.testing.assert_frame_equal(*ordered)


@examples(15)
@given(
    st.builds(any_values, st.integers(0, 10_000), st.integers(3, 8)),
    st.sets(st.integers(0, 500), min_size=1, max_size=40),
)
def test_only_seeds_with_both_layouts_count(values: pd.DataFrame, dropped: set[int]) -> None:
    kept = values.drop(index=[row for row in dropped if row < len(values)])
    for line in compare(kept, "base").to_dict("records"):
        base, other = pairs(kept, line, line["layout"])
        assert line["seeds"] == len(base) > 0
        assert line["difference"] == pytest.approx(np.mean(np.subtract(other, base)))
        assert np.isnan(line["ci_low"]) == (len(base) == 1)


def test_one_seed_has_a_difference_but_no_interval() -> None:
    table = compare(any_values(1, seeds=1), "base")
    assert table["difference"].notna().all()
    assert table[["ci_low", "ci_high"]].isna().all(axis=None)
    assert set(table["seeds"]) == {1}


def test_one_layout_has_nothing_to_be_compared_with() -> None:
    table = compare(any_values(1, seeds=3, layouts=1), "base")
    assert len(table) == 0
    assert set(table.columns) == set(compare(any_values(1, 2), "base").columns)


def test_the_other_way_round_differences_change_sign() -> None:
    values = any_values(3, seeds=6)
    there, back = compare(values, "base"), compare(values, "kiosks")
    one = there[there["layout"] == "kiosks"].sort_values(KEYS)
    other = back[back["layout"] == "base"].sort_values(KEYS)
    assert one["difference"].to_numpy() == pytest.approx(-other["difference"].to_numpy())
    assert one["ci_low"].to_numpy() == pytest.approx(-other["ci_high"].to_numpy())


@examples(15)
@given(st.integers(1, 150), st.integers(0, 100), st.integers(0, 10_000), st.integers(1, 9))
def test_measures_of_a_run_are_means_over_its_errands_and_walks(n: int, n_legs: int, seed: int, days: int) -> None:
    errands, legs = any_errands(n, seed), any_legs(n_legs, seed)
    age_group = np.random.default_rng(seed).integers(0, len(AGE_GROUPS), RESIDENTS)
    groups = [AGE_GROUPS[row] for row in age_group]
    table = seed_measures(tally_of(errands, legs, age_group=age_group, days=days))
    found = {(row["measure"], row["need"], row["age_group"]): row["value"] for row in table.to_dict("records")}
    assert len(found) == len(table)
    expected: dict[tuple[str, str, str], float] = {}
    for need in ("all", *errands["need"].astype(str).unique()):
        for group in ("all", *errands["age_group"].astype(str).unique()):
            here = errands[(need == "all") | (errands["need"] == need)]
            here = here[(group == "all") | (here["age_group"] == group)]
            if len(here):
                expected["unmet_share", need, group] = (here["outcome"] == "unmet").mean()
            met = here[here["outcome"] == "met_walk"]
            if len(met):
                time = (met["start_s"] - met["set_out_s"]) / 60
                expected["mean_time_min", need, group] = time.mean()
                expected["share_15_min", need, group] = (time <= 15).mean()
    walked = [(groups[walk["walker"]], walk["arrive_s"] - walk["depart_s"]) for walk in legs.to_dict("records")]
    for group in ("all", *AGE_GROUPS):
        people = sum(group in ("all", other) for other in groups)
        total_min = sum(seconds for other, seconds in walked if group in ("all", other)) / 60
        expected["walk_min_per_day", "all", group] = total_min / people / days if people else 0.0
    assert found == pytest.approx(expected)


def test_a_run_in_which_nobody_is_met_on_foot_still_has_its_unmet_share() -> None:
    errands = any_errands(40, 1, met_share=0.0)
    table = seed_measures(tally_of(errands))
    value = table.set_index(KEYS)["value"]
    assert value["unmet_share", "all", "all"] == (errands["outcome"] == "unmet").mean()
    assert value["walk_min_per_day", "all", "all"] == 0
    assert "mean_time_min" not in set(table["measure"])
