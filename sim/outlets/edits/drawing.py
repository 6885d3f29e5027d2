"""Drawings: how a layer of points drawn in a GIS differs from the outlets that stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS

from sim.errors import InputError
from sim.outlets.edits.drawn import DrawnConfig
from sim.outlets.edits.placing import AddEdit, MoveEdit
from sim.outlets.formats import FormatConfig
from sim.outlets.outlet import Outlet
from sim.place import LayerConfig, Place
from sim.place.read import LOCAL_METRES, TABLES, column_text, made_id, open_layer, read_layer, tell_apart

MOVED_M: Final = 1.0  # a point less far from where it was has not moved: files round
GEOJSON: Final = (".geojson", ".json")


@dataclass
class Redrawn:
    """What a drawn layer changes.

    `remove` ids of outlets that are gone.
    `add` what is new, by its row in the layer.
    `move` what is moved, by its row in the layer.
    """

    remove: list[str] = field(default_factory=list)
    add: dict[int, AddEdit] = field(default_factory=dict)
    move: dict[int, MoveEdit] = field(default_factory=dict)


def base_of(config: DrawnConfig) -> str:
    """The layout that a drawn layer says it started from in its column `layout`, as exported; `base` where it does not.

    Raises `InputError` where the file cannot be read, or names several.
    """
    path = Path(config.file or "").expanduser()
    if not path.is_file():
        raise InputError(f"study.layouts: {path}: not there; the path of a drawn layout is needed")
    if path.suffix.lower() in TABLES:
        return "base"
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    except DataSourceError as error:
        raise InputError(
            f"{path}: not read as a layer of points ({error}); draw it in QGIS and save it again"
        ) from None
    if config.layer is None and len(layers) > 1:
        raise InputError(
            f"{path}: has several layers; say which is the layout, as in study.layouts=[base,{path}:{layers[0]}]; they "
            f"are {', '.join(layers)}"
        )
    rows = open_layer(path, config, "study.layouts")
    named = sorted({*column_text(rows, "layout" if "layout" in rows else None)} - {""})
    if len(named) > 1:
        raise InputError(f"{path}: its column layout names {', '.join(named)}; one layout to start from is needed")
    return named[0] if named else "base"


def read_drawing(
    config: DrawnConfig, where: str, place: Place, outlets: Mapping[str, Outlet], formats: Mapping[str, FormatConfig]
) -> Redrawn:
    """How a drawn layer differs from the outlets that stand: by id, an empty id being new.

    An outlet of another format, or that admits others, is taken away and added anew. Raises `InputError` naming the row
    for what cannot be an outlet.
    """
    rows = shapes_of(config, where, place, "drawn", "point")
    for name in ("format",):
        if name not in rows:
            there = ", ".join(str(column) for column in rows.columns if column != "geometry")
            raise InputError(f"{where}: no column {name!r}; each point needs the format of its outlet, it has {there}")
    column = {name: column_text(rows, name if name in rows else None) for name in ("id", "format", "name", "admits")}
    form = [known_format(f"{where}: row {row}", word, formats) for row, word in enumerate(column["format"], 1)]
    xy = shapely.get_coordinates(shapely.point_on_surface(rows.geometry.array))
    ids = list(column["id"])
    for one in {one for one in ids if one and ids.count(one) > 1}:
        at = " and ".join(str(row) for row, other in enumerate(ids, 1) if other == one)
        raise InputError(f"{where}: rows {at} have the id {one!r}; clear the id of those that are new")
    new = [row for row, one in enumerate(ids) if not one]
    made = tell_apart([made_id(form[row], column["name"].iloc[row], np.round(xy[row])) for row in new])
    for row, one in zip(new, made, strict=True):
        ids[row] = one

    drawing = Redrawn(remove=[one for one in outlets if one not in set(ids)])
    for row, one in enumerate(ids, 1):
        x, y = (float(value) for value in xy[row - 1])
        admits, name = column["admits"].iloc[row - 1], column["name"].iloc[row - 1]
        stands = outlets.get(one)
        if stands is not None and (stands.format != form[row - 1] or admits not in ("", stands.admitted)):
            drawing.remove.append(one)
            stands = None
        if stands is None:
            drawing.add[row] = AddEdit(id=one, format=form[row - 1], name=name, admits=admits, x=x, y=y)
        elif np.hypot(x - stands.xy[0], y - stands.xy[1]) > MOVED_M:
            drawing.move[row] = MoveEdit(id=one, x=x, y=y)
    return drawing


def known_format(where: str, word: str, formats: Mapping[str, FormatConfig]) -> str:
    """The format that a word is the key or the name of."""
    named = {name: key for key, form in formats.items() for name in (form.en, form.zh, key)}
    if word in named:
        return named[word]
    near = get_close_matches(word, list(named), 3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"one of {', '.join(formats)} is accepted"
    raise InputError(f"{where}: {f'format {word!r} is not known' if word else 'no format'}; {hint}")


def shapes_of(config: LayerConfig, where: str, place: Place, option: str, shape: str) -> Any:
    """The rows of a drawn layer in metres of the place. Where it has no coordinate system, neither has the layer.

    `option` is the key of the layout that names it, and `shape` what each row is to be, for messages.
    """
    path = Path(config.file or "").expanduser()
    key = f"{where}: {option}"
    if path.is_file() and path.suffix.lower() not in TABLES:
        rows = open_layer(path, config, key)
        if "geometry" not in rows:
            raise InputError(f"{where}: has no shapes; draw a layer of {shape}s")
        missing = np.flatnonzero(rows.geometry.isna() | rows.geometry.is_empty)
        if len(missing):
            raise InputError(f"{where}: row {missing[0] + 1} has no {shape}; place it or delete the row")
        local = rows.crs is None or CRS(rows.crs).is_engineering
        plain = rows.crs is not None and rows.crs.equals("EPSG:4326") and path.suffix.lower() in GEOJSON
        if place.local and not (local or plain):
            raise InputError(
                f"{where}: is in {rows.crs.name}, but this place has metres of its own; draw over what "
                "`lifecircle export` writes, in its coordinate system"
            )
        if not place.local and local and not config.crs:
            raise InputError(
                f"{where}: has no coordinate system that says where on earth it is; draw it in that of the place, "
                f"{place.streets.crs}, or give layout key {option}.crs"
            )
    if place.local:
        return read_layer(LayerConfig(config.file, config.layer, LOCAL_METRES), key, "x", "y")
    return read_layer(LayerConfig(config.file, config.layer, config.crs), key).to_crs(place.streets.crs)
