"""Faces: the fonts of figures and pages, and one that has simplified Chinese."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from fontTools import subset
from matplotlib import font_manager

from sim.report.style import INK, PALE

FIRST_CJK: Final = 0x2E80  # from here on Unicode has the signs of East Asia
CHINESE: Final = "圈邻满闭"  # 邻 and 满 are simplified only: a face without them is Japanese or traditional
# Parts of the file names of common faces, the better first.
LIKELY: Final = (
    "notosanscjksc", "notosanssc", "sourcehansans", "notosanscjk", "msyh", "pingfang", "wqy", "wenquanyi", "simhei",
    "stheiti", "hiraginosansgb", "simsun", "songti", "droidsansfallback",
)  # fmt: skip


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
