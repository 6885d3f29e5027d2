"""What stands where: formats of outlet, layouts and the edits to them, and who can reach what on foot."""

from sim.outlets.edits import DrawnConfig, LayoutConfig
from sim.outlets.formats import FormatConfig, HomeConfig, OfferConfig, PoolConfig, ReservedConfig
from sim.outlets.geojson import geojson
from sim.outlets.layout import EVERYONE, Layout, Outlet, lay_out
from sim.outlets.reach import Reach, change_reach, find_reach

__all__ = [
    "EVERYONE",
    "DrawnConfig",
    "FormatConfig",
    "HomeConfig",
    "Layout",
    "LayoutConfig",
    "OfferConfig",
    "Outlet",
    "PoolConfig",
    "Reach",
    "ReservedConfig",
    "change_reach",
    "find_reach",
    "geojson",
    "lay_out",
]
