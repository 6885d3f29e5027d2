"""Notes: what was left out of an input or taken for granted, and how much of the place hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Shares of the residents, outlets or kilometres of a place from which a note is graver than a remark [A].
WARNING_SHARE: Final = 0.03
PROBLEM_SHARE: Final = 0.20
GRADES: Final = ("problem", "warning", "remark")  # the gravest first


@dataclass(frozen=True)
class Note:
    """What was left out or assumed, told with its numbers.

    `share`, from 0 to 1, is how much of the residents, outlets or kilometres of the place it moves, the largest of
    them. `remedy` says what to do about it, "" where nothing need be done.
    """

    text: str
    share: float = 0.0
    remedy: str = ""

    @property
    def grade(self) -> str:
        """One of `GRADES`."""
        if self.share >= PROBLEM_SHARE:
            return "problem"
        return "warning" if self.share >= WARNING_SHARE else "remark"

    def __str__(self) -> str:
        return f"{self.text} {self.remedy}".rstrip()


def gravest_first(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """Notes in the order of their grades; those of one grade stay in their order."""
    return tuple(sorted(notes, key=lambda note: GRADES.index(note.grade)))


def name_some(names: Sequence[str], most: int = 5) -> str:
    """The first few of some names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
