"""When demand is raised and stays unmet: the hours of a day."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.report.charts import needs_by_unmet
from sim.report.results import Results
from sim.report.style import few_ticks, new_figure, title_panel, unmet_colours

RAISED = "#D9D9D9"
UNMET = "#8C2D04"


def draw_by_hour(results: Results) -> Figure:
    """Errands raised and unmet by hour of day, and unmet ones by need and hour."""
    words, needs = results.words, needs_by_unmet(results)
    columns = min(len(results.layouts), 3)
    rows = -(-len(results.layouts) // columns)
    figure, body = new_figure(words("fig.hours"), results.source(), rows * (0.165 * len(needs) + 1.7) + 0.8)
    heights = [1.0, 0.165 * len(needs)] * rows
    grid = body.subplots(2 * rows, columns, squeeze=False, sharex=True, height_ratios=heights)
    table = results.tables["demand_by_hour"]
    top = max(float(table["unmet"].max()) / results.run_days, 0.01)
    norm = PowerNorm(0.5, 0, top)
    tallest = float(table.groupby(["layout", "hour"])["raised"].sum().max()) / results.run_days
    for axes in grid.ravel():
        axes.set_visible(False)
    image = None
    for panel, layout in enumerate(results.layouts):
        row, column = divmod(panel, columns)
        above, below = grid[2 * row, column], grid[2 * row + 1, column]
        _draw_hours(above, results, layout, tallest)
        title_panel(above, results.names.layouts[layout], columns)
        image = _draw_needs_by_hour(below, results, layout, needs, norm)
        _label(above, below, results, needs, is_first=column == 0)
    assert image is not None
    bar = body.colorbar(image, ax=grid, location="bottom", shrink=0.4, aspect=40, pad=0.02)
    bar.set_label(words("unmet_per_day"))
    bar.set_ticks(few_ticks(top), labels=[f"{tick:,.3g}" if tick < 1 else f"{tick:,.0f}" for tick in few_ticks(top)])
    bar.minorticks_off()
    handles = [Patch(color=RAISED, label=words("raised")), Patch(color=UNMET, label=words("unmet"))]
    body.legend(handles=handles, loc="outside upper left", ncols=2, fontsize=8, handlelength=1)
    return figure


def _draw_hours(axes: Axes, results: Results, layout: str, tallest: float) -> None:
    """Errands raised under a layout in each hour of the day, and how many of them stay unmet."""
    hourly = results.of("demand_by_hour", layout)
    total = hourly.groupby("hour")[["raised", "unmet"]].sum().reindex(range(24), fill_value=0) / results.run_days
    axes.set_visible(True)
    axes.bar(total.index + 0.5, total["raised"], width=0.85, color=RAISED, gid="raised")
    axes.bar(total.index + 0.5, total["unmet"], width=0.85, color=UNMET, gid="unmet")
    axes.set_ylim(0, tallest * 1.05)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _draw_needs_by_hour(axes: Axes, results: Results, layout: str, needs: list[str], norm: PowerNorm) -> QuadMesh:
    """Unmet errands under a layout by need, from the bottom, and hour."""
    hourly = results.of("demand_by_hour", layout)
    unmet = hourly.pivot(index="need", columns="hour", values="unmet").reindex(index=needs, columns=range(24))
    per_day = np.ma.masked_less_equal(unmet.fillna(0).to_numpy() / results.run_days, 0)
    axes.set_visible(True)
    edges = np.arange(25), np.arange(len(needs) + 1)
    return axes.pcolormesh(*edges, per_day, norm=norm, cmap=unmet_colours(), edgecolors="white", lw=0.3)


def _label(above: Axes, below: Axes, results: Results, needs: list[str], is_first: bool) -> None:
    """The axes of a layout: hours below each, what they count and the needs beside the first of a row alone."""
    words = results.words
    below.set_xticks([0, 6, 12, 18, 24])
    below.tick_params(axis="y", length=0)
    below.tick_params(axis="x", labelbottom=True)
    if is_first:
        above.set_ylabel(words("per_hour"), fontsize=7.5)
        below.set_yticks(np.arange(len(needs)) + 0.5, [results.names.needs[key] for key in needs])
    else:
        above.tick_params(labelleft=False)
        below.set_yticks([])
    below.set_xlabel(words("hour"))
