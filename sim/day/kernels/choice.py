"""The choice of an outlet to walk to: the best of those within reach, from where somebody stands."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sim.columns import Ints
from sim.day.kernels.crowding import known_wait_s
from sim.day.kernels.hurdles import Visit, further, why_not
from sim.day.kernels.state import HOME, NO_ROW, Loop, Whereabouts, node_of
from sim.day.tables import Supply
from sim.kernels import hot
from sim.randomness import TASTE, key_of, key_on, unit
from sim.record.outcomes import Reason

# The highest Gumbel number of each of 256 equal parts of the draws, a nudge above what rounding may do; nothing bounds
# the last.
PARTS: Final = 256
AT_MOST: Final = np.append(-np.log(-np.log(np.arange(1, PARTS) / PARTS)) + 1e-9, [np.inf, np.inf])


class Choice(NamedTuple):
    """What somebody chooses, or why nothing.

    `offer`: chosen, or NO_ROW.
    `metres`: to it from here.
    `home_m`: to it from home.
    `reason`: why there is none.
    `is_chained`: whether the chain of errands may be to blame for that: an outlet would do but for the walk from here
    or the hour; from home, at the time wanted, it might.
    """

    offer: int
    metres: float
    home_m: float
    reason: Any
    is_chained: bool


@hot
def gumbel(draw: float) -> float:
    """A Gumbel number of one drawn evenly: what a resident feels for an outlet, in units of `taste_scale`."""
    return -np.log(-np.log(draw))


@hot
def options_from(supply: Supply, walk_class: int, node: int, need: int) -> tuple[int, int]:
    """The rows of `Supply.option` within reach of a node for a need: first and end."""
    at = supply.row[walk_class, node] * len(supply.needs) + need
    return supply.options[at], supply.options[at + 1]


@hot
def way_to(supply: Supply, at: Whereabouts, offer: int, home_m: float, around: tuple[int, int]) -> tuple[float, float]:
    """Metres to an offer from a position, and the metres that somebody walks more for it; inf where it is not there.

    `home_m` are those to it from home, and `around` the rows of the options around the position, first and end.
    """
    if at.here == HOME:
        return home_m, home_m
    here, metres = supply.outlets[at.here], np.inf
    if here.door == supply.outlets[supply.offers[offer].outlet].door:
        metres = 0.0
    else:
        for k in range(around[0], around[1]):
            if supply.option[k].offer == offer:
                metres = here.snap_m + supply.option[k].metres
                break
    return metres, metres + home_m - at.home_m


@hot
def is_among(outlets: Ints, n: int, outlet: int) -> bool:
    """Whether an outlet is among the first `n` of these."""
    found = False
    for k in range(n):
        found |= outlets[k] == outlet
    return found


@hot
def choose(loop: Loop, walker: int, held: int, at: Whereabouts) -> Choice:
    """The best outlet for a walker's errand from a position.

    `held` is the one outlet to which it is held, or NO_ROW: where a place is held, or from which somebody is fetched,
    at any hour. However far that is then, it is walked to. Of equal utilities the first outlet row is taken. The
    outlets around home are looked at from the nearest on, up to the limit; once one would do, another is passed over
    unread where not even the highest taste that its draw can mean would make it better.
    """
    supply, rules, who = loop.supply, loop.rules, loop.state.walkers[walker]
    errand, resident = loop.demand.errands[who.errand], loop.demand.residents[walker]
    need, limit_m = supply.needs[errand.need], np.inf if held >= 0 else who.limit_m
    key, cost_m = key_of(rules.seed, TASTE, walker), resident.cost_per_s / who.speed_m_s
    around = options_from(supply, who.walk_class, node_of(loop, walker, at.here), errand.need)
    reason, is_chained = Reason.TOO_FAR.value if need.on_foot else Reason.NO_OUTLET.value, False
    best, best_outlet, best_utility, best_m, best_home_m = NO_ROW, NO_ROW, -np.inf, 0.0, 0.0
    first, end = options_from(supply, who.walk_class, resident.home, errand.need)
    for k in range(first, end):
        row, home_m = supply.option[k].offer, who.snap_m + supply.option[k].metres
        if home_m > limit_m:
            break
        offer = supply.offers[row]
        if not supply.terms[offer.terms].walk_in or (held >= 0 and offer.outlet != held):
            continue
        metres, extra_m = way_to(supply, at, row, home_m, around)
        utility = offer.utility - cost_m * extra_m + supply.prices[offer.terms, errand.age]
        if rules.learn_s < rules.measured_s:
            utility -= resident.cost_per_s * known_wait_s(loop, offer.pool, at.time_s + metres / who.speed_m_s)
        draw = unit(key_on(key, supply.outlets[offer.outlet].key, need.key))
        if best != NO_ROW and utility + rules.taste_scale * AT_MOST[int(draw * PARTS)] < best_utility:
            continue
        if is_among(loop.state.tried[walker], who.attempts, offer.outlet):
            continue
        time_s, left_m = at.time_s + metres / who.speed_m_s, limit_m - who.walked_m
        hurdle = why_not(loop, errand, offer, Visit(walker, home_m, metres, left_m, time_s, held >= 0, False))
        if hurdle != Reason.NONE.value:
            reason = further(reason, hurdle)
            is_chained |= at.here != HOME and (hurdle == Reason.TOO_FAR.value or hurdle == Reason.CLOSED.value)
            continue
        utility += rules.taste_scale * gumbel(draw)
        if utility > best_utility or (utility == best_utility and offer.outlet < best_outlet):
            best, best_outlet, best_utility, best_m, best_home_m = row, offer.outlet, utility, metres, home_m
    return Choice(best, best_m, best_home_m, reason, is_chained)
