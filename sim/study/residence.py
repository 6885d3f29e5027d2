"""The residents of the seeds of a study, drawn once each while there is room to keep them."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from sim.people import PeopleConfig, Residents, settle
from sim.place import Place

MOST_KEPT: Final = 1_000_000  # residents of all seeds together; about 70 MB


@dataclass
class Residence:
    """The residents of a place, by seed.

    `place`: before any layout, which has no say in it.
    `people`: what they are like.
    """

    place: Place
    people: PeopleConfig
    _kept: dict[int, Residents] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, seed: int) -> Residents:
        """The residents of a seed. Raises `InputError` where nobody can be settled."""
        with self._lock:
            found = self._kept.get(seed)
            if found is None:
                found = settle(self.place, self.people, seed)
                if sum(map(len, self._kept.values())) + len(found) <= MOST_KEPT or not self._kept:
                    self._kept[seed] = found
            return found
