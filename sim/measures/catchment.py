"""Access: what serves residents within their walk, shared among all who want it.

It is that of the enhanced two-step floating catchment area (Luo and Qi 2009, doi:10.1016/j.healthplace.2009.06.002) on
the walking network: what an outlet can serve in a week is shared among all residents who want it within a walk, and a
resident has the shares of all outlets within theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np

from sim.columns import Floats, Ints
from sim.kernels import kernel
from sim.measures.capacity import weekly_supply
from sim.measures.crowd import Crowd, per_week, served_from
from sim.measures.evenness import curve
from sim.measures.nearness import ages_of, check_within, offers_on_foot, whole_within_m
from sim.needs import NeedConfig
from sim.outlets import Layout, admits
from sim.people import GROUP_FROM, Mobility
from sim.place import Place, WalkClass
from sim.reach import Reach

UP_TO_MIN: Final = (5.0, 10.0, 15.0)
WEIGHT: Final = (1.00, 0.68, 0.22)  # up to so many minutes: the zones of Luo and Qi 2009; 0 beyond
INDEPENDENT, SLOW = int(Mobility.INDEPENDENT), int(Mobility.SLOW)  # the housebound do not walk
ABLE, STEP_FREE = int(WalkClass.ABLE), int(WalkClass.STEP_FREE)


@dataclass(frozen=True)
class Access:
    """Access to one need, by cell of residents.

    `wanted` errands a week of each cell.
    `access` weekly supply within its walk for each errand wanted.

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
    """Where cells start, and what they reach from there.

    `row` (walk class, home) of the reach.
    `indptr`, `outlet`, `metres` its pairs of a start and an outlet.
    `whom` (outlet,) whom each outlet admits.
    `compound` and `snap_m` (home,) of each home.
    """

    row: Ints
    indptr: Ints
    outlet: Ints
    metres: Floats
    whom: Ints
    compound: Ints
    snap_m: Floats


class Cells(NamedTuple):
    """Residents of one home, mobility and age band, whom an outlet serves alike.

    `age_from` (band,) the ages at which bands begin.
    `wanted` (home, mobility, need, band) errands a week of all of them together, of one draw.
    `speed_m_s` (home, mobility, band) their mean speed on level ground.
    `climb_m` (home, mobility, band) the mean of what could be walked in the time for their floors.
    `range_m` (home, mobility) how far they walk.
    """

    age_from: Ints
    wanted: Floats
    speed_m_s: Floats
    climb_m: Floats
    range_m: Floats


class WeeklyOffers(NamedTuple):
    """What each outlet serves in a week, offer by offer.

    `first` (outlet + 1,): outlet j has the offers `first[j]` to `first[j + 1]`.
    `need` (offer,) its row in the needs.
    `from_age` and `below_age` (offer,) whom it is for: ages from the one and below the other.
    `a_week` (offer,) errands.
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
        layout.admits, place.streets.compound[node],
        place.homes.snap_m,
    )  # fmt: skip
    # The bands of a need begin where the groups of age do, and where the ages begin and end whom its outlets serve.
    alike: dict[tuple[int, ...], dict[str, NeedConfig]] = {}
    for key, need in needs.items():
        alike.setdefault(tuple(sorted({*GROUP_FROM, *served_from(layout, key, need)})), {})[key] = need
    found: dict[str, Access] = {}
    for age_from, own in alike.items():
        cells, supply = cells_of(crowd, own, age_from), weekly_offers(layout, own)
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


def weekly_offers(layout: Layout, needs: Mapping[str, NeedConfig]) -> WeeklyOffers:
    """What the outlets of a layout serve in a week, offer by offer."""
    offers: list[tuple[float, ...]] = []
    for row, (key, need) in enumerate(needs.items()):
        of_kind = offers_on_foot(layout, key, need)
        serving = {j: offer for j, kind in enumerate(layout.kind.tolist()) if (offer := of_kind[kind])}
        a_week = weekly_supply([layout.outlets[j] for j in serving], key, need).tolist()
        offers += [(j, row, *ages_of(offer), n) for (j, offer), n in zip(serving.items(), a_week, strict=True)]
    rows = np.array(sorted(offers), dtype=float).reshape(-1, 5)
    outlet, need_row, from_age, below_age = rows[:, :4].astype(np.int64).T.copy()
    return WeeklyOffers(
        np.searchsorted(outlet, np.arange(len(layout) + 1)), need_row, from_age, below_age, rows[:, 4].copy()
    )


def floating_catchment(starts: Starts, cells: Cells, supply: WeeklyOffers) -> Floats:
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
def meet(starts: Starts, cells: Cells, supply: WeeklyOffers, ratio: Floats, within: Floats, shared: Floats) -> None:
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
