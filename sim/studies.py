"""The commands that go through a whole study: run it, check its place, write it as layers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim import kernels
from sim.config import Asked, load_config
from sim.day.kernels import compiled
from sim.errors import InputError
from sim.face import plan_of, subject_of, write_results
from sim.folders import one_writer
from sim.notes import gravest_first
from sim.report import Words, inspect, inspection_text, summary, write_inspection
from sim.study import Clock, Plan, run_study
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
    """Run a study, write its results, and show the table that ends it."""
    asked, clock = load_config(overrides, own), Clock(say=_say)
    if not compiled():
        _say(f"compiling, {kernels.how_often()}: about half a minute more")
    config, plan = asked.config, _build(asked, clock)
    root = Path(config.results) / config.study.name
    with _writing(root):
        run_study(plan, root, clock)
        page = write_results(root, plan, asked, overrides, clock)
    print(shown(f"{summary(root, subject_of(plan, overrides), config.report)}\n\n{page}"))


def check_place(overrides: list[str], own: Path | None) -> None:
    """Check the place of a study, write a page on it, and show what was found."""
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
    """Write a study as layers for a GIS, and show which."""
    from sim.gis.geopackage import export  # the GIS libraries take a second to load; a grown place does without

    asked = load_config(overrides, own)
    config = asked.config
    plan = _build(asked, Clock())
    root = Path(config.results) / config.study.name
    with _writing(root):
        lines = export(plan.place, plan.scenes, plan.digests, root, config.study.name)
    print(shown("\n".join(lines)))
