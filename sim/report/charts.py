"""Charts: why and when demand stays unmet, how long service takes, what differs, and what coverage hides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.columns import Bools
from sim.people import AGE_GROUPS
from sim.record import REASONS
from sim.report.results import ALL, Results, coverage_and_met, equity_of, has_radius, reason_shares, unmet_by
from sim.report.style import (
    INK,
    LAYOUT_COLOURS,
    PALE,
    REASON_COLOURS,
    ZERO,
    few_ticks,
    fold,
    grid_of,
    new_figure,
    signed_tick,
    title_panel,
    unmet_colours,
)
from sim.report.words import Words

LATEST_MIN = 30
FIFTEEN_MIN = 15
LINES = ("-", "--", ":", "-.")
REASON_LEGEND: dict[str, Any] = {
    "loc": "outside upper left", "ncols": 9, "fontsize": 7.5, "handlelength": 1, "columnspacing": 1.0,
}  # fmt: skip
UNEVEN = 6  # needs whose Lorenz curves are drawn


def layout_line(row: int) -> tuple[str, str]:
    """Colour and line of the layout in a row of the study, the same in every figure."""
    return LAYOUT_COLOURS[row % len(LAYOUT_COLOURS)], LINES[row // len(LAYOUT_COLOURS) % len(LINES)]


def needs_by_unmet(results: Results) -> list[str]:
    """Needs that anybody has, the least unmet under the first layout first: bottom to top of a chart."""
    share = unmet_by(results, "need")[results.first]
    order = {key: row for row, key in enumerate(results.subject.needs.catalogue)}
    return sorted(share.index, key=lambda key: (share[key], -order[key]))


def draw_reasons(results: Results) -> Figure:
    """The unmet share of each need under each layout, split by reason."""
    words, needs = results.words, needs_by_unmet(results)
    rows, columns = grid_of(len(results.layouts))
    height_in = rows * (0.19 * len(needs) + 0.6) + 0.55
    figure, body = new_figure(words("fig.reasons"), results.source(), height_in)
    grid = body.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    shares = {layout: reason_shares(results, layout).reindex(needs).fillna(0) for layout in results.layouts}
    top = max(float(share.sum(axis=1).max()) for share in shares.values())
    seen = [reason for reason in REASONS if any(share[reason].gt(0).any() for share in shares.values())]
    for axes in grid[len(shares) :]:
        axes.set_axis_off()
    for axes, (layout, share) in zip(grid, shares.items(), strict=False):
        stack_reasons(axes, share, seen)
        for row, total in enumerate(share.sum(axis=1)):
            axes.text(total + top * 0.012, row, f"{total:.0%}", va="center", fontsize=7, color=INK)
        title_panel(axes, results.names.layouts[layout], columns)
        axes.set_xlim(0, min(top * 1.12, 1.12))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.tick_params(axis="y", length=0)
    grid[0].set_yticks(range(len(needs)), [results.names.needs[key] for key in needs])
    grid[0].set_ylim(-0.6, len(needs) - 0.4)
    body.supxlabel(words("unmet_share"), fontsize=9)
    body.legend(handles=reason_handles(words, seen), **REASON_LEGEND)
    return figure


def stack_reasons(axes: Axes, shares: pd.DataFrame, reasons: Iterable[str]) -> None:
    """A bar per row of `shares`, from the bottom, of the shares for each reason."""
    left = np.zeros(len(shares))
    for reason in reasons:
        width = shares[reason].to_numpy()
        [rows] = np.nonzero(width)
        axes.barh(rows, width[rows], left=left[rows], height=0.72, color=REASON_COLOURS[reason], label=reason)
        left += width


def reason_handles(words: Words, reasons: Iterable[str]) -> list[Patch]:
    """The legend of reasons."""
    return [Patch(color=REASON_COLOURS[reason], label=words(reason)) for reason in reasons]


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
    """How soon residents of each age are served, as curves that end where demand stays unmet."""
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


def draw_paired(results: Results, layout: str) -> Figure:
    """Paired differences of a layout to the first by need, with 95 % intervals: unmet share, minutes to service."""
    words, names = results.words, results.names
    needs = [*needs_by_unmet(results), ALL]
    figure, body = new_figure(
        words("fig.paired", layout=names.layouts[layout], base=names.layouts[results.first]),
        results.source(),
        0.2 * len(needs) + 0.9,
    )
    panels = body.subplots(1, 2, sharey=True)
    compare = results.of("compare", layout)
    colour = layout_line(results.layouts.index(layout))[0]
    for axes, measure, factor, label in (
        (panels[0], "unmet_share", 100.0, "unmet_share_points"),
        (panels[1], "mean_time_min", 1.0, "time_difference"),
    ):
        rows = compare[(compare["measure"] == measure) & (compare["age_group"] == ALL)]
        rows = rows.set_index("need").reindex(needs)
        few = rows["few"].eq("yes").to_numpy()
        _forest(axes, rows[["difference", "ci_low", "ci_high"]] * factor, few, colour)
        axes.set_xlabel(words(label))
        axes.text(0.0, 1.0, words("better"), transform=axes.transAxes, fontsize=7.5, color=PALE, va="bottom")
    labels = [words("all_needs") if key == ALL else names.needs[key] for key in needs]
    panels[0].set_yticks(range(len(needs)), labels)
    panels[0].set_ylim(-0.7, len(needs) - 0.3)
    return figure


def _forest(axes: Axes, rows: pd.DataFrame, few: Bools, colour: str) -> None:
    """Points with intervals, grey where the interval contains zero, dotted where it rests on `few` errands (row,), and
    hollow where there is no interval.
    """
    for row, (difference, low, high) in enumerate(rows.to_numpy(float)):
        if np.isnan(difference):
            continue
        known = not np.isnan(low)
        ink = PALE if known and low <= 0 <= high else colour
        if known:
            dashes = (0, (1, 1)) if few[row] else "-"
            axes.plot([low, high], [row, row], color=ink, lw=1.6, ls=dashes, solid_capstyle="butt", gid="interval")
        axes.plot(difference, row, "o", ms=4.5, mfc=ink if known else "white", mec=ink, mew=1.3, gid="difference")
    axes.axvline(0, color=INK, lw=0.8)
    axes.axhline(len(rows) - 1.5, color="#DDDDDD", lw=0.8)
    axes.grid(axis="x", color="#ECECEC", lw=0.6)
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.06)
    axes.xaxis.set_major_formatter(signed_tick)


def draw_coverage(results: Results) -> Figure:
    """For the first layout, by need: residents in an official circle, residents within 15 minutes, errands met."""
    words, names = results.words, results.names
    table = coverage_and_met(results, results.first)
    circled = has_radius(results, results.first)
    table["straight_line"] = table["straight_line"].where(table.index.isin(circled))
    table = table.sort_values("network_15_min", kind="stable")
    title = words("fig.coverage", layout=names.layouts[results.first])
    figure, body = new_figure(title, results.source(), 0.22 * len(table) + 1.0, 7.6)
    axes = body.add_subplot()
    at = np.arange(len(table))
    marks = (
        ("straight_line", "o", "white", ZERO, 6.5),
        ("network_15_min", "o", "#004488", "#004488", 6.0),
        ("met_share", "D", "#BB5566", "#BB5566", 5.0),
    )
    values = table[[name for name, *_ in marks]]
    axes.hlines(at, values.min(axis=1), values.max(axis=1), color="#CFCFCF", lw=2.2, zorder=1)
    for name, marker, face, edge, size in marks:
        axes.plot(table[name], at, ls="", marker=marker, mfc=face, mec=edge, mew=1.4, ms=size, gid=name)
    axes.set_yticks(at, [names.needs[key] for key in table.index])
    axes.set_ylim(-0.7, len(table) - 0.3)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel(words("residents_or_errands"))
    axes.grid(axis="x", color="#ECECEC", lw=0.6)
    axes.tick_params(axis="y", length=0)
    texts = ("straight_line", "network_15", "met_share")
    handles = [
        Line2D([], [], ls="", marker=marker, mfc=face, mec=edge, mew=1.4, ms=size, label=words(text))
        for (_, marker, face, edge, size), text in zip(marks, texts, strict=True)
    ]
    body.legend(handles=handles, loc="outside upper left", ncols=3, fontsize=8, handletextpad=0.2, columnspacing=1.2)
    return figure


def uneven_needs(results: Results) -> list[str]:
    """The needs to which access is spread most unevenly under the first layout, the most uneven first."""
    ginis = equity_of(results, "gini_access")[results.first].dropna()
    return [str(key) for key in ginis.sort_values(ascending=False, kind="stable").index[:UNEVEN]]


def draw_lorenz(results: Results) -> Figure:
    """Lorenz curves of access to the needs where it is spread most unevenly, a panel each and a curve per layout."""
    words, needs, ginis = results.words, uneven_needs(results), equity_of(results, "gini_access")
    rows, columns = grid_of(len(needs))
    figure, body = new_figure(words("fig.lorenz"), results.source(), 2.75 * rows + 0.7)
    grid = body.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes in grid[len(needs) :]:
        axes.set_axis_off()
    for need, axes in zip(needs, grid, strict=False):
        axes.plot([0, 1], [0, 1], color=PALE, lw=0.9, ls=(0, (4, 3)), gid="even")
        axes.text(0.04, 0.96, words("gini"), va="top", fontsize=8, color=INK)
        for row, layout in enumerate(results.layouts):
            table = results.of("lorenz", layout)
            curve = table[table["need"] == need]
            colour, dashes = layout_line(row)
            width = max(2.8 - 0.6 * row, 1.0)  # a curve that lies on an earlier one leaves that visible
            if len(curve):
                axes.plot(
                    curve["people_share"], curve["access_share"], color=colour, ls=dashes, lw=width, gid=f"curve-{need}"
                )
                axes.text(
                    0.04,
                    0.96 - 0.085 * (row + 1),
                    f"{float(ginis[layout][need]):.2f}",
                    va="top",
                    fontsize=8,
                    color=colour,
                )
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


def draw_hours(results: Results) -> Figure:
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
        hourly = results.of("demand_by_hour", layout)
        total = hourly.groupby("hour")[["raised", "unmet"]].sum().reindex(range(24), fill_value=0) / results.run_days
        for axes in (above, below):
            axes.set_visible(True)
        above.bar(total.index + 0.5, total["raised"], width=0.85, color="#D9D9D9", gid="raised")
        above.bar(total.index + 0.5, total["unmet"], width=0.85, color="#8C2D04", gid="unmet")
        above.set_ylim(0, tallest * 1.05)
        above.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        title_panel(above, results.names.layouts[layout], columns)
        unmet = hourly.pivot(index="need", columns="hour", values="unmet").reindex(index=needs, columns=range(24))
        per_day = np.ma.masked_less_equal(unmet.fillna(0).to_numpy() / results.run_days, 0)
        edges = np.arange(25), np.arange(len(needs) + 1)
        image = below.pcolormesh(*edges, per_day, norm=norm, cmap=unmet_colours(), edgecolors="white", lw=0.3)
        below.set_xticks([0, 6, 12, 18, 24])
        below.tick_params(axis="y", length=0)
        below.tick_params(axis="x", labelbottom=True)
        if column:
            above.tick_params(labelleft=False)
            below.set_yticks([])
        else:
            above.set_ylabel(words("per_hour"), fontsize=7.5)
            below.set_yticks(np.arange(len(needs)) + 0.5, [results.names.needs[key] for key in needs])
        below.set_xlabel(words("hour"))
    assert image is not None
    bar = body.colorbar(image, ax=grid, location="bottom", shrink=0.4, aspect=40, pad=0.02)
    bar.set_label(words("unmet_per_day"))
    bar.set_ticks(few_ticks(top), labels=[f"{tick:,.3g}" if tick < 1 else f"{tick:,.0f}" for tick in few_ticks(top)])
    bar.minorticks_off()
    body.legend(
        handles=[Patch(color="#D9D9D9", label=words("raised")), Patch(color="#8C2D04", label=words("unmet"))],
        loc="outside upper left",
        ncols=2,
        fontsize=8,
        handlelength=1,
    )
    return figure


def _layout_legend(body: SubFigure, results: Results) -> None:
    """The layouts by colour, above the panels."""
    labels = ["\n".join(fold(name, 34)) for name in results.names.layouts.values()]
    styles = [layout_line(row) for row in range(len(labels))]
    handles = [
        Line2D([], [], color=colour, ls=dashes, lw=2, label=label)
        for (colour, dashes), label in zip(styles, labels, strict=True)
    ]
    body.legend(handles=handles, loc="outside upper left", ncols=min(len(labels), 3), fontsize=8.5)
