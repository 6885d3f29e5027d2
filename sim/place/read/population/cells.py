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
    dimension = shapely.get_dimensions(shapes)
    if (dimension == 1).any():
        line = int(np.argmax(dimension == 1))
        raise InputError(
            f"{config.file}: row {rows.index[line] + 1} is a {shapes[line].geom_type}; people are counted by "
            "polygons or at points"
        )
    at = np.flatnonzero((total > 0) & shapely.intersects(shapes, bounds))
    if not len(at):
        raise InputError(
            f"{config.file}: nobody is counted within the bounds of the streets; give the grid of this "
            "place, and check that its coordinate system is the one that it says"
        )
    cells = dimension[at] == 2
    whole = shapely.make_valid(shapes[at])
    inside = shapely.intersection(whole, bounds)
    area = shapely.area(whole)
    share = np.divide(shapely.area(inside), area, out=np.ones(len(at)), where=area > 0)
    notes = []
    beyond = total.sum() - (total[at] * share).sum()
    if beyond >= 0.5:
        notes.append(
            Note(
                f"{config.file}: {beyond:,.0f} people are counted beyond the bounds of the streets, and left out.",
                remedy="If they are of this place, give streets that reach them.",
            )
        )
    inside[~cells] = shapely.centroid(whole[~cells])
    place, xy, part, unbuilt = share_among_buildings(inside, buildings, cells)
    empty = unbuilt[cells[unbuilt]]
    if len(empty):
        homeless, everybody = (total[at] * share)[empty].sum(), (total[at] * share).sum()
        notes.append(
            Note(
                f"{homeless:,.0f} people live in {len(empty):,} of {len(at):,} grid cells where the map has no home; "
                "they start from the middle of their cell.",
                share=float(homeless / everybody),
                remedy="Give the buildings as place.homes.file, or a finer grid.",
            )
        )
    if len(buildings) and not cells.all():
        notes.append(
            Note(
                f"{np.count_nonzero(~cells):,} points where people are counted are homes themselves; no building is "
                "looked up for them."
            )
        )
    kind = "grid cells" if cells.all() else "points"
    return Allocation(at[place], xy, part * share[place], len(at), kind, notes)


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
