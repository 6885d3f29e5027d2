"""Sites of a planner's own: rows of a table or layer, categories that become formats, and ids."""

from sim.place.read.sites_table.columns import column_text
from sim.place.read.sites_table.formats import find_format, short
from sim.place.read.sites_table.ids import made_id, tell_apart
from sim.place.read.sites_table.read import read_sites

__all__ = ["column_text", "find_format", "made_id", "read_sites", "short", "tell_apart"]
