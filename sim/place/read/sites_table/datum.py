"""Doubt about degrees: whether a table of China lies shifted, as map services show the country."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from sim.columns import Bools, Floats
from sim.notes import Note
from sim.place.config import SitesConfig
from sim.place.read.layers import (
    DEGREES,
)
from sim.place.read.mapservices import (
    bd09_from_gcj02,
    gcj02_from_wgs84,
    inside_china,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from sim.place.read.sites_table.columns import (
    OUTLETS_KEY,
)
from sim.place.read.source_map import SourceMap
from sim.place.streets import Streets

# Shops stand along streets and in buildings, and a shifted table lies some 100 to 700 m off them. The mean logarithms
# of the metres to both, for this many outlets and buildings, tell by this difference: a third nearer to either [A].
ENOUGH_OUTLETS, ENOUGH_BUILDINGS, NEARER, PACE_M = 10, 50, 0.3, 5.0


def doubt_crs(config: SitesConfig, file: Path, crs: Any, ground: SourceMap, xy: Floats) -> list[Note]:
    """A note where outlets of China lie much nearer to the streets when read as another kind of degrees."""
    if not crs.is_geographic or len(xy) < ENOUGH_OUTLETS:
        return []
    near: Bools = np.asarray(shapely.dwithin(shapely.points(xy), ground.bounds, 1000.0))
    lonlat = to_degrees(ground.streets, xy[near])
    if len(lonlat) < ENOUGH_OUTLETS or not inside_china(lonlat).all():
        return []
    asked = config.crs if config.crs in ("gcj02", "bd09") else "EPSG:4326"
    raw = lonlat if asked == "EPSG:4326" else gcj02_from_wgs84(lonlat)
    raw = bd09_from_gcj02(raw) if asked == "bd09" else raw
    read = {"EPSG:4326": raw, "gcj02": wgs84_from_gcj02(raw), "bd09": wgs84_from_bd09(raw)}
    away_m = {kind: metres_off(ground, degrees) for kind, degrees in read.items()}
    off = {kind: sum(float(np.log(metres + PACE_M).mean()) for metres in away_m[kind].values()) for kind in away_m}
    best = min(off, key=lambda kind: off[kind])
    if off[asked] - off[best] < NEARER:
        return []
    names = {"EPSG:4326": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
    told = [
        f"{np.median(away_m[asked][what]):.0f} m from the nearest {what} as {names[asked]}, but "
        f"{np.median(away_m[best][what]):.0f} m as {names[best]}"
        for what in away_m[asked]
    ]
    nearer = np.mean([np.mean(away_m[best][what] < away_m[asked][what]) for what in away_m[asked]])
    return [
        Note(
            f"{file}: looks like {names[best]} degrees: the middle one of its outlets lies {', and '.join(told)}.",
            share=float(nearer),
            remedy=f"If so, give {OUTLETS_KEY}.crs={best}.",
        )
    ]


def to_degrees(streets: Streets, xy: Floats) -> Floats:
    """WGS-84 degrees of metres of the streets."""
    return np.column_stack(Transformer.from_crs(streets.crs, DEGREES, always_xy=True).transform(*xy.T))


def metres_off(ground: SourceMap, lonlat: Floats) -> dict[str, Floats]:
    """The distance of points in degrees to the nearest street, and building if the map has enough, metres."""
    to_metres = Transformer.from_crs(DEGREES, ground.streets.crs, always_xy=True)
    points = shapely.points(np.column_stack(to_metres.transform(*lonlat.T)))
    marks = {"street": shapely.linestrings(ground.streets.xy[ground.streets.links])}
    if ground.features is not None:
        built = np.array([kind != "" for kind in ground.features.building], bool)
        if np.count_nonzero(built) >= ENOUGH_BUILDINGS:
            marks["building"] = np.asarray(ground.features.shape, dtype=object)[built]
    return {
        what: shapely.STRtree(shapes).query_nearest(points, all_matches=False, return_distance=True)[1]
        for what, shapes in marks.items()
    }
