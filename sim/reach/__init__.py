"""Reach: who may walk how far to what."""

from sim.reach.extent import check_extent, check_ground
from sim.reach.limits import CIRCLE_MIN, limits_m
from sim.reach.search import NEVER_M, Reach, change_reach, count_walks, find_reach

__all__ = [
    "CIRCLE_MIN",
    "NEVER_M",
    "Reach",
    "change_reach",
    "check_extent",
    "check_ground",
    "count_walks",
    "find_reach",
    "limits_m",
]
