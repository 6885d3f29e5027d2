"""Layers: rows of GIS files and tables, each with a shape and a known coordinate system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.errors import GEOSException

from sim.columns import Floats
from sim.errors import InputError
from sim.place.config import LayerConfig
from sim.place.read.mapservices import MAP_SERVICES, refuse_unsaid, to_wgs84
from sim.place.read.tables import TABLES, as_numbers, read_table

DEGREES: Final = "EPSG:4326"
STREETS_KEY: Final = "place.streets"
LONGITUDES: Final = ("lon", "lng", "long", "longitude", "x", "经度")
LATITUDES: Final = ("lat", "latitude", "y", "纬度")
LOCAL_METRES: Final = 'LOCAL_CS["local",UNIT["metre",1]]'
# A projection whose metres are true to this share at the place is kept; another is turned into UTM.
TRUE_SCALE: Final = 0.002
# Layers often reach a little over the area that their coordinate system is meant for; farther, it is another one.
AREA_MARGIN_DEG: Final = 5.0
# Open sea around 0° N, 0° E, in degrees: who lies there has local coordinates, or none.
NO_LAND_DEG: Final = (5.0, 4.0)
# Streets of one place do not reach farther.
FAR_APART_M: Final = 1_000_000.0

Transform = Callable[[Any], Any]


def read_layer(config: LayerConfig, key: str, lon: str = "", lat: str = "") -> Any:
    """The rows of a layer as a GeoDataFrame with a CRS; a table is placed by its longitude and latitude columns.

    `key` is that of the config, for messages; `lon` and `lat` name the columns of a table, which are found by their
    usual names where not given. Coordinates of Chinese map services (`crs: gcj02`, `bd09`) become WGS-84. Raises
    `InputError` where the file is missing, is no vector file, has several layers and none is named, does not say
    where it lies, or says what cannot be.
    """
    path = Path(config.file or "").expanduser()
    if not path.exists():
        option = STREETS_KEY if key == STREETS_KEY else f"{key}.file"
        raise InputError(f"{path}: not there; {option} is the path of a GIS layer or a table")
    if path.suffix.lower() in TABLES:
        return place_table(read_table(path, config.layer), path, config, key, lon, lat)
    if path.is_dir() and path.suffix.lower() != ".gdb":
        raise InputError(f"{path}: is a folder; the path of a GIS layer or a table is needed")
    rows = open_layer(path, config, key)
    if "geometry" not in rows:
        return place_table(rows, path, config, key, lon, lat)
    return locate(rows, path, config, key)


def locate(rows: Any, path: Path, config: LayerConfig, key: str) -> Any:
    """The rows that have a shape, with the CRS that is given, or their own; raises `InputError` where it cannot be."""
    shapeless = np.flatnonzero(rows.geometry.isna() | rows.geometry.is_empty)
    # A street without a line is none; people or an outlet without a place would be left out without a word.
    if key != "place.streets" and 0 < len(shapeless) < len(rows):
        raise InputError(
            f"{path}: {len(shapeless):,} of {len(rows):,} rows have no shape, the first is row {shapeless[0] + 1}; "
            "place them or delete the rows"
        )
    rows = rows.drop(rows.index[shapeless])
    if config.crs and config.crs in MAP_SERVICES:
        rows = rows.set_crs(DEGREES, allow_override=True)
        check_crs(rows, path, key)
        return rows.assign(geometry=to_wgs84(rows.geometry.array, MAP_SERVICES[config.crs]))
    if config.crs:
        rows = rows.set_crs(known_crs(config.crs, key), allow_override=True)
    check_crs(rows, path, key)
    if CRS(rows.crs).is_engineering:  # local coordinates are all of one system, in metres
        unit_m = CRS(rows.crs).axis_info[0].unit_conversion_factor
        rows = rows.assign(geometry=shapely.transform(rows.geometry.array, lambda xy: xy * unit_m))
        rows = rows.set_crs(LOCAL_METRES, allow_override=True)
    return rows


def open_layer(path: Path, config: LayerConfig, key: str) -> Any:
    """The rows of a vector file's layer."""
    option = part_of(key, "layer")
    if path.suffix.lower() == ".parquet":
        return open_parquet(path)
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        if config.layer is not None and config.layer not in layers:
            raise InputError(f"{path}: no layer {config.layer!r}; {option} is one of {', '.join(layers)}")
        if config.layer is None and len(layers) > 1:
            raise InputError(f"{path}: has several layers; give {option}, one of {', '.join(layers)}")
        return gpd.read_file(path, layer=config.layer or layers[0], engine="pyogrio")
    except GEOSException as error:
        raise InputError(
            f"{path}: a shape of it is broken ({error}); mend it (in QGIS: Fix geometries) or delete its row"
        ) from None
    except (DataSourceError, DataLayerError, UnicodeDecodeError, IndexError) as error:
        raise InputError(
            f"{path}: not read as a vector file ({error}); GeoPackage, GeoJSON, Shapefile, and CSV with lon and lat "
            "are accepted"
        ) from None


