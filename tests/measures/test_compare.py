"""Layouts compared in pairs: against the errands one by one, and against chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.measures import MEASURES, compare_layouts, headline, join_seeds, seed_measures, seed_pair, split_of
from sim.measures.comparison import Pair, Sums, differences
from sim.people import AGE_GROUPS
from sim.place import WalkClass
from sim.record import OUTCOMES
from sim.record.outcomes import SPLIT
from tests.measures.conftest import NEEDS, RESIDENTS, any_errands, any_legs, any_residents, tally_of
from tests.people.conftest import examples

KEYS = ["measure", "need", "age_group"]


def two_layouts(n: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same errands with other ends under each of two layouts."""
    base, other = any_errands(n, seed), any_errands(n, seed + 50_000)
    same = ["day", "need", "age_group", "resident", "home", "zone", "wanted_s"]
    return base, other.assign(**{name: base[name] for name in same})


def table_of(runs: list[tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    pairs = [seed_pair(tally_of(base), tally_of(other)) for base, other in runs]
    return compare_layouts(NEEDS, {"kiosks": join_seeds(pairs)}, "base")


def of_cell(errands: pd.DataFrame, need: str, group: str) -> pd.Series:
    return ((errands["need"] == need) | (need == "all")) & ((errands["age_group"] == group) | (group == "all"))


@examples(10)
@given(st.lists(st.tuples(st.integers(1, 120), st.integers(0, 10_000)), min_size=1, max_size=4))
def test_every_row_is_counted_from_the_errands_of_both(drawn: list[tuple[int, int]]) -> None:
    runs = [two_layouts(*one) for one in drawn]
    base, other = (pd.concat(side, ignore_index=True) for side in zip(*runs, strict=True))
    foot = [frame["outcome"] == "met_walk" for frame in (base, other)]
    minutes = [(frame["start_s"] - frame["set_out_s"]) / 60 for frame in (base, other)]
    for line in table_of(runs).to_dict("records"):
        cell = of_cell(base, line["need"], line["age_group"])
        both = cell & foot[0] & foot[1]
        expected: list[float]
        if line["measure"] == "unmet_share":
            expected, raised = [(frame["outcome"] == "unmet")[cell].mean() for frame in (base, other)], cell.sum()
        elif line["measure"] == "not_on_foot_share":
            expected, raised = [1 - walked[cell].mean() for walked in foot], cell.sum()
        elif line["measure"].endswith("_each"):
            own = [time[cell & walked] for time, walked in zip(minutes, foot, strict=True)]
            expected = [float((t <= 15).mean() if "share" in line["measure"] else t.mean()) for t in own]
            raised = min(map(len, own))
        elif line["measure"] == "walk_min_per_day":
            continue
        else:
            own, raised = [time[both] for time in minutes], both.sum()
            expected = [float((t <= 15).mean() if "share" in line["measure"] else t.mean()) for t in own]
        assert [line["base_value"], line["value"]] == pytest.approx(expected, abs=2e-6)
        assert (line["raised"], line["few"]) == (raised, "yes" if raised < 100 else "no")
        assert line["difference"] == round(line["value"] - line["base_value"], 6)
        assert (line["unit"], line["base"], line["layout"]) == (MEASURES[line["measure"]], "base", "kiosks")


def test_minutes_are_not_moved_by_errands_that_only_one_layout_meets() -> None:
    base = any_errands(200, 1, met_share=1.0)
    other = base.copy()
    late = (base["start_s"] - base["set_out_s"]) > 600
    other.loc[late, "outcome"], other.loc[late, "reason"] = "unmet", "too_far"
    found = table_of([(base, other)]).set_index(KEYS)["difference"]
    assert found["mean_time_min_each", "all", "all"] < -1
    assert found["mean_time_min", "all", "all"] == 0


def shares(base: Any, other: Any, of: Any) -> dict[str, Any]:
    """The difference of shares of one cell; arrays (seed,)."""
    of = np.array(of)
    return differences(Pair(*(Sums(of, np.array(side, float), of) for side in (base, other))), is_share=True)


def test_seeds_of_equal_size_give_a_paired_t_test() -> None:
    base, other = np.array([10, 20, 15, 12, 30]), np.array([5, 18, 15, 4, 21])
    found = shares(base, other, [100] * 5)
    paired = stats.ttest_rel(other / 100, base / 100).confidence_interval(0.95)
    assert [found["ci_low"], found["ci_high"]] == pytest.approx([paired.low, paired.high], abs=1e-6)


def test_equal_differences_are_not_certain_and_stay_possible() -> None:
    found = shares([0] * 10, [0] * 10, [20] * 10)
    assert (found["difference"], found["ci_low"], found["ci_high"]) == (0, -3 / 200, 3 / 200)
    found = shares([20] * 10, [0] * 10, [20] * 10)
    assert (found["difference"], found["ci_low"], found["ci_high"]) == (-1, -1, -1 + 3 / 200)
    wild = shares([1, 0], [0, 3], [4, 3])
    assert -1 <= wild["ci_low"] <= wild["difference"] <= wild["ci_high"] <= 1
    minutes = differences(Pair(*(Sums(*(np.full(10, n),) * 3) for n in (5, 5))), is_share=False)
    assert np.isnan([minutes["ci_low"], minutes["ci_high"]]).all()


def test_one_seed_and_seeds_without_errands() -> None:
    assert np.isnan(shares([3], [1], [10])["ci_low"])
    found = shares([3, 0, 2], [1, 0, 2], [10, 0, 10])
    assert (found["seeds"], found["raised"]) == (2, 20)
    assert found["difference"] == -0.1


@pytest.mark.parametrize("per_seed", [2, 5, 10, 50, 200])
@pytest.mark.parametrize("seeds", [5, 10])
def test_intervals_cover_what_they_promise(per_seed: int, seeds: int) -> None:
    """Errands change by chance, from 5 to 40 %, to the better only or both ways.

    Over chances, 93 % or more hold the truth from 20 errands up, and no more than 98 % where changes are not rare.
    """
    rng = np.random.default_rng(per_seed * seeds)
    hits, frequent = [], []
    for chance in (0.05, 0.1, 0.2, 0.4):
        for back in (0.0, 0.5 * chance):
            of = np.maximum(rng.poisson(per_seed, (2000, seeds)), 0)
            gone, come = rng.binomial(of, chance), rng.binomial(of, back / (1 - chance) if back else 0.0)
            come = np.minimum(come, of - gone)
            sums = (Sums(of.T, gone.T, of.T), Sums(of.T, come.T, of.T))
            found = differences(Pair(*sums), is_share=True)
            truth = come.sum() / of.sum() - gone.sum() / of.sum()
            held = ((found["ci_low"] <= truth) & (truth <= found["ci_high"])).mean()
            hits.append(held)
            if chance * per_seed * seeds >= 10:
                frequent.append(held)
    if per_seed * seeds >= 20:
        assert np.mean(hits) >= 0.93
    assert not frequent or 0.93 <= np.mean(frequent) <= 0.98


def with_rest_on_foot(raised: Any, unmet: Any) -> Any:
    """Errands (layout, seed, need, outcome) of which those that are not unmet are met on foot."""
    none = np.zeros_like(unmet)
    return np.stack([raised - unmet, none, none, none, unmet], axis=-1)


def test_the_headline_tells_every_outcome_of_the_split() -> None:
    errands = any_errands(300, 3)
    both = np.stack([split_of(tally_of(one).by_age.sum(axis=1))[None] for one in (errands, any_errands(300, 4))])
    assert list(SPLIT) == ["on_foot", "by_others", "by_ride", "beyond", "unmet"]
    assert sorted(name for part in SPLIT.values() for name in part) == sorted(OUTCOMES)
    table = headline(["base", "a"], both, np.array([True] * len(NEEDS))).set_index(
        ["layout", "base", "outcome", "part"]
    )
    for part, outcomes in SPLIT.items():
        share = errands["outcome"].isin(outcomes).mean()
        assert table.loc[("a", "base", part, "all"), "base_value"] == pytest.approx(share, abs=1e-6)
        assert table.loc[("base", "a", part, "all"), "value"] == pytest.approx(share, abs=1e-6)
    of_a = table.loc["a"].loc["base"]
    assert of_a.xs("all", level="part")["value"].sum() == pytest.approx(1, abs=5e-6)


def test_the_headline_is_split_by_what_the_base_serves() -> None:
    raised = np.array([[100, 50], [120, 60]])
    unmet = np.array([[[30, 50], [36, 60]], [[28, 5], [38, 4]], [[30, 0], [36, 0]]])
    found = headline(["base", "a", "b"], with_rest_on_foot(raised, unmet), np.array([True, False]))
    table = found[found["outcome"] == "unmet"].set_index(["layout", "base", "part"])
    whole, served, apart = (table.loc[("a", "base", part)] for part in ("all", "served", "unserved"))
    assert whole["difference"] == pytest.approx((28 + 38 + 5 + 4 - 30 - 36 - 110) / 330, abs=1e-6)
    assert served["difference"] == pytest.approx(0, abs=1e-6)
    assert served["difference"] + apart["difference"] == pytest.approx(whole["difference"], abs=2e-6)
    assert served["ci_low"] <= 0 <= served["ci_high"]
    assert apart["ci_high"] < 0
    assert (served["raised"], apart["raised"], whole["raised"]) == (220, 110, 330)
    assert table.loc[("a", "b", "all"), "difference"] == -table.loc[("b", "a", "all"), "difference"]


def test_one_layout_has_nothing_to_be_compared_with() -> None:
    table = compare_layouts(NEEDS, {}, "base")
    assert len(table) == 0
    assert set(table.columns) == set(table_of([two_layouts(20, 1)]).columns)
    assert len(headline(["base"], np.ones((1, 1, 1, 5), int), np.array([True]))) == 0


def test_runs_of_other_errands_are_no_pair() -> None:
    with pytest.raises(ValueError, match="not the same errands"):
        seed_pair(tally_of(any_errands(20, 1)), tally_of(any_errands(21, 1)))


@examples(15)
@given(st.integers(1, 150), st.integers(0, 100), st.integers(0, 10_000), st.integers(1, 9))
def test_measures_of_a_run_are_means_over_its_errands_and_walks(n: int, n_legs: int, seed: int, days: int) -> None:
    errands, legs = any_errands(n, seed), any_legs(n_legs, seed)
    age_group = np.random.default_rng(seed).integers(0, len(AGE_GROUPS), RESIDENTS)
    groups = [AGE_GROUPS[row] for row in age_group]
    table = seed_measures(tally_of(errands, legs, residents=any_residents(age_group), days=days))
    found = {(row["measure"], row["need"], row["age_group"]): row["value"] for row in table.to_dict("records")}
    assert len(found) == len(table)
    expected: dict[tuple[str, str, str], float] = {}
    for need in ("all", *errands["need"].astype(str).unique()):
        for group in ("all", *errands["age_group"].astype(str).unique()):
            here = errands[of_cell(errands, need, group)]
            if len(here):
                expected["unmet_share", need, group] = (here["outcome"] == "unmet").mean()
                expected["not_on_foot_share", need, group] = (here["outcome"] != "met_walk").mean()
            met = here[here["outcome"] == "met_walk"]
            if len(met):
                time = (met["start_s"] - met["set_out_s"]) / 60
                expected["mean_time_min", need, group] = time.mean()
                expected["share_15_min", need, group] = (time <= 15).mean()
    on_foot = legs[legs["walk_class"] != WalkClass.RIDE].to_dict("records")
    walked = [(groups[walk["walker"]], walk["arrive_s"] - walk["depart_s"]) for walk in on_foot]
    for group in ("all", *AGE_GROUPS):
        people = sum(group in ("all", other) for other in groups)
        total_min = sum(seconds for other, seconds in walked if group in ("all", other)) / 60
        if people:
            expected["walk_min_per_day", "all", group] = total_min / people / days
    assert found == pytest.approx(expected)


def test_a_run_in_which_nobody_is_met_on_foot_still_has_its_unmet_share() -> None:
    errands = any_errands(40, 1, met_share=0.0)
    table = seed_measures(tally_of(errands))
    value = table.set_index(KEYS)["value"]
    assert value["unmet_share", "all", "all"] == (errands["outcome"] == "unmet").mean()
    assert value["walk_min_per_day", "all", "all"] == 0
    assert "mean_time_min" not in set(table["measure"])
