"""Reach: how far residents may walk, and to what."""

from sim.reach.change import change_reach
from sim.reach.extent import check_extent, check_ground
from sim.reach.limits import CIRCLE_MIN, limits_m
from sim.reach.reach import NEVER_M, Reach
from sim.reach.search import count_walks, find_reach

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
