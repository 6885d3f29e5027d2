"""Out to a GIS such as QGIS, and back."""

from sim.gis.geojson import write_layouts

__all__ = ["write_layouts"]
