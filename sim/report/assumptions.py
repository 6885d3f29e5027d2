"""What the model rests on: every number of the packaged configs, with unit, source and grade from its comment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from sim.report.words import PLAIN_LOADER

NUMBER_GRADES = ("S", "D", "M", "A")
NOTED_GROUPS = ("place", "people", "needs", "layout", "day", "study")

KeyPath = tuple[str, ...]


@dataclass(frozen=True)
class SourceNote:
    """The comment on a key: `unit; source [grade]`, at the dotted `key`, in the file it stands in."""

    file: str
    key: KeyPath
    unit: str
    source: str
    grade: str


@dataclass(frozen=True)
class Number:
    """A number of a config file: its path, its value there, and the note on its line or on the nearest key above it."""

    path: KeyPath
    value: float
    note: SourceNote | None


@dataclass(frozen=True)
class Assumption:
    """A noted key with its effective numbers, written compactly; `by_user` where the user set at least one of them."""

    key: str
    value: str
    unit: str
    source: str
    grade: str
    numbers: int
    by_user: bool


def parse_numbers(text: str, file: str) -> list[Number]:
    """Every number of a YAML file with its note; a number without one has None."""
    tree = yaml.compose(text, Loader=PLAIN_LOADER)
    if not isinstance(tree, yaml.MappingNode):
        return []
    lines = text.splitlines()
    return list(_walk(tree, (), (), lines, file))


def _walk(
    node: Any, path: KeyPath, above: Sequence[tuple[KeyPath, int]], lines: list[str], file: str
) -> Iterator[Number]:
    """Numbers below a node; `above` holds the keys on the way down with their lines."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield from _walk(value, here, [*above, (here, key.start_mark.line)], lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for row, value in enumerate(node.value):
            here = (*path, str(row))
            yield from _walk(value, here, [*above, (here, value.start_mark.line)], lines, file)
    elif node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"):
        yield Number(path, float(yaml.safe_load(node.value)), _note(above, lines, file))


def _note(above: Sequence[tuple[KeyPath, int]], lines: list[str], file: str) -> SourceNote | None:
    """The note of the nearest line, going up; it belongs to the first key on that line."""
    for _, line in reversed(above):
        found = re.search(r"(?:^|\s)#\s*([^;]+);\s*(.+?)\s*\[([SDMA])\]\s*$", lines[line])
        if found:
            key = next(path for path, at in above if at == line)
            return SourceNote(file, key, *(part.strip() for part in found.groups()))
    return None


def packaged_numbers(group: str, option: str) -> list[Number]:
    """The numbers of an option of a group, with those of the options it starts from; empty where it is not packaged."""
    text = _packaged_text(group, option)
    numbers: dict[KeyPath, Number] = {}
    for start in _starts(text):
        if isinstance(start, str) and start != "_self_":
            of, _, package = start.partition("@")
            below = tuple(package.split(".")) if package else ()
            numbers |= {(*below, *number.path): _moved(number, below) for number in packaged_numbers(group, of)}
    own = [number for number in parse_numbers(text, f"{group}/{option}.yaml") if number.path[0] != "defaults"]
    return [*(numbers | {number.path: number for number in own}).values()]


def _packaged_text(group: str, option: str) -> str:
    """The text of an option of a group; empty where it is not packaged."""
    file = files("sim.configs") / group / f"{option}.yaml"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _starts(text: str) -> list[Any]:
    """What an option starts from: `other`, `other@key` (its numbers below that key), or `{override /group: other}`."""
    starts: list[Any] = (yaml.load(text, Loader=PLAIN_LOADER) or {}).get("defaults", [])
    return starts


def _moved(number: Number, below: KeyPath) -> Number:
    """The number with its note as they stand below a key."""
    note = number.note and replace(number.note, key=(*below, *number.note.key))
    return Number((*below, *number.path), number.value, note)


def every_file() -> list[Traversable]:
    """The packaged config files."""

    def below(folder: Traversable) -> Iterator[Traversable]:
        for entry in folder.iterdir():
            yield from below(entry) if entry.is_dir() else [entry]

    return sorted((file for file in below(files("sim.configs")) if file.name.endswith(".yaml")), key=str)


