"""What residents need: the catalogue, and the errands and tours that it raises day by day."""

from sim.needs.catalogue import BeyondConfig, NeedConfig, NeedsConfig
from sim.needs.channel import Channel
from sim.needs.errands import Errands
from sim.needs.occurrence import windows_of
from sim.needs.outside import beyond_notes
from sim.needs.raising import raise_errands
from sim.needs.tours import Tours
from sim.needs.weather import weather_days

__all__ = [
    "BeyondConfig",
    "Channel",
    "Errands",
    "NeedConfig",
    "NeedsConfig",
    "Tours",
    "beyond_notes",
    "raise_errands",
    "weather_days",
    "windows_of",
]
