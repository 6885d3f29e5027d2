"""A study as layers for a GIS: streets, homes, communities and outlets, and what its tables say of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sim.gis.geojson import write_layouts
from sim.measures import read_sheet
from sim.outlets import Layout
from sim.place import Place
from sim.place.read import LOCAL_METRES
from sim.scene import Scene

STUDY_TABLES: Final = ("homes", "streets", "outlets")
LEAST_M: Final = 10.0  # a community of one or two homes is still an area: so far around them


def export(place: Place, scenes: Sequence[Scene], digests: Sequence[str], root: Path, name: str) -> list[str]:
    """Write `root/<name>.gpkg` and the layouts as GeoJSON; returns lines that say what was written.

    `place` before any layout; `digests` of the runs of each scene. The GeoPackage has layers `streets`, `homes`,
    `communities`, `compounds` where there are walls, and `outlets_<layout>`; after the study was run also
    `homes_<layout>` and `streets_flow_<layout>`. It is written beside and renamed. GeoJSON that belongs to tables of
    another config is left as it is.
    """
    tables, why = read_tables(dict(zip((scene.name for scene in scenes), digests, strict=True)), root)
    file, beside = root / f"{name}.gpkg", root / f"{name}.writing.gpkg"
    beside.unlink(missing_ok=True)
    said = {"attribution": place.attribution} if place.attribution else None
    counts = []
    for layer, rows in layers(place, scenes, tables):
        # The attribution goes with the file wherever it is taken.
        rows.to_file(beside, layer=layer, driver="GPKG", engine="pyogrio", dataset_metadata=said)
        counts.append(f"{layer} ({len(rows):,})")
    beside.replace(file)
    lines = [f"{file}: {', '.join(counts)}"]
    if tables or not (root / "tables").is_dir():
        write_layouts(place, [scene.layout for scene in scenes], root)
        lines += [f"{root / 'layouts' / f'{scene.name}.geojson'}: {len(scene.layout):,} outlets" for scene in scenes]
    if why:
        lines.append(f"Only the place and the layouts are there: {why}.")
    lines.append(
        "To change a layout, save a layer of outlets under a name of its own in QGIS, edit it (an empty id is a new "
        f"outlet) and give it back: study.layouts=[{scenes[0].name},mine.gpkg]"
    )
    return lines


def read_tables(digests: Mapping[str, str], root: Path) -> tuple[Mapping[str, pd.DataFrame], str]:
    """The tables of the study by name, or none and the reason, where it was not run as it is asked for now.

    `digests` of the runs of each layout.
    """
    note = root / "provenance.json"
    files = {name: root / "tables" / f"{name}.csv" for name in STUDY_TABLES}
    if not note.is_file() or not all(file.is_file() for file in files.values()):
        return {}, "the study has not been run yet"
    done = json.loads(note.read_text())["layouts"]
    if any(done.get(layout) != digest for layout, digest in digests.items()):
        return {}, f"the tables in {root} are of another config or version; run the study again to have them"
    return {name: read_sheet(file) for name, file in files.items()}, ""


def layers(place: Place, scenes: Sequence[Scene], tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, Any]]:
    """Every layer by name, as a GeoDataFrame in the metres of the place."""
    yield "streets", street_lines(place)
    yield "homes", home_points(place)
    yield "communities", community_hulls(place)
    if place.walls:
        yield "compounds", layer(place, {"compound": np.arange(len(place.walls))}, wall_polygons(place.walls))
    for scene in scenes:
        own = {name: table[table["layout"] == scene.name] for name, table in tables.items()}
        yield f"outlets_{scene.name}", outlet_points(place, scene.layout, own.get("outlets"))
        if own:
            counted = own["homes"].drop(columns=["layout", "x", "y"]).reset_index(drop=True)
            yield f"homes_{scene.name}", layer(place, counted, shapely.points(place.homes.xy))
            yield f"streets_flow_{scene.name}", street_lines(scene.place, own["streets"]["walkers_per_day"].to_numpy())


def layer(place: Place, columns: Any, shapes: Any) -> Any:
    """Rows with shapes in the coordinate system of the place, or in local metres where it has none."""
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=list(shapes), crs=place.streets.crs or LOCAL_METRES)


def street_lines(place: Place, walkers_per_day: Any = None) -> Any:
    """The links as lines."""
    links = place.streets
    columns: dict[str, Any] = {
        "link": np.arange(links.n_links),
        "length_m": links.length_m,
        "grade": links.grade,
        "crossing_s": links.crossing_s,
        "stairs": links.stairs,
        "gate": links.gate,
        "cycling": links.cycling,
    }
    if walkers_per_day is not None:
        columns["walkers_per_day"] = walkers_per_day
    return layer(place, columns, shapely.linestrings(links.xy[links.links]))


def home_points(place: Place) -> Any:
    """The home entrances as points."""
    there = place.homes
    columns = {
        "home": np.arange(len(there)),
        "node": there.node,
        "snap_m": there.snap_m,
        "compound": there.compound,
        "zone": [place.zones[zone] for zone in there.zone],
        "weight": there.weight,
        "floors": there.floors,
        "lift": there.lift,
    }
    return layer(place, columns, shapely.points(there.xy))


def community_hulls(place: Place) -> Any:
    """The communities as the hulls of their homes."""
    rows, shapes = [], []
    for zone, name in enumerate(place.zones):
        inside = place.homes.zone == zone
        if inside.any():
            rows.append({"zone": name, "homes": int(inside.sum()), "weight": float(place.homes.weight[inside].sum())})
            shapes.append(shapely.convex_hull(shapely.multipoints(place.homes.xy[inside])).buffer(LEAST_M))
    return layer(place, rows, shapes)


def wall_polygons(walls: Any) -> Any:
    """Closed rings as areas."""
    return [shapely.polygons(ring) for ring in walls]


def outlet_points(place: Place, layout: Layout, served: pd.DataFrame | None) -> Any:
    """The outlets as points, with what a drawn layout is read from, and how many they served where that is known."""
    touched = set(layout.touched)
    rows = pd.DataFrame(
        {
            "id": [outlet.id for outlet in layout.outlets],
            "name": [outlet.name for outlet in layout.outlets],
            "format": [outlet.format for outlet in layout.outlets],
            "admits": [outlet.admitted for outlet in layout.outlets],
            "layout": layout.name,
            "zh": [layout.formats[outlet.format].zh for outlet in layout.outlets],
            "en": [layout.formats[outlet.format].en for outlet in layout.outlets],
            "offers": [", ".join(sorted(outlet.offers)) for outlet in layout.outlets],
            "edited": [outlet.id in touched for outlet in layout.outlets],
        }
    )
    if served is not None:
        numbers = ["served_per_day", "turned_away", "busy_share", "mean_wait_min"]
        rows = rows.merge(served.set_index("outlet")[numbers], left_on="id", right_index=True, how="left")
    return layer(place, rows, shapely.points(layout.xy))
