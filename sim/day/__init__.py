"""The residents' day: choice, walks, queues, the compiled loop and the Mesa model."""

from sim.day.config import DayConfig
from sim.day.model import LifeCircle, Outlet, Resident
from sim.day.supply import Supply, supply_of

__all__ = ["DayConfig", "LifeCircle", "Outlet", "Resident", "Supply", "supply_of"]
