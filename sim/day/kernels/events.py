"""The event loop: residents choose, walk, wait, are served, try again and go home, in one total order of time.

An event is an arrival at an outlet, ordered by (time, walker). Everything that follows from it is settled at
once: with first come, first served, the moment at which a server is free is known on arrival, and a choice
looks at distances, hours and tastes, never at queues. So each walker has at most one event to come, and the
loop is a heap of walkers. Orders of the housebound are known beforehand, with their times: a list beside the heap,
and so are the tours that were planned. Those who find nothing on foot, and may order it to the home or have it
otherwise, have instead of an arrival that moment as their event. Those who are free at home are called on when
something is due.
"""

from __future__ import annotations

import numpy as np

from sim.day.kernels.heap import pop
from sim.day.kernels.home_calls import order
from sim.day.kernels.later import call_at
from sim.day.kernels.otherwise import (
    BROUGHT_BACK,
    BROUGHT_HOME,
    descend,
    fetch_by_ride,
    go_beyond,
    hand_on,
    have_beyond,
    order_again,
    ride_home,
    ride_to,
)
from sim.day.kernels.service import serve
from sim.day.kernels.state import CALLS, EVENTS, HOME, LEGS, NO_ROW, ORDERS, STARTS, Loop, Whereabouts
from sim.day.kernels.walker import (
    at_home,
    begin_due_from_home,
    begin_tour,
    choose_well,
    due_next_s,
    give_up,
    may_order,
    next_errand,
    stop,
    tour_s,
    walk_to,
)
from sim.kernels import hot, inner, is_compiled, lean
from sim.place import WalkClass
from sim.record.outcomes import Outcome, Reason

MOST_LEGS = 4  # that one event may write


@lean
def advance(loop: Loop, until_s: float) -> bool:
    """Settle everything before `until_s`; False where the pages for legs are full first.

    At the same moment tours begin first, then what is due, then come orders of the housebound, then events of walkers.
    """
    demand, state = loop.demand, loop.state
    while True:
        event_s = state.heap_s[0] if state.counts[EVENTS] > 0 else np.inf
        order_s = start_s = np.inf
        if state.counts[ORDERS] < len(demand.orders):
            order_s = demand.errands[demand.orders[state.counts[ORDERS]]].wanted_s
        if state.counts[STARTS] < len(demand.starts):
            start_s = demand.starts[state.counts[STARTS]].wanted_s
        call_s = state.calls_s[0] if state.counts[CALLS] > 0 else np.inf
        now_s = min(min(event_s, order_s), min(start_s, call_s))
        if now_s >= until_s:
            return True
        if state.counts[LEGS] + MOST_LEGS > len(loop.legs):
            return False
        if order_s == now_s and min(start_s, call_s) > now_s:
            row = demand.orders[state.counts[ORDERS]]
            state.counts[ORDERS] += 1
            loop.diary[row].set_out_s = now_s
            order_from_home(loop, demand.errands[row].resident, row, now_s)
            continue
        if start_s == now_s:
            walker = demand.starts[state.counts[STARTS]].walker
            state.counts[STARTS] += 1
            at, more = look(loop, walker, now_s)
        elif call_s == now_s:
            state.counts[CALLS] = pop(state.calls_s, state.calls_walker, state.counts[CALLS])
            walker = state.calls_walker[state.counts[CALLS]]
            at, more = look(loop, walker, now_s)
        else:
            state.counts[EVENTS] = pop(state.heap_s, state.heap_walker, state.counts[EVENTS])
            walker = state.heap_walker[state.counts[EVENTS]]
            at, more = live_event(loop, walker, now_s)
        if more:
            go_on(loop, walker, at)


@hot
def look(loop: Loop, walker: int, time_s: float) -> tuple[Whereabouts, bool]:
    """Have somebody who is free at home begin what is due by now: a planned tour, or something put off or handed on.

    False where they do not: whoever is out looks again when home. Where nothing is ever met otherwise, they look once.
    """
    who, at = loop.state.walkers[walker], Whereabouts(HOME, 0.0, time_s)
    if not loop.rules.otherwise:
        return at_home(loop, walker, time_s)
    if who.errand != NO_ROW:
        return at, False
    if who.free_s > time_s:
        call_at(loop, walker, who.free_s)
        return at, False
    planned_s, due_s = tour_s(loop, walker), due_next_s(loop, walker)
    if min(planned_s, due_s) > time_s:
        return at, False
    if planned_s <= due_s:
        begin_tour(loop, walker)
    else:
        begin_due_from_home(loop, walker)
    return at, True


@hot
def go_on(loop: Loop, walker: int, at: Whereabouts) -> None:
    """Go on from a position with the walker's errand and the next ones, up to the next event."""
    who = loop.state.walkers[walker]
    more = True
    while more:
        if loop.rules.otherwise and not is_chosen(loop, walker):
            at, more = go_straight(loop, walker, at)
            continue
        choice, at = choose_well(loop, walker, at)
        if who.attempts == 0:
            page = loop.diary[who.errand]
            page.set_out_s, page.speed_m_s, page.walker = at.time_s, who.speed_m_s, walker
        if choice.offer != NO_ROW:
            walk_to(loop, walker, at, choice)
            return
        at, more = stop(loop, walker, at, who.failed if who.attempts > 0 else choice.reason)


