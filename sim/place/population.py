"""People counted on a grid, laid on the homes that stand in its cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from sim.columns import Bools, Floats, seal
from sim.errors import InputError
from sim.place.config import PopulationConfig

Shapes = NDArray[np.object_]
Rows = NDArray[np.int64]

DEGREES = "EPSG:4326"
LONGITUDES = ("lon", "lng", "long", "longitude", "x", "经度")
LATITUDES = ("lat", "latitude", "y", "纬度")


@dataclass(frozen=True)
class Buildings:
    """Buildings where people may live, one row each.

    `xy` (building, 2) metres; `weight` room for residents; `residential` where the map says so.
    """

    xy: Floats
    weight: Floats
    residential: Bools

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.xy)


@dataclass(frozen=True)
class Inhabitants:
    """Where counted people live, one row per home, and notes of what the count lacks.

    `xy` (home, 2) metres; `weight` people; `age_from` and `age_weight` (home, band) as in `Homes`.
    """

    xy: Floats
    weight: Floats
    age_from: tuple[int, ...]
    age_weight: Floats
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        seal(self)


def read_population(config: PopulationConfig, crs: str, bounds: shapely.Polygon, buildings: Buildings) -> Inhabitants:
    """The people of a grid who live within `bounds`, on the buildings of their cell.

    `bounds` and `buildings` are in `crs`, in metres. A cell that is cut by the bounds counts by the share of
    its area inside. Within a cell people live in the residential buildings, else in the others, by weight;
    where there are none, at the middle of the cell. Raises `InputError` where the file, its CRS or a column
    is missing, or nobody lives in the bounds.
    """
    grid = read_grid(config)
    total, ages, known = count_people(grid, config)
    cells: Shapes = np.asarray(grid.geometry.to_crs(crs).array)
    at = np.flatnonzero((total > 0) & shapely.intersects(cells, bounds))
    if not len(at):
        raise InputError(
            f"{config.file}: nobody is counted within the bounds of the streets; give the grid of this "
            "place, and check that its coordinate system is the one that it says"
        )
    whole = shapely.make_valid(cells[at])
    inside = shapely.intersection(whole, bounds)
    area = shapely.area(whole)
    share = np.divide(shapely.area(inside), area, out=np.ones(len(at)), where=area > 0)
    people, ages, known = total[at] * share, ages[at] * share[:, None], known[at]
    ages[~known] = np.nan

    cell, xy, part, unbuilt = spread_over_buildings(inside, buildings)
    notes = []
    if len(unbuilt):
        notes.append(
            f"{people[unbuilt].sum():,.0f} people live in {len(unbuilt):,} of {len(at):,} grid cells where "
            "the map has no home; they start from the middle of their cell."
        )
    if config.ages and not known.all():
        notes.append(
            f"{people[~known].sum():,.0f} people live in {np.count_nonzero(~known):,} of {len(at):,} grid "
            "cells whose ages are not counted; theirs are drawn from the profile of the place."
        )
    return Inhabitants(
        xy=xy,
        weight=people[cell] * part,
        age_from=tuple(sorted(config.ages)),
        age_weight=ages[cell] * part[:, None],
        notes=tuple(notes),
    )


def spread_over_buildings(cells: Shapes, buildings: Buildings) -> tuple[Rows, Floats, Floats, Rows]:
    """Homes for the people of each cell, and the cells without a building.

    Returns the cell of each home, its xy (home, 2), the share of the cell's people there, and rows of cells.
    """
    cell, building = shapely.STRtree(shapely.points(buildings.xy)).query(cells, predicate="intersects")
    homely = buildings.residential[building]
    chosen = homely | ~np.isin(cell, cell[homely])
    cell, building = cell[chosen], building[chosen]
    weight = buildings.weight[building]
    part = weight / np.bincount(cell, weights=weight, minlength=len(cells))[cell]
    unbuilt = np.setdiff1d(np.arange(len(cells)), cell)
    middles = shapely.get_coordinates(shapely.centroid(cells[unbuilt]))
    return (
        np.concatenate([cell, unbuilt]),
        np.concatenate([buildings.xy[building], middles]),
        np.concatenate([part, np.ones(len(unbuilt))]),
        unbuilt,
    )


def count_people(grid: pd.DataFrame, config: PopulationConfig) -> tuple[Floats, Floats, Bools]:
    """All people of each cell, the people by age band (cell, band), and whether the cell's ages are known.

    A negative or missing total counts nobody. Ages are not known where a band is missing, negative, or one of
    `not_counts`; but bands that add up to the total are counts, whatever their numbers (99 may be 99 people).
    """
    total = numbers(grid, config.total, config)
    total = np.where(total > 0, total, 0.0)
    bands = [numbers(grid, column, config) for _, column in sorted(config.ages.items())]
    ages = np.stack(bands, axis=1) if bands else np.empty((len(grid), 0))
    coded = np.isin(ages, config.not_counts).any(axis=1)
    whole = np.isclose(ages.sum(axis=1), total)
    known = (ages >= 0).all(axis=1) & (ages.sum(axis=1) > 0) & (~coded | whole)
    return total, ages, known


def numbers(grid: pd.DataFrame, column: str, config: PopulationConfig) -> Floats:
    """A column as numbers; raises `InputError` where it is missing or holds none."""
    there = ", ".join(name for name in map(str, grid.columns) if name != "geometry")
    if column not in grid:
        what = f"no column {column!r}" if column else "place.population.total is not given"
        raise InputError(f"{config.file}: {what}; its columns are {there}")
    values = pd.to_numeric(grid[column], errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(values).any():
        raise InputError(f"{config.file}: column {column!r} holds no numbers; its columns are {there}")
    return values


def read_grid(config: PopulationConfig) -> Any:
    """The cells as a GeoDataFrame with a CRS; a table without shapes is placed by longitude and latitude.

    Raises `InputError` where the file is missing, is no vector file, or does not say where it lies.
    """
    path = Path(config.file or "").expanduser()
    if not path.exists():
        raise InputError(f"{path}: not there; place.population.file is the path of a vector file of cells")
    try:
        grid = gpd.read_file(path, engine="pyogrio")
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: not read as a vector file ({error}); Shapefile, GeoPackage, GeoJSON and CSV with "
            "lon and lat are accepted"
        ) from None
    if "geometry" not in grid:
        return place_table(grid, path)
    if grid.crs is None:
        raise InputError(
            f"{path}: does not say its coordinate system (no .prj beside it?); write one, for example with "
            f"geopandas.read_file({path.name!r}).set_crs('EPSG:…').to_file('with_crs.gpkg')"
        )
    grid = grid[~(grid.geometry.isna() | grid.geometry.is_empty)]
    west, south, east, north = grid.total_bounds if len(grid) else (0, 0, 0, 0)
    if grid.crs.is_geographic and max(-west, east, -4 * south, 4 * north) > 360:
        raise InputError(
            f"{path}: says degrees but reaches from {west:.0f}, {south:.0f} to {east:.0f}, {north:.0f}; "
            "these are metres, set the coordinate system that they are in"
        )
    return grid


def place_table(table: pd.DataFrame, path: Path) -> Any:
    """The rows of a table at their longitude and latitude (WGS 84)."""
    named = {str(name).strip().lower(): name for name in table.columns}
    lon = next((named[name] for name in LONGITUDES if name in named), None)
    lat = next((named[name] for name in LATITUDES if name in named), None)
    if lon is None or lat is None:
        there = ", ".join(map(str, table.columns))
        raise InputError(f"{path}: has neither shapes nor columns lon and lat; its columns are {there}")
    degrees = [pd.to_numeric(table[name], errors="coerce") for name in (lon, lat)]
    placed = degrees[0].abs().le(180) & degrees[1].abs().le(90)
    points = gpd.points_from_xy(degrees[0][placed], degrees[1][placed])
    return gpd.GeoDataFrame(table[placed], geometry=points, crs=DEGREES)
