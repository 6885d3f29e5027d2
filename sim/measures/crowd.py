"""The crowd: residents of all draws, counted by what the measures of nearness and access ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np

from sim.by_age import ByAge, age_band
from sim.columns import Bools, Codes, Floats, Ints, seal
from sim.kernels import kernel
from sim.measures.nearness import ANY_AGE, Nearness, ages_of, check_within, offers_on_foot
from sim.needs import NeedConfig
from sim.outlets import Layout
from sim.people import ADULT, AGE_GROUPS, GROUP_FROM, Mobility, Residents
from sim.place import Place

WITHIN_MIN: Final = (5, 10, 15)
WALK_MIN: Final = 15  # within which a need or a domain counts as covered
HAVE: Final = 0  # columns of `Crowd.near`; between them, those who are within each of WITHIN_MIN
IN_RADIUS: Final = 1 + len(WITHIN_MIN)
HOUSEBOUND: Final = int(Mobility.HOUSEBOUND)  # for the kernel


class People(NamedTuple):
    """The residents of one draw, a row each, as they live under a layout.

    `home`, `age`, `age_group`, `speed_m_s`, `mobility` and `walk_class` as in `Residents`.
    `zone` of the home.
    `range_m` with the layout's benches.
    `climb_m` metres that could be walked in the time for the floors that no lift saves.
    """

    home: Ints
    zone: Ints
    age: Ints
    age_group: Codes
    speed_m_s: Floats
    mobility: Codes
    range_m: Floats
    climb_m: Floats
    walk_class: Codes


def people_of(place: Place, layout: Layout, residents: Residents) -> People:
    """The residents of a draw under a layout; `place` as the layout leaves it."""
    home, speed = residents.home, residents.speed_m_s
    zone = place.homes.zone[home]
    return People(
        home=home,
        zone=zone,
        age=residents.age,
        age_group=residents.age_group,
        speed_m_s=speed,
        mobility=residents.mobility,
        range_m=residents.range_m * layout.benches(place.zones)[zone],
        climb_m=residents.climb_s_in(place.homes) * speed,
        walk_class=residents.walk_class,
    )


def per_week(need: NeedConfig, age: Ints) -> Floats:
    """Errands a week of a need at each age, 0 for those who do not have it; of a need of households, those of
    each resident who may go for it.
    """
    own = ByAge(need.per_week).at(age)
    if need.per_household:
        own = np.where(own > 0, own, (age >= ADULT) * need.beside_elder_per_week)
    return own


@dataclass(frozen=True)
class Crowd:
    """Residents of one draw under a layout, or of several: crowds of draws can be added.

    `draws` how many.
    `needs` and `domain_names` keys, in the order of the axes below.
    `age_from` (band,) the ages at which bands begin.
    `residents` and `households` (zone,) of all draws.
    `near` (need, age group, zone, 5) residents with the need, with an outlet for it within each of `WITHIN_MIN`
    minutes at their own speed, and with one in its official radius.
    `domains` (domain, zone, 2) residents who want something of it, and those with an outlet for that within 15.
    `people` (home, band, mobility) residents.
    `speed_m_s` and `climb_m` (home, band, mobility) theirs, added up.
    `range_m` (home, mobility) how far they walk.
    """

    draws: int
    needs: tuple[str, ...]
    domain_names: tuple[str, ...]
    age_from: tuple[int, ...]
    residents: Ints
    households: Ints
    near: Ints
    domains: Ints
    people: Ints
    speed_m_s: Floats
    climb_m: Floats
    range_m: Floats

    def __post_init__(self) -> None:
        seal(self)

    def __add__(self, other: Crowd) -> Crowd:
        """Both draws together."""
        added = {name: getattr(self, name) + getattr(other, name) for name in ADDED}
        # Those who live in one home and move alike have the same range, and inf stands where nobody was drawn yet.
        return replace(self, **added, range_m=np.minimum(self.range_m, other.range_m))

    @property
    def anywhere(self) -> Crowd:
        """The same without what is told by home, and all communities as one, so that crowds of different places can
        be added.
        """
        return replace(
            self,
            residents=self.residents.sum(keepdims=True),
            households=self.households.sum(keepdims=True),
            near=self.near.sum(axis=2, keepdims=True),
            domains=self.domains.sum(axis=1, keepdims=True),
            **{name: getattr(self, name)[:0, :0] for name in ("people", "speed_m_s", "climb_m", "range_m")},
        )


ADDED: Final = ("draws", "residents", "households", "near", "domains", "people", "speed_m_s", "climb_m")


def crowd_of(
    place: Place, layout: Layout, near: Nearness, needs: Mapping[str, NeedConfig], residents: Residents
) -> Crowd:
    """The crowd of one draw; `place` as the layout leaves it. Raises `InputError` where `near` is of a reach that does
    not go as far as somebody walks.
    """
    people = people_of(place, layout, residents)
    walks = people.mobility != HOUSEBOUND
    farthest_m = np.minimum(max(WITHIN_MIN) * 60 * people.speed_m_s, people.range_m)
    check_within(near.limit_m, people.walk_class[walks], farthest_m[walks])
    domains = tuple(dict.fromkeys(need.domain for need in needs.values()))
    ages = np.arange(people.age.max(initial=0) + 1)
    wants = np.array([per_week(need, ages) > 0 for need in needs.values()]).reshape(len(needs), len(ages))
    n_zones = len(place.zones)
    counted = np.zeros((len(needs), len(AGE_GROUPS), n_zones, IN_RADIUS + 1), np.int64)
    in_domains = np.zeros((len(domains), n_zones, 2), np.int64)
    domain = np.array([domains.index(need.domain) for need in needs.values()], np.int64)
    count_near(people, near, wants, domain, np.array(WITHIN_MIN, float), counted, in_domains)

    age_from = age_cuts(layout, needs)
    shape = len(place.homes), len(age_from), len(Mobility)
    cell = np.ravel_multi_index((people.home, age_band(age_from, people.age), people.mobility), shape)

    def in_cells(weight: Floats | None = None) -> Any:
        return np.bincount(cell, weight, int(np.prod(shape))).reshape(shape)

    range_m = np.full((shape[0], shape[2]), np.inf)
    range_m[people.home, people.mobility] = people.range_m
    heads = residents.home[np.unique(residents.household, return_index=True)[1]]
    return Crowd(
        draws=1,
        needs=tuple(needs),
        domain_names=domains,
        age_from=age_from,
        residents=np.bincount(people.zone, minlength=n_zones),
        households=np.bincount(place.homes.zone[heads], minlength=n_zones),
        near=counted,
        domains=in_domains,
        people=in_cells(),
        speed_m_s=in_cells(people.speed_m_s),
        climb_m=in_cells(people.climb_m),
        range_m=range_m,
    )


def age_cuts(layout: Layout, needs: Mapping[str, NeedConfig]) -> tuple[int, ...]:
    """The ages at which anything changes: the group of age, how often something is wanted, or which ages are served."""
    ages = {*GROUP_FROM, ADULT}
    for key, need in needs.items():
        ages |= {*need.per_week, *served_from(layout, key, need)}
    return tuple(sorted(age for age in ages if age >= 0))


def served_from(layout: Layout, need_key: str, need: NeedConfig) -> set[int]:
    """The ages from which and below which outlets serve a need."""
    bounds = {ages_of(offer) for offer in offers_on_foot(layout, need_key, need) if offer} - {ANY_AGE}
    return {age for both in bounds for age in both}


@kernel
def count_near(
    people: People, near: Nearness, wants: Bools, domain: Ints, within_min: Floats, counted: Ints, in_domains: Ints
) -> None:
    """Count those who have each need, and those with an outlet for it near, as in `Crowd`.

    `wants` (need, age), `domain` (need,).
    """
    n_needs, n_within = len(wants), len(within_min)
    asks, has = np.zeros(len(in_domains), np.bool_), np.zeros(len(in_domains), np.bool_)
    metres = np.empty(n_needs)
    for i in range(len(people.home)):
        home, zone, group, age = people.home[i], people.zone[i], people.age_group[i], people.age[i]
        find_own(near.metres[people.walk_class[i], home], near.first, near.from_age, near.below_age, age, metres)
        range_m = -1.0 if people.mobility[i] == HOUSEBOUND else people.range_m[i]
        asks[:] = False
        has[:] = False
        for need in range(n_needs):
            if wants[need, age]:
                walk_m = metres[need] + people.climb_m[i]
                minutes = walk_m / people.speed_m_s[i] / 60 if walk_m <= range_m else np.inf
                counted[need, group, zone, HAVE] += 1
                for row in range(n_within):
                    counted[need, group, zone, HAVE + 1 + row] += minutes <= within_min[row]
                counted[need, group, zone, IN_RADIUS] += near.in_radius[home, need]
                asks[domain[need]] = True
                has[domain[need]] |= minutes <= WALK_MIN
        for row in range(len(asks)):
            in_domains[row, zone, 0] += asks[row]
            in_domains[row, zone, 1] += has[row]


@kernel
def find_own(by_group: Floats, first: Ints, from_age: Ints, below_age: Ints, age: int, metres: Floats) -> None:
    """Set `metres` (need,) to those of the nearest outlet that serves an age; `by_group` (group,) as in `Nearness`."""
    for need in range(len(metres)):
        metres[need] = np.inf
        for group in range(first[need], first[need + 1]):
            if from_age[group] <= age < below_age[group]:
                metres[need] = min(metres[need], by_group[group])
