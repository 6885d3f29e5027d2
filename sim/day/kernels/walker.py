"""A walker between two events: from an errand to the next, home, and out again."""

from __future__ import annotations

import numpy as np

from sim.day.kernels.choice import Choice, choose
from sim.day.kernels.heap import push
from sim.day.kernels.later import call_at, joins, take_from_list
from sim.day.kernels.pace import limit_now_m, take_pace_alone, take_pace_of_tour
from sim.day.kernels.state import EVENTS, HOME, LEGS, NO_ROW, NO_WALK, Loop, Whereabouts, node_of
from sim.kernels import hot, inner
from sim.place import WalkClass
from sim.record.outcomes import Outcome, Reason


@hot
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
        wanted_s = home_s if who.is_due else loop.demand.errands[who.errand].wanted_s
        at = Whereabouts(HOME, 0.0, max(home_s, wanted_s))
        choice = choose(loop, walker, held, at)
    return choice, at


@hot
def held_to(loop: Loop, row: int) -> tuple[int, int]:
    """The one outlet to which an errand is held, or NO_ROW; and why it may go nowhere at all.

    Nobody is fetched where they were not brought by then.
    """
    errand = loop.demand.errands[row]
    if errand.follows >= 0:
        followed = loop.diary[errand.follows]
        if followed.outcome == Outcome.PENDING.value:
            return followed.outlet, followed.on_foot
        return followed.outlet, followed.reason
    return errand.place, errand.refused


@hot
def walk_to(loop: Loop, walker: int, at: Whereabouts, choice: Choice) -> None:
    """Let somebody set out for the outlet of an offer; the next event is the arrival."""
    who, outlet = loop.state.walkers[walker], loop.supply.offers[choice.offer].outlet
    arrive_s = write_leg(loop, walker, at, who.errand, outlet, choice.metres)
    who.walked_m += choice.metres
    who.offer, who.here_m, who.depart_s, who.arrive_s = choice.offer, choice.home_m, at.time_s, arrive_s
    expect(loop, walker, arrive_s)


@hot
def expect(loop: Loop, walker: int, time_s: float) -> None:
    """Put the next event of a walker in the order of events."""
    state = loop.state
    state.counts[EVENTS] = push(state.heap_s, state.heap_walker, state.counts[EVENTS], time_s, walker)


@hot
def go_home(loop: Loop, walker: int, at: Whereabouts) -> float:
    """Let a walker go home from an outlet; returns when they are there."""
    arrive_s = write_leg(loop, walker, at, NO_ROW, HOME, at.home_m)
    loop.state.walkers[walker].home_s = arrive_s
    return arrive_s


@hot
def write_leg(loop: Loop, walker: int, at: Whereabouts, errand: int, to: int, metres: float) -> float:
    """Write a way down, from a position to an outlet for an errand, or HOME; returns when it ends."""
    who = loop.state.walkers[walker]
    arrive_s = at.time_s + metres / who.speed_m_s
    who.leg = loop.state.counts[LEGS]
    loop.state.counts[LEGS] += 1
    leg = loop.legs[who.leg]
    apart = who.walk_class == WalkClass.RIDE.value or (who.is_due and errand != NO_ROW)
    leg.walker, leg.errand, leg.tour, leg.outlet = walker, errand, NO_ROW if apart else who.on_tour, to
    leg.from_node, leg.to_node = node_of(loop, walker, at.here), node_of(loop, walker, to)
    leg.depart_s, leg.arrive_s, leg.metres, leg.ended = at.time_s, arrive_s, metres, Reason.NONE.value
    leg.walk_class = who.walk_class
    return arrive_s


@hot
def stop(loop: Loop, walker: int, at: Whereabouts, reason: int) -> tuple[Whereabouts, bool]:
    """Nothing (more) is had on foot, for this reason: give the errand up, and turn to the next one.

    Where it may be met otherwise, that is seen to at this moment, as an event of the walker: those who are out have
    then come home, and queues are what they are.
    """
    who, errand = loop.state.walkers[walker], loop.demand.errands[loop.state.walkers[walker].errand]
    if errand.follows >= 0 or not (loop.rules.otherwise or may_order(loop, who.errand)):
        give_up(loop, walker, reason)
        return next_errand(loop, walker, at)
    who.failed, who.offer, who.here, who.here_m = reason, NO_WALK, at.here, at.home_m
    who.depart_s = who.arrive_s = at.time_s
    expect(loop, walker, at.time_s)
    return at, False


