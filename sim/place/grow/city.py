"""Cities grown from numbers: circles of several kinds, side by side, with arterial roads between them."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.place.apportionment import apportion
from sim.place.config import CityConfig, KindConfig, PlaceConfig
from sim.place.grow.district import Box, grow
from sim.place.place import Homes, Place
from sim.place.streets import Streets, add_links, first_rows, in_whole, stack_streets


class Plot(NamedTuple):
    """The ground of a circle, half the width of the arterials around it included."""

    name: str
    kind: KindConfig
    box: Box


def grow_city(config: PlaceConfig) -> Place:
    """A city of circles, each a community of its own with as many residents as every other.

    Each circle is a grown district, by the numbers of its kind. The streets on its rim face
    those of its neighbours across an arterial, and are joined to them. Raises `InputError` where a circle is too small
    for its arterials, or has no block to live in.
    """
    city, plots = config.city, plots_of(config.city)
    circles = []
    for plot in plots:
        west, east, south, north = plot.box
        half = city.arterial_m / 2
        if min(east - west, north - south) <= 2 * half:
            raise InputError(
                f"place.city.arterial_m: {city.arterial_m:g}; the circle {plot.name} is {east - west:.0f} by "
                f"{north - south:.0f} m, and wider than its arterials is needed"
            )
        inner = (west + half, east - half, south + half, north - half)
        circles.append(grow(plot.name, config.seed, plot.kind, inner, [plot.name]))
    streets = _cross_arterials([circle.streets for circle in circles], city)
    first_node = first_rows([circle.streets.n_nodes for circle in circles])
    return Place(
        name=config.name,
        streets=streets,
        homes=_homes(circles, first_node),
        zones=tuple(plot.name for plot in plots),
        walls=tuple(wall for circle in circles for wall in circle.walls),
        population=float(city.residents),
        parks=np.concatenate([circle.parks + first for circle, first in zip(circles, first_node, strict=True)]),
        gates=np.concatenate([circle.gates + first for circle, first in zip(circles, first_node, strict=True)]),
    )


def plots_of(city: CityConfig) -> list[Plot]:
    """The plots of a city, which tile a square: by kind in their order, the innermost first.

    Plots lie in rows. As many as the first kind has take the grid points nearest to the middle, those of the next
    kind follow around them. Then each row is as high and each plot as wide as its area asks for, and the area follows
    from the density of its kind.
    """
    n = max(1, round(city.residents / city.circle_residents))
    kinds = list(city.kinds.items())
    count = apportion(n, np.array([kind.share for _, kind in kinds], dtype=float))
    kind_of = np.repeat(np.arange(len(kinds)), count)  # by nearness to the middle
    area_m2 = np.array([1e6 * kind.area_km2 * city.residents / n / kind.residents for _, kind in kinds])

    rows = max(1, round(float(np.sqrt(n))))
    row_of = np.repeat(np.arange(rows), np.diff(np.round(np.linspace(0, n, rows + 1)).astype(int)))
    in_row = np.bincount(row_of)
    column = np.arange(n) - first_rows(in_row.tolist())[row_of]
    off = np.hypot((column + 0.5) / in_row[row_of] - 0.5, (row_of + 0.5) / rows - 0.5)
    spot_of = np.argsort(off.round(9), kind="stable")  # points as far from the middle: the lower first

    area_at = np.empty(n)
    area_at[spot_of] = area_m2[kind_of]
    side = float(np.sqrt(area_at.sum()))
    height = np.bincount(row_of, area_at) / side
    width = area_at / height[row_of]
    south = np.cumsum(height) - height
    west = np.cumsum(width) - width
    west -= west[np.searchsorted(row_of, row_of)]  # from the first of its row
    number = np.arange(n) - first_rows(count.tolist())[kind_of] + 1
    return [
        Plot(
            f"{kinds[kind_of[i]][0]}-{number[i]:02d}",
            kinds[kind_of[i]][1],
            (
                float(west[spot]),
                float(west[spot] + width[spot]),
                float(south[row_of[spot]]),
                float(south[row_of[spot]] + height[row_of[spot]]),
            ),
        )
        for i, spot in enumerate(spot_of)
    ]


def _homes(circles: list[Place], first_node: Ints) -> Homes:
    """The homes of all circles, so weighted that each circle has as many residents."""
    homes = [circle.homes for circle in circles]
    counts = np.array([len(part) for part in homes])
    first_wall = first_rows([len(circle.walls) for circle in circles])
    return Homes(
        node=np.concatenate([part.node + first for part, first in zip(homes, first_node, strict=True)]),
        xy=np.concatenate([part.xy for part in homes]),
        snap_m=np.concatenate([part.snap_m for part in homes]),
        compound=np.concatenate(
            [in_whole(part.compound, first) for part, first in zip(homes, first_wall, strict=True)]
        ),
        zone=np.repeat(np.arange(len(homes), dtype=np.int32), counts),
        weight=np.repeat(counts.mean() / counts, counts),
        floors=np.concatenate([part.floors for part in homes]),
        lift=np.concatenate([part.lift for part in homes]),
    )


def _cross_arterials(parts: list[Streets], city: CityConfig) -> Streets:
    """The streets of all circles, each street node on a rim joined to the nearest on the rim of another circle.

    Nodes of facing rims lie no farther apart than the arterial is wide and a street is cut.
    """
    streets = stack_streets(parts)
    circle = np.repeat(np.arange(len(parts)), [part.n_nodes for part in parts])
    rim = np.flatnonzero(np.concatenate([_on_rim(part.xy) for part in parts]))
    within_m = city.arterial_m + max(kind.street_node_m for kind in city.kinds.values())
    pairs = rim[cKDTree(streets.xy[rim]).query_pairs(within_m, output_type="ndarray")]
    pairs = pairs[circle[pairs[:, 0]] != circle[pairs[:, 1]]]
    apart_m = np.linalg.norm(streets.xy[pairs[:, 0]] - streets.xy[pairs[:, 1]], axis=1)

    node, other = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((other, np.tile(apart_m, 2), node))
    node, other = node[order], other[order]
    nearest = np.unique(node, return_index=True)[1]
    ends = np.unique(np.sort(np.column_stack([node, other])[nearest], axis=1), axis=0)
    length_m = np.linalg.norm(streets.xy[ends[:, 0]] - streets.xy[ends[:, 1]], axis=1)
    joined = add_links(streets, ends, length_m, gate=False)
    crossing_s = joined.crossing_s.copy()
    crossing_s[streets.n_links :] = city.crossing_s
    return replace(joined, crossing_s=crossing_s)


def _on_rim(xy: Floats) -> Bools:
    """Which nodes of a district lie on the streets around it, shape (node,)."""
    return ((xy == xy.min(axis=0)) | (xy == xy.max(axis=0))).any(axis=1)
