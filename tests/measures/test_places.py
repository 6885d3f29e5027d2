"""The luck of a place: intervals over places, and how much of a spread is theirs; against numbers made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.measures import compare_layouts, headline, join_seeds, place_spreads, seed_pair, sums_of
from sim.measures.comparison import Pair, Sums, differences
from sim.measures.places import components
from sim.people import AGE_GROUPS
from tests.measures.conftest import NEEDS, tally_of
from tests.measures.test_compare import two_layouts, with_rest_on_foot
from tests.people.conftest import examples


def test_the_interval_is_that_of_ratios_over_the_totals_of_places() -> None:
    """By hand, errand counts of three places of two seeds: Student's t of two degrees of freedom is 4.3027."""
    of = np.array([100, 120, 80, 90, 200, 150])
    base, other = np.array([30, 40, 20, 30, 90, 60]), np.array([20, 31, 18, 27, 60, 41])
    found = differences(Pair(Sums(of, base * 1.0, of), Sums(of, other * 1.0, of)), is_share=True, places=3)
    n, lost = np.array([220, 170, 350]), np.array([51 - 70, 45 - 50, 101 - 150])
    ratio = lost.sum() / 740
    error = np.sqrt(3 / 2 * sum((lost - ratio * n) ** 2)) / 740
    assert found["difference"] == pytest.approx(ratio, abs=2e-6)
    assert [found["ci_low"], found["ci_high"]] == pytest.approx(
        [ratio - 4.302653 * error, ratio + 4.302653 * error], abs=2e-6
    )
    assert (found["seeds"], found["places"], found["raised"]) == (6, 3, 740)
    pooled = differences(Pair(Sums(of, base * 1.0, of), Sums(of, other * 1.0, of)), is_share=True)
    assert pooled["difference"] == found["difference"]
    assert "places" not in pooled


def test_places_with_nobody_do_not_count() -> None:
    of = np.array([10, 0, 0, 0, 0, 0])
    found = differences(Pair(Sums(of, of * 0.5, of), Sums(of, of * 0.1, of)), is_share=True, places=3)
    assert (found["seeds"], found["places"]) == (1, 1)
    assert np.isnan(found["ci_low"])


def hierarchy(
    rng: np.random.Generator, places: int, seeds: int, place_sd: float, seed_sd: float, draws: int
) -> tuple[Sums, Sums]:
    """Many studies side by side (run, draw): a place moves the gain of a layout, a seed moves it once more, and places
    differ in how many errands they have.
    """
    of = np.repeat(rng.integers(2000, 4000, (places, draws)), seeds, axis=0).astype(np.int64)
    gain = 0.05 + np.repeat(rng.normal(0, place_sd, (places, draws)), seeds, axis=0)
    gain += rng.normal(0, seed_sd, of.shape)
    base = np.round(0.2 * of)
    return Sums(of, base, of), Sums(of, base - np.round(gain * of), of)


@pytest.mark.parametrize(("places", "seeds"), [(5, 2), (8, 3), (2, 4)])
def test_intervals_over_places_cover_the_truth_where_those_over_runs_do_not(places: int, seeds: int) -> None:
    base, other = hierarchy(np.random.default_rng(places), places, seeds, 0.01, 0.002, 4000)

    def covered(**more: Any) -> float:
        found = differences(Pair(base, other), is_share=True, **more)
        return float(((found["ci_low"] <= -0.05) & (found["ci_high"] >= -0.05)).mean())

    assert 0.93 <= covered(places=places) <= 0.965
    assert covered() < 0.88  # as if each run were a place of its own


def test_intervals_hold_the_luck_of_seeds_too() -> None:
    base, other = hierarchy(np.random.default_rng(1), 6, 3, 0.0, 0.01, 4000)
    found = differences(Pair(base, other), is_share=True, places=6)
    assert 0.93 <= ((found["ci_low"] <= -0.05) & (found["ci_high"] >= -0.05)).mean() <= 0.965


