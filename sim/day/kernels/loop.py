"""The event loop: residents choose, walk, wait, are served, try again and go home, in one total order of time.

An event is an arrival at an outlet, ordered by (time, walker). Everything that follows from it is settled at
once: with first come, first served, the moment at which a server is free is known on arrival, and a choice
looks at distances, hours and tastes, never at queues. So each walker has at most one event to come, and the
loop is a heap of walkers. Orders of the housebound are known beforehand, with their times: a list beside the heap. Who
finds nothing on foot and may order it to the home has, instead of an arrival, the moment of ordering as their event.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sim.columns import Floats, Ints, Rows
from sim.day.supply import Demand, Rules, Supply
from sim.kernels import inlined, is_compiled, kernel
from sim.outlets import admits
from sim.place import WalkClass
from sim.place.walks import pop, push
from sim.randomness import (
    ASSORTMENT,
    KNOWING,
    PATIENCE,
    PATIENT,
    REGISTERED,
    SERVICE,
    TASTE,
    key_of,
    key_on,
    uniform,
    unit,
)
from sim.record.outcomes import Outcome, Reason

DAY_S: Final = 86_400.0
WEEK_S: Final = 604_800.0
# Rows are 32 bits wide wherever they are handed on, so that each kernel is compiled for one kind of number only.
HOME: Final[Any] = np.int32(-1)
NOBODY: Final[Any] = np.int32(-1)
PLAIN: Final = 0  # terms of an offer for everybody, at any hour, of everything
ORDER: Final = -1  # instead of the offer walked to: an order to the home
# The highest Gumbel number of each of 256 equal parts of the draws, a nudge above what rounding may do; nothing bounds
# the last.
PARTS: Final = 256
AT_MOST: Final = np.append(-np.log(-np.log(np.arange(1, PARTS) / PARTS)) + 1e-9, [np.inf, np.inf])

_ABLE = int(WalkClass.ABLE)
_MET, _UNMET = int(Outcome.MET_WALK), int(Outcome.UNMET)
_NO_OUTLET, _TOO_FAR, _LIMITED = int(Reason.NO_OUTLET), int(Reason.TOO_FAR), int(Reason.LIMITED)
_NOT_ADMITTED, _UNKNOWN, _CLOSED = int(Reason.NOT_ADMITTED), int(Reason.UNKNOWN), int(Reason.CLOSED)
_FULL, _QUEUE, _CANNOT_WALK = int(Reason.FULL), int(Reason.QUEUE), int(Reason.CANNOT_WALK)

WALKER: Final = np.dtype(
    [
        ("closes_s", np.float64),  # when the outlet walked to closes
        ("end_s", np.float64),  # when they left the outlet where they were last
        ("home_s", np.float64),  # when they were home
        ("depart_s", np.float64),
        ("arrive_s", np.float64),
        ("here_m", np.float64),  # from home: of the outlet walked to, or where they are about to order
        ("walked_m", np.float64),  # for the errand
        ("leg", np.int64),
        ("errand", np.int32),  # on the way, or -1
        ("tour", np.int32),
        ("offer", np.int32),  # walked to, or ORDER
        ("at", np.int32),  # outlet where they were last, or -1
        ("here", np.int32),  # outlet or HOME, where they are about to order
        ("attempts", np.int8),
        ("failed", np.int8),  # reason of the last attempt
    ]
)
SERVED: Final = np.dtype([("day", np.int32), ("people", np.int32)])
DIARY: Final = np.dtype(
    [
        ("set_out_s", np.float64),
        ("arrive_s", np.float64),
        ("start_s", np.float64),
        ("service_s", np.float64),
        ("end_s", np.float64),
        ("walk_m", np.float64),
        ("outlet", np.int32),
        ("pool", np.int32),
        ("outcome", np.int8),
        ("reason", np.int8),
        ("attempts", np.int8),
    ]
)
LEG: Final = np.dtype(
    [
        ("depart_s", np.float64),
        ("arrive_s", np.float64),
        ("metres", np.float64),
        ("walker", np.int32),
        ("errand", np.int32),  # -1 on the way home
        ("tour", np.int32),
        ("from_node", np.int32),
        ("to_node", np.int32),
        ("outlet", np.int32),  # -1 on the way home
        ("ended", np.int8),  # the reason of a failed attempt
    ]
)


class State(NamedTuple):
    """Where the day stands.

    The heap (`heap_s`, `heap_walker`, size in `counts[0]`; `counts[1]` legs written, `counts[2]` orders of the
    housebound settled); `walkers`; `tried` (walker, attempt) outlets; `free_s` of each server slot, `leaves_s` of each
    room slot; people `served` by each pool on which day.
    """

    heap_s: Floats
    heap_walker: Ints
    counts: Ints
    walkers: Rows
    tried: Ints
    free_s: Floats
    leaves_s: Floats
    served: Rows


def new_state(n_walkers: int, supply: Supply, rules: Rules) -> State:
    """Everybody at home before the first tour, every server free."""
    walkers = np.zeros(n_walkers, WALKER)
    for name in ("end_s", "home_s"):
        walkers[name] = -np.inf
    for name in ("depart_s", "arrive_s"):
        walkers[name] = np.inf
    for name in ("errand", "tour", "offer", "at", "here", "leg"):
        walkers[name] = -1
    served = np.zeros(len(supply.pools), SERVED)
    served["day"] = -1
    return State(
        heap_s=np.zeros(n_walkers),
        heap_walker=np.zeros(n_walkers, np.int32),
        counts=np.zeros(3, np.int64),
        walkers=walkers,
        tried=np.full((n_walkers, rules.retries + 1), -1, np.int32),
        free_s=np.full(supply.pools["servers"].sum(), -np.inf),
        leaves_s=np.full(supply.pools["room"].sum(), -np.inf),
        served=served,
    )


def new_diary(n_errands: int) -> Rows:
    """Pages for every errand: see `sim.record.schema`."""
    diary = np.zeros(n_errands, DIARY)
    for name in ("set_out_s", "arrive_s", "start_s", "service_s", "end_s"):
        diary[name] = np.nan
    diary["outlet"] = diary["pool"] = -1
    return diary


@kernel
def window_at(outlet: Any, windows: Rows, rules: Rules, time_s: float) -> float:
    """When the outlet closes that is open at this time, in seconds; -inf where it is not open."""
    # The start of the week is a whole number of seconds, so that a turn at the very second of closing is seen as one.
    week = np.floor((time_s + rules.monday_s) / WEEK_S)
    week_s = week * WEEK_S - rules.monday_s
    if outlet.every_weeks > 1 and (int(week) - rules.first_week - outlet.in_week) % outlet.every_weeks != 0:
        return -np.inf
    for w in range(outlet.window, outlet.window_end):
        if time_s < week_s + windows[w].opens_s:
            break
        if time_s < week_s + windows[w].closes_s:
            return week_s + windows[w].closes_s
    return -np.inf


@kernel
def kept_for_others(terms: Any, reserved: Rows, rules: Rules, age: int, time_s: float) -> bool:
    """Whether the hour is reserved for those who are older."""
    if age >= terms.reserved_age:
        return False
    into_week_s = (time_s + rules.monday_s) % WEEK_S
    for w in range(terms.reserved, terms.reserved_end):
        if reserved[w].opens_s <= into_week_s < reserved[w].closes_s:
            return True
    return False


@kernel
def lacks(terms: Any, errand: Any, seed: int) -> bool:
    """Whether an assortment lacks what the errand asks for; what was ordered ahead is there, if it can be picked up."""
    if terms.share >= 1.0 or (errand.ahead and terms.pickup_s >= 0):
        return False
    return uniform(seed, ASSORTMENT, errand.key, 0, 0) >= terms.share


@kernel
def knows(share: float, familiar_m: float, home_m: float, seed: int, resident: int, outlet: np.uint64) -> bool:
    """Whether a resident has heard of an outlet: the nearer to home, the likelier."""
    if share >= 1.0:
        return True
    if familiar_m > 0:
        share += (1.0 - share) * np.exp(-home_m / familiar_m)
    return uniform(seed, KNOWING, resident, outlet, 0) < share


@inlined
def gumbel(draw: float) -> float:
    """A Gumbel number of one drawn evenly: what a resident feels for an outlet, in units of `taste_scale`."""
    return -np.log(-np.log(draw))


@kernel
def metres_to(offer: int, option: Rows, first: int, last: int) -> float:
    """Metres to an offer among the options first..last, inf where it is not there."""
    for k in range(first, last):
        if option[k].offer == offer:
            return option[k].metres
    return np.inf


class Choice(NamedTuple):
    """An offer (-1 for none), the metres to it and from home, when its outlet closes; else the reason, and whether the
    chain may be to blame.

    It may be (`chained`) where an outlet would do but for the walk from here or the hour: from home, at the
    time wanted, it might.
    """

    offer: int
    metres: float
    home_m: float
    closes_s: float
    reason: int
    chained: bool


@kernel
def choose(
    supply: Supply, demand: Demand, rules: Rules, state: State, walker: int, errand_row: int, here: int, here_m: float,
    only: int, time_s: float,
) -> Choice:  # fmt: skip
    """The best outlet for an errand from where the walker stands (`here`, `here_m` metres from home) at this time.

    `only` restricts the choice to one outlet: from which somebody is fetched, at any hour, or where a place is held.
    However far it is then, it is walked to. Of equal utilities the first outlet row is taken. The outlets around home
    are looked at from the nearest on, up to the limit; once one would do, another is passed over unread where not even
    the highest taste that its draw can mean would make it better.
    """
    errand, resident, tour = (
        demand.errands[errand_row],
        demand.residents[walker],
        demand.tours[state.walkers[walker].tour],
    )
    need = errand.need
    if not supply.needs[need].on_foot:
        return Choice(NOBODY, 0.0, 0.0, 0.0, _NO_OUTLET, False)
    speed, fetches, need_key = tour.speed_m_s, errand.follows >= 0, supply.needs[need].key
    limit_m = np.inf if only >= 0 else errand.limit_m
    left_m = limit_m - state.walkers[walker].walked_m
    cost = resident.cost_per_s / speed
    attempts = state.walkers[walker].attempts
    key = key_of(rules.seed, TASTE, walker)
    at_home = supply.row[tour.walk_class, resident.home] * len(supply.needs) + need
    first_here = last_here = 0
    if here != HOME:
        at_here = supply.row[tour.walk_class, supply.outlets[here].node] * len(supply.needs) + need
        first_here, last_here = supply.options[at_here], supply.options[at_here + 1]

    best, best_outlet = NOBODY, NOBODY
    best_m, best_home_m, best_closes_s, best_utility = 0.0, 0.0, 0.0, -np.inf
    reason, chained = _TOO_FAR, False
    for k in range(supply.options[at_home], supply.options[at_home + 1]):
        offer_row, from_home_m = supply.option[k].offer, tour.snap_m + supply.option[k].metres
        if from_home_m > limit_m:
            break
        offer = supply.offers[offer_row]
        j = offer.outlet
        if only >= 0 and j != only:
            continue
        outlet = supply.outlets[j]
        terms, plain = supply.terms[offer.terms], offer.terms == PLAIN
        if not plain and not terms.walk_in:
            continue
        metres = extra_m = from_home_m
        if here != HOME:
            metres = 0.0
            if supply.outlets[here].door != outlet.door:
                metres = supply.outlets[here].snap_m + metres_to(offer_row, supply.option, first_here, last_here)
            extra_m = metres + from_home_m - here_m
        utility = offer.utility - cost * extra_m
        if not plain:
            utility += supply.prices[offer.terms, errand.age]
        draw = unit(key_on(key, outlet.key, need_key))
        if best >= 0 and utility + rules.taste_scale * AT_MOST[int(draw * PARTS)] < best_utility:
            continue
        if only < 0:
            if not plain and lacks(terms, errand, rules.seed):
                reason = max(reason, _LIMITED)
                continue
            for_me = admits(outlet.admits, resident.compound)
            if not for_me or (not plain and not terms.age_from <= errand.age < terms.age_below):
                reason = max(reason, _NOT_ADMITTED)
                continue
            if not knows(resident.known_share, outlet.familiar_m, from_home_m, rules.seed, walker, outlet.key):
                reason = max(reason, _UNKNOWN)
                continue
        tried = False
        for attempt in range(attempts):
            tried |= state.tried[walker, attempt] == j
        if tried:
            continue
        if metres > left_m or metres == np.inf:
            chained = here != HOME
            continue
        arrive_s = time_s + metres / speed
        closes_s = np.inf if fetches else window_at(outlet, supply.windows, rules, arrive_s)
        kept = not plain and not fetches and kept_for_others(terms, supply.reserved, rules, errand.age, arrive_s)
        if closes_s == -np.inf or kept:
            reason = max(reason, _CLOSED)
            chained = here != HOME
            continue
        utility += rules.taste_scale * gumbel(draw)
        if utility > best_utility or (utility == best_utility and j < best_outlet):
            best, best_m, best_home_m, best_closes_s = offer_row, metres, from_home_m, closes_s
            best_utility, best_outlet = utility, j
    return Choice(best, best_m, best_home_m, best_closes_s, reason, chained)


@kernel
def patience_s(rules: Rules, factor: float, errand_key: np.uint64, outlet_key: np.uint64) -> float:
    """The longest wait that is accepted for an errand at an outlet: unlimited for some, else lognormal."""
    if uniform(rules.seed, PATIENT, errand_key, outlet_key, 0) < rules.unlimited_share:
        return np.inf
    radius = np.sqrt(-2.0 * np.log(uniform(rules.seed, PATIENCE, errand_key, outlet_key, 0)))
    normal = radius * np.cos(2.0 * np.pi * uniform(rules.seed, PATIENCE, errand_key, outlet_key, 1))
    return factor * rules.patience_median_s * np.exp(rules.patience_sigma * normal)


@kernel
def served_today(served: Rows, pool: int, time_s: float) -> int:
    """How many people a pool has served on this day."""
    day = int(np.floor(time_s / DAY_S))
    if served[pool].day != day:
        served[pool].day = day
        served[pool].people = 0
    return served[pool].people


@kernel
def admit(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Rows, errand_row: int, offer_row: int,
    closes_s: float, time_s: float,
) -> int:  # fmt: skip
    """Serve an arrival, or say why not: the reason, or 0 where it is served and written down.

    Who comes to fetch takes no place, so ceilings and room do not concern them. What was ordered ahead is only handed
    over.
    """
    errand, offer = demand.errands[errand_row], supply.offers[offer_row]
    pool, terms, outlet_key = supply.pools[offer.pool], supply.terms[offer.terms], supply.outlets[offer.outlet].key
    server = -1
    start_s = time_s
    if pool.servers > 0:
        server = pool.server_slot
        for slot in range(server + 1, pool.server_slot + pool.servers):
            if state.free_s[slot] < state.free_s[server]:
                server = slot
        start_s = max(time_s, state.free_s[server])
    if start_s >= closes_s:
        return _CLOSED
    people = served_today(state.served, offer.pool, time_s)
    fetches = errand.follows >= 0
    if pool.per_day > 0 and people >= pool.per_day and not fetches:
        return _FULL
    place = -1
    if pool.room > 0 and not fetches:
        for slot in range(pool.room_slot, pool.room_slot + pool.room):
            if state.leaves_s[slot] <= time_s:
                place = slot
                break
        if place < 0:
            return _FULL
    if start_s > time_s:
        patience = supply.needs[errand.need].patience
        if start_s - time_s > patience_s(rules, patience, errand.key, outlet_key):
            return _QUEUE
    service_s, stay_s = offer.service_s, errand.stay_s
    if errand.ahead and terms.pickup_s >= 0:
        service_s, stay_s = terms.pickup_s, 0.0
    elif not offer.fixed:
        service_s *= -np.log(uniform(rules.seed, SERVICE, errand.key, outlet_key, 0))
    end_s = start_s + service_s + stay_s
    if server >= 0:
        state.free_s[server] = start_s + service_s
    if place >= 0:
        state.leaves_s[place] = end_s
    state.served[offer.pool].people += not fetches
    page = diary[errand_row]
    page.outcome, page.outlet, page.pool = _MET, offer.outlet, offer.pool
    page.arrive_s, page.start_s, page.service_s, page.end_s = time_s, start_s, service_s, end_s
    return 0


@kernel
def send(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Rows, errand_row: int, offer_row: int,
    metres: float, housebound: bool, time_s: float,
) -> int:  # fmt: skip
    """Send somebody from an outlet to the home of who orders, or say why not: the reason, or 0 where it is written
    down.

    The server who is free first goes, of equal ones the last; the last `kept` go for the housebound only.
    """
    errand, offer = demand.errands[errand_row], supply.offers[offer_row]
    outlet, pool, terms = supply.outlets[offer.outlet], supply.pools[offer.home_pool], supply.terms[offer.terms]
    first, last = pool.server_slot, pool.server_slot + pool.servers
    if not housebound:
        last -= terms.kept
    if first == last:
        return _QUEUE
    server = last - 1
    for slot in range(last - 2, first - 1, -1):
        if state.free_s[slot] < state.free_s[server]:
            server = slot
    leave_s = max(time_s, state.free_s[server])
    if leave_s >= window_at(outlet, supply.windows, rules, time_s):
        return _CLOSED
    if pool.per_day > 0 and served_today(state.served, offer.home_pool, time_s) >= pool.per_day:
        return _FULL
    walk_s = metres / terms.home_m_s
    if leave_s + walk_s - time_s > terms.within_s:
        return _QUEUE
    door_s = terms.home_s
    if not terms.home_fixed:
        door_s *= -np.log(uniform(rules.seed, SERVICE, errand.key, outlet.key, 1))
    job_s = 2 * walk_s / terms.per_round + door_s
    state.free_s[server] = leave_s + job_s
    served_today(state.served, offer.home_pool, time_s)
    state.served[offer.home_pool].people += 1
    page = diary[errand_row]
    page.outcome, page.reason, page.outlet, page.pool = terms.home, 0, offer.outlet, offer.home_pool
    page.start_s, page.service_s, page.end_s = leave_s + walk_s, job_s, leave_s + walk_s + door_s
    return 0


@kernel
def order(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Rows, errand_row: int, time_s: float
) -> int:  # fmt: skip
    """Order an errand to the home, one outlet after the other: 0 where somebody comes, else the last reason.

    The walk costs the resident nothing, so the outlet that draws most is asked first.
    """
    errand = demand.errands[errand_row]
    need, who = supply.needs[errand.need], demand.residents[errand.resident]
    if not need.at_home:
        return _CANNOT_WALK
    at = supply.row[_ABLE, who.home] * len(supply.needs) + errand.need
    asked = np.full(rules.retries + 1, -1, np.int32)
    failed = 0
    for attempt in range(rules.retries + 1):
        best, best_outlet, best_m, best_utility, reason = NOBODY, NOBODY, 0.0, -np.inf, _TOO_FAR
        for k in range(supply.options[at], supply.options[at + 1]):
            offer_row, metres = supply.option[k].offer, who.door_m + supply.option[k].metres
            offer = supply.offers[offer_row]
            j = offer.outlet
            outlet, terms = supply.outlets[j], supply.terms[offer.terms]
            if terms.home == 0 or metres > terms.radius_m:
                continue
            if lacks(terms, errand, rules.seed):
                reason = max(reason, _LIMITED)
                continue
            for_me = who.housebound or errand.age >= terms.home_age
            for_me &= terms.age_from <= errand.age < terms.age_below
            if not for_me or not admits(outlet.admits, who.compound):
                reason = max(reason, _NOT_ADMITTED)
                continue
            if who.housebound:
                heard_of = uniform(rules.seed, REGISTERED, errand.resident, outlet.key, 0) < terms.registered
            else:
                heard_of = knows(
                    who.known_share, outlet.familiar_m, metres, rules.seed, errand.resident, outlet.key
                )  # fmt: skip
            if not heard_of:
                reason = max(reason, _UNKNOWN)
                continue
            if window_at(outlet, supply.windows, rules, time_s) == -np.inf:
                reason = max(reason, _CLOSED)
                continue
            if (asked == j).any():
                continue
            utility = offer.utility + supply.prices[offer.terms, errand.age]
            draw = uniform(rules.seed, TASTE, errand.resident, outlet.key, need.key)
            utility += rules.taste_scale * gumbel(draw)
            if utility > best_utility or (utility == best_utility and j < best_outlet):
                best, best_m, best_utility, best_outlet = offer_row, metres, utility, j
        if best < 0:
            return failed if failed else reason
        failed = send(supply, demand, rules, state, diary, errand_row, best, best_m, who.housebound, time_s)
        if failed == 0:
            return 0
        asked[attempt] = best_outlet
    return failed


@kernel
def write_leg(
    legs: Rows, state: State, walker: int, errand: int, from_node: int, to_node: int, outlet: int,
    depart_s: float, arrive_s: float, metres: float,
) -> None:  # fmt: skip
    """Write one walk down."""
    row = state.counts[1]
    leg = legs[row]
    leg.walker, leg.errand, leg.tour = walker, errand, state.walkers[walker].tour
    leg.from_node, leg.to_node, leg.outlet = from_node, to_node, outlet
    leg.depart_s, leg.arrive_s, leg.metres, leg.ended = depart_s, arrive_s, metres, 0
    state.walkers[walker].leg = row
    state.counts[1] = row + 1


@kernel
def give_up(state: State, diary: Rows, walker: int, errand: int, reason: int) -> None:
    """The errand is unmet, for this reason."""
    page, who = diary[errand], state.walkers[walker]
    page.outcome, page.reason, page.attempts, page.walk_m = _UNMET, reason, who.attempts, who.walked_m


@kernel
def go_on(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Rows, legs: Rows, walker: int, here: int,
    here_m: float, time_s: float,
) -> None:  # fmt: skip
    """From `here` at this time, go on with the walker's errand, the next ones, home, and the next tours, up to
    the next walk to an outlet.
    """
    who, home = state.walkers[walker], demand.residents[walker].home
    while True:
        row, speed = who.errand, demand.tours[who.tour].speed_m_s
        errand = demand.errands[row]
        only, reason = errand.place, 0
        if errand.follows >= 0:
            only, reason = diary[errand.follows].outlet, diary[errand.follows].reason
        elif only < NOBODY:
            reason = -2 - only
        if reason == 0:
            choice = choose(supply, demand, rules, state, walker, row, here, here_m, only, time_s)
            # A chain never costs an errand: where it may be to blame, the walker goes home and sets out for it anew.
            if choice.offer < 0 and choice.chained and who.attempts == 0:
                arrive_s = time_s + here_m / speed
                write_leg(
                    legs, state, walker, NOBODY, supply.outlets[here].node, home, NOBODY, time_s, arrive_s, here_m
                )
                here, here_m, time_s = HOME, 0.0, max(arrive_s, errand.wanted_s)
                who.home_s = arrive_s
                choice = choose(supply, demand, rules, state, walker, row, here, here_m, only, time_s)
            if choice.offer >= 0:
                outlet = supply.offers[choice.offer].outlet
                arrive_s = time_s + choice.metres / speed
                if who.attempts == 0:
                    diary[row].set_out_s = time_s
                who.walked_m += choice.metres
                who.offer, who.closes_s, who.depart_s, who.arrive_s = choice.offer, choice.closes_s, time_s, arrive_s
                who.here_m = choice.home_m
                from_node = home if here == HOME else supply.outlets[here].node
                to_node = supply.outlets[outlet].node
                write_leg(
                    legs, state, walker, row, from_node, to_node, outlet, time_s, arrive_s, choice.metres
                )  # fmt: skip
                state.counts[0] = push(state.heap_s, state.heap_walker, state.counts[0], arrive_s, walker)
                return
            reason = choice.reason
        # Nothing (more) to try: the errand is unmet, unless it can be ordered to the home.
        if who.attempts > 0:
            reason = who.failed
        else:
            diary[row].set_out_s = time_s
        if wait_to_order(supply, demand, state, walker, reason, here, here_m, time_s):
            return
        give_up(state, diary, walker, row, reason)
        here, here_m, time_s, more = next_errand(supply, demand, state, legs, walker, here, here_m, time_s)
        if not more:
            return


@kernel
def wait_to_order(
    supply: Supply, demand: Demand, state: State, walker: int, reason: int, here: int, here_m: float, time_s: float
) -> bool:  # fmt: skip
    """Have the walker order the errand at this moment, if somebody brings such things to this resident."""
    who = state.walkers[walker]
    errand = demand.errands[who.errand]
    need = supply.needs[errand.need]
    for_me = demand.residents[errand.resident].housebound or errand.age >= need.order_age
    if not need.at_home or not for_me or errand.follows >= 0:
        return False
    who.failed, who.offer, who.here, who.here_m = reason, ORDER, here, here_m
    who.depart_s = who.arrive_s = time_s
    state.counts[0] = push(state.heap_s, state.heap_walker, state.counts[0], time_s, walker)
    return True


@kernel
def next_errand(
    supply: Supply, demand: Demand, state: State, legs: Rows, walker: int, here: int, here_m: float, time_s: float
) -> tuple[int, float, float, bool]:
    """Turn to the walker's next errand: of this tour from here, or of the next tour from home; False where
    there is none.
    """
    who, resident = state.walkers[walker], demand.residents[walker]
    tour = demand.tours[who.tour]
    who.walked_m = 0.0
    who.attempts = 0
    who.errand += 1
    if who.errand < tour.end:
        return here, here_m, time_s, True
    if here != HOME:
        arrive_s = time_s + here_m / tour.speed_m_s
        write_leg(
            legs, state, walker, NOBODY, supply.outlets[here].node, resident.home, NOBODY, time_s, arrive_s, here_m
        )  # fmt: skip
        time_s = arrive_s
        who.home_s = arrive_s
    if who.tour + 1 == resident.tour_end:
        who.errand = NOBODY
        who.depart_s = who.arrive_s = np.inf
        return HOME, 0.0, time_s, False
    who.tour += 1
    return HOME, 0.0, max(time_s, demand.errands[who.errand].wanted_s), True


@kernel
def set_out(supply: Supply, demand: Demand, rules: Rules, state: State, diary: Rows, legs: Rows) -> None:
    """Bring every walker to their first walk."""
    for row in range(len(demand.residents)):
        walker = np.int32(row)
        tour = demand.residents[walker].tour
        if tour < demand.residents[walker].tour_end:
            errand = demand.tours[tour].first
            state.walkers[walker].tour, state.walkers[walker].errand = tour, errand
            go_on(supply, demand, rules, state, diary, legs, walker, HOME, 0.0, demand.errands[errand].wanted_s)


@kernel
def advance(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Rows, legs: Rows, until_s: float
) -> bool:
    """Settle every arrival and order before `until_s`; False where the pages for legs are full first.

    Of an order of the housebound and an event of a walker at the same moment, the order is first.
    """
    while True:
        event_s = state.heap_s[0] if state.counts[0] > 0 else np.inf
        order_s = np.inf
        if state.counts[2] < len(demand.orders):
            order_s = demand.errands[demand.orders[state.counts[2]]].wanted_s
        if min(event_s, order_s) >= until_s:
            return True
        if order_s <= event_s:
            errand = demand.orders[state.counts[2]]
            state.counts[2] += 1
            diary[errand].set_out_s = order_s
            reason = order(supply, demand, rules, state, diary, errand, order_s)
            if reason != 0:
                diary[errand].outcome, diary[errand].reason = _UNMET, reason
            continue
        if state.counts[1] + 3 > len(legs):
            return False
        state.counts[0] = pop(state.heap_s, state.heap_walker, state.counts[0])
        walker = state.heap_walker[state.counts[0]]
        here, here_m, time_s, more = settle(supply, demand, rules, state, diary, legs, walker, event_s)
        if more:
            go_on(supply, demand, rules, state, diary, legs, walker, here, here_m, time_s)


@kernel
def settle(
    supply: Supply, demand: Demand, rules: Rules, state: State, diary: Rows, legs: Rows, walker: int, time_s: float
) -> tuple[int, float, float, bool]:
    """What comes of a walker's event: where they are then, how far from home, when, and whether they go on."""
    who = state.walkers[walker]
    row = who.errand
    if who.offer == ORDER:
        if order(supply, demand, rules, state, diary, row, time_s) == 0:
            diary[row].attempts, diary[row].walk_m = who.attempts, who.walked_m
        else:
            give_up(state, diary, walker, row, who.failed)
        return next_errand(supply, demand, state, legs, walker, who.here, who.here_m, time_s)
    outlet, here_m = supply.offers[who.offer].outlet, who.here_m
    reason = admit(supply, demand, rules, state, diary, row, who.offer, who.closes_s, time_s)
    legs[who.leg].ended = reason
    who.at = outlet
    if reason == 0:
        time_s = diary[row].end_s
        diary[row].attempts, diary[row].walk_m = who.attempts + 1, who.walked_m
    else:
        state.tried[walker, who.attempts] = outlet
        who.attempts += 1
        who.failed = reason
    who.end_s = who.home_s = time_s
    if reason == 0:
        return next_errand(supply, demand, state, legs, walker, outlet, here_m, time_s)
    if who.attempts > rules.retries:
        if wait_to_order(supply, demand, state, walker, reason, outlet, here_m, time_s):
            return outlet, here_m, time_s, False
        give_up(state, diary, walker, row, reason)
        return next_errand(supply, demand, state, legs, walker, outlet, here_m, time_s)
    return outlet, here_m, time_s, True


def compiled() -> bool:
    """Whether this loop has been compiled before, on this machine and for this Python."""
    return is_compiled(advance)
