"""What a run asks of its reach: the longest walk to each outlet that it may look at."""

from __future__ import annotations

import numpy as np

from sim.columns import Floats
from sim.day.enrolment import applicants_of
from sim.day.tables import NOBODY_COMES, Demand, Supply
from sim.day.wanted import Wanted
from sim.needs import Channel, Errands
from sim.place import WalkClass
from sim.reach import NEVER_M


def asked_m(supply: Supply, demand: Demand, wanted: Wanted) -> Floats:
    """The longest walk that a run may look at, shape (walk class, outlet); below 0 where it looks at none.

    The walks that those who have errands accept for what an outlet has for them, also when places are held, and those
    to homes that order.
    """
    errands = wanted.errands
    longest_m = np.full((len(WalkClass), len(supply.needs)), NEVER_M)
    walks = np.flatnonzero(errands.tour >= 0)
    walk_class = demand.tours["walk_class"][errands.tour[walks]]
    np.maximum.at(longest_m, (walk_class, errands.need[walks]), demand.errands["limit_m"][walks])
    for row, need in enumerate(wanted.needs.catalogue.values()):
        if need.enrolled:
            apply = applicants_of(row, need, demand, wanted)
            np.maximum.at(longest_m[:, row], apply.walk_class, apply.limit_m)
    asked = np.full((len(WalkClass), len(supply.outlets)), NEVER_M)
    terms = supply.terms[supply.offers["terms"]]
    walked_to = supply.offers[terms["walk_in"]]
    for of_class, longest in zip(asked, longest_m, strict=True):
        np.maximum.at(of_class, walked_to["outlet"], longest[walked_to["need"]])
    brings = (terms["home"] != NOBODY_COMES) & _ordered(supply, demand, errands)[supply.offers["need"]]
    np.maximum.at(asked[WalkClass.ABLE], supply.offers["outlet"][brings], terms["radius_m"][brings])
    return asked


def _ordered(supply: Supply, demand: Demand, errands: Errands) -> np.ndarray:
    """Which needs somebody may order to the home, shape (need,)."""
    housebound = (errands.channel == Channel.HOUSEBOUND) | demand.residents["housebound"][errands.resident]
    old = (errands.tour >= 0) & (demand.errands["age"] >= supply.needs["order_age"][errands.need])
    return np.asarray(np.bincount(errands.need[housebound | old], minlength=len(supply.needs)) > 0)
