"""Sites: the outlets that stand in a place according to the planner's own table, or else to the map."""

from __future__ import annotations

import numpy as np
import shapely

from sim.notes import Note
from sim.place.config import PlaceConfig
from sim.place.ground import Ground
from sim.place.place import Sites

OWN_TABLE = "give the outlets as place.outlets.file, a table or layer of your own or of a Chinese map service"


def find_sites(ground: Ground, config: PlaceConfig) -> tuple[Sites | None, list[Note]]:
    """The outlets of the table where one is given, else those of the map, None where it knows none; and notes."""
    if config.outlets.file is not None:
        from sim.place.sites_table import read_sites

        sites, notes = read_sites(config.outlets, ground)
        if ground.features is not None and any(ground.features.format):
            notes.append(Note("Outlets of the map are not used: those of place.outlets.file stand instead of them."))
        return sites, notes
    return find_mapped_sites(ground, config)


def find_mapped_sites(ground: Ground, config: PlaceConfig) -> tuple[Sites | None, list[Note]]:
    """Outlets of the map within its bounds, in the order of their ids, or None where it knows none; and notes."""
    features, osm, bounds = ground.features, config.osm, ground.bounds
    if features is None:
        return None, [
            Note(f"The map shows streets only; outlets are generated. To have those that there are, {OWN_TABLE}.")
        ]
    rows = np.array([i for i, outlet in enumerate(features.format) if outlet], dtype=np.int64)
    points = shapely.point_on_surface(features.shape[rows])
    within = shapely.intersects(points, bounds)
    rows, points = rows[within], points[within]
    if not len(rows):
        return None, [
            Note(f"The map knows no outlet here; they are generated. To have those that there are, {OWN_TABLE}.")
        ]
    wanted = {*osm.outlets.values()}
    missing = sorted(wanted - {features.format[i] for i in rows})
    notes = []
    if len(missing) > len(wanted) / 2:
        notes.append(
            Note(
                f"The map knows only {len(rows):,} outlets here, of {len(wanted) - len(missing)} formats, and lacks "
                f"{len(missing)} ({', '.join(missing)}); needs that only these serve stay unmet. It seems to lack the "
                f"shops: {OWN_TABLE}."
            )
        )
    elif missing:
        notes.append(
            Note(
                f"The map knows {len(rows):,} outlets here but no {', no '.join(missing)}; check whether there "
                "is none, or the map lacks them."
            )
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
