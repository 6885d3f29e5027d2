"""Sites: the outlets that stand in a place according to a map or a table."""

from __future__ import annotations

import numpy as np
import shapely

from sim.place.config import PlaceConfig
from sim.place.ground import Ground
from sim.place.place import Sites


def find_sites(ground: Ground, config: PlaceConfig) -> tuple[Sites | None, list[str]]:
    """Outlets of the map within its bounds, in the order of their ids, or None where it knows none; and notes."""
    features, osm, bounds = ground.features, config.osm, ground.bounds
    if features is None:
        return None, ["The map shows streets only; outlets are generated, unless place.outlets.file has them."]
    rows = np.array([i for i, outlet in enumerate(features.format) if outlet], dtype=np.int64)
    points = shapely.point_on_surface(features.shape[rows])
    within = shapely.intersects(points, bounds)
    rows, points = rows[within], points[within]
    if not len(rows):
        return None, ["The map knows no outlet here; they are generated, unless the layout has a table of them."]
    missing = sorted({*osm.outlets.values()} - {features.format[i] for i in rows})
    notes = []
    if missing:
        notes.append(
            f"The map knows {len(rows):,} outlets here but no {', no '.join(missing)}; check whether there "
            "is none, or the map lacks them."
        )
    order = np.argsort(np.array(features.id)[rows])
    return (
        Sites(
            id=tuple(features.id[i] for i in rows[order]),
            format=tuple(features.format[i] for i in rows[order]),
            name=tuple(features.name[i] for i in rows[order]),
            xy=shapely.get_coordinates(points[order]),
        ),
        notes,
    )
