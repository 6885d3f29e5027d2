"""The table that ends a study: a line per layout, with paired differences and their intervals."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.measures import ALL
from sim.record.outcomes import SPLIT
from sim.report.amounts import percent, short_interval
from sim.report.answer import cautions, first_sentence
from sim.report.config import ReportConfig
from sim.report.plain_text import aligned
from sim.report.results import Results, difference, goal_row, read_results, split_by
from sim.report.subject import Subject
from sim.report.verdict import goal_named, goal_value
from sim.report.words import Words

IN_TABLE = ("unmet", "minutes")  # goals that have a column of the table in any case


def summary_rows(results: Results) -> list[list[str]]:
    """Per layout: outlets, cost, the goal and its paired difference, the split of all errands with the difference of
    the unmet share, and mean minutes to service with theirs.
    """
    words = results.words
    rows = []
    for layout in results.layouts:
        line = results.of("layouts", layout).iloc[0]
        travel = results.of("travel", layout)
        walks = travel[travel["mode"] == "walk"]
        all_trips = walks[(walks["need"] == ALL) & (walks["age_group"] == ALL)]["mean_min"]
        mean_min = f"{all_trips.iloc[0]:.1f}" if len(all_trips) else "–"
        unmet, minutes = (difference(results, layout, name) for name in ("unmet_share", "mean_time_min"))
        rows.append(
            [
                results.names.layouts[layout],
                f"{int(line['outlets']):,}",
                f"{line['cost_yuan']:,.0f}",
                *_goal_cells(results, layout),
                *(percent(share) for share in split_by(results, layout).to_numpy().ravel()),
                short_interval(words, unmet),
                mean_min,
                short_interval(words, minutes, 1, 2),
            ]
        )
    return rows


def _goal_cells(results: Results, layout: str) -> list[str]:
    """The goal under a layout and its difference to the first, where no other column tells it."""
    if str(results.goal) in IN_TABLE:
        return []
    row, scale = goal_row(results, layout), (100, 1) if results.goal.is_share else (1, 2)
    to_first = short_interval(results.words, None if layout == results.first else row, *scale)
    return [goal_value(results, row), to_first]


def summary_head(results: Results) -> list[str]:
    """The heads of `summary_rows`."""
    words, goal = results.words, results.goal
    named = goal_named(results)
    of_goal = [] if str(goal) in IN_TABLE else [named[0].upper() + named[1:], words("difference_goal")]
    parts = [words(part) for part in SPLIT]
    after = [words("difference_points"), words("mean_time_min"), words("difference_min")]
    return [words("layout"), words("outlets"), words("cost"), *of_goal, *parts, *after]


def summary_table(results: Results) -> pd.DataFrame:
    """The same as a data frame, as text."""
    return pd.DataFrame(summary_rows(results), columns=summary_head(results)).set_index(results.words("layout"))


def summary(root: Path, subject: Subject, config: ReportConfig) -> str:
    """What ends a study on the terminal: what was found, and a line per layout with paired differences."""
    words = Words(config.language)
    results = read_results(root, subject, words)
    table = [summary_head(results), *summary_rows(results)]
    base = results.names.layouts[results.first]
    over = "summary.note_places" if subject.places > 1 else "summary.note"
    tail = words(over if subject.drawn > 1 else "summary.note_one_seed", base=base, runs=results.runs())
    if any(cell.endswith("*") for row in table for cell in row):
        tail += " " + words("few_star")
    return "\n".join(
        [first_sentence(results), "", *aligned(table), "", tail, *(f"! {caution}" for caution in cautions(results))]
    )
