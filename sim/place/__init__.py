"""Where people live and walk: streets, homes, compounds and gates, grown or read from a map."""

from dataclasses import replace

import numpy as np

from sim.errors import InputError
from sim.place.apportionment import apportion
from sim.place.config import GrownConfig, LayerConfig, MixConfig, OutsideConfig, PlaceConfig
from sim.place.grow import grow_city, grow_district
from sim.place.place import Homes, Place, Sites
from sim.place.streets import ON_FOOT, PUBLIC, Area, Streets, WalkClass, add_areas, add_links, keep_links, street_side
from sim.place.walls import GATES, keep_gates, open_compounds

__all__ = [
    "GATES",
    "ON_FOOT",
    "PUBLIC",
    "Area",
    "GrownConfig",
    "Homes",
    "LayerConfig",
    "MixConfig",
    "OutsideConfig",
    "Place",
    "PlaceConfig",
    "Sites",
    "Streets",
    "WalkClass",
    "add_areas",
    "add_links",
    "apportion",
    "build_place",
    "keep_gates",
    "keep_links",
    "open_compounds",
    "street_side",
]


def build_place(config: PlaceConfig) -> Place:
    """The place of a config, with the gates that it keeps. Raises `InputError` for what cannot be used."""
    config.check()
    if config.source == "files":
        from sim.place.read import read_place

        place = read_place(config)
    else:
        place = grow_city(config) if config.source == "city" else grow_district(config)
    if not len(place.homes):
        raise InputError(f"place {config.name!r}: streets, but no homes")
    if place.sites is None and config.outlets.generate == "never":
        place = replace(place, sites=Sites((), (), (), np.empty((0, 2))))
    streets = keep_gates(place.streets, config.gates, config.seed, config.open_wall_m)
    return replace(
        place,
        streets=streets,
        open_wall_m=config.open_wall_m,
        mix=config.mix,
        beyond={need: (outside.minutes, outside.km) for need, outside in config.beyond.items()},
        beyond_names={need: (outside.zh, outside.en) for need, outside in config.beyond.items()},
    )
