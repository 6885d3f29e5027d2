"""The residents' day: choice, walks, queues, the compiled loop and the Mesa model."""

from sim.day.agents import OutletAgent, ResidentAgent
from sim.day.config import DayConfig
from sim.day.crowded import crowded_catchments
from sim.day.model import LifeCircle
from sim.day.rules import Calendar
from sim.day.supply import supply_of
from sim.day.tables import Supply
from sim.day.wanted import Wanted

__all__ = [
    "Calendar",
    "DayConfig",
    "LifeCircle",
    "OutletAgent",
    "ResidentAgent",
    "Supply",
    "Wanted",
    "crowded_catchments",
    "supply_of",
]
