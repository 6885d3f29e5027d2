"""A chart of the one split: what became of the errands of each need and each age group under each layout."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.people import AGE_GROUPS
from sim.report.charts import needs_by_unmet, stack
from sim.report.results import Results, split_by
from sim.report.style import INK, SPLIT_COLOURS, grid_of, new_figure, title_panel

GAP = "gap"  # the row between age groups and needs
ROOM = 0.14  # of errands: in a shorter part of a bar no number fits
LEAST_TOLD = 0.005  # of errands: a smaller share is not written


def draw_outcomes(results: Results) -> Figure:
    """The split of the errands of each need, and below of each age group, a panel for each layout."""
    words, needs = results.words, needs_by_unmet(results)
    shares = {layout: _rows(results, layout, needs) for layout in results.layouts}
    order = shares[results.first].index
    rows, columns = grid_of(len(shares))
    figure, body = new_figure(words("fig.outcomes"), results.source(), rows * (0.19 * len(order) + 0.6) + 0.55)
    grid = body.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes in grid[len(shares) :]:
        axes.set_axis_off()
    for axes, (layout, share) in zip(grid, shares.items(), strict=False):
        stack(axes, share, SPLIT_COLOURS)
        _tell(axes, share)
        title_panel(axes, results.names.layouts[layout], columns)
        axes.set_xlim(0, 1.12)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}" if value <= 1 else "")
        axes.tick_params(axis="y", length=0)
    named = [results.names.needs.get(key) or ("" if key == GAP else words(key)) for key in order]
    grid[0].set_yticks(range(len(order)), named)
    grid[0].set_ylim(-0.6, len(order) - 0.4)
    body.supxlabel(words("share_of_errands"), fontsize=9)
    handles = [Patch(color=colour, label=words(part)) for part, colour in SPLIT_COLOURS.items()]
    body.legend(handles=handles, loc="outside upper left", ncols=5, fontsize=8, handlelength=1)
    return figure


def _rows(results: Results, layout: str, needs: list[str]) -> pd.DataFrame:
    """The split by age group, the oldest first, a gap, and by need."""
    by_age, by_need = (split_by(results, layout, by) for by in ("age_group", "need"))
    ages = [group for group in reversed(AGE_GROUPS) if group in by_age.index]
    gap = pd.DataFrame(0.0, [GAP], by_age.columns)
    return pd.concat([by_age.loc[ages], gap, by_need.reindex(needs).fillna(0.0)])


def _tell(axes: Axes, shares: pd.DataFrame) -> None:
    """The share on foot written into each bar, and that unmet behind it."""
    for row, (on_foot, unmet) in enumerate(shares[["on_foot", "unmet"]].to_numpy()):
        if on_foot >= ROOM:
            axes.text(0.012, row, f"{on_foot:.0%}", va="center", fontsize=6.5, color="white", gid="on_foot")
        if unmet >= LEAST_TOLD:
            axes.text(1.012, row, f"{unmet:.0%}", va="center", fontsize=7, color=INK, gid="unmet")
