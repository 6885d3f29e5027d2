"""Positions: how an edit says where, and which spot on the streets that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.errors import InputError
from sim.outlets.outlet import Spot
from sim.place import Place

FAR_OUTLET_M: Final = 500.0  # farther from every street, an outlet is not in the place


@dataclass
class Position:
    """Where, in one of four ways.

    `x`, `y` metres of the place.
    `lon`, `lat` degrees (WGS-84).
    `node` a street node.
    `at` the id of another outlet.
    """

    x: float | None = None
    y: float | None = None
    lon: float | None = None
    lat: float | None = None
    node: int | None = None
    at: str | None = None


def check_position(where: str, at: Position) -> None:
    """Raise `InputError` unless a position is given in just one way."""
    given = (
        at.node is not None, at.x is not None or at.y is not None, at.lon is not None or at.lat is not None,
        at.at is not None,
    )  # fmt: skip
    if sum(given) != 1:
        raise InputError(f"{where}: give one of x and y, lon and lat, node, or at (the id of an outlet)")


def spot_of(where: str, at: Position, place: Place) -> Spot:
    """The spot of a position that is a node or is in metres or degrees. Raises `InputError` where it is far off."""
    streets = place.streets
    if at.node is not None:
        if not 0 <= at.node < streets.n_nodes:
            raise InputError(
                f"{where}: node {at.node} is not a street node of this place (0 to {streets.n_nodes - 1}); "
                "give x and y instead to take the nearest"
            )
        x, y = streets.xy[at.node]
        return Spot(at.node, 0.0, (float(x), float(y)))
    x, y = _metres(where, at, place)
    if not np.isfinite([x, y]).all():
        raise InputError(f"{where}: x {x}, y {y}; finite numbers of metres are needed")
    doors, off_m = place.doors_at(np.array([x, y]))
    if not off_m <= FAR_OUTLET_M:
        (x0, y0), (x1, y1) = streets.xy.min(axis=0), streets.xy.max(axis=0)
        raise InputError(
            f"{where}: ({x:.0f}, {y:.0f}) lies {off_m:,.0f} m from the nearest street; "
            f"the place spans x {x0:.0f} to {x1:.0f}, y {y0:.0f} to {y1:.0f} m"
        )
    (node, snap_m), *others = doors
    return Spot(node, snap_m, (x, y), doors if others else ())


def _metres(where: str, at: Position, place: Place) -> tuple[float, float]:
    if at.x is not None and at.y is not None:
        return at.x, at.y
    if at.lon is None or at.lat is None:
        raise InputError(f"{where}: both of x and y, or both of lon and lat, are needed")
    if place.local:
        raise InputError(f"{where}: this place has no coordinate system; give x and y in metres instead of lon and lat")
    x, y = place.from_lonlat(np.array([[at.lon, at.lat]]))[0]
    if not np.isfinite([x, y]).all():
        raise InputError(f"{where}: lon {at.lon}, lat {at.lat} is not on the map of this place")
    return float(x), float(y)
