"""The residents' day: choice, walks, queues, the compiled loop and the Mesa model."""

from sim.day.config import DayConfig
from sim.day.model import LifeCircle, Outlet, Resident

__all__ = ["DayConfig", "LifeCircle", "Outlet", "Resident"]
