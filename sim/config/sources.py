"""Where the files of a config lie: those packaged, the user's own in front of them, and layouts of the current folder.

Nothing here loads a room, so that the options of the groups are known at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from sim.config.text import read_file
from sim.errors import InputError

GROUPS: Final = ("place", "people", "needs", "formats", "layout", "day", "study", "report")
PRESETS: Final = "experiment"  # the group whose options choose those of several others, and set keys
USUAL: Final = {"formats": "national"}  # options that a config.yaml need not name
PACKAGE: Final = re.compile(r"^#\s*@package\s+\S+\s*$", re.MULTILINE)


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

    @property
    def groups(self) -> list[str]:
        """The groups: those of the project, presets, and those that the user's folder has besides."""
        return list(
            dict.fromkeys((*GROUPS, PRESETS, *sorted({path.split("/")[0] for path in self.theirs if "/" in path})))
        )

    def options(self, group: str) -> list[str]:
        """The options of a group."""
        return sorted(path.removeprefix(f"{group}/") for path in self.files if re.fullmatch(f"{group}/[^/]+", path))

    @cached_property
    def skeletons(self) -> dict[str, str]:
        """What Hydra needs of each file to say which are taken: its `defaults` and its package."""
        return {path: _skeleton(path, source) for path, source in self.files.items()}

    @property
    def named(self) -> set[str]:
        """The groups of which the config.yaml that is taken chooses an option."""
        starts = self.files["config"].table.get("defaults") or []
        told = {str(key) for entry in starts if isinstance(entry, dict) for key in entry}
        return {word.removeprefix("optional ").partition("@")[0] for word in told} | {*GROUPS}

    def hidden(self, path: str) -> str:
        """A note where a file of the user's own is taken instead of a packaged one of its name; "" where not."""
        source = self.files[path]
        return (
            f"{source.shown} is taken; the packaged {path}.yaml is not" if source.own and path in self.packaged else ""
        )


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
    for group in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        for file in sorted(group.rglob("*.yaml")):
            yield file.relative_to(folder).with_suffix("").as_posix(), file


def _skeleton(path: str, source: Source) -> str:
    try:
        tree = source.tree
    except InputError:  # said where it is taken
        return ""
    starts = tree.get("defaults", []) if isinstance(tree, dict) else []
    if path == "config" and isinstance(starts, list):
        starts = _with_usual(starts)
    beside = path != "config" and path.split("/")[0] not in GROUPS  # what stands in it is told from the top on
    package = PACKAGE.search(source.file.read_text(encoding="utf-8", errors="ignore")) if source.own else None
    head = package[0] if package else "# @package _global_" if beside else ""
    return f"{head}\n{yaml.safe_dump({'defaults': starts}, allow_unicode=True)}"


def _with_usual(starts: list[Any]) -> list[Any]:
    """The defaults of a `config.yaml`, with the options that it need not name."""
    named = {str(key) for entry in starts if isinstance(entry, dict) for key in entry}
    before = [{group: option} for group, option in USUAL.items() if group not in named]
    return [*before, *starts]


def layouts_here() -> list[str]:
    """The layouts that lie in the current folder: YAML files that say which layout they start from."""
    return sorted(file.stem for file in Path().glob("*.yaml") if file.is_file() and _is_layout(file))


def _is_layout(file: Path) -> bool:
    try:
        tree = read_file(file, str(file))
    except InputError:  # said where it is taken
        return False
    return isinstance(tree, dict) and "base" in tree


def options(own: Path | None = None) -> dict[str, list[str]]:
    """The options of each group, packaged and the user's own."""
    sources = find_sources(own)
    return {group: sources.options(group) for group in sources.groups}
