"""Equity: how evenly residents can reach what serves them, and how evenly they are met.

Access is that of the enhanced two-step floating catchment area (Luo and Qi 2009, doi:10.1016/j.healthplace.2009.06.002)
on the walking network: what an outlet can serve in a week is shared among all who want it within a walk, and a resident
has the shares of all outlets within theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from sim.clock_times import DAY_S
from sim.columns import Floats, Ints
from sim.kernels import kernel
from sim.measures.comparison import Sums, half_width
from sim.measures.crowd import Crowd, per_week, served_from
from sim.measures.nearness import ages_of, check_within, offers_on_foot, whole_within_m
from sim.measures.outlets import open_s
from sim.measures.travel import ALL
from sim.needs import NeedConfig
from sim.outlets import Layout, OfferConfig, Outlet, PoolConfig, admits
from sim.outlets.hours import WEEK_S, Window
from sim.people import AGE_GROUPS, GROUP_FROM, Mobility
from sim.place import Place, WalkClass
from sim.reach import Reach
from sim.record.outcomes import FIRST_REASON
from sim.record.tally import Tally

UP_TO_MIN: Final = (5.0, 10.0, 15.0)
WEIGHT: Final = (1.00, 0.68, 0.22)  # up to so many minutes: the zones of Luo and Qi 2009; 0 beyond
STEPS: Final = 20  # of the Lorenz curve
INDEPENDENT, SLOW = int(Mobility.INDEPENDENT), int(Mobility.SLOW)  # the housebound do not walk
ABLE, STEP_FREE = int(WalkClass.ABLE), int(WalkClass.STEP_FREE)
EQUITY: Final = {
    "gini_access": "0 even to 1 uneven, access weighted by errands wanted",
    "palma_access": "access of the top 10 % over that of the bottom 40 %",
    "gini_met": "0 even to 1 uneven, share of errands met by home, weighted by errands raised",
    "gap_80_adult": "unmet share of errands of ages 80+ less that of ages 15-59",
}

OF_ERRANDS: Final = ("gini_met", "gap_80_adult")  # which there are for all needs together
BOUNDS: Final = {
    "gini_access": (0.0, 1.0),
    "palma_access": (0.0, np.inf),
    "gini_met": (0.0, 1.0),
    "gap_80_adult": (-1.0, 1.0),
}


@dataclass(frozen=True)
class Access:
    """Errands `wanted` a week in each cell, and its `access`: weekly supply within its walk for each errand wanted.

    Cells are residents of one home, age band and mobility, in this order, who want something. Where a need has outlets
    that nothing limits, supply is their size, and access has no unit.
    """

    wanted: Floats
    access: Floats

    @cached_property
    def curve(self) -> tuple[Floats, Floats]:
        """The Lorenz curve of access, of residents weighted by the errands that they want."""
        return curve(self.access, self.wanted)


class Starts(NamedTuple):
    """Where cells start: `row` (walk class, home) of the reach, its pairs of a start and an outlet, `whom` each outlet
    admits, and the compounds and doors of homes.
    """

    row: Ints
    indptr: Ints
    outlet: Ints
    metres: Floats
    whom: Ints
    compound: Ints
    snap_m: Floats


class Cells(NamedTuple):
    """Residents of one home, mobility and age band, whom an outlet serves alike; bands begin at `age_from` (band,).

    `wanted` (home, mobility, need, band) errands a week of all of them together, of one draw; `speed_m_s` and
    `climb_m` (home, mobility, band) means; `range_m` (home, mobility).
    """

    age_from: Ints
    wanted: Floats
    speed_m_s: Floats
    climb_m: Floats
    range_m: Floats


class Supply(NamedTuple):
    """Who serves what: outlet j has the offers `first[j]` to `first[j + 1]`, each for a row of `need` and the ages
    [`from_age`, `below_age`), of `a_week` errands (offer,).
    """

    first: Ints
    need: Ints
    from_age: Ints
    below_age: Ints
    a_week: Floats


def access(
    place: Place, layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig], crowd: Crowd
) -> dict[str, Access]:
    """Access to each need by cell of residents, over all draws of the crowd; `place` as the layout leaves it."""
    check_cells(crowd, whole_within_m(layout, reach, needs))
    node = place.homes.node
    starts = Starts(
        reach.row[:, node], reach.indptr, reach.outlet, reach.metres,
        layout.admits, place.streets.compound[node], place.homes.snap_m,
    )  # fmt: skip
    # The bands of a need begin where the groups of age do, and where the ages begin and end whom its outlets serve.
    alike: dict[tuple[int, ...], dict[str, NeedConfig]] = {}
    for key, need in needs.items():
        alike.setdefault(tuple(sorted({*GROUP_FROM, *served_from(layout, key, need)})), {})[key] = need
    found: dict[str, Access] = {}
    for age_from, own in alike.items():
        cells, supply = cells_of(crowd, own, age_from), supply_of(layout, own)
        shared = floating_catchment(starts, cells, supply)
        for row, key in enumerate(own):
            wanted, had = (column[:, :, row].transpose(0, 2, 1) for column in (cells.wanted, shared))
            found[key] = Access(wanted[wanted > 0], had[wanted > 0])
    return {key: found[key] for key in needs}


def check_cells(crowd: Crowd, limit_m: Floats) -> None:
    """Raise `InputError` where a cell of residents walks farther than a reach goes."""
    for mobility, walk_class in ((INDEPENDENT, ABLE), (SLOW, STEP_FREE)):
        speed = crowd.speed_m_s[:, :, mobility] / np.maximum(crowd.people[:, :, mobility], 1)
        farthest_m = np.minimum(UP_TO_MIN[-1] * 60 * speed.max(axis=1), crowd.range_m[:, mobility])
        check_within(limit_m, np.full(len(farthest_m), walk_class), farthest_m)


def cells_of(crowd: Crowd, needs: Mapping[str, NeedConfig], age_from: Sequence[int]) -> Cells:
    """The cells of a crowd in bands of age that are wider than its own."""
    ages = np.array(crowd.age_from)
    starts = np.searchsorted(ages, age_from)

    def widened(column: Any) -> Floats:
        return np.add.reduceat(column, starts, axis=1).transpose(0, 2, 1).astype(float)

    people = np.maximum(widened(crowd.people), 1)
    wanted = [widened(crowd.people * (per_week(need, ages) / crowd.draws)[:, None]) for need in needs.values()]
    return Cells(
        age_from=np.array(age_from),
        wanted=np.stack(wanted, axis=2),
        speed_m_s=widened(crowd.speed_m_s) / people,
        climb_m=widened(crowd.climb_m) / people,
        range_m=crowd.range_m,
    )


def supply_of(layout: Layout, needs: Mapping[str, NeedConfig]) -> Supply:
    """What the outlets of a layout serve in a week, offer by offer."""
    offers: list[tuple[float, ...]] = []
    for row, (key, need) in enumerate(needs.items()):
        of_kind = offers_on_foot(layout, key, need)
        serving = {j: offer for j, kind in enumerate(layout.kind.tolist()) if (offer := of_kind[kind])}
        a_week = weekly_supply([layout.outlets[j] for j in serving], key, need).tolist()
        offers += [(j, row, *ages_of(offer), n) for (j, offer), n in zip(serving.items(), a_week, strict=True)]
    rows = np.array(sorted(offers), dtype=float).reshape(-1, 5)
    outlet, need_row, from_age, below_age = rows[:, :4].astype(np.int64).T.copy()
    return Supply(np.searchsorted(outlet, np.arange(len(layout) + 1)), need_row, from_age, below_age, rows[:, 4].copy())


def floating_catchment(starts: Starts, cells: Cells, supply: Supply) -> Floats:
    """Access of each cell to each need, in the shape of `wanted`.

    What is shared out is what there is: errands wanted times access adds up to the supply of all offers that somebody
    who wants them reaches.
    """
    n_offers = len(supply.a_week)
    ratio, within, shared = np.zeros(n_offers), np.zeros(n_offers), np.zeros_like(cells.wanted)
    meet(starts, cells, supply, ratio, within, shared)  # who asks of each offer
    np.divide(supply.a_week, within, out=ratio, where=within > 0)
    meet(starts, cells, supply, ratio, within, shared)  # what each offer has for them
    return shared


@kernel
def meet(starts: Starts, cells: Cells, supply: Supply, ratio: Floats, within: Floats, shared: Floats) -> None:
    """For each cell and each offer within its walk, add to `within` (offer,) what the cell wants, and to `shared`
    (home, mobility, need, band) the `ratio` (offer,), both by the weight of the walk.
    """
    for home in range(cells.wanted.shape[0]):
        for mobility in (INDEPENDENT, SLOW):
            start = starts.row[STEP_FREE if mobility == SLOW else ABLE, home]
            # No cell walks farther; a metre more, since this is not how their minutes are compared.
            farthest_m = UP_TO_MIN[-1] * 60 * cells.speed_m_s[home, mobility].max() + 1
            if start < 0 or farthest_m <= 1:
                continue
            for pair in range(starts.indptr[start], starts.indptr[start + 1]):
                outlet, metres = starts.outlet[pair], starts.metres[pair] + starts.snap_m[home]
                if metres > farthest_m:  # and so are all that follow
                    break
                if admits(starts.whom[outlet], starts.compound[home]):
                    for offer in range(supply.first[outlet], supply.first[outlet + 1]):
                        need = supply.need[offer]
                        for band in range(len(cells.age_from)):
                            wanted = cells.wanted[home, mobility, need, band]
                            if wanted > 0 and supply.from_age[offer] <= cells.age_from[band] < supply.below_age[offer]:
                                weight = weight_of(metres, cells, home, mobility, band)
                                within[offer] += wanted * weight
                                shared[home, mobility, need, band] += ratio[offer] * weight


@kernel
def weight_of(metres: float, cells: Cells, home: int, mobility: int, band: int) -> float:
    """The weight of a walk to the floor of a cell; 0 beyond its range and beyond the last zone."""
    metres += cells.climb_m[home, mobility, band]
    if metres > cells.range_m[home, mobility]:
        return 0.0
    minutes = metres / cells.speed_m_s[home, mobility, band] / 60
    for zone in range(len(UP_TO_MIN)):
        if minutes <= UP_TO_MIN[zone]:
            return WEIGHT[zone]
    return 0.0


def weekly_supply(outlets: Sequence[Outlet], need_key: str, need: NeedConfig) -> Floats:
    """Errands of a need that each outlet can serve in a week; their sizes instead where nothing limits one of them."""
    limits = [errands_a_week(outlet, need_key, need) for outlet in outlets]
    return np.array(limits if np.isfinite(limits).all() else [outlet.size for outlet in outlets], dtype=float)


def errands_a_week(outlet: Outlet, need_key: str, need: NeedConfig) -> float:
    """The tightest of what limits an outlet, inf where nothing does.

    Staff and places that serve several needs are split evenly among them.
    """
    offer = outlet.kind.offer_on_foot(need_key, need.substitutes)
    if offer is None:
        return 0.0
    pool = outlet.pools[offer.pool]
    sharing = sum(other.pool == offer.pool and other.walk_in for other in outlet.offers.values())
    open_week_s = week_s(outlet.windows)
    if not open_week_s:
        return 0.0
    limits = (by_day(pool, outlet), by_staff(pool, offer, open_week_s), by_room(pool, offer, need, open_week_s))
    return min(limits) / sharing / outlet.every_weeks


def by_day(pool: PoolConfig, outlet: Outlet) -> float:
    """Places, or people served at most on a day, times the days on which the outlet opens."""
    return min((n * open_days(outlet.windows) for n in (pool.places, pool.per_day) if n), default=np.inf)


@cache
def week_s(windows: tuple[Window, ...]) -> float:
    """Seconds open in a week; outlets of a format share their hours."""
    return open_s(windows, 0.0, WEEK_S)


@cache
def open_days(windows: tuple[Window, ...]) -> int:
    """Days of the week on which it opens."""
    return sum(open_s(windows, day * DAY_S, (day + 1) * DAY_S) > 0 for day in range(7))


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


def gini(people: Floats, held: Floats) -> float:
    """The Gini coefficient: one less twice the area under the Lorenz curve; NaN where nobody holds anything."""
    # The end of the curve is 1, or NaN where there is none.
    return float(np.maximum(held[-1] - np.sum(np.diff(people) * (held[1:] + held[:-1])), 0.0))


def palma(people: Floats, held: Floats) -> float:
    """What the top 10 % hold over what the bottom 40 % hold on a Lorenz curve; NaN where those hold nothing."""
    bottom, below_top = np.interp([0.4, 0.9], people, held)
    return float((1 - below_top) / bottom) if bottom > 0 else np.nan


class SeedEquity(NamedTuple):
    """Equity in one seed: `spread` (three measures, need and all), NaN where there is none; unmet errands of two ages.

    The measures are `gini_access`, `palma_access`, `gini_met`. `raised`, `unmet` (age, need and all) are of ages 15-59
    and 80+. `curves` (need, step): Lorenz curves of access, NaN where nobody reaches any.
    """

    spread: Floats
    raised: Ints
    unmet: Ints
    curves: Floats


def seed_equity(found: Mapping[str, Access], tally: Tally) -> SeedEquity:
    """The equity of one run; the needs are those of the tally, in its order."""
    raised_at, unmet_at = (np.vstack([at, at.sum(axis=0)]) for at in (tally.raised_at, tally.unmet_at))
    by_age = np.concatenate([tally.by_age, tally.by_age.sum(axis=0, keepdims=True)])
    with np.errstate(invalid="ignore"):
        met_at = 1 - unmet_at / raised_at
    met = [curve(met[n > 0], n[n > 0]) for met, n in zip(met_at, raised_at, strict=True)]
    curves = [found[key].curve for key in tally.needs]
    ages = [AGE_GROUPS.index(group) for group in ("15-59", "80+")]
    at = np.arange(STEPS + 1) / STEPS
    reached = [found[key].access.any() for key in tally.needs]
    drawn = [
        np.interp(at, *held) if some else np.full_like(at, np.nan) for held, some in zip(curves, reached, strict=True)
    ]
    return SeedEquity(
        spread=np.array(
            [
                [*(gini(*points) for points in curves), np.nan],
                [*(palma(*points) for points in curves), np.nan],
                [gini(*points) for points in met],
            ]
        ),
        raised=by_age.sum(axis=2).T[ages],
        unmet=by_age[..., FIRST_REASON:].sum(axis=2).T[ages],
        curves=np.array(drawn).reshape(-1, STEPS + 1),
    )


def equity(needs: Sequence[str], seeds: Sequence[SeedEquity]) -> pd.DataFrame:
    """Measures of `EQUITY` by need, and those of errands also by `all` needs, with their 95 % intervals over seeds.

    Columns: `need`, `measure`, `unit`, `value`, `ci_low`, `ci_high`, `seeds` that have one. Gini and Palma are means of
    those of each seed, so that they do not fall as seeds are added, which even homes out; the gap is of all errands.
    """
    spread = np.stack([seed.spread for seed in seeds])
    has = np.isfinite(spread)
    terms = {
        measure: [Sums(has[:, row], np.where(has, spread, 0.0)[:, row], has[:, row])]
        for row, measure in enumerate(("gini_access", "palma_access", "gini_met"))
    }
    raised, unmet = (np.stack([getattr(seed, name) for seed in seeds], axis=1) for name in ("raised", "unmet"))
    terms["gap_80_adult"] = [Sums(raised[age], unmet[age], raised[age]) for age in (0, 1)]
    tables = []
    for measure, sums in terms.items():
        value: Any = 0.0
        with np.errstate(invalid="ignore"):
            for one in sums:
                value = one.total.sum(axis=0) / one.of.sum(axis=0) - value
        half, n = half_width(sums, is_share=measure.startswith("gap"))
        table = pd.DataFrame({"need": [*needs, ALL], "measure": measure, "unit": EQUITY[measure], "value": value})
        low, high = BOUNDS[measure]
        table["ci_low"], table["ci_high"] = np.maximum(value - half, low), np.minimum(value + half, high)
        table["seeds"] = n
        tables.append(table if measure in OF_ERRANDS else table.iloc[:-1])
    return pd.concat(tables, ignore_index=True)


def lorenz(needs: Sequence[str], seeds: Sequence[SeedEquity]) -> pd.DataFrame:
    """The Lorenz curve of access in steps, the mean of those of the seeds in which somebody can reach any: `need`,
    `people_share`, `access_share`.
    """
    at = np.arange(STEPS + 1) / STEPS
    rows = []
    for row, key in enumerate(needs):
        curves = np.stack([seed.curves[row] for seed in seeds])
        curves = curves[np.isfinite(curves[:, 0])]
        if len(curves):
            rows += [(key, *point) for point in zip(at, curves.mean(axis=0), strict=True)]
    return pd.DataFrame(rows, columns=["need", "people_share", "access_share"])
