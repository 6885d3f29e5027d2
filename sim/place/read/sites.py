"""Sites: the outlets that stand in a place according to the planner's own table, or else to the map."""

from __future__ import annotations

import numpy as np
import shapely

from sim.notes import Note
from sim.place.config import PlaceConfig
from sim.place.place import Sites
from sim.place.read.source_map import SourceMap
from sim.place.streets import MILLIMETRE

OWN_TABLE = "give the outlets as place.outlets.file, a table or layer of your own or of a Chinese map service"


def find_sites(ground: SourceMap, config: PlaceConfig) -> tuple[Sites | None, list[Note]]:
    """The outlets of the table where one is given, else those of the map, None where it knows none; and notes."""
    if config.outlets.file is not None:
        from sim.place.read.sites_table import read_sites

        sites, notes = read_sites(config.outlets, ground)
        if ground.features is not None and any(ground.features.format):
            notes.append(Note("Outlets of the map are not used: those of place.outlets.file stand instead of them."))
        return sites, notes
    return find_mapped_sites(ground, config)


def unknown(why: str, config: PlaceConfig) -> Note:
    """What is said of a place whose outlets nobody knows: that all are invented, or that it has none."""
    if config.outlets.generate == "never":
        told, other = "no outlet stands there, as place.outlets.generate=never asks", "auto invents some"
    else:
        told = "every outlet of it is invented, as many of each format as the national mix has for its residents"
        other = "place.outlets.generate=never leaves the place without"
    return Note(f"{why}: {told}.", share=1.0, remedy=f"To have those that there are, {OWN_TABLE}; {other}.")


def find_mapped_sites(ground: SourceMap, config: PlaceConfig) -> tuple[Sites | None, list[Note]]:
    """Outlets of the map within its bounds, in the order of their ids, or None where it knows none; and notes."""
    features, osm, bounds = ground.features, config.osm, ground.bounds
    if features is None:
        return None, [unknown("The map shows streets only", config)]
    rows = np.array([i for i, outlet in enumerate(features.format) if outlet], dtype=np.int64)
    points = shapely.point_on_surface(features.shape[rows])
    within = shapely.intersects(points, bounds)
    rows, points = rows[within], points[within]
    if not len(rows):
        return None, [unknown("The map knows no outlet here", config)]
    wanted = {*osm.outlets.values()}
    missing = sorted(wanted - {features.format[i] for i in rows})
    notes = []
    if len(missing) > len(wanted) / 2:
        notes.append(
            Note(
                f"The map knows only {len(rows):,} outlets here, of {len(wanted) - len(missing)} formats, and lacks "
                f"{len(missing)} ({', '.join(missing)}); needs that only these serve stay unmet. It seems to lack the "
                "shops.",
                share=len(missing) / len(wanted),
                remedy=f"{OWN_TABLE[0].upper()}{OWN_TABLE[1:]}.",
            )
        )
    elif missing:
        notes.append(
            Note(
                f"The map knows {len(rows):,} outlets here but no {', no '.join(missing)}.",
                share=len(missing) / len(wanted),
                remedy="Check whether there is none, or the map lacks them.",
            )
        )
    order = np.argsort(np.array(features.id)[rows])
    return (
        Sites(
            id=tuple(features.id[i] for i in rows[order]),
            format=tuple(features.format[i] for i in rows[order]),
            name=tuple(features.name[i] for i in rows[order]),
            xy=np.round(shapely.get_coordinates(points[order]), MILLIMETRE),
        ),
        notes,
    )
