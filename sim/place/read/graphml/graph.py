"""A graph of streets as any OSMnx saves it: simplified or not, in degrees or projected."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from sim.columns import Bools, Floats, Ints, Shapes
from sim.errors import InputError
from sim.place.config import LayerConfig, OsmConfig, PlaceConfig
from sim.place.read.graphml.edges import edge_manner, edge_shapes, kind_of, trusted_kinds, values_of
from sim.place.read.graphml.lengths import far_shapes, length_ratio
from sim.place.read.joins import once
from sim.place.read.layers import DEGREES, STREETS_KEY, locate, to_metres
from sim.place.read.left_out import LeftOut
from sim.place.read.source_map import SourceMap, around
from sim.place.read.tags import (
    ATTRIBUTION,
    Manner,
    crossing_delay,
)
from sim.place.read.ways import Ways, build_streets, manner_columns

POSITIONS: Final = (("x", "y"), ("lon", "lat"), ("longitude", "latitude"))


def read_graphml(config: PlaceConfig) -> SourceMap:
    """The streets of a GraphML file; it shows no buildings and no outlets.

    One-way does not bind walkers; an edge and its reverse are one. An edge is as long as its shape, or, where it has
    none, as its `length` says. Raises `InputError` where the file is no such graph or does not say where it lies.
    """
    path = Path(config.streets or "").expanduser()
    graph = open_graph(path)
    nodes, crs = node_positions(graph, path, config)
    rows, ends = edge_shapes(graph, nodes, crs, path)
    layer = LayerConfig(file=config.streets, crs=config.streets_crs)
    rows, metric = to_metres(locate(rows, path, layer, STREETS_KEY), path, STREETS_KEY)
    lines = np.asarray(rows.geometry.array)
    edges = [data for _, _, data in graph.edges(data=True)]
    manners = [edge_manner(data, config.osm) for data in edges]
    walked, left_out = pick_walked_edges(lines, edges, manners, path)
    notes = far_shapes(lines)
    longer, length_notes = length_ratio(edges, lines)
    row = np.flatnonzero(walked)
    row = row[np.argsort(longer[row], kind="stable")]  # of two without a shape, the shorter is kept
    stairs = np.array([manner.stairs for manner in manners])
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
    return SourceMap(
        streets=network.streets,
        bounds=around(network.streets, config.far_home_m),
        bridge=network.bridge,
        lived=network.lived,
        line=network.line,
        wait_s=network.wait_s,
        attribution=ATTRIBUTION if made_of_osm else "",
        notes=(*notes, *length_notes, *trusted, *network.notes),
    )


def pick_walked_edges(
    lines: Shapes, edges: list[Mapping[str, Any]], manners: list[Manner], path: Path
) -> tuple[Bools, LeftOut]:
    """Which edges are walked, and what is left out, each edge and its reverse once."""
    left_out = LeftOut()
    one = once(lines, np.array([manner.stairs for manner in manners]))
    for edge in one[[bool(manners[row].barred) for row in one]]:
        left_out.add(manners[edge].barred, kind_of(edges[edge]), float(lines[edge].length))
    walked = np.array([not manner.barred for manner in manners])
    if not walked.any():
        raise InputError(
            f"{path}: none of its {len(edges):,} edges is walked ({', '.join(left_out.reasons)}); add their highway "
            "values to place.osm.walkable"
        )
    return walked, left_out


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
