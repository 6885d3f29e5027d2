"""Where people live and walk: streets, homes, compounds and gates, grown or read from a map."""

from dataclasses import replace

import numpy as np

from sim.errors import InputError
from sim.place.config import PlaceConfig
from sim.place.grow import grow_city, grow_district
from sim.place.place import Homes, Place, Sites
from sim.place.streets import Streets, WalkClass
from sim.place.walls import keep_gates

__all__ = ["Homes", "Place", "PlaceConfig", "Sites", "Streets", "WalkClass", "build_place", "keep_gates"]


def build_place(config: PlaceConfig) -> Place:
    """The place of a config, with the gates that it keeps. Raises `InputError` for what cannot be used."""
    config.check()
    if config.source == "files":
        from sim.place.read.files import (
            read_place,  # the GIS libraries take a second to load; a grown place does without
        )

        place = read_place(config)
    else:
        place = grow_city(config) if config.source == "city" else grow_district(config)
    if not len(place.homes):
        raise InputError(f"place {config.name!r}: streets, but no homes")
    if place.sites is None and config.outlets.generate == "never":
        place = replace(place, sites=Sites((), (), (), np.empty((0, 2))))
    streets = keep_gates(place.streets, config.gates, config.seed, config.open_wall_m)
    return replace(place, streets=streets, open_wall_m=config.open_wall_m, mix=config.mix)
