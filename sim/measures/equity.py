"""Equity: how evenly residents can reach what serves them, and how evenly they are met.

Access is that of the enhanced two-step floating catchment area (Luo and Qi 2009, doi:10.1016/j.healthplace.2009.06.002)
on the walking network: what an outlet can serve in a week is shared among all who want it within a walk, and a resident
has the shares of all outlets within theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from sim.columns import Bools, Codes, Floats, Ints
from sim.measures.coverage import People, of_ages, offer_of, people_of, per_week
from sim.measures.outlets import DAY_S, WEEK_S, open_s
from sim.measures.travel import ALL
from sim.needs import NeedConfig
from sim.outlets import EVERYONE, Layout, OfferConfig, Outlet, PoolConfig, Reach
from sim.people import AGE_GROUPS, Mobility, Residents
from sim.people.ages import GROUP_FROM
from sim.place import Place, WalkClass

UP_TO_MIN: Final = (5.0, 10.0, 15.0)
WEIGHT: Final = (1.00, 0.68, 0.22, 0.0)  # up to so many minutes, and beyond: the zones of Luo and Qi 2009
STEPS: Final = 20  # of the Lorenz curve
EQUITY: Final = {
    "gini_access": "0 even to 1 uneven, access weighted by errands wanted",
    "palma_access": "access of the top 10 % over that of the bottom 40 %",
    "gini_met": "0 even to 1 uneven, share of errands met by home, weighted by errands raised",
    "gap_80_adult": "unmet share of errands of ages 80+ less that of ages 15-59",
}


class Cells(NamedTuple):
    """Residents of one home, age band and mobility, a row each: whom an outlet serves alike.

    `home` row; `age` lowest of the band; `mobility`; `walk_class`; `wanted` errands a week of all of them together, of
    one draw; `speed_m_s` and `climb_m` means; `range_m`.
    """

    home: Ints
    age: Ints
    mobility: Codes
    walk_class: Codes
    wanted: Floats
    speed_m_s: Floats
    climb_m: Floats
    range_m: Floats


class Access(NamedTuple):
    """Errands `wanted` a week in each cell, and its `access`: weekly supply within its walk for each errand wanted.

    Where a need has outlets that nothing limits, supply is their size, and access has no unit.
    """

    wanted: Floats
    access: Floats


def cells_of(people: People, need: NeedConfig, age_from: Sequence[int], draws: int) -> Cells:
    """The cells that want something, in age bands from each of `age_from` on."""
    band = np.searchsorted(age_from, people.age, side="right") - 1
    cell = (people.home * len(age_from) + band) * len(Mobility) + people.mobility
    wanted = np.bincount(cell, per_week(need, people.age)) / draws
    n = np.maximum(np.bincount(cell), 1)
    range_m = np.full(len(n), np.inf)
    range_m[cell] = people.range_m  # who lives in one home and moves alike has the same range
    rows = np.flatnonzero(wanted > 0)
    home_band, mobility = np.divmod(rows, len(Mobility))
    home, band = np.divmod(home_band, len(age_from))
    return Cells(
        home=home,
        age=np.array(age_from)[band],
        mobility=mobility,
        walk_class=np.where(mobility == Mobility.SLOW, WalkClass.STEP_FREE, WalkClass.ABLE),
        wanted=wanted[rows],
        speed_m_s=(np.bincount(cell, people.speed_m_s) / n)[rows],
        climb_m=(np.bincount(cell, people.climb_m) / n)[rows],
        range_m=range_m[rows],
    )


def access(
    place: Place, layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig], residents: Sequence[Residents]
) -> dict[str, Access]:
    """Access to each need by cell of residents, over all the given draws of residents."""
    people = people_of(place, layout, residents)
    found = {}
    for key, need in needs.items():
        offers = {j: offer for j, outlet in enumerate(layout.outlets) if (offer := offer_of(outlet, key, need))}
        age_from = sorted({*GROUP_FROM, *(age for offer in offers.values() for age in offer.ages)})
        cells = cells_of(people, need, age_from, len(residents))
        supply = weekly_supply([layout.outlets[j] for j in offers], key, need)
        found[key] = Access(
            cells.wanted, floating_catchment(cells.wanted, supply, *walks(place, layout, reach, offers, cells))
        )
    return found


def walks(
    place: Place, layout: Layout, reach: Reach, offers: Mapping[int, OfferConfig], cells: Cells
) -> tuple[Ints, Ints, Floats]:
    """Every pair of a cell and one of the outlets with `offers` to which it can walk, and the weight of the walk.

    The second column counts the outlets of `offers`. Who is not admitted, not of its ages, housebound, or walks slowly
    and lives beyond their range has weight 0.
    """
    serving = np.array(list(offers), dtype=np.int32)
    starts = csr_array((reach.metres, reach.outlet, reach.indptr), shape=(len(reach.indptr) - 1, len(layout)))
    node = place.homes.node[cells.home]
    found = starts[:, serving][reach.row[cells.walk_class, node]].tocoo()
    cell, outlet = found.row, found.col
    metres = found.data + place.homes.snap_m[cells.home[cell]] + cells.climb_m[cell]
    weight = np.array(WEIGHT)[np.searchsorted(UP_TO_MIN, metres / cells.speed_m_s[cell] / 60)]
    admits = np.array([layout.outlets[j].admits for j in offers], dtype=np.int32)[outlet]
    counts = (admits == EVERYONE) | (admits == place.streets.compound[node[cell]])
    counts &= (cells.mobility[cell] != Mobility.HOUSEBOUND) & (metres <= cells.range_m[cell])
    for row, offer in enumerate(offers.values()):
        if offer.ages:
            counts &= (outlet != row) | of_ages(offer.ages, cells.age[cell])
    return cell, outlet, weight * counts


def floating_catchment(demand: Floats, supply: Floats, cell: Ints, outlet: Ints, weight: Floats) -> Floats:
    """Access of each cell, shape (cell,), from pairs of a `cell` and an `outlet` with the `weight` of the walk.

    What is shared out is what there is: demand times access adds up to the supply of all outlets that demand reaches.
    """
    within = np.bincount(outlet, demand[cell] * weight, len(supply))
    ratio = np.divide(supply, within, out=np.zeros(len(supply)), where=within > 0)
    return np.bincount(cell, ratio[outlet] * weight, len(demand)).astype(float)


def weekly_supply(outlets: Sequence[Outlet], need_key: str, need: NeedConfig) -> Floats:
    """Errands of a need that each outlet can serve in a week; their sizes instead where nothing limits one of them."""
    limits = [errands_a_week(outlet, need_key, need) for outlet in outlets]
    return np.array(limits if np.isfinite(limits).all() else [outlet.size for outlet in outlets], dtype=float)


def errands_a_week(outlet: Outlet, need_key: str, need: NeedConfig) -> float:
    """The tightest of what limits an outlet, inf where nothing does.

    Staff and places that serve several needs are split evenly among them.
    """
    offer = offer_of(outlet, need_key, need)
    if offer is None:
        return 0.0
    pool = outlet.pools[offer.pool]
    sharing = sum(other.pool == offer.pool and other.walk_in for other in outlet.offers.values())
    open_week_s = open_s(outlet.windows, 0.0, WEEK_S)
    if not open_week_s:
        return 0.0
    limits = (by_day(pool, outlet), by_staff(pool, offer, open_week_s), by_room(pool, offer, need, open_week_s))
    return min(limits) / sharing / outlet.every_weeks


def by_day(pool: PoolConfig, outlet: Outlet) -> float:
    """Places, or people served at most on a day, times the days on which the outlet opens."""
    days = sum(open_s(outlet.windows, day * DAY_S, (day + 1) * DAY_S) > 0 for day in range(7))
    return min((n * days for n in (pool.places, pool.per_day) if n), default=np.inf)


def by_staff(pool: PoolConfig, offer: OfferConfig, open_week_s: float) -> float:
    """As many as the staff can serve one after the other."""
    service_s = offer.service_min * 60
    return pool.servers * open_week_s / service_s if pool.servers and service_s else np.inf


def by_room(pool: PoolConfig, offer: OfferConfig, need: NeedConfig, open_week_s: float) -> float:
    """As many as there is room for one after the other, each for the service and the stay."""
    inside_s = (offer.service_min + need.stay_min) * 60
    return pool.room * open_week_s / inside_s if pool.room and inside_s else np.inf


def curve(value: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The Lorenz curve from (0, 0) to (1, 1): shares of people, those with least first, and of what they hold."""
    order = np.argsort(value, kind="stable")
    people = np.append(0.0, np.cumsum(weight[order]))
    held = np.append(0.0, np.cumsum((weight * value)[order]))
    with np.errstate(invalid="ignore"):
        return people / people[-1], held / held[-1]


