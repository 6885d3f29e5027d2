"""The event loop: residents choose, walk, wait, are served, try again and go home, in one total order of time.

An event is an arrival at an outlet, ordered by (time, walker). Everything that follows from it is settled at
once: with first come, first served, the moment at which a server is free is known on arrival, and a choice
looks at distances, hours and tastes, never at queues. So each walker has at most one event to come, and the
loop is a heap of walkers. Orders of the housebound are known beforehand, with their times: a list beside the heap.
Those who find nothing on foot and may order it to the home have, instead of an arrival, the moment of ordering as
their event.
"""

from __future__ import annotations

import numpy as np

from sim.day.kernels.heap import pop
from sim.day.kernels.home_calls import order
from sim.day.kernels.service import serve
from sim.day.kernels.state import BY_ORDER, EVENTS, HOME, LEGS, ORDERS, Loop, Whereabouts
from sim.day.kernels.walker import give_up, go_on, next_errand, wait_to_order
from sim.kernels import inner, is_compiled, lean
from sim.record.outcomes import Outcome, Reason

MOST_LEGS = 3  # that one event may write


@lean
def set_out(loop: Loop) -> None:
    """Bring every walker to their first walk."""
    for row in range(len(loop.demand.residents)):
        walker = np.int32(row)
        resident, who = loop.demand.residents[walker], loop.state.walkers[walker]
        if resident.tour < resident.tour_end:
            who.tour, who.errand = resident.tour, loop.demand.tours[resident.tour].first
            go_on(loop, walker, Whereabouts(HOME, 0.0, loop.demand.errands[who.errand].wanted_s))


@lean
def advance(loop: Loop, until_s: float) -> bool:
    """Settle every arrival and order before `until_s`; False where the pages for legs are full first.

    Of an order of the housebound and an event of a walker at the same moment, the order is first.
    """
    demand, state = loop.demand, loop.state
    while True:
        event_s = state.heap_s[0] if state.counts[EVENTS] > 0 else np.inf
        order_s = np.inf
        if state.counts[ORDERS] < len(demand.orders):
            order_s = demand.errands[demand.orders[state.counts[ORDERS]]].wanted_s
        if min(event_s, order_s) >= until_s:
            return True
        if order_s <= event_s:
            order_from_home(loop, demand.orders[state.counts[ORDERS]])
            state.counts[ORDERS] += 1
            continue
        if state.counts[LEGS] + MOST_LEGS > len(loop.legs):
            return False
        state.counts[EVENTS] = pop(state.heap_s, state.heap_walker, state.counts[EVENTS])
        walker = state.heap_walker[state.counts[EVENTS]]
        at, more = live_event(loop, walker, event_s)
        if more:
            go_on(loop, walker, at)


@inner
def order_from_home(loop: Loop, row: int) -> None:
    """Have a housebound resident order an errand when it is wanted."""
    page, wanted_s = loop.diary[row], loop.demand.errands[row].wanted_s
    page.set_out_s = wanted_s
    reason = order(loop, row, wanted_s)
    if reason != Reason.NONE.value:
        page.outcome, page.reason = Outcome.UNMET.value, reason


@inner
def live_event(loop: Loop, walker: int, time_s: float) -> tuple[Whereabouts, bool]:
    """Live through a walker's event: where they are then, and whether they go on."""
    who = loop.state.walkers[walker]
    if who.offer == BY_ORDER:
        if order(loop, who.errand, time_s) == Reason.NONE.value:
            page = loop.diary[who.errand]
            page.attempts, page.walk_m = who.attempts, who.walked_m
        else:
            give_up(loop, walker, who.failed)
        return next_errand(loop, walker, Whereabouts(who.here, who.here_m, time_s))
    return arrive(loop, walker, time_s)


@inner
def arrive(loop: Loop, walker: int, time_s: float) -> tuple[Whereabouts, bool]:
    """Have a walker served at the outlet walked to, or turned away: where they are then, and whether they go on."""
    who, page = loop.state.walkers[walker], loop.diary[loop.state.walkers[walker].errand]
    outlet = loop.supply.offers[who.offer].outlet
    reason = serve(loop, who.errand, who.offer, time_s)
    loop.legs[who.leg].ended = reason
    who.at = outlet
    if reason == Reason.NONE.value:
        who.end_s = who.home_s = page.end_s
        page.attempts, page.walk_m = who.attempts + 1, who.walked_m
        return next_errand(loop, walker, Whereabouts(outlet, who.here_m, page.end_s))
    who.end_s = who.home_s = time_s
    loop.state.tried[walker, who.attempts] = outlet
    who.attempts += 1
    who.failed = reason
    at = Whereabouts(outlet, who.here_m, time_s)
    if who.attempts <= loop.rules.retries:
        return at, True
    if wait_to_order(loop, walker, at, reason):
        return at, False
    give_up(loop, walker, reason)
    return next_errand(loop, walker, at)


def compiled() -> bool:
    """Whether this loop has been compiled before, on this machine and for this Python."""
    return is_compiled(advance)
