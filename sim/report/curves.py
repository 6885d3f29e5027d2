"""Curves: how soon residents are served, and how evenly access is spread among them."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D

from sim.measures import ALL
from sim.measures.comparison import FIFTEEN_MIN
from sim.people import AGE_GROUPS
from sim.report.plain_text import fold
from sim.report.results import Results, equity_of
from sim.report.style import INK, PALE, grid_of, layout_line, new_figure, title_panel

LATEST_MIN = 30
UNEVEN = 6  # needs whose Lorenz curves are drawn


def served_curves(results: Results, layout: str) -> pd.DataFrame:
    """Of the errands that had to be walked for, the share served within so many minutes (rows), by age group.

    The column `all` is for all ages together.
    """
    demand = (
        results.of("demand", layout)
        .groupby("age_group")[["raised", "met_delivery", "met_home_service", "met_online"]]
        .sum()
    )
    walked_for = demand["raised"] - demand.drop(columns="raised").sum(axis=1)
    trips = results.of("times", layout).pivot_table(
        index="up_to_min", columns="age_group", values="trips", aggfunc="sum"
    )
    trips = trips.reindex(columns=walked_for.index).fillna(0).sort_index()
    trips[ALL], walked_for[ALL] = trips.sum(axis=1), walked_for.sum()
    return trips.cumsum() / walked_for.where(walked_for > 0)


def draw_times(results: Results) -> Figure:
    """How soon residents of each age are served, as curves that end where nothing more is met on foot."""
    words = results.words
    groups = [
        group for group in (*AGE_GROUPS, ALL) if group == ALL or group in set(results.tables["demand"]["age_group"])
    ]
    rows, columns = grid_of(len(groups), 4)
    figure, body = new_figure(words("fig.times"), results.source(), 2.0 * rows + 0.6)
    grid = body.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes in grid[len(groups) :]:
        axes.set_axis_off()
    curves = {layout: served_curves(results, layout) for layout in results.layouts}
    for panel, (group, axes) in enumerate(zip(groups, grid, strict=False)):
        for row, curve in enumerate(curves.values()):
            if group in curve:
                line = curve[group].dropna().loc[:LATEST_MIN]
                shares = [0.0, *line, line.iloc[-1] if len(line) else 0.0]
                colour, dashes = layout_line(row)
                width = max(2.8 - 0.6 * row, 1.0)  # a curve that lies on an earlier one leaves that visible
                minutes = [0.0, *line.index, LATEST_MIN]
                axes.step(minutes, shares, where="post", color=colour, ls=dashes, lw=width)
        axes.axvline(FIFTEEN_MIN, color=INK, lw=0.9, ls=(0, (3, 2)), gid="fifteen")
        if panel == 0:
            axes.text(FIFTEEN_MIN + 0.4, 0.98, words("fifteen"), fontsize=7.5, va="top")
        axes.set_title(words("all_ages") if group == ALL else words(group))
        axes.set_xlim(0, LATEST_MIN)
        axes.set_ylim(0, 1)
        axes.grid(color="#ECECEC", lw=0.6)
        axes.set_xticks([0, 5, 10, 15, 20, 25, 30])
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    body.supxlabel(words("minutes_axis"), fontsize=9)
    body.supylabel(words("served_axis"), fontsize=9)
    _layout_legend(body, results)
    return figure


def uneven_needs(results: Results) -> list[str]:
    """The needs to which access is spread most unevenly under the first layout, the most uneven first."""
    ginis = equity_of(results, "gini_access")[results.first].dropna()
    return [str(key) for key in ginis.sort_values(ascending=False, kind="stable").index[:UNEVEN]]


def draw_lorenz(results: Results) -> Figure:
    """Lorenz curves of access to the needs where it is spread most unevenly, a panel each and a curve per layout."""
    words, needs = results.words, uneven_needs(results)
    rows, columns = grid_of(len(needs))
    figure, body = new_figure(words("fig.lorenz"), results.source(), 2.75 * rows + 0.7)
    grid = body.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes in grid[len(needs) :]:
        axes.set_axis_off()
    for need, axes in zip(needs, grid, strict=False):
        _draw_lorenz_of(axes, results, need)
        title_panel(axes, results.names.needs[need], columns)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_aspect("equal")
        axes.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
        axes.grid(color="#ECECEC", lw=0.6)
        for side in (axes.xaxis, axes.yaxis):
            side.set_major_formatter(lambda value, _: f"{value:.0%}")
    body.supxlabel(words("people_share"), fontsize=9)
    body.supylabel(words("access_share"), fontsize=9)
    _layout_legend(body, results)
    return figure


def _draw_lorenz_of(axes: Axes, results: Results, need: str) -> None:
    """The Lorenz curves of access to one need, one per layout, each with its Gini coefficient."""
    ginis = equity_of(results, "gini_access")
    axes.plot([0, 1], [0, 1], color=PALE, lw=0.9, ls=(0, (4, 3)), gid="even")
    axes.text(0.04, 0.96, results.words("gini"), va="top", fontsize=8, color=INK)
    for row, layout in enumerate(results.layouts):
        table = results.of("lorenz", layout)
        curve = table[table["need"] == need]
        if curve.empty:
            continue
        colour, dashes = layout_line(row)
        width = max(2.8 - 0.6 * row, 1.0)  # a curve that lies on an earlier one leaves that visible
        x, y = curve["people_share"], curve["access_share"]
        axes.plot(x, y, color=colour, ls=dashes, lw=width, gid=f"curve-{need}")
        gini = f"{float(ginis[layout][need]):.2f}"
        axes.text(0.04, 0.96 - 0.085 * (row + 1), gini, va="top", fontsize=8, color=colour)


def _layout_legend(body: SubFigure, results: Results) -> None:
    """The layouts by colour, above the panels."""
    labels = ["\n".join(fold(name, 34)) for name in results.names.layouts.values()]
    styles = [layout_line(row) for row in range(len(labels))]
    handles = [
        Line2D([], [], color=colour, ls=dashes, lw=2, label=label)
        for (colour, dashes), label in zip(styles, labels, strict=True)
    ]
    body.legend(handles=handles, loc="outside upper left", ncols=min(len(labels), 3), fontsize=8.5)
