"""The commands that go through a whole study: run it, check its place, write it as layers, draw its report anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from sim import kernels
from sim.config import Asked, change_part, load_config
from sim.day.kernels import compiled
from sim.errors import InputError
from sim.face import plan_of, subject_of, write_results
from sim.folders import one_writer
from sim.notes import gravest_first
from sim.report import ReportConfig, Words, draw_report, inspect, inspection_text, summary, write_inspection
from sim.report.subject import Subject
from sim.report.words import PLAIN_LOADER
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
    config.study.layouts, config.study.places = config.study.layouts[:1], 1
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
    if config.study.places > 1:
        _say(f"study.places: {config.study.places}; the layers are of the first place, place.seed={config.place.seed}")
        config.study.places = 1
    plan = _build(asked, Clock())
    root = Path(config.results) / config.study.name
    with _writing(root):
        lines = export(plan.place, plan.scenes, plan.digests, root, config.study.name)
    print(shown("\n".join(lines)))


def redraw(words: list[str], own: Path | None) -> None:
    """Draw the report of a folder of results anew, from nothing but what lies in it."""
    root, *overrides = words
    folder = Path(root).expanduser()
    told, subject = read_config(folder), Subject.load(folder)
    subject.check_tables(folder)
    config = change_part(ReportConfig, told["report"], "report", overrides)
    config.check()
    with _writing(folder):
        page = draw_report(folder, subject, config, list(subject.asked))
    print(shown(f"{summary(folder, subject, config)}\n\n{page}"))


def check_redraw(words: list[str], own: Path | None) -> None:
    """Raise `InputError` where no folder of results is named."""
    folder = words[0] if words and "=" not in words[0] else ""
    if not folder:
        raise InputError("report: name the folder of results, as in lifecircle report results/mine report.language=zh")
    if not (Path(folder).expanduser() / "tables").is_dir():
        raise InputError(f"report: {folder} has no tables, so it is no folder of the results of a study")


def read_config(folder: Path) -> dict[str, dict[str, object]]:
    """The config that a study was asked. Raises `InputError` where it is not there."""
    file = folder / "config.yaml"
    try:
        told = yaml.load(file.read_text(encoding="utf-8"), Loader=PLAIN_LOADER)
        if isinstance(told, dict) and isinstance(told.get("report"), dict):
            return told
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(f"{file}: cannot be read ({error}); it was written with the results") from None
    raise InputError(f"{file}: is not the config of a study; it was written with the results")
