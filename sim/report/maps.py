"""Maps: what a layout is, where demand stays unmet, who gains and who loses, and where people walk."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import Colormap, Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.report.base_map import (
    cells_m,
    draw_ground,
    draw_links,
    frame_map,
    home_marks,
    is_street,
    map_height_in,
    map_panels,
)
from sim.report.cells import cell_marks, gather
from sim.report.results import MIN_CHANGE, Results, change_by_home, gain_and_lose
from sim.report.style import (
    GAIN,
    INK,
    LOSE,
    ZERO,
    change_colours,
    colour_bar,
    new_figure,
    signed_tick,
    title_panel,
    unmet_colours,
    walker_colours,
)

FLOW_CLASSES = 6
FLOW_PT = (0.4, 4.5)  # the widths of the least and the most walked streets


def draw_unmet_homes(results: Results) -> Figure:
    """The unmet share of errands at every home or hexagon of homes, one map per layout on one scale."""
    width_m = cells_m(results)
    spots = {layout: unmet_spots(results, layout, width_m) for layout in results.layouts}
    shares = pd.concat(spot["unmet_share"] for spot in spots.values())
    top = float(np.nanquantile(shares, 0.99)) if shares.notna().any() else 1.0
    norm = Normalize(0, max(np.ceil(top * 20) / 20, 0.05))
    title = results.words("fig.unmet_homes") if width_m is None else results.words("fig.unmet_cells", width=width_m)
    figure, body, panels = map_panels(results, title, {layout: layout for layout in results.layouts})
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
        min(map_height_in(place, 5.4, 1), 6.0) + 1.0,
    )
    axes, beside = body.subplots(1, 2, width_ratios=[5.4, 3.2])
    frame_map(axes, place, words)
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
    figure, body, panels = map_panels(results, words("fig.streets"), panels_of)
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