@hot
def may_order(loop: Loop, row: int) -> bool:
    """Whether somebody brings such things to the resident whose errand it is."""
    errand = loop.demand.errands[row]
    need = loop.supply.needs[errand.need]
    mine = loop.demand.residents[errand.resident].housebound or errand.age >= need.order_age
    return need.at_home and mine and not errand.ridden


@hot
def give_up(loop: Loop, walker: int, reason: int) -> None:
    """The walker's errand is unmet, for this reason."""
    who = loop.state.walkers[walker]
    page = loop.diary[who.errand]
    page.outcome, page.reason, page.attempts, page.walk_m = Outcome.UNMET.value, reason, who.attempts, who.walked_m
    page.on_foot = reason


@hot
def next_errand(loop: Loop, walker: int, at: Whereabouts) -> tuple[Whereabouts, bool]:
    """Turn to the walker's next errand: of this tour from here, what is due and can be done on the way, or home.

    False where nothing is to be done at once.
    """
    who, tours = loop.state.walkers[walker], loop.demand.tours
    who.walked_m = 0.0
    who.attempts = 0
    if not who.is_due:
        who.errand += 1
        if who.errand < tours[who.tour].end:
            if who.walk_class == WalkClass.RIDE.value:
                take_pace_of_tour(loop, walker, who.tour)
            who.limit_m = loop.demand.errands[who.errand].limit_m
            return at, True
        who.tour += 1
    if at.here == HOME:
        return at_home(loop, walker, at.time_s)
    row = who.later
    on_foot = who.walk_class != WalkClass.CYCLE.value
    if row != NO_ROW and on_foot and loop.state.due_s[row] <= at.time_s and joins(loop, row):
        begin_due(loop, walker)
        who.limit_m = limit_now_m(loop, walker, row)
        return at, True
    return at_home(loop, walker, go_home(loop, walker, at))


@hot
def at_home(loop: Loop, walker: int, home_s: float) -> tuple[Whereabouts, bool]:
    """Be home at a time, with no errand under way.

    Where nothing is ever met otherwise, the next tour is begun at once, at its own time, since nothing that happens
    until then has a say in it. Else everybody is free to be called on until then.
    """
    who, at = loop.state.walkers[walker], Whereabouts(HOME, 0.0, home_s)
    who.errand, who.free_s = NO_ROW, home_s
    if loop.rules.otherwise:
        if next_s(loop, walker) <= home_s:
            call_at(loop, walker, home_s)
    elif who.tour < loop.demand.residents[walker].tour_end:
        begin_tour(loop, walker)
        return Whereabouts(HOME, 0.0, max(home_s, loop.demand.errands[who.errand].wanted_s)), True
    who.depart_s = who.arrive_s = np.inf
    return at, False


@hot
def next_s(loop: Loop, walker: int) -> float:
    """When the next thing is to be begun from home; inf where there is none."""
    return min(tour_s(loop, walker), due_next_s(loop, walker))


@hot
def tour_s(loop: Loop, walker: int) -> float:
    """When the next planned tour is wanted; inf where there is none."""
    row = loop.state.walkers[walker].tour
    if row >= loop.demand.residents[walker].tour_end:
        return np.inf
    return loop.demand.errands[loop.demand.tours[row].first].wanted_s


@hot
def due_next_s(loop: Loop, walker: int) -> float:
    """When the first errand of the list is due; inf where there is none."""
    row = loop.state.walkers[walker].later
    return np.inf if row == NO_ROW else loop.state.due_s[row]


@hot
def begin_tour(loop: Loop, walker: int) -> None:
    """Turn to the first errand of the next planned tour."""
    who = loop.state.walkers[walker]
    who.errand, who.on_tour, who.is_due = loop.demand.tours[who.tour].first, who.tour, False
    who.limit_m = loop.demand.errands[who.errand].limit_m
    take_pace_of_tour(loop, walker, who.tour)


@inner
def begin_due(loop: Loop, walker: int) -> int:
    """Turn to the first errand of the list."""
    who = loop.state.walkers[walker]
    who.errand, who.is_due = take_from_list(loop, walker), True
    return who.errand


@inner
def begin_due_from_home(loop: Loop, walker: int) -> None:
    """Turn to the first errand of the list, on a tour of its own."""
    who = loop.state.walkers[walker]
    row = begin_due(loop, walker)
    who.on_tour = NO_ROW
    take_pace_alone(loop, walker, row, loop.state.due_s[row])
    who.limit_m = limit_now_m(loop, walker, row)
