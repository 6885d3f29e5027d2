"""Coordinates of Chinese map services: GCJ-02 (AMap, Tencent) and BD-09 (Baidu), turned into WGS-84.

The published formula shifts WGS-84 by a smooth field of 100 to 700 m over China; its inverse is found by iteration, to
less than a millimetre. BD-09 is GCJ-02 rotated and shifted once more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from sim.columns import Bools, Floats
from sim.errors import InputError

MAJOR_M: Final = 6_378_245.0  # Krasovsky 1940
ECCENTRICITY_2: Final = 0.00669342162296594323
PERIOD: Final = 3000.0 / 180.0 * np.pi
ITERATIONS: Final = 10


def inside_china(lonlat: Floats) -> Bools:
    """Where the formula shifts at all: the box of the published code."""
    lon, lat = lonlat.T
    return (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)


def gcj02_from_wgs84(lonlat: Floats) -> Floats:
    """GCJ-02 of WGS-84, degrees, shape (point, 2)."""
    lon, lat = lonlat.T
    x, y = lon - 105.0, lat - 35.0

    def wave(angle: Floats) -> Floats:
        return np.sin(angle * np.pi)

    common = (20.0 * wave(6.0 * x) + 20.0 * wave(2.0 * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + common
    north += (20.0 * wave(y) + 40.0 * wave(y / 3.0)) * 2.0 / 3.0
    north += (160.0 * wave(y / 12.0) + 320.0 * wave(y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + common
    east += (20.0 * wave(x) + 40.0 * wave(x / 3.0)) * 2.0 / 3.0
    east += (150.0 * wave(x / 12.0) + 300.0 * wave(x / 30.0)) * 2.0 / 3.0
    root_2 = 1.0 - ECCENTRICITY_2 * np.sin(np.radians(lat)) ** 2
    meridian_m = MAJOR_M * (1.0 - ECCENTRICITY_2) / root_2**1.5
    parallel_m = MAJOR_M / np.sqrt(root_2) * np.cos(np.radians(lat))
    shifted = lonlat + np.degrees(np.column_stack([east / parallel_m, north / meridian_m]))
    return np.where(inside_china(lonlat)[:, None], shifted, lonlat)


def wgs84_from_gcj02(lonlat: Floats) -> Floats:
    """WGS-84 of GCJ-02, degrees, shape (point, 2)."""
    guess = lonlat.copy()
    for _ in range(ITERATIONS):
        guess += lonlat - gcj02_from_wgs84(guess)
    return np.where(inside_china(lonlat)[:, None], guess, lonlat)


def gcj02_from_bd09(lonlat: Floats) -> Floats:
    """GCJ-02 of BD-09, degrees, shape (point, 2)."""
    x, y = (lonlat - (0.0065, 0.006)).T
    radius = np.hypot(x, y) - 0.00002 * np.sin(y * PERIOD)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * PERIOD)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def bd09_from_gcj02(lonlat: Floats) -> Floats:
    """BD-09 of GCJ-02, degrees, shape (point, 2)."""
    x, y = lonlat.T
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * PERIOD)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * PERIOD)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def wgs84_from_bd09(lonlat: Floats) -> Floats:
    """WGS-84 of BD-09, degrees, shape (point, 2)."""
    return wgs84_from_gcj02(gcj02_from_bd09(lonlat))


MAP_SERVICES: Final[dict[str, Callable[[Floats], Floats]]] = {
    "gcj02": wgs84_from_gcj02,
    "bd09": wgs84_from_bd09,
}


# Columns that exports of a service have and hardly any other table, in lower case [M].
AMAP: Final = {
    "typecode", "type_code", "pname", "cityname", "adname", "adcode", "pcode", "citycode", "gridcode", "navi_poiid",
    "entr_location", "exit_location", "biz_ext", "biz_type", "business_area", "indoor_map", "gcj02_lng", "gcj02_lat",
    "lng_gcj02", "lat_gcj02", "gcj_lng", "gcj_lat",
}  # fmt: skip
TENCENT: Final = {"ad_info", "ad_info.adcode", "ad_info.province", "ad_info.city", "ad_info.district"}
BAIDU: Final = {
    "std_tag", "detail_info", "street_id", "bd09ll", "bd09mc", "bd09_lng", "bd09_lat", "bd_lng", "bd_lat", "lng_bd09",
    "lat_bd09", "navi_location.lng", "location.lng", "location_lng",
}  # fmt: skip


class Service(NamedTuple):
    """A map service, and how a table of it is known.

    Fields:
        name: of the service.
        crs: its degrees, as `MAP_SERVICES` has them.
        columns: those by which a table is its.
    """

    name: str
    crs: str
    columns: tuple[str, ...]


def service_of(table: pd.DataFrame) -> Service | None:
    """The Chinese map service whose export a table looks like by the names of its columns, or None.

    A column `location` counts where it holds pairs ("118.79,32.06"), as AMap writes them; `uid` where Baidu's `tag`,
    `area` or `detail` stands beside it. Where columns say WGS-84 (`wgs84_lng`), they are believed.
    """
    named = {str(name).strip().lower(): name for name in table.columns}
    if any("wgs" in name for name in named):
        return None
    pairs = "location" in named and bool(
        table[named["location"]].astype(str).str.match(r"^\[?\s*-?\d+\.\d+\s*[,，]\s*-?\d+\.\d+").any()
    )
    baidu = {name for name in named if name in BAIDU or name.startswith("detail_info.")}
    baidu |= {"uid"} if "uid" in named and named.keys() & {"tag", "area", "detail"} else set()
    found = (
        ("Tencent", "gcj02", named.keys() & TENCENT),
        ("Baidu", "bd09", baidu),
        ("AMap", "gcj02", (named.keys() & AMAP) | ({"location"} if pairs else set())),
    )
    told = [Service(name, crs, tuple(sorted(columns))) for name, crs, columns in found if columns]
    return told[0] if told else None


def refuse_unsaid(table: pd.DataFrame, lonlat: Floats, file: Path, key: str) -> None:
    """Raise `InputError` for a table whose `crs` is not given, and whose columns are those of a map service, in China:
    its coordinates lie hundreds of metres off, or they were turned into WGS-84, and only those who made it know.

    `lonlat` are the coordinates of its rows as they stand there, shape (row, 2); `key` is the layer's, for the message.
    """
    service = service_of(table)
    lonlat = lonlat[np.isfinite(lonlat).all(axis=1)]
    if service is None or not len(lonlat):
        return
    lon, lat = np.median(lonlat, axis=0)
    if abs(lon) > 180 and "bd09mc" in {str(name).lower() for name in table.columns}:
        raise InputError(
            f"{file}: has Baidu's metres (bd09mc), which are not read; ask the service for degrees (bd09ll), and give "
            f"{key}.crs=bd09"
        )
    if not inside_china(np.array([[lon, lat]]))[0]:
        return
    kind = {"gcj02": "GCJ-02", "bd09": "BD-09"}[service.crs]
    raise InputError(
        f"{file}: its columns ({', '.join(service.columns)}) are those of {service.name}, whose degrees are {kind} and "
        f"lie hundreds of metres off; give {key}.crs={service.crs}, or {key}.crs=EPSG:4326 where they have been turned "
        "into WGS-84"
    )


def to_wgs84(shapes: Any, unshift: Callable[[Floats], Floats]) -> Any:
    """Shapes in the degrees of a map service, in those of WGS-84."""
    return shapely.transform(shapes, unshift)
