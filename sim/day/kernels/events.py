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
from sim.day.kernels.state import BY_ORDER, EVENTS, HOME, LEGS, ORDERS, Day, Position
from sim.day.kernels.walker import give_up, go_on, next_errand, wait_to_order
from sim.kernels import inner, is_compiled, lean
from sim.record.outcomes import Outcome, Reason

MOST_LEGS = 3  # that one event may write


@lean
def set_out(day: Day) -> None:
    """Bring every walker to their first walk."""
    for row in range(len(day.demand.residents)):
        walker = np.int32(row)
        resident, who = day.demand.residents[walker], day.state.walkers[walker]
        if resident.tour < resident.tour_end:
            who.tour, who.errand = resident.tour, day.demand.tours[resident.tour].first
            go_on(day, walker, Position(HOME, 0.0, day.demand.errands[who.errand].wanted_s))


@lean
def advance(day: Day, until_s: float) -> bool:
    """Settle every arrival and order before `until_s`; False where the pages for legs are full first.

    Of an order of the housebound and an event of a walker at the same moment, the order is first.
    """
    demand, state = day.demand, day.state
    while True:
        event_s = state.heap_s[0] if state.counts[EVENTS] > 0 else np.inf
        order_s = np.inf
        if state.counts[ORDERS] < len(demand.orders):
            order_s = demand.errands[demand.orders[state.counts[ORDERS]]].wanted_s
        if min(event_s, order_s) >= until_s:
            return True
        if order_s <= event_s:
            order_from_home(day, demand.orders[state.counts[ORDERS]])
            state.counts[ORDERS] += 1
            continue
        if state.counts[LEGS] + MOST_LEGS > len(day.legs):
            return False
        state.counts[EVENTS] = pop(state.heap_s, state.heap_walker, state.counts[EVENTS])
        walker = state.heap_walker[state.counts[EVENTS]]
        at, more = live_event(day, walker, event_s)
        if more:
            go_on(day, walker, at)


@inner
def order_from_home(day: Day, row: int) -> None:
    """Have a housebound resident order an errand when it is wanted."""
    page, wanted_s = day.diary[row], day.demand.errands[row].wanted_s
    page.set_out_s = wanted_s
    reason = order(day, row, wanted_s)
    if reason != Reason.NONE.value:
        page.outcome, page.reason = Outcome.UNMET.value, reason


@inner
def live_event(day: Day, walker: int, time_s: float) -> tuple[Position, bool]:
    """Live through a walker's event: where they are then, and whether they go on."""
    who = day.state.walkers[walker]
    if who.offer == BY_ORDER:
        if order(day, who.errand, time_s) == Reason.NONE.value:
            page = day.diary[who.errand]
            page.attempts, page.walk_m = who.attempts, who.walked_m
        else:
            give_up(day, walker, who.failed)
        return next_errand(day, walker, Position(who.here, who.here_m, time_s))
    return arrive(day, walker, time_s)


@inner
def arrive(day: Day, walker: int, time_s: float) -> tuple[Position, bool]:
    """Have a walker served at the outlet walked to, or turned away: where they are then, and whether they go on."""
    who, page = day.state.walkers[walker], day.diary[day.state.walkers[walker].errand]
    outlet = day.supply.offers[who.offer].outlet
    reason = serve(day, who.errand, who.offer, time_s)
    day.legs[who.leg].ended = reason
    who.at = outlet
    if reason == Reason.NONE.value:
        who.end_s = who.home_s = page.end_s
        page.attempts, page.walk_m = who.attempts + 1, who.walked_m
        return next_errand(day, walker, Position(outlet, who.here_m, page.end_s))
    who.end_s = who.home_s = time_s
    day.state.tried[walker, who.attempts] = outlet
    who.attempts += 1
    who.failed = reason
    at = Position(outlet, who.here_m, time_s)
    if who.attempts <= day.rules.retries:
        return at, True
    if wait_to_order(day, walker, at, reason):
        return at, False
    give_up(day, walker, reason)
    return next_errand(day, walker, at)


def compiled() -> bool:
    """Whether this loop has been compiled before, on this machine and for this Python."""
    return is_compiled(advance)
