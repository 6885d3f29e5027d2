"""The map of a layout: every outlet, or where they are many, outlets counted by hexagon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch

from sim.columns import Floats
from sim.outlets import Layout
from sim.report.base_map import (
    cells_m,
    draw_ground,
    frame_map,
    ground_handles,
    map_bounds,
    map_height_in,
    map_panels,
    mark_area,
)
from sim.report.cells import cell_marks, gather, plain_cells
from sim.report.results import Results
from sim.report.style import (
    HOME_GREY,
    TIER_COLOURS,
    TIER_MARKERS,
    WIDTH_IN,
    colour_bar,
    few_ticks,
    new_figure,
    walker_colours,
)

LEGEND_IN = 2.3
LIVED = "#E4E4E4"  # hexagons with homes
FEW = 60  # edited outlets up to which each has a heavy ring
CROWD = 12  # outlets on one spot from which their number is written there
CLUSTER = 0.05  # of the map's width: how far outlets on one spot are set apart at most


def set_apart(spots: list[tuple[float, float]], apart_m: float, most_m: float) -> Floats:
    """Points to draw, shape (point, 2): those on one spot lie around it like the seeds of a sunflower.

    They lie `apart_m` from each other, or closer, so that none is farther than `most_m` from its spot.
    """
    placed = np.array(spots, dtype=float).reshape(-1, 2)
    total = Counter(spots)
    met: Counter[tuple[float, float]] = Counter()
    for row, spot in enumerate(spots):
        step_m = min(0.75 * apart_m, most_m / np.sqrt(total[spot]))
        turn = met[spot] * np.pi * (3 - np.sqrt(5))
        placed[row] += step_m * np.sqrt(met[spot]) * np.array([np.cos(turn), np.sin(turn)])
        met[spot] += 1
    return placed


def draw_layout(results: Results, layout: Layout, need: str) -> Figure:
    """The place and the outlets of a layout: each, with official circles for a need, or gathered by hexagon."""
    width_m = cells_m(results)
    return _each_outlet(results, layout, need) if width_m is None else _gathered_outlets(results, layout, width_m)


def _each_outlet(results: Results, layout: Layout, need: str) -> Figure:
    """The place, every outlet of a layout, and official circles around those that offer a need."""
    words, place = results.words, results.place(layout.name)
    title = words("fig.layout", layout=results.names.layouts[layout.name])
    figure, body = new_figure(title, results.source(), map_height_in(place, WIDTH_IN - LEGEND_IN, 1) + 0.3)
    axes = body.add_subplot()
    frame_map(axes, place, words)
    draw_ground(axes, place)
    dot = mark_area(len(place.homes), 9.0)
    axes.scatter(
        place.homes.xy[:, 0],
        place.homes.xy[:, 1],
        s=dot,
        color=HOME_GREY,
        lw=0,
        zorder=2.5,
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


def _gathered_outlets(results: Results, layout: Layout, width_m: int) -> Figure:
    """A map per class of outlets, which are counted by hexagon; those that the layout touched are ringed."""
    words, place, touched = results.words, results.place(layout.name), set(layout.touched)
    outlets = pd.DataFrame(
        {
            "x": [outlet.xy[0] for outlet in layout.outlets],
            "y": [outlet.xy[1] for outlet in layout.outlets],
            "tier": [layout.formats[outlet.format].tier for outlet in layout.outlets],
            "edited": [outlet.id in touched for outlet in layout.outlets],
            "outlets": 1,
        }
    )
    counts = {tier: gather(outlets[outlets["tier"] == tier], ["outlets"], width_m) for tier in TIER_COLOURS}
    top = max(float(cells["outlets"].max()) for cells in counts.values() if len(cells))
    norm = PowerNorm(0.5, 0, top)
    living = gather(pd.DataFrame(place.homes.xy, columns=["x", "y"]).assign(homes=1), ["homes"], width_m)
    title = words("fig.layout", layout=results.names.layouts[layout.name])
    figure, body, panels = map_panels(results, title, dict.fromkeys(TIER_COLOURS, layout.name))
    marks: PolyCollection | None = None
    for tier, axes in panels.items():
        ours = outlets[outlets["tier"] == tier]
        axes.set_title(words("n_outlets", tier=words(tier), n=f"{len(ours):,}"))
        plain_cells(axes, living, width_m, LIVED)
        cells = counts[tier]
        marks = cell_marks(axes, cells, width_m, cells["outlets"].to_numpy(float), norm, walker_colours())
        edited = ours[ours["edited"]]
        axes.scatter(edited["x"], edited["y"], s=14, fc="none", ec="black", lw=0.9, zorder=6, gid=f"edited-{tier}")
    assert marks is not None
    bar = colour_bar(body, panels.values(), marks, words("outlets_per_cell", width=width_m))
    bar.set_ticks(sorted({round(tick) for tick in few_ticks(top)}))
    bar.minorticks_off()
    handles: list[Artist] = [Patch(color=LIVED, label=words("no_outlet_cell"))]
    if touched:
        handles.append(Line2D([], [], marker="o", mfc="none", mec="black", ls="", ms=5, label=words("edited")))
    body.legend(handles=handles, loc="outside lower left", ncols=2, fontsize=8)
    return figure


def _draw_outlets(axes: Axes, results: Results, layout: Layout) -> list[Line2D]:
    """Outlets by class, edited ones ringed in black; the handles of their legend."""
    words, touched = results.words, set(layout.touched)
    size = mark_area(len(layout), 26.0)
    left, right, *_ = map_bounds(results.subject.place)
    most_m = CLUSTER * (right - left)
    apart_m = np.sqrt(size) * (right - left) / ((WIDTH_IN - LEGEND_IN) * 72)
    tiers = list(TIER_COLOURS)
    order = sorted(layout.outlets, key=lambda outlet: (tiers.index(layout.formats[outlet.format].tier), outlet.id))
    spots = [outlet.xy for outlet in order]
    at = dict(zip((outlet.id for outlet in order), set_apart(spots, apart_m, most_m), strict=True))
    for spot, n in Counter(spots).items():
        if n >= CROWD:
            _write_crowd(axes, (spot[0], spot[1] + most_m), words("crowd", n=n))
    handles = []
    for tier in tiers:
        ours = [outlet.id for outlet in order if layout.formats[outlet.format].tier == tier]
        _mark_tier(axes, tier, {key: at[key] for key in ours}, touched, size)
        text = words("n_outlets", tier=words(tier), n=f"{len(ours):,}")
        handles.append(Line2D([], [], marker=TIER_MARKERS[tier], color=TIER_COLOURS[tier], ls="", ms=5.5, label=text))
    ring = Line2D([], [], marker="o", mfc="none", mec="black", mew=1.3, ls="", ms=6.5, label=words("edited"))
    return [*handles, ring] if touched else handles


def _write_crowd(axes: Axes, above: tuple[float, float], text: str) -> None:
    """How many outlets stand on one spot, written above it."""
    axes.annotate(
        text, above, (0, 8), textcoords="offset points", ha="center", fontsize=8, zorder=6,
        bbox={"fc": "white", "ec": "none", "pad": 1.5, "alpha": 0.85}, gid="crowd",
    )  # fmt: skip


def _mark_tier(axes: Axes, tier: str, at: Mapping[str, Floats], touched: set[str], size: float) -> None:
    """The outlets of a class, by id where they are drawn; those that the layout `touched` are larger and ringed."""
    xy = np.array(list(at.values())).reshape(-1, 2)
    edited = np.array([key in touched for key in at], dtype=bool)
    ring_pt = 1.3 if len(touched) < FEW else 0.5
    for which, larger, edge, width, name in (
        (~edited, 1.0, "white", 0.4, "outlets"),
        (edited, 1.5, "black", ring_pt, "edited"),
    ):
        x, y = xy[which].T
        axes.scatter(
            x, y, s=size * larger, marker=TIER_MARKERS[tier], color=TIER_COLOURS[tier], ec=edge, lw=width,
            zorder=4 + larger, gid=f"{name}-{tier}",
        )  # fmt: skip


def _radius_handle(results: Results, need: str) -> Line2D:
    text = results.words("radius", need=results.names.needs[need])
    return Line2D([], [], color="#0072B2", lw=0.9, ls=(0, (4, 3)), label=text)
