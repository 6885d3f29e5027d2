"""The edges of a graph of streets: their shapes, kinds, and how each is used."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from sim.columns import Floats, Ints, Shapes
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import OsmConfig
from sim.place.read.left_out import km
from sim.place.read.tags import (
    BY_INVITATION,
    CAR_TUNNELS,
    NEVER_WALKED,
    OPEN_AIR,
    PATHS,
    TAGS,
    UNKNOWN_KIND,
    Manner,
    manner_of,
    tag_value,
)


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
    told = {key: [tag_value(key, value) for value in values_of(data.get(key))] for key in ("highway", *TAGS)}
    told = {key: values for key, values in told.items() if values}
    told.setdefault("highway", [UNKNOWN_KIND])
    walkable = [*osm.walkable, UNKNOWN_KIND, *(kind for kind in (*BY_INVITATION, "corridor") if meant(kind))]
    manners = [
        manner_of({key: tag_value(key, value) for key, value in zip(told, each, strict=True)}, walkable, chosen=True)
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
    return kind in PATHS or kind not in NEVER_WALKED


def kind_of(data: Mapping[str, Any]) -> str:
    """The kinds of an edge in words."""
    return " and ".join(values_of(data.get("highway"))) or "no value"


def trusted_kinds(edges: list[Mapping[str, Any]], lines: Shapes, osm: OsmConfig) -> list[Note]:
    """A note on the edges that are walked only because they are in the graph."""
    metres: dict[str, float] = defaultdict(float)
    for data, line in zip(edges, lines, strict=True):
        kinds = set(values_of(data.get("highway"))) - {*osm.walkable, UNKNOWN_KIND}
        tunnel = any(tag_value("tunnel", value) not in OPEN_AIR for value in values_of(data.get("tunnel")))
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