def gini(value: Floats, weight: Floats) -> float:
    """The Gini coefficient: one less twice the area under the Lorenz curve; NaN where nobody holds anything."""
    people, held = curve(value, weight)
    # The end of the curve is 1, or NaN where there is none.
    return float(np.maximum(held[-1] - np.sum(np.diff(people) * (held[1:] + held[:-1])), 0.0))


def palma(value: Floats, weight: Floats) -> float:
    """What the top 10 % hold over what the bottom 40 % hold; NaN where those hold nothing."""
    bottom, below_top = np.interp([0.4, 0.9], *curve(value, weight))
    return float((1 - below_top) / bottom) if bottom > 0 else np.nan


def equity(found: Mapping[str, Access], errands: pd.DataFrame) -> pd.DataFrame:
    """Measures of `EQUITY` by need, and those of errands also by `all` needs: `need`, `measure`, `unit`, `value`."""
    keys = list(found)
    need = pd.Categorical(errands["need"], categories=keys).codes.astype(np.int64)
    group = pd.Categorical(errands["age_group"], categories=list(AGE_GROUPS)).codes
    unmet = (errands["outcome"] == "unmet").to_numpy()
    raised_at, unmet_at = _tally(need, errands["home"].to_numpy(), len(keys), unmet)
    raised_by, unmet_by = _tally(need, group, len(keys), unmet)
    with np.errstate(invalid="ignore"):
        met_at, unmet_share = 1 - unmet_at / raised_at, unmet_by / raised_by
    columns: dict[str, Iterable[float]] = {
        "gini_access": [gini(access, wanted) for wanted, access in found.values()],
        "palma_access": [palma(access, wanted) for wanted, access in found.values()],
        "gini_met": [gini(met[n > 0], n[n > 0]) for met, n in zip(met_at, raised_at, strict=True)],
        "gap_80_adult": unmet_share[:, AGE_GROUPS.index("80+")] - unmet_share[:, AGE_GROUPS.index("15-59")],
    }
    rows = [
        (key, measure, EQUITY[measure], value)
        for measure, values in columns.items()
        for key, value in zip([*keys, ALL], values, strict=False)
    ]
    return pd.DataFrame(rows, columns=["need", "measure", "unit", "value"])


def _tally(need: Ints, column: Ints, n_needs: int, unmet: Bools) -> tuple[Floats, Floats]:
    """Errands raised and unmet, shape (need and one row for all, column)."""
    width = max(int(column.max(initial=0)) + 1, len(AGE_GROUPS))
    raised, given_up = (
        np.bincount(need * width + column, weight, n_needs * width).reshape(n_needs, width)
        for weight in (np.ones(len(need)), unmet)
    )
    return np.vstack([raised, raised.sum(axis=0)]), np.vstack([given_up, given_up.sum(axis=0)])


def lorenz(found: Mapping[str, Access]) -> pd.DataFrame:
    """The Lorenz curve of access in steps: `need`, `people_share`, `access_share`; of needs that somebody can reach."""
    at = np.arange(STEPS + 1) / STEPS
    curves = {key: np.interp(at, *curve(access, wanted)) for key, (wanted, access) in found.items() if access.any()}
    rows = [(key, *point) for key, held in curves.items() for point in zip(at, held, strict=True)]
    return pd.DataFrame(rows, columns=["need", "people_share", "access_share"])
