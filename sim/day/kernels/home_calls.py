"""Calls at home: what residents order, and the staff who come with it or do it there."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.columns import Floats
from sim.day.kernels.choice import gumbel, is_among, options_from
from sim.day.kernels.hurdles import Visit, closing_s, further, why_not
from sim.day.kernels.service import served_today
from sim.day.kernels.state import NO_ROW, Loop
from sim.day.tables import NOBODY_COMES
from sim.kernels import inner
from sim.place import WalkClass
from sim.randomness import SERVICE, TASTE, uniform
from sim.record.outcomes import Reason


class Call(NamedTuple):
    """Whom a resident asks to come, or why nobody.

    `offer`: asked, or NO_ROW.
    `metres`: from there to the home.
    `reason`: why there is none.
    """

    offer: int
    metres: float
    reason: int


@inner
def order(loop: Loop, row: int, time_s: float) -> int:
    """Order an errand to the home, one outlet after the other: `NONE` where somebody comes, else the last reason."""
    if not loop.supply.needs[loop.demand.errands[row].need].at_home:
        return Reason.CANNOT_WALK.value
    reason = Reason.NONE.value
    for n_asked in range(loop.rules.retries + 1):
        call = whom_to_ask(loop, row, n_asked, time_s)
        if call.offer == NO_ROW:
            return reason if n_asked > 0 else call.reason
        reason = send(loop, row, call, time_s)
        if reason == Reason.NONE.value:
            break
        loop.state.asked[n_asked] = loop.supply.offers[call.offer].outlet
    return reason


@inner
def whom_to_ask(loop: Loop, row: int, n_asked: int, time_s: float) -> Call:
    """The best offer to order an errand from, the `n_asked` outlets left out that were asked; the walk is no cost."""
    supply, rules, errand = loop.supply, loop.rules, loop.demand.errands[row]
    resident = loop.demand.residents[errand.resident]
    best, best_outlet, best_m, best_utility = NO_ROW, NO_ROW, 0.0, -np.inf
    reason = Reason.TOO_FAR.value
    first, end = options_from(supply, WalkClass.ABLE.value, resident.home, errand.need)
    for k in range(first, end):
        offer_row, metres = supply.option[k].offer, resident.door_m + supply.option[k].metres
        offer = supply.offers[offer_row]
        terms = supply.terms[offer.terms]
        if terms.home == NOBODY_COMES or metres > terms.radius_m:
            continue
        hurdle = why_not(loop, errand, offer, Visit(errand.resident, metres, 0.0, np.inf, time_s, False, True))
        if hurdle != Reason.NONE.value:
            reason = further(reason, hurdle)
            continue
        if is_among(loop.state.asked, n_asked, offer.outlet):
            continue
        draw = uniform(
            rules.seed, TASTE, errand.resident, supply.outlets[offer.outlet].key, supply.needs[errand.need].key
        )
        utility = offer.utility + supply.prices[offer.terms, errand.age] + rules.taste_scale * gumbel(draw)
        if utility > best_utility or (utility == best_utility and offer.outlet < best_outlet):
            best, best_outlet, best_m, best_utility = offer_row, offer.outlet, metres, utility
    return Call(best, best_m, reason)


@inner
def send(loop: Loop, row: int, call: Call, time_s: float) -> int:
    """Send somebody to the home and write that down, or say why not: the reason, `NONE` where somebody goes."""
    supply, state, errand, offer = loop.supply, loop.state, loop.demand.errands[row], loop.supply.offers[call.offer]
    pool, terms = supply.pools[offer.home_pool], supply.terms[offer.terms]
    n_going = pool.servers if loop.demand.residents[errand.resident].housebound else pool.servers - terms.kept
    if n_going <= 0:
        return Reason.QUEUE.value
    server = last_free(state.free_s, pool.server_slot, n_going)
    leave_s = max(time_s, state.free_s[server])
    if leave_s >= closing_s(supply, loop.rules, offer.outlet, time_s):
        return Reason.CLOSED.value
    if pool.per_day > 0 and served_today(state.served, offer.home_pool, time_s) >= pool.per_day:
        return Reason.FULL.value
    walk_s = call.metres / terms.home_m_s
    if leave_s + walk_s - time_s > terms.within_s:
        return Reason.QUEUE.value
    door_s = door_time_s(loop.rules.seed, errand, terms, supply.outlets[offer.outlet])
    job_s = 2 * walk_s / terms.per_round + door_s
    state.free_s[server] = leave_s + job_s
    served_today(state.served, offer.home_pool, time_s)
    state.served[offer.home_pool].people += 1
    page = loop.diary[row]
    page.outcome, page.reason, page.outlet, page.pool = terms.home, Reason.NONE.value, offer.outlet, offer.home_pool
    page.start_s, page.service_s, page.end_s = leave_s + walk_s, job_s, leave_s + walk_s + door_s
    return Reason.NONE.value


@inner
def last_free(free_s: Floats, first: int, n: int) -> int:
    """Of `n` slots from `first` on, the one that is free first, of equal ones the last.

    So those who go to homes are not the same as those who serve at the outlet, as long as there are others; the last
    `kept` are left out for all but the housebound.
    """
    best = first + n - 1
    for slot in range(first + n - 2, first - 1, -1):
        if free_s[slot] < free_s[best]:
            best = slot
    return best


@inner
def door_time_s(seed: int, errand: Any, terms: Any, outlet: Any) -> float:
    """How long somebody stays at the door, or in the home."""
    if terms.home_fixed:
        return terms.home_s
    return terms.home_s * -np.log(uniform(seed, SERVICE, errand.key, outlet.key, 1))
