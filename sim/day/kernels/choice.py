"""The choice of an outlet to walk to: the best of those within reach, from where somebody stands."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from sim.columns import Ints
from sim.day.kernels.hurdles import Visit, further, why_not
from sim.day.kernels.state import HOME, NO_ROW, Day, Spot
from sim.day.tables import Supply
from sim.kernels import inner
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
    reason: int
    is_chained: bool


@inner
def gumbel(draw: float) -> float:
    """A Gumbel number of one drawn evenly: what a resident feels for an outlet, in units of `taste_scale`."""
    return -np.log(-np.log(draw))


@inner
def options_from(supply: Supply, walk_class: int, node: int, need: int) -> tuple[int, int]:
    """The rows of `Supply.option` within reach of a node for a need: first and end."""
    at = supply.row[walk_class, node] * len(supply.needs) + need
    return supply.options[at], supply.options[at + 1]


@inner
def metres_to(supply: Supply, offer: int, first: int, end: int) -> float:
    """Metres to an offer among the options first..end; inf where it is not there."""
    for k in range(first, end):
        if supply.option[k].offer == offer:
            return supply.option[k].metres
    return np.inf


@inner
def is_among(outlets: Ints, n: int, outlet: int) -> bool:
    """Whether an outlet is among the first `n` of these."""
    found = False
    for k in range(n):
        found |= outlets[k] == outlet
    return found


@inner
def choose(day: Day, walker: int, held: int, spot: Spot) -> Choice:
    """The best outlet for a walker's errand from a spot.

    `held` is the one outlet to which it is held, or NO_ROW: where a place is held, or from which somebody is fetched,
    at any hour. However far that is then, it is walked to. Of equal utilities the first outlet row is taken. The
    outlets around home are looked at from the nearest on, up to the limit; once one would do, another is passed over
    unread where not even the highest taste that its draw can mean would make it better.
    """
    supply, rules, who = day.supply, day.rules, day.state.walkers[walker]
    errand, resident, tour = day.demand.errands[who.errand], day.demand.residents[walker], day.demand.tours[who.tour]
    need, walk_class = supply.needs[errand.need], tour.walk_class
    if not need.on_foot:
        return Choice(NO_ROW, 0.0, 0.0, Reason.NO_OUTLET.value, False)
    limit_m = np.inf if held >= 0 else errand.limit_m
    left_m = limit_m - who.walked_m
    cost_m = resident.cost_per_s / tour.speed_m_s
    key = key_of(rules.seed, TASTE, walker)
    first_here = end_here = 0
    if spot.here != HOME:
        first_here, end_here = options_from(supply, walk_class, supply.outlets[spot.here].node, errand.need)
    best, best_outlet, best_utility = NO_ROW, NO_ROW, -np.inf
    best_m, best_home_m, reason, is_chained = 0.0, 0.0, Reason.TOO_FAR.value, False
    first, end = options_from(supply, walk_class, resident.home, errand.need)
    for k in range(first, end):
        row, home_m = supply.option[k].offer, tour.snap_m + supply.option[k].metres
        if home_m > limit_m:
            break
        offer = supply.offers[row]
        outlet, terms = supply.outlets[offer.outlet], supply.terms[offer.terms]
        if not terms.walk_in or (held >= 0 and offer.outlet != held):
            continue
        metres = extra_m = home_m
        if spot.here != HOME:
            metres = 0.0
            if supply.outlets[spot.here].door != outlet.door:
                metres = supply.outlets[spot.here].snap_m + metres_to(supply, row, first_here, end_here)
            extra_m = metres + home_m - spot.home_m
        utility = offer.utility - cost_m * extra_m + supply.prices[offer.terms, errand.age]
        draw = unit(key_on(key, outlet.key, need.key))
        if best >= 0 and utility + rules.taste_scale * AT_MOST[int(draw * PARTS)] < best_utility:
            continue
        if is_among(day.state.tried[walker], who.attempts, offer.outlet):
            continue
        visit = Visit(walker, home_m, metres, left_m, spot.time_s + metres / tour.speed_m_s, held >= 0, False)
        hurdle = why_not(day, errand, offer, visit)
        if hurdle != Reason.NONE.value:
            reason = further(reason, hurdle)
            is_chained |= spot.here != HOME and (hurdle == Reason.TOO_FAR.value or hurdle == Reason.CLOSED.value)
            continue
        utility += rules.taste_scale * gumbel(draw)
        if utility > best_utility or (utility == best_utility and offer.outlet < best_outlet):
            best, best_outlet, best_utility, best_m, best_home_m = row, offer.outlet, utility, metres, home_m
    return Choice(best, best_m, best_home_m, reason, is_chained)
