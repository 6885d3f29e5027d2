"""The goal in the report: what is answered, ranked and costed by it, and that others stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sim.report import ReportConfig, summary
from sim.report.amounts import with_interval
from sim.report.answer import answer
from sim.report.results import Results, goal_row, read_results
from sim.report.summary import summary_head
from sim.report.verdict import best_alternative, gain, goal_named
from sim.report.words import Words
from tests.report.conftest import Study, page_of

NAMED = {
    "unmet groceries 70+": "share of “Groceries” errands of residents aged 70+ left without",
    "not_on_foot worst community": "share of errands not met within a walk, in the community where it is highest",
    "minutes": "mean minutes to service of errands met on foot under both",
}


@pytest.fixture(scope="module", params=NAMED)
def decided(request: pytest.FixtureRequest, new_study: Callable[..., Study]) -> Study:
    """The small study decided by another goal than that of all errands."""
    return new_study("study.seeds=2", f"study.goal={request.param}")


def ranked(results: Results, **by_layout: float) -> Results:
    """Results whose layouts differ from the first by so much by the goal, shown beyond doubt."""
    table = results.tables["goal"].set_index("layout")
    for layout, difference in by_layout.items():
        columns = ["difference", "ci_low", "ci_high", "value"]
        base = table.loc["base", "value"]
        table.loc[layout, columns] = [difference, difference - 0.001, difference + 0.001, base + difference]
    return replace(results, tables={**results.tables, "goal": table.reset_index()})


def test_every_part_of_the_answer_is_by_the_goal(decided: Study) -> None:
    root, subject, overrides = decided
    results = read_results(root, subject, Words("en"))
    named = NAMED[str(results.goal)]
    assert goal_named(results) == named
    best = best_alternative(results)
    assert best is not None
    first, second, third = answer(results)
    assert f"by the {named}" in first
    assert with_interval(Words("en"), goal_row(results, best), results.goal.is_share) in first
    assert "within a walk are" in first
    assert "left without are" in first
    assert "residents" in second
    assert "costs" in third or "no cost" in third
    shown = summary(root, subject, ReportConfig())
    assert named in shown.splitlines()[0]
    assert (named[0].upper() + named[1:] in summary_head(results)) == (str(results.goal) != "minutes")
    page = page_of(results, overrides)
    assert f"It is decided by the {results.words.of(named)}".split("“")[0] in page
    assert not any("{" in sentence for sentence in answer(read_results(root, subject, Words("zh"))))


def test_the_best_is_that_of_the_goal_and_its_cost_is_by_the_goal(decided: Study) -> None:
    root, subject, _ = decided
    results = ranked(read_results(root, subject, Words("en")), kiosks=-0.2, centre=-0.1)
    assert best_alternative(results) == "kiosks"
    row = goal_row(results, "kiosks")
    unit = {"minutes": 1.0, "unmet groceries 70+": row["n"] / results.run_days}.get(str(results.goal), 100.0)
    assert gain(results, "kiosks") == pytest.approx((0.2 * unit, 0.199 * unit, 0.201 * unit))
    third = answer(results)[2]
    cost_yuan = subject.layouts[1].cost_yuan
    assert f"{cost_yuan / (0.2 * unit):,.0f} yuan for each" in third
    assert best_alternative(ranked(results, kiosks=-0.2, centre=-0.3)) == "centre"
    worse = answer(ranked(results, kiosks=-0.2, centre=0.1))[0]
    assert "“One community centre” does worse than" in worse
    assert "serves residents better than every alternative" in answer(ranked(results, kiosks=0.2, centre=0.1))[0]


def test_a_goal_that_nobody_falls_under_is_said(decided: Study) -> None:
    root, subject, _ = decided
    results = read_results(root, subject, Words("en"))
    empty = results.tables["goal"].assign(value=np.nan, base_value=np.nan, difference=np.nan, n=0)
    nothing = replace(results, tables={**results.tables, "goal": empty})
    assert best_alternative(nothing) is None
    first = answer(nothing)[0]
    assert "Nobody has errands that count by the goal" in first
    assert "study.goal" in first
