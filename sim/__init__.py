"""Residents of a 15-minute life circle walk a street graph to meet their daily needs.

A place and its people are built once, a layout of outlets is laid over them, and residents live their days. Everything
after that only reads the record: how much demand stays unmet, for whom and why, and how long people walk.
"""

from sim.day import LifeCircle, Record, limits_m
from sim.errors import InputError
from sim.needs import Errands, NeedsConfig, raise_errands
from sim.outlets import Layout, Reach, find_reach, lay_out
from sim.people import AGE_GROUPS, Residents, settle
from sim.place import Place, Streets, build_place

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
