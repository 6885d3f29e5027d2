"""The ground of every map: streets, compounds, gates and parks, at equal scales, with a scale bar and north."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.path import Path

from sim.columns import Bools, Floats
from sim.place import Place, street_side
from sim.report.cells import MANY_SPOTS, cell_width_m
from sim.report.results import Results
from sim.report.style import GATE, HOME_GREY, INK, PALE, PARK, PATH, STREET, WALL, WIDTH_IN, grid_of, new_figure
from sim.report.words import Words

MANY_LINKS = 3000  # more links than this are pixels in the SVG too
STROKE = 1000  # links drawn as one path: a hundred times faster than a path each, and within what Agg can hold
AROUND_M = 500.0  # streets farther than this from every home are off the map
BAR_M = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)


def map_bounds(place: Place) -> tuple[float, float, float, float]:
    """Left, right, bottom, top of a map: all homes, and what streets there are around them."""
    homes, streets = place.homes.xy, place.streets.xy
    low = np.minimum(homes.min(axis=0), np.maximum(streets.min(axis=0), homes.min(axis=0) - AROUND_M))
    high = np.maximum(homes.max(axis=0), np.minimum(streets.max(axis=0), homes.max(axis=0) + AROUND_M))
    margin = float((high - low).max()) * 0.03
    return low[0] - margin, high[0] + margin, low[1] - margin, high[1] + margin


def map_height_in(place: Place, width_in: float, columns: int) -> float:
    """Inches of height for a map of a width, within what fits a page."""
    left, right, bottom, top = map_bounds(place)
    return float(np.clip(width_in * (top - bottom) / (right - left), 1.5, 7.5 if columns == 1 else 5.0))


def frame_map(axes: Axes, place: Place, words: Words) -> None:
    """Equal scales without ticks, a scale bar and the direction of north."""
    left, right, bottom, top = map_bounds(place)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_aspect("equal", anchor="N")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    width = right - left
    scale_bar(axes, left + width * 0.02, bottom - (top - bottom) * 0.015, width * 0.3, words)
    axes.annotate(
        words("north_letter"),
        xy=(0.985, -0.005),
        xytext=(0.985, -0.065),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=7.5,
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.0, "shrinkA": 1, "shrinkB": 0},
        annotation_clip=False,
        gid="north",
    )


def scale_bar(axes: Axes, x: float, y: float, most_m: float, words: Words) -> None:
    """A bar of a round length, at most so many metres, with that length beside it."""
    length = max(n for n in BAR_M if n <= max(most_m, BAR_M[0]))
    text = words("metres", n=length) if length < 1000 else words("km", n=length // 1000)
    axes.plot(
        [x, x + length], [y, y], color=INK, lw=2.2, solid_capstyle="butt", clip_on=False, zorder=9, gid="scale_bar"
    )
    axes.text(x + length, y, f" {text}", va="center", fontsize=7.5, zorder=9, gid="scale_label")


def is_street(place: Place) -> Bools:
    """Which links are streets or paths, shape (link,): not what joins an area to its doors."""
    first, second = place.streets.links.T
    return ~(np.isin(first, place.areas) | np.isin(second, place.areas))


def draw_ground(axes: Axes, place: Place, whole: bool = True) -> None:
    """Streets and, where they can be told apart, paths in compounds; on a `whole` map walls, gates and parks too."""
    streets = place.streets
    drawn = is_street(place)
    ends = streets.xy[streets.links]
    inside = (streets.compound[streets.links] >= 0).all(axis=1)
    if len(place.homes) <= MANY_SPOTS:
        draw_links(axes, ends[inside & drawn], PATH, 0.5 if whole else 0.3)
    draw_links(axes, ends[~inside & drawn], STREET, 1.1 if whole else 0.3)
    if len(place.parks) and whole:
        x, y = streets.xy[place.parks].T
        axes.scatter(x, y, s=34, marker="s", color=PARK, alpha=0.3, lw=0, zorder=0.5, gid="parks")
    if whole:
        walled = np.isin(np.arange(len(place.walls)), streets.compound)  # some walls may have been taken down
        rings = [np.vstack([ring, ring[:1]]) for ring, stands in zip(place.walls, walled, strict=True) if stands]
        axes.add_collection(LineCollection(rings, colors=WALL, linewidths=0.8, zorder=2, gid="walls"), autolim=False)
        x, y = streets.xy[street_side(streets)].T
        axes.scatter(x, y, s=34, marker="D", fc="white", ec=GATE, lw=0.8, zorder=3, gid="gates")


def draw_links(
    axes: Axes, ends: Floats, colour: str, width_pt: float, zorder: float = 1, gid: str = "links"
) -> PathCollection:
    """Links from end to end, shape (link, 2, 2), in one colour and width."""
    points = ends.reshape(-1, 2)
    steps = np.tile(np.array([Path.MOVETO, Path.LINETO], dtype=np.uint8), len(ends))
    cuts = range(0, len(points), 2 * STROKE)
    paths = [Path(points[cut : cut + 2 * STROKE], steps[cut : cut + 2 * STROKE]) for cut in cuts]
    links = PathCollection(
        paths, facecolors="none", edgecolors=colour, linewidths=width_pt, capstyle="round", zorder=zorder,
        rasterized=len(ends) > MANY_LINKS, gid=gid,
    )  # fmt: skip
    axes.add_collection(links, autolim=False)
    return links


def ground_handles(place: Place, words: Words) -> list[Line2D]:
    """The legend of the ground, of what there is of it."""
    handles = [
        Line2D([], [], marker="o", color=HOME_GREY, ls="", ms=3, label=words("home")),
        Line2D([], [], color=STREET, lw=1.4, label=words("street")),
    ]
    if place.walls:
        handles += [
            Line2D([], [], color=PATH, lw=1.2, label=words("path")),
            Line2D([], [], color=WALL, lw=1.0, label=words("wall")),
            Line2D([], [], marker="D", mfc="white", mec=GATE, ls="", ms=4.5, label=words("gate")),
        ]
    if len(place.parks):
        handles.append(Line2D([], [], marker="s", color=PARK, alpha=0.4, ls="", ms=6, label=words("park")))
    return handles


def home_marks(axes: Axes, rows: pd.DataFrame, column: str, norm: Normalize, colours: Colormap) -> PathCollection:
    """Homes (`x`, `y`) coloured by a column."""
    return axes.scatter(
        rows["x"].to_numpy(),
        rows["y"].to_numpy(),
        c=rows[column].to_numpy(),
        s=mark_area(len(rows), 16.0),
        norm=norm,
        cmap=colours,
        ec=PALE,
        lw=0.15,
        zorder=4,
        gid="homes",
    )


def mark_area(n: int, full: float) -> float:
    """The area of a mark, in points squared, smaller where there are many."""
    return float(np.clip(full * np.sqrt(600 / max(n, 1)), full / 6, full * 1.5))


def cells_m(results: Results) -> int | None:
    """How wide the hexagons are that homes and outlets are gathered into; None where each of them can be drawn."""
    most = max(len(results.subject.place.homes), *map(len, results.subject.layouts))
    left, right, *_ = map_bounds(results.subject.place)
    return cell_width_m(right - left) if most > MANY_SPOTS else None


def map_panels(results: Results, title: str, layout_of: Mapping[str, str]) -> tuple[Figure, SubFigure, dict[str, Axes]]:
    """A map per key on the ground of its layout, at most three side by side, each with streets, scale bar and north."""
    place = results.subject.place
    rows, columns = grid_of(len(layout_of))
    width_in = WIDTH_IN if columns > 1 else 6.0 if cells_m(results) is None else 8.0
    height_in = rows * (map_height_in(place, width_in / columns, columns) + 0.35) + 0.9
    figure, body = new_figure(title, results.source(), height_in, width_in)
    grid = body.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(layout_of) :]:
        axes.set_axis_off()
    panels = dict(zip(layout_of, grid, strict=False))
    for key, axes in panels.items():
        frame_map(axes, place, results.words)
        draw_ground(axes, results.place(layout_of[key]), whole=False)
    return figure, body, panels
