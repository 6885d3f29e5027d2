"""The event loop: residents choose, walk, wait, are served, try again and go home, in one total order of time.

An event is an arrival at an outlet, ordered by (time, walker). Everything that follows from it is settled at
once: with first come, first served, the moment at which a server is free is known on arrival, and a choice
looks at distances, hours and tastes, never at queues. So each walker has at most one event to come, and the
loop is a heap of walkers.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from sim.columns import Codes, Floats, Ints
from sim.day.outcome import Outcome, Reason
from sim.day.supply import Demand, Rules, Supply
from sim.place.walks import pop, push
from sim.randomness import KNOWING, PATIENCE, PATIENT, SERVICE, TASTE, uniform

DAY_S: Final = 86_400.0
WEEK_S: Final = 604_800.0
HOME: Final = -1
NOBODY: Final = -1

_MET, _UNMET = int(Outcome.MET_WALK), int(Outcome.UNMET)
_NO_OUTLET, _TOO_FAR, _NOT_ADMITTED = int(Reason.NO_OUTLET), int(Reason.TOO_FAR), int(Reason.NOT_ADMITTED)
_UNKNOWN, _CLOSED, _FULL, _QUEUE = int(Reason.UNKNOWN), int(Reason.CLOSED), int(Reason.FULL), int(Reason.QUEUE)


class State(NamedTuple):
    """Where the day stands.

    The heap (`heap_s`, `heap_walker`, size in `counts[0]`; `counts[1]` legs written). Walker: `errand` on the
    way or -1, `tour`, `offer` walked to, `closes_s` when that closes, `at` outlet where they were last or -1,
    `end_s` when they left it, `home_s` when they were home, `depart_s`, `arrive_s`, `leg` row; `walked_m`,
    `attempts`, `failed` (last reason) for the errand; `tried` (walker, attempt). Server slot: `free_s`. Room
    slot: `leaves_s`. Pool: `served`, on `served_day`.
    """

    heap_s: Floats
    heap_walker: Ints
    counts: Ints
    errand: Ints
    tour: Ints
    offer: Ints
    closes_s: Floats
    at: Ints
    end_s: Floats
    home_s: Floats
    depart_s: Floats
    arrive_s: Floats
    leg: Ints
    walked_m: Floats
    attempts: Codes
    failed: Codes
    tried: Ints
    free_s: Floats
    leaves_s: Floats
    served: Ints
    served_day: Ints


class Diary(NamedTuple):
    """What the loop writes, a row per errand: see `sim.day.record`."""

    outcome: Codes
    reason: Codes
    outlet: Ints
    pool: Ints
    attempts: Codes
    set_out_s: Floats
    arrive_s: Floats
    start_s: Floats
    service_s: Floats
    end_s: Floats
    walk_m: Floats


class Legs(NamedTuple):
    """What the loop writes, a row per walk: `errand` -1 and `outlet` -1 on the way home; `ended` the reason of
    a failed attempt.
    """

    walker: Ints
    errand: Ints
    tour: Ints
    from_node: Ints
    to_node: Ints
    outlet: Ints
    depart_s: Floats
    arrive_s: Floats
    metres: Floats
    ended: Codes


def new_state(n_walkers: int, supply: Supply, rules: Rules) -> State:
    """Everybody at home before the first tour, every server free."""

    def rows(value: float, n: int = n_walkers, dtype: type = np.float64) -> np.ndarray:
        return np.full(n, value, dtype)

    return State(
        heap_s=rows(0.0),
        heap_walker=rows(0, dtype=np.int32),
        counts=np.zeros(2, np.int64),
        errand=rows(NOBODY, dtype=np.int32),
        tour=rows(-1, dtype=np.int32),
        offer=rows(-1, dtype=np.int32),
        closes_s=rows(0.0),
        at=rows(HOME, dtype=np.int32),
        end_s=rows(-np.inf),
        home_s=rows(-np.inf),
        depart_s=rows(np.inf),
        arrive_s=rows(np.inf),
        leg=rows(-1, dtype=np.int64),
        walked_m=rows(0.0),
        attempts=rows(0, dtype=np.int8),
        failed=rows(0, dtype=np.int8),
        tried=np.full((n_walkers, rules.retries + 1), -1, np.int32),
        free_s=rows(-np.inf, int(supply.server_slot[-1])),
        leaves_s=rows(-np.inf, int(supply.room_slot[-1])),
        served=rows(0, len(supply.servers), np.int32),
        served_day=rows(-1, len(supply.servers), np.int32),
    )


def new_diary(n_errands: int) -> Diary:
    """Pages for every errand."""

    def times() -> Floats:
        return np.full(n_errands, np.nan)

    return Diary(
        outcome=np.zeros(n_errands, np.int8),
        reason=np.zeros(n_errands, np.int8),
        outlet=np.full(n_errands, -1, np.int32),
        pool=np.full(n_errands, -1, np.int32),
        attempts=np.zeros(n_errands, np.int8),
        set_out_s=times(),
        arrive_s=times(),
        start_s=times(),
        service_s=times(),
        end_s=times(),
        walk_m=np.zeros(n_errands),
    )


def new_legs(n: int) -> Legs:
    """Room for `n` walks."""
    whole, times = (lambda: np.empty(n, np.int32)), (lambda: np.empty(n))
    return Legs(
        whole(), whole(), whole(), whole(), whole(), whole(), times(), times(), times(), np.zeros(n, np.int8)
    )  # fmt: skip


@njit(cache=True, nogil=True)
def window_at(supply: Supply, rules: Rules, outlet: int, time_s: float) -> float:
    """When the outlet closes that is open at this time, in seconds; -inf where it is not open."""
    # The start of the week is a whole number of seconds, so that a turn at the very second of closing is seen as one.
    week_s = np.floor((time_s + rules.monday_s) / WEEK_S) * WEEK_S - rules.monday_s
    for w in range(supply.window[outlet], supply.window[outlet + 1]):
        if time_s < week_s + supply.opens_s[w]:
            break
        if time_s < week_s + supply.closes_s[w]:
            return week_s + supply.closes_s[w]
    return -np.inf


@njit(cache=True, nogil=True)
def option_from(supply: Supply, first: int, last: int, outlet: int) -> float:
    """Metres to an outlet among the options first..last, inf where it is not there."""
    while first < last:
        middle = (first + last) >> 1
        there = supply.offer_outlet[supply.option[middle]]
        if there == outlet:
            return supply.option_m[middle]
        if there < outlet:
            first = middle + 1
        else:
            last = middle
    return np.inf


@njit(cache=True, nogil=True)
def home_metres(supply: Supply, demand: Demand, walker: int, walk_class: int, outlet: int, need: int) -> float:
    """Metres between the walker's home and an outlet that serves the need."""
    at = supply.row[walk_class, demand.home[walker]] * (len(supply.of_need) - 1) + need
    return demand.snap_m[walker] + option_from(supply, supply.options[at], supply.options[at + 1], outlet)


