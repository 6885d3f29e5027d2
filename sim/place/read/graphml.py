"""Streets of a GraphML file, as any OSMnx saves them: simplified or not, in degrees or projected."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import LayerConfig, OsmConfig, PlaceConfig
from sim.place.read.ground import Ground, around
from sim.place.read.joins import once
from sim.place.read.layers import DEGREES, locate, to_metres
from sim.place.read.left_out import LeftOut, km
from sim.place.read.population import Shapes
from sim.place.read.tags import (
    ATTRIBUTION,
    BY_INVITATION,
    CAR_TUNNELS,
    NEVER,
    OPEN_AIR,
    PATHS,
    TAGS,
    UNKNOWN_KIND,
    Manner,
    crossing_delay,
    manner_of,
    plain,
)
from sim.place.read.ways import Ways, build_streets, manner_columns

KEY: Final = "place.streets"
POSITIONS: Final = (("x", "y"), ("lon", "lat"), ("longitude", "latitude"))
# Lengths in metres are as long as the shapes drawn, or, where shapes are lost, a little longer.
LENGTH_RATIO: Final = (0.95, 1.5)
# A shape that ends farther from its node, in metres, is not quite the node's.
SHAPE_GAP_M: Final = 20.0
# What the length of a straight edge on the globe and in a projection may differ by.
SAME_LENGTH: Final = 0.01


def read_graphml(config: PlaceConfig) -> Ground:
    """The streets of a GraphML file; it shows no buildings and no outlets.

    One-way does not bind walkers; an edge and its reverse are one. An edge is as long as its shape, or, where it has
    none, as its `length` says. Raises `InputError` where the file is no such graph or does not say where it lies.
    """
    path = Path(config.streets or "").expanduser()
    graph = open_graph(path)
    nodes, crs = node_positions(graph, path, config)
    rows, ends = edge_shapes(graph, nodes, crs, path)
    layer = LayerConfig(file=config.streets, crs=config.streets_crs)
    rows, metric = to_metres(locate(rows, path, layer, KEY), path, KEY)
    lines = np.asarray(rows.geometry.array)
    edges = [data for _, _, data in graph.edges(data=True)]
    manners = [edge_manner(data, config.osm) for data in edges]
    left_out = LeftOut()
    stairs = np.array([manner.stairs for manner in manners])
    one = once(lines, stairs)
    for edge in one[[bool(manners[row].barred) for row in one]]:
        left_out.add(manners[edge].barred, kind_of(edges[edge]), float(lines[edge].length))
    walked = np.array([not manner.barred for manner in manners])
    if not walked.any():
        raise InputError(
            f"{path}: none of its {len(edges):,} edges is walked ({', '.join(left_out.reasons)}); add their highway "
            "values to place.osm.walkable"
        )
    notes = far_shapes(lines)
    longer, length_notes = length_ratio(edges, lines)
    row = np.flatnonzero(walked)
    row = row[np.argsort(longer[row], kind="stable")]  # of two without a shape, the shorter is kept
    row = np.sort(row[once(lines[row], stairs[row])])
    node, xy, first = number_vertices(lines[row], ends[row], graph.number_of_nodes())
    ways = Ways(
        node=node,
        xy=xy,
        first=first,
        **manner_columns([manners[i] for i in row]),
        wait_s=np.zeros(len(row)),
        longer=longer[row],
        delay_s=node_delays(graph, config.osm),
        left_out=left_out,
    )
    network = build_streets(ways, metric)
    trusted = trusted_kinds([edges[i] for i in row], lines[row], config.osm)
    made_of_osm = "OSMnx" in str(graph.graph.get("created_with", "")) or any("osmid" in data for data in edges)
    return Ground(
        streets=network.streets,
        bounds=around(network.streets, config.far_home_m),
        bridge=network.bridge,
        lived=network.lived,
        line=network.line,
        wait_s=network.wait_s,
        attribution=ATTRIBUTION if made_of_osm else "",
        notes=(*notes, *length_notes, *trusted, *network.notes),
    )


def open_graph(path: Path) -> Any:
    """The graph of a GraphML file."""
    try:
        graph = nx.read_graphml(path, force_multigraph=True)
    except (ParseError, nx.NetworkXError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: not read as GraphML ({type(error).__name__}: {error}); a file as osmnx.save_graphml writes it is "
            "needed"
        ) from None
    if not graph.number_of_edges():
        raise InputError(f"{path}: a graph without edges; streets are edges between nodes with x and y")
    return graph


def node_positions(graph: Any, path: Path, config: PlaceConfig) -> tuple[Floats, CRS | None]:
    """Coordinates (node, 2) in the order of the graph, and their CRS, or None where the file does not say it."""
    table = pd.DataFrame.from_dict(dict(graph.nodes(data=True)), orient="index")
    names = next((pair for pair in POSITIONS if set(pair) <= set(table.columns)), None)
    if names is None:
        raise InputError(f"{path}: its nodes have no x and y, but {', '.join(map(str, table.columns)) or 'nothing'}")
    xy = np.column_stack([pd.to_numeric(table[name], errors="coerce") for name in names]).astype(float)
    lost = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if len(lost):
        at = table.iloc[lost[0]]
        raise InputError(
            f"{path}: node {table.index[lost[0]]!r} ({len(lost):,} such) has {names[0]}={at[names[0]]!r} and "
            f"{names[1]}={at[names[1]]!r}; numbers are needed"
        )
    said = graph.graph.get("crs")
    if config.streets_crs or (said is None and names[0] == "x"):
        return xy, None
    return xy, graph_crs(str(said), path) if names[0] == "x" else CRS(DEGREES)


def graph_crs(text: str, path: Path) -> CRS:
    """A CRS as OSMnx writes it: a code, WKT, or, up to 0.13, a mapping of PROJ."""
    try:
        if text.startswith("{"):
            mapping = ast.literal_eval(text)
            return CRS.from_user_input(mapping["init"]) if "init" in mapping else CRS.from_dict(mapping)
        return CRS.from_user_input(text)
    except (CRSError, ValueError, SyntaxError, TypeError):
        raise InputError(f"{path}: says crs={text!r}, which is no coordinate system; give place.streets_crs") from None


def edge_shapes(graph: Any, nodes: Floats, crs: CRS | None, path: Path) -> tuple[Any, Ints]:
    """The edges as lines from node to node, and the two nodes of each."""
    number = {node: i for i, node in enumerate(graph.nodes)}
    ends = np.array([(number[a], number[b]) for a, b in graph.edges()], dtype=np.int64)
    wkt = [data.get("geometry") for _, _, data in graph.edges(data=True)]
    given = np.flatnonzero([isinstance(text, str) and bool(text.strip()) for text in wkt])
    shapes = shapely.force_2d(shapely.from_wkt([wkt[i] for i in given], on_invalid="ignore"))
    wrong = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (1, 2)))
    if len(wrong):
        a, b = list(graph.edges())[given[wrong[0]]]
        raise InputError(
            f"{path}: edge {a}-{b} ({len(wrong):,} such) has a geometry that is no line in WKT: "
            f"{str(wkt[given[wrong[0]]])[:60]!r}"
        )
    here, there = nodes[ends[given]].transpose(1, 0, 2)
    start = shapely.get_coordinates(shapely.get_point(shapes, 0))
    turned = np.hypot(*(start - there).T) < np.hypot(*(start - here).T)
    shapes = np.where(turned, shapely.reverse(shapes), shapes)
    xy, of = shapely.get_coordinates(shapes, return_index=True)
    all_ends = np.arange(len(ends))
    xy = np.concatenate([nodes[ends[:, 0]], xy, nodes[ends[:, 1]]])
    of = np.concatenate([all_ends, given[of], all_ends])
    order = np.argsort(of, kind="stable")
    rows = gpd.GeoDataFrame(geometry=shapely.linestrings(xy[order], indices=of[order]), crs=crs)
    return rows, ends


def edge_manner(data: Mapping[str, Any], osm: OsmConfig) -> Manner:
    """How an edge is used. One that OSMnx joined of several ways has several values: it is walked if all of them are,
    and is stairs if one is.

    A graph cannot say foot=yes, and whoever made it took what is walked: a trunk road, a cycleway or a tunnel in it is
    meant. What nobody walks on, or is closed, is not.
    """
    told = {key: [plain(key, value) for value in values_of(data.get(key))] for key in ("highway", *TAGS)}
    told = {key: values for key, values in told.items() if values}
    told.setdefault("highway", [UNKNOWN_KIND])
    walkable = [*osm.walkable, UNKNOWN_KIND, *(kind for kind in (*BY_INVITATION, "corridor") if meant(kind))]
    manners = [
        manner_of({key: plain(key, value) for key, value in zip(told, each, strict=True)}, walkable, chosen=True)
        for each in product(*told.values())
    ]
    return Manner(
        barred=next((manner.barred for manner in manners if manner.barred), ""),
        stairs=any(manner.stairs for manner in manners),
        cycling=all(manner.cycling for manner in manners),
        bridge=any(manner.bridge for manner in manners),
        entered=all(manner.entered for manner in manners),
        lived=all(manner.lived for manner in manners),
        road=max(manner.road for manner in manners),
    )


def meant(kind: str) -> bool:
    """Whether a kind of way that is not walked everywhere is, where a graph of streets has it."""
    return kind in PATHS or kind not in NEVER


def kind_of(data: Mapping[str, Any]) -> str:
    """The kinds of an edge in words."""
    return " and ".join(values_of(data.get("highway"))) or "no value"


def trusted_kinds(edges: list[Mapping[str, Any]], lines: Shapes, osm: OsmConfig) -> list[Note]:
    """A note on the edges that are walked only because they are in the graph."""
    metres: dict[str, float] = defaultdict(float)
    for data, line in zip(edges, lines, strict=True):
        kinds = set(values_of(data.get("highway"))) - {*osm.walkable, UNKNOWN_KIND}
        tunnel = any(plain("tunnel", value) not in OPEN_AIR for value in values_of(data.get("tunnel")))
        if kinds or (tunnel and set(values_of(data.get("highway"))) & set(CAR_TUNNELS)):
            metres[f"{kind_of(data)}{' in tunnels' if tunnel else ''}"] += float(line.length)
    if not metres:
        return []
    listed = ", ".join(f"{kind} {km(metres[kind])}" for kind in sorted(metres, key=lambda kind: -metres[kind])[:8])
    share = sum(metres.values()) / float(shapely.length(lines).sum())
    text = f"Edges walked for being in the graph, which on a map are only where it says so: {listed}."
    return [Note(text, share, "Take them out of the graph where nobody walks on them.")]


def values_of(value: Any) -> list[str]:
    """The values of an attribute: a list that was saved as text, or one value; none of an empty one."""
    if not isinstance(value, str):
        return [] if value is None or value != value else [str(value)]
    if value.startswith("["):
        try:
            return [str(one) for one in ast.literal_eval(value)]
        except (ValueError, SyntaxError):
            pass
    return [value] if value not in ("", "nan", "None") else []


def length_ratio(edges: list[Mapping[str, Any]], lines: Shapes) -> tuple[Floats, list[Note]]:
    """How much longer each edge is than drawn, and notes. Only the `length` of an edge without a shape can say so."""
    drawn_m = shapely.length(lines)
    said_m = pd.to_numeric(pd.Series([data.get("length") for data in edges], dtype=object), errors="coerce")
    both = np.isfinite(said_m) & (said_m > 0) & (drawn_m > 0)
    longer = np.ones(len(lines))
    if not both.any():
        return longer, []
    ratio = np.divide(said_m, drawn_m, out=np.ones(len(lines)), where=both.to_numpy())
    usual = float(np.median(ratio[both]))
    if not LENGTH_RATIO[0] <= usual <= LENGTH_RATIO[1]:
        return longer, [
            Note(f"The lengths of edges are not in metres ({usual:.3g} times those drawn), and are not used.")
        ]
    shapeless = np.array([not values_of(data.get("geometry")) for data in edges])
    used = shapeless & (ratio > 1 + SAME_LENGTH)
    other = ~shapeless & (np.abs(ratio - 1) > 0.05)
    longer[used] = ratio[used]
    notes = []
    if used.any():
        notes.append(Note(f"Edges without a shape that are longer than straight, by their length: {used.sum():,}."))
    if other.any():
        notes.append(Note(f"Edges whose length and shape differ by more than 5 %: {other.sum():,}; the shape counts."))
    return longer, notes


def number_vertices(lines: Shapes, ends: Ints, n_nodes: int) -> tuple[Ints, Floats, Ints]:
    """Node and xy of each vertex of edges in a row, and the first vertex of each edge; edges meet at ends only."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(of, np.arange(len(lines)))
    node = n_nodes + np.arange(len(xy))
    node[first], node[np.append(first[1:], len(xy)) - 1] = ends.T
    return node, xy, first


def node_delays(graph: Any, osm: OsmConfig) -> dict[int, float]:
    """The seconds lost at nodes that are signals or crossings."""
    delay_s = {}
    for number, (_, data) in enumerate(graph.nodes(data=True)):
        tags = {key: values[0] for key in ("highway", "crossing") if (values := values_of(data.get(key)))}
        if seconds := crossing_delay(tags, osm):
            delay_s[number] = seconds
    return delay_s


def far_shapes(lines: Shapes) -> list[Note]:
    """A note on edges whose shape ends far from their nodes."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(of, np.arange(len(lines)))
    last = np.append(first[1:], len(xy)) - 1
    shaped = last - first > 2
    ends = np.concatenate([first[shaped], last[shaped] - 1])
    far = np.count_nonzero(np.hypot(*(xy[ends + 1] - xy[ends]).T) > SHAPE_GAP_M)
    if not far:
        return []
    return [
        Note(f"Ends of edges whose shape is more than {SHAPE_GAP_M:g} m from their node: {far:,}; the gap is walked.")
    ]
