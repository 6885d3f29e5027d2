"""Coverage: who has an outlet near, whether or not it would be open, free or chosen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from sim.columns import Bools, Floats
from sim.needs import NeedConfig
from sim.outlets import EVERYONE, Layout, Reach
from sim.people import AGE_GROUPS, Mobility, Residents, by_age
from sim.people.households import ADULT
from sim.place import Place, WalkClass

WITHIN_MIN = (5, 10, 15)


def serves(layout: Layout, need_key: str, need: NeedConfig) -> Bools:
    """Which outlets serve a need, as itself or as a substitute, shape (outlet,)."""
    offered = {need_key, *need.substitutes}
    return np.array([not offered.isdisjoint(outlet.offers) for outlet in layout.outlets], dtype=bool)


def nearest_m(place: Place, layout: Layout, reach: Reach, serving: Bools) -> Floats:
    """Metres on foot from each home to the nearest of the outlets `serving` that admits it, shape (walk class,
    home); inf beyond reach.
    """
    admits = np.array([outlet.admits for outlet in layout.outlets], dtype=np.int32)
    n_rows = len(reach.indptr) - 1
    compound = np.full(n_rows, EVERYONE, dtype=np.int32)
    for walk_class in WalkClass:
        starts = np.flatnonzero(reach.row[walk_class] >= 0)
        compound[reach.row[walk_class, starts]] = place.streets.compound[starts]
    row = np.repeat(np.arange(n_rows), np.diff(reach.indptr))
    counts = serving[reach.outlet]
    counts &= (admits[reach.outlet] == EVERYONE) | (admits[reach.outlet] == compound[row])
    nearest = np.full(n_rows, np.inf)
    np.minimum.at(nearest, row[counts], reach.metres[counts])
    return nearest[reach.row[:, place.homes.node]] + place.homes.snap_m


def within_radius(place: Place, layout: Layout, serving: Bools) -> Bools:
    """Which homes lie within the official radius of an outlet that serves, as the crow flies, shape (home,)."""
    near = np.zeros(len(place.homes), dtype=bool)
    homes = cKDTree(place.homes.xy)
    for outlet in (layout.outlets[j] for j in np.flatnonzero(serving)):
        radius_m = layout.formats[outlet.format].radius_m
        if radius_m:
            near[homes.query_ball_point(outlet.xy, radius_m)] = True
    return near


def coverage(
    place: Place, layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig], residents: list[Residents]
) -> pd.DataFrame:
    """Shares of residents with an outlet near, by need and age group, over all the given draws of residents.

    `network_5_min`, `_10_min`, `_15_min`: within so many minutes at the resident's own speed, walls, stairs and
    admission counted; the housebound have none near, and slow walkers none beyond their range. `straight_line`:
    within the official radius of the outlet's format, as the crow flies, for everybody. Only age groups that
    have the need.
    """
    columns = [np.concatenate([getattr(r, name) for r in residents]) for name in _COLUMNS]
    home, age, group, speed, mobility, range_m, walk_class = columns
    rows = []
    for key, need in needs.items():
        serving = serves(layout, key, need)
        metres = nearest_m(place, layout, reach, serving)[walk_class, home]
        minutes = np.where((metres <= range_m) & (mobility != Mobility.HOUSEBOUND), metres / speed / 60, np.inf)
        near = within_radius(place, layout, serving)[home]
        wants = by_age(need.per_week, age) > 0
        if need.per_household:
            wants |= (age >= ADULT) & (need.beside_elder_per_week > 0)
        for code, name in enumerate(AGE_GROUPS):
            who = wants & (group == code)
            if who.any():
                network = {f"network_{m}_min": float(np.mean(minutes[who] <= m)) for m in WITHIN_MIN}
                rows.append({"need": key, "age_group": name, **network, "straight_line": float(np.mean(near[who]))})
    return pd.DataFrame(rows)


_COLUMNS = ("home", "age", "age_group", "speed_m_s", "mobility", "range_m", "walk_class")
