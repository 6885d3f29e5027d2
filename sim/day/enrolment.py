"""Enrolment: residents who hold a place, and where, allotted once before the first day."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from sim.clock_times import MINUTE_S
from sim.columns import Bools, Floats, Ints, Rows
from sim.day.accepted import accepted_by
from sim.day.kernels.choice import options_from
from sim.day.kernels.hurdles import further, welcomes
from sim.day.kernels.pace import can_ride
from sim.day.kernels.state import NO_ROW
from sim.day.tables import Demand, Supply
from sim.day.wanted import Wanted
from sim.kernels import inner, kernel
from sim.needs import NeedConfig
from sim.outlets import Layout
from sim.people import ADULT
from sim.place import WalkClass
from sim.randomness import ENROLMENT, uniform
from sim.record.outcomes import Reason

# An applicant with an offer at which they could hold a place.
PAIR: Final = np.dtype(
    [
        ("applicant", np.int64),
        ("offer", np.int64),
        ("metres", np.float64),  # from home, walked or ridden
        ("ridden", np.bool_),
        ("by_catchment", np.bool_),
    ]
)


class Held(NamedTuple):
    """Where each errand is held to, shape (errand,).

    `outlet`: at which the resident holds a place for it, or NO_ROW where it may go anywhere.
    `refused`: the reason for which no place is held, where one is needed.
    `ridden`: whether that place is farther off than a walk.
    """

    outlet: Ints
    refused: Ints
    ridden: Bools


def enrol(supply: Supply, demand: Demand, wanted: Wanted, layout: Layout, seed: int) -> Held:
    """Where each errand is held to.

    Places go to those in whose catchment an outlet is, and then to those who live nearest, within the walk of those who
    bring them or, farther off, their ride; ties by a keyed lottery; until they run out. Whoever would attend on any of
    the days applies.
    """
    n, errands = len(wanted.errands), wanted.errands
    held = Held(np.full(n, NO_ROW, np.int32), np.full(n, Reason.NONE, np.int8), np.zeros(n, np.bool_))
    left = np.where(supply.pools["places"] > 0, supply.pools["places"], np.iinfo(np.int32).max)
    catchments = _catchments_of(layout, int(wanted.residents.home.max(initial=-1)) + 1)
    for row, need in enumerate(wanted.needs.catalogue.values()):
        if not need.enrolled:
            continue
        apply = applicants_of(row, need, demand, wanted, seed)
        if not len(apply.resident):
            continue
        pair, refused = _pairs(supply, demand, apply, catchments)
        lottery = _lots(seed, apply.resident[pair["applicant"]], supply.needs["key"][row])
        order = np.lexsort(
            (supply.offers["outlet"][pair["offer"]], pair["applicant"], lottery, pair["metres"], ~pair["by_catchment"])
        )
        outlet, ridden = _allot(pair[order], supply.offers, left, len(apply.resident))
        mine = np.flatnonzero((errands.need == row) & (errands.tour >= 0) & (errands.follows < 0))
        by = np.searchsorted(apply.resident, errands.resident[mine])
        held.outlet[mine] = outlet[by]
        held.refused[mine] = np.where(outlet[by] == NO_ROW, refused[by], Reason.NONE)
        held.ridden[mine] = ridden[by]
    return held


class Applicants(NamedTuple):
    """Those who want a place for a need, a row each.

    `resident`: for whom it is.
    `home`: the row of their home.
    `errand`: the first for which they need it.
    `walker`: the one who brings them, or they themselves.
    `walk_class`, `speed_m_s`, `limit_m`: how, how fast and how far these go at most.
    `rider`: the one who rides, with them behind where it is not they themselves, or NO_ROW where nobody can.
    `ride_m_s`, `ride_limit_m`: how fast and how far these ride at most.
    """

    resident: Ints
    home: Ints
    errand: Ints
    walker: Ints
    walk_class: Ints
    speed_m_s: Floats
    limit_m: Floats
    rider: Ints
    ride_m_s: float
    ride_limit_m: float


def applicants_of(row: int, need: NeedConfig, demand: Demand, wanted: Wanted, seed: int) -> Applicants:
    """Those who want a place for a need, which is `row` in the catalogue."""
    residents, errands, people = wanted.residents, wanted.errands, wanted.people
    walks = np.flatnonzero((errands.need == row) & (errands.tour >= 0) & (errands.follows < 0))
    applicant, first = np.unique(errands.resident[walks], return_index=True)
    errand = walks[first]
    walker = errands.walker[errand]
    along = np.where(errands.accompanied[errand], applicant, walker)
    return Applicants(
        resident=applicant,
        home=residents.home[applicant],
        errand=errand,
        walker=walker,
        **accepted_by(walker, along, row, demand, wanted, seed)._asdict(),
        rider=_riders(demand, seed, row, applicant, walker),
        ride_m_s=people.ride_m_s,
        ride_limit_m=need.ride_limit_min * MINUTE_S * people.ride_m_s,
    )


@kernel
def _riders(demand: Demand, seed: int, need: int, applicant: Ints, walker: Ints) -> Ints:
    """The rider of each applicant, free or not: the one who walks, or else the carer of a child."""
    rider = np.full(len(walker), NO_ROW, np.int32)
    for i in range(len(walker)):
        who = demand.residents[walker[i]]
        if can_ride(demand, seed, walker[i], need):
            rider[i] = walker[i]
        elif (
            walker[i] == applicant[i] and who.age < ADULT and who.carer >= 0 and can_ride(demand, seed, who.carer, need)
        ):
            rider[i] = who.carer
    return rider


class Catchments(NamedTuple):
    """Catchments: `row` (outlet,) of each outlet's, or NO_ROW; `inside` (catchment, home) which homes are in it."""

    row: Ints
    inside: Bools


