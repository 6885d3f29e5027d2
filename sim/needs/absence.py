"""Absence: which residents are elsewhere at which hours of a day."""

from __future__ import annotations

import numpy as np

from sim.clock_times import is_weekend
from sim.columns import Bools, Floats, Ints
from sim.people import PeopleConfig, Residents


class Absence:
    """Those who are elsewhere on one day: adults who are away, and children between being brought and fetched."""

    def __init__(self, residents: Residents, people: PeopleConfig, weekday: int) -> None:
        away = residents.away & (not is_weekend(weekday))
        self.from_h = np.where(away, people.away_from_h, np.inf)
        self.until_h = np.where(away, people.away_until_h, -np.inf)

    def at(self, resident: Ints, hour: Floats) -> Bools:
        """Whether each resident (-1 nobody) is elsewhere at the hour."""
        return (resident >= 0) & (hour >= self.from_h[resident]) & (hour < self.until_h[resident])

    def keep(self, resident: Ints, from_h: Floats, until_h: Floats) -> None:
        """Have these children elsewhere between two hours."""
        self.from_h[resident], self.until_h[resident] = from_h, until_h
