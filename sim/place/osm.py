"""Streets, buildings and outlets of an OpenStreetMap extract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import osmium
import shapely
from osmium.filter import EntityFilter, KeyFilter
from osmium.osm import AREA, NODE

from sim.errors import InputError
from sim.notes import Note
from sim.place.config import OsmConfig, PlaceConfig
from sim.place.ground import Features, Ground, around
from sim.place.layers import metric_crs
from sim.place.tags import ATTRIBUTION, GATES, crossing_delay, manner_of
from sim.place.ways import Ways, build_streets


def read_osm(config: PlaceConfig) -> Ground:
    """What an OpenStreetMap extract shows: streets to walk, buildings, outlets.

    `config.streets` is the path of an .osm, .osm.gz or .osm.pbf file; everything is projected to its UTM
    zone. Raises `InputError` where the file is no map, or holds no walkable way.
    """
    path = Path(config.streets or "").expanduser()
    with readable(path), TemporaryDirectory() as folder:
        box = osmium.FileProcessor(path).header.box()
        ordered = put_in_order(path, Path(folder))
        ways, gates = read_ways(ordered, config.osm)
        features = read_features(ordered, config.osm)
    if not len(ways.first):
        raise InputError(
            f"{path}: no walkable way in it ({sum(ways.barred.values())} others); export the streets too, or "
            "add their highway values to place.osm.walkable"
        )
    crs, project = metric_crs(ways.xy)
    streets, bridge, notes = build_streets(replace(ways, xy=project(ways.xy)), crs)
    if gates:
        notes.append(
            Note(f"Gates on the walkable ways of the map: {gates:,}. It has no walls, so nothing is walled in.")
        )
    bounds = around(streets, config.far_home_m)
    if box.valid():
        low, high = box.bottom_left, box.top_right
        bounds = shapely.transform(shapely.box(low.lon, low.lat, high.lon, high.lat), project)
    return Ground(
        streets=streets,
        bounds=bounds,
        bridge=bridge,
        boxed=box.valid(),
        features=replace(features, shape=shapely.transform(features.shape, project)),
        attribution=ATTRIBUTION,
        notes=tuple(notes),
    )


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what osmium raises over a file that is not a map into an `InputError`."""
    try:
        yield
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise InputError(
            f"{path}: not read as OpenStreetMap data ({error}); an .osm, .osm.gz or .osm.pbf file is "
            "needed, for example from openstreetmap.org/export; fetch a broken download again"
        ) from None


def put_in_order(path: Path, folder: Path) -> Path:
    """A copy with nodes before ways before relations, each once: Overpass exports are not in that order."""
    ordered = folder / "ordered.osm.pbf"
    merged = osmium.MergeInputReader()
    merged.add_file(str(path))
    with osmium.SimpleWriter(str(ordered)) as writer:
        merged.apply(writer)
    return ordered


def read_ways(path: Path, osm: OsmConfig) -> tuple[Ways, int]:
    """The walkable ways of a map in degrees, cut where a node lies beyond the extract, and how many gates they have."""
    vertices: list[tuple[int, float, float]] = []
    first, manners = [], []
    delay_s: dict[int, float] = {}
    gates: list[int] = []
    barred: Counter[str] = Counter()
    for thing in osmium.FileProcessor(path).with_locations().with_filter(KeyFilter("highway", "barrier")):
        if thing.is_node():
            tags = dict(thing.tags)
            if seconds := crossing_delay(tags, osm):
                delay_s[thing.id] = seconds
            if tags.get("barrier", "") in GATES:
                gates.append(thing.id)
        elif thing.is_way() and "highway" in thing.tags:
            manner = manner_of(dict(thing.tags), osm.walkable)
            if manner.barred:
                barred[manner.barred] += 1
                continue
            for part in mapped_parts(thing.nodes):
                first.append(len(vertices))
                manners.append(manner)
                vertices += part
    node = np.array([node for node, _, _ in vertices], dtype=np.int64)
    ways = Ways(
        node=node,
        xy=np.array([lonlat for _, *lonlat in vertices], dtype=float).reshape(-1, 2),
        first=np.array(first, dtype=np.int64),
        stairs=np.array([manner.stairs for manner in manners], dtype=bool),
        cycling=np.array([manner.cycling for manner in manners], dtype=bool),
        bridge=np.array([manner.bridge for manner in manners], dtype=bool),
        wait_s=np.zeros(len(first)),
        longer=np.ones(len(first)),
        delay_s=delay_s,
        barred=barred,
    )
    return ways, int(np.isin(gates, node).sum())


def mapped_parts(nodes: Any) -> list[list[tuple[int, float, float]]]:
    """The parts of a way whose nodes (id, lon, lat) are in the extract, each of two nodes or more."""
    parts: list[list[tuple[int, float, float]]] = [[]]
    for node in nodes:
        if node.location.valid():
            parts[-1].append((node.ref, node.lon, node.lat))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def read_features(path: Path, osm: OsmConfig) -> Features:
    """The buildings and outlets of a map; an area of several ways is one feature, an unclosed one is none."""
    keys = sorted({"building", *(tag.partition("=")[0] for tag in osm.outlets)})
    found: list[tuple[str, str, str, float, str]] = []
    shapes: list[str] = []
    wkb = osmium.geom.WKBFactory()
    things = osmium.FileProcessor(path).with_areas(KeyFilter(*keys))
    for thing in things.with_filter(EntityFilter(NODE | AREA)).with_filter(KeyFilter(*keys)):
        area = thing.is_area()
        if area and not thing.num_rings()[0]:
            continue
        tags = dict(thing.tags)
        building = tags.get("building", "") if area else ""
        outlet = outlet_format(tags, osm.outlets)
        if building or outlet:
            letter, id_ = ("w" if thing.from_way() else "r", thing.orig_id()) if area else ("n", thing.id)
            levels = storeys(tags.get("building:levels", ""))
            found.append((f"osm-{letter}{id_}", building, outlet, levels, tags.get("name", "")))
            shapes.append(wkb.create_multipolygon(thing) if area else wkb.create_point(thing))
    return Features(
        id=[row[0] for row in found],
        shape=np.asarray(shapely.from_wkb(shapes), dtype=object),
        building=[row[1] for row in found],
        levels=np.array([row[3] for row in found], dtype=float),
        format=[row[2] for row in found],
        name=[row[4] for row in found],
    )


def outlet_format(tags: dict[str, str], table: dict[str, str]) -> str:
    """The format of the first line of the table that the tags fit, or "" where none does.

    `shop=*` fits any shop but `no` and `vacant`.
    """
    for tag, outlet in table.items():
        key, _, value = tag.partition("=")
        values = [word.strip() for word in tags.get(key, "no").split(";")]
        if value in values or (value == "*" and values not in (["no"], ["vacant"])):
            return outlet
    return ""


def storeys(text: str) -> float:
    """The number of storeys that a map gives, or NaN."""
    number = re.match(r"\s*(\d+(\.\d+)?)", text)
    return float(number[1]) if number and float(number[1]) > 0 else np.nan
