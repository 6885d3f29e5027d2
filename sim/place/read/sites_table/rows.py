"""The rows of a table or layer of outlets: where they lie, and how many outlets each stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyogrio
from pyproj import CRS

from sim.columns import Ints
from sim.errors import InputError
from sim.place.config import SitesConfig
from sim.place.read.layers import (
    LOCAL_METRES,
    place_table,
    read_layer,
)
from sim.place.read.mapservices import (
    MAP_SERVICES,
)
from sim.place.read.sites_table.columns import (
    CODES,
    EAST,
    LOCATIONS,
    NORTH,
    OUTLETS_KEY,
    column_of,
    column_text,
    words_of,
)
from sim.place.read.tables import TABLES, read_table
from sim.place.streets import Streets

MOST_OUTLETS: Final = 1_000_000  # of a table; a city of a million residents has 30,000


def read_rows(config: SitesConfig, file: Path) -> tuple[Any, pd.Series[str], int]:
    """The rows with coordinates as a GeoDataFrame, the categories of those without, and how many rows there are."""
    if not file.exists():
        raise InputError(f"{file}: not there; {OUTLETS_KEY}.file is the path of a table or layer of outlets")
    if file.suffix.lower() not in TABLES:
        rows = read_layer(config, OUTLETS_KEY, config.x, config.y)
        n = pyogrio.read_info(file, layer=config.layer)["features"]
        return rows.reset_index(drop=True), pd.Series(["shape missing"] * max(n - len(rows), 0), dtype=str), max(n, 0)
    table = read_table(file, config.layer)
    table.columns = [str(name).strip() for name in table.columns]
    x, y = (column_of(table, file, *keys) for keys in (("x", config.x, EAST), ("y", config.y, NORTH)))
    location = column_of(table, file, "location", config.location, LOCATIONS)
    if location is not None and (config.location or x is None or y is None):
        pair = column_text(table, location).str.extract(r"^\[?\s*(-?[\d.]+)\s*[,，;\s]\s*(-?[\d.]+)")
        x, y = "longitude of location", "latitude of location"
        table[x], table[y] = pair[0], pair[1]
    if x is None or y is None:
        raise InputError(
            f"{file}: no columns of coordinates; name them as {OUTLETS_KEY}.x and {OUTLETS_KEY}.y, or as "
            f"{OUTLETS_KEY}.location where one holds both; its columns are {', '.join(table.columns)}"
        )
    check_degrees(table, file, config, x, y)
    rows = place_table(table, file, config, OUTLETS_KEY, x, y)
    gone = table[~table.index.isin(rows.index)]
    code = column_text(gone, column_of(table, file, "category", config.category, CODES))
    shown = words_of(gone, file, config)
    return rows, shown.where(shown != "", code), len(table)


def in_metres(rows: Any, streets: Streets, file: Path) -> Any:
    """The shapes of rows in the metres of the streets; raises where one of the two has local coordinates only."""
    ours, theirs = CRS(streets.crs), CRS(rows.crs)
    if ours.is_engineering and theirs.is_engineering:
        return rows.geometry.array
    if ours.is_engineering:
        raise InputError(
            f"{file}: is in {theirs.name}, but the streets have local coordinates; give outlets in the same, with "
            f"{OUTLETS_KEY}.crs='{LOCAL_METRES}'"
        )
    if theirs.is_engineering:
        raise InputError(
            f"{file}: has local coordinates, but the streets are in {ours.name}; give the coordinate system that the "
            f"outlets are in as {OUTLETS_KEY}.crs"
        )
    return rows.geometry.to_crs(ours).array


def check_degrees(table: pd.DataFrame, file: Path, config: SitesConfig, x: str, y: str) -> None:
    """Raise `InputError` where what should be degrees is swapped, or is none."""
    if config.crs and config.crs not in MAP_SERVICES:
        return
    lon, lat = (pd.to_numeric(table[name], errors="coerce").abs().median() for name in (x, y))
    if lat > 90 and lon <= 90:
        raise InputError(
            f"{file}: columns {x!r} and {y!r} look swapped (in the middle {lon:.4f} and {lat:.4f}); the first should "
            f"be the longitude: give {OUTLETS_KEY}.x and {OUTLETS_KEY}.y the other way round"
        )
    if lat > 90 or lon > 180:
        raise InputError(
            f"{file}: columns {x!r} and {y!r} are no degrees (in the middle {lon:.0f} and {lat:.0f}); give the "
            f"coordinate system that they are in as {OUTLETS_KEY}.crs, such as EPSG:4547"
        )


def count_out(rows: Any, file: Path, config: SitesConfig) -> tuple[Any, pd.Series[str], bool]:
    """The rows, each as often as it counts outlets, the format that a column of `counts` gives them, and whether any
    column counts.

    Raises `InputError` for what is no number of outlets; an empty cell counts none.
    """
    if config.count and config.counts:
        raise InputError(f"{OUTLETS_KEY}.count, {OUTLETS_KEY}.counts: one of them is accepted")
    columns = config.counts or ({config.count: ""} if config.count else {})
    if not columns:
        return rows, column_text(rows, None), False
    parts, forms = [], []
    for column, form in columns.items():
        n = whole_numbers(
            column_text(rows, column_of(rows, file, "counts" if config.counts else "count", column, ())), column, file
        )
        parts.append(rows.loc[rows.index.repeat(n)])
        forms += [form] * int(n.sum())
    out = pd.concat(parts)
    if len(out) > MOST_OUTLETS:
        raise InputError(f"{file}: counts {len(out):,} outlets; up to {MOST_OUTLETS:,} are accepted")
    out = out.reset_index(drop=True)
    return out, pd.Series(forms, index=out.index, dtype=str), True


def whole_numbers(words: pd.Series[str], column: str, file: Path) -> Ints:
    """Words as whole numbers from 0 up, "" as 0; raises `InputError` naming the row of another."""
    n = pd.to_numeric(words.where(words != "", "0"), errors="coerce").to_numpy(float)
    bad = np.flatnonzero(~((n >= 0) & (n <= MOST_OUTLETS) & (n == np.floor(n))))
    if len(bad):
        row = words.index[bad[0]] + 1
        raise InputError(
            f"{file}: row {row} of column {column!r}: {words.iloc[bad[0]]!r} is no number of outlets; whole numbers "
            "from 0 up are accepted"
        )
    return n.astype(np.int64)
