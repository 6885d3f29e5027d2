"""The longest walks that parties accept, as far as they know before a run: on foot, in good weather."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.columns import Codes, Floats, Ints
from sim.day.kernels.limits import own_limits_m
from sim.day.tables import Demand
from sim.day.wanted import Wanted
from sim.people import walk_together


class Accepted(NamedTuple):
    """How parties go for a need: `walk_class`, `speed_m_s` and the longest walk `limit_m`, each (party,)."""

    walk_class: Codes
    speed_m_s: Floats
    limit_m: Floats


def accepted_by(walker: Ints, along: Ints, row: int, demand: Demand, wanted: Wanted, seed: int) -> Accepted:
    """How walkers go for the need of a `row` in the catalogue, each with one who is along (themselves where alone)."""
    residents, needs = wanted.residents, wanted.needs
    party = walk_together(residents, walker, along)
    own_m = own_limits_m(
        [*needs.catalogue.values()][row].limit_s(residents.age[walker]),
        party.speed_m_s,
        np.full(len(walker), wanted.people.speed_max_m_s),
        needs.limit_sigma,
        seed,
        walker,
        np.full(len(walker), demand.wants["key"][row]),
    )
    range_m = party.range_m * demand.residents["range_factor"][walker]
    return Accepted(party.walk_class, party.speed_m_s, np.minimum(own_m, range_m))
