"""A walker between two events: from an errand to the next, home, and out again."""

from __future__ import annotations

import numpy as np

from sim.day.kernels.choice import Choice, choose
from sim.day.kernels.heap import push
from sim.day.kernels.state import BY_ORDER, EVENTS, HOME, LEGS, NO_ROW, Day, Position, node_of
from sim.kernels import inner
from sim.record.outcomes import Outcome, Reason


@inner
def go_on(day: Day, walker: int, at: Position) -> None:
    """Go on from a position with the walker's errand, the next ones, home, and the next tours, up to the next event."""
    who = day.state.walkers[walker]
    more = True
    while more:
        choice, at = choose_well(day, walker, at)
        if who.attempts == 0:
            day.diary[who.errand].set_out_s = at.time_s
        if choice.offer != NO_ROW:
            walk_to(day, walker, at, choice)
            return
        # Nothing (more) to try: the errand is unmet, unless it can be ordered to the home.
        reason = who.failed if who.attempts > 0 else choice.reason
        if wait_to_order(day, walker, at, reason):
            return
        give_up(day, walker, reason)
        at, more = next_errand(day, walker, at)


@inner
def choose_well(day: Day, walker: int, at: Position) -> tuple[Choice, Position]:
    """The choice for a walker's errand, and where it is made.

    A chain never costs an errand: where it may be to blame, the walker goes home and sets out for it anew.
    """
    who = day.state.walkers[walker]
    held, reason = held_to(day, who.errand)
    if reason != Reason.NONE.value:
        return Choice(NO_ROW, 0.0, 0.0, np.int64(reason), False), at
    choice = choose(day, walker, held, at)
    if choice.offer == NO_ROW and choice.is_chained and who.attempts == 0:
        home_s = go_home(day, walker, at)
        at = Position(HOME, 0.0, max(home_s, day.demand.errands[who.errand].wanted_s))
        choice = choose(day, walker, held, at)
    return choice, at


@inner
def held_to(day: Day, row: int) -> tuple[int, int]:
    """The one outlet to which an errand is held, or NO_ROW; and why it may go nowhere at all."""
    errand = day.demand.errands[row]
    if errand.follows >= 0:
        followed = day.diary[errand.follows]
        return followed.outlet, followed.reason
    return errand.place, errand.refused


@inner
def walk_to(day: Day, walker: int, at: Position, choice: Choice) -> None:
    """Let a walker set out for the outlet of an offer; the next event is the arrival."""
    who, state = day.state.walkers[walker], day.state
    arrive_s = write_leg(day, walker, at, who.errand, day.supply.offers[choice.offer].outlet, choice.metres)
    who.walked_m += choice.metres
    who.offer, who.here_m, who.depart_s, who.arrive_s = choice.offer, choice.home_m, at.time_s, arrive_s
    state.counts[EVENTS] = push(state.heap_s, state.heap_walker, state.counts[EVENTS], arrive_s, walker)


@inner
def go_home(day: Day, walker: int, at: Position) -> float:
    """Let a walker go home from an outlet; returns when they are there."""
    arrive_s = write_leg(day, walker, at, NO_ROW, HOME, at.home_m)
    day.state.walkers[walker].home_s = arrive_s
    return arrive_s


@inner
def write_leg(day: Day, walker: int, at: Position, errand: int, to: int, metres: float) -> float:
    """Write a walk down, from a position to an outlet for an errand, or HOME; returns when it ends."""
    who = day.state.walkers[walker]
    arrive_s = at.time_s + metres / day.demand.tours[who.tour].speed_m_s
    who.leg = day.state.counts[LEGS]
    day.state.counts[LEGS] += 1
    leg = day.legs[who.leg]
    leg.walker, leg.errand, leg.tour, leg.outlet = walker, errand, who.tour, to
    leg.from_node, leg.to_node = node_of(day, walker, at.here), node_of(day, walker, to)
    leg.depart_s, leg.arrive_s, leg.metres, leg.ended = at.time_s, arrive_s, metres, Reason.NONE.value
    return arrive_s


@inner
def wait_to_order(day: Day, walker: int, at: Position, reason: int) -> bool:
    """Have the walker order the errand at this moment, if somebody brings such things to this resident.

    `reason` is why nobody walks for it.
    """
    who, state = day.state.walkers[walker], day.state
    errand = day.demand.errands[who.errand]
    need = day.supply.needs[errand.need]
    may_order = day.demand.residents[errand.resident].housebound or errand.age >= need.order_age
    if not need.at_home or not may_order or errand.follows >= 0:
        return False
    who.failed, who.offer, who.here, who.here_m = reason, BY_ORDER, at.here, at.home_m
    who.depart_s = who.arrive_s = at.time_s
    state.counts[EVENTS] = push(state.heap_s, state.heap_walker, state.counts[EVENTS], at.time_s, walker)
    return True


@inner
def give_up(day: Day, walker: int, reason: int) -> None:
    """The walker's errand is unmet, for this reason."""
    who = day.state.walkers[walker]
    page = day.diary[who.errand]
    page.outcome, page.reason, page.attempts, page.walk_m = Outcome.UNMET.value, reason, who.attempts, who.walked_m


@inner
def next_errand(day: Day, walker: int, at: Position) -> tuple[Position, bool]:
    """Turn to the walker's next errand: of this tour from here, or of the next tour from home; False where there is
    none.
    """
    who, resident = day.state.walkers[walker], day.demand.residents[walker]
    who.walked_m = 0.0
    who.attempts = 0
    who.errand += 1
    if who.errand < day.demand.tours[who.tour].end:
        return at, True
    home_s = at.time_s
    if at.here != HOME:
        home_s = go_home(day, walker, at)
    if who.tour + 1 == resident.tour_end:
        who.errand = NO_ROW
        who.depart_s = who.arrive_s = np.inf
        return Position(HOME, 0.0, home_s), False
    who.tour += 1
    return Position(HOME, 0.0, max(home_s, day.demand.errands[who.errand].wanted_s)), True
