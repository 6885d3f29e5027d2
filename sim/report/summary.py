"""The table that ends a study: a line per layout, with paired differences and their intervals."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.measures import ALL
from sim.report.amounts import percent, short_interval
from sim.report.answer import cautions
from sim.report.config import ReportConfig
from sim.report.plain_text import aligned
from sim.report.results import Results, difference, read_results
from sim.report.subject import Subject
from sim.report.words import Words


def summary_rows(results: Results) -> list[list[str]]:
    """Per layout: outlets, cost, unmet share, its paired difference, mean minutes to service, its paired difference."""
    words = results.words
    rows = []
    for layout in results.layouts:
        line = results.of("layouts", layout).iloc[0]
        travel = results.of("travel", layout)
        all_trips = travel[(travel["need"] == ALL) & (travel["age_group"] == ALL)]["mean_min"]
        mean_min = f"{all_trips.iloc[0]:.1f}" if len(all_trips) else "–"
        unmet, minutes = (difference(results, layout, name) for name in ("unmet_share", "mean_time_min"))
        rows.append(
            [
                results.names.layouts[layout],
                f"{int(line['outlets']):,}",
                f"{line['cost_yuan']:,.0f}",
                percent(line["unmet_share"]),
                short_interval(words, unmet),
                mean_min,
                short_interval(words, minutes, 1, 2),
            ]
        )
    return rows


def summary_head(words: Words) -> list[str]:
    """The heads of `summary_rows`."""
    return [
        words("layout"),
        words("outlets"),
        words("cost"),
        words("unmet"),
        words("difference_points"),
        words("mean_time_min"),
        words("difference_min"),
    ]


def summary_table(results: Results) -> pd.DataFrame:
    """The same as a data frame, as text."""
    return pd.DataFrame(summary_rows(results), columns=summary_head(results.words)).set_index(results.words("layout"))


def summary(root: Path, subject: Subject, config: ReportConfig) -> str:
    """The table that ends a study on the terminal: a line per layout, with paired differences and their intervals."""
    words = Words(config.language)
    results = read_results(root, subject, words)
    table = [summary_head(words), *summary_rows(results)]
    base = results.names.layouts[results.first]
    over = "summary.note_places" if subject.places > 1 else "summary.note"
    tail = words(over if subject.drawn > 1 else "summary.note_one_seed", base=base, runs=results.runs())
    if any(cell.endswith("*") for row in table for cell in row):
        tail += " " + words("few_star")
    return "\n".join([*aligned(table), "", tail, *(f"! {caution}" for caution in cautions(results))])
