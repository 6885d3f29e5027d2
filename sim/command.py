"""The command: read what is asked, compose the config, run the study, say where the results are."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Final

from yaml import safe_dump

from sim import kernels
from sim.config import GROUPS, Asked, compose_yaml, load_config, options
from sim.config.kinds import near
from sim.day.kernels import compiled
from sim.errors import InputError
from sim.face import plan_of, subject_of
from sim.folders import one_writer
from sim.gis import write_layouts
from sim.notes import gravest_first
from sim.report import Words, draw_report, inspect, inspection_text, summary, write_inspection
from sim.study import Clock, Plan, provenance, run_study
from sim.terminal import in_one_line, shown

HELP = """\
lifecircle: residents walk a street graph to meet their daily needs; how much stays
unmet, for whom and why, and which layout of outlets serves them better.

usage: lifecircle [GROUP=OPTION ...] [KEY=VALUE ...] [--config-dir DIR]
       lifecircle inspect [...]       check the place: what was read, what is wrong with it
       lifecircle export [...]        write the same study as layers for QGIS, run or not
       lifecircle --cfg job [...]     print the composed config and stop
       lifecircle --version

groups and their options:
{groups}

keys that most studies set (all others: lifecircle --cfg job):
  study.name=NAME            folder of the results under {results}/
  study.layouts=[base,mine]  layouts to compare with the first; mine.yaml is here or in DIR/layout
                             (yours comes before a packaged one), or plans/mine, a path;
                             mine.gpkg:LAYER or mine.geojson is one drawn in QGIS
  study.seeds=10             how many seeds, from study.first_seed on
  study.days=7               days measured, after study.warmup_days
  study.jobs=2               runs side by side (default: one per processor)
  study.overwrite=true       replace runs of another config in the folder
  people.residents=20600     how many residents (default: as many as the place counts)
  place.gates=all            compound gates: all, few, one, open
  place.streets=FILE         with place=osm: an OpenStreetMap extract (.osm, .gz, .bz2, .osm.pbf)
  place.outlets.file=FILE    with place=files: a table or layer of outlets, as from AMap or Baidu
  place.outlets.crs=gcj02    if its coordinates are AMap's; bd09 if Baidu's
  report.language=en         en or zh; the report is redrawn in the other without simulating again
  results=results            root folder of all results

tables by age or weekday hold from a key on; below the first, shares, limits and errands are 0:
  people.slow_share.60=0.1             changes one age and leaves the others
  people.slow_share={{60: 0.1, 80: 0.3}}  is the whole table: the ages that it had are gone
  A file of yours that starts from another (defaults) replaces a table whole, too.
  What is named by words (groups, needs, formats) is joined: what you do not name stays.

examples:
  lifecircle
  lifecircle place=old_town people=baotou_old_town study.name=old_town
  lifecircle study.layouts=[base,mine] study.name=mine report.language=zh
"""


def run(argv: list[str]) -> int:
    """Run the command; raises `InputError` for input that cannot be used."""
    command, own, show, overrides = _parse(argv)
    if show == "help":
        lines = [
            textwrap.fill(", ".join(names), 90, initial_indent=f"  {group:<8}", subsequent_indent=" " * 10)
            for group, names in options(own).items()
        ]
        print(HELP.format(groups="\n".join(lines), results="results"), end="")
        return 0
    if show == "version":
        print(version("lifecircle"))
        return 0
    if show == "job":
        print(safe_dump(compose_yaml(overrides, own), sort_keys=False, allow_unicode=True), end="")
        return 0
    COMMANDS[command](overrides, own)
    return 0


def _parse(argv: list[str]) -> tuple[str, Path | None, str, list[str]]:
    """The command ("" to run the study), the user's config folder, what to show instead, and the overrides."""
    command = ""
    own: Path | None = None
    show = ""
    overrides = []
    rest = iter(argv)
    for word in rest:
        flag, sign, value = word.partition("=") if word.startswith("-") else (word, "", "")
        if flag in ("--help", "-h"):
            show = "help"
        elif flag == "--version":
            show = "version"
        elif flag in ("--cfg", "-c"):
            show = value if sign else next(rest, "")
            if show != "job":
                raise InputError(f"--cfg: {show!r}; job is accepted")
        elif flag in ("--config-dir", "-cd"):
            folder = value if sign else next(rest, "")
            if not folder or folder.startswith("-") or ("=" in folder and not Path(folder).is_dir()):
                raise InputError(f"--config-dir: {folder!r}; the path of a folder is needed")
            own = Path(folder).expanduser()
            if not own.is_dir():
                raise InputError(f"--config-dir: {own} is not a folder")
        elif flag in ("--multirun", "-m"):
            raise InputError(f"{word}: there is none; study.layouts and study.seeds say what one study compares")
        elif word.startswith("-"):
            raise InputError(f"{word}: not an option; see lifecircle --help")
        elif word in COMMANDS and not command:
            command = word
        elif "=" not in word and not word.startswith("~"):
            meant = near(word, [name for name in COMMANDS if name])
            raise InputError(
                f"{word or repr(word)}: neither a command ({', '.join(filter(None, COMMANDS))}) nor of the form "
                f"KEY=VALUE or GROUP=OPTION (groups: {', '.join(GROUPS)}){meant if 'mean' in meant else ''}; "
                "see lifecircle --help"
            )
        else:
            overrides.append(word)
    return command, own, show, overrides


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


def _study(overrides: list[str], own: Path | None) -> None:
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


def _inspect(overrides: list[str], own: Path | None) -> None:
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


def _export(overrides: list[str], own: Path | None) -> None:
    from sim.gis.geopackage import export  # the GIS libraries take a second to load; a grown place does without

    asked = load_config(overrides, own)
    config = asked.config
    plan = _build(asked, Clock())
    root = Path(config.results) / config.study.name
    with _writing(root):
        lines = export(plan.place, plan.scenes, plan.digests, root, config.study.name)
    print(shown("\n".join(lines)))


COMMANDS: Final[dict[str, Callable[[list[str], Path | None], None]]] = {
    "": _study,
    "inspect": _inspect,
    "export": _export,
}
