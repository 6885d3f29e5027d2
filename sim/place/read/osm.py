"""Streets, buildings and outlets of an OpenStreetMap extract."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import osmium
import shapely
from osmium.filter import EntityFilter, IdFilter, KeyFilter
from osmium.osm import AREA, NODE, RELATION, WAY

from sim.columns import Floats
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import OsmConfig, PlaceConfig
from sim.place.read.layers import metric_crs
from sim.place.read.left_out import LeftOut
from sim.place.read.source_map import Features, SourceMap, around
from sim.place.read.tags import ATTRIBUTION, GATE_BARRIERS, Manner, crossing_delay, crossing_way_delay, manner_of
from sim.place.read.ways import Ways, build_streets, manner_columns

# A header's box is believed that holds at least this share of the map's ways, and is no more than so many times as
# large as what they reach over; coasts and lakes may be empty [A].
BOX_HOLDS: Final = 0.5
BOX_LARGER: Final = 10.0
MARGIN_DEGREES: Final = 0.01  # what is empty around a single street, about a kilometre
DEGREE_M: Final = 111_195.0  # of a great circle, on a globe of 6,371 km


def read_osm(config: PlaceConfig) -> SourceMap:
    """What an OpenStreetMap extract shows: streets to walk, buildings, outlets.

    `config.streets` is the path of an .osm, .osm.gz, .osm.bz2 or .osm.pbf file; everything is projected to its UTM
    zone. Raises `InputError` where the file is no map, or holds no walkable way.
    """
    path = Path(config.streets or "").expanduser()
    with readable(path), TemporaryDirectory() as folder:
        header = osmium.FileProcessor(path).header.box()
        ordered = put_in_order(path, Path(folder))
        ways, notes = read_ways(ordered, config.osm)
        features, unclosed = read_features(ordered, config.osm)
    if not len(ways.first):
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in ways.left_out.reasons.items()) or "no others"
        raise InputError(
            f"{path}: no walkable way in it ({reasons}); export the streets too, or "
            "add their highway values to place.osm.walkable"
        )
    crs, project = metric_crs(ways.xy)
    box, box_notes = believed_box(header, ways.xy)
    network = build_streets(replace(ways, xy=project(ways.xy)), crs)
    bounds = around(network.streets, config.far_home_m)
    if box is not None:
        bounds = shapely.transform(box, project)
    return SourceMap(
        streets=network.streets,
        bounds=bounds,
        bridge=network.bridge,
        lived=network.lived,
        line=network.line,
        wait_s=network.wait_s,
        boxed=box is not None,
        features=replace(features, shape=shapely.transform(features.shape, project)),
        attribution=ATTRIBUTION,
        notes=(*box_notes, *network.notes, *notes, *unclosed),
    )


def believed_box(header: Any, lonlat: Floats) -> tuple[shapely.Polygon | None, list[Note]]:
    """The box in degrees that the header of a map says it was cut to, or None where it says none or one that does not
    fit the vertices (vertex, 2) of its ways, with a note.
    """
    if not header.valid():
        return None, []
    low, high = header.bottom_left, header.top_right
    box = shapely.box(low.lon, low.lat, high.lon, high.lat)
    extent = shapely.box(*lonlat.min(axis=0), *lonlat.max(axis=0))
    held = np.mean(shapely.intersects_xy(box, lonlat[:, 0], lonlat[:, 1]))
    if held >= BOX_HOLDS and box.area <= BOX_LARGER * extent.buffer(MARGIN_DEGREES).area:
        return box, []
    text = (
        f"The header of the map says that it is cut to {box.bounds[0]:g} to {box.bounds[2]:g} degrees east and "
        f"{box.bounds[1]:g} to {box.bounds[3]:g} north; {held:.0%} of its ways lie there, and those reach from "
        f"{extent.bounds[0]:.3f} to {extent.bounds[2]:.3f} and {extent.bounds[1]:.3f} to {extent.bounds[3]:.3f}. "
        "It is not believed: the place is as large as its streets."
    )
    return None, [Note(text, 0.0, "Cut the map again with osmium extract where it should be smaller.")]


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what osmium raises over a file that is not a map into an `InputError`."""
    try:
        yield
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise InputError(
            f"{path}: not read as OpenStreetMap data ({error}); an .osm, .osm.gz, .osm.bz2 or "
            ".osm.pbf file is needed, for example from openstreetmap.org/export; fetch a broken download again"
        ) from None


