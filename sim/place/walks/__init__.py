"""Shortest walks on the streets of a place."""

from sim.place.walks.between import SLACK_M, Walks, walks_from
from sim.place.walks.search import (
    Arcs,
    Search,
    clear,
    connected,
    new_search,
    pop,
    push,
    search,
    spread_walkers,
    walking_arcs,
)

__all__ = [
    "SLACK_M",
    "Arcs",
    "Search",
    "Walks",
    "clear",
    "connected",
    "new_search",
    "pop",
    "push",
    "search",
    "spread_walkers",
    "walking_arcs",
    "walks_from",
]
