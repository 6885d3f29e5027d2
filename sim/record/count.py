"""Counting: the tally of a run, from the rows of its record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from sim.clock_times import DAY_S, HOUR_S, HOURS_OF_DAY
from sim.columns import Bools, Floats, Ints
from sim.kernels import kernel
from sim.outlets import Layout
from sim.people import AGE_GROUPS, Residents
from sim.place import Place
from sim.record.burden import burden_of
from sim.record.otherwise import enrolment_of, otherwise
from sim.record.outcomes import DELIVERED, ENDS, FIRST_REASON, HELPED, HOME_SERVED, MET_WALK, MODES, RIDDEN, TURNED_AWAY
from sim.record.rows import ErrandRows, WalkRows, are_measured, errand_rows, walk_rows
from sim.record.spread import spread_of
from sim.record.tally import NONE, TENTHS, Tally
from sim.record.walkers import walkers_on_links

_ENDS_OF_MODES: Final = list(MODES.values())
# How people went, by how it ended; the last is of what has not ended.
MODE_OF_END: Final = np.array(
    [_ENDS_OF_MODES.index(end) if end in _ENDS_OF_MODES else NONE for end in range(len(ENDS) + 1)], np.int32
)


def tally_run(
    place: Place,
    layout: Layout,
    residents: Residents,
    errands: pd.DataFrame,
    legs: pd.DataFrame,
    *,
    days: int,
    warmup_days: int = 0,
    enrolled: Collection[str] = (),
) -> Tally:
    """The tally of the `days` days of a run that follow `warmup_days`, from the frames of its `Record`.

    `place` as the layout leaves it; `enrolled` the needs for which a place is held. Errands still under way do not
    count.
    """
    needs: tuple[str, ...] = tuple(errands["need"].cat.categories)
    outlets = tuple(outlet.id for outlet in layout.outlets)
    rows = errand_rows(errands, warmup_days, needs, place.zones, outlets)
    return Tally(
        needs=needs,
        zones=place.zones,
        outlets=outlets,
        days=days,
        runs=1,
        **_ends(rows, len(needs), len(place.zones), len(place.homes)),
        **otherwise(rows, len(needs), len(place.zones)),
        **enrolment_of(rows, residents.age_group, needs, enrolled),
        **_trips(rows, len(needs), len(place.homes)),
        **burden_of(errands, legs, rows, residents),
        **_served(rows, _staffed(layout, tuple(errands["pool"].cat.categories))),
        **_gone(walk_rows(legs, outlets, residents.age_group, warmup_days), len(outlets)),
        walkers=walkers_on_links(place, legs, are_measured(legs, warmup_days)),
        residents=np.bincount(residents.age_group, minlength=len(AGE_GROUPS)),
    )


def _ends(rows: ErrandRows, n_needs: int, n_zones: int, n_homes: int) -> dict[str, Any]:
    """How errands ended."""
    shapes = {"by_age": (n_needs, len(AGE_GROUPS)), "by_zone": (n_zones, n_needs), "by_hour": (n_needs, HOURS_OF_DAY)}
    found = {name: np.zeros((*shape, len(ENDS)), np.int64) for name, shape in shapes.items()}
    found |= {name: np.zeros((n_needs, n_homes), np.int64) for name in ("raised_at", "unmet_at")}
    count_errands(rows, *found.values())
    return found


def _trips(rows: ErrandRows, n_needs: int, n_homes: int) -> dict[str, Any]:
    """The time to service of errands met by going."""
    trips = np.flatnonzero(MODE_OF_END[rows.end] != NONE)
    mode = MODE_OF_END[rows.end[trips]]
    time_s, walk_s, wait_s, metres = np.zeros((4, len(MODES), n_needs, len(AGE_GROUPS)))
    sums = TripSums(time_s, walk_s, wait_s, metres, np.zeros(n_homes, np.int64), np.zeros(n_homes))
    time_s, walk_s, wait_s = np.empty((3, len(trips)))
    each = EachTrip(time_s, walk_s, wait_s)
    add_trips(rows, trips, mode, sums, each)
    group = (mode * n_needs + rows.need[trips]) * len(AGE_GROUPS) + rows.age[trips]
    at_outlet, on_foot = rows.outlet[trips] != NONE, rows.end[trips] == MET_WALK
    return {
        **sums._asdict(),
        "times": spread_of(group, each.time_s),
        "walks": spread_of(group, each.walk_s),
        "waits": spread_of(rows.outlet[trips][at_outlet], each.wait_s[at_outlet]),
        "each_ds": _each_ds(rows, trips[on_foot], each.time_s[on_foot]),
    }


def _served(rows: ErrandRows, staffed: Bools) -> dict[str, Any]:
    """What happened at the outlets; `staffed` (outlet, pool)."""
    served, served_at_home = np.zeros((2, len(staffed)), np.int64)
    service_s, queued_s = np.zeros((2, len(staffed)))
    count_served(rows, staffed, served, served_at_home, service_s, queued_s)
    return {"served": served, "served_at_home": served_at_home, "service_s": service_s, "queued_s": queued_s}


def _gone(walks: WalkRows, n_outlets: int) -> dict[str, Any]:
    """Ways in vain, and the time of all walks and of all rides."""
    turned_away, (walked_s, ridden_s) = (
        np.zeros((n_outlets, len(TURNED_AWAY)), np.int64),
        np.zeros((2, len(AGE_GROUPS))),
    )
    count_ways(walks, turned_away, walked_s, ridden_s)
    return {"turned_away": turned_away, "walked_s": walked_s, "ridden_s": ridden_s}


def _each_ds(errands: ErrandRows, trips: Ints, trip_time_s: Floats) -> Ints:
    """`each_ds` of a run; `trips` are the rows of errands met on foot, and how long each took."""
    time_ds = np.full(len(errands.end), NONE, np.int32)
    time_ds[trips] = np.ceil(trip_time_s * TENTHS)
    raised = np.flatnonzero(errands.end != NONE)
    cell = (errands.need[raised] * len(AGE_GROUPS) + errands.age[raised]).astype(np.int16)
    return time_ds[raised[np.argsort(cell, kind="stable")]]


def _staffed(layout: Layout, pools: Sequence[str]) -> Bools:
    """Which pools of each outlet have staff, shape (outlet, pool)."""
    row = {pool: at for at, pool in enumerate(pools)}
    staffed = np.zeros((len(layout), len(pools)), dtype=bool)
    for at, outlet in enumerate(layout.outlets):
        for key, pool in outlet.pools.items():
            if pool.servers and key in row:
                staffed[at, row[key]] = True
    return staffed


@kernel
def count_errands(
    errands: ErrandRows, by_age: Ints, by_zone: Ints, by_hour: Ints, raised_at: Ints, unmet_at: Ints
) -> None:
    """Count errands by how they ended, and by home those raised and unmet."""
    for i in range(len(errands.end)):
        end = errands.end[i]
        if end != NONE:
            need, home = errands.need[i], errands.home[i]
            by_age[need, errands.age[i], end] += 1
            by_zone[errands.zone[i], need, end] += 1
            by_hour[need, int(errands.wanted_s[i] % DAY_S // HOUR_S), end] += 1
            raised_at[need, home] += 1
            if end >= FIRST_REASON:
                unmet_at[need, home] += 1


class TripSums(NamedTuple):
    """Seconds and metres of errands met by going, added up: as in `Tally`."""

    time_s: Floats
    walk_s: Floats
    wait_s: Floats
    metres: Floats
    met_at: Ints
    time_s_at: Floats


class EachTrip(NamedTuple):
    """Seconds of each errand met by going, shape (trip,): to service, under way, and waited."""

    time_s: Floats
    walk_s: Floats
    wait_s: Floats


@kernel
def add_trips(errands: ErrandRows, trips: Ints, mode: Ints, sums: TripSums, each: EachTrip) -> None:
    """Add up the time to service, the way and the waiting of errands met by going, and tell that of each trip.

    `trips` are their rows, and `mode` (trip,) how people went.
    """
    for k in range(len(trips)):
        i, how = trips[k], mode[k]
        each.time_s[k] = errands.start_s[i] - errands.set_out_s[i]
        each.walk_s[k] = errands.walk_m[i] / errands.speed_m_s[i] if errands.walk_m[i] > 0 else 0.0
        each.wait_s[k] = errands.start_s[i] - errands.arrive_s[i]
        need, age, home = errands.need[i], errands.age[i], errands.home[i]
        sums.time_s[how, need, age] += each.time_s[k]
        sums.walk_s[how, need, age] += each.walk_s[k]
        sums.wait_s[how, need, age] += each.wait_s[k]
        sums.metres[how, need, age] += errands.walk_m[i]
        if errands.end[i] == MET_WALK:
            sums.met_at[home] += 1
            sums.time_s_at[home] += each.time_s[k]


@kernel
def count_served(
    errands: ErrandRows, staffed: Bools, served: Ints, served_at_home: Ints, service_s: Floats, queued_s: Floats
) -> None:
    """Count whom each outlet served there and at home, the time of its staff that it took, and the waits there."""
    for i in range(len(errands.end)):
        end, outlet = errands.end[i], errands.outlet[i]
        if end in (MET_WALK, HELPED, RIDDEN):
            served[outlet] += 1
            queued_s[outlet] += errands.start_s[i] - errands.arrive_s[i]
        elif end in (DELIVERED, HOME_SERVED):
            served_at_home[outlet] += 1
        else:
            continue
        if staffed[outlet, errands.pool[i]]:
            service_s[outlet] += errands.service_s[i]


@kernel
def count_ways(walks: WalkRows, turned_away: Ints, walked_s: Floats, ridden_s: Floats) -> None:
    """Count ways in vain by outlet and reason, and add up the time of all walks, and of all rides, by the age group of
    the walker.
    """
    for i in range(len(walks.age)):
        if walks.is_ride[i]:
            ridden_s[walks.age[i]] += walks.arrive_s[i] - walks.depart_s[i]
        else:
            walked_s[walks.age[i]] += walks.arrive_s[i] - walks.depart_s[i]
        if walks.reason[i] != NONE:
            turned_away[walks.outlet[i], walks.reason[i]] += 1
