"""People who are counted by cells, at points or by compounds, and the homes where they live."""

from sim.place.read.population.inhabitants import Inhabitants, read_population
from sim.place.read.population.totals import is_total

__all__ = ["Inhabitants", "is_total", "read_population"]