class Choice(NamedTuple):
    """An offer (-1 for none), the metres to it, when its outlet closes; else the reason, and whether the chain
    may be to blame.

    It may be (`chained`) where an outlet would do but for the walk from here or the hour: from home, at the
    time wanted, it might.
    """

    offer: int
    metres: float
    closes_s: float
    reason: int
    chained: bool


@njit(cache=True, nogil=True)
def choose(
    supply: Supply, demand: Demand, rules: Rules, state: State, walker: int, errand: int, here: int, here_m: float,
    only: int, time_s: float,
) -> Choice:  # fmt: skip
    """The best outlet for an errand from where the walker stands (`here`, `here_m` metres from home) at this time.

    `only` restricts the choice to one outlet, from which somebody is fetched and which lets them in at any hour. Of
    equal utilities the first outlet row is taken.
    """
    need = demand.need[errand]
    if supply.of_need[need] == supply.of_need[need + 1]:
        return Choice(-1, 0.0, 0.0, _NO_OUTLET, False)
    n_needs = len(supply.of_need) - 1
    tour = state.tour[walker]
    walk_class, speed = demand.walk_class[tour], demand.speed_m_s[tour]
    limit_m = demand.limit_m[errand]
    left_m = limit_m - state.walked_m[walker]
    cost = demand.cost_per_s[walker] / speed
    at_home = supply.row[walk_class, demand.home[walker]] * n_needs + need
    first_here = last_here = 0
    if here != HOME:
        at_here = supply.row[walk_class, supply.node[here]] * n_needs + need
        first_here, last_here = supply.options[at_here], supply.options[at_here + 1]

    best, best_m, best_closes_s, best_utility = -1, 0.0, 0.0, -np.inf
    reason, chained = _TOO_FAR, False
    for k in range(supply.options[at_home], supply.options[at_home + 1]):
        offer = supply.option[k]
        outlet = supply.offer_outlet[offer]
        from_home_m = demand.snap_m[walker] + supply.option_m[k]
        if from_home_m > limit_m or (only >= 0 and outlet != only):
            continue
        if supply.admits[outlet] >= 0 and supply.admits[outlet] != demand.compound[walker]:
            reason = max(reason, _NOT_ADMITTED)
            continue
        if rules.known_share < 1.0 and (
            uniform(rules.seed, KNOWING, walker, supply.key[outlet], 0) >= rules.known_share
        ):
            reason = max(reason, _UNKNOWN)
            continue
        tried = False
        for attempt in range(state.attempts[walker]):
            tried |= state.tried[walker, attempt] == outlet
        if tried:
            continue
        metres = from_home_m
        extra_m = from_home_m
        if here != HOME:
            metres = supply.snap_m[here] + option_from(supply, first_here, last_here, outlet)
            extra_m = metres + from_home_m - here_m
        if metres > left_m:
            chained = here != HOME
            continue
        closes_s = np.inf if only >= 0 else window_at(supply, rules, outlet, time_s + metres / speed)
        if closes_s == -np.inf:
            reason = max(reason, _CLOSED)
            chained = here != HOME
            continue
        taste = -np.log(-np.log(uniform(rules.seed, TASTE, walker, supply.key[outlet], demand.need_key[need])))
        utility = supply.utility[offer] - cost * extra_m + rules.taste_scale * taste
        if utility > best_utility:
            best, best_m, best_closes_s, best_utility = offer, metres, closes_s, utility
    return Choice(best, best_m, best_closes_s, reason, chained)


