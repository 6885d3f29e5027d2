"""Service at an outlet: those who arrive are served in turn, or turned away."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.clock_times import DAY_S
from sim.columns import Floats, Rows
from sim.day.kernels.crowding import note_wait
from sim.day.kernels.hurdles import closing_s
from sim.day.kernels.state import NO_ROW, Loop
from sim.day.rules import Rules
from sim.kernels import hot
from sim.randomness import PATIENCE, PATIENT, SERVICE, uniform
from sim.record.outcomes import Reason


@hot
def patience_s(rules: Rules, factor: float, errand_key: np.uint64, outlet_key: np.uint64) -> float:
    """The longest wait that is accepted for an errand at an outlet: unlimited for some, else lognormal."""
    if uniform(rules.seed, PATIENT, errand_key, outlet_key, 0) < rules.unlimited_share:
        return np.inf
    radius = np.sqrt(-2.0 * np.log(uniform(rules.seed, PATIENCE, errand_key, outlet_key, 0)))
    normal = radius * np.cos(2.0 * np.pi * uniform(rules.seed, PATIENCE, errand_key, outlet_key, 1))
    return factor * rules.patience_median_s * np.exp(rules.patience_sigma * normal)


@hot
def served_today(served: Rows, pool: int, time_s: float) -> int:
    """How many people a pool has served on this day."""
    day = int(np.floor(time_s / DAY_S))
    if served[pool].day != day:
        served[pool].day = day
        served[pool].people = 0
    return served[pool].people


@hot
def first_free(free_s: Floats, first: int, n: int) -> int:
    """Of `n` slots from `first` on, the one that is free first."""
    best = first
    for slot in range(first + 1, first + n):
        if free_s[slot] < free_s[best]:
            best = slot
    return best


@hot
def empty_place(leaves_s: Floats, first: int, n: int, time_s: float) -> int:
    """The first of `n` slots from `first` on that somebody has left, or NO_ROW."""
    for slot in range(first, first + n):
        if leaves_s[slot] <= time_s:
            return slot
    return NO_ROW


@hot
def serve(loop: Loop, row: int, offer_row: int, time_s: float, met: int) -> int:
    """Serve an errand on arrival and write that down as `met`, or say why not: the reason, `NONE` where it is served.

    Those who fetch somebody take no place, so ceilings and room do not concern them.
    """
    supply, state = loop.supply, loop.state
    errand, offer = loop.demand.errands[row], supply.offers[offer_row]
    pool, outlet_key, fetches = supply.pools[offer.pool], supply.outlets[offer.outlet].key, errand.follows >= 0
    server, place, start_s = NO_ROW, NO_ROW, time_s
    if pool.servers > 0:
        server = first_free(state.free_s, pool.server_slot, pool.servers)
        start_s = max(time_s, state.free_s[server])
    waits = start_s > time_s
    # Nobody walks to an outlet that is shut on arrival; but the turn may come after closing.
    if waits and not fetches and start_s >= closing_s(supply, loop.rules, offer.outlet, time_s):
        return Reason.CLOSED.value
    people = served_today(state.served, offer.pool, time_s)
    if pool.per_day > 0 and people >= pool.per_day and not fetches:
        return Reason.FULL.value
    if pool.room > 0 and not fetches:
        place = empty_place(state.leaves_s, pool.room_slot, pool.room, time_s)
        if place == NO_ROW:
            return Reason.FULL.value
    note_wait(loop, offer.pool, time_s, start_s - time_s)
    if waits and start_s - time_s > patience_s(loop.rules, supply.needs[errand.need].patience, errand.key, outlet_key):
        return Reason.QUEUE.value
    service_s, stay_s = time_of(loop.rules, errand, offer, supply.terms[offer.terms], outlet_key)
    end_s = start_s + service_s + stay_s
    if server != NO_ROW:
        state.free_s[server] = start_s + service_s
    if place != NO_ROW:
        state.leaves_s[place] = end_s
    state.served[offer.pool].people += not fetches
    page = loop.diary[row]
    page.outcome, page.outlet, page.pool = met, offer.outlet, offer.pool
    page.arrive_s, page.start_s, page.service_s, page.end_s = time_s, start_s, service_s, end_s
    return Reason.NONE.value


@hot
def time_of(rules: Rules, errand: Any, offer: Any, terms: Any, outlet_key: np.uint64) -> tuple[float, float]:
    """How long an errand takes the staff, and how long the resident stays; what was ordered ahead is handed over."""
    if errand.ahead and terms.pickup_s >= 0:
        return terms.pickup_s, 0.0
    if offer.fixed:
        return offer.service_s, errand.stay_s
    return offer.service_s * -np.log(uniform(rules.seed, SERVICE, errand.key, outlet_key, 0)), errand.stay_s
