"""What residents want, packed for the loop: their errands and tours, with the limits of those who walk."""

from __future__ import annotations

import numpy as np

from sim.by_age import ByAge
from sim.columns import Bools, Floats, Keys, Rows
from sim.day.config import DayConfig
from sim.day.tables import ERRAND, RESIDENT, TOUR, Demand, fill_rows
from sim.day.wanted import Wanted
from sim.kernels import kernel
from sim.needs import Channel
from sim.outlets import Layout
from sim.people import Mobility
from sim.place import Place, WalkClass
from sim.randomness import AHEAD, uniform
from sim.record.outcomes import Reason


def demand_of(place: Place, layout: Layout, wanted: Wanted, day: DayConfig, seed: int) -> Demand:
    """The errands and tours of residents under a layout, with the limits of those who walk, before anybody enrols."""
    residents, errands, tours = wanted.residents, wanted.errands, wanted.tours
    homes = place.homes
    benches = layout.benches(place.zones)[homes.zone[residents.home]]
    climb_s = residents.climb_s_in(homes)
    limit_m = _limit_m(wanted, benches)
    orders = np.flatnonzero(errands.channel == Channel.HOUSEBOUND)
    return Demand(
        errands=_errand_rows(wanted, limit_m, seed),
        tours=fill_rows(
            TOUR,
            len(tours),
            speed_m_s=tours.speed_m_s,
            snap_m=homes.snap_m[residents.home[tours.walker]] + climb_s[tours.walker] * tours.speed_m_s,
            first=tours.first[:-1],
            end=tours.first[1:],
            walk_class=tours.walk_class,
        ),
        residents=fill_rows(
            RESIDENT,
            len(residents),
            door_m=homes.snap_m[residents.home],
            climb_s=climb_s,
            cost_per_s=ByAge(day.cost_per_min).at(residents.age) / 60,
            known_share=np.maximum(*(ByAge(one.known_share).at(residents.age) for one in (day, layout))),
            home=homes.node[residents.home],
            compound=place.streets.compound[homes.node][residents.home],
            tour=tours.of_walker[:-1],
            tour_end=tours.of_walker[1:],
            range_factor=benches,
            housebound=residents.mobility == Mobility.HOUSEBOUND,
        ),
        orders=orders[np.lexsort((orders, errands.wanted_s[orders]))].astype(np.int32),
    )


def _errand_rows(wanted: Wanted, limit_m: Floats, seed: int) -> Rows:
    """The errands, for none of which a place is held or refused yet."""
    errands = wanted.errands
    age = wanted.residents.age[errands.resident]
    ahead_share = np.zeros(len(errands))
    for row, need in enumerate(wanted.needs.catalogue.values()):
        if need.order_ahead_share:
            here = errands.need == row
            ahead_share[here] = ByAge(need.order_ahead_share).at(age[here])
    return fill_rows(
        ERRAND,
        len(errands),
        key=errands.key,
        wanted_s=errands.wanted_s,
        stay_s=errands.stay_s,
        limit_m=limit_m,
        resident=errands.resident,
        follows=errands.follows,
        place=-1,
        age=age,
        need=errands.need,
        refused=Reason.NONE,
        ahead=_ahead(errands.key, ahead_share, seed),
    )


def _limit_m(wanted: Wanted, range_factor: Floats) -> Floats:
    """How far anybody walks at most for each errand, shape (errand,); NaN where nobody does.

    `range_factor` (resident,) is that of benches, for those who walk slowly.
    """
    errands, tours = wanted.errands, wanted.tours
    n_walks = int(tours.first[-1])
    tour, walker, need_of = errands.tour[:n_walks], errands.walker[:n_walks], errands.need[:n_walks]
    limit_s = np.zeros(n_walks)
    for row, need in enumerate(wanted.needs.catalogue.values()):
        here = need_of == row
        limit_s[here] = need.limit_s(wanted.residents.age[walker[here]])
    factor = np.where(tours.walk_class == WalkClass.STEP_FREE, range_factor[tours.walker], 1.0)
    limit_m = np.full(len(errands), np.nan)
    limit_m[:n_walks] = np.minimum(limit_s * tours.speed_m_s[tour], (tours.range_m * factor)[tour])
    return limit_m


@kernel
def _ahead(key: Keys, share: Floats, seed: int) -> Bools:
    """Which errands are ordered ahead, where that can be done."""
    ahead = np.zeros(len(key), np.bool_)
    for i in range(len(key)):
        ahead[i] = share[i] > 0 and uniform(seed, AHEAD, key[i], 0, 0) < share[i]
    return ahead