def open_parquet(path: Path) -> Any:
    """The rows of a GeoParquet file."""
    try:
        return gpd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not read as GeoParquet ({error}); save it so, or as GeoPackage") from None


def known_crs(text: str, key: str) -> CRS:
    """A CRS by its code or WKT, or `local`: metres that nobody can turn into degrees."""
    try:
        return CRS.from_user_input(LOCAL_METRES if text == "local" else text)
    except CRSError:
        others, option = ", ".join([*MAP_SERVICES, "local"]), part_of(key, "crs")
        raise InputError(f"{option}: {text!r} is no coordinate system; EPSG:…, WKT, {others} are accepted") from None


def part_of(key: str, part: str) -> str:
    """The key of a part of a layer: `place.homes.crs`, and `place.streets_crs`, for streets have no group."""
    return f"{key}_{part}" if key == "place.streets" else f"{key}.{part}"


def check_crs(rows: Any, path: Path, key: str) -> None:
    """Raise `InputError` where rows do not say where they lie, or what they say cannot be."""
    option = part_of(key, "crs")
    if rows.crs is None or (rows.crs.is_engineering and rows.crs.name.lower().startswith(("undefined", "unknown"))):
        raise InputError(
            f"{path}: does not say its coordinate system (no .prj beside it?); give {option}, such as EPSG:4326 for "
            "degrees or EPSG:4547 for metres of CGCS2000"
        )
    if not len(rows):
        raise InputError(f"{path}: no row has a shape; {part_of(key, 'file')} needs points, lines or polygons")
    astray = ~np.isfinite(rows.geometry.bounds.to_numpy()).all(axis=1)
    if astray.any():
        row = int(np.flatnonzero(astray)[0]) + 1
        raise InputError(f"{path}: row {row} of {len(rows):,} has a coordinate that is no number; mend or remove it")
    if fault := why_doubted(CRS(rows.crs), rows.total_bounds):
        west, south, east, north = rows.total_bounds
        said = "degrees" if rows.crs.is_geographic else rows.crs.name
        raise InputError(
            f"{path}: says {said} but reaches from {west:.6g}, {south:.6g} to {east:.6g}, {north:.6g}; "
            f"{fault.format(option)}"
        )


def why_doubted(crs: CRS, bounds: Floats) -> str:
    """What is wrong with west, south, east, north in a CRS, and the remedy with {} for its key; or ""."""
    west, south, east, north = bounds
    wide, high = max(-west, east), max(-south, north)
    if crs.is_geographic and (wide > 360 or high > 90):
        if wide <= 90 and high <= 180:
            return "latitude and longitude are swapped; write the longitude first (in QGIS: Swap X and Y coordinates)"
        return "these are no degrees but metres or feet; give the coordinate system that they are in as {}"
    tiny = max(east - west, north - south) < 2
    if not crs.is_geographic and wide <= 180 and high <= 90 and tiny and (crs.is_projected or east > west):
        return "these are no metres but degrees; give {}=EPSG:4326"
    if crs.is_engineering:
        return ""
    try:
        to_degrees = Transformer.from_crs(crs, DEGREES, always_xy=True)
    except ProjError:
        return "it cannot be turned into longitude and latitude; give another coordinate system as {}"
    lon, lat = to_degrees.transform([west, west, east, east], [south, north, south, north])
    remedy = "give the coordinate system that they are in as {}, which is local for metres of your own"
    if not np.isfinite([lon, lat]).all():
        return f"there is no such place; {remedy}"
    if np.abs(lon).max() < NO_LAND_DEG[0] and np.abs(lat).max() < NO_LAND_DEG[1]:
        return f"this is open sea, near 0° N, 0° E: local coordinates, or none; {remedy}"
    area = area_of_use(crs)
    if area is None:
        return ""
    middle_lon, middle_lat = (min(lon) + max(lon)) / 2, (min(lat) + max(lat)) / 2
    half = (area[2] - area[0]) % 360 / 2 or 180.0
    off_lon = abs((middle_lon - area[0] - half + 180) % 360 - 180) - half
    off_lat = max(area[1] - middle_lat, middle_lat - area[3])
    if max(off_lon, off_lat) > AREA_MARGIN_DEG:
        return (
            f"this is at {middle_lat:.2f}° N, {middle_lon:.2f}° E, and it is for {area[1]:.1f} to {area[3]:.1f}° N, "
            f"{area[0]:.1f} to {area[2]:.1f}° E; are x and y swapped, or is it another zone? {remedy}"
        )
    return ""


