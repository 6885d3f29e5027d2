"""The verdict: how each layout does by the goal of the study, in words, and what a gain by it costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measures import ALL
from sim.report.amounts import money, percent, with_interval
from sim.report.results import Results, goal_row, headline_row

DAYS_A_YEAR = 365


def goal_named(results: Results) -> str:
    """The goal of the study in words."""
    words, goal = results.words, results.goal
    need = "" if goal.need == ALL else words("goal.of_need", need=results.names.needs[goal.need])
    ages = "" if goal.ages == ALL else words("goal.of_ages", ages=words(goal.ages))
    named = words(f"goal.{goal.measure}", need=need, ages=ages)
    return words("goal.worst", goal=named) if goal.worst else named


def goal_value(results: Results, row: pd.Series, column: str = "value") -> str:
    """A value of the goal with its unit, and of a community which it is; a dash where nobody's errands count."""
    if results.goal.is_share or np.isnan(row[column]):
        value = percent(row[column])
    else:
        value = results.words("minutes", value=f"{row[column]:.1f}")
    if results.goal.worst and column == "value" and results.subject.places == 1:
        return results.words("goal.in_zone", value=value, zone=results.names.zones[row["zone"]])
    return value


def best_alternative(results: Results) -> str | None:
    """The layout other than the first that is best by the goal; None where there is none, or nothing counts."""
    known = {name: float(goal_row(results, name)["difference"]) for name in results.layouts[1:]}
    known = {name: difference for name, difference in known.items() if not np.isnan(difference)}
    return min(known, key=lambda name: known[name]) if known else None


def verdict(results: Results, best: str) -> str:
    """Whether the best alternative does better than the first layout by the goal, in one sentence.

    What is met within a walk, and what is left without, stands beside it.
    """
    words, row = results.words, goal_row(results, best)
    n_day = abs(row["difference"]) * row["n"] / results.run_days
    counts = results.goal.is_share and not results.goal.worst
    return words(
        f"answer.{verdict_kind(results, best)}",
        best=_quoted(results, best),
        base=_quoted(results, results.first),
        goal=goal_named(results),
        value=goal_value(results, row),
        base_value=goal_value(results, goal_row(results, results.first)),
        difference=with_interval(words, row, results.goal.is_share),
        per_day=words("answer.per_day", n=f"{n_day:,.0f}") if counts else "",
        beside=beside(results, best),
    )


def verdict_kind(results: Results, best: str) -> str:
    """Which of the sentences of `verdict` it is."""
    row = goal_row(results, best)
    if np.isnan(row["ci_low"]):
        return "best_one_seed" if row["difference"] < 0 else "not_apart"
    if row["ci_high"] >= 0:
        return "first_best" if row["ci_low"] > 0 else "not_apart"
    served, apart = parts_of_gain(results, best)
    if apart is None:
        return "best"
    if served is None or served["ci_high"] >= 0:
        return "best_only_unserved"
    return "best_mostly_unserved" if apart["difference"] < row["difference"] / 2 else "best"


def parts_of_gain(results: Results, best: str) -> tuple[pd.Series | None, pd.Series | None]:
    """The difference of the unmet share in needs that the first layout serves, and in the others; None where none.

    Both are None where the goal is another than that of all errands, of which these are the parts.
    """
    if str(results.goal) != "unmet":
        return None, None
    served, apart = (headline_row(results, best, results.first, part=part) for part in ("served", "unserved"))
    return served, apart


def beside(results: Results, layout: str) -> str:
    """The shares of all errands met within a walk, and left without, with their differences to the first layout.

    What the goal itself tells is left out.
    """
    told = []
    for key, outcome, goal in (("within_walk", "on_foot", ""), ("left_without", "unmet", "unmet")):
        row = headline_row(results, layout, results.first, outcome)
        if row is not None and str(results.goal) != goal:
            told.append(
                results.words(
                    f"answer.{key}",
                    value=percent(row["value"]),
                    base_value=percent(row["base_value"]),
                    difference=with_interval(results.words, row),
                )
            )
    return results.words("semicolon").join(told)


def tied(results: Results, best: str) -> str:
    """The alternatives that cannot be told from the best, compared with it in pairs."""
    rows = {other: goal_row(results, other) for other in results.layouts[1:] if other != best}
    told = ""
    for other, row in rows.items():
        to_best = row[["to_best_difference", "to_best_ci_low", "to_best_ci_high"]]
        to_best = pd.Series(to_best.to_numpy(), ["difference", "ci_low", "ci_high"])
        if to_best["ci_low"] <= 0 <= to_best["ci_high"]:
            difference = with_interval(results.words, to_best, results.goal.is_share)
            told += results.words("answer.second_tied", second=_quoted(results, other), difference=difference)
    return told


def worse(results: Results, best: str) -> str:
    """The other alternatives that are shown to serve worse than the first layout."""
    rows = {other: goal_row(results, other) for other in results.layouts[1:] if other != best}
    base = _quoted(results, results.first)
    return "".join(
        results.words(
            "answer.worse",
            other=_quoted(results, other),
            base=base,
            difference=with_interval(results.words, row, results.goal.is_share),
        )
        for other, row in rows.items()
        if row["ci_low"] > 0
    )


def gain(results: Results, layout: str) -> tuple[float, float, float] | None:
    """What a layout gains by the goal against the first, with the ends of the interval (NaN from one seed).

    In the unit of `gain_unit`. None where it is not shown to gain.
    """
    row = goal_row(results, layout)
    if layout == results.first or not row["difference"] < 0 or row["ci_high"] >= 0:
        return None
    unit = {"points": 100.0, "minutes": 1.0}.get(gain_unit(results), row["n"] / results.run_days)
    return -row["difference"] * unit, -row["ci_high"] * unit, -row["ci_low"] * unit


def gain_unit(results: Results) -> str:
    """What a gain is counted in: `errands` met or met `on_foot` a day, `points` of a community, or `minutes`."""
    goal = results.goal
    return "minutes" if not goal.is_share else "points" if goal.worst else {"unmet": "errands"}.get(
        goal.measure, "on_foot"
    )  # fmt: skip


def cost(results: Results, layout: str) -> str:
    """What a layout costs for what it gains."""
    words = results.words
    yuan = float(results.of("layouts", layout)["cost_yuan"].iloc[0])
    if layout == results.first:
        return words("answer.cost_base")
    if yuan == 0:
        return words("answer.cost_nothing")
    gained = gain(results, layout)
    if gained is None:
        return words("answer.cost_no_gain", cost=money(words, yuan))
    mean, least, most = gained
    spread, a_year = "", ""
    if not np.isnan(least):
        spread = words("answer.cost_range", low=money(words, yuan / most), high=money(words, yuan / least))
    unit = gain_unit(results)
    if unit in ("errands", "on_foot"):
        a_year = words("answer.cost_a_year", each=money(words, yuan / mean / DAYS_A_YEAR))
    each = money(words, yuan / mean)
    return words(
        "answer.cost", cost=money(words, yuan), unit=words(f"gain.{unit}"), each=each, range=spread, a_year=a_year
    )


def _quoted(results: Results, layout: str) -> str:
    return results.words("quoted", name=results.names.layouts[layout])
