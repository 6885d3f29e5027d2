"""What stands where: formats of outlet, layouts and the edits to them."""

from sim.outlets.edits.config import LayoutConfig
from sim.outlets.edits.drawn import DrawnConfig
from sim.outlets.edits.record import Edit
from sim.outlets.formats import FormatConfig, HomeConfig, OfferConfig, PoolConfig, ReservedConfig
from sim.outlets.geojson import geojson
from sim.outlets.layout import Layout, lay_out
from sim.outlets.outlet import EVERYONE, Kind, Outlet, admits

__all__ = [
    "EVERYONE",
    "DrawnConfig",
    "Edit",
    "FormatConfig",
    "HomeConfig",
    "Kind",
    "Layout",
    "LayoutConfig",
    "OfferConfig",
    "Outlet",
    "PoolConfig",
    "ReservedConfig",
    "admits",
    "geojson",
    "lay_out",
]
