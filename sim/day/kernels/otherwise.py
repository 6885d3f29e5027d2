"""Otherwise than on foot: what is put off, handed on, ridden, had beyond the place, or given up."""

from __future__ import annotations

import numpy as np

from sim.clock_times import DAY_S
from sim.day.kernels.choice import choose
from sim.day.kernels.later import comes_back_s, is_away, may_come_back, put_on_list
from sim.day.kernels.pace import accepted_m, can_ride, is_bad, pace_of, riding_pace, take_pace
from sim.day.kernels.state import HOME, NO_ROW, Loop, Whereabouts
from sim.day.kernels.walker import expect, give_up, go_home, held_to, next_errand, walk_to, write_leg
from sim.kernels import inner
from sim.people import ADULT
from sim.randomness import BEYOND, HELPING, uniform
from sim.record.outcomes import Outcome, Reason

# Instead of the offer to which somebody walks: they are home again from behind a rider, and turn to their next errand,
# or first have this one beyond the place.
BROUGHT_HOME, BROUGHT_BACK = np.int32(-2), np.int32(-3)


@inner
def descend(loop: Loop, walker: int, at: Whereabouts, reason: int) -> tuple[Whereabouts, bool]:
    """See to an errand of which nothing is had on foot: later, by another member, by ride, beyond the place, or never.

    Returns where the walker is then, and whether they go on with another errand.
    """
    who = loop.state.walkers[walker]
    row = who.errand
    loop.diary[row].on_foot = reason
    if loop.demand.errands[row].refused == Reason.NONE.value:
        if put_off(loop, walker, row, at.time_s, reason):
            return next_errand(loop, walker, at)
        if reason == Reason.TOO_FAR.value and who.attempts == 0 and hand_on(loop, walker, row, at.time_s):
            return next_errand(loop, walker, at)
        rider = rider_of(loop, walker, row, at.time_s)
        if rider != NO_ROW and ride_to(loop, walker, rider, at):
            return at, False
    return have_beyond(loop, walker, at)


@inner
def put_off(loop: Loop, walker: int, row: int, time_s: float, reason: int) -> bool:
    """Put an errand off to another hour, where that may help: False where it may not, or does not come back.

    What would come back after the last day is unmet, and cut off.
    """
    if not may_come_back(reason):
        return False
    due_s, page = comes_back_s(loop, walker, row, time_s), loop.diary[row]
    if due_s == np.inf:
        return False
    if due_s < loop.rules.end_s:
        page.tries += 1
        put_on_list(loop, walker, row, due_s)
    else:
        page.cut_off = True
        give_up(loop, walker, page.on_foot)
    return True


@inner
def order_again(loop: Loop, resident: int, row: int, time_s: float, reason: int) -> bool:
    """Put an order of the housebound off, as `put_off` does an errand."""
    if not may_come_back(reason):
        return False
    due_s, page = comes_back_s(loop, NO_ROW, row, time_s), loop.diary[row]
    if due_s == np.inf:
        return False
    if due_s < loop.rules.end_s:
        page.tries += 1
        put_on_list(loop, resident, row, due_s)
    else:
        page.cut_off, page.outcome, page.reason = True, Outcome.UNMET.value, reason
    return True


@inner
def hand_on(loop: Loop, walker: int, row: int, time_s: float) -> bool:
    """Hand an errand on to the member of the household who can go first and farthest; False where nobody does.

    `walker` is NO_ROW where nobody walks for it.
    """
    demand, errand, page = loop.demand, loop.demand.errands[row], loop.diary[row]
    want = demand.wants[errand.need]
    if not want.by_proxy or page.handed:
        return False
    longest_m = 0.0
    if walker != NO_ROW:
        longest_m = accepted_m(loop, walker, errand.need, demand.residents[walker].speed_m_s)
    best, best_s, best_m = NO_ROW, np.inf, 0.0
    household = demand.residents[errand.resident]
    for row_of_member in range(household.kin, household.kin_end):
        member = np.int32(row_of_member)
        one = demand.residents[member]
        if member == walker or member == errand.resident or one.help_share <= 0.0:
            continue
        if uniform(loop.rules.seed, HELPING, member, want.key, 0) >= one.help_share:
            continue
        metres, free_s = accepted_m(loop, member, errand.need, one.speed_m_s), time_s
        if metres <= longest_m:
            continue
        if is_away(loop, member, time_s):
            free_s = np.floor(time_s / DAY_S) * DAY_S + loop.rules.away_until_s
        if free_s < best_s or (free_s == best_s and metres > best_m):
            best, best_s, best_m = member, free_s, metres
    if best == NO_ROW:
        return False
    page.handed = True
    put_on_list(loop, best, row, best_s)
    return True


@inner
def rider_of(loop: Loop, walker: int, row: int, time_s: float) -> int:
    """The one who rides for an errand: the walker, or for a child who goes alone their carer; NO_ROW where nobody."""
    errand = loop.demand.errands[row]
    if errand.place < 0 and is_bad(loop, time_s):
        return NO_ROW
    demand, seed = loop.demand, loop.rules.seed
    if can_ride(demand, seed, walker, errand.need):
        return walker
    carer = demand.residents[errand.resident].carer
    if walker != errand.resident or errand.age >= ADULT or carer < 0 or not can_ride(demand, seed, carer, errand.need):
        return NO_ROW
    other = loop.state.walkers[carer]
    is_free = other.errand == NO_ROW and other.free_s <= time_s
    return carer if is_free and not is_away(loop, carer, time_s) else NO_ROW


