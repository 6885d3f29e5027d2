"""Layouts as GeoJSON, for a map."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.outlets.layout import Layout
from sim.place import Place


def geojson(place: Place, layout: Layout) -> dict[str, Any]:
    """The outlets of a layout as GeoJSON points.

    Longitude and latitude (WGS-84) where the place has a coordinate system, else metres of the place, said in
    `coordinates`. A GIS may change it and give it back: see `sim.outlets.edits.drawing`.
    """
    said: dict[str, Any] = {}
    if place.local:
        xy = np.round(layout.xy, 2)
        said = {"coordinates": "metres of the place, not longitude and latitude"}
    else:
        xy = np.round(place.to_lonlat(layout.xy), 7)
    touched = set(layout.touched)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [float(x), float(y)]},
            "properties": {
                "id": outlet.id,
                "name": outlet.name,
                "format": outlet.format,
                "zh": layout.formats[outlet.format].zh,
                "en": layout.formats[outlet.format].en,
                "layout": layout.name,
                "admits": outlet.admitted,
                "node": outlet.node,
                "offers": sorted(outlet.offers),
                "edited": outlet.id in touched,
            },
        }
        for (x, y), outlet in zip(xy, layout.outlets, strict=True)
    ]
    if place.attribution:
        said["attribution"] = place.attribution
    return {"type": "FeatureCollection", "name": layout.name, **said, "features": features}
