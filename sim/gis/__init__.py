"""Out to a GIS such as QGIS, and back."""

from sim.gis.geopackage import export

__all__ = ["export"]
