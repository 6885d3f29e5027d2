"""The residents' day: choice, walks, queues, the compiled loop, the Mesa model and the record."""

from sim.day.config import DayConfig
from sim.day.limits import limits_m
from sim.day.model import LifeCircle, Outlet, Resident
from sim.day.outcome import Outcome, Reason
from sim.day.record import Record

__all__ = ["DayConfig", "LifeCircle", "Outcome", "Outlet", "Reason", "Record", "Resident", "limits_m"]
