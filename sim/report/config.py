"""The keys of the group `report`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.errors import InputError

LANGUAGES = ("en", "zh")


@dataclass
class ReportConfig:
    """How results are shown.

    `language` of figures and page, `en` or `zh`.
    `font` a file with Chinese characters; without it one is looked for.
    `dpi` dots per inch of the PNG figures.
    `figures` whether figures and page are drawn; without them there are the tables alone.
    """

    language: str = "en"
    font: str | None = None
    dpi: int = 150
    figures: bool = True

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        if self.language not in LANGUAGES:
            raise InputError(f"report.language: {self.language!r} is none of {', '.join(LANGUAGES)}")
        if not 50 <= self.dpi <= 600:
            raise InputError(f"report.dpi: {self.dpi}; 50 to 600 dots per inch are accepted")
        if self.font is None:
            return
        from sim.report.faces import has_chinese  # fonts are read by what draws, which takes half a second to load

        if not has_chinese(Path(self.font)):
            raise InputError(f"report.font: {self.font} is not a font file with Chinese characters (.ttf, .otf, .ttc)")
