"""Layers: rows of GIS files and tables, each with a shape and a known coordinate system."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from sim.errors import InputError
from sim.place.config import LayerConfig
from sim.place.mapservices import MAP_SERVICES, to_wgs84

DEGREES: Final = "EPSG:4326"
LONGITUDES: Final = ("lon", "lng", "long", "longitude", "x", "经度")
LATITUDES: Final = ("lat", "latitude", "y", "纬度")
ENCODINGS: Final = ("utf-8-sig", "gb18030")
TABLES: Final = (".csv", ".txt", ".tsv")


def read_layer(config: LayerConfig, key: str, lon: str = "", lat: str = "") -> Any:
    """The rows of a layer as a GeoDataFrame with a CRS; a table is placed by its longitude and latitude columns.

    `key` is that of the config, for messages; `lon` and `lat` name the columns of a table, which are found by their
    usual names where not given. Coordinates of Chinese map services (`crs: gcj02`, `bd09`) become WGS-84. Raises
    `InputError` where the file is missing, is no vector file, has several layers and none is named, does not say
    where it lies, or says what cannot be.
    """
    path = Path(config.file or "").expanduser()
    if not path.exists():
        raise InputError(f"{path}: not there; {key}.file is the path of a GIS layer or a table")
    if path.suffix.lower() in TABLES:
        return place_table(read_table(path), path, config, key, lon, lat)
    rows = open_layer(path, config, key)
    if "geometry" not in rows:
        return place_table(rows, path, config, key, lon, lat)
    rows = rows[~(rows.geometry.isna() | rows.geometry.is_empty)]
    if config.crs and config.crs in MAP_SERVICES:
        return rows.set_crs(DEGREES, allow_override=True).assign(
            geometry=to_wgs84(rows.geometry.array, MAP_SERVICES[config.crs])
        )
    if config.crs:
        rows = rows.set_crs(known_crs(config.crs, key), allow_override=True)
    check_crs(rows, path, key)
    return rows


def read_table(path: Path) -> pd.DataFrame:
    """A table of text columns in UTF-8, with or without a BOM, or GB18030."""
    raw = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, sep=None, engine="python")
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise InputError(f"{path}: not read as a table ({error}); a header and even rows are needed") from None
    raise InputError(f"{path}: neither UTF-8 nor GB18030; save the table in one of them")


def open_layer(path: Path, config: LayerConfig, key: str) -> Any:
    """The rows of a vector file's layer."""
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        if config.layer is not None and config.layer not in layers:
            raise InputError(f"{path}: no layer {config.layer!r}; {key}.layer is one of {', '.join(layers)}")
        if config.layer is None and len(layers) > 1:
            raise InputError(f"{path}: has several layers; give {key}.layer, one of {', '.join(layers)}")
        return gpd.read_file(path, layer=config.layer or layers[0], engine="pyogrio")
    except (DataSourceError, DataLayerError, UnicodeDecodeError, IndexError) as error:
        raise InputError(
            f"{path}: not read as a vector file ({error}); GeoPackage, GeoJSON, Shapefile, and CSV with lon and lat "
            "are accepted"
        ) from None


def known_crs(text: str, key: str) -> CRS:
    """A CRS by its code or WKT."""
    try:
        return CRS.from_user_input(text)
    except CRSError:
        services = ", ".join(MAP_SERVICES)
        raise InputError(f"{key}.crs: {text!r} is no coordinate system; EPSG:…, WKT, {services} are accepted") from None


def check_crs(rows: Any, path: Path, key: str) -> None:
    """Raise `InputError` where rows do not say where they lie, or what they say cannot be."""
    if rows.crs is None:
        raise InputError(
            f"{path}: does not say its coordinate system (no .prj beside it?); give {key}.crs, such as EPSG:4326 for "
            "degrees or EPSG:4547 for metres of CGCS2000"
        )
    if not len(rows):
        raise InputError(f"{path}: no row has a shape; {key}.file needs points, lines or polygons")
    west, south, east, north = rows.total_bounds
    if rows.crs.is_geographic and max(-west, east, -4 * south, 4 * north) > 360:
        raise InputError(
            f"{path}: says degrees but reaches from {west:.0f}, {south:.0f} to {east:.0f}, {north:.0f}; "
            f"these are metres or feet, give the coordinate system that they are in as {key}.crs"
        )


def place_table(table: pd.DataFrame, path: Path, config: LayerConfig, key: str, lon: str = "", lat: str = "") -> Any:
    """The rows of a table at their coordinates: degrees, unless `crs` says otherwise. Rows without any are left out."""
    x, y = (named_column(table, given, usual) for given, usual in ((lon, LONGITUDES), (lat, LATITUDES)))
    if x is None or y is None:
        raise InputError(
            f"{path}: has neither shapes nor columns lon and lat; its columns are {', '.join(map(str, table.columns))}"
        )
    at = [pd.to_numeric(table[name], errors="coerce") for name in (x, y)]
    placed = at[0].notna() & at[1].notna()
    if not placed.any():
        raise InputError(f"{path}: columns {x!r} and {y!r} hold no numbers")
    points = gpd.points_from_xy(at[0][placed], at[1][placed])
    if config.crs and config.crs in MAP_SERVICES:
        return gpd.GeoDataFrame(table[placed], geometry=to_wgs84(points, MAP_SERVICES[config.crs]), crs=DEGREES)
    rows = gpd.GeoDataFrame(table[placed], geometry=points, crs=known_crs(config.crs or DEGREES, key))
    check_crs(rows, path, key)
    return rows


def named_column(table: pd.DataFrame, given: str, usual: Sequence[str]) -> str | None:
    """The column that is named, or the first that has one of the usual names; None where there is none."""
    if given:
        return given if given in table else None
    named = {str(name).strip().lower(): str(name) for name in table.columns}
    return next((named[name] for name in usual if name in named), None)
