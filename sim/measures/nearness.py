"""Nearness: how far it is from every home to the outlets that serve a need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.kernels import kernel
from sim.needs import NeedConfig
from sim.outlets import Layout, OfferConfig, admits
from sim.place import ON_FOOT, Place
from sim.place.walks import SLACK_M
from sim.reach import Reach
from sim.reach.extent import GOERS, MAKE_REACH
from sim.reach.reach import NEVER_M

ANY_AGE: Final = (0, 1_000)  # ages [from, below] of an offer that names none


def offers_on_foot(layout: Layout, need_key: str, need: NeedConfig) -> list[OfferConfig | None]:
    """What each kind of outlet in a layout has for those who walk in for a need."""
    return [kind.offer_on_foot(need_key, need.substitutes) for kind in layout.kinds]


def serves(layout: Layout, need_key: str, need: NeedConfig) -> Bools:
    """Which outlets serve those who walk in for a need, as itself or as a substitute, shape (outlet,)."""
    offers = offers_on_foot(layout, need_key, need)
    return np.array([offer is not None for offer in offers], dtype=bool)[layout.kind]


def nearest_m(place: Place, layout: Layout, reach: Reach, serving: Bools) -> Floats:
    """Metres on foot from each home to the nearest outlet of each group that admits it; inf beyond reach.

    `serving` (group, outlet) says which outlets are in a group; the answer has the shape (group, walk class, home) for
    the classes of `ON_FOOT`.
    """
    outlet, group = np.nonzero(serving.T)
    metres = np.full((len(ON_FOOT), len(place.homes), len(serving)), np.inf)
    groups = Groups(layout.admits, np.searchsorted(outlet, np.arange(len(layout) + 1)), group)
    node = place.homes.node
    pairs = reach.indptr, reach.outlet, reach.metres
    find_nearest(reach.row[ON_FOOT, :][:, node], pairs, groups, place.streets.compound[node], metres)
    return np.moveaxis(metres + place.homes.snap_m[:, None], 2, 0)


class Groups(NamedTuple):
    """Groups of outlets: outlet j admits `whom[j]` and is in the groups `group[first[j]:first[j + 1]]`."""

    whom: Ints
    first: Ints
    group: Ints


@kernel
def find_nearest(row: Ints, pairs: tuple[Ints, Ints, Floats], groups: Groups, compound: Ints, nearest: Floats) -> None:
    """Lower `nearest` (walk class, home, group) to the metres of the nearest outlet that admits the home.

    `row` (walk class, home) of the reach, whose `pairs` of a start and an outlet are looked at once.
    """
    indptr, outlet, metres = pairs
    for walk_class in range(row.shape[0]):
        for home in range(row.shape[1]):
            start = row[walk_class, home]
            if start < 0:
                continue
            near = nearest[walk_class, home]
            for pair in range(indptr[start], indptr[start + 1]):
                j = outlet[pair]
                if admits(groups.whom[j], compound[home]):
                    for at in range(groups.first[j], groups.first[j + 1]):
                        group = groups.group[at]
                        near[group] = min(near[group], metres[pair])


def within_radius(place: Place, layout: Layout, serving: Bools) -> Bools:
    """Which homes lie within the official radius of an outlet of each group, as the crow flies, shape (group, home)."""
    radius_m = np.array([layout.formats[outlet.format].radius_m or -1.0 for outlet in layout.outlets])
    order = np.argsort(place.homes.xy[:, 0], kind="stable")
    outlet, group = np.nonzero((serving & (radius_m > 0)).T)
    near = np.zeros((len(place.homes), len(serving)), dtype=bool)
    mark_within(
        place.homes.xy[order], layout.xy, radius_m, np.searchsorted(outlet, np.arange(len(layout) + 1)), group, near
    )
    found = np.empty_like(near.T)
    found[:, order] = near.T
    return found


@kernel
def mark_within(homes: Floats, outlets: Floats, radius_m: Floats, first: Ints, group: Ints, near: Bools) -> None:
    """Mark in `near` (home, group) the homes, which stand from west to east, within the radius of each outlet."""
    for j in range(len(outlets)):
        if first[j] == first[j + 1]:
            continue
        x, y = outlets[j]
        for home in range(np.searchsorted(homes[:, 0], x - radius_m[j]), len(homes)):
            if homes[home, 0] > x + radius_m[j]:
                break
            if np.hypot(homes[home, 0] - x, homes[home, 1] - y) <= radius_m[j]:
                for at in range(first[j], first[j + 1]):
                    near[home, group[at]] = True


class Nearness(NamedTuple):
    """How near outlets are to the homes under a layout.

    `first` (need + 1,): the outlets for need n, in the order of the catalogue, are the groups `first[n]` to
    `first[n + 1]`, one for each range of ages that they serve.
    `from_age` and `below_age` (group,) ages from the one and below the other.
    `metres` (walk class, home, group) to the nearest of a group, inf beyond reach.
    `in_radius` (home, need) whether the home lies in the radius of the format of an outlet.
    `limit_m` (walk class,) to where the reach has every walk.
    """

    first: Ints
    from_age: Ints
    below_age: Ints
    metres: Floats
    in_radius: Bools
    limit_m: Floats


def near_outlets(place: Place, layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig]) -> Nearness:
    """How near outlets are, in one pass over the reach; `place` as the layout leaves it."""
    first, ages, serving, any_age = [0], [], [], []
    for key, need in needs.items():
        offers = offers_on_foot(layout, key, need)
        of_ages = np.array([ages_of(offer) if offer else (-1, -1) for offer in offers]).reshape(-1, 2)[layout.kind]
        own = sorted({ages_of(offer) for offer in offers if offer})
        serving += [(of_ages == bounds).all(axis=1) for bounds in own]
        any_age.append(of_ages[:, 0] >= 0)
        ages += own
        first.append(len(ages))
    bounds = np.array(ages, dtype=np.int64).reshape(-1, 2)
    near = nearest_m(place, layout, reach, np.array(serving, dtype=bool).reshape(len(serving), len(layout)))
    return Nearness(
        first=np.array(first),
        from_age=bounds[:, 0].copy(),
        below_age=bounds[:, 1].copy(),
        metres=np.ascontiguousarray(np.moveaxis(near, 0, 2)),
        in_radius=np.ascontiguousarray(
            within_radius(place, layout, np.array(any_age, dtype=bool).reshape(len(needs), len(layout))).T
        ),
        limit_m=whole_within_m(layout, reach, needs),
    )


def whole_within_m(layout: Layout, reach: Reach, needs: Mapping[str, NeedConfig]) -> Floats:
    """Metres up to which a reach has every walk to an outlet that serves those who walk in, shape (walk class,)."""
    offers = [offers_on_foot(layout, key, need) for key, need in needs.items()]
    serving = np.array([any(of_kind) for of_kind in zip(*offers, strict=True)], dtype=bool)[layout.kind]
    return np.asarray(reach.limit_m[:, serving].min(axis=1, initial=np.inf))


def check_within(limit_m: Floats, walk_class: Ints, farthest_m: Floats) -> None:
    """Raise `InputError` where the residents of a walk class go so far that it is beyond the limits of a reach."""
    for of_class in ON_FOOT:
        asked_m = float(farthest_m[walk_class == of_class].max(initial=NEVER_M))
        if asked_m > limit_m[of_class] + SLACK_M:
            raise InputError(
                f"reach: for {GOERS[of_class]} ({of_class.name}) it goes {max(limit_m[of_class], 0.0):,.0f} m to some "
                f"outlets, and {asked_m:,.0f} m are looked at; {MAKE_REACH}"
            )


def ages_of(offer: OfferConfig) -> tuple[int, int]:
    """The ages [from, below] whom an offer is for."""
    return (offer.ages[0], offer.ages[1]) if offer.ages else ANY_AGE
