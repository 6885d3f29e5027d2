"""Maps: what a layout is, where demand stays unmet, who gains and who loses, and where people walk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import Normalize, PowerNorm
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch
from matplotlib.ticker import MaxNLocator

from sim.outlets import Layout
from sim.report.ground import (
    MANY,
    draw_ground,
    extent,
    frame,
    ground_handles,
    height,
    home_marks,
    is_street,
    mark_area,
    side_by_side,
)
from sim.report.results import MIN_CHANGE, Results, change_by_home, gain_and_lose
from sim.report.style import (
    GAIN,
    HOME,
    INK,
    LOSE,
    TIER_COLOURS,
    TIER_MARKERS,
    WIDTH_IN,
    ZERO,
    change_colours,
    few_ticks,
    grid_of,
    new_figure,
    signed_tick,
    title_panel,
    unmet_colours,
    walker_colours,
)

LEGEND_IN = 2.3
FEW = 60  # edited outlets up to which each has a heavy ring
CROWD = 12  # outlets on one spot from which their number is written there
CLUSTER = 0.05  # of the map's width: how far outlets on one spot are set apart at most


def draw_layout(results: Results, layout: Layout, need: str) -> Figure:
    """The place and the outlets of a layout, with official circles around those that offer a need."""
    words, place = results.words, results.place(layout.name)
    title = words("fig.layout", layout=results.names.layouts[layout.name])
    figure, body = new_figure(title, results.source(), height(place, WIDTH_IN - LEGEND_IN, 1) + 0.3)
    axes = body.add_subplot()
    frame(axes, place, words)
    draw_ground(axes, place)
    dot = mark_area(len(place.homes), 9.0)
    axes.scatter(
        place.homes.xy[:, 0],
        place.homes.xy[:, 1],
        s=dot,
        color=HOME,
        lw=0,
        zorder=2.5,
        rasterized=len(place.homes) > MANY,
        gid="homes",
    )
    for outlet in layout.outlets:
        radius_m = layout.formats[outlet.format].radius_m
        if need in outlet.offers and radius_m:
            circle = Circle(
                outlet.xy,
                radius_m,
                fill=False,
                ec="#0072B2",
                lw=0.6,
                ls=(0, (5, 3)),
                alpha=0.8,
                zorder=2.8,
                gid="radius",
            )
            axes.add_patch(circle)
    handles = _draw_outlets(axes, results, layout)
    body.legend(handles=[*handles, *ground_handles(place, words), _radius_handle(results, need)],
                  loc="outside right upper", fontsize=8, labelspacing=0.7)  # fmt: skip
    return figure


def draw_unmet_homes(results: Results) -> Figure:
    """The unmet share of errands at every home, one map per layout on one scale."""
    homes = results.tables["homes"]
    top = float(np.nanquantile(homes["unmet_share"], 0.99)) if homes["unmet_share"].notna().any() else 1.0
    norm = Normalize(0, max(np.ceil(top * 20) / 20, 0.05))
    figure, body, panels = _panels(results, "fig.unmet_homes", results.layouts)
    marks: PathCollection | None = None
    for layout, axes in panels.items():
        rows = results.of("homes", layout).dropna(subset="unmet_share")
        marks = home_marks(axes, rows, "unmet_share", norm, unmet_colours())
    assert marks is not None
    bar = body.colorbar(
        marks, ax=list(panels.values()), location="bottom", shrink=0.4, aspect=40, extend="max", pad=0.03
    )
    bar.set_label(results.words("unmet_share"))
    bar.ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return figure


def draw_change(results: Results, layout: str) -> Figure:
    """Who gains and who loses from the first layout to another: a map by home, and residents by how much."""
    words, place, names = results.words, results.world.place, results.names.layouts
    changes = change_by_home(results, layout)
    points = changes["change"] * 100
    edge = max(float(np.nanquantile(points.abs(), 0.98)) if points.notna().any() else 2.0, 2.0)
    norm = Normalize(-edge, edge)
    figure, body = new_figure(
        words("fig.change", layout=names[layout], base=names[results.first]),
        results.source(),
        min(height(place, 5.4, 1), 6.0) + 1.0,
    )
    axes, beside = body.subplots(1, 2, width_ratios=[5.4, 3.2])
    frame(axes, place, words)
    draw_ground(axes, results.place(layout), whole=False)
    drawn = changes.assign(points=points).dropna(subset="points")
    marks = home_marks(axes, drawn, "points", norm, change_colours())
    bar = body.colorbar(marks, ax=axes, location="bottom", shrink=0.7, aspect=36, extend="both", pad=0.03)
    bar.set_label(words("change_points"))
    bar.ax.xaxis.set_major_formatter(signed_tick)
    _draw_balance(beside, results, changes, edge)
    gain, same, lose = gain_and_lose(changes)
    handles = [
        Patch(color=GAIN, label=words("gain_n", n=f"{gain:,}")),
        Patch(color=ZERO, label=words("same_n", n=f"{same:,}")),
        Patch(color=LOSE, label=words("lose_n", n=f"{lose:,}")),
    ]
    body.legend(handles=handles, loc="outside upper right", ncols=3, fontsize=8, handlelength=1)
    return figure


def _draw_balance(axes: Axes, results: Results, changes: pd.DataFrame, edge: float) -> None:
    """Residents by the change at their home."""
    words = results.words
    rows = changes.dropna(subset="change")
    points = np.clip(rows["change"].to_numpy(float) * 100, -edge, edge)
    limit = MIN_CHANGE * 100
    outer = np.linspace(limit, edge, 16)
    inner = np.linspace(-limit, limit, 2 * round(limit / (outer[1] - limit) - 0.5) + 2)
    counts, cuts = np.histogram(
        points, bins=np.concatenate([-outer[:0:-1], inner, outer[1:]]), weights=rows["residents"]
    )
    middle = (cuts[1:] + cuts[:-1]) / 2
    colours = np.where(middle <= -limit, GAIN, np.where(middle >= limit, LOSE, ZERO))
    axes.barh(middle, counts, height=np.diff(cuts) * 0.92, color=colours, gid="balance")
    axes.axhline(0, color=INK, lw=0.8)
    axes.set_ylim(-edge * 1.05, edge * 1.05)
    axes.invert_yaxis()
    axes.set_xlabel(words("residents"))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.set_ylabel(words("change_points"))
    axes.yaxis.set_major_formatter(signed_tick)


def draw_streets(results: Results) -> Figure:
    """Walkers per street and day, one map per layout on one scale of width and colour."""
    table = results.tables["streets"]
    top = float(table["walkers_per_day"].max()) or 1.0
    norm = PowerNorm(0.5, 0, top)
    figure, body, panels = _panels(results, "fig.streets", results.layouts)
    lines: LineCollection | None = None
    for layout, axes in panels.items():
        rows = results.of("streets", layout)
        drawn = is_street(results.place(layout))[rows["link"].to_numpy()]
        rows = rows[drawn & (rows["walkers_per_day"] > 0).to_numpy()].sort_values("walkers_per_day")
        ends = rows[["from_x", "from_y", "to_x", "to_y"]].to_numpy().reshape(-1, 2, 2)
        walkers = rows["walkers_per_day"].to_numpy()
        lines = LineCollection(
            list(ends), cmap=walker_colours(), norm=norm, linewidths=0.3 + 4.2 * np.sqrt(walkers / top),
            capstyle="round", zorder=3, rasterized=len(rows) > MANY, gid="walkers",
        )  # fmt: skip
        lines.set_array(walkers)
        axes.add_collection(lines, autolim=False)
    assert lines is not None
    bar = body.colorbar(lines, ax=list(panels.values()), location="bottom", shrink=0.4, aspect=40, pad=0.03)
    bar.set_label(results.words("walkers"))
    bar.set_ticks(few_ticks(top), labels=[f"{tick:,.3g}" if tick < 1 else f"{tick:,.0f}" for tick in few_ticks(top)])
    bar.minorticks_off()
    return figure


def _panels(results: Results, title: str, layouts: Iterable[str]) -> tuple[Figure, SubFigure, dict[str, Axes]]:
    """One map per layout, at most three side by side, each with streets, scale bar and north."""
    place, names = results.world.place, list(layouts)
    rows, columns = grid_of(len(names))
    width_in = WIDTH_IN if columns > 1 else 6.0
    height_in = rows * (height(place, width_in / columns, columns) + 0.35) + 0.8
    figure, body = new_figure(results.words(title), results.source(), height_in, width_in)
    grid = body.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(names) :]:
        axes.set_axis_off()
    panels = dict(zip(names, grid, strict=False))
    for layout, axes in panels.items():
        frame(axes, place, results.words)
        draw_ground(axes, results.place(layout), whole=False)
        title_panel(axes, results.names.layouts[layout], columns)
    return figure, body, panels


def _draw_outlets(axes: Axes, results: Results, layout: Layout) -> list[Line2D]:
    """Outlets by class, edited ones ringed in black; the handles of their legend."""
    words = results.words
    touched = set(layout.touched)
    size = mark_area(len(layout), 26.0)
    left, right, *_ = extent(results.world.place)
    width_m = right - left
    apart_m = np.sqrt(size) * width_m / ((WIDTH_IN - LEGEND_IN) * 72)
    order = sorted(
        layout.outlets, key=lambda outlet: (list(TIER_COLOURS).index(layout.formats[outlet.format].tier), outlet.id)
    )
    spots = [outlet.xy for outlet in order]
    at = dict(zip((outlet.id for outlet in order), side_by_side(spots, apart_m, CLUSTER * width_m), strict=True))
    for spot, n in Counter(spots).items():
        if n >= CROWD:
            text = words("crowd", n=n)
            axes.annotate(
                text,
                (spot[0], spot[1] + CLUSTER * width_m),
                (0, 8),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                zorder=6,
                bbox={"fc": "white", "ec": "none", "pad": 1.5, "alpha": 0.85},
                gid="crowd",
            )
    handles = []
    ring_pt = 1.3 if len(touched) < FEW else 0.5
    for tier, colour in TIER_COLOURS.items():
        ours = [outlet for outlet in order if layout.formats[outlet.format].tier == tier]
        xy = np.array([at[outlet.id] for outlet in ours]).reshape(-1, 2)
        edited = np.array([outlet.id in touched for outlet in ours], dtype=bool)
        marker = TIER_MARKERS[tier]
        for which, larger, edge, width, name in (
            (~edited, 1.0, "white", 0.4, "outlets"),
            (edited, 1.5, "black", ring_pt, "edited"),
        ):
            x, y = xy[which].T
            axes.scatter(
                x,
                y,
                s=size * larger,
                marker=marker,
                color=colour,
                ec=edge,
                lw=width,
                zorder=4 + larger,
                gid=f"{name}-{tier}",
            )
        text = words("n_outlets", tier=words(tier), n=len(ours))
        handles.append(Line2D([], [], marker=marker, color=colour, ls="", ms=5.5, label=text))
    ring = Line2D([], [], marker="o", mfc="none", mec="black", mew=1.3, ls="", ms=6.5, label=words("edited"))
    return [*handles, ring] if touched else handles


def _radius_handle(results: Results, need: str) -> Line2D:
    text = results.words("radius", need=results.names.needs[need])
    return Line2D([], [], color="#0072B2", lw=0.9, ls=(0, (4, 3)), label=text)