@njit(cache=True, nogil=True)
def patience_s(rules: Rules, factor: float, errand_key: np.uint64, outlet_key: np.uint64) -> float:
    """The longest wait that is accepted for an errand at an outlet: unlimited for some, else lognormal."""
    if uniform(rules.seed, PATIENT, errand_key, outlet_key, 0) < rules.unlimited_share:
        return np.inf
    radius = np.sqrt(-2.0 * np.log(uniform(rules.seed, PATIENCE, errand_key, outlet_key, 0)))
    normal = radius * np.cos(2.0 * np.pi * uniform(rules.seed, PATIENCE, errand_key, outlet_key, 1))
    return factor * rules.patience_median_s * np.exp(rules.patience_sigma * normal)


@njit(cache=True, nogil=True)
def admit(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Diary, errand: int, offer: int,
    closes_s: float, time_s: float,
) -> int:  # fmt: skip
    """Serve an arrival, or say why not: the reason, or 0 where it is served and written down.

    Who comes to fetch takes no place, so ceilings and room do not concern them.
    """
    outlet, pool = supply.offer_outlet[offer], supply.offer_pool[offer]
    server = -1
    start_s = time_s
    if supply.servers[pool] > 0:
        server = supply.server_slot[pool]
        for slot in range(server + 1, supply.server_slot[pool + 1]):
            if state.free_s[slot] < state.free_s[server]:
                server = slot
        start_s = max(time_s, state.free_s[server])
    if start_s >= closes_s:
        return _CLOSED
    day = int(np.floor(time_s / DAY_S))
    if state.served_day[pool] != day:
        state.served_day[pool] = day
        state.served[pool] = 0
    fetches = demand.follows[errand] >= 0
    if supply.per_day[pool] > 0 and state.served[pool] >= supply.per_day[pool] and not fetches:
        return _FULL
    place = -1
    if supply.room[pool] > 0 and not fetches:
        for slot in range(supply.room_slot[pool], supply.room_slot[pool + 1]):
            if state.leaves_s[slot] <= time_s:
                place = slot
                break
        if place < 0:
            return _FULL
    if start_s > time_s and start_s - time_s > patience_s(
        rules, demand.patience[demand.need[errand]], demand.key[errand], supply.key[outlet]
    ):
        return _QUEUE
    service_s = supply.service_s[offer]
    if not supply.fixed[offer]:
        service_s *= -np.log(uniform(rules.seed, SERVICE, demand.key[errand], supply.key[outlet], 0))
    end_s = start_s + service_s + demand.stay_s[errand]
    if server >= 0:
        state.free_s[server] = start_s + service_s
    if place >= 0:
        state.leaves_s[place] = end_s
    state.served[pool] += not fetches
    diary.pool[errand] = pool
    diary.arrive_s[errand] = time_s
    diary.start_s[errand] = start_s
    diary.service_s[errand] = service_s
    diary.end_s[errand] = end_s
    return 0


