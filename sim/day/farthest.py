"""What a run asks of its reach: the longest walk to each outlet that it may look at."""

from __future__ import annotations

import numpy as np

from sim.columns import Floats, Ints
from sim.day.accepted import accepted_by
from sim.day.enrolment import applicants_of
from sim.day.tables import NOBODY_COMES, Demand, Supply
from sim.day.wanted import Wanted
from sim.needs import Channel, Errands
from sim.place import WalkClass
from sim.reach import NEVER_M


def asked_m(supply: Supply, demand: Demand, wanted: Wanted, seed: int) -> Floats:
    """The longest walk that a run may look at, shape (walk class, outlet); below 0 where it looks at none.

    The walks that those who have errands accept for what an outlet has for them, also when places are held, when they
    come back or go for others, their rides, and walks to homes that order.
    """
    errands = wanted.errands
    longest_m = np.full((len(WalkClass), len(supply.needs)), NEVER_M)
    walks = np.flatnonzero(errands.tour >= 0)
    walk_class = demand.tours["walk_class"][errands.tour[walks]]
    np.maximum.at(longest_m, (walk_class, errands.need[walks]), demand.errands["limit_m"][walks])
    for row, need in enumerate(wanted.needs.catalogue.values()):
        if need.enrolled:
            apply = applicants_of(row, need, demand, wanted, seed)
            np.maximum.at(longest_m[:, row], apply.walk_class, apply.limit_m)
        if need.returns:
            _add(longest_m, row, _who_returns(row, wanted), demand, wanted, seed)
        if need.by_proxy and (demand.residents["help_share"] > 0).any():
            helps = np.flatnonzero(demand.residents["help_share"] > 0)
            _add(longest_m, row, (helps, helps), demand, wanted, seed)
    longest_m[WalkClass.RIDE] = _longest_ride_m(demand, wanted)
    asked = np.full((len(WalkClass), len(supply.outlets)), NEVER_M)
    terms = supply.terms[supply.offers["terms"]]
    walked_to = supply.offers[terms["walk_in"]]
    for of_class, longest in zip(asked, longest_m, strict=True):
        np.maximum.at(of_class, walked_to["outlet"], longest[walked_to["need"]])
    brings = (terms["home"] != NOBODY_COMES) & _ordered(supply, demand, errands)[supply.offers["need"]]
    np.maximum.at(asked[WalkClass.ABLE], supply.offers["outlet"][brings], terms["radius_m"][brings])
    return asked


def _who_returns(row: int, wanted: Wanted) -> tuple[Ints, Ints]:
    """Walkers who may come back for a need, and those who walk along with each."""
    errands = wanted.errands
    walks = np.flatnonzero((errands.need == row) & (errands.tour >= 0) & (errands.follows < 0))
    walker = errands.walker[walks]
    return walker, np.where(errands.accompanied[walks], errands.resident[walks], walker)


def _add(longest_m: Floats, row: int, parties: tuple[Ints, Ints], demand: Demand, wanted: Wanted, seed: int) -> None:
    """Add how far parties go for what is due later, in good weather, alone or on the way of a tour of the walker.

    On the way they go in the class of that tour, no faster than alone, and no farther than its party can.
    """
    tours, (walker, along) = wanted.tours, parties
    walks = accepted_by(walker, along, row, demand, wanted, seed)
    np.maximum.at(longest_m[:, row], walks.walk_class, walks.limit_m)
    slow = np.flatnonzero(tours.walk_class == WalkClass.STEP_FREE)
    on_the_way_m = np.full(len(wanted.residents), NEVER_M)
    np.maximum.at(on_the_way_m, tours.walker[slow], demand.tours["range_m"][slow])
    at_most_m = np.minimum(walks.limit_m, on_the_way_m[walker]).max(initial=NEVER_M)
    longest_m[WalkClass.STEP_FREE, row] = max(longest_m[WalkClass.STEP_FREE, row], at_most_m)


def _longest_ride_m(demand: Demand, wanted: Wanted) -> Floats:
    """The longest ride for each need, shape (need,); below 0 where nobody rides for it."""
    wants = demand.wants
    asked = np.bincount(wanted.errands.need, minlength=len(wants)) > 0
    rides = (wants["ride_share"] > 0) & asked & (demand.residents["ride_share"] > 0).any()
    return np.where(rides, wants["ride_s"] * wanted.people.ride_m_s, NEVER_M)


def _ordered(supply: Supply, demand: Demand, errands: Errands) -> np.ndarray:
    """Which needs somebody may order to the home, shape (need,)."""
    housebound = (errands.channel == Channel.HOUSEBOUND) | demand.residents["housebound"][errands.resident]
    old = (errands.tour >= 0) & (demand.errands["age"] >= supply.needs["order_age"][errands.need])
    return np.asarray(np.bincount(errands.need[housebound | old], minlength=len(supply.needs)) > 0)
