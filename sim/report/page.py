"""The report: one self-contained page with the question, the answer, its tables and figures, and what it rests on."""

from __future__ import annotations

import base64
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Environment, StrictUndefined

from sim.measures import OUTCOMES, REASONS
from sim.outlets import Layout
from sim.people import AGE_GROUPS, Mobility
from sim.report.assumptions import assumptions, count_grades
from sim.report.config import ReportConfig
from sim.report.figures import Drawing, save_figures
from sim.report.labels import Words, name_things
from sim.report.results import (
    ALL, Results, coverage_and_met, difference, has_radius, raised_by, read_results, reason_shares, unmet_by,
)  # fmt: skip
from sim.report.style import find_style
from sim.report.text import answer, newly_met, percent, short_interval, summary_head, summary_rows

if TYPE_CHECKING:
    from sim.study import World

PACKAGES = ("mesa", "numpy", "numba", "pandas", "matplotlib")
PRESSED = 10


@dataclass(frozen=True)
class Table:
    """Rows of a table of the page; the first column is text, the others are numbers unless named in `texts`."""

    head: list[str]
    rows: list[list[str]]
    texts: tuple[int, ...] = (0,)


def draw_report(root: Path, world: World, config: ReportConfig, overrides: list[str]) -> Path:
    """Figures and page of a finished study in its results folder; returns the path of the page.

    Where no installed face has Chinese, the figures of a Chinese report are labelled in English, and a message says so.
    """
    words = Words(config.language)
    results = read_results(root, world, words)
    images = _figures(results, config, root) if config.figures else []
    source = (files("sim.report") / "page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    html = environment.from_string(source).render(page_parts(results, overrides), w=words, images=images)
    page = root / "report.html"
    beside = page.with_name("report.html.writing")
    beside.write_text(html, encoding="utf-8")
    beside.replace(page)
    return page


def _figures(results: Results, config: ReportConfig, root: Path) -> list[dict[str, str]]:
    """The figures in `figures/`, and for the page their titles, captions and PNG."""
    style = find_style(config.font, config.language)
    language = config.language
    if language == "zh" and not style.draws(results.words("title", place="")):
        print(f"lifecircle: {results.words('no_cjk')}", file=sys.stderr)
        language = "en"
    words = Words(language)
    drawn = replace(results, words=words, names=name_things(results.world, words, style.draws))
    return [_image(results, drawing, root) for drawing in save_figures(drawn, style, root, config.dpi)]


def _image(results: Results, drawing: Drawing, root: Path) -> dict[str, str]:
    png = base64.b64encode((root / "figures" / f"{drawing.stem}.png").read_bytes()).decode()
    named = {"need": results.names.needs, "layout": results.names.layouts, "base": results.names.layouts}
    values = {key: named[key][value] for key, value in drawing.values.items()}
    return {
        "stem": drawing.stem,
        "title": results.words(f"fig.{drawing.title}", **values),
        "caption": results.words(f"cap.{drawing.caption}", **values),
        "data": f"data:image/png;base64,{png}",
    }


def page_parts(results: Results, overrides: list[str]) -> Mapping[str, Any]:
    """Everything of the page but its figures, as text and tables."""
    words, names, world = results.words, results.names, results.world
    layouts = words.listed([words("quoted", name=names.layouts[name]) for name in results.layouts])
    rests = assumptions(results.config, overrides)
    return {
        "language": "zh-CN" if words.language == "zh" else "en",
        "title": words("title", place=names.place),
        "question": words(
            "question.text" if len(results.layouts) > 1 else "question.one",
            residents=f"{world.residents:,}",
            place=names.place,
            layouts=layouts,
        ),
        "method": words("question.method", days=world.study.days, runs=results.runs()),
        "answer": answer(results),
        "layouts": layout_table(results),
        "edits": [
            (names.layouts[layout.name], [log_line(results, layout, line) for line in layout.log])
            for layout in world.layouts
        ],
        "place": _place_facts(results),
        "people": people_table(results),
        "notes": world.place.notes,
        "by_need": need_table(results),
        "by_age": age_table(results),
        "by_zone": zone_table(results),
        "coverage_of": names.layouts[results.first],
        "coverage": coverage_table(results),
        "pressure": [(names.layouts[name], pressure_table(results, name)) for name in results.layouts],
        "outcomes": [(words(key), words(f"{key}.means")) for key in OUTCOMES],
        "reasons": [(words(key), words(f"{key}.means")) for key in REASONS],
        "assumptions": [
            (words(f"group.{group}"), rows, sum(row.numbers for row in rows)) for group, rows in rests.items()
        ],
        "grades": count_grades([row for rows in rests.values() for row in rows]),
        "overrides": overrides,
        "command": shlex.join(["lifecircle", *overrides]),
        "digest": world.digest,
        "seeds": ", ".join(str(seed) for seed in world.study.seed_list),
        "versions": ", ".join(f"{name} {version(name)}" for name in ("lifecircle", *PACKAGES)),
        "source": results.source(),
    }


def layout_table(results: Results) -> Table:
    """The layouts with what they cost, what stays unmet, and the paired differences."""
    words = results.words
    rows = summary_rows(results)
    for row, layout in zip(rows, results.layouts, strict=True):
        line = results.of("layouts", layout).iloc[0]
        newly = newly_met(results, layout)
        row.append(f"{line['unmet_per_day']:,.0f}")
        row.append(f"{line['cost_yuan'] / newly[0]:,.0f}" if newly and line["cost_yuan"] > 0 else "–")
    return Table([*summary_head(words), words("unmet_day"), words("cost_per")], rows)


def log_line(results: Results, layout: Layout, line: str) -> str:
    """A line of a layout's log in the language of the report."""
    if results.words.language == "en":
        return line
    verb, _, rest = line.partition(" ")
    if found := re.fullmatch(r"(\d+) outlets at node (\d+)", rest):
        return results.words("log.gathered", n=found[1], node=found[2])
    if (found := re.fullmatch(r"(.+) \((.+)\)", rest)) and found[2] in layout.formats:
        rest = f"{found[1]}（{results.names.formats[found[2]]}）"
    if verb == "extend":
        what, _, offers = rest.partition(" with ")
        rest = f"{what}：" + "、".join(results.names.needs.get(offer, offer) for offer in offers.split(", "))
    key = f"log.{verb}"
    return f"{results.words.of(key).removeprefix('log.')} {rest}"


def _place_facts(results: Results) -> str:
    place = results.world.place
    return results.words(
        "place.facts",
        km=float(place.streets.length_m.sum()) / 1000,
        homes=f"{len(place.homes):,}",
        compounds=f"{len(place.walls):,}",
        gates=f"{len(place.gates):,}",
        zones=results.words("comma").join(results.names.zones.values()),
    )


def people_table(results: Results) -> Table:
    """Residents by age group and mobility."""
    words = results.words
    mobilities = [mobility.name.lower() for mobility in Mobility]
    counts = results.residents.groupby(["age_group", "mobility"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=list(AGE_GROUPS), columns=mobilities, fill_value=0)
    counts.loc[ALL] = counts.sum()
    total = max(int(counts.loc[ALL].sum()), 1)
    rows = [
        [words(group), f"{row.sum():,}", percent(row.sum() / total), *(f"{n:,}" for n in row)]
        for group, row in counts.iterrows()
    ]
    return Table([words("age"), words("residents"), words("share"), *map(words, mobilities)], rows)


def _differences(results: Results, measure: str, factor: float, digits: int, need: str, age_group: str) -> list[str]:
    return [
        short_interval(results.words, difference(results, layout, measure, need, age_group), factor, digits)
        for layout in results.layouts[1:]
    ]


def _difference_heads(results: Results, key: str) -> list[str]:
    return [results.words(key, layout=results.names.layouts[layout]) for layout in results.layouts[1:]]


def need_table(results: Results) -> Table:
    """By need: errands a day, unmet share under each layout, paired differences, and the main reason under the first layout."""
    words, names = results.words, results.names
    share, raised, reasons = (
        unmet_by(results, "need"),
        raised_by(results, "need"),
        reason_shares(results, results.first),
    )
    rows = []
    for key in results.world.needs.catalogue:
        if key not in share.index:
            continue
        main = str(reasons.loc[key].idxmax()) if reasons.loc[key].max() > 0 else ""
        rows.append(
            [names.needs[key], f"{raised[key]:,.0f}", *(percent(value) for value in share.loc[key]),
             *_differences(results, "unmet_share", 100, 1, key, ALL), words(main) if main else "–"]
        )  # fmt: skip
    head = [words("need"), words("raised_day"), *(words("unmet_under", layout=names.layouts[n]) for n in results.layouts),
            *_difference_heads(results, "difference_of"), words("main_reason")]  # fmt: skip
    return Table(head, rows, (0, len(head) - 1))


def age_table(results: Results) -> Table:
    """By age group: unmet share and its differences, minutes to service and their differences."""
    words, names = results.words, results.names
    share = unmet_by(results, "age_group")
    travel = results.tables["travel"]
    minutes = travel[travel["need"] == ALL].pivot(index="age_group", columns="layout", values="mean_min")
    rows = []
    for group in AGE_GROUPS:
        if group not in share.index:
            continue
        means = minutes.reindex(index=[group], columns=results.layouts).iloc[0]
        rows.append(
            [words(group), *(percent(value) for value in share.loc[group]),
             *_differences(results, "unmet_share", 100, 1, ALL, group),
             *("–" if np.isnan(mean) else f"{mean:.1f}" for mean in means),
             *_differences(results, "mean_time_min", 1, 2, ALL, group)]
        )  # fmt: skip
    layouts = [names.layouts[name] for name in results.layouts]
    head = [words("age"), *(words("unmet_under", layout=name) for name in layouts), *_difference_heads(results, "difference_of"),
            *(words("minutes_under", layout=name) for name in layouts), *_difference_heads(results, "minutes_difference_of")]  # fmt: skip
    return Table(head, rows)


def zone_table(results: Results) -> Table:
    """By community: residents, and unmet share under each layout."""
    words, names = results.words, results.names
    share = unmet_by(results, "zone", "demand_by_zone")
    people = results.residents["zone"].value_counts()
    rows = [
        [names.zones[zone], f"{people.get(zone, 0):,}", *(percent(value) for value in share.loc[zone])]
        for zone in results.world.place.zones
        if zone in share.index
    ]
    under = [words("unmet_under", layout=names.layouts[name]) for name in results.layouts]
    return Table([words("zone"), words("residents"), *under], rows)


def coverage_table(results: Results) -> Table:
    """By need, under the first layout: coverage as the crow flies, on foot within 5, 10 and 15 minutes, and errands met."""
    words, names = results.words, results.names
    table, circled = coverage_and_met(results, results.first), has_radius(results, results.first)
    on_foot = [f"network_{n}_min" for n in (5, 10, 15)]
    rows = [
        [names.needs[key], percent(table.at[key, "straight_line"]) if key in circled else "–",
         *(percent(table.at[key, column]) for column in on_foot), percent(table.at[key, "met_share"])]
        for key in results.world.needs.catalogue
        if key in table.index
    ]  # fmt: skip
    head = [words("need"), words("straight_line"), *(words("within_min", n=n) for n in (5, 10, 15)), words("met_share")]
    return Table(head, rows)


def pressure_table(results: Results, layout: str) -> Table:
    """The outlets of a layout that turn most people away, and why."""
    words = results.words
    outlets = results.of("outlets", layout)
    worst = outlets[outlets["turned_away"] > 0].nlargest(PRESSED, "turned_away", keep="first")
    number = partial("{:,.1f}".format)
    rows = []
    for _, row in worst.iterrows():
        name = f"{row['name']} ({row['outlet']})" if row["name"] else row["outlet"]
        away = [number(row[f"turned_away_{why}"] / results.run_days) for why in ("closed", "full", "queue")]
        wait = "–" if np.isnan(row["p90_wait_min"]) else number(row["p90_wait_min"])
        rows.append(
            [name, results.names.formats[row["format"]], number(row["served_per_day"]),
             number(row["turned_away"] / results.run_days), *away, percent(row["busy_share"]), wait]
        )  # fmt: skip
    head = [
        words(key)
        for key in ("outlet", "format", "served_day", "turned_day", "closed", "full", "queue", "busy", "wait90")
    ]
    return Table(head, rows, (0, 1))
