"""Hexagons: the homes and outlets of a large place gathered into cells of one size, so that a map of it can be read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import Colormap, Normalize
from matplotlib.transforms import AffineDeltaTransform

from sim.columns import Floats

# More homes or outlets than this are gathered: points of 2 pt would cover a quarter of a map three inches wide.
MANY_SPOTS = 3000
ACROSS = 60  # hexagons across a map at most: 3.6 pt each on a map three inches wide
WIDTHS_M = (50, 100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000, 5000)


def cell_width_m(span_m: float) -> int:
    """The least round width of which at most `ACROSS` hexagons fit across a map `span_m` wide."""
    return next((width for width in WIDTHS_M if width * ACROSS >= span_m), WIDTHS_M[-1])


def cell_centres(xy: Floats, width_m: float) -> Floats:
    """The centre of the hexagon in which each point lies, shape (point, 2).

    Hexagons stand on a corner and are `width_m` from side to side. Their centres are two lattices of rectangles, one
    set half a step off the other, and a point belongs to the nearest centre.
    """
    step = np.array([width_m, width_m * np.sqrt(3)])
    even = np.round(xy / step)
    odd = np.floor(xy / step) + 0.5
    nearer_odd = (((xy / step - odd) * step) ** 2).sum(axis=1) < (((xy / step - even) * step) ** 2).sum(axis=1)
    centres: Floats = np.where(nearer_odd[:, np.newaxis], odd, even) * step
    return centres


def gather(rows: pd.DataFrame, columns: Sequence[str], width_m: float) -> pd.DataFrame:
    """One row per hexagon in which rows (`x`, `y`) lie: its centre `x`, `y` and the sums of the columns."""
    x, y = cell_centres(rows[["x", "y"]].to_numpy(float), width_m).T
    return (
        rows[list(columns)]
        .groupby([pd.Series(x, rows.index, name="x"), pd.Series(y, rows.index, name="y")])
        .sum()
        .reset_index()
    )


def plain_cells(axes: Axes, cells: pd.DataFrame, width_m: float, colour: str) -> PolyCollection:
    """Hexagons at (`x`, `y`) in one colour."""
    turns = np.deg2rad(np.arange(30, 390, 60))
    corners = np.column_stack([np.cos(turns), np.sin(turns)]) * width_m / np.sqrt(3)
    marks = PolyCollection(
        [corners], offsets=cells[["x", "y"]].to_numpy(), offset_transform=AffineDeltaTransform(axes.transData),  # type: ignore[arg-type]
        facecolors=colour, edgecolors="face", linewidths=0.1, zorder=3.5, gid="plain_cells",
    )  # fmt: skip
    axes.add_collection(marks, autolim=False)
    return marks


def cell_marks(
    axes: Axes, cells: pd.DataFrame, width_m: float, values: Floats, norm: Normalize, colours: Colormap
) -> PolyCollection:
    """Hexagons at (`x`, `y`) coloured by their values."""
    marks = plain_cells(axes, cells, width_m, "white")
    marks.set(array=values, norm=norm, cmap=colours, zorder=4, gid="cells")
    return marks
