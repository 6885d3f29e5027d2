"""Streets of a GraphML file, as any OSMnx saves them: simplified or not, in degrees or projected."""

from sim.place.read.graphml.graph import read_graphml

__all__ = ["read_graphml"]
