"""Outlets beyond the edge of a place, as a config names them."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import InputError


@dataclass
class OutsideConfig:
    """Where a need is had outside the place: the next centre, the big hospital, the other school.

    Fields:
        zh: its Chinese name.
        en: its English name.
        minutes: one way, by bus, car or ride.
        km: one way.
    """

    zh: str = ""
    en: str = ""
    minutes: float = 30.0
    km: float = 3.0

    def check(self, where: str) -> None:
        """Raise `InputError` naming the key below `where` for a value that cannot be."""
        for key in ("minutes", "km"):
            if not 0 < getattr(self, key) < float("inf"):
                raise InputError(f"{where}.{key}: {getattr(self, key)}; a number above 0 is needed")