def _catchments_of(layout: Layout, n_homes: int) -> Catchments:
    """The catchments of a layout, of its first homes."""
    row = np.full(len(layout), NO_ROW, np.int32)
    inside = np.zeros((len(layout.catchments), n_homes), np.bool_)
    for j, outlet in enumerate(layout.outlets):
        if outlet.id in layout.catchments:
            row[j] = row.max(initial=NO_ROW) + 1
            homes = layout.catchments[outlet.id]
            inside[row[j], homes[homes < n_homes]] = True
    return Catchments(row, inside)


@kernel
def _pairs(supply: Supply, demand: Demand, apply: Applicants, catchments: Catchments) -> tuple[Rows, Ints]:
    """Every applicant with every offer at which they could hold a place; and why each would have none."""
    pairs = [(0, 0, 0.0, False, False) for _ in range(0)]  # so that Numba knows what it is a list of
    refused = np.full(len(apply.resident), Reason.TOO_FAR.value, np.int8)
    walked_by = np.full(len(supply.offers), NO_ROW, np.int64)  # the last applicant who could walk to each offer
    for i in range(len(apply.resident)):
        errand = demand.errands[apply.errand[i]]
        if not supply.needs[errand.need].on_foot:
            refused[i] = Reason.NO_OUTLET.value
        for ridden in (False, True):
            if ridden and apply.rider[i] == NO_ROW:
                continue
            who = demand.residents[apply.rider[i] if ridden else apply.walker[i]]
            speed_m_s = apply.ride_m_s if ridden else apply.speed_m_s[i]
            limit_m = apply.ride_limit_m if ridden else apply.limit_m[i]
            walk_class = WalkClass.RIDE.value if ridden else apply.walk_class[i]
            first, end = options_from(supply, walk_class, who.home, errand.need)
            for k in range(first, end):
                home_m = who.door_m + who.climb_s * speed_m_s + supply.option[k].metres
                if home_m > limit_m:
                    break
                row = supply.option[k].offer
                if walked_by[row] == i:
                    continue
                if not ridden:
                    walked_by[row] = i
                standing = _standing(supply, row, who.compound, errand.age, apply.home[i], catchments)
                if standing == Reason.NONE.value:
                    outlet = supply.offers[row].outlet
                    pairs.append((i, row, home_m, ridden, catchments.row[outlet] >= 0))
                    refused[i] = Reason.FULL.value
                elif standing == Reason.NOT_ADMITTED.value:
                    refused[i] = further(refused[i], Reason.NOT_ADMITTED.value)
    made = np.empty(len(pairs), PAIR)
    for k in range(len(pairs)):
        made[k].applicant, made[k].offer, made[k].metres, made[k].ridden, made[k].by_catchment = pairs[k]
    return made, refused


@inner
def _standing(supply: Supply, row: int, compound: int, age: int, home: int, catchments: Catchments) -> int:
    """What stands between an applicant and an offer within their limit: `NONE`, that it is for others, or, where nobody
    walks in, that it is no place to hold.
    """
    offer = supply.offers[row]
    terms, catchment = supply.terms[offer.terms], catchments.row[offer.outlet]
    if not terms.walk_in:
        return Reason.NO_OUTLET.value
    if not welcomes(supply.outlets[offer.outlet], terms, compound, age):
        return Reason.NOT_ADMITTED.value
    if catchment != NO_ROW and not catchments.inside[catchment, home]:
        return Reason.NOT_ADMITTED.value
    return Reason.NONE.value


@kernel
def _lots(seed: int, applicant: Ints, need: np.uint64) -> Floats:
    """The lot of each applicant."""
    lots = np.empty(len(applicant))
    for i in range(len(applicant)):
        lots[i] = uniform(seed, ENROLMENT, applicant[i], need, 0)
    return lots


@kernel
def _allot(pairs: Rows, offers: Rows, left: Ints, n: int) -> tuple[Ints, Bools]:
    """The outlet at which each of `n` applicants holds a place, or NO_ROW, and whether they ride to it, going through
    the pairs in order.
    """
    held, ridden = np.full(n, NO_ROW, np.int32), np.zeros(n, np.bool_)
    for k in range(len(pairs)):
        pair, offer = pairs[k], offers[pairs[k].offer]
        if held[pair.applicant] == NO_ROW and left[offer.pool] > 0:
            left[offer.pool] -= 1
            held[pair.applicant], ridden[pair.applicant] = offer.outlet, pair.ridden
    return held, ridden
