"""What is due later: errands that were put off, handed on, or left where somebody is to be fetched by ride."""

from __future__ import annotations

import numpy as np

from sim.clock_times import DAY_S, DAYS_OF_WEEK, HOUR_S, SATURDAY
from sim.day.kernels.heap import push
from sim.day.kernels.state import CALLS, NO_ROW, Loop
from sim.kernels import inner
from sim.randomness import RETURN, uniform
from sim.record.outcomes import Outcome, Reason


@inner
def call_at(loop: Loop, walker: int, time_s: float) -> None:
    """Have somebody look at this time at what is due."""
    state = loop.state
    state.counts[CALLS] = push(state.calls_s, state.calls_walker, state.counts[CALLS], time_s, walker)


@inner
def put_on_list(loop: Loop, walker: int, row: int, due_s: float) -> None:
    """Put an errand on the list of what somebody does later, by time and then by row."""
    state, who = loop.state, loop.state.walkers[walker]
    state.due_s[row] = due_s
    before, after = NO_ROW, who.later
    while after != NO_ROW and (state.due_s[after] < due_s or (state.due_s[after] == due_s and after < row)):
        before, after = after, state.next_due[after]
    state.next_due[row] = after
    if before == NO_ROW:
        who.later = row
    else:
        state.next_due[before] = row
    call_at(loop, walker, due_s)


@inner
def take_from_list(loop: Loop, walker: int) -> int:
    """The first errand of the list, which is taken off it."""
    who = loop.state.walkers[walker]
    row = who.later
    who.later = loop.state.next_due[row]
    return row


@inner
def walks_along(loop: Loop, row: int) -> bool:
    """Whether the resident whose errand it is walks along; nobody does with another member who goes for them."""
    return loop.demand.errands[row].accompanied and not loop.diary[row].handed


@inner
def joins(loop: Loop, row: int) -> bool:
    """Whether what is due later can be done on the way: nobody walks along, and it is not ridden."""
    errand, page = loop.demand.errands[row], loop.diary[row]
    ordered = errand.ordered and not page.handed
    return page.outcome == Outcome.PENDING.value and not walks_along(loop, row) and not errand.ridden and not ordered


@inner
def is_away(loop: Loop, resident: int, time_s: float) -> bool:
    """Whether somebody spends this hour of a weekday elsewhere."""
    rules = loop.rules
    day = np.floor(time_s / DAY_S)
    into_day_s = time_s - day * DAY_S
    away = loop.demand.residents[resident].away and rules.away_from_s <= into_day_s < rules.away_until_s
    return away and (int(day) + int(rules.monday_s / DAY_S)) % DAYS_OF_WEEK < SATURDAY


@inner
def is_elsewhere(loop: Loop, resident: int, time_s: float) -> bool:
    """Whether somebody is away, or where they were brought."""
    one = loop.demand.residents[resident]
    for k in range(one.kept, one.kept_end):
        if loop.demand.kept[k].from_s <= time_s < loop.demand.kept[k].until_s:
            return True
    return is_away(loop, resident, time_s)


@inner
def hour_wanted(loop: Loop, need: int, age: int, weekend: bool, draw: float) -> float:
    """The hour of day at which a need is wanted: a window by its share, then evenly within it."""
    kind = 1 if weekend else 0
    first, end = loop.demand.hours[need, kind, age, 0], loop.demand.hours[need, kind, age, 1]
    at = first
    while at + 1 < end and loop.demand.hour[at + 1].below <= draw:
        at += 1
    window = loop.demand.hour[at]
    return window.from_h + (draw - window.below) / window.share * (window.to_h - window.from_h)


@inner
def comes_back_s(loop: Loop, walker: int, row: int, time_s: float) -> float:
    """When an errand that is given up at a time comes back; inf where it does not. `walker` is -1 for an order."""
    errand, page = loop.demand.errands[row], loop.diary[row]
    want, monday = loop.demand.wants[errand.need], int(loop.rules.monday_s / DAY_S)
    if page.tries >= want.returns:
        return np.inf
    draw = uniform(loop.rules.seed, RETURN, errand.key, page.tries + 1, 0)
    for day in range(int(np.floor(time_s / DAY_S)), errand.day + want.return_days + 1):
        weekday = (day + monday) % DAYS_OF_WEEK
        if not (want.weekdays >> weekday) & 1:
            continue
        due_s = day * DAY_S + hour_wanted(loop, errand.need, errand.age, weekday >= SATURDAY, draw) * HOUR_S
        if due_s <= time_s:
            continue
        if walker >= 0 and is_elsewhere(loop, walker, due_s):
            continue
        if walker >= 0 and walks_along(loop, row) and is_elsewhere(loop, errand.resident, due_s):
            continue
        return due_s
    return np.inf


@inner
def may_come_back(reason: int) -> bool:
    """Whether what stood in the way may be gone at another time."""
    return reason == Reason.CLOSED.value or reason == Reason.FULL.value or reason == Reason.QUEUE.value
