"""How figures look: colours that the colour-blind can tell apart, a face that has Chinese, and their frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure, SubFigure

from sim.record import REASONS
from sim.record.outcomes import SPLIT
from sim.report.plain_text import fold

# Okabe and Ito 2008 for layouts; Paul Tol's schemes for reasons (muted, with the grey of bright) and tiers (high
# contrast).
LAYOUT_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000")
REASON_COLOURS: Final = dict(
    zip(
        REASONS,
        (
            "#332288",
            "#88CCEE",
            "#BBBBBB",
            "#44AA99",
            "#117733",
            "#DDCC77",
            "#CC6677",
            "#882255",
            "#AA4499",
            "#999933",
        ),
        strict=True,
    )
)
# Of Okabe and Ito, and the dark of maps of unmet demand.
SPLIT_COLOURS: Final = dict(zip(SPLIT, ("#0072B2", "#56B4E9", "#009E73", "#C4C4C4", "#8C2D04"), strict=True))
TIER_COLOURS: Final = {"basic": "#004488", "quality": "#DDAA33", "public": "#BB5566"}
TIER_MARKERS: Final = {"basic": "o", "quality": "^", "public": "s"}
INK: Final = "#222222"
PALE: Final = "#8C8C8C"
STREET: Final = "#B5B5B5"
PATH: Final = "#DEDEDE"
WALL: Final = "#A08060"
GATE: Final = "#7A4B1E"
HOME_GREY: Final = "#9A9A9A"
PARK: Final = "#55A868"
GAIN: Final = "#2166AC"
LOSE: Final = "#B2182B"
ZERO: Final = "#999999"

WIDTH_IN: Final = 9.0


def unmet_colours() -> Colormap:
    """From little unmet (pale) to much (dark), in steps of even lightness."""
    return LinearSegmentedColormap.from_list("unmet", mpl.colormaps["YlOrBr"](np.linspace(0.12, 1.0, 256)))


def change_colours() -> Colormap:
    """From gain (blue) over nothing (pale grey) to loss (red)."""
    return LinearSegmentedColormap.from_list("change", [GAIN, "#92C5DE", "#E4E4E4", "#F4A582", LOSE])


def walker_colours() -> Colormap:
    """From few walkers (pale) to many (dark)."""
    return LinearSegmentedColormap.from_list("walkers", mpl.colormaps["YlGnBu"](np.linspace(0.25, 1.0, 256)))


def new_figure(title: str, source: str, height_in: float, width_in: float = WIDTH_IN) -> tuple[Figure, SubFigure]:
    """A figure with its title above and the source of its data below, and the part between them to draw in.

    `height_in` is that of the part to draw in.
    """
    lines = fold(source, round(width_in * 17))
    titles = fold(title, round(width_in * 11))
    head, foot = 0.24 + 0.2 * len(titles), 0.16 + 0.12 * len(lines)
    figure = Figure(figsize=(width_in, height_in + head + foot), layout="constrained")
    parts = figure.subfigures(3, 1, squeeze=False, height_ratios=[head, height_in, foot], hspace=0.0)
    above, body, below = parts[:, 0]
    above.text(0.01, 0.5, "\n".join(titles), fontsize=12, va="center", gid="title")
    below.text(0.01, 0.5, "\n".join(lines), fontsize=6.5, color="#666666", va="center", gid="source")
    return figure, body


def colour_bar(
    body: SubFigure, panels: Iterable[Axes], marks: Collection, label: str, extend: str = "neither"
) -> Colorbar:
    """The scale of colours below all panels."""
    bar = body.colorbar(marks, ax=list(panels), location="bottom", shrink=0.4, aspect=40, extend=extend, pad=0.03)
    bar.set_label(label)
    return bar


def few_ticks(top: float) -> list[float]:
    """A handful of round values from 0 to `top` for a bar on a square-root scale."""
    step = 10 ** np.floor(np.log10(top))
    highest = np.floor(top / step) * step
    rough = [highest * share for share in (0.05, 0.2, 0.5)]
    rounded = [float(f"{value:.1g}") for value in rough]
    return [0.0, *dict.fromkeys(rounded), float(highest)]


def signed_tick(value: float, _: object = None) -> str:
    """A tick of an axis of differences: its sign, with a true minus, and plain zero."""
    return f"{value:+.3g}".replace("-", "−") if value else "0"


def title_panel(axes: Axes, text: str, side_by_side: int) -> None:
    """The title of one of several panels side by side, folded to its width."""
    axes.set_title("\n".join(fold(text, 105 // side_by_side)))


def grid_of(n: int, most: int = 3) -> tuple[int, int]:
    """Rows and columns for `n` panels, at most `most` side by side."""
    columns = min(n, most)
    return -(-n // columns), columns


LINES = ("-", "--", ":", "-.")


def layout_line(row: int) -> tuple[str, str]:
    """Colour and line of the layout in a row of the study, the same in every figure."""
    return LAYOUT_COLOURS[row % len(LAYOUT_COLOURS)], LINES[row // len(LAYOUT_COLOURS) % len(LINES)]
