"""Enrolment: residents who hold a place, and where, allotted once before the first day."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from sim.columns import Floats, Ints, Rows
from sim.day.kernels.choice import options_from
from sim.day.kernels.hurdles import further, welcomes
from sim.day.kernels.state import NO_ROW
from sim.day.tables import Demand, Supply
from sim.day.wanted import Wanted
from sim.kernels import kernel
from sim.needs import NeedConfig
from sim.people import walk_together
from sim.randomness import ENROLMENT, uniform
from sim.record.outcomes import Reason

# An applicant with an offer at which they could hold a place.
PAIR: Final = np.dtype([("applicant", np.int64), ("offer", np.int64), ("metres", np.float64)])


class Held(NamedTuple):
    """Where each errand is held to, shape (errand,).

    `outlet`: at which the resident holds a place for it, or NO_ROW where it may go anywhere.
    `refused`: the reason for which no place is held, where one is needed.
    """

    outlet: Ints
    refused: Ints


def enrol(supply: Supply, demand: Demand, wanted: Wanted, seed: int) -> Held:
    """Where each errand is held to.

    Places go to those who live nearest on foot, within the limit of those who bring them, ties by a keyed lottery,
    until they run out. Whoever would attend on any of the days applies.
    """
    errands = wanted.errands
    held = Held(np.full(len(errands), NO_ROW, np.int32), np.full(len(errands), Reason.NONE, np.int8))
    left = np.where(supply.pools["places"] > 0, supply.pools["places"], np.iinfo(np.int32).max)
    for row, need in enumerate(wanted.needs.catalogue.values()):
        if not need.enrolled:
            continue
        apply = applicants_of(row, need, demand, wanted)
        if not len(apply.resident):
            continue
        pair, refused = _pairs(supply, demand, apply)
        lottery = _lots(seed, apply.resident[pair["applicant"]], supply.needs["key"][row])
        order = np.lexsort((supply.offers["outlet"][pair["offer"]], pair["applicant"], lottery, pair["metres"]))
        outlet = _allot(pair[order], supply.offers, left, len(apply.resident))
        mine = np.flatnonzero((errands.need == row) & (errands.tour >= 0) & (errands.follows < 0))
        by = np.searchsorted(apply.resident, errands.resident[mine])
        held.outlet[mine] = outlet[by]
        held.refused[mine] = np.where(outlet[by] == NO_ROW, refused[by], Reason.NONE)
    return held


class Applicants(NamedTuple):
    """Those who want a place for a need, a row each.

    `resident`: for whom it is.
    `errand`: the first for which they need it.
    `walker`: the one who brings them, or they themselves.
    `walk_class`, `speed_m_s`, `limit_m`: how, how fast and how far these go at most.
    """

    resident: Ints
    errand: Ints
    walker: Ints
    walk_class: Ints
    speed_m_s: Floats
    limit_m: Floats


def applicants_of(row: int, need: NeedConfig, demand: Demand, wanted: Wanted) -> Applicants:
    """Those who want a place for a need, which is `row` in the catalogue."""
    residents, errands = wanted.residents, wanted.errands
    walks = np.flatnonzero((errands.need == row) & (errands.tour >= 0) & (errands.follows < 0))
    applicant, first = np.unique(errands.resident[walks], return_index=True)
    errand = walks[first]
    walker = errands.walker[errand]
    along = np.where(errands.accompanied[errand], applicant, walker)
    party = walk_together(residents, walker, along)
    range_m = party.range_m * demand.residents["range_factor"][walker]
    limit_m = np.minimum(need.limit_s(residents.age[walker]) * party.speed_m_s, range_m)
    return Applicants(applicant, errand, walker, party.walk_class, party.speed_m_s, limit_m)


@kernel
def _pairs(supply: Supply, demand: Demand, apply: Applicants) -> tuple[Rows, Ints]:
    """Every applicant with every offer at which they could hold a place; and why each would have none."""
    pairs = [(0, 0, 0.0) for _ in range(0)]  # so that Numba knows what it is a list of
    refused = np.full(len(apply.resident), Reason.TOO_FAR.value, np.int8)
    for i in range(len(apply.resident)):
        who, errand = demand.residents[apply.walker[i]], demand.errands[apply.errand[i]]
        if not supply.needs[errand.need].on_foot:
            refused[i] = Reason.NO_OUTLET.value
        first, end = options_from(supply, apply.walk_class[i], who.home, errand.need)
        for k in range(first, end):
            home_m = who.door_m + who.climb_s * apply.speed_m_s[i] + supply.option[k].metres
            if home_m > apply.limit_m[i]:
                break
            row = supply.option[k].offer
            offer = supply.offers[row]
            terms = supply.terms[offer.terms]
            if not terms.walk_in:
                continue
            if not welcomes(supply.outlets[offer.outlet], terms, who.compound, errand.age):
                refused[i] = further(refused[i], Reason.NOT_ADMITTED.value)
                continue
            refused[i] = Reason.FULL.value
            pairs.append((i, row, home_m))
    made = np.empty(len(pairs), PAIR)
    for k in range(len(pairs)):
        made[k].applicant, made[k].offer, made[k].metres = pairs[k]
    return made, refused


@kernel
def _lots(seed: int, applicant: Ints, need: np.uint64) -> Floats:
    """The lot of each applicant."""
    lots = np.empty(len(applicant))
    for i in range(len(applicant)):
        lots[i] = uniform(seed, ENROLMENT, applicant[i], need, 0)
    return lots


@kernel
def _allot(pairs: Rows, offers: Rows, left: Ints, n: int) -> Ints:
    """The outlet at which each of `n` applicants holds a place, or NO_ROW, going through the pairs in order."""
    held = np.full(n, NO_ROW, np.int32)
    for k in range(len(pairs)):
        pair, offer = pairs[k], offers[pairs[k].offer]
        if held[pair.applicant] == NO_ROW and left[offer.pool] > 0:
            left[offer.pool] -= 1
            held[pair.applicant] = offer.outlet
    return held
