"""The residents' day: choice, walks, queues, the compiled loop and the Mesa model."""

from sim.day.agents import OutletAgent, ResidentAgent
from sim.day.config import DayConfig
from sim.day.model import LifeCircle
from sim.day.supply import supply_of
from sim.day.tables import Supply

__all__ = ["DayConfig", "LifeCircle", "OutletAgent", "ResidentAgent", "Supply", "supply_of"]
