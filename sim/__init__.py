"""Residents of a 15-minute life circle walk a street graph to meet their daily needs.

A place and its people are built once, a layout of outlets is laid over them, and residents live their days. Everything
after that only reads the record: how much demand stays unmet, for whom and why, and how long people walk.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.day import LifeCircle
    from sim.errors import InputError
    from sim.needs import Errands, NeedsConfig, raise_errands
    from sim.outlets import Layout, lay_out
    from sim.people import AGE_GROUPS, Residents, settle
    from sim.place import Place, Streets, build_place
    from sim.reach import Reach, find_reach, limits_m
    from sim.record import Record

__all__ = [
    "AGE_GROUPS",
    "Errands",
    "InputError",
    "Layout",
    "LifeCircle",
    "NeedsConfig",
    "Place",
    "Reach",
    "Record",
    "Residents",
    "Streets",
    "build_place",
    "find_reach",
    "lay_out",
    "limits_m",
    "raise_errands",
    "settle",
]

# Where each name lives. They are loaded when they are asked for: the command must be able to end before.
LIVES_IN = {
    "day": ("LifeCircle",),
    "errors": ("InputError",),
    "needs": ("Errands", "NeedsConfig", "raise_errands"),
    "outlets": ("Layout", "lay_out"),
    "people": ("AGE_GROUPS", "Residents", "settle"),
    "place": ("Place", "Streets", "build_place"),
    "reach": ("Reach", "find_reach", "limits_m"),
    "record": ("Record",),
}


def __getattr__(name: str) -> Any:
    """A public name, from the room in which it lives."""
    for room, names in LIVES_IN.items():
        if name in names:
            return getattr(import_module(f"sim.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
