"""The seven configs together: from YAML and overrides to checked dataclasses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from yaml import safe_dump

from sim.columns import short_repr
from sim.config.composed import GROUPS, Config, compose, find_sources
from sim.config.kinds import read
from sim.config.layouts import Shelf
from sim.errors import InputError
from sim.names import check_apart
from sim.outlets import LayoutConfig

__all__ = ["GROUPS", "Asked", "Config", "compose_yaml", "load_config", "options"]


@dataclass(frozen=True)
class Asked:
    """A composed config, the layouts by name that its study needs, the whole of it as YAML, and notes on the files that
    were taken.
    """

    config: Config
    layouts: dict[str, LayoutConfig]
    yaml: str
    notes: tuple[str, ...] = ()

    __repr__ = short_repr


def options(own: Path | None = None) -> dict[str, list[str]]:
    """The options of each group, packaged and the user's own."""
    sources = find_sources(own)
    return {group: sources.options(group) for group in GROUPS}


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
    for name, layout in shelf.layouts.items():
        _check_costs(layout, f"layout {name}")
    if any(word.startswith("layout=") for word in overrides) and composed.layout not in names:
        raise InputError(
            f"layout={composed.layout}: study.layouts does not name it; add it, as in "
            f"study.layouts=[base,{composed.layout}]"
        )
    whole = {**asdict(config), "layouts": shelf.used(names)}
    del whole["layout"]
    text = safe_dump(whole, sort_keys=False, allow_unicode=True)
    return Asked(config, shelf.layouts, text, (*composed.notes, *shelf.notes))


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
