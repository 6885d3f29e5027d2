"""The config as composed: packaged files, the user's own in front of them, and the command line.

Hydra says which files make up a config, and in which order (their `defaults`, and the options chosen); what stands in
them is joined here, by one rule (`sim.config.kinds`).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode

from sim.config.kinds import all_keys, join, near, put, read, within
from sim.config.overrides import read_overrides
from sim.config.text import read_file
from sim.day import DayConfig
from sim.errors import InputError
from sim.needs import NeedsConfig
from sim.outlets import FormatConfig, LayoutConfig
from sim.people import PeopleConfig
from sim.place import PlaceConfig
from sim.report.config import ReportConfig
from sim.study import StudyConfig

GROUPS: Final = ("place", "people", "needs", "formats", "layout", "day", "study", "report")
PRESETS: Final = "experiment"  # the group whose options choose those of several others, and set keys
USUAL: Final = {"formats": "national"}  # options that a config.yaml need not name
PACKAGE: Final = re.compile(r"^#\s*@package\s+\S+\s*$", re.MULTILINE)


@dataclass
class Config:
    """All that a study is asked: one group per room, and `results`, the folder under which its results go."""

    place: PlaceConfig = field(default_factory=PlaceConfig)
    people: PeopleConfig = field(default_factory=PeopleConfig)
    needs: NeedsConfig = field(default_factory=NeedsConfig)
    formats: dict[str, FormatConfig] = field(default_factory=dict)
    layout: LayoutConfig = field(default_factory=LayoutConfig)
    day: DayConfig = field(default_factory=DayConfig)
    study: StudyConfig = field(default_factory=StudyConfig)
    report: ReportConfig = field(default_factory=ReportConfig)
    results: str = "results"


class Source(NamedTuple):
    """A YAML file of a config: where it lies, what messages call it, and what stands in it."""

    file: Path
    shown: str
    own: bool

    @property
    def tree(self) -> Any:
        """Its plain data; raises `InputError` for what is no YAML."""
        return read_file(self.file, self.shown)

    @property
    def table(self) -> dict[Any, Any]:
        """Its plain data, which must have keys; an empty file has none."""
        tree = self.tree
        if tree is None:
            return {}
        if not isinstance(tree, dict):
            raise InputError(f"{self.shown}: a mapping with keys is needed, not {str(tree)[:60]!r}")
        return tree


@dataclass(frozen=True)
class Sources:
    """Every file of a config by its path without ending, as `people/national`: the packaged ones, those of the user's
    folder in front of them (`theirs`), and layouts of the current folder in front of all.
    """

    files: dict[str, Source]
    packaged: frozenset[str]
    theirs: dict[str, Source]

    def options(self, group: str) -> list[str]:
        """The options of a group."""
        return sorted(path.removeprefix(f"{group}/") for path in self.files if re.fullmatch(f"{group}/[^/]+", path))

    @cached_property
    def skeletons(self) -> dict[str, str]:
        """What Hydra needs of each file to say which are taken: its `defaults` and its package."""
        return {path: _skeleton(path, source) for path, source in self.files.items()}

    def hidden(self, path: str) -> str:
        """A note where a file of the user's own is taken instead of a packaged one of its name; "" where not."""
        source = self.files[path]
        return (
            f"{source.shown} is taken; the packaged {path}.yaml is not" if source.own and path in self.packaged else ""
        )


@dataclass
class Composed:
    """A composed config as plain data, its files, the option chosen for `layout`, and notes on files."""

    tree: dict[str, Any]
    sources: Sources
    layout: str
    notes: list[str]


def find_sources(own: Path | None, layouts: Sequence[str] = ()) -> Sources:
    """The files of a config; `layouts` of the current folder that may be chosen as options."""
    if own is not None and not own.is_dir():
        raise InputError(f"--config-dir: {own} is not a folder")
    found: dict[str, Source] = {}
    with as_file(files("sim.configs")) as packaged:
        for path, file in _yaml_below(packaged):
            found[path] = Source(file, f"{path}.yaml", False)
    names = frozenset(found)
    theirs: dict[str, Source] = {}
    if own is not None:
        theirs = {path: Source(file, str(file), True) for path, file in _yaml_below(own)}
        if not theirs:
            raise InputError(
                f"--config-dir: {own} holds no config; a folder with config.yaml, or with files such as "
                "place/NAME.yaml or layout/NAME.yaml, is needed"
            )
        found |= theirs
    for name in {*layouts, *(path.removeprefix("layout/") for path in found if path.startswith("layout/"))}:
        here = Path(f"{name}.yaml")
        if here.is_file():
            found[f"layout/{name}"] = Source(here, str(here), True)
    return Sources(found, names, theirs)


