"""Counting: the tally of a run, from the rows of its record."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from sim.clock_times import DAY_S, HOUR_S, HOURS_OF_DAY
from sim.columns import Bools, Codes, Floats, Ints
from sim.kernels import kernel
from sim.outlets import Layout
from sim.parallel import in_parts
from sim.people import AGE_GROUPS
from sim.place import Place, WalkClass
from sim.place.walks import Arcs, new_search, spread_walkers, walking_arcs
from sim.record.outcomes import DELIVERED, ENDS, FIRST_REASON, HOME_SERVED, MET_WALK, TURNED_AWAY
from sim.record.spread import spread_of
from sim.record.tally import NONE, TENTHS, Tally

BEYOND_M: Final = 1.0  # a search goes so much farther than the longest walk, added up in another order


class ErrandRows(NamedTuple):
    """The errands of a record, a row each: texts as rows of their names (-1 for none), and seconds.

    `end` is -1 on warm-up days, and where an errand is still under way.
    """

    end: Ints
    need: Ints
    age: Ints
    zone: Ints
    outlet: Ints
    pool: Ints
    home: Ints
    wanted_s: Floats
    set_out_s: Floats
    arrive_s: Floats
    start_s: Floats
    service_s: Floats
    walk_m: Floats
    speed_m_s: Floats


class WalkRows(NamedTuple):
    """The walks of measured days, a row each: `age` group of the walker, `outlet` and `reason` of a failure (or -1)."""

    age: Ints
    outlet: Ints
    reason: Ints
    depart_s: Floats
    arrive_s: Floats


def tally_run(
    place: Place,
    layout: Layout,
    age_group: Codes,
    errands: pd.DataFrame,
    legs: pd.DataFrame,
    *,
    days: int,
    warmup_days: int = 0,
) -> Tally:
    """The tally of the `days` days of a run that follow `warmup_days`, from the frames of its `Record`.

    `place` as the layout leaves it; `age_group` (resident,) of everybody. Errands still under way do not count.
    """
    needs, pools = (tuple(errands[column].cat.categories) for column in ("need", "pool"))
    outlets = tuple(outlet.id for outlet in layout.outlets)
    rows = _errands(errands, warmup_days, (needs, AGE_GROUPS, place.zones, outlets, pools))
    measured = legs["depart_s"].to_numpy() >= warmup_days * DAY_S
    return Tally(
        needs=needs,
        zones=place.zones,
        outlets=outlets,
        days=days,
        runs=1,
        **_ends(rows, len(needs), len(place.zones), len(place.homes)),
        **_trips(rows, len(needs), len(place.homes)),
        **_served(rows, _staffed(layout, pools)),
        **_walked(_walks(legs, outlets, age_group, measured), len(outlets)),
        walkers=walkers_on_links(place, legs, measured),
        residents=np.bincount(age_group, minlength=len(AGE_GROUPS)),
    )


def _ends(rows: ErrandRows, n_needs: int, n_zones: int, n_homes: int) -> dict[str, Any]:
    """How errands ended."""
    shapes = {"by_age": (n_needs, len(AGE_GROUPS)), "by_zone": (n_zones, n_needs), "by_hour": (n_needs, HOURS_OF_DAY)}
    found = {name: np.zeros((*shape, len(ENDS)), np.int64) for name, shape in shapes.items()}
    found |= {name: np.zeros((n_needs, n_homes), np.int64) for name in ("raised_at", "unmet_at")}
    count_errands(rows, *found.values())
    return found


def _trips(rows: ErrandRows, n_needs: int, n_homes: int) -> dict[str, Any]:
    """The time to service of errands met on foot."""
    trips = np.flatnonzero(rows.end == MET_WALK)
    time_s, walk_s, wait_s = np.zeros((3, n_needs, len(AGE_GROUPS)))
    sums = TripSums(time_s, walk_s, wait_s, np.zeros(n_homes, np.int64), np.zeros(n_homes))
    time_s, walk_s, wait_s = np.empty((3, len(trips)))
    each = EachTrip(time_s, walk_s, wait_s)
    add_trips(rows, trips, sums, each)
    group = rows.need[trips] * len(AGE_GROUPS) + rows.age[trips]
    return {
        **sums._asdict(),
        "times": spread_of(group, each.time_s),
        "walks": spread_of(group, each.walk_s),
        "waits": spread_of(rows.outlet[trips], each.wait_s),
        "each_ds": _each_ds(rows, trips, each.time_s),
    }


def _served(rows: ErrandRows, staffed: Bools) -> dict[str, Any]:
    """What happened at the outlets; `staffed` (outlet, pool)."""
    served, served_at_home = np.zeros((2, len(staffed)), np.int64)
    service_s, queued_s = np.zeros((2, len(staffed)))
    count_served(rows, staffed, served, served_at_home, service_s, queued_s)
    return {"served": served, "served_at_home": served_at_home, "service_s": service_s, "queued_s": queued_s}


def _walked(walks: WalkRows, n_outlets: int) -> dict[str, Any]:
    """Walks in vain, and the time of all walks."""
    turned_away, walked_s = np.zeros((n_outlets, len(TURNED_AWAY)), np.int64), np.zeros(len(AGE_GROUPS))
    count_ways(walks, turned_away, walked_s)
    return {"turned_away": turned_away, "walked_s": walked_s}


def _each_ds(errands: ErrandRows, trips: Ints, trip_time_s: Floats) -> Ints:
    """`each_ds` of a run; `trips` are the rows of errands met on foot, and how long each took."""
    time_ds = np.full(len(errands.end), NONE, np.int32)
    time_ds[trips] = np.ceil(trip_time_s * TENTHS)
    raised = np.flatnonzero(errands.end != NONE)
    cell = (errands.need[raised] * len(AGE_GROUPS) + errands.age[raised]).astype(np.int16)
    return time_ds[raised[np.argsort(cell, kind="stable")]]


def _errands(errands: pd.DataFrame, warmup_days: int, names: tuple[Sequence[str], ...]) -> ErrandRows:
    end = _rows(errands["outcome"], ENDS)
    end = np.where(end == NONE, _rows(errands["reason"], ENDS), end)
    end[errands["day"].to_numpy() < warmup_days] = NONE
    texts = zip(("need", "age_group", "zone", "outlet", "pool"), names, strict=True)
    columns: list[Any] = [end, *(_rows(errands[column], of) for column, of in texts)]
    return ErrandRows(*columns, *(_column(errands, column) for column in ErrandRows._fields[6:]))


def _walks(legs: pd.DataFrame, outlets: Sequence[str], age_group: Codes, measured: Bools) -> WalkRows:
    columns: tuple[Any, ...] = (
        age_group[legs["walker"].to_numpy()].astype(np.int32),
        _rows(legs["outlet"], outlets),
        _rows(legs["ended"], TURNED_AWAY),
        legs["depart_s"].to_numpy(),
        legs["arrive_s"].to_numpy(),
    )
    return WalkRows(*(column[measured] for column in columns))


def _rows(column: pd.Series[Any], names: Sequence[str]) -> Ints:
    """The row in `names` of each text of a categorical column; -1 for what is missing or not among them."""
    at = {name: row for row, name in enumerate(names)}
    row = np.array([*(at.get(text, NONE) for text in column.cat.categories), NONE], dtype=np.int32)
    return row[column.cat.codes.to_numpy()]


def _column(frame: pd.DataFrame, name: str) -> Any:
    """A column that nobody writes to, whatever the version of pandas: the kernels are compiled once."""
    column = np.ascontiguousarray(frame[name].to_numpy()).view()
    column.setflags(write=False)
    return column


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
    """Seconds of errands met on foot, added up: as in `Tally`."""

    time_s: Floats
    walk_s: Floats
    wait_s: Floats
    met_at: Ints
    time_s_at: Floats


class EachTrip(NamedTuple):
    """Seconds of each errand met on foot, shape (trip,): to service, walked, and waited."""

    time_s: Floats
    walk_s: Floats
    wait_s: Floats


@kernel
def add_trips(errands: ErrandRows, trips: Ints, sums: TripSums, each: EachTrip) -> None:
    """Add up the time to service, the walking and the waiting of errands met on foot, and tell that of each trip."""
    for k in range(len(trips)):
        i = trips[k]
        each.time_s[k] = errands.start_s[i] - errands.set_out_s[i]
        each.walk_s[k] = errands.walk_m[i] / errands.speed_m_s[i]
        each.wait_s[k] = errands.start_s[i] - errands.arrive_s[i]
        need, age, home = errands.need[i], errands.age[i], errands.home[i]
        sums.time_s[need, age] += each.time_s[k]
        sums.walk_s[need, age] += each.walk_s[k]
        sums.wait_s[need, age] += each.wait_s[k]
        sums.met_at[home] += 1
        sums.time_s_at[home] += each.time_s[k]


@kernel
def count_served(
    errands: ErrandRows, staffed: Bools, served: Ints, served_at_home: Ints, service_s: Floats, queued_s: Floats
) -> None:
    """Count whom each outlet served there and at home, the time of its staff that it took, and the waits there."""
    for i in range(len(errands.end)):
        end, outlet = errands.end[i], errands.outlet[i]
        if end == MET_WALK:
            served[outlet] += 1
            queued_s[outlet] += errands.start_s[i] - errands.arrive_s[i]
        elif end in (DELIVERED, HOME_SERVED):
            served_at_home[outlet] += 1
        else:
            continue
        if staffed[outlet, errands.pool[i]]:
            service_s[outlet] += errands.service_s[i]


@kernel
def count_ways(walks: WalkRows, turned_away: Ints, walked_s: Floats) -> None:
    """Count walks in vain by outlet and reason, and add up the time of all walks by the age group of the walker."""
    for i in range(len(walks.age)):
        walked_s[walks.age[i]] += walks.arrive_s[i] - walks.depart_s[i]
        if walks.reason[i] != NONE:
            turned_away[walks.outlet[i], walks.reason[i]] += 1


def walkers_on_links(place: Place, legs: pd.DataFrame, measured: Bools) -> Ints:
    """Parties on each street link, both ways, shape (link,): every measured walk laid back onto its shortest way.

    A walk and its return use the same links.
    """
    start, end = np.sort(legs[["from_node", "to_node"]].to_numpy(), axis=1).T
    metres, of_class = legs["metres"].to_numpy(), legs["walk_class"].to_numpy()
    walked = measured & (start != end)
    n_nodes, on_link = place.streets.n_nodes, np.zeros(place.streets.n_links, np.int64)
    for walk_class in WalkClass:
        own = walked & (of_class == walk_class)
        if own.any():
            limit_m = np.zeros(n_nodes)
            np.maximum.at(limit_m, start[own], metres[own] + BEYOND_M)
            pairs = coo_array((np.ones(own.sum(), np.int64), (start[own], end[own])), shape=(n_nodes, n_nodes)).tocsr()
            arcs = walking_arcs(place.streets, walk_class)
            walks = pairs.indptr, pairs.indices, pairs.data, limit_m
            found = in_parts(
                partial(_walkers_from, arcs, walks, len(on_link)), np.flatnonzero(np.diff(pairs.indptr)), 8
            )
            if missed := sum(part for part, _ in found):
                raise ValueError(f"{missed} walks of class {walk_class} are shorter than any way between their ends")
            on_link += sum(part for _, part in found)
    return on_link


def _walkers_from(arcs: Arcs, walks: tuple[Ints, Ints, Ints, Floats], n_links: int, starts: Ints) -> tuple[int, Ints]:
    """How many of the walks from some of the starts are missed, and the parties of the others on each link."""
    on_link = np.zeros(n_links, np.int64)
    return spread_walkers(arcs, starts, *walks, new_search(arcs), on_link), on_link
