"""People who are counted by cells or at points, laid on the homes there."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from sim.columns import Bools, Floats, Ints, Shapes
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import PopulationConfig
from sim.place.read.lived_in import Buildings
from sim.place.read.population.allocation import Allocation


def allocate_by_place(
    rows: Any, total: Floats, bounds: shapely.Polygon, buildings: Buildings, config: PopulationConfig
) -> Allocation:
    """Homes of the cells and points within the bounds where somebody is counted."""
    shapes: Shapes = np.asarray(rows.array)
    check_shapes(shapes, rows.index, config)
    at = np.flatnonzero((total > 0) & shapely.intersects(shapes, bounds))
    if not len(at):
        raise InputError(
            f"{config.file}: nobody is counted within the bounds of the streets; give the grid of this "
            "place, and check that its coordinate system is the one that it says"
        )
    cells = shapely.get_dimensions(shapes[at]) == 2
    whole = shapely.make_valid(shapes[at])
    inside = shapely.intersection(whole, bounds)
    area = shapely.area(whole)
    share = np.divide(shapely.area(inside), area, out=np.ones(len(at)), where=area > 0)
    people = total[at] * share
    notes = notes_beyond(total.sum() - people.sum(), config)
    inside[~cells] = shapely.centroid(whole[~cells])
    place, xy, part, unbuilt = share_among_buildings(inside, buildings, cells)
    notes += notes_unbuilt(people, unbuilt[cells[unbuilt]])
    if len(buildings) and not cells.all():
        notes.append(
            Note(
                f"{np.count_nonzero(~cells):,} points where people are counted are homes themselves; no building is "
                "looked up for them."
            )
        )
    kind = "grid cells" if cells.all() else "points"
    return Allocation(at[place], xy, part * share[place], len(at), kind, notes)


def check_shapes(shapes: Shapes, index: Any, config: PopulationConfig) -> None:
    """Raise `InputError` with the row of a line, at which nobody can be counted."""
    lines = shapely.get_dimensions(shapes) == 1
    if lines.any():
        line = int(np.argmax(lines))
        raise InputError(
            f"{config.file}: row {index[line] + 1} is a {shapes[line].geom_type}; people are counted by "
            "polygons or at points"
        )


def notes_beyond(beyond: float, config: PopulationConfig) -> list[Note]:
    """A note of so many people who are counted beyond the bounds."""
    if beyond < 0.5:
        return []
    return [
        Note(
            f"{config.file}: {beyond:,.0f} people are counted beyond the bounds of the streets, and left out.",
            remedy="If they are of this place, give streets that reach them.",
        )
    ]


def notes_unbuilt(people: Floats, empty: Ints) -> list[Note]:
    """A note of those `people` (row,) who live in the rows `empty`, cells without a building."""
    if not len(empty):
        return []
    homeless = people[empty].sum()
    return [
        Note(
            f"{homeless:,.0f} people live in {len(empty):,} of {len(people):,} grid cells where the map has no home; "
            "they start from the middle of their cell.",
            share=float(homeless / people.sum()),
            remedy="Give the buildings as place.homes.file, or a finer grid.",
        )
    ]


def share_among_buildings(cells: Shapes, buildings: Buildings, areas: Bools) -> tuple[Ints, Floats, Floats, Ints]:
    """Homes for the people of each cell, and the cells without a building, among them all that are no `areas`.

    Returns the cell of each home, its xy (home, 2), the share of the cell's people there, and rows of cells.
    """
    row, building = shapely.STRtree(shapely.points(buildings.xy)).query(cells[areas], predicate="intersects")
    cell = np.flatnonzero(areas)[row]
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
