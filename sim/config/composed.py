"""The config as composed: packaged files, the user's own in front of them, and the command line.

Hydra says which files make up a config, and in which order (their `defaults`, and the options chosen); what stands in
them is joined here, by one rule (`sim.config.kinds`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from hydra.types import RunMode

from sim.config.choices import read_choices
from sim.config.kinds import all_keys, join, put, read, within
from sim.config.sources import Source, Sources
from sim.day import DayConfig
from sim.errors import InputError
from sim.needs import NeedsConfig
from sim.outlets import FormatConfig, LayoutConfig
from sim.people import PeopleConfig
from sim.place import PlaceConfig
from sim.report.config import ReportConfig
from sim.study import StudyConfig


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


@dataclass
class Composed:
    """A composed config as plain data, its files, the option chosen for `layout`, and notes on files."""

    tree: dict[str, Any]
    sources: Sources
    layout: str
    notes: list[str]


def compose(words: Sequence[str], own: Path | None = None) -> Composed:
    """The config that `words` of the command line ask for. Raises `InputError` for a word or a file that is wrong."""
    asked, sources = read_choices(words, own, list(all_keys(Config)))
    tree: Any = {}
    notes = []
    layout = ""
    for path, package in _order(sources, asked.options):
        source = sources.files[path]
        keys = [part for part in package.split(".") if part]
        _refuse_hydra(source)
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
    named = sources.named

    def how(group: str) -> str:
        return "" if group in named else "+"  # a group that no config.yaml names comes last

    with tempfile.TemporaryDirectory() as folder:
        for path, text in {**sources.skeletons, "schema": ""}.items():
            target = Path(folder) / f"{path}.yaml"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        GlobalHydra.instance().clear()
        try:
            with initialize_config_dir(folder, version_base="1.3", job_name="lifecircle"):
                found = GlobalHydra.instance().config_loader().compute_defaults_list(
                    "config", [f"{how(group)}{group}='{option}'" for group, option in options.items()], RunMode.RUN
                )  # fmt: skip
        except HydraException as error:
            raise InputError(f"defaults: {_first_lines(str(error))}") from None
        except (RecursionError, ValueError, TypeError, AttributeError) as error:
            why = "a file starts from itself" if isinstance(error, RecursionError) else _first_lines(str(error))
            raise InputError(f"defaults: {why}; write defaults: [NAME, _self_]") from None
    order = [(str(one.config_path), one.package or "") for one in found.defaults]
    return [(path, package.removeprefix("_global_").strip(".")) for path, package in order if path in sources.files]


def _refuse_hydra(source: Source) -> None:
    """Raise `InputError` where a file asks something of Hydra itself."""
    for entry in source.table.get("defaults") or []:
        for word in entry if isinstance(entry, dict) else ():
            if "hydra" in str(word).removeprefix("override ").strip("/").split("/"):
                raise InputError(f"{source.shown}: defaults: {word}: Hydra's own options are not used; delete the line")


def _first_lines(message: str) -> str:
    """Hydra's message without its search path, which is a folder of this moment."""
    lines = [line.strip() for line in message.partition("Config search path")[0].splitlines()]
    return " ".join(line for line in lines if line)