def _yaml_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """The YAML files of a config folder by their path without ending: `config`, and those of the groups."""
    if (folder / "config.yaml").is_file():
        yield "config", folder / "config.yaml"
    for group in (*GROUPS, PRESETS):
        for file in sorted((folder / group).rglob("*.yaml")):
            yield file.relative_to(folder).with_suffix("").as_posix(), file


def _skeleton(path: str, source: Source) -> str:
    try:
        tree = source.tree
    except InputError:  # said where it is taken
        return ""
    starts = tree.get("defaults", []) if isinstance(tree, dict) else []
    if path == "config" and isinstance(starts, list):
        starts = _with_usual(starts)
    presets = path.startswith(f"{PRESETS}/")
    package = PACKAGE.search(source.file.read_text(encoding="utf-8", errors="ignore")) if source.own else None
    head = package[0] if package else "# @package _global_" if presets else ""
    return f"{head}\n{yaml.safe_dump({'defaults': starts}, allow_unicode=True)}"


def _with_usual(starts: list[Any]) -> list[Any]:
    """The defaults of a `config.yaml`, with the options that it need not name, and presets at their end."""
    named = {str(key) for entry in starts if isinstance(entry, dict) for key in entry}
    before = [{group: option} for group, option in USUAL.items() if group not in named]
    return [*before, *starts, *([] if PRESETS in named else [{PRESETS: None}])]


def compose(words: Sequence[str], own: Path | None = None) -> Composed:
    """The config that `words` of the command line ask for. Raises `InputError` for a word or a file that is wrong."""
    asked = read_overrides(words, (*GROUPS, PRESETS), list(all_keys(Config)))
    sources = find_sources(own, [asked.options["layout"]] if "layout" in asked.options else [])
    for group, option in asked.options.items():
        known = sources.options(group)
        if option not in known:
            raise InputError(f"{group}={option}: {option!r} is no option of {group}{near(option, known)}")
    tree: Any = {}
    notes = []
    layout = ""
    for path, package in _order(sources, asked.options):
        source = sources.files[path]
        keys = [part for part in package.split(".") if part]
        given = {key: value for key, value in source.table.items() if key != "defaults"}
        if source.own:  # what is wrong in it is said with its name
            kind: Any = Config
            for key in keys:
                kind = within(kind, key)
            read(kind, given, f"{source.shown}: ", whole=False)
        if package == "layout":
            layout = path.removeprefix("layout/")
        elif note := sources.hidden(path):
            notes.append(note)
        for key in reversed(keys):
            given = {key: given}
        tree = join(Config, tree, given)
    for word, keys, value in asked.values:
        tree = put(Config, tree, keys, value, word)
    return Composed(tree, sources, layout, notes)


def _order(sources: Sources, options: dict[str, str]) -> list[tuple[str, str]]:
    """The files that make up a config, in the order in which they count, and the keys under which each stands."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**sources.skeletons, "schema": ""}.items():
            target = Path(folder) / f"{path}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        GlobalHydra.instance().clear()
        try:
            with initialize_config_dir(folder, version_base="1.3", job_name="lifecircle"):
                found = GlobalHydra.instance().config_loader().compute_defaults_list(
                    "config", [f"{group}='{option}'" for group, option in options.items()], RunMode.RUN
                )  # fmt: skip
        except HydraException as error:
            raise InputError(f"defaults: {_first_lines(str(error))}") from None
        except (RecursionError, ValueError, TypeError, AttributeError) as error:
            why = "a file starts from itself" if isinstance(error, RecursionError) else _first_lines(str(error))
            raise InputError(f"defaults: {why}; write defaults: [NAME, _self_]") from None
    order = [(str(one.config_path), one.package or "") for one in found.defaults]
    return [(path, package.removeprefix("_global_").strip(".")) for path, package in order if path in sources.files]


def _first_lines(message: str) -> str:
    """Hydra's message without its search path, which is a folder of this moment."""
    lines = [line.strip() for line in message.partition("Config search path")[0].splitlines()]
    return " ".join(line for line in lines if line)
