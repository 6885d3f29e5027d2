"""Out to a GIS such as QGIS, and back."""

from sim.gis.geojson import geojson, write_layouts

__all__ = ["geojson", "write_layouts"]