def chosen_options(overrides: Sequence[str]) -> dict[str, str]:
    """The option of each group: the one that the overrides choose, or that a chosen option brings, or the default of
    `config.yaml`.
    """
    defaults = _starts((files("sim.configs") / "config.yaml").read_text(encoding="utf-8"))
    usual = {group: str(option) for entry in defaults if isinstance(entry, dict) for group, option in entry.items()}
    pairs = [override.partition("=") for override in overrides]
    asked = {group: option for group, _, option in pairs if group in usual}
    brought = {
        key.removeprefix("override /").partition("@")[0]: str(option)
        for group, chosen in (usual | asked).items()
        for entry in _starts(_packaged_text(group, chosen))
        if isinstance(entry, dict)
        for key, option in entry.items()
    }
    return usual | brought | asked


def assumptions(config: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, list[Assumption]]:
    """By group, the noted keys of the options in use, with the numbers that the effective config has."""
    chosen = chosen_options(overrides)
    found: dict[str, list[Assumption]] = {}
    for group in NOTED_GROUPS:
        if group == "layout":
            found[group] = [
                row
                for name, layout in config["layouts"].items()
                for row in _rows(packaged_numbers("layout", name), layout, f"{name}.")
            ]
        else:
            found[group] = _rows(packaged_numbers(group, chosen[group]), config[group], "")
    return found


def _rows(numbers: list[Number], effective: Any, prefix: str) -> list[Assumption]:
    """One row per note, with the effective values of its numbers."""
    blocks: dict[SourceNote, list[Number]] = {}
    for number in numbers:
        if number.note is not None:
            blocks.setdefault(number.note, []).append(number)
    rows = []
    for note, block in blocks.items():
        values = {number.path: _at(effective, number.path) for number in block}
        kept = {path: value for path, value in values.items() if value is not None}
        if not kept:
            continue
        tree = _subtree(_at(effective, note.key), note.key, set(kept) if _shared(note.key, numbers, note) else None)
        by_user = any(values[number.path] != number.value for number in block)
        text = yaml.safe_dump(tree, default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True)
        text = text.replace("\n...\n", "").strip().removeprefix("{").removesuffix("}")
        rows.append(
            Assumption(prefix + ".".join(note.key), text, note.unit, note.source, note.grade, len(kept), by_user)
        )
    return rows


def _shared(key: KeyPath, numbers: list[Number], note: SourceNote) -> bool:
    """Whether numbers below a noted key have notes of their own."""
    return any(number.path[: len(key)] == key and number.note != note for number in numbers)


def _at(tree: Any, path: KeyPath) -> Any:
    """What stands at a path of plain config, or None."""
    for step in path:
        if isinstance(tree, list):
            tree = tree[int(step)] if int(step) < len(tree) else None
        elif isinstance(tree, dict):
            tree = next((value for key, value in tree.items() if str(key) == step), None)
        else:
            return None
    return tree


def _subtree(tree: Any, path: KeyPath, wanted: set[KeyPath] | None) -> Any:
    """The numbers of a tree of plain config: all, or the `wanted` ones."""
    if isinstance(tree, dict):
        parts = {key: _subtree(value, (*path, str(key)), wanted) for key, value in tree.items()}
        return {key: part for key, part in parts.items() if part is not None} or None
    if isinstance(tree, list):
        rows = [_subtree(value, (*path, str(row)), wanted) for row, value in enumerate(tree)]
        return [row for row in rows if row is not None] or None
    if isinstance(tree, bool) or not isinstance(tree, int | float) or (wanted is not None and path not in wanted):
        return None
    return int(tree) if float(tree).is_integer() else tree


def count_grades(rows: list[Assumption]) -> dict[str, int]:
    """Numbers by grade, those that the user set apart."""
    counts = dict.fromkeys((*NUMBER_GRADES, "user"), 0)
    for row in rows:
        counts["user" if row.by_user else row.grade] += row.numbers
    return counts
