"""Maps: what a layout is, where demand stays unmet, who gains and who loses, and where people walk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection, PolyCollection
from matplotlib.colors import Colormap, Normalize, PowerNorm, to_hex
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch
from matplotlib.ticker import MaxNLocator

from sim.outlets import Layout
from sim.report.cells import MANY_SPOTS, cell_marks, cell_width_m, gather, plain_cells
from sim.report.ground import (
    draw_ground,
    draw_links,
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
    colour_bar,
    few_ticks,
    grid_of,
    new_figure,
    signed_tick,
    title_panel,
    unmet_colours,
    walker_colours,
)

LEGEND_IN = 2.3
LIVED = "#E4E4E4"  # hexagons with homes
FLOW_CLASSES = 6
FLOW_PT = (0.4, 4.5)  # the widths of the least and the most walked streets
FEW = 60  # edited outlets up to which each has a heavy ring
CROWD = 12  # outlets on one spot from which their number is written there
CLUSTER = 0.05  # of the map's width: how far outlets on one spot are set apart at most


def cells_m(results: Results) -> int | None:
    """How wide the hexagons are that homes and outlets are gathered into; None where each of them can be drawn."""
    most = max(len(results.subject.place.homes), *map(len, results.subject.layouts))
    left, right, *_ = extent(results.subject.place)
    return cell_width_m(right - left) if most > MANY_SPOTS else None


def draw_layout(results: Results, layout: Layout, need: str) -> Figure:
    """The place and the outlets of a layout: each, with official circles for a need, or gathered by hexagon."""
    width_m = cells_m(results)
    return _each_outlet(results, layout, need) if width_m is None else _gathered_outlets(results, layout, width_m)


def _each_outlet(results: Results, layout: Layout, need: str) -> Figure:
    """The place, every outlet of a layout, and official circles around those that offer a need."""
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
    figure, body, panels = _panels(results, title, dict.fromkeys(TIER_COLOURS, layout.name))
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


def draw_unmet_homes(results: Results) -> Figure:
    """The unmet share of errands at every home or hexagon of homes, one map per layout on one scale."""
    width_m = cells_m(results)
    spots = {layout: unmet_spots(results, layout, width_m) for layout in results.layouts}
    shares = pd.concat(spot["unmet_share"] for spot in spots.values())
    top = float(np.nanquantile(shares, 0.99)) if shares.notna().any() else 1.0
    norm = Normalize(0, max(np.ceil(top * 20) / 20, 0.05))
    title = results.words("fig.unmet_homes") if width_m is None else results.words("fig.unmet_cells", width=width_m)
    figure, body, panels = _panels(results, title, {layout: layout for layout in results.layouts})
    marks: Collection | None = None
    for layout, axes in panels.items():
        title_panel(axes, results.names.layouts[layout], min(len(panels), 3))
        rows = spots[layout].dropna(subset="unmet_share")
        marks = _spot_marks(axes, rows, "unmet_share", width_m, norm, unmet_colours())
    assert marks is not None
    bar = colour_bar(body, panels.values(), marks, results.words("unmet_share"), extend="max")
    bar.ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return figure


def unmet_spots(results: Results, layout: str, width_m: int | None) -> pd.DataFrame:
    """Per home, or per hexagon of a width: `x`, `y`, and the `unmet_share` of all errands of who lives there."""
    homes = results.of("homes", layout)
    if width_m is None:
        return homes
    cells = gather(homes, ["raised_per_day", "unmet_per_day"], width_m)
    raised = cells["raised_per_day"]
    return cells.assign(unmet_share=cells["unmet_per_day"] / raised.where(raised > 0))


def _spot_marks(
    axes: Axes, rows: pd.DataFrame, column: str, width_m: int | None, norm: Normalize, colours: Colormap
) -> Collection:
    if width_m is None:
        return home_marks(axes, rows, column, norm, colours)
    return cell_marks(axes, rows, width_m, rows[column].to_numpy(float), norm, colours)


def draw_change(results: Results, layout: str) -> Figure:
    """Who gains and who loses from the first layout to another: a map, and residents by the change at their home."""
    words, place, names = results.words, results.subject.place, results.names.layouts
    width_m = cells_m(results)
    before, after = (unmet_spots(results, name, width_m).reset_index(drop=True) for name in (results.first, layout))
    spots = before.assign(points=(after["unmet_share"] - before["unmet_share"]) * 100).dropna(subset="points")
    edge = max(float(np.nanquantile(spots["points"].abs(), 0.98)) if len(spots) else 2.0, 2.0)
    norm = Normalize(-edge, edge)
    figure, body = new_figure(
        words("fig.change", layout=names[layout], base=names[results.first]),
        results.source(),
        min(height(place, 5.4, 1), 6.0) + 1.0,
    )
    axes, beside = body.subplots(1, 2, width_ratios=[5.4, 3.2])
    frame(axes, place, words)
    draw_ground(axes, results.place(layout), whole=False)
    marks = _spot_marks(axes, spots, "points", width_m, norm, change_colours())
    bar = body.colorbar(marks, ax=axes, location="bottom", shrink=0.7, aspect=36, extend="both", pad=0.03)
    bar.set_label(words("change_points"))
    bar.ax.xaxis.set_major_formatter(signed_tick)
    changes = change_by_home(results, layout)
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
    """Walkers per street and day in classes of width and colour, one map per layout."""
    words, table = results.words, results.tables["streets"]
    bounds = flow_bounds(float(table["walkers_per_day"].max()))
    panels_of = {layout: layout for layout in results.layouts}
    figure, body, panels = _panels(results, words("fig.streets"), panels_of)
    finer = 1.0 if len(panels) == 1 and cells_m(results) is None else 0.65
    widths = np.geomspace(*FLOW_PT, len(bounds) + 1) * finer
    colours = walker_colours()(np.linspace(0.15, 1, len(bounds) + 1))
    for layout, axes in panels.items():
        title_panel(axes, results.names.layouts[layout], min(len(panels), 3))
        rows = results.of("streets", layout)
        drawn = is_street(results.place(layout))[rows["link"].to_numpy()]
        rows = rows[drawn & (rows["walkers_per_day"] > 0).to_numpy()]
        ends = rows[["from_x", "from_y", "to_x", "to_y"]].to_numpy().reshape(-1, 2, 2)
        of_class = np.searchsorted(bounds, rows["walkers_per_day"].to_numpy(), side="right")
        for row, (width, colour) in enumerate(zip(widths, colours, strict=True)):
            draw_links(axes, ends[of_class == row], to_hex(colour), width, 3 + row / 100, "walkers")
    texts = [words("under", n=f"{bounds[0]:,g}")] if bounds else [words("any")]
    texts += [words("from_to", low=f"{low:,g}", high=f"{high:,g}") for low, high in pairwise(bounds)]
    texts += [words("and_more", n=f"{bounds[-1]:,g}")] if bounds else []
    styles = zip(widths, colours, texts, strict=True)
    handles = [Line2D([], [], color=colour, lw=width, label=text) for width, colour, text in styles]
    body.legend(
        handles=handles, loc="outside lower center", ncols=len(handles) if len(panels) > 1 else 3, fontsize=8,
        title=words("walkers"),
        title_fontsize=9, columnspacing=1.2,
    )  # fmt: skip
    return figure


def flow_bounds(top: float) -> list[float]:
    """The bounds between at most six classes of flow: 1, 3, 10, 30 and so on, those nearest below the `top`."""
    powers = 10.0 ** np.arange(-3, 9)
    below = [float(f"{value:.1g}") for value in np.sort([*powers, *3 * powers]) if value < top]
    return below[-FLOW_CLASSES + 1 :]


def _panels(results: Results, title: str, layout_of: Mapping[str, str]) -> tuple[Figure, SubFigure, dict[str, Axes]]:
    """A map per key on the ground of its layout, at most three side by side, each with streets, scale bar and north."""
    place = results.subject.place
    rows, columns = grid_of(len(layout_of))
    width_in = WIDTH_IN if columns > 1 else 6.0 if cells_m(results) is None else 8.0
    height_in = rows * (height(place, width_in / columns, columns) + 0.35) + 0.9
    figure, body = new_figure(title, results.source(), height_in, width_in)
    grid = body.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(layout_of) :]:
        axes.set_axis_off()
    panels = dict(zip(layout_of, grid, strict=False))
    for key, axes in panels.items():
        frame(axes, place, results.words)
        draw_ground(axes, results.place(layout_of[key]), whole=False)
    return figure, body, panels


def _draw_outlets(axes: Axes, results: Results, layout: Layout) -> list[Line2D]:
    """Outlets by class, edited ones ringed in black; the handles of their legend."""
    words = results.words
    touched = set(layout.touched)
    size = mark_area(len(layout), 26.0)
    left, right, *_ = extent(results.subject.place)
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
        text = words("n_outlets", tier=words(tier), n=f"{len(ours):,}")
        handles.append(Line2D([], [], marker=marker, color=colour, ls="", ms=5.5, label=text))
    ring = Line2D([], [], marker="o", mfc="none", mec="black", mew=1.3, ls="", ms=6.5, label=words("edited"))
    return [*handles, ring] if touched else handles


def _radius_handle(results: Results, need: str) -> Line2D:
    text = results.words("radius", need=results.names.needs[need])
    return Line2D([], [], color="#0072B2", lw=0.9, ls=(0, (4, 3)), label=text)
