"""A one-page check of a place before anything is simulated: what was read, and what is wrong with it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.measures.nearness import nearest_m, serves
from sim.notes import GRADES
from sim.place import WalkClass
from sim.report.config import ReportConfig
from sim.report.given_names import name_things
from sim.report.page import told_zones
from sim.report.plain_text import aligned
from sim.report.results import FEW_ZONES, Results
from sim.report.subject import Subject
from sim.report.tables import Table, people_table
from sim.report.words import Words

FAR_M: Final = 100.0  # a home or outlet farther than this from any street is worth a look [A]
CROWDED: Final = 1000  # residents at one entrance: more than a tower of 30 storeys holds [A]
DENSE_KM2: Final = 60_000  # residents per km2 around the homes, above the densest sub-districts of China [A]


@dataclass(frozen=True)
class Finding:
    """Something about the place that a planner should know, how grave it is, and what to do about it."""

    severity: str
    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Inspection:
    """Facts by topic as (name, value), residents and outlets as tables, and findings, the gravest first."""

    title: str
    facts: dict[str, list[tuple[str, str]]]
    people: Table
    outlets: Table
    findings: list[Finding]


def inspect(subject: Subject, words: Words) -> Inspection:
    """The check of a subject's place and its first layout; nothing is simulated."""
    results = Results(subject, {}, {"place": {"seed": 0}}, subject.dwellers, words, name_things(subject, words))
    findings = sorted(_findings(results), key=lambda finding: GRADES.index(finding.severity))
    return Inspection(
        title=words("inspect.title", place=results.names.place),
        facts={
            words("inspect.streets"): _street_facts(results),
            words("inspect.homes"): _home_facts(results),
        },
        people=people_table(results),
        outlets=_outlet_table(results),
        findings=findings,
    )


def _street_facts(results: Results) -> list[tuple[str, str]]:
    words, place = results.words, results.place(results.first)
    streets = place.streets
    shown = [
        ("inspect.km", f"{streets.length_m.sum() / 1000:,.1f}"),
        ("inspect.nodes", f"{streets.n_nodes:,}"),
        ("inspect.links", f"{streets.n_links:,}"),
        ("inspect.stairs", f"{np.count_nonzero(streets.stairs):,}"),
        ("inspect.gates", f"{np.count_nonzero(streets.gate):,}"),
        ("inspect.slope", f"{np.average(np.abs(streets.grade), weights=streets.length_m):.1%}"),
        ("inspect.crs", _named_crs(streets.crs) or words("inspect.no_crs")),
    ]
    return [(words(key), value) for key, value in shown]


def _named_crs(crs: str | None) -> str:
    """A code as it is, WKT by its name."""
    return "" if crs is None else crs if len(crs) < 20 else crs.split('"')[1]


def _home_facts(results: Results) -> list[tuple[str, str]]:
    words, place = results.words, results.place(results.first)
    living = np.bincount(results.residents["home"], minlength=len(place.homes))
    zones = results.residents["zone"].value_counts()
    shown = [
        ("inspect.entrances", f"{len(place.homes):,}"),
        ("inspect.residents", f"{results.subject.residents:,}"),
        ("inspect.compounds", f"{len(np.unique(place.homes.compound[place.homes.compound >= 0])):,}"),
        ("inspect.most", f"{living.max():,}"),
        ("inspect.snap", f"{np.average(place.homes.snap_m, weights=place.homes.weight):,.0f} m"),
    ]
    if len(place.zones) > FEW_ZONES:
        by_zone = [(words("inspect.zones"), told_zones(results))]
    else:
        by_zone = [(name, f"{zones.get(zone, 0):,}") for zone, name in results.names.zones.items()]
    return [*((words(key), value) for key, value in shown), *by_zone]


def _outlet_table(results: Results) -> Table:
    """By need: outlets that serve it on foot, their formats, and the share of homes' residents within 15 minutes."""
    words, subject = results.words, results.subject
    place, layout, reach = results.place(results.first), subject.layouts[0], subject.scenes[0].whole[2]
    serving_each = np.array([serves(layout, key, need) for key, need in subject.needs.catalogue.items()])
    near_each = nearest_m(place, layout, reach, serving_each)[:, WalkClass.ABLE]
    rows = []
    for key, serving, metres in zip(subject.needs.catalogue, serving_each, near_each, strict=True):
        formats = Counter(layout.outlets[j].format for j in np.flatnonzero(serving))
        names = [f"{results.names.formats[form]} {n}" for form, n in formats.most_common(4)]
        near = np.average(metres <= 1.25 * 15 * 60, weights=place.homes.weight)
        rows.append([results.names.needs[key], f"{serving.sum():,}", f"{near:.0%}", words("comma").join(names) or "–"])
    head = [words("need"), words("inspect.serving"), words("inspect.near"), words("inspect.formats")]
    return Table(head, rows, texts=(0, 3))


