"""What residents want, packed for the loop: their errands and tours, with the limits of those who walk."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.by_age import ByAge
from sim.clock_times import MINUTE_S
from sim.columns import Bools, Floats, Ints, Keys, Rows
from sim.day.config import DayConfig
from sim.day.kernels.limits import own_limits_m
from sim.day.rules import Calendar, goes_otherwise
from sim.day.tables import AGES, ERRAND, RESIDENT, START, TOUR, Demand, fill_rows
from sim.day.wanted import Wanted
from sim.day.wants import kept_away, want_rows, wanted_windows
from sim.kernels import kernel
from sim.needs import Channel, weather_days
from sim.outlets import Layout
from sim.people import Mobility
from sim.place import Place, WalkClass
from sim.randomness import AHEAD, text_key, uniform
from sim.record.outcomes import Reason

DAYS_AFTER: Final = 40  # days after the last on which somebody may still be out


def demand_of(place: Place, layout: Layout, wanted: Wanted, day: DayConfig, calendar: Calendar, seed: int) -> Demand:
    """The errands and tours of residents under a layout, with the limits of those who walk, before anybody enrols."""
    errands, tours = wanted.errands, wanted.tours
    benches = layout.benches(place.zones)[place.homes.zone[wanted.residents.home]]
    climb_s = wanted.residents.climb_s_in(place.homes)
    orders = np.flatnonzero(errands.channel == Channel.HOUSEBOUND)
    first = tours.first[:-1]
    range_m = tours.range_m * np.where(tours.walk_class == WalkClass.STEP_FREE, benches[tours.walker], 1.0)
    ages = np.arange(AGES)
    catalogue = wanted.needs.catalogue.values()
    kept, kept_from = kept_away(wanted)
    hours, hour = wanted_windows(catalogue, ages)
    return Demand(
        errands=_errand_rows(wanted, _limit_m(wanted, range_m, seed), seed),
        tours=fill_rows(
            TOUR,
            len(tours),
            speed_m_s=tours.speed_m_s,
            snap_m=place.homes.snap_m[wanted.residents.home[tours.walker]] + climb_s[tours.walker] * tours.speed_m_s,
            first=first,
            end=tours.first[1:],
            walker=tours.walker,
            walk_class=tours.walk_class,
            range_m=range_m,
        ),
        residents=_resident_rows(place, layout, wanted, day, benches, climb_s, kept_from),
        orders=orders[np.lexsort((orders, errands.wanted_s[orders]))].astype(np.int32),
        starts=_starts(wanted, goes_otherwise(day, wanted)),
        wants=want_rows(wanted.needs, place.beyond),
        limit_s=np.array([need.limit_s(ages) for need in catalogue]),
        beyond_share=np.array([ByAge(need.beyond.share).at(ages) for need in catalogue]),
        hours=hours,
        hour=hour,
        kept=kept,
        bad=weather_days(wanted.needs, calendar.days + DAYS_AFTER, seed),
        outdoors_s=MINUTE_S * ByAge(wanted.needs.weather.outdoors_min, np.inf).at(ages),
    )


def _starts(wanted: Wanted, otherwise: bool) -> Rows:
    """When planned tours begin; where nothing is ever met otherwise, every walker begins before all days."""
    errands, tours = wanted.errands, wanted.tours
    if otherwise:
        wanted_s = errands.wanted_s[tours.first[:-1]]
        in_time = np.argsort(wanted_s, kind="stable")
        return fill_rows(START, len(tours), wanted_s=wanted_s[in_time], walker=tours.walker[in_time])
    walkers = np.flatnonzero(np.diff(tours.of_walker))
    return fill_rows(START, len(walkers), wanted_s=-np.inf, walker=walkers)


def _resident_rows(
    place: Place, layout: Layout, wanted: Wanted, day: DayConfig, benches: Floats, climb_s: Floats, kept_from: Ints
) -> Rows:
    """The residents: their home, how they go, and what they may do for others."""
    residents, people, homes = wanted.residents, wanted.people, place.homes
    independent = residents.mobility == Mobility.INDEPENDENT
    household = residents.household
    return fill_rows(
        RESIDENT,
        len(residents),
        door_m=homes.snap_m[residents.home],
        climb_s=climb_s,
        cost_per_s=ByAge(day.cost_per_min).at(residents.age) / 60,
        known_share=np.maximum(*(ByAge(one.known_share).at(residents.age) for one in (day, layout))),
        home=homes.node[residents.home],
        compound=place.streets.compound[homes.node][residents.home],
        tour=wanted.tours.of_walker[:-1],
        tour_end=wanted.tours.of_walker[1:],
        range_factor=benches,
        speed_m_s=residents.speed_m_s,
        range_m=residents.range_m,
        ride_share=np.where(independent & residents.owns_ride, ByAge(people.ride_share).at(residents.age), 0.0),
        help_share=np.where(independent, ByAge(people.help_share).at(residents.age), 0.0),
        kin=np.searchsorted(household, household),
        kin_end=np.searchsorted(household, household, side="right"),
        carer=residents.carer,
        kept=kept_from[:-1],
        kept_end=kept_from[1:],
        age=residents.age,
        walk_class=residents.walk_class,
        housebound=residents.mobility == Mobility.HOUSEBOUND,
        away=residents.away,
        owns_car=residents.owns_car,
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
        day=errands.day,
        age=age,
        need=errands.need,
        refused=Reason.NONE,
        ahead=_ahead(errands.key, ahead_share, seed),
        ordered=errands.channel == Channel.HOUSEBOUND,
        accompanied=errands.accompanied,
        ridden=False,
    )


def _limit_m(wanted: Wanted, range_m: Floats, seed: int) -> Floats:
    """How far anybody walks at most for each errand, shape (errand,); NaN where nobody does.

    `range_m` (tour,) is the longest walk of the party.
    """
    errands, tours, people, needs = wanted.errands, wanted.tours, wanted.people, wanted.needs
    n_walks = int(tours.first[-1])
    tour, walker, need_of = errands.tour[:n_walks], errands.walker[:n_walks], errands.need[:n_walks]
    limit_s = np.zeros(n_walks)
    for row, need in enumerate(needs.catalogue.values()):
        here = need_of == row
        limit_s[here] = need.limit_s(wanted.residents.age[walker[here]])
    fastest_m_s = np.where(tours.walk_class == WalkClass.CYCLE, people.cycle_m_s, people.speed_max_m_s)[tour]
    keys = np.array([text_key(key) for key in needs.catalogue], np.uint64)
    own_m = own_limits_m(limit_s, tours.speed_m_s[tour], fastest_m_s, needs.limit_sigma, seed, walker, keys[need_of])
    limit_m = np.full(len(errands), np.nan)
    limit_m[:n_walks] = np.minimum(own_m, range_m[tour])
    return limit_m


@kernel
def _ahead(key: Keys, share: Floats, seed: int) -> Bools:
    """Which errands are ordered ahead, where that can be done."""
    ahead = np.zeros(len(key), np.bool_)
    for i in range(len(key)):
        ahead[i] = share[i] > 0 and uniform(seed, AHEAD, key[i], 0, 0) < share[i]
    return ahead
