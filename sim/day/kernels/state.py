"""What a run knows: the tables that it reads, where everybody stands, and the pages that it writes."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sim.clock_times import HOURS_OF_DAY
from sim.columns import Floats, Ints, Rows
from sim.day.rules import Rules
from sim.day.tables import Demand, Supply
from sim.kernels import hot

# Rows are 32 bits wide wherever they are handed on, so that each kernel is compiled for one kind of number only.
NO_ROW: Final[Any] = np.int32(-1)  # no errand, offer or outlet
HOME: Final[Any] = np.int32(-1)  # instead of the outlet at which somebody is
NO_WALK: Final[Any] = np.int32(-1)  # instead of the offer to which somebody walks: nothing is had on foot
EVENTS, LEGS, ORDERS, STARTS, CALLS = range(5)  # rows of `Progress.counts`
HOURS_KNOWN: Final = 2 * HOURS_OF_DAY  # of which waits are learned: those of a weekday, and those of a weekend

WALKER: Final = np.dtype(
    [
        ("end_s", np.float64),  # when they left the outlet where they were last
        ("home_s", np.float64),  # when they were home from their last way, or will be
        ("free_s", np.float64),  # from when on they are free at home
        ("depart_s", np.float64),
        ("arrive_s", np.float64),
        ("here_m", np.float64),  # from home: of the outlet walked to, or where they are about to order
        ("walked_m", np.float64),  # for the errand
        ("speed_m_s", np.float64),  # of the party
        ("snap_m", np.float64),  # from the door of the dwelling to the node, at this speed
        ("range_m", np.float64),  # the longest walk of the party
        ("limit_m", np.float64),  # that is accepted for the errand
        ("leg", np.int64),
        ("errand", np.int32),  # under way, or NO_ROW
        ("tour", np.int32),  # planned: under way, or the next
        ("on_tour", np.int32),  # whose pace they go at, or NO_ROW on a tour of something that was due later
        ("later", np.int32),  # the first errand that is due later, or NO_ROW
        ("offer", np.int32),  # walked to, or NO_WALK
        ("at", np.int32),  # outlet where they were last, or HOME
        ("here", np.int32),  # outlet or HOME, where nothing is had on foot
        ("walk_class", np.int8),
        ("attempts", np.int8),
        ("failed", np.int8),  # reason of the last attempt
        ("is_due", np.bool_),  # whether the errand was due later, and is none of the planned tour
    ]
)
SERVED: Final = np.dtype([("day", np.int32), ("people", np.int32)])
PAGE: Final = np.dtype(
    [
        ("set_out_s", np.float64),
        ("arrive_s", np.float64),
        ("start_s", np.float64),
        ("service_s", np.float64),
        ("end_s", np.float64),
        ("walk_m", np.float64),
        ("speed_m_s", np.float64),  # at which they went last, 0 where they never set out
        ("outlet", np.int32),
        ("pool", np.int32),
        ("walker", np.int32),  # who goes, or -1
        ("outcome", np.int8),
        ("reason", np.int8),
        ("on_foot", np.int8),  # the last thing that stood in the way on foot
        ("attempts", np.int8),
        ("tries", np.int8),  # how often it was put off
        ("cut_off", np.bool_),  # it would have come back after the last day
        ("handed", np.bool_),  # to another member of the household
        ("behind", np.bool_),  # the resident sits behind the rider, who leaves them there
    ]
)
LEG: Final = np.dtype(
    [
        ("depart_s", np.float64),
        ("arrive_s", np.float64),
        ("metres", np.float64),
        ("walker", np.int32),
        ("errand", np.int32),  # NO_ROW on the way home
        ("tour", np.int32),
        ("from_node", np.int32),
        ("to_node", np.int32),
        ("outlet", np.int32),  # HOME on the way home
        ("walk_class", np.int8),
        ("ended", np.int8),  # the reason of a failed attempt
    ]
)


class Progress(NamedTuple):
    """Where the day stands.

    `heap_s`, `heap_walker`: the heap of events, when and whose.
    `counts`: of `EVENTS` in the heap, `LEGS` written, `ORDERS` of the housebound settled, `STARTS` of tours come, and
        `CALLS` in the heap of calls.
    `walkers`: everybody.
    `tried`: outlets at which the errand on the way was tried, shape (walker, attempt).
    `asked`: outlets that were asked to come for the order that is being made, shape (attempt,).
    `free_s`: when each server is free, by slot.
    `leaves_s`: when each place in a room is left, by slot.
    `served`: how many people each pool has served on the last day on which it served any.
    `calls_s`, `calls_walker`: the heap of calls: when somebody is to look at what is due.
    `due_s`, `next_due`: when an errand is due that is done later, and the one that its walker does after it, shape
        (errand,).
    `waited_s`, `waiters`: waits that were noted, shape (pool, `HOURS_KNOWN`).
    """

    heap_s: Floats
    heap_walker: Ints
    counts: Ints
    walkers: Rows
    tried: Ints
    asked: Ints
    free_s: Floats
    leaves_s: Floats
    served: Rows
    calls_s: Floats
    calls_walker: Ints
    due_s: Floats
    next_due: Ints
    waited_s: Floats
    waiters: Ints


class Loop(NamedTuple):
    """All that a run knows.

    `supply`, `demand`, `rules`: are only read.
    `state`: where the day stands.
    `diary`: what became of each errand, a page each.
    `legs`: the walks that have been begun.
    """

    supply: Supply
    demand: Demand
    rules: Rules
    state: Progress
    diary: Rows
    legs: Rows


class Whereabouts(NamedTuple):
    """Where somebody stands, and when.

    `here`: an outlet, or HOME.
    `home_m`: from home, metres.
    `time_s`: since the start of day 0.
    """

    here: int
    home_m: float
    time_s: float


def new_loop(supply: Supply, demand: Demand, rules: Rules) -> Loop:
    """Everybody at home before the first tour, every server free, nothing written."""
    n_residents, n_tours = len(demand.residents), len(demand.tours)
    return Loop(
        supply=supply,
        demand=demand,
        rules=rules,
        state=_new_state(demand, supply, rules),
        diary=_new_diary(len(demand.errands)),
        legs=np.empty(n_residents + 3 * n_tours + 16, LEG),
    )


def _new_state(demand: Demand, supply: Supply, rules: Rules) -> Progress:
    n_residents, n_errands = len(demand.residents), len(demand.errands)
    walkers = np.zeros(n_residents, WALKER)
    for name in ("end_s", "home_s", "free_s"):
        walkers[name] = -np.inf
    for name in ("depart_s", "arrive_s"):
        walkers[name] = np.inf
    for name in ("errand", "on_tour", "later", "offer", "at", "here", "leg"):
        walkers[name] = NO_ROW
    walkers["tour"] = demand.residents["tour"]
    n_later = n_errands if rules.otherwise else 0
    served = np.zeros(len(supply.pools), SERVED)
    served["day"] = -1
    return Progress(
        heap_s=np.zeros(n_residents),
        heap_walker=np.zeros(n_residents, np.int32),
        counts=np.zeros(5, np.int64),
        walkers=walkers,
        tried=np.full((n_residents, rules.retries + 1), NO_ROW, np.int32),
        asked=np.full(rules.retries + 1, NO_ROW, np.int32),
        free_s=np.full(supply.pools["servers"].sum(), -np.inf),
        leaves_s=np.full(supply.pools["room"].sum(), -np.inf),
        served=served,
        calls_s=np.empty(n_later + n_residents if n_later else 0),
        calls_walker=np.empty(n_later + n_residents if n_later else 0, np.int32),
        due_s=np.empty(n_later),
        next_due=np.empty(n_later, np.int32),
        waited_s=np.zeros((len(supply.pools), HOURS_KNOWN)),
        waiters=np.zeros((len(supply.pools), HOURS_KNOWN), np.int64),
    )


def _new_diary(n_errands: int) -> Rows:
    diary = np.zeros(n_errands, PAGE)
    for name in ("set_out_s", "arrive_s", "start_s", "service_s", "end_s"):
        diary[name] = np.nan
    diary["outlet"] = diary["pool"] = diary["walker"] = NO_ROW
    return diary


@hot
def node_of(loop: Loop, walker: int, here: int) -> int:
    """The street node of an outlet, or for HOME that of the walker's home."""
    return loop.demand.residents[walker].home if here == HOME else loop.supply.outlets[here].node
