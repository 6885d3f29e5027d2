"""The census sheet of a district."""

from sim.people.census.columns import Band, read_band
from sim.people.census.sheet import Sheet, read_census, take_census

__all__ = ["Band", "Sheet", "read_band", "read_census", "take_census"]
