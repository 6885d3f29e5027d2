"""The report: one self-contained page with the question, the answer, tables, figures, and what it rests on."""

from __future__ import annotations

import base64
import gc
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from sim.notes import gravest_first
from sim.record import OUTCOMES, REASONS
from sim.report.assumptions import assumptions, count_grades
from sim.report.config import ReportConfig
from sim.report.edit_lines import edit_line
from sim.report.figures import Drawing, save_figures
from sim.report.given_names import name_things
from sim.report.results import FEW_ZONES, Results, kinds_of, read_results
from sim.report.style import Style, chinese_face, find_style
from sim.report.subject import Subject
from sim.report.tables import (
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
from sim.report.text import answer, cautions, disagreements
from sim.report.words import Words

PLAIN = "0123456789.,:+−–%·×"  # what numbers are written in
FACE_HERE = "/* the Chinese face goes here */"
PACKAGES = ("mesa", "numpy", "numba", "pandas", "matplotlib")


def draw_report(root: Path, subject: Subject, config: ReportConfig, overrides: list[str]) -> Path:
    """Figures and page of a finished study in its results folder; returns the path of the page.

    Where no installed face has Chinese, the figures of a Chinese page are labelled in English, and a message says so.
    """
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
    words = Words(config.language)
    results = read_results(root, subject, words)
    style = find_style(config.font, config.language)
    images = _figures(results, config, style, root) if config.figures else []
    source = (files("sim.report") / "page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    html = environment.from_string(source).render(page_parts(results, overrides), w=words, images=images)
    html = html.replace(FACE_HERE, face_rule(style, html))
    page = root / "report.html"
    beside = page.with_name("report.html.writing")
    beside.write_text(html, encoding="utf-8")
    beside.replace(page)
    return page


def face_rule(style: Style, html: str) -> str:
    """A rule of CSS with just the Chinese characters of the page, for browsers on machines that have none."""
    cut = (chinese_face(family, html) for family in style.families)
    return "".join(
        '@font-face { font-family: "Chinese of this page"; font-display: block; unicode-range: U+2E80-FFFF; '
        f'src: url(data:font/woff;base64,{face}) format("woff"); }}'
        for face in cut
        if face
    )


def _figures(results: Results, config: ReportConfig, style: Style, root: Path) -> list[dict[str, str]]:
    """The figures in `figures/`, and for the page their titles, captions and PNG."""
    language = config.language
    if language == "zh" and not style.draws(results.words("title", place="")):
        print(f"lifecircle: {results.words('no_cjk')}", file=sys.stderr)
        language = "en"
    words = Words(language)
    drawn = replace(results, words=words, names=name_things(results.subject, words, style.draws))
    style = style.just_for(f"{drawn.words} {drawn.names} {PLAIN}")
    return [_image(results, drawing, root) for drawing in save_figures(drawn, style, root, config.dpi)]


def _image(results: Results, drawing: Drawing, root: Path) -> dict[str, str]:
    png = base64.b64encode((root / "figures" / f"{drawing.stem}.png").read_bytes()).decode()
    named = {"need": results.names.needs, "layout": results.names.layouts, "base": results.names.layouts}
    values = {key: named[key][value] if key in named else value for key, value in drawing.values.items()}
    return {
        "stem": drawing.stem,
        "title": results.words(f"fig.{drawing.title}", **values),
        "caption": results.words(f"cap.{drawing.caption}", **values),
        "data": f"data:image/png;base64,{png}",
    }


def page_parts(results: Results, overrides: list[str]) -> Mapping[str, Any]:
    """Everything of the page but its figures, as text and tables."""
    words, names, subject = results.words, results.names, results.subject
    layouts = words.listed([words("quoted", name=names.layouts[name]) for name in results.layouts])
    rests = assumptions(results.config, overrides)
    return {
        "language": "zh-CN" if words.language == "zh" else "en",
        "title": words("title", place=names.place),
        "question": words(
            "question.text" if len(results.layouts) > 1 else "question.one",
            residents=f"{subject.residents:,}",
            place=names.place,
            layouts=layouts,
        ),
        "method": words("question.method", days=subject.days, runs=results.runs()),
        "cautions": cautions(results),
        "answer": answer(results),
        "layouts": layout_table(results),
        "edits": [
            (names.layouts[layout.name], [edit_line(results, edit) for edit in layout.edits])
            for layout in subject.layouts
        ],
        "place": _place_facts(results),
        "people": people_table(results),
        "notes": gravest_first(subject.place.notes),
        "scores": score_table(results),
        "disagreements": disagreements(results, results.first),
        "equity": equity_table(results),
        "by_need": need_table(results),
        "by_age": age_table(results),
        "minutes_by_age": age_minutes_table(results),
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
        "digest": subject.digest,
        "seeds": ", ".join(str(seed) for seed in subject.seed_list),
        "versions": ", ".join(f"{name} {version(name)}" for name in ("lifecircle", *PACKAGES)),
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
