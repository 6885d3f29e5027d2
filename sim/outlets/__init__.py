"""What stands where: formats of outlet, layouts and the edits to them."""

from sim.outlets.edits.config import DrawnConfig, LayoutConfig
from sim.outlets.formats import FormatConfig, HomeConfig, OfferConfig, PoolConfig, ReservedConfig
from sim.outlets.geojson import geojson
from sim.outlets.layout import EVERYONE, Layout, Outlet, lay_out, serves_as

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
    "ReservedConfig",
    "geojson",
    "lay_out",
    "serves_as",
]