def put_in_order(path: Path, folder: Path) -> Path:
    """A copy with nodes before ways before relations, each once: Overpass exports are not in that order."""
    ordered = folder / "ordered.osm.pbf"
    merged = osmium.MergeInputReader()
    merged.add_file(str(path))
    with osmium.SimpleWriter(str(ordered)) as writer:
        merged.apply(writer)
    return ordered


def read_ways(path: Path, osm: OsmConfig) -> tuple[Ways, list[Note]]:
    """The walkable ways of a map in degrees, cut where a node lies beyond the extract, and notes."""
    found = FoundWays()
    squares = square_members(path)
    for thing in osmium.FileProcessor(path).with_locations().with_filter(KeyFilter("highway", "barrier")):
        tags = dict(thing.tags)
        if thing.is_node():
            if seconds := crossing_delay(tags, osm):
                found.delay_s[thing.id] = seconds
            if tags.get("barrier", "") in GATE_BARRIERS:
                found.gates.append(thing.id)
        elif thing.is_way() and "highway" in tags:
            squares.pop(thing.id, None)
            found.take(thing.nodes, tags, osm)
    if squares:
        members = osmium.FileProcessor(path, NODE | WAY).with_locations().with_filter(EntityFilter(WAY))
        for thing in members.with_filter(IdFilter(squares)):
            found.take(thing.nodes, squares[thing.id], osm)
    return found.ways(), found.notes()


def square_members(path: Path) -> dict[int, dict[str, str]]:
    """The ways of which the outlines of squares are made that are mapped as relations, and the tags of those."""
    members = {}
    for relation in osmium.FileProcessor(path, RELATION).with_filter(KeyFilter("highway")):
        tags = dict(relation.tags)
        if tags.get("type") == "multipolygon":
            members.update({member.ref: tags for member in relation.members if member.type == "w"})
    return members


@dataclass
class FoundWays:
    """The ways of a map as they are read, one after the other."""

    vertices: list[tuple[int, float, float]] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    manners: list[Manner] = field(default_factory=list)
    wait_s: list[float] = field(default_factory=list)
    delay_s: dict[int, float] = field(default_factory=dict)
    gates: list[int] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    cut: int = 0  # ways
    lost: int = 0  # nodes
    short: int = 0  # ways

    def take(self, nodes: Any, tags: dict[str, str], osm: OsmConfig) -> None:
        """Read one way."""
        manner = manner_of(tags, osm.walkable)
        parts = mapped_parts(nodes)
        if manner.barred:
            metres = sum(drawn_m(np.array(part)[:, 1:]) for part in parts)
            self.left_out.add(manner.barred, tags["highway"], metres)
            return
        lost = sum(not node.location.valid() for node in nodes)
        self.lost += lost
        self.cut += lost > 0
        self.short += not parts and not lost
        for part in parts:
            self.first.append(len(self.vertices))
            self.manners.append(manner)
            self.wait_s.append(crossing_way_delay(tags, osm))
            self.vertices += part

    def ways(self) -> Ways:
        """All of them, in degrees."""
        return Ways(
            node=np.array([node for node, _, _ in self.vertices], dtype=np.int64),
            xy=np.array([lonlat for _, *lonlat in self.vertices], dtype=float).reshape(-1, 2),
            first=np.array(self.first, dtype=np.int64),
            **manner_columns(self.manners),
            wait_s=np.array(self.wait_s, dtype=float),
            longer=np.ones(len(self.first)),
            delay_s=self.delay_s,
            left_out=self.left_out,
        )

    def notes(self) -> list[Note]:
        """What the map lacks."""
        notes = []
        if self.lost:
            share = self.lost / (self.lost + len(self.vertices))
            text = (
                f"Walkable ways with nodes that are not in the file: {self.cut:,}, with {self.lost:,} such nodes "
                f"({share:.1%} of all); they are walked as far as the file knows them."
            )
            notes.append(Note(text, share, "Cut the map with whole ways (osmium extract does by itself)."))
        if self.short:
            notes.append(Note(f"Walkable ways of one node or none, left out: {self.short:,}, 0 m."))
        gates = np.isin(self.gates, [node for node, _, _ in self.vertices]).sum()
        if gates:
            text = f"Gates on the walkable ways of the map: {gates:,}. It has no walls, so nothing is walled in."
            notes.append(Note(text))
        return notes


