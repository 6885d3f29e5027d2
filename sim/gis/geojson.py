"""Layouts as GeoJSON, for a map: a line for each outlet in a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from sim.folders import folder_beside
from sim.outlets import Layout
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


def write_layouts(place: Place, layouts: Iterable[Layout], root: Path) -> None:
    """Write every layout below the folder of a study: beside their place, then renamed."""
    with folder_beside(root / "layouts") as folder:
        for layout in layouts:
            whole = geojson(place, layout)
            features = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in whole.pop("features"))
            head = json.dumps(whole, ensure_ascii=False).removesuffix("}")
            text = f'{head}, "features": [\n{features}\n]}}\n'
            (folder / f"{layout.name}.geojson").write_text(text, encoding="utf-8")
