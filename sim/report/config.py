"""The keys of the group `report`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import InputError

LANGUAGES = ("en", "zh")


@dataclass
class ReportConfig:
    """How results are shown: `language` of figures and report, `font` a file with a Chinese face (else one is looked for), `dpi`."""

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