@njit(cache=True, nogil=True)
def write_leg(
    legs: Legs, state: State, walker: int, errand: int, from_node: int, to_node: int, outlet: int,
    depart_s: float, arrive_s: float, metres: float,
) -> None:  # fmt: skip
    """Write one walk down."""
    row = state.counts[1]
    legs.walker[row], legs.errand[row], legs.tour[row] = walker, errand, state.tour[walker]
    legs.from_node[row], legs.to_node[row], legs.outlet[row] = from_node, to_node, outlet
    legs.depart_s[row], legs.arrive_s[row], legs.metres[row] = depart_s, arrive_s, metres
    legs.ended[row] = 0
    state.leg[walker] = row
    state.counts[1] = row + 1


@njit(cache=True, nogil=True)
def give_up(state: State, diary: Diary, walker: int, errand: int, reason: int) -> None:
    """The errand is unmet, for this reason."""
    diary.outcome[errand], diary.reason[errand] = _UNMET, reason
    diary.attempts[errand], diary.walk_m[errand] = state.attempts[walker], state.walked_m[walker]


@njit(cache=True, nogil=True)
def go_on(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Diary, legs: Legs, walker: int, here: int,
    here_m: float, time_s: float,
) -> None:  # fmt: skip
    """From `here` at this time, go on with the walker's errand, the next ones, home, and the next tours, up to
    the next walk to an outlet.
    """
    errand = state.errand[walker]
    while True:
        tour = state.tour[walker]
        # A chain never costs an errand: where it may be to blame, the walker goes home and sets out for it anew.
        only, reason = -1, 0
        if demand.follows[errand] >= 0:
            only = diary.outlet[demand.follows[errand]]
            reason = diary.reason[demand.follows[errand]]
        if only >= 0 or demand.follows[errand] < 0:
            choice = choose(supply, demand, rules, state, walker, errand, here, here_m, only, time_s)
            if choice.offer < 0 and choice.chained and state.attempts[walker] == 0:
                arrive_s = time_s + here_m / demand.speed_m_s[tour]
                write_leg(
                    legs, state, walker, NOBODY, supply.node[here], demand.home[walker], -1, time_s, arrive_s, here_m
                )
                here, here_m, time_s = HOME, 0.0, max(arrive_s, demand.wanted_s[errand])
                state.home_s[walker] = arrive_s
                choice = choose(supply, demand, rules, state, walker, errand, here, here_m, only, time_s)
            if choice.offer >= 0:
                outlet = supply.offer_outlet[choice.offer]
                arrive_s = time_s + choice.metres / demand.speed_m_s[tour]
                if state.attempts[walker] == 0:
                    diary.set_out_s[errand] = time_s
                state.walked_m[walker] += choice.metres
                state.offer[walker], state.closes_s[walker] = choice.offer, choice.closes_s
                state.depart_s[walker], state.arrive_s[walker] = time_s, arrive_s
                from_node = demand.home[walker] if here == HOME else supply.node[here]
                write_leg(
                    legs, state, walker, errand, from_node, supply.node[outlet], outlet, time_s, arrive_s,
                    choice.metres,
                )  # fmt: skip
                state.counts[0] = push(state.heap_s, state.heap_walker, state.counts[0], arrive_s, walker)
                return
            reason = choice.reason
        # Nothing (more) to try: the errand is unmet.
        if state.attempts[walker] > 0:
            reason = state.failed[walker]
        else:
            diary.set_out_s[errand] = time_s
        give_up(state, diary, walker, errand, reason)
        here, here_m, time_s, more = next_errand(supply, demand, state, legs, walker, here, here_m, time_s)
        if not more:
            return
        errand = state.errand[walker]


