"""Parties: those who walk together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.columns import Codes, Floats, Ints
from sim.people.residents import Residents


class Party(NamedTuple):
    """Parties, one row each: the pace of the slowest of each, and what the least able of it can do.

    Fields:
        speed_m_s (party,): metres per second of the slowest.
        walk_class (party,): the `WalkClass` of the least able.
        range_m (party,): the longest walk that all of them can make, metres; inf where nothing limits it.
    """

    speed_m_s: Floats
    walk_class: Codes
    range_m: Floats


def walk_together(residents: Residents, walker: Ints, along: Ints) -> Party:
    """The party of each walker and the resident who walks along, both (party,) rows of residents.

    A walker who goes alone is along with themselves.
    """
    return Party(
        speed_m_s=np.minimum(residents.speed_m_s[walker], residents.speed_m_s[along]),
        walk_class=np.maximum(residents.walk_class[walker], residents.walk_class[along]),
        range_m=np.minimum(residents.range_m[walker], residents.range_m[along]),
    )
