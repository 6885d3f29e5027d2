"""Where doors lie on the streets: at the nearest point of a link that may be entered, which is split there.

The nearest node may be one of another street, behind a river or a railway; the nearest street is what one steps on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import shapely

from sim.columns import Floats, Ints
from sim.place.ground import Ground
from sim.place.streets import LINK_COLUMNS, PUBLIC, Streets

# Doors lie at whole metres along a link, so that those beside each other share a node.
DOOR_EVERY_M: Final = 1.0


class Entrances(NamedTuple):
    """Per door the `link` on which it lies, the metres `at_m` along it from its first node, and the metres `snap_m`
    from the door to that point.
    """

    link: Ints
    at_m: Floats
    snap_m: Floats


def find_entrances(ground: Ground, xy: Floats) -> Entrances:
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


def split_links(ground: Ground, doors: Entrances) -> tuple[Streets, Ints]:
    """The streets with a node at each door, behind all others, and the node of each door.

    The parts of a link are together as long as it was, and lose at their outer ends what it lost there.
    """
    streets = ground.streets
    whole_m = streets.length_m[doors.link]
    node = streets.links[doors.link, np.where(doors.at_m > 0, 1, 0)].astype(np.int32)
    inner = (doors.at_m > 0) & (doors.at_m < whole_m)
    cut, row = np.unique(np.column_stack([doors.link, doors.at_m])[inner], axis=0, return_inverse=True)
    node[inner] = streets.n_nodes + row.ravel()
    link, at_m = cut[:, 0].astype(np.int64), cut[:, 1]
    share = at_m / streets.length_m[link]
    more = shapely.get_coordinates(shapely.line_interpolate_point(ground.line[link], share, normalized=True))
    pieces = np.bincount(link, minlength=streets.n_links) + 1
    of = np.repeat(np.arange(streets.n_links), pieces)
    first = np.cumsum(pieces) - pieces
    last = first + pieces - 1
    before = np.arange(len(of)) > first[of]  # which pieces begin at a door
    after = np.arange(len(of)) < last[of]
    start_m, end_m = np.zeros(len(of)), streets.length_m[of]
    tail, head = streets.links[of].T.copy()
    new = np.arange(streets.n_nodes, streets.n_nodes + len(cut))
    start_m[before], tail[before] = at_m, new
    end_m[after], head[after] = at_m, new
    columns: dict[str, Any] = {name: getattr(streets, name)[of] for name in LINK_COLUMNS}
    columns["links"] = np.column_stack([tail, head]).astype(np.int32)
    columns["length_m"] = end_m - start_m
    columns["crossing_s"] = np.where(before, 0.0, ground.wait_s[of, 0]) + np.where(after, 0.0, ground.wait_s[of, 1])
    compound = np.concatenate([streets.compound, np.full(len(cut), PUBLIC, np.int32)])
    return replace(streets, xy=np.concatenate([streets.xy, more]), compound=compound, **columns), node
