"""Charts: why and when demand stays unmet, how long service takes, what differs, and what coverage hides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.columns import Bools
from sim.measures import ALL
from sim.record import REASONS
from sim.report.results import Results, coverage_and_met, has_radius, reason_shares, unmet_by
from sim.report.style import INK, PALE, REASON_COLOURS, ZERO, grid_of, layout_line, new_figure, signed_tick, title_panel
from sim.report.words import Words

REASON_LEGEND: dict[str, Any] = {
    "loc": "outside upper left", "ncols": 9, "fontsize": 7.5, "handlelength": 1, "columnspacing": 1.0,
}  # fmt: skip


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
        stack(axes, share, {reason: REASON_COLOURS[reason] for reason in seen})
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


def stack(axes: Axes, shares: pd.DataFrame, colours: Mapping[str, str]) -> None:
    """A bar per row of `shares`, from the bottom, of the shares in the columns that have colours, in their order."""
    left = np.zeros(len(shares))
    for name, colour in colours.items():
        width = shares[name].to_numpy()
        [rows] = np.nonzero(width)
        axes.barh(rows, width[rows], left=left[rows], height=0.72, color=colour, label=name)
        left += width


def reason_handles(words: Words, reasons: Iterable[str]) -> list[Patch]:
    """The legend of reasons."""
    return [Patch(color=REASON_COLOURS[reason], label=words(reason)) for reason in reasons]


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
