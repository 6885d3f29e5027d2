"""Homes: where people live, from buildings, from counts of people, or from both."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from sim.columns import Floats
from sim.errors import InputError
from sim.place.config import PlaceConfig
from sim.place.ground import Ground
from sim.place.place import Homes, bands
from sim.place.population import Buildings, read_population
from sim.place.streets import PUBLIC, Streets

# A map with fewer buildings per kilometre of street does not show where people live [A].
BUILDINGS_PER_KM = 1.0


def find_homes(config: PlaceConfig, buildings: Buildings, ground: Ground) -> tuple[Homes, list[str]]:
    """Homes within the bounds, on the streets, in communities of equal weight from north to south; and notes.

    Raises `InputError` where the map has no homes and no population grid is given, or none is near a street.
    """
    ages: tuple[int, ...] = ()
    streets, bounds = ground.streets, ground.bounds
    if config.population.file is None:
        xy, weight, notes = settle_buildings(buildings, streets, config)
        age_weight = np.empty((0, 0))
    else:
        people = read_population(config.population, str(streets.crs), bounds, buildings)
        xy, weight, ages, age_weight = people.xy, people.weight, people.age_from, people.age_weight
        notes = list(people.notes)
    snap_m, node = (np.asarray(column) for column in cKDTree(streets.xy).query(xy))
    near = snap_m <= config.far_home_m
    if not near.any():
        raise InputError(
            f"{config.streets}: none of its {len(xy):,} homes is within {config.far_home_m:g} m of a street; "
            "raise place.far_home_m, or check that streets and homes are of one place"
        )
    if not near.all():
        share = weight[~near].sum() / weight.sum()
        notes.append(
            f"{np.count_nonzero(~near):,} of {len(xy):,} homes ({share:.1%} of the residents) are farther "
            f"than {config.far_home_m:g} m from any street, the farthest {snap_m.max():,.0f} m, and left out."
        )
    return (
        Homes(
            node=node[near].astype(np.int32),
            xy=xy[near],
            snap_m=snap_m[near],
            compound=np.full(np.count_nonzero(near), PUBLIC, dtype=np.int32),
            zone=bands(xy[near, 1], weight[near], len(config.zones)),
            weight=weight[near],
            age_from=ages,
            age_weight=age_weight[near] if ages else age_weight,
        ),
        notes,
    )


def find_buildings(ground: Ground, config: PlaceConfig) -> Buildings:
    """The buildings of the map within the box of the extract where people may live: residential, or of no said use.

    Their weight is floor area over `level_m2_per_resident`; where the storeys are not mapped, the median of
    those that are, else 1.
    """
    features, osm = ground.features, config.osm
    if features is None:
        return Buildings(np.empty((0, 2)), np.empty(0), np.empty(0, bool))
    values = np.array(features.building, dtype=str)
    residential = np.isin(values, [value for value in osm.residential if value != "yes"])
    rows = np.flatnonzero(residential | (values == "yes"))
    points = shapely.point_on_surface(features.shape[rows])
    if ground.boxed:
        within = shapely.intersects(points, ground.bounds)
        rows, points = rows[within], points[within]
    levels = features.levels[rows]
    known = levels[np.isfinite(levels)]
    levels = np.where(np.isfinite(levels), levels, np.median(known) if len(known) else 1.0)
    return Buildings(
        xy=shapely.get_coordinates(points),
        weight=shapely.area(features.shape[rows]) * levels / osm.level_m2_per_resident,
        residential=residential[rows] | ("yes" in osm.residential),
    )


def settle_buildings(buildings: Buildings, streets: Streets, config: PlaceConfig) -> tuple[Floats, Floats, list[str]]:
    """Where people live without a count of them: positions, weights, and notes."""
    km = streets.length_m.sum() / 1000
    if len(buildings) < max(1.0, BUILDINGS_PER_KM * km):
        raise InputError(
            f"{config.streets}: a street network without homes: {len(buildings):,} buildings on {km:,.1f} km "
            "of street; give a population grid as place.population.file, or an extract with buildings"
        )
    homely = buildings.residential
    n_plain = np.count_nonzero(~homely)
    if not homely.any():
        note = f"No building is mapped as residential; all {n_plain:,} of building=yes are taken for homes."
        return buildings.xy, buildings.weight, [note]
    notes = []
    if n_plain:
        notes.append(
            f"{n_plain:,} buildings mapped only as building=yes are not taken for homes, {homely.sum():,} "
            "residential ones are; add yes to place.osm.residential to take both."
        )
    return buildings.xy[homely], buildings.weight[homely], notes
