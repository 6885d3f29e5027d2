"""What the loop reads: layout, reach, errands and rules as flat arrays, one row each for outlet, pool, offer
and errand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numba import njit

from sim.columns import Bools, Codes, Floats, Ints, Keys
from sim.day.config import DayConfig
from sim.needs import Errands, NeedConfig, NeedsConfig, Tours
from sim.outlets import Layout, Reach
from sim.people import Residents, by_age
from sim.place import Place
from sim.randomness import text_key


class Supply(NamedTuple):
    """Outlets, their pools of staff, and their offers ordered by (need, outlet).

    Outlet: `key` of its id, `node`, `snap_m`, `admits`, windows `opens_s[w]`, `closes_s[w]` for w in
    `window[j]..window[j+1]`. Pool: `servers`, `per_day`, `room`, and where its slots begin in the state
    (`server_slot`, `room_slot`). Offer: `offer_outlet`, `offer_pool`, `service_s`, `fixed`, `utility`; those of
    need n are `of_need[n]..of_need[n+1]`. Options: from start row r for need n, offers `option[first..last]`
    with `option_m`, where first and last are `options[r * n_needs + n]` and the next.
    """

    key: Keys
    node: Ints
    snap_m: Floats
    admits: Ints
    window: Ints
    opens_s: Floats
    closes_s: Floats
    servers: Ints
    per_day: Ints
    room: Ints
    server_slot: Ints
    room_slot: Ints
    offer_outlet: Ints
    offer_pool: Ints
    service_s: Floats
    fixed: Bools
    utility: Floats
    of_need: Ints
    row: Ints
    options: Ints
    option: Ints
    option_m: Floats


class Demand(NamedTuple):
    """Errands and tours, and what of their walkers matters on the way.

    Errand: `key`, `need`, `wanted_s`, `stay_s`, `follows`, `limit_m` walked at most for it. Tour: `first`, `speed_m_s`,
    `walk_class`. Walker: `of_walker` tours, `home` node, `snap_m`, `compound`, `cost_per_s` utility per second walked.
    Need: `need_key`, `patience` factor.
    """

    key: Keys
    need: Codes
    wanted_s: Floats
    stay_s: Floats
    follows: Ints
    limit_m: Floats
    first: Ints
    speed_m_s: Floats
    walk_class: Codes
    of_walker: Ints
    home: Ints
    snap_m: Floats
    compound: Ints
    cost_per_s: Floats
    need_key: Keys
    patience: Floats


class Rules(NamedTuple):
    """The numbers of `DayConfig` that the loop uses, the seed, and the week's second at which day 0 begins."""

    seed: int
    monday_s: float
    taste_scale: float
    retries: int
    known_share: float
    unlimited_share: float
    patience_median_s: float
    patience_sigma: float


def supply_of(layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig], day: DayConfig) -> Supply:
    """The supply side of a layout; an outlet that offers a substitute serves the need at the substitute's penalty."""
    pools: list[tuple[int, int, int]] = []
    pool_row: dict[tuple[int, str], int] = {}
    offers: list[tuple[int, int, int, float, bool, float]] = []
    row_of = {key: row for row, key in enumerate(needs)}
    for j, outlet in enumerate(layout.outlets):
        for key, pool in outlet.pools.items():
            pool_row[j, key] = len(pools)
            pools.append((pool.servers, pool.per_day, pool.room))
        drawn = day.size_weight * np.log(outlet.size) + outlet.attraction
        for need_key, need in needs.items():
            served_as = {need_key: 0.0, **need.substitutes}
            known = [(penalty, other) for other, penalty in served_as.items() if other in outlet.offers]
            if known:
                penalty, other = min(known)
                offer = outlet.offers[other]
                offers.append(
                    (
                        row_of[need_key],
                        j,
                        pool_row[j, offer.pool],
                        offer.service_min * 60,
                        offer.service == "fixed",
                        drawn - penalty,
                    )
                )
    offers.sort(key=lambda offer: offer[:2])
    columns = list(zip(*offers, strict=True)) if offers else [()] * 6
    need_row, outlet_row = np.array(columns[0], np.int32), np.array(columns[1], np.int32)
    servers, per_day, room = np.array(pools, np.int32).reshape(-1, 3).T.copy()
    windows = [outlet.windows for outlet in layout.outlets]
    by_outlet = np.lexsort((need_row, outlet_row)).astype(np.int32)
    of_outlet = np.searchsorted(outlet_row[by_outlet], np.arange(len(layout) + 1)).astype(np.int32)
    options, option, option_m = _options(
        reach.indptr, reach.outlet, reach.metres, of_outlet, by_outlet, need_row, len(needs)
    )
    return Supply(
        key=np.array([text_key(outlet.id) for outlet in layout.outlets], np.uint64),
        node=np.array([outlet.node for outlet in layout.outlets], np.int32),
        snap_m=np.array([outlet.snap_m for outlet in layout.outlets], float),
        admits=np.array([outlet.admits for outlet in layout.outlets], np.int32),
        window=np.concatenate([[0], np.cumsum([len(w) for w in windows])]).astype(np.int32),
        opens_s=np.array([opens for w in windows for opens, _ in w], float),
        closes_s=np.array([closes for w in windows for _, closes in w], float),
        servers=servers,
        per_day=per_day,
        room=room,
        server_slot=np.concatenate([[0], np.cumsum(servers)]).astype(np.int32),
        room_slot=np.concatenate([[0], np.cumsum(room)]).astype(np.int32),
        offer_outlet=outlet_row,
        offer_pool=np.array(columns[2], np.int32),
        service_s=np.array(columns[3], float),
        fixed=np.array(columns[4], np.bool_),
        utility=np.array(columns[5], float),
        of_need=np.searchsorted(need_row, np.arange(len(needs) + 1)).astype(np.int32),
        row=reach.row,
        options=options,
        option=option,
        option_m=option_m,
    )