def test_components_by_hand() -> None:
    """Three places of two seeds, whose means are 2, 7 and 3."""
    values = np.array([[1.0, 3.0], [5.0, 9.0], [2.0, 4.0]])
    within = (2 + 8 + 2) / 3
    between = 2 * sum((mean - 4) ** 2 for mean in (2, 7, 3)) / 2
    found = components(values)
    assert found.seed_sd == pytest.approx(np.sqrt(within))
    assert found.place_sd == pytest.approx(np.sqrt((between - within) / 2))
    assert found.n == 6
    f = stats.f_oneway(*values).statistic
    assert between / within == pytest.approx(f)


@examples(30)
@given(st.lists(st.lists(st.floats(-5, 5), min_size=1, max_size=4), min_size=2, max_size=5), st.randoms())
def test_components_of_unequal_places(groups: list[list[float]], random: Any) -> None:
    """Runs without a value are left out: what is left is the analysis of variance of the groups that there are."""
    values = np.full((len(groups), 4), np.nan)
    for row, group in enumerate(groups):
        values[row, random.sample(range(4), len(group))] = group
    found = components(values)
    n, k = sum(map(len, groups)), len(groups)
    assert found.n == n
    if n == k:
        assert np.isnan([found.seed_sd, found.place_sd]).all()
        return
    within = sum(float(np.var(group)) * len(group) for group in groups) / (n - k)
    grand = sum(map(sum, groups)) / n
    between = sum(len(group) * (float(np.mean(group)) - grand) ** 2 for group in groups) / (k - 1)
    per_place = (n - sum(len(group) ** 2 for group in groups) / n) / (k - 1)
    assert found.seed_sd**2 == pytest.approx(within, abs=1e-9)
    assert found.place_sd**2 == pytest.approx(max((between - within) / per_place, 0.0), abs=1e-9)


def test_components_are_what_the_numbers_were_drawn_with() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0, 0.3, (400, 1)) + rng.normal(0, 0.1, (400, 5))
    found = components(values)
    assert found.place_sd == pytest.approx(0.3, rel=0.1)
    assert found.seed_sd == pytest.approx(0.1, rel=0.1)


def test_tables_of_three_places() -> None:
    """Rows of the table are the components of values that are counted errand by errand."""
    both = [two_layouts(150, seed) for seed in range(6)]
    runs, others = [base for base, _ in both], [other for _, other in both]
    pairs = join_seeds([seed_pair(tally_of(one), tally_of(other)) for one, other in zip(runs, others, strict=True)])
    table = place_spreads(NEEDS, [sums_of(tally_of(run)) for run in runs], {"kiosks": pairs}, "base", 3)
    assert list(table.columns) == ["layout", "base", "measure", "need", "age_group", "seed_sd", "place_sd", "n"]
    rows = table.set_index(["layout", "base", "measure", "need", "age_group"])
    group = AGE_GROUPS[0]

    def unmet(run: Any) -> float:
        cell = (run["need"] == "clinic") & (run["age_group"] == group)
        return float((run["outcome"] == "unmet")[cell].mean())

    own = np.array([unmet(run) for run in runs])
    change = np.array([unmet(run) for run in others]) - own
    for key, values in ((("base", ""), own), (("kiosks", "base"), change)):
        found, row = components(values.reshape(3, 2)), rows.loc[(*key, "unmet_share", "clinic", group)]
        assert [row["seed_sd"], row["place_sd"], row["n"]] == pytest.approx(list(found))
    compared = compare_layouts(NEEDS, {"kiosks": pairs}, "base", 3)
    assert (compared["seeds"] == 6).any()
    assert compared["places"].max() == 3


def test_a_need_is_served_where_its_own_place_has_an_outlet() -> None:
    raised = np.array([[100, 50], [100, 50]])
    unmet = np.array([[[10, 50], [10, 20]], [[5, 10], [5, 10]]])
    served = np.array([[True, False], [True, True]])  # in the second place somebody offers the second need
    table = headline(["base", "a"], with_rest_on_foot(raised, unmet), served, 2)
    table = table[table["outcome"] == "unmet"].set_index(["layout", "base", "part"])
    parts = {part: table.loc[("a", "base", part)] for part in ("all", "served", "unserved")}
    assert parts["served"]["raised"] == 250
    assert parts["unserved"]["difference"] == pytest.approx(-40 / 300, abs=1e-6)
    assert parts["served"]["difference"] + parts["unserved"]["difference"] == pytest.approx(
        parts["all"]["difference"], abs=2e-6
    )
