"""What is asked: the configs of all groups together: from YAML and overrides to checked dataclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from sim.columns import short_repr
from sim.config.composed import Config, compose
from sim.config.kinds import all_keys, put, read
from sim.config.layouts import Shelf
from sim.config.overrides import read_overrides
from sim.config.text import written
from sim.errors import InputError
from sim.names import check_apart
from sim.outlets import FormatConfig, LayoutConfig

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """A composed config, the layouts by name that its study needs, all of it as plain data, and notes on its files."""

    config: Config
    layouts: dict[str, LayoutConfig]
    whole: dict[str, Any]
    notes: tuple[str, ...] = ()

    __repr__ = short_repr

    @property
    def yaml(self) -> str:
        """The whole config as YAML."""
        return written(self.whole)


def compose_yaml(overrides: Sequence[str], own: Path | None = None) -> dict[str, Any]:
    """The config as composed, as plain data with every key; its values are not yet checked against each other.

    Raises `InputError` for an override that fits no key, or a value of another kind.
    """
    return asdict(read(Config, compose(overrides, own).tree, whole=False))


def load_config(overrides: Sequence[str], own: Path | None = None) -> Asked:
    """The config of `overrides`, and the layouts of its study.

    A layout of `study.layouts` is an option of the group `layout`, a file `NAME.yaml` in the current folder, a path to
    one, or a layer drawn in a GIS, `FILE.gpkg:LAYER` or `FILE.geojson`. What the user wrote comes before what is
    packaged. Overrides of `layout.…` go to the option chosen for the group. Raises `InputError` with the key and what
    would be accepted.
    """
    composed = compose(overrides, own)
    config: Config = read(Config, composed.tree)
    shelf = Shelf(composed.sources)
    shelf.put(composed.layout, config.layout)
    names = [shelf.take(entry) for entry in config.study.layouts]
    shelf.take_bases()
    check_apart("study.layouts", names)
    config.study.layouts = names
    whole = {**asdict(config), "layouts": shelf.used(names)}
    _give_formats({name: shelf.layouts[name] for name in whole["layouts"]}, config.formats, overrides)
    _check_costs(config.formats, "formats")
    for name, layout in shelf.layouts.items():
        _check_costs(layout, f"layout {name}")
    if any(word.startswith("layout=") for word in overrides) and composed.layout not in names:
        raise InputError(
            f"layout={composed.layout}: study.layouts does not name it; add it, as in "
            f"study.layouts=[base,{composed.layout}]"
        )
    del whole["layout"]
    return Asked(config, shelf.layouts, whole, (*composed.notes, *shelf.notes))


def _give_formats(layouts: Mapping[str, LayoutConfig], formats: dict[str, FormatConfig], words: Sequence[str]) -> None:
    """Give the formats to every layout that starts from the place, unless it brings all of its own.

    Raises `InputError` where no layout takes them, and a word asks something of them.
    """
    starts = [layout for layout in layouts.values() if layout.base == "place"]
    taking = [layout for layout in starts if not layout.formats]
    asked = [word for word in words if word.split("=")[0].split(".")[0] == "formats"]
    if asked and not taking:
        raise InputError(
            f"{asked[0]}: no layout of this study takes its formats from there, as each brings its own; change those, "
            "or leave `formats` out of the layout that starts from place"
        )
    for layout in taking:
        layout.formats = formats


def _check_costs(thing: Any, where: str) -> None:
    """Raise `InputError` for a cost below 0, anywhere in a layout."""
    if is_dataclass(thing):
        rows = [(f"{where}.{field.name}", field.name, getattr(thing, field.name)) for field in fields(thing)]
    elif isinstance(thing, dict):
        rows = [(f"{where}.{key}", str(key), value) for key, value in thing.items()]
    elif isinstance(thing, list):
        rows = [(f"{where}[{row}]", "", value) for row, value in enumerate(thing)]
    else:
        return
    for place, key, value in rows:
        if key == "cost_yuan" and isinstance(value, float) and value < 0:
            raise InputError(f"{place}: {value:g}; yuan from 0 up are accepted")
        _check_costs(value, place)


def change_part(kind: type[T], tree: dict[str, Any], group: str, overrides: Sequence[str]) -> T:
    """The config of one group from its plain data, changed by words that may be of that group only.

    Raises `InputError` for a word of another group, or that fits no key.
    """
    told = read_overrides(overrides, (), None)
    for word, path, value in told.values:
        if path[0] != group or len(path) < 2:
            raise InputError(f"{word}: only keys of {group} can be changed here, as {group}.{next(all_keys(kind))}=…")
        tree = put(kind, tree, path[1:], value, word, group)
    part: T = read(kind, tree, group)
    return part
