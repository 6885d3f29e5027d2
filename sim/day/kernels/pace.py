"""Paces: how fast, how far and over which streets somebody goes with an errand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.clock_times import DAY_S
from sim.day.kernels.later import walks_along
from sim.day.kernels.limits import own_limit_m
from sim.day.kernels.state import Loop
from sim.day.tables import Demand
from sim.kernels import hot, inner
from sim.place import WalkClass
from sim.randomness import RIDING, uniform


class Pace(NamedTuple):
    """How a party goes: `speed_m_s`, `snap_m` from its door to the node, the longest walk `range_m`, `walk_class`."""

    speed_m_s: float
    snap_m: float
    range_m: float
    walk_class: int


@inner
def pace_of(loop: Loop, walker: int) -> Pace:
    """How a walker goes now."""
    who = loop.state.walkers[walker]
    return Pace(who.speed_m_s, who.snap_m, who.range_m, who.walk_class)


@hot
def take_pace(loop: Loop, walker: int, pace: Pace) -> None:
    """Have a walker go so."""
    who = loop.state.walkers[walker]
    who.speed_m_s, who.snap_m, who.range_m, who.walk_class = pace.speed_m_s, pace.snap_m, pace.range_m, pace.walk_class


@hot
def take_pace_of_tour(loop: Loop, walker: int, row: int) -> None:
    """Have a walker go as a planned tour goes."""
    tour = loop.demand.tours[row]
    take_pace(loop, walker, Pace(tour.speed_m_s, tour.snap_m, tour.range_m, tour.walk_class))


@inner
def is_bad(loop: Loop, time_s: float) -> bool:
    """Whether the weather of the day is bad."""
    day = int(np.floor(time_s / DAY_S))
    return 0 <= day < len(loop.demand.bad) and loop.demand.bad[day]


@inner
def take_pace_alone(loop: Loop, walker: int, row: int, day_s: float) -> None:
    """Have a walker go with one errand only, and with the resident whose it is where they walk along.

    `day_s` is a time of the day of whose weather it is.
    """
    demand, errand = loop.demand, loop.demand.errands[row]
    one = demand.residents[walker]
    other = demand.residents[errand.resident] if walks_along(loop, row) else one
    speed_m_s = min(one.speed_m_s, other.speed_m_s)
    range_m = min(one.range_m, other.range_m)
    walk_class = max(one.walk_class, other.walk_class)
    if is_bad(loop, day_s):
        speed_m_s *= loop.rules.bad_factor
        outdoors_s = min(demand.outdoors_s[one.age], demand.outdoors_s[other.age])
        share = 0.25 if demand.wants[errand.need].outdoors else 0.5
        range_m = min(range_m, outdoors_s * share * speed_m_s)
    if walk_class == WalkClass.STEP_FREE.value:
        range_m *= one.range_factor
    take_pace(loop, walker, Pace(speed_m_s, one.door_m + one.climb_s * speed_m_s, range_m, walk_class))


@inner
def riding_pace(loop: Loop, walker: int) -> Pace:
    """How a rider goes."""
    one, speed_m_s = loop.demand.residents[walker], loop.rules.ride_m_s
    return Pace(speed_m_s, one.door_m + one.climb_s * speed_m_s, np.inf, WalkClass.RIDE.value)


@inner
def accepted_m(loop: Loop, walker: int, need: int, speed_m_s: float) -> float:
    """The longest walk that a walker accepts for a need at a speed, metres."""
    demand, rules = loop.demand, loop.rules
    limit_s = demand.limit_s[need, demand.residents[walker].age]
    return own_limit_m(
        limit_s, speed_m_s, rules.fastest_m_s, rules.limit_sigma, rules.seed, walker, demand.wants[need].key
    )


@inner
def limit_now_m(loop: Loop, walker: int, row: int) -> float:
    """The longest walk that a walker accepts for an errand at the pace at which they go."""
    who = loop.state.walkers[walker]
    return min(accepted_m(loop, walker, loop.demand.errands[row].need, who.speed_m_s), who.range_m)


@inner
def can_ride(demand: Demand, seed: int, rider: int, need: int) -> bool:
    """Whether somebody can ride for a need, and would."""
    want, share = demand.wants[need], demand.residents[rider].ride_share
    share *= want.ride_share
    return share > 0.0 and uniform(seed, RIDING, rider, want.key, 0) < share
