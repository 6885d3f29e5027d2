"""How figures look: colours that the colour-blind can tell apart, a face that has Chinese, and their frame."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from unicodedata import east_asian_width

import matplotlib as mpl
import numpy as np
from fontTools import subset
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colorbar import Colorbar
from matplotlib.colors import Colormap, LinearSegmentedColormap
from matplotlib.figure import Figure, SubFigure

from sim.record import REASONS

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
TIER_COLOURS: Final = {"basic": "#004488", "quality": "#DDAA33", "public": "#BB5566"}
TIER_MARKERS: Final = {"basic": "o", "quality": "^", "public": "s"}
INK: Final = "#222222"
PALE: Final = "#8C8C8C"
STREET: Final = "#B5B5B5"
PATH: Final = "#DEDEDE"
WALL: Final = "#A08060"
GATE: Final = "#7A4B1E"
HOME: Final = "#9A9A9A"
PARK: Final = "#55A868"
GAIN: Final = "#2166AC"
LOSE: Final = "#B2182B"
ZERO: Final = "#999999"

WIDTH_IN: Final = 9.0
FIRST_CJK: Final = 0x2E80  # from here on Unicode has the signs of East Asia
CHINESE: Final = "圈邻满闭"  # 邻 and 满 are simplified only: a face without them is Japanese or traditional
# Parts of the file names of common faces, the better first.
LIKELY: Final = (
    "notosanscjksc", "notosanssc", "sourcehansans", "notosanscjk", "msyh", "pingfang", "wqy", "wenquanyi", "simhei",
    "stheiti", "hiraginosansgb", "simsun", "songti", "droidsansfallback",
)  # fmt: skip


def unmet_colours() -> Colormap:
    """From little unmet (pale) to much (dark), in steps of even lightness."""
    return LinearSegmentedColormap.from_list("unmet", mpl.colormaps["YlOrBr"](np.linspace(0.12, 1.0, 256)))


def change_colours() -> Colormap:
    """From gain (blue) over nothing (pale grey) to loss (red)."""
    return LinearSegmentedColormap.from_list("change", [GAIN, "#92C5DE", "#E4E4E4", "#F4A582", LOSE])


def walker_colours() -> Colormap:
    """From few walkers (pale) to many (dark)."""
    return LinearSegmentedColormap.from_list("walkers", mpl.colormaps["YlGnBu"](np.linspace(0.25, 1.0, 256)))


@dataclass(frozen=True)
class Style:
    """The faces of a study's figures, in the order in which they are asked for a character."""

    families: tuple[str, ...]

    def draws(self, text: str) -> bool:
        """Whether every character of a text has a glyph."""
        return all(any(ord(sign) in _signs(family) for family in self.families) for sign in text)

    def just_for(self, text: str) -> Style:
        """The first face alone where it has all of a text; every further one is asked about each word drawn."""
        alone = Style(self.families[:1])
        return alone if alone.draws(text) else self

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """The settings under which figures are made and saved."""
        settings: dict[str, Any] = {
            "font.family": list(self.families),
            "font.size": 9.0,
            "axes.titlesize": 9.5,
            "axes.titlelocation": "left",
            "axes.labelsize": 9.0,
            "axes.edgecolor": PALE,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.color": INK,
            "ytick.color": INK,
            "legend.frameon": False,
            "svg.fonttype": "path",
            "svg.hashsalt": "lifecircle",
        }
        with mpl.rc_context(settings):  # type: ignore[arg-type]
            yield


@cache
def _signs(family: str) -> frozenset[int]:
    """The characters of an installed family."""
    path = font_manager.findfont(font_manager.FontProperties(family=[family]), fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())


def has_chinese(path: Path) -> bool:
    """Whether a file is a font with simplified Chinese characters, each with a glyph of its own.

    Matplotlib's "Last Resort" face claims every character and draws one box for all of them.
    """
    try:
        signs = font_manager.get_font(str(path)).get_charmap()
    except (OSError, RuntimeError):
        return False
    return len({signs[ord(sign)] for sign in CHINESE if ord(sign) in signs}) == len(CHINESE)


def find_style(font: str | None, language: str) -> Style:
    """The style with the given font file, else the packaged face, else an installed one that has Chinese, else none."""
    family = chinese_family(font)
    if family is None:
        return Style(("DejaVu Sans",))
    return Style((family, "DejaVu Sans") if language == "zh" else ("DejaVu Sans", family))


def chinese_face(family: str, text: str) -> str:
    """The Chinese characters of a text out of an installed family, as a WOFF file in base64; "" where it has none."""
    path = font_manager.findfont(font_manager.FontProperties(family=[family]), fallback_to_default=False)
    signs = {ord(sign) for sign in set(text) if ord(sign) >= FIRST_CJK} & _signs(family)
    if not signs:
        return ""
    options = subset.Options(flavor="woff", notdef_outline=True, font_number=0)
    with subset.load_font(str(path), options) as font, BytesIO() as file:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=signs)
        cutter.subset(font)
        subset.save_font(font, file, options)
        return b64encode(file.getvalue()).decode()


def chinese_family(font: str | None) -> str | None:
    """The family of the first face found that has simplified Chinese, or None."""
    for path in [Path(font)] if font else (*packaged_faces(), *installed_faces()):
        if has_chinese(path):
            font_manager.fontManager.addfont(str(path))
            return font_manager.get_font(str(path)).family_name
    return None


def packaged_faces() -> list[Path]:
    """The Chinese face of the extra `zh`, where it is installed."""
    try:
        return [Path(str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"))]
    except ModuleNotFoundError:
        return []


def installed_faces() -> list[Path]:
    """Font files of this machine, likely simplified Chinese ones first; a `.ttc` stands for its first face.

    The folders are searched anew, because matplotlib's own list does not know a font installed since.
    """

    def rank(path: Path) -> tuple[int, bool, str]:
        name = path.name.lower()
        return (
            next((row for row, part in enumerate(LIKELY) if part in name), len(LIKELY)),
            any(part in name for part in ("bold", "light", "black", "thin", "medium", "mono")),
            str(path),
        )

    return sorted((Path(file) for file in font_manager.findSystemFonts()), key=rank)


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


def columns_of(text: str) -> int:
    """How many columns of plain type a text takes: two for each Chinese sign."""
    return sum(2 if east_asian_width(sign) in "FW" else 1 for sign in text)


def fold(text: str, columns: int) -> list[str]:
    """A text in lines of at most so many columns, broken at spaces and between Chinese signs."""
    lines = [""]
    for piece in re.findall(r"\s+|[\u2e80-\uffff][，。；：、）”]*|[^\s\u2e80-\uffff]+", text):
        if lines[-1] and columns_of(lines[-1] + piece.rstrip()) > columns:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def title_panel(axes: Axes, text: str, side_by_side: int) -> None:
    """The title of one of several panels side by side, folded to its width."""
    axes.set_title("\n".join(fold(text, 105 // side_by_side)))


def grid_of(n: int, most: int = 3) -> tuple[int, int]:
    """Rows and columns for `n` panels, at most `most` side by side."""
    columns = min(n, most)
    return -(-n // columns), columns
