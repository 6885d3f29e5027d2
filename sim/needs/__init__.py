"""What residents need: the catalogue, and the errands and tours that it raises day by day."""

from sim.needs.catalogue import NeedConfig, NeedsConfig
from sim.needs.errands import Channel, Errands, Tours, raise_errands

__all__ = ["Channel", "Errands", "NeedConfig", "NeedsConfig", "Tours", "raise_errands"]
