"""Where doors lie on the streets: at the nearest point of a link that may be entered, which is split there.

The nearest node may be one of another street, behind a river or a railway; the nearest street is what one steps on.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import shapely

from sim.columns import Floats, Ints
from sim.place.read.source_map import SourceMap
from sim.place.streets import Streets, split_links

# Doors lie at whole metres along a link, so that those beside each other share a node.
DOOR_EVERY_M: Final = 1.0


class Entrances(NamedTuple):
    """Per door the `link` on which it lies, the metres `at_m` along it from its first node, and the metres `snap_m`
    from the door to that point.
    """

    link: Ints
    at_m: Floats
    snap_m: Floats


def find_entrances(ground: SourceMap, xy: Floats) -> Entrances:
    """Where doors (point, 2) lie on the links that are entered, or, where none is, on any."""
    streets = ground.streets
    entered = np.flatnonzero(streets.entered) if streets.entered.any() else np.arange(streets.n_links)
    points = shapely.points(xy)
    nearest = shapely.STRtree(ground.line[entered]).query_nearest(points, all_matches=False)
    link = np.zeros(len(points), dtype=np.int64)
    link[nearest[0]] = entered[nearest[1]]
    line, length_m = ground.line[link], streets.length_m[link]
    at_m = shapely.line_locate_point(line, points, normalized=True) * length_m
    at_m = np.round(at_m / DOOR_EVERY_M) * DOOR_EVERY_M
    at_m = np.where(at_m > length_m - DOOR_EVERY_M / 2, length_m, at_m)
    at = shapely.line_interpolate_point(line, at_m / length_m, normalized=True)
    return Entrances(link, at_m, shapely.distance(points, at))


def split_at_doors(ground: SourceMap, doors: Entrances) -> tuple[Streets, Ints]:
    """The streets with a node at each door, behind all others, and the node of each door."""
    share = doors.at_m / ground.streets.length_m[doors.link]
    on_street = shapely.line_interpolate_point(ground.line[doors.link], share, normalized=True)
    return split_links(ground.streets, doors.link, doors.at_m, shapely.get_coordinates(on_street), ground.wait_s)
