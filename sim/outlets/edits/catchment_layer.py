"""Catchments drawn in a GIS: which homes lie in the polygons of each outlet."""

from __future__ import annotations

import numpy as np
import shapely

from sim.columns import Ints
from sim.errors import InputError
from sim.outlets.edits.catchments import CatchmentsConfig
from sim.outlets.edits.drawing import shapes_of
from sim.place import Place
from sim.place.read import column_text

POLYGONS = ("Polygon", "MultiPolygon")


def homes_by_outlet(config: CatchmentsConfig, where: str, place: Place) -> dict[str, Ints]:
    """Rows of the homes in the catchment of each outlet; one on the edge is in it, and several polygons are one.

    Raises `InputError` naming the row that is no catchment.
    """
    at = f"{where}.file: {config.file}"
    rows = shapes_of(config, at, place, "catchments", "polygon")
    if config.column not in rows:
        there = ", ".join(str(column) for column in rows.columns if column != "geometry")
        raise InputError(
            f"{at}: no column {config.column!r} with the id of each polygon's outlet; it has {there}: give one of them "
            "as catchments.column"
        )
    outlet = list(column_text(rows, config.column))
    for row, (one, shape) in enumerate(zip(outlet, rows.geometry, strict=True), 1):
        if shape.geom_type not in POLYGONS:
            raise InputError(f"{at}: row {row} is a {shape.geom_type}; a catchment is a polygon")
        if not one:
            raise InputError(f"{at}: row {row} names no outlet in the column {config.column!r}")
    homes = shapely.STRtree(shapely.points(place.homes.xy))
    polygon, home = homes.query(rows.geometry.to_numpy(), predicate="intersects")
    return {one: np.unique(home[np.array(outlet)[polygon] == one]) for one in dict.fromkeys(outlet)}
