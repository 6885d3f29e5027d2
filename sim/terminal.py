"""What the terminal can show: signs that its encoding lacks get another, and none of them steers it."""

from __future__ import annotations

import codecs
import sys
import unicodedata
from typing import Final

OTHERWISE: Final = {
    "−": "-", "–": "-", "—": "-", "‑": "-", "→": "->", "←": "<-", "×": "x", "·": ".", "…": "...", "≤": "<=", "≥": ">=",
    "‘": "'", "’": "'", "“": '"', "”": '"', "²": "2", "³": "3", "°": " deg", "±": "+/-", "©": "(c)",
}  # fmt: skip


def _otherwise(error: UnicodeError) -> tuple[str, int]:
    """The signs that an encoding lacks: those known here by others, letters with accents without, the rest by code."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    told = []
    for sign in error.object[error.start : error.end]:
        plain = OTHERWISE.get(sign) or unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode("ascii")
        told.append(plain or sign.encode("unicode_escape").decode("ascii"))
    return "".join(told), error.end


codecs.register_error("sim.terminal", _otherwise)


def show_all_signs() -> None:
    """From now on no sign ends the command that the terminal, or a file that its output goes to, cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="sim.terminal")


def shown(text: str) -> str:
    """Text without signs that steer a terminal (escapes, reversed writing): they are shown by their codes."""
    return "".join(
        sign if sign.isprintable() or sign in "\n\t" or unicodedata.category(sign) == "Zs" else
        sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )  # fmt: skip


def in_one_line(text: str) -> str:
    """Text as one line that steers nothing."""
    return shown(" ".join(line.strip() for line in text.splitlines() if line.strip()))
