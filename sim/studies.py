"""The commands that go through a whole study: run it, check its place, write it as layers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim import kernels
from sim.config import Asked, load_config
from sim.day.kernels import compiled
from sim.errors import InputError
from sim.face import plan_of, subject_of
from sim.folders import one_writer
from sim.gis import write_layouts
from sim.notes import gravest_first
from sim.report import Words, draw_report, inspect, inspection_text, summary, write_inspection
from sim.study import Clock, Plan, provenance, run_study
from sim.terminal import in_one_line, shown


def _build(asked: Asked, clock: Clock, say_notes: bool = True) -> Plan:
    """The plan of a config; what its place lacks is said."""
    for note in asked.notes:
        _say(note)
    plan = plan_of(asked, clock)
    words = Words(asked.config.report.language)
    for found in gravest_first(plan.place.notes) if say_notes else ():
        _say(f"{words(f'severity.{found.grade}')}: {found}")
    return plan


def _say(text: str) -> None:
    print(f"lifecircle: {in_one_line(text)}", file=sys.stderr)


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    """Be the only process that writes into a folder of results; what stands in the way is said."""
    try:
        with one_writer(root, _say):
            yield
    except OSError as error:
        raise InputError(f"results: cannot write to {root}: {error.strerror or error}") from None


def study(overrides: list[str], own: Path | None) -> None:
    asked, clock = load_config(overrides, own), Clock(say=_say)
    if not compiled():
        _say(f"compiling, {kernels.how_often()}: about half a minute more")
    config, plan = asked.config, _build(asked, clock)
    root = Path(config.results) / config.study.name
    with _writing(root):
        run_study(plan, root, clock)
        (root / "config.yaml").write_text(asked.yaml, encoding="utf-8")
        with clock.stage("report"):
            subject = subject_of(plan, overrides)
            subject.save(root)
            write_layouts(plan.place, plan.layouts, root)
            page = draw_report(root, subject, config.report, overrides)
        (root / "provenance.json").write_text(
            json.dumps(provenance(plan, clock, True), indent=1) + "\n", encoding="utf-8"
        )
    print(shown(f"{summary(root, subject, config.report)}\n\n{page}"))


def check_place(overrides: list[str], own: Path | None) -> None:
    asked = load_config(overrides, own)
    config = asked.config
    config.study.layouts = config.study.layouts[:1]
    subject = subject_of(_build(asked, Clock(), say_notes=False), overrides)
    words = Words(config.report.language)
    checked = inspect(subject, words)
    page = Path(config.results) / config.study.name / "inspection.html"
    try:
        write_inspection(checked, subject, config.report, page)
    except OSError as error:
        raise InputError(f"results: cannot write to {page.parent}: {error.strerror or error}") from None
    print(shown(f"{inspection_text(checked, words)}\n\n{page}"))


def write_layers(overrides: list[str], own: Path | None) -> None:
    from sim.gis.geopackage import export  # the GIS libraries take a second to load; a grown place does without

    asked = load_config(overrides, own)
    config = asked.config
    plan = _build(asked, Clock())
    root = Path(config.results) / config.study.name
    with _writing(root):
        lines = export(plan.place, plan.scenes, plan.digests, root, config.study.name)
    print(shown("\n".join(lines)))
