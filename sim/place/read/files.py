"""A place read from files: which reader reads what, and how their parts become one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from pyproj.exceptions import ProjError

from sim.errors import InputError
from sim.place.config import PlaceConfig
from sim.place.place import Place
from sim.place.read.elevation import add_grades
from sim.place.read.entrances import find_entrances, split_at_doors
from sim.place.read.graphml import read_graphml
from sim.place.read.homes import find_homes
from sim.place.read.lines import read_lines
from sim.place.read.osm import read_osm
from sim.place.read.sites import find_sites
from sim.place.read.source_map import SourceMap

# Which file of streets is read by what; the first ending that fits.
STREETS: Final[dict[str, Callable[[PlaceConfig], SourceMap]]] = {
    ".osm": read_osm,
    ".osm.gz": read_osm,
    ".osm.bz2": read_osm,
    ".osm.pbf": read_osm,
    ".pbf": read_osm,
    ".graphml": read_graphml,
    ".gpkg": read_lines,
    ".geojson": read_lines,
    ".json": read_lines,
    ".shp": read_lines,
    ".fgb": read_lines,
    ".parquet": read_lines,
}


def read_place(config: PlaceConfig) -> Place:
    """The place of a planner's files: streets to walk, homes to start from, outlets to go to.

    Raises `InputError` naming the file and the way out where one is missing or is not what it should be.
    """
    ground = read_source_map(config)
    try:
        housing = find_homes(ground, config)
        sites, site_notes = find_sites(ground, config)
    except ProjError:
        layers = (config.homes, config.outlets, config.population, config.communities)
        files = ", ".join([str(config.streets), *(layer.file for layer in layers if layer.file)])
        raise InputError(
            f"{files}: some have local coordinates and some lie on the globe, and they cannot be turned into each "
            "other; give place.streets_crs, or crs: local of the layers that are in the metres of the streets"
        ) from None
    homes, n_homes = housing.homes, len(housing.homes)
    doors = find_entrances(ground, homes.xy if sites is None else np.vstack([homes.xy, sites.xy]))
    streets, node = split_at_doors(ground, doors)
    if sites is not None:
        sites = replace(sites, node=node[n_homes:], snap_m=doors.snap_m[n_homes:])
    named = (ground.attribution, config.population.attribution if config.population.file else "")
    return Place(
        name=config.name,
        streets=streets,
        homes=replace(homes, node=node[:n_homes], snap_m=doors.snap_m[:n_homes]),
        zones=housing.zones,
        population=housing.population,
        sites=sites,
        attribution="; ".join(credit for credit in named if credit),
        notes=(*ground.notes, *housing.notes, *site_notes),
    )


def read_source_map(config: PlaceConfig) -> SourceMap:
    """What the file of streets shows, with slopes where `config.elevation` gives heights."""
    path = Path(config.streets or "").expanduser()
    if not path.is_file():
        raise InputError(f"{path}: not there; place.streets is the path of a file with streets ({', '.join(STREETS)})")
    for ending, read in STREETS.items():
        if path.name.lower().endswith(ending):
            return add_grades(read(config), config)
    raise InputError(f"{path}: no file of streets by its name; {', '.join(STREETS)} are accepted")