@hot
def is_chosen(loop: Loop, walker: int) -> bool:
    """Whether an outlet is chosen on foot for the walker's errand.

    Not where it is ordered, is ridden to a place that is held, fetches as it brought, or fetches those who sat behind.
    """
    row = loop.state.walkers[walker].errand
    errand = loop.demand.errands[row]
    if errand.ridden or loop.diary[row].outcome != Outcome.PENDING.value or is_order(loop, row):
        return False
    if errand.follows < 0:
        return True
    brought = loop.diary[errand.follows].outcome
    return brought != Outcome.MET_RIDE.value and brought != Outcome.MET_BEYOND.value


@inner
def go_straight(loop: Loop, walker: int, at: Whereabouts) -> tuple[Whereabouts, bool]:
    """Go on with an errand for which nothing is chosen on foot."""
    row = loop.state.walkers[walker].errand
    page, errand = loop.diary[row], loop.demand.errands[row]
    if page.outcome != Outcome.PENDING.value:
        return fetch_by_ride(loop, walker, at)
    if errand.follows < 0:
        if errand.ridden:
            page.set_out_s, page.speed_m_s, page.walker = at.time_s, loop.state.walkers[walker].speed_m_s, walker
        return stop(loop, walker, at, Reason.TOO_FAR.value)
    brought = loop.diary[errand.follows]
    page.on_foot = brought.on_foot
    if brought.outcome == Outcome.MET_BEYOND.value:
        return go_beyond(loop, walker, at)
    if ride_to(loop, walker, walker, at):
        return at, False
    give_up(loop, walker, page.on_foot)
    return next_errand(loop, walker, at)


@inner
def is_order(loop: Loop, row: int) -> bool:
    """Whether an errand is ordered, since nobody walks for it."""
    return loop.demand.errands[row].ordered and not loop.diary[row].handed


@inner
def order_from_home(loop: Loop, resident: int, row: int, time_s: float) -> None:
    """Have a housebound resident order an errand; where nobody comes, see whether somebody does later, or goes."""
    page = loop.diary[row]
    reason = order(loop, row, time_s)
    if reason == Reason.NONE.value:
        return
    if loop.rules.otherwise and (
        order_again(loop, resident, row, time_s, reason) or hand_on(loop, NO_ROW, row, time_s)
    ):
        return
    page.outcome, page.reason = Outcome.UNMET.value, reason


@hot
def live_event(loop: Loop, walker: int, time_s: float) -> tuple[Whereabouts, bool]:
    """Live through a walker's event: where they are then, and whether they go on."""
    who = loop.state.walkers[walker]
    if who.offer >= 0:
        return arrive(loop, walker, time_s)
    at = Whereabouts(who.here, who.here_m, time_s)
    if who.offer == BROUGHT_HOME:
        return next_errand(loop, walker, Whereabouts(HOME, 0.0, time_s))
    if who.offer == BROUGHT_BACK:
        return have_beyond(loop, walker, Whereabouts(HOME, 0.0, time_s))
    if is_order(loop, who.errand):
        loop.diary[who.errand].set_out_s = time_s
        order_from_home(loop, walker, who.errand, time_s)
        return next_errand(loop, walker, at)
    page = loop.diary[who.errand]
    if may_order(loop, who.errand) and order(loop, who.errand, time_s) == Reason.NONE.value:
        page.attempts, page.walk_m, page.on_foot = who.attempts, who.walked_m, who.failed
        return next_errand(loop, walker, at)
    if loop.rules.otherwise:
        return descend(loop, walker, at, who.failed)
    give_up(loop, walker, who.failed)
    return next_errand(loop, walker, at)


@hot
def arrive(loop: Loop, walker: int, time_s: float) -> tuple[Whereabouts, bool]:
    """Have a walker served where they came to, or turned away: where they are then, and whether they go on."""
    who, page = loop.state.walkers[walker], loop.diary[loop.state.walkers[walker].errand]
    outlet, rides = loop.supply.offers[who.offer].outlet, who.walk_class == WalkClass.RIDE.value
    met = Outcome.MET_HOUSEHOLD.value if page.handed else Outcome.MET_WALK.value
    reason = serve(loop, who.errand, who.offer, time_s, Outcome.MET_RIDE.value if rides else met)
    loop.legs[who.leg].ended = reason
    who.at = outlet
    if reason == Reason.NONE.value:
        leave_s = page.start_s + page.service_s if page.behind else page.end_s
        who.end_s = who.home_s = leave_s
        page.attempts, page.walk_m = who.attempts + 1, who.walked_m
        at = Whereabouts(outlet, who.here_m, leave_s)
        return ride_home(loop, walker, at, reason, time_s) if rides else next_errand(loop, walker, at)
    who.end_s = who.home_s = time_s
    at = Whereabouts(outlet, who.here_m, time_s)
    loop.state.tried[walker, who.attempts] = outlet
    who.attempts += 1
    if rides:
        return ride_home(loop, walker, at, reason, time_s)
    who.failed = reason
    if who.attempts <= loop.rules.retries:
        return at, True
    return stop(loop, walker, at, reason)


def compiled() -> bool:
    """Whether this loop has been compiled before, on this machine and for this Python."""
    return is_compiled(advance)
