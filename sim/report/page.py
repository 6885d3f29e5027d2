"""The report: one self-contained page with the question, the answer, tables, figures, and what it rests on."""

from __future__ import annotations

import base64
import gc
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.folders import remove
from sim.notes import gravest_first
from sim.record import OUTCOMES, REASONS
from sim.record.outcomes import SPLIT
from sim.report.answer import answer, cautions, disagreements
from sim.report.assumptions import assumptions, count_grades
from sim.report.config import ReportConfig
from sim.report.edit_lines import edit_line
from sim.report.otherwise_tables import failed_walks_table, helpers_table, places_held_table
from sim.report.page_tables import (
    age_minutes_table,
    age_table,
    coverage_table,
    equity_table,
    layout_table,
    need_table,
    people_table,
    pressure_table,
    score_table,
    zone_table,
)
from sim.report.results import FEW_ZONES, Results, kinds_of, read_results
from sim.report.subject import Subject
from sim.report.verdict import goal_named
from sim.report.words import Words

if TYPE_CHECKING:
    from sim.report.faces import Style
    from sim.report.figures import Picture

VERSIONS_OF = ("mesa", "numpy", "numba", "pandas", "matplotlib")


def draw_report(root: Path, subject: Subject, config: ReportConfig, overrides: list[str]) -> Path:
    """Figures and page of a finished study in its results folder; returns the path of the page.

    With `report.figures=false` neither is drawn nor left there, and the folder of the tables is returned. Where no
    installed face has Chinese, the figures of a Chinese page are labelled in English, and a message says so.
    """
    if not config.figures:
        # What was drawn of earlier tables does not stay beside these.
        for old in ("report.html", "figures"):
            remove(root / old)
        return root / "tables"
    with no_collector():
        return _draw_report(root, subject, config, overrides)


@contextmanager
def no_collector() -> Iterator[None]:
    """Python's search for garbage put off: it would go through all scenes over and over while marks are drawn."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _draw_report(root: Path, subject: Subject, config: ReportConfig, overrides: list[str]) -> Path:
    # What draws takes half a second to load, and tables alone do without it.
    from sim.report.faces import find_style
    from sim.report.figures import drawable, save_figures

    results = read_results(root, subject, Words(config.language))
    style = find_style(config.font, config.language)
    shown = save_figures(*drawable(results, style), root, config.dpi)
    page = root / "report.html"
    write_page(results, style, [_image(results, picture, root) for picture in shown], overrides, page)
    return page


def write_page(results: Results, style: Style, images: list[dict[str, str]], overrides: list[str], page: Path) -> None:
    """The page with its figures, each with its `stem`, `title`, `caption` and `data`, as one file."""
    from sim.report.templates import write_html

    parts = page_parts(results, overrides)
    write_html("page.html", {**parts, "w": results.words, "images": images}, style, page)


def _image(results: Results, picture: Picture, root: Path) -> dict[str, str]:
    """A figure for the page: its title, its caption and its PNG."""
    png = base64.b64encode((root / "figures" / f"{picture.name}.png").read_bytes()).decode()
    named = {"need": results.names.needs, "layout": results.names.layouts, "base": results.names.layouts}
    values = {key: named[key][value] if key in named else value for key, value in picture.values.items()}
    return {
        "stem": picture.name,
        "title": results.words(f"fig.{picture.title}", **values),
        "caption": results.words(f"cap.{picture.caption}", **values),
        "data": f"data:image/png;base64,{png}",
    }


def page_parts(results: Results, overrides: list[str]) -> Mapping[str, Any]:
    """Everything of the page but its figures, as text and tables."""
    return {**_asked(results), **_found(results), **_rests_on(results, overrides)}


def _asked(results: Results) -> dict[str, Any]:
    """What was asked: of which place, its residents and its layouts."""
    words, names, subject = results.words, results.names, results.subject
    layouts = words.listed([words("quoted", name=names.layouts[name]) for name in results.layouts])
    asks = "question.text" if len(results.layouts) > 1 else "question.one"
    return {
        "language": "zh-CN" if words.language == "zh" else "en",
        "title": words("title", place=names.place),
        "question": words(asks, residents=f"{subject.residents:,}", place=names.place, layouts=layouts),
        "method": words("question.method", days=subject.days, runs=results.runs()),
        "goal": words("question.goal", goal=goal_named(results)),
        "edits": [
            (names.layouts[layout.name], [edit_line(results, edit) for edit in layout.edits])
            for layout in subject.layouts
        ],
        "place": _place_facts(results),
        "people": people_table(results),
        "notes": gravest_first(subject.place.notes),
    }


def _found(results: Results) -> dict[str, Any]:
    """What was found: the answer and the tables."""
    names = results.names
    return {
        "cautions": cautions(results),
        "answer": answer(results),
        "layouts": layout_table(results),
        "scores": score_table(results),
        "disagreements": disagreements(results, results.first),
        "equity": equity_table(results),
        "by_need": need_table(results),
        "by_age": age_table(results),
        "minutes_by_age": age_minutes_table(results),
        "by_zone": zone_table(results),
        "failed_walks": failed_walks_table(results),
        "places_held": places_held_table(results),
        "helpers": helpers_table(results),
        "coverage_of": names.layouts[results.first],
        "coverage": coverage_table(results),
        "pressure": [(names.layouts[name], pressure_table(results, name)) for name in results.layouts],
    }


def _rests_on(results: Results, overrides: list[str]) -> dict[str, Any]:
    """What the answer rests on: what words mean, assumptions, and how to run it again."""
    words, subject = results.words, results.subject
    rests = assumptions(results.config, overrides)
    return {
        "split": [(words(part), words(f"{part}.means")) for part in SPLIT],
        "outcomes": [(words(key), words(f"{key}.means")) for key in OUTCOMES],
        "reasons": [(words(key), words(f"{key}.means")) for key in REASONS],
        "assumptions": [
            (words(f"group.{group}"), rows, sum(row.numbers for row in rows)) for group, rows in rests.items()
        ],
        "grades": count_grades([row for rows in rests.values() for row in rows]),
        "overrides": overrides,
        "command": shlex.join(["lifecircle", *overrides]),
        "digest": subject.digest,
        "seeds": ", ".join(str(seed) for seed in subject.seed_list),
        "versions": ", ".join(f"{name} {version(name)}" for name in ("lifecircle", *VERSIONS_OF)),
        "source": results.source(),
    }


def told_zones(results: Results) -> str:
    """The communities by name, or where they are many, how many there are of each kind."""
    words, zones = results.words, results.names.zones
    if len(zones) <= FEW_ZONES:
        return words("comma").join(zones.values())
    kinds = kinds_of(zones)
    told = [words("n_of_kind", n=len(of_kind), kind=words.of(kind)) for kind, of_kind in kinds.items() if kind]
    return words("n_zones_kinds", n=len(zones), kinds=words("comma").join(told)) if told else str(len(zones))


def _place_facts(results: Results) -> str:
    place = results.subject.place
    return results.words(
        "place.facts",
        km=float(place.streets.length_m.sum()) / 1000,
        homes=f"{len(place.homes):,}",
        compounds=f"{len(place.walls):,}",
        gates=f"{place.streets.gate.sum():,}",
        zones=told_zones(results),
    )
