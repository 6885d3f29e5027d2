"""Residents of a 15-minute life circle walk a street graph to meet their daily needs.

A place and its people are built once, a layout of outlets is laid over them, and residents live their days. Everything
after that only reads the record: how much demand stays unmet, for whom and why, and how long people walk.

    import sim

    study = sim.compare(place="new_district", layouts=["base", "kiosks"], seeds=3)
    study.tables["demand"]
    study.figure("unmet_by_reason")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.day import LifeCircle
    from sim.errors import InputError
    from sim.face import Study, build, compare, load, simulate
    from sim.needs import Errands, NeedsConfig, raise_errands
    from sim.outlets import Layout, lay_out
    from sim.people import AGE_GROUPS, Residents, settle
    from sim.place import Place, Streets, build_place
    from sim.reach import Reach, find_reach, limits_m
    from sim.record import Record
    from sim.scene import Scene

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
    "Scene",
    "Streets",
    "Study",
    "build",
    "build_place",
    "compare",
    "find_reach",
    "lay_out",
    "limits_m",
    "load",
    "raise_errands",
    "settle",
    "simulate",
]

# Where each name lives. They are loaded when they are asked for: the command must be able to end before.
LIVES_IN = {
    "day": ("LifeCircle",),
    "errors": ("InputError",),
    "face": ("Study", "build", "compare", "load", "simulate"),
    "needs": ("Errands", "NeedsConfig", "raise_errands"),
    "outlets": ("Layout", "lay_out"),
    "people": ("AGE_GROUPS", "Residents", "settle"),
    "place": ("Place", "Streets", "build_place"),
    "reach": ("Reach", "find_reach", "limits_m"),
    "record": ("Record",),
    "scene": ("Scene",),
}


def __getattr__(name: str) -> Any:
    """A public name, from the room in which it lives."""
    for room, names in LIVES_IN.items():
        if name in names:
            return getattr(import_module(f"sim.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
