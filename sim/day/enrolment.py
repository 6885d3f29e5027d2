"""Enrolment: who holds a place where, allotted once before the first day."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from sim.columns import Floats, Ints, Rows
from sim.day.supply import Demand, Supply
from sim.kernels import kernel
from sim.needs import Errands, NeedConfig, NeedsConfig
from sim.outlets import admits
from sim.people import Residents, walk_together
from sim.randomness import ENROLMENT, uniform
from sim.record.outcomes import Reason

FREE: Final = -1  # any outlet may serve the errand
_TOO_FAR, _NOT_ADMITTED, _FULL = int(Reason.TOO_FAR), int(Reason.NOT_ADMITTED), int(Reason.FULL)
_NO_OUTLET = int(Reason.NO_OUTLET)


def enrol(
    supply: Supply, demand: Demand, residents: Residents, needs: NeedsConfig, errands: Errands, seed: int
) -> Ints:
    """Where each errand is held to, shape (errand,): an outlet, `FREE`, or -2 less the `Reason` for which no place is
    held.

    Places go to whoever lives nearest on foot, within the limit of who brings them, ties by a keyed lottery, until they
    run out. Who would attend on any of the days applies.
    """
    place = np.full(len(errands), FREE, np.int32)
    left = np.where(supply.pools["places"] > 0, supply.pools["places"], np.iinfo(np.int32).max)
    for row, need in enumerate(needs.catalogue.values()):
        if not need.enrolled:
            continue
        apply = applicants_of(row, need, demand, residents, errands)
        if not len(apply.resident):
            continue
        applicant = apply.resident
        rows, offers, metres, reason = _pairs(
            supply, demand, apply.walker, apply.walk_class, apply.speed_m_s, apply.limit_m, apply.errand
        )
        lottery = _lots(seed, applicant[rows], supply.needs["key"][row])
        order = np.lexsort((supply.offers["outlet"][offers], rows, lottery, metres))
        held = _allot(rows[order], offers[order], supply.offers, left, reason)
        mine = (errands.need == row) & (errands.tour >= 0) & (errands.follows < 0)
        place[mine] = held[np.searchsorted(applicant, errands.resident[mine])]
    return place


class Applicants(NamedTuple):
    """Who wants a place for a need, a row each: the `resident`, their first `errand`, the `walker` who brings them, and
    how, how fast and how far these go at most.
    """

    resident: Ints
    errand: Ints
    walker: Ints
    walk_class: Ints
    speed_m_s: Floats
    limit_m: Floats


def applicants_of(row: int, need: NeedConfig, demand: Demand, residents: Residents, errands: Errands) -> Applicants:
    """Those who want a place for a need, which is `row` in the catalogue."""
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
def _pairs(
    supply: Supply, demand: Demand, walker: Ints, walk_class: Ints, speed: Floats, limit_m: Floats, errand: Ints
) -> tuple[Ints, Ints, Floats, Ints]:
    """Every applicant with every offer at which they could hold a place: rows, offers, metres; and why one has none."""
    pairs = [(0, 0, 0.0) for _ in range(0)]  # so that Numba knows what it is a list of
    reason = np.full(len(walker), _TOO_FAR, np.int32)
    for i in range(len(walker)):
        who, need, age = demand.residents[walker[i]], demand.errands[errand[i]].need, demand.errands[errand[i]].age
        if not supply.needs[need].on_foot:
            reason[i] = _NO_OUTLET
        at = supply.row[walk_class[i], who.home] * len(supply.needs) + need
        for k in range(supply.options[at], supply.options[at + 1]):
            home_m = who.door_m + who.climb_s * speed[i] + supply.option[k].metres
            if home_m > limit_m[i]:
                break
            offer = supply.option[k].offer
            outlet = supply.outlets[supply.offers[offer].outlet]
            terms = supply.terms[supply.offers[offer].terms]
            if not terms.walk_in:
                continue
            if not admits(outlet.admits, who.compound) or not terms.age_from <= age < terms.age_below:
                reason[i] = max(reason[i], _NOT_ADMITTED)
                continue
            reason[i] = _FULL
            pairs.append((i, offer, home_m))
    rows, offers, metres = np.empty(len(pairs), np.int64), np.empty(len(pairs), np.int64), np.empty(len(pairs))
    for k in range(len(pairs)):
        rows[k], offers[k], metres[k] = pairs[k]
    return rows, offers, metres, reason


@kernel
def _lots(seed: int, applicant: Ints, need: np.uint64) -> Floats:
    """The lot of each applicant."""
    lots = np.empty(len(applicant))
    for i in range(len(applicant)):
        lots[i] = uniform(seed, ENROLMENT, applicant[i], need, 0)
    return lots


@kernel
def _allot(rows: Ints, pairs: Ints, offers: Rows, left: Ints, reason: Ints) -> Ints:
    """The outlet at which each applicant holds a place, or -2 less the reason, going through the pairs in order."""
    held = (-2 - reason).astype(np.int32)
    for k in range(len(rows)):
        offer = offers[pairs[k]]
        if held[rows[k]] < 0 and left[offer.pool] > 0:
            left[offer.pool] -= 1
            held[rows[k]] = offer.outlet
    return held
