"""Tables of the page on what is not had on foot: why the walk failed, who holds places how, and what helping takes."""

from __future__ import annotations

import numpy as np

from sim.measures import ALL
from sim.record import REASONS
from sim.report.amounts import percent
from sim.report.page_tables import Table
from sim.report.results import Results

ENROLLED_HOW = ("place_share", "on_foot_share", "by_ride_share", "beyond_share", "none_share")


def _a_day(results: Results) -> float:
    """What counts over all runs are multiplied by to be those of a day of one run."""
    line = results.of("layouts", results.first)
    raised = int(results.of("demand", results.first)["raised"].sum())
    return float(line["raised_per_day"].iloc[0]) / max(raised, 1)


def failed_walks_table(results: Results) -> Table:
    """By need, under the first layout: errands a day that were not had on foot, and what stood in the way last."""
    words = results.words
    counts = results.of("not_on_foot", results.first).groupby("need")[["raised", "not_on_foot", *REASONS]].sum()
    reasons = [reason for reason in REASONS if counts[reason].any()]
    a_day, rows = _a_day(results), []
    of_need = counts.to_dict("index")
    for key, name in results.names.needs.items():
        if (line := of_need.get(key)) and line["not_on_foot"]:
            days = [f"{line[column] * a_day:,.0f}" for column in ("not_on_foot", *reasons)]
            rows.append([name, days[0], percent(line["not_on_foot"] / line["raised"]), *days[1:]])
    return Table([words("need"), words("failed_day"), words("failed_share"), *map(words, reasons)], rows)


def places_held_table(results: Results) -> Table:
    """By need that holds places and age group, under each layout: how those who apply for a place come to one."""
    words, table, a_run = results.words, results.tables["enrolment"], _a_day(results) * results.subject.days
    rows = []
    for row in table.to_dict("records"):
        shares = ["–" if np.isnan(row[key]) else percent(row[key]) for key in ENROLLED_HOW]
        layout, need = results.names.layouts[row["layout"]], results.names.needs[row["need"]]
        rows.append([layout, need, words(row["age_group"]), f"{row['applicants'] * a_run:,.0f}", *shares])
    head = [words("layout"), words("need"), words("age"), words("applicants"), *map(words, ENROLLED_HOW)]
    return Table(head, rows, (0, 1, 2))


def helpers_table(results: Results) -> Table:
    """By age group and sex of the helper, under each layout: errands for others of the household, and their minutes."""
    words, table = results.words, results.tables["burden"]
    rows = [
        [
            results.names.layouts[row["layout"]],
            words(row["age_group"]),
            words(row["sex"]),
            f"{row['errands_per_day']:,.1f}",
            f"{row['minutes_per_day'] / 60:,.1f}",
            f"{row['minutes_per_helper_day']:.0f}",
        ]
        for row in table[table["need"] == ALL].to_dict("records")
    ]
    heads = ("layout", "age", "sex", "helped_day", "helped_hours", "helped_minutes")
    return Table([words(key) for key in heads], rows, (0, 1, 2))
