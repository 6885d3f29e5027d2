"""Communities, where they are too many for a table: a small map of each, and all of them ranked with the reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.columns import Floats
from sim.record import REASONS
from sim.report.base_map import MANY_LINKS, scale_bar
from sim.report.charts import REASON_LEGEND, reason_handles, stack
from sim.report.results import Results, kinds_of, reason_shares, unmet_by
from sim.report.style import INK, REASON_COLOURS, WIDTH_IN, colour_bar, grid_of, layout_line, new_figure, unmet_colours

MOST_MAPS = 80  # communities that have a small map: eight rows of ten fill a page
MOST_BARS = 35  # communities in one column of a chart, so that their names can be read
MOST_COLUMNS = 3  # columns of a chart of communities without kinds
LABEL_IN = 0.34  # above each small map


def ranked(results: Results) -> pd.Series:
    """The unmet share of each community under the first layout, the highest first."""
    shares = unmet_by(results, "zone", "demand_by_zone")[results.first]
    return shares.sort_values(ascending=False, kind="stable")


def draw_communities(results: Results) -> Figure:
    """A small map of the homes of each community, side by side at one scale, those with most unmet first."""
    words, layout, shares = results.words, results.first, ranked(results).head(MOST_MAPS)
    homes = _homes_of(results, shares)
    columns = min(max(int(np.ceil(np.sqrt(1.6 * len(shares)))), 4), 10)
    boxes = np.array([np.ptp(rows[["x", "y"]].to_numpy(), axis=0) for rows in homes.values()]) * 1.1
    wide_m, wide_in = float(boxes[:, 0].max()), WIDTH_IN / columns
    label_m = LABEL_IN * wide_m / wide_in
    starts = range(0, len(shares), columns)
    tall_m = np.array([boxes[start : start + columns, 1].max() + label_m for start in starts])
    title = words("fig.communities", layout=results.names.layouts[layout])
    figure, body = new_figure(title, results.source(), tall_m.sum() / wide_m * wide_in + 0.9)
    axes = body.add_subplot()
    spots = []
    for at, (zone, rows) in enumerate(homes.items()):
        row, column = divmod(at, columns)
        top = -tall_m[:row].sum()
        middle = np.array([column * wide_m, top - (tall_m[row] + label_m) / 2])
        xy = rows[["x", "y"]].to_numpy()
        spots.append(xy - (xy.min(axis=0) + xy.max(axis=0)) / 2 + middle)
        _name_community(axes, results, zone, shares[zone], (middle[0], top - 0.9 * label_m))
    values = np.concatenate([rows["unmet_share"].to_numpy() for rows in homes.values()])
    side_pt = 0.5 * 72 * wide_in / np.sqrt(len(values) / len(shares))
    marks = _squares(axes, np.concatenate(spots), values, side_pt)
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-wide_m / 2, (columns - 0.5) * wide_m)
    axes.set_ylim(-tall_m.sum() - label_m / 3, 0)
    scale_bar(axes, -0.45 * wide_m, -tall_m.sum() - label_m / 4, wide_m / 2, words)
    bar = colour_bar(body, [axes], marks, words("unmet_share"), extend="max")
    bar.ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return figure


def _homes_of(results: Results, shares: pd.Series) -> dict[str, pd.DataFrame]:
    """The homes with any errand under the first layout, by community in the order of `shares`."""
    homes = results.of("homes", results.first).dropna(subset="unmet_share")
    found = {str(zone): rows for zone, rows in homes[homes["zone"].isin(shares.index)].groupby("zone")}
    return {str(zone): found[str(zone)] for zone in shares.index}


def _name_community(axes: Axes, results: Results, zone: str, share: float, at: tuple[float, float]) -> None:
    """The name of a community above its map, with its unmet share and how many residents it has."""
    people = results.residents["zone"].value_counts()
    text = f"{results.names.zones[zone]}\n{share:.1%} · {people.get(zone, 0):,}"
    axes.text(*at, text, ha="center", va="bottom", fontsize=6.5, linespacing=1.15, gid="community")


def _squares(axes: Axes, xy: Floats, shares: Floats, side_pt: float) -> PathCollection:
    """Homes as squares, coloured by their unmet shares."""
    norm = Normalize(0, max(np.ceil(float(np.nanquantile(shares, 0.99)) * 20) / 20, 0.05))
    x, y = xy.T
    return axes.scatter(
        x, y, c=shares, s=side_pt**2, marker="s", norm=norm, cmap=unmet_colours(), lw=0,
        rasterized=len(shares) > MANY_LINKS, gid="homes",
    )  # fmt: skip


def draw_ranked(results: Results) -> Figure:
    """Communities by unmet share under the first layout, split by reason, a column per kind; dots for other layouts."""
    words, names, order = results.words, results.names, ranked(results)
    shares = {layout: unmet_by(results, "zone", "demand_by_zone")[layout] for layout in results.layouts[1:]}
    reasons = reason_shares(results, results.first, "zone", "demand_by_zone")
    seen = [reason for reason in REASONS if reasons[reason].gt(0).any()]
    columns = columns_of_zones(results, order)
    longest = max(len(zones) for _, zones in columns)
    rows, side_by_side = grid_of(len(columns))
    height_in = rows * (0.17 * longest + 0.5) + 0.9
    figure, body = new_figure(words("fig.ranked", layout=names.layouts[results.first]), results.source(), height_in)
    grid = body.subplots(rows, side_by_side, squeeze=False, sharex=True).ravel()
    for axes in grid[len(columns) :]:
        axes.set_axis_off()
    top = max(float(order.max()), *(float(share.max()) for share in shares.values()), 0.01)
    for (title, zones), axes in zip(columns, grid, strict=False):
        stack(axes, reasons.loc[zones], {reason: REASON_COLOURS[reason] for reason in seen})
        furthest = pd.DataFrame({"": order, **shares}).max(axis=1)
        for row, zone in enumerate(zones):
            text, x = f"{order[zone]:.1%}", furthest[zone] + top * 0.015
            axes.text(x, row, text, va="center", fontsize=6.5, color=INK, gid="share")
        for row, share in enumerate(shares.values(), 1):
            axes.plot(
                share[zones], range(len(zones)), "o", ms=3, mfc=layout_line(row)[0], mec="white", mew=0.5, gid="other"
            )
        axes.set_title(title)
        axes.set_yticks(range(len(zones)), [names.zones[zone] for zone in zones], fontsize=7)
        axes.set_ylim(len(zones) - longest - 0.6, len(zones) - 0.4)
        axes.set_xlim(0, top * 1.2)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.tick_params(axis="y", length=0)
    body.supxlabel(words("unmet_share"), fontsize=9)
    handles = [
        Line2D([], [], marker="o", ls="", ms=4, color=layout_line(row)[0], label=names.layouts[layout])
        for row, layout in enumerate(shares, 1)
    ]
    body.legend(handles=[*reason_handles(words, seen), *handles], **REASON_LEGEND)
    return figure


def columns_of_zones(results: Results, order: pd.Series) -> list[tuple[str, list[str]]]:
    """What stands side by side in the chart: a title, and communities from the lowest unmet share to the highest.

    A column per kind that names carry, of at most `MOST_BARS` with most unmet; else columns of so many in turn.
    """
    kinds = kinds_of(map(str, order.index))
    if len(kinds) > 1:
        return [(_of_kind(results, kind, zones), zones[:MOST_BARS][::-1]) for kind, zones in kinds.items()]
    [zones] = kinds.values()
    cuts = range(0, min(len(zones), MOST_BARS * MOST_COLUMNS), MOST_BARS)
    return [("", zones[cut : cut + MOST_BARS][::-1]) for cut in cuts]


def _of_kind(results: Results, kind: str, zones: list[str]) -> str:
    """A kind with the unmet share of all errands raised in its communities."""
    demand = results.of("demand_by_zone", results.first)
    raised, unmet = demand.loc[demand["zone"].isin(zones), ["raised", "unmet"]].sum()
    return results.words("kind_share", kind=results.words.of(kind), share=f"{unmet / raised:.1%}", n=len(zones))
