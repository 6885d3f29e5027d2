"""A place read from an OpenStreetMap extract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from osmium.filter import EntityFilter, KeyFilter
from osmium.osm import AREA, NODE
from pyproj import Transformer
from scipy.spatial import cKDTree

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.place.config import OsmConfig, PlaceConfig
from sim.place.place import Homes, Place, Sites, bands
from sim.place.population import DEGREES, Buildings, Shapes, read_population
from sim.place.streets import PUBLIC, Streets, keep_links
from sim.place.walks import connected

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"

# Homes and outlets snap to the nearest node, so a street has one at least this often, in metres.
NODE_EVERY_M = 50.0
# Two nodes at one position are still two steps of a walk; a link has a length, in metres.
SHORTEST_LINK_M = 0.1
# A map with fewer buildings per kilometre of street does not show where people live [A].
BUILDINGS_PER_KM = 1.0

WELCOME = ("yes", "designated", "permissive", "official")
# Ways that, where they are not listed as walkable, are walked if the map says so.
BY_INVITATION = ("trunk", "trunk_link", "motorway", "motorway_link", "cycleway", "bridleway", "busway")
SIDEWALK_KEYS = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
SIDEWALKS = ("both", "left", "right", "yes", "separate")
OPEN_AIR = ("no", "building_passage")

Transform = Callable[[Any], Any]


@dataclass(frozen=True)
class Ways:
    """Walkable ways as vertices in a row.

    Per vertex the OSM `node` and its `lonlat`; per way its `first` vertex, whether it is `stairs`, and `cycling`.
    `delay_s` maps an OSM node to the seconds lost there; `barred` counts the ways left out, by reason.
    """

    node: NDArray[np.int64]
    lonlat: Floats
    first: NDArray[np.int64]
    stairs: Bools
    cycling: Bools
    delay_s: dict[int, float]
    barred: Counter[str]


@dataclass(frozen=True)
class Features:
    """Mapped nodes and areas that are buildings or outlets, one row each.

    `shape` in degrees, or in metres once projected; `building` (the tag's value) and `format` are "" where
    the feature is no building or no outlet; `levels` NaN where not mapped.
    """

    id: list[str]
    shape: Shapes
    building: list[str]
    levels: Floats
    format: list[str]
    name: list[str]


def read_osm(config: PlaceConfig) -> Place:
    """The place that an OpenStreetMap extract shows: streets to walk, homes to start from, outlets to go to.

    `config.streets` is the path of an .osm, .osm.gz or .osm.pbf file; everything is projected to its UTM
    zone. Raises `InputError` where the file is missing, is no map, or holds no walkable way or no home.
    """
    path = Path(config.streets or "").expanduser()
    if not path.is_file():
        raise InputError(f"{path}: not there; place.streets is the path of an .osm, .osm.gz or .osm.pbf file")
    with readable(path), TemporaryDirectory() as folder:
        box = osmium.FileProcessor(path).header.box()
        ordered = put_in_order(path, Path(folder))
        ways = read_ways(ordered, config.osm)
        features = read_features(ordered, config.osm)
    if not len(ways.first):
        raise InputError(
            f"{path}: no walkable way in it ({sum(ways.barred.values())} others); export the streets too, or "
            "add their highway values to place.osm.walkable"
        )
    crs, project = metric_crs(ways.lonlat)
    streets, notes = build_streets(ways, project, crs)
    bounds = shapely.box(*streets.xy.min(axis=0), *streets.xy.max(axis=0)).buffer(config.far_home_m)
    if box.valid():
        low, high = box.bottom_left, box.top_right
        bounds = shapely.transform(shapely.box(low.lon, low.lat, high.lon, high.lat), project)
    features = replace(features, shape=shapely.transform(features.shape, project))
    buildings = find_buildings(features, config.osm, bounds if box.valid() else None)
    homes, home_notes = find_homes(config, buildings, streets, bounds)
    sites, site_notes = find_sites(features, config.osm, bounds)
    counted = config.population.file is not None
    if not counted:
        home_notes.append(
            f"No count of residents is given: {homes.weight.sum():,.0f} are estimated from the floor area of the "
            f"homes, at {config.osm.level_m2_per_resident:g} m² each; people.residents sets another number."
        )
    named = (ATTRIBUTION, config.population.attribution if counted else "")
    return Place(
        name=config.name,
        streets=streets,
        homes=homes,
        zones=tuple(config.zones),
        population=float(homes.weight.sum()),
        sites=sites,
        attribution="; ".join(credit for credit in named if credit),
        notes=(*notes, *home_notes, *site_notes),
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


def read_ways(path: Path, osm: OsmConfig) -> Ways:
    """The walkable ways of a map, cut where a node lies beyond the extract, and the delays at crossings."""
    vertices: list[tuple[int, float, float]] = []
    first, stairs, cycling = [], [], []
    delay_s: dict[int, float] = {}
    barred: Counter[str] = Counter()
    for thing in osmium.FileProcessor(path).with_locations().with_filter(KeyFilter("highway")):
        if thing.is_node():
            if seconds := crossing_delay(thing.tags, osm):
                delay_s[thing.id] = seconds
        elif thing.is_way():
            if reason := why_not_walked(thing.tags, osm.walkable):
                barred[reason] += 1
                continue
            for part in mapped_parts(thing.nodes):
                first.append(len(vertices))
                stairs.append(thing.tags["highway"] == "steps")
                cycling.append(may_cycle(thing.tags))
                vertices += part
    return Ways(
        node=np.array([node for node, _, _ in vertices], dtype=np.int64),
        lonlat=np.array([lonlat for _, *lonlat in vertices], dtype=float).reshape(-1, 2),
        first=np.array(first, dtype=np.int64),
        stairs=np.array(stairs, dtype=bool),
        cycling=np.array(cycling, dtype=bool),
        delay_s=delay_s,
        barred=barred,
    )


def mapped_parts(nodes: Any) -> list[list[tuple[int, float, float]]]:
    """The parts of a way whose nodes (id, lon, lat) are in the extract, each of two nodes or more."""
    parts: list[list[tuple[int, float, float]]] = [[]]
    for node in nodes:
        if node.location.valid():
            parts[-1].append((node.ref, node.lon, node.lat))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def why_not_walked(tags: Any, walkable: list[str]) -> str:
    """Why a way is not walked, or "" where it is.

    One-way does not bind walkers. The outline of a square is walked: without it, walks past squares are too
    long.
    """
    kind, foot = tags["highway"], tags.get("foot", "")
    invited = foot in WELCOME or any(tags.get(key, "") in SIDEWALKS for key in SIDEWALK_KEYS)
    if kind not in walkable and not (kind in BY_INVITATION and invited):
        return "not for walkers"
    if foot in ("no", "private") or tags.get("service", "") == "private":
        return "closed to walkers"
    if tags.get("access", "yes") in ("no", "private") and foot not in WELCOME:
        return "closed to walkers"
    below = any(re.match(r"(.*;)?\s*-", tags.get(key, "")) for key in ("layer", "level"))
    if below or tags.get("tunnel", "no") not in OPEN_AIR or tags.get("indoor", "no") != "no":
        return "underground or indoors"
    return ""


def may_cycle(tags: Any) -> bool:
    """Whether a walkable way may be cycled: not on steps, and on ways for walkers only where the map says so."""
    bicycle, kind = tags.get("bicycle", ""), tags["highway"]
    if kind == "steps" or bicycle in ("no", "dismount", "private"):
        return False
    return kind not in ("footway", "pedestrian", "corridor") or bicycle in WELCOME


def crossing_delay(tags: Any, osm: OsmConfig) -> float:
    """Seconds lost at a node: at signals, at another crossing, or none."""
    kind = tags["highway"]
    signals = tags.get("crossing", "") == "traffic_signals" or tags.get("crossing:signals", "") == "yes"
    if kind == "traffic_signals" or (kind == "crossing" and signals):
        return osm.signal_crossing_s
    return osm.crossing_s if kind == "crossing" else 0.0


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


def metric_crs(lonlat: Floats) -> tuple[str, Transform]:
    """The UTM zone of the middle of some points, as authority code, and the projection to it."""
    middle = gpd.GeoSeries(gpd.points_from_xy(*np.median(lonlat, axis=0)[:, None]), crs=DEGREES)
    crs = ":".join(middle.estimate_utm_crs().to_authority())
    to_metres = Transformer.from_crs(DEGREES, crs, always_xy=True)
    return crs, lambda degrees: np.column_stack(to_metres.transform(degrees[:, 0], degrees[:, 1]))


def build_streets(ways: Ways, project: Transform, crs: str) -> tuple[Streets, list[str]]:
    """The largest connected part of the walkable ways, and notes of what was left out.

    Nodes are the ends of ways, the nodes that ways share, and crossings; a stretch between two of them is cut
    into equal links of `NODE_EVERY_M` at most.
    """
    all_streets = link_stretches(ways, project(ways.lonlat), crs)
    _, part = connected(all_streets)
    kept = part == np.bincount(part).argmax()
    streets = keep_nodes(all_streets, kept)
    notes = []
    if not kept.all():
        gone_m = all_streets.length_m.sum() - streets.length_m.sum()
        notes.append(
            f"{np.count_nonzero(~kept):,} of {len(kept):,} street nodes ({gone_m / 1000:,.1f} of "
            f"{all_streets.length_m.sum() / 1000:,.1f} km) have no walk to the largest part of the network "
            "and are left out."
        )
    for reason, count in sorted(ways.barred.items()):
        if reason != "not for walkers":
            notes.append(f"Ways left out because they are {reason}: {count:,}.")
    return streets, notes


def link_stretches(ways: Ways, xy: Floats, crs: str) -> Streets:
    """All walkable ways as links of `NODE_EVERY_M` at most, from vertices at `xy` (vertex, 2) in metres."""
    osm_node, here, row = np.unique(ways.node, return_index=True, return_inverse=True)
    delay_s = np.array([ways.delay_s.get(int(node), 0.0) for node in osm_node])
    last = np.append(ways.first[1:], len(row)) - 1
    junction = (np.bincount(row) > 1) | (delay_s > 0)
    junction[row[ways.first]] = junction[row[last]] = True
    step_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    step_m[ways.first] = 0.0
    along_m = np.cumsum(step_m)

    way = np.repeat(np.arange(len(ways.first)), last - ways.first + 1)
    stop = np.flatnonzero(junction[row])
    a, b = stop[:-1], stop[1:]
    a, b = a[way[a] == way[b]], b[way[a] == way[b]]
    length_m = along_m[b] - along_m[a]
    pieces = np.maximum(np.ceil(length_m / NODE_EVERY_M), 1).astype(np.int64)

    number = np.cumsum(junction) - 1
    n_junctions = int(junction.sum())
    stretch = np.repeat(np.arange(len(a)), pieces)
    piece = np.arange(len(stretch)) - (np.cumsum(pieces) - pieces)[stretch]
    added = n_junctions + (np.cumsum(pieces - 1) - (pieces - 1))[stretch] + piece
    tail = np.where(piece == 0, number[row[a]][stretch], added - 1)
    head = np.where(piece == pieces[stretch] - 1, number[row[b]][stretch], added)
    between = piece < pieces[stretch] - 1
    at_m = (along_m[a][stretch] + (length_m / pieces)[stretch] * (piece + 1))[between]
    cuts = np.column_stack([np.interp(at_m, along_m, xy[:, 0]), np.interp(at_m, along_m, xy[:, 1])])
    node_xy = np.concatenate([xy[here[junction]], cuts])
    node_delay_s = np.concatenate([delay_s[junction], np.zeros(len(cuts))])
    links = np.column_stack([tail, head]).astype(np.int32)
    link_m = np.maximum((length_m / pieces)[stretch], SHORTEST_LINK_M)
    stairs = ways.stairs[way[a]][stretch]
    kept = first_of_each(links, stairs, link_m)
    return Streets(
        xy=node_xy,
        links=links[kept],
        length_m=link_m[kept],
        grade=np.zeros(len(kept)),
        crossing_s=node_delay_s[links[kept]].sum(axis=1) / 2,
        stairs=stairs[kept],
        gate=np.zeros(len(kept), dtype=bool),
        compound=np.full(len(node_xy), PUBLIC, dtype=np.int32),
        crs=crs,
        cycling=ways.cycling[way[a]][stretch][kept],
    )


def first_of_each(links: Ints, stairs: Bools, length_m: Floats) -> NDArray[np.int64]:
    """Rows of the shortest link between any two nodes, with stairs and without, in their order.

    A link from a node to itself is left out.
    """
    low, high = links.min(axis=1), links.max(axis=1)
    order = np.lexsort((length_m, stairs, high, low))
    order = order[low[order] != high[order]]
    key = np.stack([low[order], high[order], stairs[order]])
    new = np.append(True, (key[:, 1:] != key[:, :-1]).any(axis=0))
    return np.sort(order[new[: len(order)]])


def keep_nodes(streets: Streets, kept: Bools) -> Streets:
    """The same streets with only some nodes, and the links between them."""
    number = np.cumsum(kept, dtype=np.int32) - 1
    links = np.asarray(kept[streets.links].all(axis=1))
    fewer = keep_links(streets, links)
    return replace(
        fewer, xy=streets.xy[kept], links=number[fewer.links].astype(np.int32), compound=streets.compound[kept]
    )


def find_homes(
    config: PlaceConfig, buildings: Buildings, streets: Streets, bounds: shapely.Polygon
) -> tuple[Homes, list[str]]:
    """Homes within the bounds, on the streets, in communities of equal weight from north to south; and notes.

    Raises `InputError` where the map has no homes and no population grid is given, or none is near a street.
    """
    ages: tuple[int, ...] = ()
    if config.population.file is None:
        xy, weight, notes = settle_buildings(buildings, streets, config)
        age_weight = np.empty((0, 0))
    else:
        people = read_population(config.population, str(streets.crs), bounds, buildings)
        xy, weight, ages, age_weight = people.xy, people.weight, people.age_from, people.age_weight
        notes = list(people.notes)
    snap_m, node = (np.asarray(column) for column in cKDTree(streets.xy).query(xy))
    near = snap_m <= config.far_home_m
    if not near.any():
        raise InputError(
            f"{config.streets}: none of its {len(xy):,} homes is within {config.far_home_m:g} m of a street; "
            "raise place.far_home_m, or check that streets and homes are of one place"
        )
    if not near.all():
        share = weight[~near].sum() / weight.sum()
        notes.append(
            f"{np.count_nonzero(~near):,} of {len(xy):,} homes ({share:.1%} of the residents) are farther "
            f"than {config.far_home_m:g} m from any street, the farthest {snap_m.max():,.0f} m, and left out."
        )
    return (
        Homes(
            node=node[near].astype(np.int32),
            xy=xy[near],
            snap_m=snap_m[near],
            compound=np.full(np.count_nonzero(near), PUBLIC, dtype=np.int32),
            zone=bands(xy[near, 1], weight[near], len(config.zones)),
            weight=weight[near],
            age_from=ages,
            age_weight=age_weight[near] if ages else age_weight,
        ),
        notes,
    )


def find_buildings(features: Features, osm: OsmConfig, box: shapely.Polygon | None) -> Buildings:
    """The buildings within the box of the extract where people may live: residential, or of no said use.

    Their weight is floor area over `level_m2_per_resident`; where the storeys are not mapped, the median of
    those that are, else 1.
    """
    values = np.array(features.building, dtype=str)
    residential = np.isin(values, [value for value in osm.residential if value != "yes"])
    rows = np.flatnonzero(residential | (values == "yes"))
    points = shapely.point_on_surface(features.shape[rows])
    if box is not None:
        within = shapely.intersects(points, box)
        rows, points = rows[within], points[within]
    levels = features.levels[rows]
    known = levels[np.isfinite(levels)]
    levels = np.where(np.isfinite(levels), levels, np.median(known) if len(known) else 1.0)
    return Buildings(
        xy=shapely.get_coordinates(points),
        weight=shapely.area(features.shape[rows]) * levels / osm.level_m2_per_resident,
        residential=residential[rows] | ("yes" in osm.residential),
    )


def settle_buildings(buildings: Buildings, streets: Streets, config: PlaceConfig) -> tuple[Floats, Floats, list[str]]:
    """Where people live without a count of them: positions, weights, and notes."""
    km = streets.length_m.sum() / 1000
    if len(buildings) < max(1.0, BUILDINGS_PER_KM * km):
        raise InputError(
            f"{config.streets}: a street network without homes: {len(buildings):,} buildings on {km:,.1f} km "
            "of street; give a population grid as place.population.file, or an extract with buildings"
        )
    homely = buildings.residential
    n_plain = np.count_nonzero(~homely)
    if not homely.any():
        note = f"No building is mapped as residential; all {n_plain:,} of building=yes are taken for homes."
        return buildings.xy, buildings.weight, [note]
    notes = []
    if n_plain:
        notes.append(
            f"{n_plain:,} buildings mapped only as building=yes are not taken for homes, {homely.sum():,} "
            "residential ones are; add yes to place.osm.residential to take both."
        )
    return buildings.xy[homely], buildings.weight[homely], notes


def find_sites(features: Features, osm: OsmConfig, bounds: shapely.Polygon) -> tuple[Sites | None, list[str]]:
    """Outlets within the bounds, in the order of their ids, or None where the map knows none; and notes."""
    rows = np.array([i for i, outlet in enumerate(features.format) if outlet], dtype=np.int64)
    points = shapely.point_on_surface(features.shape[rows])
    within = shapely.intersects(points, bounds)
    rows, points = rows[within], points[within]
    if not len(rows):
        return None, ["The map knows no outlet here; they are generated, unless the layout has a table of them."]
    missing = sorted({*osm.outlets.values()} - {features.format[i] for i in rows})
    notes = []
    if missing:
        notes.append(
            f"The map knows {len(rows):,} outlets here but no {', no '.join(missing)}; check whether there "
            "is none, or the map lacks them."
        )
    order = np.argsort(np.array(features.id)[rows])
    return (
        Sites(
            id=tuple(features.id[i] for i in rows[order]),
            format=tuple(features.format[i] for i in rows[order]),
            name=tuple(features.name[i] for i in rows[order]),
            xy=shapely.get_coordinates(points[order]),
        ),
        notes,
    )
