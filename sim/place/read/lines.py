"""Streets of a layer of lines: a GeoPackage, GeoJSON, Shapefile, FlatGeobuf, or Parquet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from sim.columns import Floats, Ints, Shapes
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import LayerConfig, OsmConfig, PlaceConfig
from sim.place.read.joins import SAME_M, join_lines, once, vertices_of
from sim.place.read.layers import STREETS_KEY, read_layer, to_metres
from sim.place.read.left_out import LeftOut, km
from sim.place.read.source_map import SourceMap, around
from sim.place.read.tags import (
    ATTRIBUTION,
    GATE_BARRIERS,
    HIGHWAYS,
    TAGS,
    UNKNOWN_KIND,
    Manner,
    has_signals,
    is_crossing,
    manner_of,
    tag_value,
)
from sim.place.read.ways import Ways, build_streets, manner_columns

# Columns that may say what kind of way a line is; the first one whose values are kinds of OpenStreetMap.
KINDS: Final = ("highway", "fclass", "class", "road_class", "type", "kind")
STAIRS: Final = ("stairs", "steps", "stair", "台阶", "楼梯")
# Columns that show that a layer was made of OpenStreetMap.
MADE_OF_OSM: Final = ("osm_id", "osmid", "full_id", "fclass", "other_tags", "@id")


def read_lines(config: PlaceConfig) -> SourceMap:
    """The streets of a layer of lines; it shows no buildings and no outlets.

    Columns that are called as tags of OpenStreetMap count as those do; where none says what kind of way a line is, all
    are walked. Raises `InputError` where there is no line, none is walked, or they do not say where they lie.
    """
    path = Path(config.streets or "").expanduser()
    layer = LayerConfig(file=config.streets, layer=config.streets_layer, crs=config.streets_crs)
    rows, crs = to_metres(read_layer(layer, STREETS_KEY), path, STREETS_KEY)
    rows, notes = only_lines(rows, path)
    manner, kind, wait_s, level, tag_notes = judge(rows, config.osm)
    lines = np.asarray(rows.geometry.array)
    row, left_out, more = pick_walked(lines, manner, kind, path)
    notes += more
    lines, join_notes = join_lines(lines[row], level[row], config)
    node, xy, first = vertices_of(lines)
    ways = Ways(
        node=node,
        xy=xy,
        first=first,
        **manner_columns([manner[i] for i in row]),
        wait_s=wait_s[row],
        longer=np.ones(len(row)),
        delay_s={},
        left_out=left_out,
    )
    network = build_streets(ways, crs)
    return SourceMap(
        streets=network.streets,
        bounds=around(network.streets, config.far_home_m),
        bridge=network.bridge,
        lived=network.lived,
        line=network.line,
        wait_s=network.wait_s,
        attribution=ATTRIBUTION if any(name in rows for name in MADE_OF_OSM) else "",
        notes=(*notes, *tag_notes, *join_notes, *network.notes),
    )


def pick_walked(
    lines: Shapes, manner: Sequence[Manner], kind: Sequence[str], path: Path
) -> tuple[Ints, LeftOut, list[Note]]:
    """The rows of the lines that are walked, one of each that is drawn twice; what is left out, and notes."""
    left_out, notes = LeftOut(), []
    walked = np.array([not one.barred for one in manner])
    for line in np.flatnonzero(~walked).tolist():
        left_out.add(manner[line].barred, kind[line] or "no value", float(lines[line].length))
    if not walked.any():
        raise InputError(
            f"{path}: none of its {len(lines):,} lines is walked ({', '.join(left_out.reasons)}); add their highway "
            "values to place.osm.walkable"
        )
    stairs = np.array([one.stairs for one in manner])
    row = np.flatnonzero(walked)
    row = row[once(lines[row], stairs[row])]
    if len(row) < walked.sum():
        twice_m = shapely.length(lines[walked]).sum() - shapely.length(lines[row]).sum()
        text = f"Streets that are drawn twice, walked once: {walked.sum() - len(row):,}, {km(twice_m)}."
        notes.append(Note(text))
    return row, left_out, notes


def only_lines(rows: Any, path: Path) -> tuple[Any, list[Note]]:
    """The lines among the rows, one part each and no shorter than a millimetre; and notes."""
    parts = rows.explode(index_parts=False)
    line = parts[np.isin(shapely.get_type_id(parts.geometry.array), (1, 2))]
    notes = []
    if not len(line):
        kinds = ", ".join(sorted(set(rows.geom_type)))
        raise InputError(f"{path}: holds {kinds}, no lines; place.streets needs the centre lines of streets")
    if len(line) < len(parts):
        notes.append(Note(f"Shapes among the streets that are no lines, left out: {len(parts) - len(line):,}."))
    long = shapely.length(line.geometry.array) > SAME_M
    if not long.any():
        raise InputError(f"{path}: every line of it is of no length")
    if not long.all():
        notes.append(Note(f"Streets of no length, left out: {np.count_nonzero(~long):,}."))
    return line[long].reset_index(drop=True), notes


def judge(rows: Any, osm: OsmConfig) -> tuple[list[Manner], list[str], Floats, Floats, list[Note]]:
    """How each line is used, its kind, the seconds lost on it at crossings, its level, and notes on what the columns
    say.
    """
    named = {str(name).strip().lower(): name for name in rows.columns}
    table = pd.DataFrame(index=rows.index)
    if "other_tags" in named:  # how GDAL keeps the tags that have no column
        pairs = [dict(re.findall(r'"([^"]+)"=>"([^"]*)"', str(text))) for text in rows[named["other_tags"]]]
        table = pd.DataFrame({key: [tags.get(key, "") for tags in pairs] for key in (*TAGS, "crossing:signals")})
    for name in TAGS:
        if name in named:
            table[name] = words(rows[named[name]], name)
    kind, notes = kinds_of_ways(rows, named)
    for name in STAIRS:
        if name in named:
            kind = kind.mask(~words(rows[named[name]], name).isin(["", "no"]), "steps")
    table["highway"] = kind
    walkable = [*osm.walkable, UNKNOWN_KIND, *(["steps"] if notes else [])]
    told: Any = table.to_dict("records")
    manner = [manner_of(tags, walkable) for tags in told]
    signals = np.array([has_signals(tags) for tags in told])
    crosses = ~tag_column(table, "crossing").isin(["", "no"]) | np.array([is_crossing(tags) for tags in told])
    wait_s = np.where(signals, osm.signal_crossing_s, np.where(crosses, osm.crossing_s, 0.0))
    gates = tag_column(table, "barrier").isin(GATE_BARRIERS) | ~tag_column(table, "gate").isin(["", "no"])
    if gates.any():
        notes.append(Note(f"Streets with a gate: {gates.sum():,}. A map has no walls, so nothing is walled in."))
    level = pd.to_numeric(tag_column(table, "layer"), errors="coerce").fillna(0).to_numpy(dtype=float)
    bridge = np.array([one.bridge for one in manner])
    return manner, list(kind), wait_s, np.where(bridge & (level == 0), 0.5, level), notes


def kinds_of_ways(rows: Any, named: dict[str, Any]) -> tuple[Any, list[Note]]:
    """The kind of way of each row as OpenStreetMap names it; or `UNKNOWN_KIND`, and a note, where no column says it."""
    there = [named[name] for name in KINDS if name in named]
    for name in there:
        kind = words(rows[name], "highway").str.replace(r"^track_grade\d$", "track", regex=True)
        kind = kind.replace("unknown", UNKNOWN_KIND)
        if kind[kind != ""].isin(HIGHWAYS).mean() >= 0.5:
            return kind, []
    note = (
        "Every line is walked, for no column says what kind of way it is in words of OpenStreetMap (highway=footway …)"
    )
    if there:
        note += f"; {', '.join(map(str, there))} has other words"
    return pd.Series(UNKNOWN_KIND, index=rows.index), [Note(f"{note}.")]


def words(column: Any, key: str) -> Any:
    """A column as the values of a tag, empty where it says nothing."""
    return (
        column.astype(object)
        .where(column.notna(), "")
        .astype(str)
        .map(lambda value: tag_value(key, value) if value else "")
    )


def tag_column(table: pd.DataFrame, name: str) -> Any:
    """A column of tags, empty where there is none."""
    return table[name] if name in table else pd.Series("", index=table.index)