def _findings(results: Results) -> Iterator[Finding]:
    """What is wrong or odd, each with a remedy; then what the readers left out."""
    words, subject = results.words, results.subject
    place, layout, reach = results.place(results.first), subject.layouts[0], subject.scenes[0].whole[2]
    homes = place.homes
    wanted = {key: need for key, need in subject.needs.catalogue.items() if any(need.per_week.values())}
    without = [key for key, need in wanted.items() if not serves(layout, key, need).any()]
    if without:
        names = words("comma").join(results.names.needs[key] for key in without)
        yield Finding("problem", words("find.no_outlet", n=len(without), needs=names), words("find.no_outlet.do"))
    [any_m] = nearest_m(place, layout, reach, np.ones((1, len(layout)), bool))[:, WalkClass.ABLE]
    cut_off = ~np.isfinite(any_m)
    if cut_off.any():
        share = homes.weight[cut_off].sum() / homes.weight.sum()
        yield Finding("problem", words("find.cut_off", n=f"{cut_off.sum():,}", share=f"{share:.1%}"),
                      words("find.cut_off.do"))  # fmt: skip
    far = homes.snap_m > FAR_M
    if far.any():
        share = homes.weight[far].sum() / homes.weight.sum()
        text = words("find.far", n=f"{far.sum():,}", metres=f"{FAR_M:.0f}", share=f"{share:.1%}",
                     most=f"{homes.snap_m.max():,.0f}")  # fmt: skip
        yield Finding("warning" if share < 0.1 else "problem", text, words("find.far.do"))
    away = [outlet for outlet in layout.outlets if outlet.snap_m > FAR_M]
    if away:
        worst = max(away, key=lambda outlet: outlet.snap_m)
        text = words("find.away", n=len(away), metres=f"{FAR_M:.0f}", outlet=worst.id, most=f"{worst.snap_m:,.0f}")
        yield Finding("warning", text, words("find.away.do"))
    living = np.bincount(results.residents["home"], minlength=len(homes))
    if living.max() > CROWDED:
        text = words("find.crowded", n=f"{np.count_nonzero(living > CROWDED):,}", most=f"{living.max():,}")
        yield Finding("warning", text, words("find.crowded.do"))
    density = subject.residents / _settled_km2(homes.xy)
    if density > DENSE_KM2:
        yield Finding("warning", words("find.dense", density=f"{density:,.0f}"), words("find.dense.do"))
    empty = [zone for row, zone in enumerate(place.zones) if not (homes.zone == row).any()]
    if empty:
        yield Finding("warning", words("find.empty", zones=words("comma").join(empty)), words("find.empty.do"))
    yield from (Finding(note.grade, note.text, note.remedy) for note in place.notes)


def _settled_km2(xy: Any) -> float:
    """Area of the cells of 200 m in which somebody lives."""
    return max(len(np.unique(np.floor(xy / 200.0), axis=0)) * 0.04, 0.04)


def inspection_text(inspection: Inspection, words: Words) -> str:
    """The check for the terminal."""
    lines = [inspection.title, ""]
    for topic, facts in inspection.facts.items():
        lines.append(f"{topic}: " + "; ".join(f"{name} {value}" for name, value in facts))
    for title, table in ((words("inspect.people"), inspection.people), (words("inspect.outlets"), inspection.outlets)):
        lines += ["", title, *aligned([table.head, *table.rows], table.texts)]
    lines += ["", words("inspect.findings")]
    for finding in inspection.findings:
        lines.append(f"- {words(f'severity.{finding.severity}')}: {finding.text}")
        if finding.remedy:
            lines.append(f"  → {finding.remedy}")
    if not inspection.findings:
        lines.append(words("inspect.nothing"))
    return "\n".join(lines)


def write_inspection(inspection: Inspection, subject: Subject, config: ReportConfig, file: Path) -> None:
    """The check as one HTML file with a map, written beside and renamed."""
    # What draws takes half a second to load, and the check of a place does without it.
    from sim.report.faces import find_style
    from sim.report.outlet_map import draw_layout
    from sim.report.templates import write_html

    words = Words(config.language)
    style = find_style(config.font, config.language)
    language = "en" if config.language == "zh" and not style.draws(words("title", place="")) else config.language
    drawn = Words(language)
    results = Results(
        subject, {}, {"place": {"seed": 0}}, subject.dwellers, drawn, name_things(subject, drawn, style.draws)
    )  # fmt: skip
    picture = BytesIO()
    with style.drawing():
        need = next(iter(subject.needs.catalogue))
        draw_layout(results, subject.layouts[0], need).savefig(picture, format="png", dpi=config.dpi)
    language = "zh-CN" if words.language == "zh" else "en"
    image = base64.b64encode(picture.getvalue()).decode()
    write_html("inspection.html", {"i": inspection, "w": words, "map": image, "language": language}, style, file)
