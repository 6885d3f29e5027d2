"""What stands between an errand and an outlet, walked to or ordered from: the hurdles before anybody is served."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sim.clock_times import WEEK_S
from sim.columns import Rows
from sim.day.kernels.state import Loop
from sim.day.rules import Rules
from sim.day.tables import Supply
from sim.kernels import hot
from sim.outlets import admits
from sim.randomness import ASSORTMENT, KNOWING, REGISTERED, uniform
from sim.record.outcomes import HURDLES, Reason

# How far an errand came that failed for each reason.
HOW_FAR: Final = np.array([HURDLES.index(reason) if reason in HURDLES else -1 for reason in Reason])


class Visit(NamedTuple):
    """How an errand would come to an outlet.

    `resident`: the one who walks there, or the one who orders.
    `home_m`: from home to the outlet, metres.
    `metres`: to be walked there from here; 0 where nobody walks.
    `left_m`: that may still be walked for the errand.
    `time_s`: of the arrival, or of the order.
    `is_held`: whether it may go nowhere else.
    `is_order`: whether somebody from there comes to the home.
    """

    resident: int
    home_m: float
    metres: float
    left_m: float
    time_s: float
    is_held: bool
    is_order: bool


@hot
def further(reason: int, other: int) -> int:
    """Of two reasons, the one of the outlet at which the errand came further."""
    return other if HOW_FAR[other] > HOW_FAR[reason] else reason


@hot
def why_not(loop: Loop, errand: Any, offer: Any, visit: Visit) -> int:
    """The first hurdle that an errand does not pass at an outlet, in the order of `HURDLES`; `NONE` where it might be
    served.

    An errand that is held to an outlet is known and welcome there; those who fetch somebody come in at any hour.
    """
    supply, rules = loop.supply, loop.rules
    outlet, terms, resident = (
        supply.outlets[offer.outlet],
        supply.terms[offer.terms],
        loop.demand.residents[visit.resident],
    )
    if not visit.is_held:
        if lacks(terms, errand, rules.seed):
            return Reason.LIMITED.value
        may_order = not visit.is_order or resident.housebound or errand.age >= terms.home_age
        if not may_order or not welcomes(outlet, terms, resident.compound, errand.age):
            return Reason.NOT_ADMITTED.value
        if visit.is_order and resident.housebound:
            heard_of = uniform(rules.seed, REGISTERED, visit.resident, outlet.key, 0) < terms.registered
        else:
            heard_of = knows(rules.seed, visit.resident, resident.known_share, outlet, visit.home_m)
        if not heard_of:
            return Reason.UNKNOWN.value
    if visit.metres > visit.left_m or visit.metres == np.inf:
        return Reason.TOO_FAR.value
    if visit.is_order or errand.follows < 0:
        if closing_s(supply, rules, offer.outlet, visit.time_s) == -np.inf:
            return Reason.CLOSED.value
        if not visit.is_order and kept_for_others(terms, supply.reserved, rules, errand.age, visit.time_s):
            return Reason.CLOSED.value
    return Reason.NONE.value


@hot
def lacks(terms: Any, errand: Any, seed: int) -> bool:
    """Whether an assortment lacks what the errand asks for; what was ordered ahead is there, if it can be picked up."""
    if terms.share >= 1.0 or (errand.ahead and terms.pickup_s >= 0):
        return False
    return uniform(seed, ASSORTMENT, errand.key, 0, 0) >= terms.share


@hot
def welcomes(outlet: Any, terms: Any, compound: int, age: int) -> bool:
    """Whether an outlet lets in those who live in a compound, and its offer is for their age."""
    return admits(outlet.admits, compound) and terms.age_from <= age < terms.age_below


@hot
def knows(seed: int, resident: int, share: float, outlet: Any, home_m: float) -> bool:
    """Whether a resident has heard of an outlet, of which `share` are known: the nearer to home, the likelier."""
    if share >= 1.0:
        return True
    if outlet.familiar_m > 0:
        share += (1.0 - share) * np.exp(-home_m / outlet.familiar_m)
    return uniform(seed, KNOWING, resident, outlet.key, 0) < share


@hot
def closing_s(supply: Supply, rules: Rules, row: int, time_s: float) -> float:
    """When the outlet of a row closes that is open at this time; -inf where it is not open."""
    outlet = supply.outlets[row]
    # The start of the week is a whole number of seconds, so that a turn at the very second of closing is seen as one.
    week = np.floor((time_s + rules.monday_s) / WEEK_S)
    week_s = week * WEEK_S - rules.monday_s
    if outlet.every_weeks > 1 and (int(week) - rules.first_week - outlet.in_week) % outlet.every_weeks != 0:
        return -np.inf
    for w in range(outlet.window, outlet.window_end):
        if time_s < week_s + supply.windows[w].opens_s:
            break
        if time_s < week_s + supply.windows[w].closes_s:
            return week_s + supply.windows[w].closes_s
    return -np.inf


@hot
def kept_for_others(terms: Any, reserved: Rows, rules: Rules, age: int, time_s: float) -> bool:
    """Whether the hour is reserved for those who are older."""
    if age >= terms.reserved_age:
        return False
    into_week_s = (time_s + rules.monday_s) % WEEK_S
    for w in range(terms.reserved, terms.reserved_end):
        if reserved[w].opens_s <= into_week_s < reserved[w].closes_s:
            return True
    return False
