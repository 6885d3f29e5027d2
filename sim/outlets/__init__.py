"""What stands where: formats of outlet, layouts and the edits to them."""

from sim.outlets.edits.config import LayoutConfig
from sim.outlets.edits.drawn import DrawnConfig, drawn_base
from sim.outlets.edits.record import Edit
from sim.outlets.formats import FormatConfig, HomeConfig, OfferConfig, PoolConfig, ReservedConfig
from sim.outlets.hours import Window, week_windows
from sim.outlets.laying import chain_of, lay_out
from sim.outlets.layout import Layout
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
    "Window",
    "admits",
    "chain_of",
    "drawn_base",
    "lay_out",
    "week_windows",
]
