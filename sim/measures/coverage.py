"""Coverage: who has an outlet near, whether or not it would be open, free or chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from sim.columns import Bools, Codes, Floats, Ints
from sim.needs import NeedConfig
from sim.outlets import EVERYONE, Layout, OfferConfig, Outlet, Reach
from sim.people import AGE_GROUPS, Mobility, Residents, by_age
from sim.people.households import ADULT
from sim.place import Place, WalkClass

WITHIN_MIN = (5, 10, 15)


class People(NamedTuple):
    """Residents of all draws, one row each, as they live under a layout.

    As in `Residents`; `range_m` with the layout's benches; `climb_m` what could be walked in the time for the floors
    that no lift saves.
    """

    home: Ints
    age: Ints
    age_group: Codes
    speed_m_s: Floats
    mobility: Codes
    range_m: Floats
    climb_m: Floats
    walk_class: Codes


def people_of(place: Place, layout: Layout, residents: Sequence[Residents]) -> People:
    """The residents of all draws together."""

    def column(name: str) -> Any:
        return np.concatenate([getattr(drawn, name) for drawn in residents])

    further = np.array([layout.range_factor.get(zone, 1.0) for zone in place.zones])
    home, speed = column("home"), column("speed_m_s")
    return People(
        home=home,
        age=column("age"),
        age_group=column("age_group"),
        speed_m_s=speed,
        mobility=column("mobility"),
        range_m=column("range_m") * further[place.homes.zone[home]],
        climb_m=np.where(place.homes.lift[home], 0.0, column("climb_s") * speed),
        walk_class=column("walk_class"),
    )


def per_week(need: NeedConfig, age: Ints) -> Floats:
    """Errands a week of a need at each age, 0 for who does not have it; of a need of households, those of each who
    may go for it.
    """
    own = by_age(need.per_week, age)
    if need.per_household:
        own = np.where(own > 0, own, (age >= ADULT) * need.beside_elder_per_week)
    return own


def offer_of(outlet: Outlet, need_key: str, need: NeedConfig) -> OfferConfig | None:
    """What an outlet has for a need: itself, else the substitute of least penalty; None where it is not had on foot."""
    served_as = {need_key: 0.0, **need.substitutes}
    known = [
        (penalty, key)
        for key, penalty in served_as.items()
        if key in outlet.offers and (key == need_key or outlet.offers[key].stands_in)
    ]
    offer = outlet.offers[min(known)[1]] if known else None
    return offer if offer and offer.walk_in else None


def serves(layout: Layout, need_key: str, need: NeedConfig) -> Bools:
    """Which outlets serve who walks in for a need, as itself or as a substitute, shape (outlet,)."""
    return np.array([offer_of(outlet, need_key, need) is not None for outlet in layout.outlets], dtype=bool)


def nearest_m(place: Place, layout: Layout, reach: Reach, serving: Bools) -> Floats:
    """Metres on foot from each home to the nearest of the outlets `serving` that admits it, shape (walk class,
    home); inf beyond reach.
    """
    admits = np.array([outlet.admits for outlet in layout.outlets], dtype=np.int32)
    n_rows = len(reach.indptr) - 1
    compound = np.full(n_rows, EVERYONE, dtype=np.int32)
    for walk_class in WalkClass:
        starts = np.flatnonzero(reach.row[walk_class] >= 0)
        compound[reach.row[walk_class, starts]] = place.streets.compound[starts]
    row = np.repeat(np.arange(n_rows), np.diff(reach.indptr))
    counts = serving[reach.outlet]
    counts &= (admits[reach.outlet] == EVERYONE) | (admits[reach.outlet] == compound[row])
    nearest = np.full(n_rows + 1, np.inf)  # the last is for row -1, of a class that nobody is in
    np.minimum.at(nearest, row[counts], reach.metres[counts])
    return nearest[reach.row[:, place.homes.node]] + place.homes.snap_m


def within_radius(place: Place, layout: Layout, serving: Bools) -> Bools:
    """Which homes lie within the official radius of an outlet that serves, as the crow flies, shape (home,)."""
    near = np.zeros(len(place.homes), dtype=bool)
    homes = cKDTree(place.homes.xy)
    for outlet in (layout.outlets[j] for j in np.flatnonzero(serving)):
        radius_m = layout.formats[outlet.format].radius_m
        if radius_m:
            near[homes.query_ball_point(outlet.xy, radius_m)] = True
    return near


def own_minutes(
    place: Place, layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig], people: People
) -> Iterator[tuple[str, Bools, Floats]]:
    """For each need: its key, who has it, and everybody's minutes at their own speed to the nearest outlet that serves
    them, both of shape (resident,); inf for the housebound, and beyond the range of slow walkers.
    """
    walks = people.mobility != Mobility.HOUSEBOUND
    for key, need in needs.items():
        offers = [offer_of(outlet, key, need) for outlet in layout.outlets]
        metres = np.full(len(people.home), np.inf)
        for ages in {tuple(offer.ages) for offer in offers if offer}:
            serving = np.array([offer is not None and tuple(offer.ages) == ages for offer in offers])
            near = nearest_m(place, layout, reach, serving)[people.walk_class, people.home]
            metres = np.where(of_ages(ages, people.age), np.minimum(metres, near + people.climb_m), metres)
        metres[~walks | (metres > people.range_m)] = np.inf
        yield key, per_week(need, people.age) > 0, metres / people.speed_m_s / 60


def of_ages(ages: Sequence[int], age: Ints) -> Bools:
    """Who is among the ages [from, below] of an offer; everybody where it names none."""
    return (age >= ages[0]) & (age < ages[1]) if ages else np.ones(len(age), dtype=bool)


def coverage(
    place: Place, layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig], residents: list[Residents]
) -> pd.DataFrame:
    """Shares of residents with an outlet near, by need and age group, over all the given draws of residents.

    `network_5_min`, `_10_min`, `_15_min`: within so many minutes at the resident's own speed, walls, stairs and
    admission counted; the housebound have none near, and slow walkers none beyond their range. `straight_line`:
    within the official radius of the outlet's format, as the crow flies, for everybody. Only age groups that
    have the need.
    """
    people = people_of(place, layout, residents)
    rows = []
    for key, wants, minutes in own_minutes(place, layout, reach, needs, people):
        near = within_radius(place, layout, serves(layout, key, needs[key]))[people.home]
        for code, name in enumerate(AGE_GROUPS):
            who = wants & (people.age_group == code)
            if who.any():
                network = {f"network_{m}_min": float(np.mean(minutes[who] <= m)) for m in WITHIN_MIN}
                rows.append({"need": key, "age_group": name, **network, "straight_line": float(np.mean(near[who]))})
    return pd.DataFrame(rows)