def area_of_use(crs: CRS) -> tuple[float, float, float, float] | None:
    """West, south, east, north, in degrees, of where a CRS is meant to be used; None where nobody says."""
    area = crs.area_of_use
    if area is None and (code := crs.to_authority(min_confidence=90)):
        area = CRS.from_authority(*code).area_of_use
    return area.bounds if area else None


def metric_crs(lonlat: Floats) -> tuple[str, Transform]:
    """The UTM zone of the middle of some points, as authority code, and the projection to it."""
    middle = gpd.GeoSeries(gpd.points_from_xy(*np.median(lonlat, axis=0)[:, None]), crs=DEGREES)
    crs = ":".join(middle.estimate_utm_crs().to_authority())
    to_metres = Transformer.from_crs(DEGREES, crs, always_xy=True)
    return crs, lambda degrees: np.column_stack(to_metres.transform(degrees[:, 0], degrees[:, 1]))


def to_metres(rows: Any, path: Path, key: str) -> tuple[Any, str]:
    """The rows, flat, in metres that are true where they lie, and the coordinate system, as authority code or WKT.

    A projection in metres is kept where its scale there is within `TRUE_SCALE`; feet, degrees, web Mercator and the
    like become the UTM zone of the middle. Local coordinates stay. Raises `InputError` where streets would
    reach over 1,000 km.
    """
    crs = CRS(rows.crs)
    crs = crs.sub_crs_list[0] if crs.is_compound else crs.to_2d()
    rows = rows.assign(geometry=shapely.force_2d(rows.geometry.array)).set_crs(crs, allow_override=True)
    if not crs.is_engineering and not true_metres(crs, rows.total_bounds):
        west, south, east, north = rows.to_crs(DEGREES).total_bounds
        utm, _ = metric_crs(np.array([[(west + east) / 2, (south + north) / 2]]))
        rows = rows.to_crs(utm)
    west, south, east, north = rows.total_bounds
    extent_m = max(east - west, north - south)
    if not extent_m < FAR_APART_M:
        raise InputError(
            f"{path}: reaches over {extent_m / 1000:,.0f} km in {crs.name}, farther than streets of one place; "
            f"give the coordinate system that it is in as {part_of(key, 'crs')}, or cut it to the place"
        )
    return rows, crs_text(CRS(rows.crs))


def true_metres(crs: CRS, bounds: Floats) -> bool:
    """Whether a CRS counts metres east and north that are true in the middle of some bounds."""
    axes = {(axis.direction, axis.unit_conversion_factor) for axis in crs.axis_info}
    if not crs.is_projected or axes != {("east", 1.0), ("north", 1.0)}:
        return False
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    to_degrees = Transformer.from_crs(crs, DEGREES, always_xy=True)
    lon, lat = to_degrees.transform([x, x + 100, x], [y, y, y + 100])
    _, _, metres = Geod(ellps="WGS84").inv([lon[0]] * 2, [lat[0]] * 2, lon[1:], lat[1:])
    return bool(np.abs(np.array(metres) / 100 - 1).max() < TRUE_SCALE)


def crs_text(crs: CRS) -> str:
    """A CRS as authority code where that says the same, else as WKT."""
    code = crs.to_authority()
    if code and CRS.from_authority(*code).equals(crs, ignore_axis_order=True):
        return ":".join(code)
    return str(crs.to_wkt())


def place_table(table: pd.DataFrame, path: Path, config: LayerConfig, key: str, lon: str = "", lat: str = "") -> Any:
    """The rows of a table at their coordinates: degrees, unless `crs` says otherwise. Ints without any are left out."""
    x, y = (named_column(table, given, usual) for given, usual in ((lon, LONGITUDES), (lat, LATITUDES)))
    if x is None or y is None:
        raise InputError(
            f"{path}: has neither shapes nor columns lon and lat; its columns are {', '.join(map(str, table.columns))}"
        )
    at = [as_numbers(table[name]) for name in (x, y)]
    placed = np.isfinite(at[0]) & np.isfinite(at[1])
    if not placed.any():
        raise InputError(f"{path}: columns {x!r} and {y!r} hold no numbers")
    if not config.crs:
        refuse_unsaid(table, np.column_stack(at), path, key)
    rows = gpd.GeoDataFrame(table[placed], geometry=gpd.points_from_xy(at[0][placed], at[1][placed]), crs=DEGREES)
    return locate(rows, path, config, key)


def named_column(table: pd.DataFrame, given: str, usual: Sequence[str]) -> str | None:
    """The column that is named, or the first that has one of the usual names; None where there is none."""
    if given:
        return given if given in table else None
    named = {str(name).strip().lower(): str(name) for name in table.columns}
    return next((named[name] for name in usual if name in named), None)
