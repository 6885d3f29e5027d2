"""Limits of walks: how far from its door each outlet matters."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.columns import Floats
from sim.needs import NeedsConfig
from sim.outlets import Kind, Layout
from sim.people import PeopleConfig
from sim.reach.reach import NEVER_M

CIRCLE_MIN: Final = 15.0  # minutes within which measures count what is near, whatever walks people accept


def limits_m(
    layout: Layout, people: PeopleConfig, needs: NeedsConfig, at_least_min: float = CIRCLE_MIN
) -> tuple[Floats, Floats, Floats]:
    """Metres within which each outlet of a layout matters, by walk class, as `find_reach` takes them.

    To those who walk farthest for what it has, to those who count what is within `at_least_min` minutes, and to homes
    that it serves. Nobody cycles where `people.cycle_share` is 0 everywhere: those limits are below 0.
    """
    longest_min = [max(at_least_min, _longest_walk_min(kind, needs)) for kind in layout.kinds]
    limit_s = 60 * np.array(longest_min, float)[layout.kind]
    homes = [[offer.home for offer in kind.offers.values() if offer.home] for kind in layout.kinds]
    radius_m = [max((home.radius_m for home in some), default=0.0) for some in homes]
    able_m = np.maximum(limit_s * people.speed_max_m_s, np.array(radius_m, float)[layout.kind])
    slow_m = people.slow_range_m * layout.benches([*layout.range_factor]).max(initial=1.0)
    cycle_m = limit_s * people.cycle_m_s if any(people.cycle_share.values()) else np.full(len(layout), NEVER_M)
    return able_m, np.minimum(able_m, slow_m), cycle_m


def _longest_walk_min(kind: Kind, needs: NeedsConfig) -> float:
    """The longest walk that anybody accepts for anything a kind of outlet may serve."""
    served = (need.longest_walk_min for key, need in needs.catalogue.items() if kind.offer_for(key, need.substitutes))
    return max(served, default=0.0)
