"""Shortest walks on the streets of a place."""

from sim.place.walks.arcs import Arcs, connected, walking_arcs
from sim.place.walks.between import SLACK_M, WalkMatrix, walks_from
from sim.place.walks.flow import spread_walkers
from sim.place.walks.search import Search, clear, new_search, search

__all__ = [
    "SLACK_M",
    "Arcs",
    "Search",
    "WalkMatrix",
    "clear",
    "connected",
    "new_search",
    "search",
    "spread_walkers",
    "walking_arcs",
    "walks_from",
]
