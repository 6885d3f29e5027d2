"""Residents, and what they want on the days of a run."""

from __future__ import annotations

from typing import NamedTuple

from sim.needs import Errands, NeedsConfig, Tours
from sim.people import PeopleConfig, Residents


class Wanted(NamedTuple):
    """Residents, and what they want.

    `residents`: everybody.
    `needs`: the catalogue, of whose rows errands are.
    `errands`: of all days.
    `tours`: the walks on which they are run.
    `people`: how residents live: shares of those who ride, of those who go for others, and when those away are back.
    """

    residents: Residents
    needs: NeedsConfig
    errands: Errands
    tours: Tours
    people: PeopleConfig = PeopleConfig()
