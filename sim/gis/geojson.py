"""Layouts as files of GeoJSON, a line for each outlet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from sim.folders import folder_beside
from sim.outlets import Layout, geojson
from sim.place import Place


def write_layouts(place: Place, layouts: Iterable[Layout], root: Path) -> None:
    """Write every layout below the folder of a study: beside their place, then renamed."""
    with folder_beside(root / "layouts") as folder:
        for layout in layouts:
            whole = geojson(place, layout)
            features = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in whole.pop("features"))
            head = json.dumps(whole, ensure_ascii=False).removesuffix("}")
            text = f'{head}, "features": [\n{features}\n]}}\n'
            (folder / f"{layout.name}.geojson").write_text(text, encoding="utf-8")
