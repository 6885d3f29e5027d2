"""People counted on a grid, laid on the homes that stand in its cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sim.columns import Bools, Floats, seal
from sim.errors import InputError
from sim.place.config import PopulationConfig
from sim.place.layers import read_layer

Shapes = NDArray[np.object_]
Rows = NDArray[np.int64]


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
    grid = read_layer(config, "place.population")
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
