"""Carers: those who walk with the children and for the housebound of a household."""

from __future__ import annotations

import numpy as np

from sim.columns import Bools, Codes, Floats, Ints
from sim.people.config import PeopleConfig
from sim.people.households import ADULT, ELDER
from sim.people.mobility import Mobility


def stays_for_a_child(
    household: Ints, age: Ints, away: Bools, mobility: Codes, config: PeopleConfig, draw: Floats
) -> Bools:
    """The first adult of a household with a small child in which nobody else could walk with it by day."""
    n = int(household[-1]) + 1
    adult = (age >= ADULT) & (mobility == Mobility.INDEPENDENT)
    child = np.bincount(household, age < config.alone_from_age, n) > 0
    someone = np.bincount(household, adult & ~away, n) > 0
    needed = (child & ~someone)[household] & adult & away
    rows = np.flatnonzero(needed)
    first = rows[np.unique(household[rows], return_index=True)[1]]
    stays = np.zeros(len(age), dtype=bool)
    stays[first[draw[first] < config.carer_stays_share]] = True
    return stays


def find_carers(household: Ints, age: Ints, away: Bools, mobility: Codes) -> Ints:
    """Who walks with the children and for the housebound: an elder first, else an adult at home, else one who
    is away.
    """
    able = (age >= ADULT) & (mobility == Mobility.INDEPENDENT)
    rank = np.select([~able, age >= ELDER, ~away], [3, 0, 1], 2)
    order = np.lexsort((np.arange(len(age)), rank, household))
    best = order[np.unique(household[order], return_index=True)[1]]
    carer = np.where(able[best], best, -1)[household]
    return np.where((age < ADULT) | (mobility == Mobility.HOUSEBOUND), carer, -1).astype(np.int32)
