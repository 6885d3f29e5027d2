"""The command: compose the config, run the study, say where the results are."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from omegaconf import OmegaConf

from sim.config import GROUPS, Asked, compose_yaml, load_config, options
from sim.day.loop import compiled
from sim.errors import InputError
from sim.notes import gravest_first
from sim.report import Words, as_text, draw_report, inspect, summary, write_inspection
from sim.study import Clock, World, build_world, provenance, run_study

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
  study.layouts=[base,mine]  layouts to compare with the first; mine.yaml is here or in DIR/layout;
                             mine.gpkg:LAYER or mine.geojson is one drawn in QGIS
  study.seeds=10             how many seeds, from study.first_seed on
  study.days=7               days measured, after study.warmup_days
  study.jobs=2               runs side by side (default: one per processor)
  study.overwrite=true       replace runs of another config in the folder
  people.residents=20600     how many residents (default: as many as the place counts)
  place.gates=all            compound gates: all, few, one, open
  place.streets=FILE         with place=osm: an OpenStreetMap extract (.osm.pbf, .osm, .gz, .bz2)
  place.outlets.file=FILE    with place=files: a table or layer of outlets, as from AMap or Baidu
  place.outlets.crs=gcj02    if its coordinates are AMap's; bd09 if Baidu's
  report.language=en         en or zh; the report is redrawn in the other without simulating again
  results=results            root folder of all results

examples:
  lifecircle
  lifecircle place=old_town people=baotou_old_town study.name=old_town
  lifecircle study.layouts=[base,mine] study.name=mine report.language=zh
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 0, 2 for input that cannot be used, 130 when interrupted."""
    try:
        return _main(list(sys.argv[1:] if argv is None else argv))
    except InputError as error:
        print(f"lifecircle: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nlifecircle: interrupted; finished runs are kept, and the same command goes on from there",
            file=sys.stderr,
        )
        return 130


def _main(argv: list[str]) -> int:
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
        print(OmegaConf.to_yaml(compose_yaml(overrides, own)), end="")
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
        flag, _, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if flag in ("--help", "-h"):
            show = "help"
        elif flag == "--version":
            show = "version"
        elif flag in ("--cfg", "-c"):
            show = value or next(rest, "")
            if show != "job":
                raise InputError(f"--cfg: {show!r}; job is accepted")
        elif flag in ("--config-dir", "-cd"):
            own = Path(value or next(rest, ""))
            if not own.is_dir():
                raise InputError(f"--config-dir: {own} is not a folder")
        elif word.startswith("-"):
            raise InputError(f"{word}: not an option; see lifecircle --help")
        elif word in COMMANDS and not command:
            command = word
        elif "=" not in word and not word.startswith("~"):
            raise InputError(
                f"{word}: neither a command ({', '.join(filter(None, COMMANDS))}) nor of the form KEY=VALUE or "
                f"GROUP=OPTION (groups: {', '.join(GROUPS)}); see lifecircle --help"
            )
        else:
            overrides.append(word)
    return command, own, show, overrides


def _build(asked: Asked, clock: Clock, say_notes: bool = True) -> World:
    """The world of a config; what its place lacks is said."""
    config = asked.config
    config.report.check()
    if not compiled():
        _say("compiling, once after each installation: about half a minute more")
    world = build_world(config.place, config.people, config.needs, asked.layouts, config.day, config.study, clock)
    words = Words(config.report.language)
    for note in gravest_first(world.place.notes) if say_notes else ():
        _say(f"{words(f'severity.{note.grade}')}: {note}")
    return world


def _say(text: str) -> None:
    print(f"lifecircle: {text}", file=sys.stderr)


def _study(overrides: list[str], own: Path | None) -> None:
    asked, clock = load_config(overrides, own), Clock(say=_say)
    config, world = asked.config, _build(asked, clock)
    root = Path(config.results) / config.study.name
    try:
        root.mkdir(parents=True, exist_ok=True)
        run_study(world, root, clock)
        (root / "config.yaml").write_text(asked.yaml)
        with clock.stage("report"):
            page = draw_report(root, world, config.report, overrides)
        (root / "provenance.json").write_text(json.dumps(provenance(world, clock, True), indent=1) + "\n")
    except OSError as error:
        raise InputError(f"results: cannot write to {root}: {error.strerror or error}") from None
    print(summary(root, world, config.report))
    print(f"\n{page}")


def _inspect(overrides: list[str], own: Path | None) -> None:
    asked = load_config(overrides, own)
    config = asked.config
    config.study.layouts = config.study.layouts[:1]
    world = _build(asked, Clock(), say_notes=False)
    words = Words(config.report.language)
    checked = inspect(world, words)
    page = Path(config.results) / config.study.name / "inspection.html"
    try:
        write_inspection(checked, world, config.report, page)
    except OSError as error:
        raise InputError(f"results: cannot write to {page.parent}: {error.strerror or error}") from None
    print(as_text(checked, words))
    print(f"\n{page}")


def _export(overrides: list[str], own: Path | None) -> None:
    from sim.export import export  # the GIS libraries take a second to load; a study on a grown place does without

    asked = load_config(overrides, own)
    config = asked.config
    world = _build(asked, Clock())
    root = Path(config.results) / config.study.name
    try:
        root.mkdir(parents=True, exist_ok=True)
        lines = export(world, root, config.study.name)
    except OSError as error:
        raise InputError(f"results: cannot write to {root}: {error.strerror or error}") from None
    print("\n".join(lines))


COMMANDS: Final[dict[str, Callable[[list[str], Path | None], None]]] = {
    "": _study,
    "inspect": _inspect,
    "export": _export,
}


if __name__ == "__main__":
    sys.exit(main())
