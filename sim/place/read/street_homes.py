"""Homes along streets, where no map shows the houses: doors at equal distances."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import shapely

from sim.columns import Floats, Ints
from sim.place.read.source_map import SourceMap

# A map on which less of the streets is for homes has not told its streets apart [A].
LIVED_SHARE: Final = 0.1


class StreetHomes(NamedTuple):
    """Doors `xy` (door, 2) along `km` of street, which are for homes (`lived`) or, where no street says so, any."""

    xy: Floats
    km: float
    lived: bool


def homes_along(ground: SourceMap, every_m: float) -> StreetHomes:
    """A door for every so many metres of the streets within the bounds that are there for the homes beside them, or of
    all on which doors may lie where there are none of these.
    """
    links, lived = _streets_of_homes(ground)
    end_m = np.cumsum(ground.streets.length_m[links])
    n = max(1, round(float(end_m[-1]) / every_m))
    at_m = (np.arange(n) + 0.5) * float(end_m[-1]) / n
    row = np.searchsorted(end_m, at_m)
    length_m = ground.streets.length_m[links[row]]
    share = 1 - (end_m[row] - at_m) / length_m
    doors = shapely.line_interpolate_point(ground.line[links[row]], share, normalized=True)
    return StreetHomes(shapely.get_coordinates(doors), float(end_m[-1]) / 1000, lived)


def _streets_of_homes(ground: SourceMap) -> tuple[Ints, bool]:
    """Ints of the links along which homes lie, and whether their kind says so."""
    streets = ground.streets
    middle = streets.xy[streets.links].mean(axis=1)
    within = shapely.intersects_xy(ground.bounds, middle[:, 0], middle[:, 1])
    entered = within & streets.entered
    lived = entered & ground.lived
    if lived.any() and streets.length_m[lived].sum() >= LIVED_SHARE * streets.length_m[entered].sum():
        return np.flatnonzero(lived), True
    for usable in (entered, within):
        if usable.any():
            return np.flatnonzero(usable), False
    return np.arange(streets.n_links), False