def drawn_m(lonlat: Floats) -> float:
    """About how many metres a line in degrees is long; for what is told in notes."""
    east = np.diff(lonlat[:, 0]) * np.cos(np.radians(lonlat[:-1, 1]))
    return float(np.hypot(east, np.diff(lonlat[:, 1])).sum()) * DEGREE_M


def mapped_parts(nodes: Any) -> list[list[tuple[int, float, float]]]:
    """The parts of a way whose nodes (id, lon, lat) are in the extract, each of two nodes or more."""
    parts: list[list[tuple[int, float, float]]] = [[]]
    for node in nodes:
        if node.location.valid():
            parts[-1].append((node.ref, node.lon, node.lat))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def read_features(path: Path, osm: OsmConfig) -> tuple[Features, list[Note]]:
    """The buildings and outlets of a map, and notes; an area of several ways is one feature, one left open is none."""
    keys = sorted({"building", *(tag.partition("=")[0] for tag in osm.outlets)})
    found: list[tuple[str, str, str, float, str]] = []
    shapes: list[str] = []
    wkb = osmium.geom.WKBFactory()
    things = osmium.FileProcessor(path).with_areas(KeyFilter(*keys))
    drawn: set[int] = set()
    closed: set[int] = set()
    for thing in things.with_filter(EntityFilter(NODE | AREA | RELATION)).with_filter(KeyFilter(*keys)):
        area = thing.is_area()
        tags = dict(thing.tags)
        if area and not thing.num_rings()[0]:
            continue
        if area and not thing.from_way():
            closed.add(thing.orig_id())
        outlet = outlet_format(tags, osm.outlets)
        if thing.is_relation():
            if tags.get("type") == "multipolygon" and (tags.get("building") or outlet):
                drawn.add(thing.id)
            continue
        building = tags.get("building", "") if area else ""
        if building or outlet:
            letter, id_ = ("w" if thing.from_way() else "r", thing.orig_id()) if area else ("n", thing.id)
            levels = storeys(tags.get("building:levels", ""))
            found.append((f"osm-{letter}{id_}", building, outlet, levels, tags.get("name", "")))
            shapes.append(wkb.create_multipolygon(thing) if area else wkb.create_point(thing))
    features = Features(
        id=[row[0] for row in found],
        shape=np.asarray(shapely.from_wkb(shapes), dtype=object),
        building=[row[1] for row in found],
        levels=np.array([row[3] for row in found], dtype=float),
        format=[row[2] for row in found],
        name=[row[4] for row in found],
    )
    n_open = len(drawn - closed)
    if not n_open:
        return features, []
    n_all = n_open + len(found)
    text = f"Buildings and outlets mapped as relations that do not close, left out: {n_open:,} of {n_all:,}."
    return features, [Note(text, n_open / n_all, "Cut the map with whole relations (osmium extract -s smart).")]


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
