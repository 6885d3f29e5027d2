"""The goal of a study: what names it, what it counts, and how it ranks layouts, against the errands one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.measures import Goal, Sums, goal_sums, goal_table, read_goal
from sim.measures.comparison import Pair, differences
from sim.needs import NeedConfig
from tests.measures.conftest import ZONES, any_errands, tally_of
from tests.people.conftest import examples

LAYOUTS = ["base", "a", "b"]
CATALOGUE = {
    "groceries": NeedConfig(per_week={15: 3.0}),
    "clinic": NeedConfig(per_week={0: 1.0}),
    "park": NeedConfig(per_week={0: 0.0, 60: 2.0, 80: 0.0}),
}
SAME = ["day", "need", "age_group", "resident", "home", "zone", "wanted_s"]


def layouts_of(n: int, seed: int) -> list[pd.DataFrame]:
    """The same errands with other ends under each of three layouts."""
    base = any_errands(n, seed)
    others = [any_errands(n, seed + 50_000 * more, met_share=0.6 + 0.1 * more) for more in (1, 2)]
    return [base, *(other.assign(**{name: base[name] for name in SAME}) for other in others)]


def table_of(goal: Goal, seeds: Sequence[Sequence[pd.DataFrame]]) -> pd.DataFrame:
    found = [goal_sums(goal, [tally_of(errands) for errands in of_seed]) for of_seed in seeds]
    return goal_table(goal, LAYOUTS, ZONES, found).set_index("layout")


def counted(errands: pd.DataFrame, need: str, ages: Sequence[str]) -> pd.Series:
    return ((errands["need"] == need) | (need == "all")) & errands["age_group"].isin(ages)


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("unmet", Goal()),
        ("not_on_foot", Goal("not_on_foot")),
        ("minutes 60+", Goal("minutes", ages="60+")),
        ("unmet groceries 70+", Goal("unmet", "groceries", "70+")),
        ("unmet 70+ groceries", Goal("unmet", "groceries", "70+")),
        ("unmet worst community", Goal(worst=True)),
        ("not_on_foot park worst community", Goal("not_on_foot", "park", worst=True)),
        ("unmet clinic 0-2", Goal("unmet", "clinic", "0-2")),
    ],
)
def test_a_goal_is_read_by_its_words(text: str, goal: Goal) -> None:
    assert read_goal(text, CATALOGUE) == goal
    assert read_goal(str(goal), CATALOGUE) == goal


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "unmet, not_on_foot, minutes"),
        ("met", "'met'; one of unmet, not_on_foot, minutes"),
        ("groceries unmet", "begins with 'groceries'"),
        ("unmet bread", "'bread' is no need and no age group; .*groceries, clinic, park.*0-2.*60\\+, 70\\+.*worst"),
        ("unmet 65+", "'65\\+' is no need and no age group"),
        ("unmet groceries park", "'park' is a second need"),
        ("unmet 70+ 80+", "'80\\+' is a second age group"),
        ("unmet 80+ worst community", "not told apart by age"),
        ("minutes worst community", "nor by minutes"),
        ("unmet groceries 6-14", "nobody aged 6-14 wants groceries .*per_week.*they want clinic"),
        ("unmet park 80+", "nobody aged 80\\+ wants park"),
    ],
)
def test_a_goal_that_cannot_be_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match=f"study.goal.*{told}"):
        read_goal(text, CATALOGUE)


@examples(12)
@given(
    st.lists(st.tuples(st.integers(40, 200), st.integers(0, 10_000)), min_size=1, max_size=4),
    st.sampled_from(["all", "groceries"]),
    st.sampled_from(["all", "70+", "15-59"]),
    st.sampled_from(["unmet", "not_on_foot", "minutes"]),
)
def test_values_are_those_of_the_errands_that_count(
    drawn: list[tuple[int, int]], need: str, ages: str, measure: str
) -> None:
    seeds = [layouts_of(*one) for one in drawn]
    goal = Goal(measure, need, ages)
    table = table_of(goal, seeds)
    groups = {"70+": ["70-79", "80+"], "15-59": ["15-59"]}.get(ages, list(goal.groups))
    base, *others = (pd.concat(errands, ignore_index=True) for errands in zip(*seeds, strict=True))
    count = counted(base, need, groups)
    for layout, errands in zip(LAYOUTS, (base, *others), strict=True):
        if measure == "minutes":
            both = count & (base["outcome"] == "met_walk") & (errands["outcome"] == "met_walk")
            of = [(frame["start_s"] - frame["set_out_s"])[both] / 60 for frame in (base, errands)]
        else:
            wrong = {"unmet": lambda out: out == "unmet", "not_on_foot": lambda out: out != "met_walk"}[measure]
            of = [wrong(frame["outcome"])[count] for frame in (base, errands)]
        row = table.loc[layout]
        assert row["n"] == len(of[0])
        if len(of[0]):
            assert [row["base_value"], row["value"]] == pytest.approx([one.mean() for one in of], abs=2e-6)
            assert row["difference"] == round(row["value"] - row["base_value"], 6)
        else:
            assert np.isnan(row["value"])
            assert pd.isna(row["rank"])
    ranked = table.dropna(subset="rank")
    assert ranked["rank"].tolist() == ranked["difference"].rank(method="min").tolist()
    assert (ranked[ranked["rank"] == 1]["to_best_difference"] == 0).all()


def test_intervals_are_those_of_the_comparison_for_unions_of_ages() -> None:
    seeds = [layouts_of(150, seed) for seed in range(6)]
    table = table_of(Goal("unmet", "groceries", "70+"), seeds)

    def sums(layout: int) -> Sums:
        cells = [counted(errands, "groceries", ["70-79", "80+"]) for *_, errands in ((s[layout],) for s in seeds)]
        of = np.array([cell.sum() for cell in cells])
        unmet = [(s[layout]["outcome"] == "unmet")[cell].sum() for s, cell in zip(seeds, cells, strict=True)]
        return Sums(of, np.array(unmet, float), of)

    by_hand = differences(Pair(sums(0), sums(2)), is_share=True)
    assert [table.loc["b", name] for name in ("difference", "ci_low", "ci_high", "seeds", "n")] == [
        by_hand[name] for name in ("difference", "ci_low", "ci_high", "seeds", "raised")
    ]
    assert np.isnan(table.loc["base", ["ci_low", "ci_high"]].astype(float)).all()


def in_zones(shares: Sequence[tuple[int, int]]) -> Sums:
    """One seed with a hundred errands in either community, of which so many are unmet under each layout."""
    of = np.full((len(shares), 1, 2), 100)
    return Sums(of, np.array(shares, float)[:, None], of)


def test_the_worst_community_is_that_of_all_seeds_together() -> None:
    seeds = [in_zones([(10, 30), (20, 22), (10, 40)]), in_zones([(10, 34), (30, 20), (80, 44)])]
    table = goal_table(Goal(worst=True), LAYOUTS, ZONES, seeds).set_index("layout")
    assert table["zone"].tolist() == ["south", "north", "north"]
    assert table["value"].tolist() == [0.32, 0.25, 0.45]
    assert table["difference"].tolist() == [0, -0.07, 0.13]
    assert table["rank"].tolist() == [2, 1, 3]
    pair = Pair(
        *(Sums(np.array([100, 100]), np.array(unmet, float), np.array([100, 100])) for unmet in ([30, 34], [20, 30]))
    )
    by_hand = differences(pair, is_share=True)
    assert table.loc["a", ["ci_low", "ci_high"]].tolist() == [by_hand["ci_low"], by_hand["ci_high"]]
    assert table.loc["b", "to_best_difference"] == pytest.approx(0.2)


def test_several_places_have_each_their_own_worst_community() -> None:
    first = [in_zones([(10, 30), (20, 22), (10, 40)]), in_zones([(10, 34), (30, 20), (80, 44)])]
    third = np.array([[0, 40, 50], [0, 20, 10], [0, 30, 70]], float)[:, None]  # three communities, one without errands
    of = np.broadcast_to([0, 100, 200], third.shape)
    table = goal_table(Goal(worst=True), LAYOUTS, ZONES, [*first, *[Sums(of, third, of)] * 2], 2).set_index("layout")
    # Worst are south, north, north of the first place, and the second, the second, the last of the other (70 of 200).
    assert table["value"].tolist() == [(64 + 80) / 400, (50 + 40) / 400, round((90 + 140) / 600, 6)]
    assert table["rank"].tolist() == [2, 1, 3]
    assert set(table["zone"]) == {""}
    assert set(table["places"]) == {2}
    base, a = (np.array(unmet, float) for unmet in ([64, 80], [50, 40]))
    change = (a - base) / 400 - (a - base).sum() / 400 / 2  # what each place adds to the difference, less their mean
    half = 12.706205 * np.sqrt(2 * (change**2).sum())
    assert table.loc["a", ["ci_low", "ci_high"]].to_numpy(float) == pytest.approx(
        [-54 / 400 - half, -54 / 400 + half], abs=1e-5
    )


def test_a_community_in_which_nobody_wants_anything_is_not_the_worst() -> None:
    of = np.array([[[0, 50]], [[0, 50]], [[0, 50]]])
    sums = Sums(of, np.array([[[0, 0]], [[0, 5]], [[0, 1]]], float), of)
    table = goal_table(Goal(worst=True), LAYOUTS, ZONES, [sums, sums])
    assert set(table["zone"]) == {"south"}
    assert table["value"].tolist() == [0, 0.1, 0.02]


def test_by_one_goal_one_layout_wins_and_by_another_another() -> None:
    errands = any_errands(600, 1, met_share=1.0)
    of_goal = (errands["need"] == "groceries") & errands["age_group"].isin(["70-79", "80+"])
    met = [of_goal & False, of_goal, ~of_goal & (errands["resident"] < 20)]
    layouts = []
    for cell in met:
        ends = {"outcome": np.where(cell, "met_walk", "unmet"), "reason": np.where(cell, "none", "too_far")}
        again = {name: pd.Categorical(ended, errands[name].cat.categories) for name, ended in ends.items()}
        layouts.append(errands.assign(**again))
    assert met[2].sum() > met[1].sum()
    seeds = [layouts, layouts]
    assert table_of(Goal(), seeds)["rank"].tolist() == [3, 2, 1]
    assert table_of(Goal("unmet", "groceries", "70+"), seeds)["rank"].tolist() == [2, 1, 2]


def test_one_layout_is_told_by_its_value() -> None:
    sums = goal_sums(Goal(), [tally_of(any_errands(50, 1))])
    table = goal_table(Goal(), ["base"], ZONES, [sums])
    assert table["value"].tolist() == [round((any_errands(50, 1)["outcome"] == "unmet").mean(), 6)]
    assert table["rank"].tolist() == [1]
