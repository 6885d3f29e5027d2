"""A walker between two events: from an errand to the next, home, and out again."""

from __future__ import annotations

import numpy as np

from sim.day.kernels.choice import Choice, choose
from sim.day.kernels.heap import push
from sim.day.kernels.state import BY_ORDER, EVENTS, HOME, LEGS, NO_ROW, Loop, Whereabouts, node_of
from sim.kernels import inner
from sim.record.outcomes import Outcome, Reason


@inner
def go_on(loop: Loop, walker: int, at: Whereabouts) -> None:
    """Go on from a position with the walker's errand, the next ones, home, and the next tours, up to the next event."""
    who = loop.state.walkers[walker]
    more = True
    while more:
        choice, at = choose_well(loop, walker, at)
        if who.attempts == 0:
            loop.diary[who.errand].set_out_s = at.time_s
        if choice.offer != NO_ROW:
            walk_to(loop, walker, at, choice)
            return
        # Nothing (more) to try: the errand is unmet, unless it can be ordered to the home.
        reason = who.failed if who.attempts > 0 else choice.reason
        if wait_to_order(loop, walker, at, reason):
            return
        give_up(loop, walker, reason)
        at, more = next_errand(loop, walker, at)


@inner
def choose_well(loop: Loop, walker: int, at: Whereabouts) -> tuple[Choice, Whereabouts]:
    """The choice for a walker's errand, and where it is made.

    A chain never costs an errand: where it may be to blame, the walker goes home and sets out for it anew.
    """
    who = loop.state.walkers[walker]
    held, reason = held_to(loop, who.errand)
    if reason != Reason.NONE.value:
        return Choice(NO_ROW, 0.0, 0.0, np.int64(reason), False), at
    choice = choose(loop, walker, held, at)
    if choice.offer == NO_ROW and choice.is_chained and who.attempts == 0:
        home_s = go_home(loop, walker, at)
        at = Whereabouts(HOME, 0.0, max(home_s, loop.demand.errands[who.errand].wanted_s))
        choice = choose(loop, walker, held, at)
    return choice, at


@inner
def held_to(loop: Loop, row: int) -> tuple[int, int]:
    """The one outlet to which an errand is held, or NO_ROW; and why it may go nowhere at all."""
    errand = loop.demand.errands[row]
    if errand.follows >= 0:
        followed = loop.diary[errand.follows]
        return followed.outlet, followed.reason
    return errand.place, errand.refused


@inner
def walk_to(loop: Loop, walker: int, at: Whereabouts, choice: Choice) -> None:
    """Let a walker set out for the outlet of an offer; the next event is the arrival."""
    who, state = loop.state.walkers[walker], loop.state
    arrive_s = write_leg(loop, walker, at, who.errand, loop.supply.offers[choice.offer].outlet, choice.metres)
    who.walked_m += choice.metres
    who.offer, who.here_m, who.depart_s, who.arrive_s = choice.offer, choice.home_m, at.time_s, arrive_s
    state.counts[EVENTS] = push(state.heap_s, state.heap_walker, state.counts[EVENTS], arrive_s, walker)


@inner
def go_home(loop: Loop, walker: int, at: Whereabouts) -> float:
    """Let a walker go home from an outlet; returns when they are there."""
    arrive_s = write_leg(loop, walker, at, NO_ROW, HOME, at.home_m)
    loop.state.walkers[walker].home_s = arrive_s
    return arrive_s


@inner
def write_leg(loop: Loop, walker: int, at: Whereabouts, errand: int, to: int, metres: float) -> float:
    """Write a walk down, from a position to an outlet for an errand, or HOME; returns when it ends."""
    who = loop.state.walkers[walker]
    arrive_s = at.time_s + metres / loop.demand.tours[who.tour].speed_m_s
    who.leg = loop.state.counts[LEGS]
    loop.state.counts[LEGS] += 1
    leg = loop.legs[who.leg]
    leg.walker, leg.errand, leg.tour, leg.outlet = walker, errand, who.tour, to
    leg.from_node, leg.to_node = node_of(loop, walker, at.here), node_of(loop, walker, to)
    leg.depart_s, leg.arrive_s, leg.metres, leg.ended = at.time_s, arrive_s, metres, Reason.NONE.value
    leg.walk_class = loop.demand.tours[who.tour].walk_class
    return arrive_s


@inner
def wait_to_order(loop: Loop, walker: int, at: Whereabouts, reason: int) -> bool:
    """Have the walker order the errand at this moment, if somebody brings such things to this resident.

    `reason` is why nobody walks for it.
    """
    who, state = loop.state.walkers[walker], loop.state
    errand = loop.demand.errands[who.errand]
    need = loop.supply.needs[errand.need]
    may_order = loop.demand.residents[errand.resident].housebound or errand.age >= need.order_age
    if not need.at_home or not may_order or errand.follows >= 0:
        return False
    who.failed, who.offer, who.here, who.here_m = reason, BY_ORDER, at.here, at.home_m
    who.depart_s = who.arrive_s = at.time_s
    state.counts[EVENTS] = push(state.heap_s, state.heap_walker, state.counts[EVENTS], at.time_s, walker)
    return True


@inner
def give_up(loop: Loop, walker: int, reason: int) -> None:
    """The walker's errand is unmet, for this reason."""
    who = loop.state.walkers[walker]
    page = loop.diary[who.errand]
    page.outcome, page.reason, page.attempts, page.walk_m = Outcome.UNMET.value, reason, who.attempts, who.walked_m


@inner
def next_errand(loop: Loop, walker: int, at: Whereabouts) -> tuple[Whereabouts, bool]:
    """Turn to the walker's next errand: of this tour from here, or of the next tour from home; False where there is
    none.
    """
    who, resident = loop.state.walkers[walker], loop.demand.residents[walker]
    who.walked_m = 0.0
    who.attempts = 0
    who.errand += 1
    if who.errand < loop.demand.tours[who.tour].end:
        return at, True
    home_s = at.time_s
    if at.here != HOME:
        home_s = go_home(loop, walker, at)
    if who.tour + 1 == resident.tour_end:
        who.errand = NO_ROW
        who.depart_s = who.arrive_s = np.inf
        return Whereabouts(HOME, 0.0, home_s), False
    who.tour += 1
    return Whereabouts(HOME, 0.0, max(home_s, loop.demand.errands[who.errand].wanted_s)), True
