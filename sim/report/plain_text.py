"""Plain text: how wide it is, folded into lines, and set in columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from unicodedata import east_asian_width


def type_width(text: str) -> int:
    """How many columns of plain type a text takes: two for each Chinese sign."""
    return sum(2 if east_asian_width(sign) in "FW" else 1 for sign in text)


def fold(text: str, columns: int) -> list[str]:
    """A text in lines of at most so many columns, broken at spaces and between Chinese signs."""
    lines = [""]
    for piece in re.findall(r"\s+|[\u2e80-\uffff][，。；：、）”]*|[^\s\u2e80-\uffff]+", text):
        if lines[-1] and type_width(lines[-1] + piece.rstrip()) > columns:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def aligned(rows: Sequence[Sequence[str]], texts: Collection[int] = (0,)) -> list[str]:
    """A line per row, in columns two signs apart: those of `texts` from the left, the others to the right."""
    widths = [max(type_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        spaces = [" " * (width - type_width(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [
            cell + gap if i in texts else gap + cell for i, (cell, gap) in enumerate(zip(row, spaces, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
