"""The tables of the page, as text."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.columns import Floats
from sim.measures import ALL, NORMS
from sim.people import AGE_GROUPS, Mobility
from sim.record.outcomes import SPLIT
from sim.report.amounts import percent, short_interval, signed
from sim.report.results import (
    FEW_ZONES,
    Results,
    coverage_and_met,
    difference,
    equity_of,
    has_radius,
    raised_by,
    reason_shares,
    split_by,
    unmet_by,
)
from sim.report.summary import summary_head, summary_rows
from sim.report.verdict import gain, gain_unit

PRESSED = 10
END_ROWS = 10  # rows at either end of a long table that the page shows unfolded
AWAY = ("closed", "full", "queue")


@dataclass(frozen=True)
class Table:
    """A table of the page, as text.

    `head` of each column.
    `rows` with a cell for each column.
    `texts` columns that are words; the others are numbers.
    """

    head: list[str]
    rows: list[list[str]]
    texts: tuple[int, ...] = (0,)

    @property
    def ends(self) -> Table | None:
        """The first and the last ten rows of a long table, with a row of dots between; None of a short one."""
        if len(self.rows) <= 2 * END_ROWS + 1:
            return None
        dots = ["…"] * len(self.head)
        return replace(self, rows=[*self.rows[:END_ROWS], dots, *self.rows[-END_ROWS:]])


def layout_table(results: Results) -> Table:
    """The layouts with what they cost, what stays unmet, and the paired differences."""
    words = results.words
    rows = summary_rows(results)
    for row, layout in zip(rows, results.layouts, strict=True):
        line = results.of("layouts", layout).iloc[0]
        gained = gain(results, layout)
        row.append(f"{line['unmet_per_day']:,.0f}")
        row.append(f"{line['cost_yuan'] / gained[0]:,.0f}" if gained and line["cost_yuan"] > 0 else "–")
    cost_per = words("cost_per", unit=words(f"gain.{gain_unit(results)}"))
    return Table([*summary_head(results), words("unmet_day"), cost_per], rows)


def people_table(results: Results) -> Table:
    """Residents by age group and mobility."""
    words = results.words
    mobilities = [mobility.name.lower() for mobility in Mobility]
    counts = results.residents.groupby(["age_group", "mobility"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=list(AGE_GROUPS), columns=mobilities, fill_value=0)
    counts.loc[ALL] = counts.sum()
    of_group = counts.to_numpy().sum(axis=1)
    rows = [
        [words(group), f"{total:,}", percent(total / max(of_group[-1], 1)), *(f"{n:,}" for n in row)]
        for group, total, row in zip((*AGE_GROUPS, ALL), of_group, counts.to_numpy(), strict=True)
    ]
    return Table([words("age"), words("residents"), words("share"), *map(words, mobilities)], rows)


def _row(table: pd.DataFrame, key: str) -> Floats:
    """The numbers of one row."""
    numbers: Floats = table.loc[[key]].to_numpy(float)[0]
    return numbers


def _percents(table: pd.DataFrame, key: str) -> list[str]:
    return [percent(share) for share in _row(table, key)]


def _differences(
    results: Results, measure: str, need: str, age_group: str, factor: float = 100, digits: int = 1
) -> list[str]:
    """A cell per alternative: its paired difference to the first layout."""
    return [
        short_interval(results.words, difference(results, layout, measure, need, age_group), factor, digits)
        for layout in results.layouts[1:]
    ]


def _under(results: Results, key: str) -> list[str]:
    """A head per layout."""
    return [results.words(key, layout=results.names.layouts[layout]) for layout in results.layouts]


MET = [part for part in SPLIT if part != "unmet"]  # the parts of errands that were met


def _met_heads(results: Results) -> list[str]:
    """A head for each part that was met under the first layout."""
    layout = results.names.layouts[results.first]
    return [results.words("part_under", part=results.words(part), layout=layout) for part in MET]


def need_table(results: Results) -> Table:
    """By need: errands a day, how they were met under the first layout, unmet shares, differences, the main reason."""
    words = results.words
    share, raised = unmet_by(results, "need"), raised_by(results, "need")
    met, reasons = split_by(results, results.first, "need")[MET], reason_shares(results, results.first)
    rows = []
    for key, name in results.names.needs.items():
        if key in share.index:
            main = words(str(reasons.loc[key].idxmax())) if reasons.loc[key].max() > 0 else "–"
            shares = [*_percents(met, key), *_percents(share, key)]
            rows.append([name, f"{raised[key]:,.0f}", *shares, *_differences(results, "unmet_share", key, ALL), main])
    unmet, differences = _under(results, "unmet_under"), _under(results, "difference_of")[1:]
    head = [words("need"), words("raised_day"), *_met_heads(results), *unmet, *differences, words("main_reason")]
    return Table(head, rows, (0, len(head) - 1))


def age_table(results: Results) -> Table:
    """By age group: how errands were met under the first layout, unmet shares and their paired differences."""
    share, met = unmet_by(results, "age_group"), split_by(results, results.first, "age_group")[MET]
    rows = [
        [
            results.words(group),
            *_percents(met, group),
            *_percents(share, group),
            *_differences(results, "unmet_share", ALL, group),
        ]
        for group in AGE_GROUPS
        if group in share.index
    ]
    shares = [*_met_heads(results), *_under(results, "unmet_under")]
    head = [results.words("age"), *shares, *_under(results, "difference_of")[1:]]
    return Table(head, rows)


def age_minutes_table(results: Results) -> Table:
    """By age group: minutes to service and their paired differences."""
    travel = results.tables["travel"]
    travel = travel[(travel["need"] == ALL) & (travel["mode"] == "walk")]
    minutes = travel.pivot(index="age_group", columns="layout", values="mean_min").reindex(columns=results.layouts)
    rows = []
    for group in AGE_GROUPS:
        if group in minutes.index:
            means = ["–" if np.isnan(mean) else f"{mean:.1f}" for mean in _row(minutes, group)]
            same, each = (
                _differences(results, measure, ALL, group, 1, 2) for measure in ("mean_time_min", "mean_time_min_each")
            )
            rows.append([results.words(group), *means, *same, *each])
    keys = ("minutes_difference_of", "minutes_each_of")
    heads = [head for key in keys for head in _under(results, key)[1:]]
    head = [results.words("age"), *_under(results, "minutes_under"), *heads]
    return Table(head, rows)


def zone_table(results: Results) -> Table:
    """By community: residents, how errands were met under the first layout, and unmet share under each.

    Where they are many, those with most unmet come first.
    """
    share = unmet_by(results, "zone", "demand_by_zone")
    met = split_by(results, results.first, "zone", "demand_by_zone")[MET]
    people = results.residents["zone"].value_counts()
    if len(share) > FEW_ZONES:
        share = share.sort_values(results.first, ascending=False, kind="stable")
        zones = [str(zone) for zone in share.index]
    else:
        zones = [zone for zone in results.names.zones if zone in share.index]
    rows = [
        [results.names.zones[zone], f"{people.get(zone, 0):,}", *_percents(met, zone), *_percents(share, zone)]
        for zone in zones
    ]
    shares = [*_met_heads(results), *_under(results, "unmet_under")]
    return Table([results.words("zone"), results.words("residents"), *shares], rows)


def coverage_table(results: Results) -> Table:
    """By need, under the first layout: in an official circle, within 5, 10 and 15 minutes on foot, and errands met."""
    words = results.words
    table, circled = coverage_and_met(results, results.first), has_radius(results, results.first)
    table.loc[~table.index.isin(circled), "straight_line"] = np.nan
    columns = ["straight_line", "network_5_min", "network_10_min", "network_15_min", "met_share"]
    rows = [[name, *_percents(table[columns], key)] for key, name in results.names.needs.items() if key in table.index]
    on_foot = [words("within_min", n=n) for n in (5, 10, 15)]
    return Table([words("need"), words("straight_line"), *on_foot, words("met_share")], rows)


def score_table(results: Results) -> Table:
    """The scores of the whole place under each layout, beside what they are held against."""
    words = results.words
    whole = {
        (row["score"], row["layout"]): row for row in results.tables["scores"].to_dict("records") if row["zone"] == ALL
    }
    rows = []
    for key, norm in NORMS.items():
        found = [whole[key, layout] for layout in results.layouts]
        held_against = words("norm.above" if norm.above else "norm.least", value=compact(found[0]["norm"]))
        cells = [words(f"score.{one['met']}", value=compact(one["value"])) if one["met"] else "–" for one in found]
        rows.append([words(key), held_against, *cells])
    return Table([words("score"), words("norm"), *results.names.layouts.values()], rows)


def compact(value: float) -> str:
    """A number in three figures, or in whole ones where it is large."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def equity_table(results: Results) -> Table:
    """How evenly access to each need is spread that anybody has access to, and two measures of errands of all needs."""
    words = results.words
    spread, met, gap = (equity_of(results, measure) for measure in ("gini_access", "gini_met", "gap_80_adult"))

    def ginis(table: pd.DataFrame, key: str) -> list[str]:
        return ["–" if np.isnan(value) else f"{value:.2f}" for value in _row(table, key)]

    found = spread.index[spread.notna().any(axis=1)]
    rows = [[name, *ginis(spread, key)] for key, name in results.names.needs.items() if key in found]
    rows.append([words("equity.met"), *ginis(met, ALL)])
    points = _row(gap, ALL) * 100
    rows.append([words("equity.gap"), *("–" if np.isnan(value) else signed(value) for value in points)])
    return Table([words("need"), *_under(results, "equity.under")], rows)


def pressure_table(results: Results, layout: str) -> Table:
    """The outlets of a layout that turn most people away, and why."""
    outlets = results.of("outlets", layout)
    worst = outlets[outlets["turned_away"] > 0].nlargest(PRESSED, "turned_away", keep="first")
    at_home = ["served_at_home"] if outlets["served_at_home"].any() else []
    rows = []
    for row in worst.to_dict("records"):
        name = f"{row['name']} ({row['outlet']})" if row["name"] else row["outlet"]
        to_homes = [row[key] / results.first_place_days for key in at_home]
        reasons = ("turned_away", *(f"turned_away_{why}" for why in AWAY))
        away = [row[key] / results.first_place_days for key in reasons]
        numbers = [f"{number:,.1f}" for number in (row["served_per_day"], *to_homes, *away)]
        wait = "–" if np.isnan(row["p90_wait_min"]) else f"{row['p90_wait_min']:.1f}"
        rows.append([name, results.names.formats[row["format"]], *numbers, percent(row["busy_share"]), wait])
    keys = ("outlet", "format", "served_day", *("home_day" for _ in at_home), "turned_day", *AWAY, "busy", "wait90")
    return Table([results.words(key) for key in keys], rows, (0, 1))
