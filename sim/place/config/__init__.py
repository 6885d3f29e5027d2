"""The keys of the group `place`: of a place that is grown, of one that is read from files, and of both."""

from sim.place.config.files import (
    CircleConfig,
    CommunitiesConfig,
    HomesConfig,
    OsmConfig,
    PopulationConfig,
    SitesConfig,
)
from sim.place.config.grown import MOST_DISTRICT_NODES, CityConfig, GrownConfig, KindConfig, MixConfig
from sim.place.config.layer import LayerConfig
from sim.place.config.outside import OutsideConfig
from sim.place.config.place import PlaceConfig

__all__ = [
    "MOST_DISTRICT_NODES",
    "CircleConfig",
    "CityConfig",
    "CommunitiesConfig",
    "GrownConfig",
    "HomesConfig",
    "KindConfig",
    "LayerConfig",
    "MixConfig",
    "OsmConfig",
    "OutsideConfig",
    "PlaceConfig",
    "PopulationConfig",
    "SitesConfig",
]