@inner
def ride_to(loop: Loop, walker: int, rider: int, at: Whereabouts) -> bool:
    """Have a rider set out from home for the walker's errand, who goes there first; False where no ride will do."""
    who, other = loop.state.walkers[walker], loop.state.walkers[rider]
    row = who.errand
    page, walks, attempts, walked_m = loop.diary[row], pace_of(loop, rider), other.attempts, other.walked_m
    home_s = at.time_s
    if at.here != HOME:
        home_s += at.home_m / who.speed_m_s
    home, held = Whereabouts(HOME, 0.0, home_s), held_to(loop, row)[0]
    take_pace(loop, rider, riding_pace(loop, rider))
    other.errand, other.attempts, other.walked_m = row, 0, 0.0
    other.limit_m = loop.demand.wants[loop.demand.errands[row].need].ride_s * loop.rules.ride_m_s
    choice = choose(loop, rider, held, home)
    if choice.offer == NO_ROW or rider != walker or at.here != HOME:
        take_pace(loop, rider, walks)
    if choice.offer == NO_ROW:
        other.attempts, other.walked_m = attempts, walked_m
        if rider != walker:
            other.errand = NO_ROW
        return False
    if at.here != HOME:
        go_home(loop, walker, at)
    take_pace(loop, rider, riding_pace(loop, rider))
    if rider != walker:
        page.behind, other.is_due, other.on_tour = True, True, NO_ROW
    page.set_out_s, page.speed_m_s, page.walker = home_s, other.speed_m_s, rider
    walk_to(loop, rider, home, choice)
    return True


@inner
def ride_home(loop: Loop, rider: int, at: Whereabouts, reason: int, time_s: float) -> tuple[Whereabouts, bool]:
    """Ride home from an outlet, served or turned away at `time_s` for a reason; go on with the next errand there."""
    row = loop.state.walkers[rider].errand
    page, child = loop.diary[row], loop.demand.errands[row].resident
    home = Whereabouts(HOME, 0.0, go_home(loop, rider, at))
    if reason == Reason.NONE.value:
        if page.behind:
            put_on_list(loop, rider, row, page.end_s)
        return next_errand(loop, rider, home)
    if page.behind:
        page.behind = False
        loop.state.walkers[child].attempts, loop.state.walkers[child].walked_m = 1, loop.state.walkers[rider].walked_m
        again = put_off(loop, child, row, time_s, reason)
        be_brought(loop, child, home.time_s, BROUGHT_HOME if again else BROUGHT_BACK)
        return next_errand(loop, rider, home)
    if loop.demand.errands[row].follows >= 0:  # those whom they were to fetch are nowhere else
        give_up(loop, rider, reason)
        return next_errand(loop, rider, home)
    if put_off(loop, rider, row, time_s, reason):
        return next_errand(loop, rider, home)
    return have_beyond(loop, rider, home)


@inner
def be_brought(loop: Loop, child: int, time_s: float, then: int) -> None:
    """Have a child who sat behind be home at a time, and go on from there."""
    who = loop.state.walkers[child]
    who.offer, who.depart_s, who.arrive_s = then, time_s, time_s
    expect(loop, child, time_s)


@inner
def fetch_by_ride(loop: Loop, rider: int, at: Whereabouts) -> tuple[Whereabouts, bool]:
    """Ride to where a child was left, and home with it."""
    row = loop.state.walkers[rider].errand
    page = loop.diary[row]
    take_pace(loop, rider, riding_pace(loop, rider))
    there_s = write_leg(loop, rider, at, NO_ROW, page.outlet, page.walk_m)
    home_s = go_home(loop, rider, Whereabouts(page.outlet, page.walk_m, there_s))
    be_brought(loop, loop.demand.errands[row].resident, home_s, BROUGHT_HOME)
    return next_errand(loop, rider, Whereabouts(HOME, 0.0, home_s))


@inner
def is_had_beyond(loop: Loop, walker: int, row: int) -> bool:
    """Whether the resident whose errand it is has such things beyond the place."""
    demand, errand = loop.demand, loop.demand.errands[row]
    want, share = demand.wants[errand.need], demand.beyond_share[errand.need, errand.age]
    if demand.residents[errand.resident].owns_car:
        share = max(share, want.car_share)
    goes = not demand.residents[walker].housebound
    return goes and share > 0.0 and uniform(loop.rules.seed, BEYOND, errand.resident, want.key, 0) < share


@inner
def have_beyond(loop: Loop, walker: int, at: Whereabouts) -> tuple[Whereabouts, bool]:
    """Have the walker's errand beyond the place, or give it up; go on with the next one."""
    row = loop.state.walkers[walker].errand
    if not is_had_beyond(loop, walker, row):
        give_up(loop, walker, loop.diary[row].on_foot)
        return next_errand(loop, walker, at)
    return go_beyond(loop, walker, at)


@inner
def go_beyond(loop: Loop, walker: int, at: Whereabouts) -> tuple[Whereabouts, bool]:
    """Go beyond the place for the walker's errand, from home, and come home again."""
    who = loop.state.walkers[walker]
    page, errand = loop.diary[who.errand], loop.demand.errands[who.errand]
    want = loop.demand.wants[errand.need]
    home_s = at.time_s if at.here == HOME else go_home(loop, walker, at)
    page.outcome, page.walker, page.attempts, page.walk_m = Outcome.MET_BEYOND.value, walker, 0, want.beyond_m
    page.speed_m_s = want.beyond_m / want.beyond_s
    page.set_out_s, page.service_s = home_s, 0.0
    page.arrive_s = page.start_s = home_s + want.beyond_s
    page.end_s = page.start_s + errand.stay_s
    return next_errand(loop, walker, Whereabouts(HOME, 0.0, page.end_s + want.beyond_s))