@njit(cache=True, nogil=True)
def next_errand(
    supply: Supply, demand: Demand, state: State, legs: Legs, walker: int, here: int, here_m: float, time_s: float
) -> tuple[int, float, float, bool]:
    """Turn to the walker's next errand: of this tour from here, or of the next tour from home; False where
    there is none.
    """
    tour = state.tour[walker]
    state.walked_m[walker] = 0.0
    state.attempts[walker] = 0
    state.errand[walker] += 1
    if state.errand[walker] < demand.first[tour + 1]:
        return here, here_m, time_s, True
    if here != HOME:
        arrive_s = time_s + here_m / demand.speed_m_s[tour]
        write_leg(legs, state, walker, NOBODY, supply.node[here], demand.home[walker], -1, time_s, arrive_s, here_m)
        time_s = arrive_s
        state.home_s[walker] = arrive_s
    tour += 1
    if tour == demand.of_walker[walker + 1]:
        state.errand[walker] = NOBODY
        state.depart_s[walker] = state.arrive_s[walker] = np.inf
        return HOME, 0.0, time_s, False
    state.tour[walker] = tour
    return HOME, 0.0, max(time_s, demand.wanted_s[demand.first[tour]]), True


@njit(cache=True, nogil=True)
def set_out(supply: Supply, demand: Demand, rules: Rules, state: State, diary: Diary, legs: Legs) -> None:
    """Bring every walker to their first walk."""
    for walker in range(len(demand.home)):
        tour = demand.of_walker[walker]
        if tour < demand.of_walker[walker + 1]:
            errand = demand.first[tour]
            state.tour[walker], state.errand[walker] = tour, errand
            go_on(supply, demand, rules, state, diary, legs, walker, HOME, 0.0, demand.wanted_s[errand])


@njit(cache=True, nogil=True)
def advance(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Diary, legs: Legs, until_s: float
) -> bool:
    """Settle every arrival before `until_s`; False where the pages for legs are full first."""
    while state.counts[0] > 0 and state.heap_s[0] < until_s:
        if state.counts[1] + 3 > len(legs.walker):
            return False
        state.counts[0] = pop(state.heap_s, state.heap_walker, state.counts[0])
        walker = state.heap_walker[state.counts[0]]
        time_s = state.heap_s[state.counts[0]]
        errand, offer = state.errand[walker], state.offer[walker]
        outlet = supply.offer_outlet[offer]
        walk_class = demand.walk_class[state.tour[walker]]
        home_m = home_metres(supply, demand, walker, walk_class, outlet, demand.need[errand])
        reason = admit(supply, demand, rules, state, diary, errand, offer, state.closes_s[walker], time_s)
        legs.ended[state.leg[walker]] = reason
        state.at[walker] = outlet
        if reason == 0:
            time_s = diary.end_s[errand]
            diary.outcome[errand], diary.outlet[errand] = _MET, outlet
            diary.attempts[errand], diary.walk_m[errand] = state.attempts[walker] + 1, state.walked_m[walker]
        else:
            state.tried[walker, state.attempts[walker]] = outlet
            state.attempts[walker] += 1
            state.failed[walker] = reason
        state.end_s[walker] = state.home_s[walker] = time_s
        here, more = outlet, True
        if reason == 0 or state.attempts[walker] > rules.retries:
            if reason != 0:
                give_up(state, diary, walker, errand, reason)
            here, home_m, time_s, more = next_errand(supply, demand, state, legs, walker, here, home_m, time_s)
        if more:
            go_on(supply, demand, rules, state, diary, legs, walker, here, home_m, time_s)
    return True
