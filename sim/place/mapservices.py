"""Coordinates of Chinese map services: GCJ-02 (AMap, Tencent) and BD-09 (Baidu), turned into WGS-84.

The published formula shifts WGS-84 by a smooth field of 100 to 700 m over China; its inverse is found by iteration, to
less than a millimetre. BD-09 is GCJ-02 rotated and shifted once more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import shapely

from sim.columns import Bools, Floats

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


def to_wgs84(shapes: Any, unshift: Callable[[Floats], Floats]) -> Any:
    """Shapes in the degrees of a map service, in those of WGS-84."""
    return shapely.transform(shapes, unshift)
