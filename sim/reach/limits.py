"""Limits of walks: how far from its door each outlet matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from sim.columns import Floats
from sim.needs import NeedConfig, NeedsConfig
from sim.outlets import Kind, Layout
from sim.people import PeopleConfig
from sim.reach.reach import NEVER_M

CIRCLE_MIN: Final = 15.0  # minutes within which measures count what is near, whatever walks people accept


def limits_m(
    layout: Layout, people: PeopleConfig, needs: NeedsConfig, at_least_min: float = CIRCLE_MIN
) -> tuple[Floats, Floats, Floats, Floats]:
    """Metres within which each outlet of a layout matters, by walk class, as `find_reach` takes them.

    To those who walk farthest for what it has, to those who count what is within `at_least_min` minutes, to homes that
    it serves, and to those who ride. Nobody cycles where `people.cycle_share` is 0 everywhere, and nobody rides where
    nobody has a bicycle or no need is ridden for: those limits are below 0.
    """
    longest_min = [max(at_least_min, longest_of(kind, needs, needs.longest_of)) for kind in layout.kinds]
    limit_s = 60 * np.array(longest_min, float)[layout.kind]
    homes = [[offer.home for offer in kind.offers.values() if offer.home] for kind in layout.kinds]
    radius_m = [max((home.radius_m for home in some), default=0.0) for some in homes]
    able_m = np.maximum(limit_s * people.speed_max_m_s, np.array(radius_m, float)[layout.kind])
    slow_m = people.slow_range_m * layout.benches([*layout.range_factor]).max(initial=1.0)
    cycle_m = limit_s * people.cycle_m_s if any(people.cycle_share.values()) else np.full(len(layout), NEVER_M)
    return able_m, np.minimum(able_m, slow_m), cycle_m, _ride_m(layout, people, needs)


def _ride_m(layout: Layout, people: PeopleConfig, needs: NeedsConfig) -> Floats:
    """Metres within which each outlet matters to those who ride; below 0 where nobody rides to it."""
    if not people.rides:
        return np.full(len(layout), NEVER_M)
    longest_min = [longest_of(kind, needs, lambda need: need.longest_ride_min) for kind in layout.kinds]
    ride_s = 60 * np.array(longest_min, float)[layout.kind]
    return np.where(ride_s > 0, ride_s * people.ride_m_s, NEVER_M)


def longest_of(kind: Kind, needs: NeedsConfig, minutes_of: Callable[[NeedConfig], float]) -> float:
    """The longest way that anybody accepts for anything a kind of outlet may serve, minutes."""
    served = (minutes_of(need) for key, need in needs.catalogue.items() if kind.offer_for(key, need.substitutes))
    return max(served, default=0.0)