@njit(cache=True, nogil=True)
def _options(
    indptr: Ints, outlet: Ints, metres: Floats, of_outlet: Ints, by_outlet: Ints, need: Ints, n_needs: int
) -> tuple[Ints, Ints, Floats]:
    """Reach by need: for each start and need the offers within reach, by outlet."""
    n_rows = len(indptr) - 1
    options = np.zeros(n_rows * n_needs + 1, np.int64)
    for r in range(n_rows):
        for k in range(indptr[r], indptr[r + 1]):
            for o in range(of_outlet[outlet[k]], of_outlet[outlet[k] + 1]):
                options[r * n_needs + need[by_outlet[o]] + 1] += 1
    for i in range(n_rows * n_needs):
        options[i + 1] += options[i]
    option = np.empty(options[-1], np.int32)
    option_m = np.empty(options[-1])
    end = options[:-1].copy()
    for r in range(n_rows):
        for k in range(indptr[r], indptr[r + 1]):
            for o in range(of_outlet[outlet[k]], of_outlet[outlet[k] + 1]):
                at = r * n_needs + need[by_outlet[o]]
                option[end[at]] = by_outlet[o]
                option_m[end[at]] = metres[k]
                end[at] += 1
    return options, option, option_m


def demand_of(
    place: Place, residents: Residents, needs: NeedsConfig, errands: Errands, tours: Tours, day: DayConfig
) -> Demand:
    """The demand side: errands and tours with the limits of who walks them."""
    n_walks = int(tours.first[-1])
    walker, need, tour = errands.walker[:n_walks], errands.need[:n_walks], errands.tour[:n_walks]
    limit_s = np.zeros(n_walks)
    for row, config in enumerate(needs.catalogue.values()):
        here = need == row
        limit_s[here] = by_age(config.limit_min, residents.age[walker[here]]) * 60
    return Demand(
        key=errands.key,
        need=errands.need,
        wanted_s=errands.wanted_s,
        stay_s=errands.stay_s,
        follows=errands.follows,
        limit_m=np.minimum(limit_s * tours.speed_m_s[tour], tours.range_m[tour]),
        first=tours.first,
        speed_m_s=tours.speed_m_s,
        walk_class=tours.walk_class,
        of_walker=tours.of_walker,
        home=place.homes.node[residents.home],
        snap_m=place.homes.snap_m[residents.home],
        compound=place.streets.compound[place.homes.node][residents.home],
        cost_per_s=by_age(day.cost_per_min, residents.age) / 60,
        need_key=np.array([text_key(key) for key in needs.catalogue], np.uint64),
        patience=np.array([config.patience for config in needs.catalogue.values()]),
    )


def rules_of(day: DayConfig, first_weekday: int, seed: int) -> Rules:
    """The rules of a run whose day 0 is the given weekday (0 Monday)."""
    return Rules(
        seed=seed,
        monday_s=first_weekday * 86_400.0,
        taste_scale=day.taste_scale,
        retries=day.retries,
        known_share=day.known_share,
        unlimited_share=day.patience_unlimited_share,
        patience_median_s=day.patience_median_min * 60,
        patience_sigma=day.patience_sigma,
    )
