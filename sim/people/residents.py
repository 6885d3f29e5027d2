"""Residents: one row per person, drawn once for a place and a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from sim.by_age import ByAge
from sim.columns import Bools, Codes, Floats, Ints, seal
from sim.errors import InputError
from sim.notes import Note
from sim.people.ages import AGES_END, age_group, people_by_group, split_bands
from sim.people.census import CensusConfig, read_census
from sim.people.households import ADULT, ELDER, draw_ages, form_households
from sim.place import Homes, Place, WalkClass, apportion
from sim.randomness import generator

# Bands of ages that decide the age group of fewer residents than this are as good as single years [A].
TOLD_SHARE: Final = 0.005


class Mobility(IntEnum):
    """`SLOW` walks slowly, without stairs and not far; `HOUSEBOUND` does not walk."""

    INDEPENDENT = 0
    SLOW = 1
    HOUSEBOUND = 2


@dataclass
class PeopleConfig:
    """Who lives in the place. Tables by age hold the value from a key's age on; `configs/people` names the sources.

    `census` is a sheet that comes before `household_size`, `profile` and `female_share`; `ages_within` tells how
    people of a band of `profile` are spread over its ages; `floor_s` seconds for one floor of stairs; `cycle_share` of
    tours that are cycled, at `cycle_m_s`.
    """

    residents: int | None = None
    census: CensusConfig = field(default_factory=CensusConfig)
    household_size: float = 2.3
    profile: dict[int, float] = field(default_factory=dict)
    ages_within: dict[int, float] = field(default_factory=dict)
    female_share: dict[int, float] = field(default_factory=lambda: {0: 0.5})
    elders_apart_share: float = 0.55
    speed_m_s: dict[int, float] = field(default_factory=dict)
    speed_sd_m_s: dict[int, float] = field(default_factory=dict)
    speed_min_m_s: float = 0.3
    speed_max_m_s: float = 1.8
    slow_share: dict[int, float] = field(default_factory=dict)
    slow_factor: float = 0.65
    slow_range_m: float = 400.0
    housebound_share: dict[int, float] = field(default_factory=dict)
    away_share: dict[int, float] = field(default_factory=dict)
    away_from_h: float = 8.0
    away_until_h: float = 18.0
    carer_stays_share: float = 0.85
    alone_from_age: int = 6
    floor_s: dict[int, float] = field(default_factory=dict)
    cycle_share: dict[int, float] = field(default_factory=dict)
    cycle_m_s: float = 3.5

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        if self.residents is not None and self.residents < 1:
            raise InputError(f"people.residents: {self.residents}; at least 1 is needed")
        if not 1 <= self.household_size <= 20:
            raise InputError(f"people.household_size: {self.household_size}; 1 to 20 people are accepted")
        for key in ("elders_apart_share", "carer_stays_share", "slow_factor"):
            value = getattr(self, key)
            if not 0 <= value <= 1:
                raise InputError(f"people.{key}: {value}; 0 to 1 is accepted")
        if self.census.file is None and (self.census.row is not None or self.census.name):
            raise InputError("people.census: a row is named, but no sheet; give its path as people.census.file")
        for key in ("female_share", "slow_share", "housebound_share", "away_share", "cycle_share"):
            for age, value in getattr(self, key).items():
                if not 0 <= value <= 1:
                    raise InputError(f"people.{key}.{age}: {value}; a share from 0 to 1 is accepted")
        for age in self.slow_share.keys() | self.housebound_share.keys():
            both = float(ByAge(self.slow_share).at(age) + ByAge(self.housebound_share).at(age))
            if both > 1:
                raise InputError(
                    f"people.slow_share and housebound_share: together {both:g} from age {age} on; at most 1"
                )
        for key in ("profile", "female_share", "speed_m_s", "speed_sd_m_s"):
            table = getattr(self, key)
            for age, value in table.items():
                if not (age >= 0 and value >= 0):
                    raise InputError(f"people.{key}.{age}: {value}; ages and values from 0 up are accepted")
            if 0 not in table:
                raise InputError(
                    f"people.{key}: no value from age 0 on; give one with the key 0, or change single ages, as "
                    f"people.{key}.60=…"
                )
        for key in ("profile", "ages_within"):
            for age, value in getattr(self, key).items():
                if not (0 <= age < AGES_END and value >= 0):
                    raise InputError(
                        f"people.{key}.{age}: {value}; ages from 0 to {AGES_END - 1} and shares from 0 up are accepted"
                    )
        if not any(share > 0 for share in self.profile.values()):
            raise InputError("people.profile: all shares are 0; at least one must be above")
        for age, seconds in self.floor_s.items():
            if not (age >= 0 and seconds >= 0):
                raise InputError(f"people.floor_s.{age}: {seconds}; ages and seconds from 0 up are accepted")
        if self.floor_s and 0 not in self.floor_s:
            raise InputError("people.floor_s: no value from age 0 on; give one with the key 0")
        if not self.cycle_m_s > 0:
            raise InputError(f"people.cycle_m_s: {self.cycle_m_s}; a speed above 0 is needed")
        if not 0 < self.speed_min_m_s <= self.speed_max_m_s:
            raise InputError(
                f"people.speed_min_m_s: {self.speed_min_m_s}; "
                f"above 0 and at most people.speed_max_m_s ({self.speed_max_m_s}) is accepted"
            )
        if not 0 <= self.away_from_h <= self.away_until_h <= 24:
            raise InputError(
                f"people.away_from_h, away_until_h: {self.away_from_h}, {self.away_until_h}; "
                "hours from 0 to 24, the first not after the second"
            )
        if self.slow_range_m <= 0:
            raise InputError(f"people.slow_range_m: {self.slow_range_m}; metres above 0 are accepted")


@dataclass(frozen=True)
class Residents:
    """One row per person, ordered by household.

    `home` row in `Homes`; `household`; `age` years; `age_group` row in `AGE_GROUPS`; `female`; `speed_m_s`;
    `mobility` a `Mobility`; `range_m` the longest single walk of a slow walker, else inf; `carer` who walks for or with
    them (children, the housebound), or -1; `away` spends weekdays elsewhere; `climb_s` between door and street, where
    there is no lift.
    """

    home: Ints
    household: Ints
    age: Ints
    age_group: Codes
    female: Bools
    speed_m_s: Floats
    mobility: Codes
    range_m: Floats
    carer: Ints
    away: Bools
    climb_s: Floats = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if len(self.climb_s) != len(self.home):
            object.__setattr__(self, "climb_s", np.zeros(len(self.home)))
        seal(self)

    def __len__(self) -> int:
        return len(self.home)

    @property
    def walk_class(self) -> Codes:
        """The `WalkClass` of each resident."""
        return np.where(self.mobility == Mobility.SLOW, WalkClass.STEP_FREE, WalkClass.ABLE).astype(np.int8)


def take_census(config: PeopleConfig) -> tuple[PeopleConfig, tuple[Note, ...]]:
    """The config with the ages, sexes and household size of its census sheet, where one is given; and notes."""
    if config.census.file is None:
        return config, ()
    sheet = read_census(config.census, config.ages_within)
    counted = replace(
        config,
        census=CensusConfig(),
        profile=sheet.profile,
        female_share=sheet.female_share or config.female_share,
        household_size=sheet.household_size or config.household_size,
    )
    return counted, sheet.notes


def split_notes(place: Place, config: PeopleConfig) -> tuple[Note, ...]:
    """A note where ages are told by bands that do not tell `AGE_GROUPS` apart: by what profile they are split.

    Its share is that of the residents who are in another age group than if all ages of a band were equally many.
    """
    homes, known = place.homes, _known_ages(place.homes)
    people = homes.weight / max(homes.weight.sum(), 1e-9)
    told = [(*banded(config.profile), people[~known].sum(), config.ages_within, "people.ages_within")]
    if known.any():
        counted = homes.age_weight[known] / homes.age_weight[known].sum(axis=1, keepdims=True)
        told.append(
            (
                homes.age_from,
                people[known] @ counted,
                people[known].sum(),
                fine_profile(config),
                "the profile of the place",
            )
        )
    notes, oldest = [], 0.0
    for age_from, weight, share, within, by in told:
        split, even = (people_by_group(age_from, weight / max(weight.sum(), 1e-9) * share, how) for how in (within, {}))
        oldest += split[-1]
        moved = float(np.abs(split - even).sum() / 2)
        if moved >= TOLD_SHARE:
            bands = ", ".join(f"{low}-{high - 1}" for low, high in pairwise(age_from))
            notes.append(
                (f"Ages are told by the bands {bands} and {age_from[-1]}+; within them people are split by {by}", moved)
            )
    return tuple(
        Note(
            f"{text}: {oldest:.1%} of the residents are 80 or more.",
            share=moved,
            remedy="Give the census sheet of the place (people.census), or columns of finer ages.",
        )
        for text, moved in notes
    )


def settle(place: Place, config: PeopleConfig, seed: int) -> Residents:
    """The residents of a place: ages and households by the profile of each home, then speed, mobility, days and carers.

    Where ages are counted by bands, people of a band are spread over its ages by the profile of the place; those of a
    band of that profile by `people.ages_within`.
    Raises `InputError` where the place counts no residents and `people.residents` gives none.
    """
    config, _ = take_census(config)
    n = config.residents or round(place.population or 0)
    if n < 1:
        raise InputError(
            "people.residents: not given, and the place counts nobody; give the number of residents, a count of people "
            "as place.population.file, or buildings as place.homes.file"
        )
    home, household, age = _house(place.homes, n, config, seed)

    rng = generator(seed, "bodies")
    female = rng.random(n) < ByAge(config.female_share).at(age)
    mean, sd = ByAge(config.speed_m_s).at(age), ByAge(config.speed_sd_m_s).at(age)
    speed = truncated_normal(rng.random(n), mean, sd, config.speed_min_m_s, config.speed_max_m_s)
    draw = rng.random(n)
    housebound = ByAge(config.housebound_share).at(age)
    slow = ByAge(config.slow_share).at(age)
    mobility = np.select(
        [draw < housebound, draw < housebound + slow], [Mobility.HOUSEBOUND, Mobility.SLOW], Mobility.INDEPENDENT
    ).astype(np.int8)
    is_slow = mobility == Mobility.SLOW
    speed = np.where(is_slow, np.maximum(speed * config.slow_factor, config.speed_min_m_s), speed)

    away = (rng.random(n) < ByAge(config.away_share).at(age)) & (mobility == Mobility.INDEPENDENT)
    away &= ~_stays_for_a_child(household, age, away, mobility, config, rng.random(n))
    # One floor for a household, drawn by the number of its first member.
    floor = np.floor(rng.random(n)[np.unique(household, return_index=True)[1]][household] * place.homes.floors[home])
    return Residents(
        home=home,
        household=household,
        age=age,
        age_group=age_group(age),
        female=female,
        speed_m_s=speed,
        mobility=mobility,
        range_m=np.where(is_slow, config.slow_range_m, np.inf),
        carer=_carers(household, age, away, mobility),
        away=away,
        climb_s=floor * ByAge(config.floor_s).at(age),
    )


def truncated_normal(draw: Floats, mean: Floats, sd: Floats, low: float, high: float) -> Floats:
    """Normal numbers kept between `low` and `high`, by inversion of numbers drawn evenly from 0 to 1."""
    spread = np.maximum(sd, 1e-9)
    below, above = ndtr((low - mean) / spread), ndtr((high - mean) / spread)
    return np.clip(mean + spread * ndtri(below + draw * (above - below)), low, high)


def _house(homes: Homes, n: int, config: PeopleConfig, seed: int) -> tuple[Ints, Ints, Ints]:
    """Home, household and age of `n` residents; homes that share an age profile are filled together."""
    known = _known_ages(homes)
    profile = np.full(len(homes), -1)
    if known.any():
        shares = homes.age_weight[known] / homes.age_weight[known].sum(axis=1, keepdims=True)
        profile[known] = np.unique(shares, axis=0, return_inverse=True)[1].ravel()
    weights = np.bincount(profile + 1, weights=homes.weight).astype(float)
    finest = fine_profile(config)
    columns: list[tuple[Ints, Ints, Ints]] = []
    n_households = 0
    for row, n_here in enumerate(apportion(n, weights)):
        if not n_here:
            continue
        members = np.flatnonzero(profile == row - 1)
        rng = generator(seed, "households", row)
        if row:
            age_from, weight, within = homes.age_from, homes.age_weight[members[0]], finest
        else:
            age_from, weight, within = *banded(config.profile), config.ages_within
        ages = draw_ages(int(n_here), age_from, weight, within, rng)
        age, household = form_households(ages, config.household_size, config.elders_apart_share, rng)
        count = int(household[-1]) + 1
        # Systematic sampling: every home gets its share of households, to within one.
        filled = np.cumsum(homes.weight[members]) / homes.weight[members].sum()
        at = np.searchsorted(filled, (np.arange(count) + rng.random()) / count * filled[-1], side="right")
        chosen = members[np.minimum(at, len(members) - 1)][rng.permutation(count)]
        columns.append((chosen[household].astype(np.int32), (household + n_households).astype(np.int32), age))
        n_households += count
    home, household, age = (np.concatenate(column) for column in zip(*columns, strict=True))
    return home, household, age


def _known_ages(homes: Homes) -> Bools:
    """Homes where ages are counted."""
    if not homes.age_from:
        return np.zeros(len(homes), dtype=bool)
    return np.isfinite(homes.age_weight).all(axis=1) & (homes.age_weight.sum(axis=1) > 0)


def banded(profile: Mapping[int, float]) -> tuple[tuple[int, ...], Floats]:
    """The lowest age of each band of a profile, in order, and its people."""
    ages = tuple(sorted(profile))
    return ages, np.array([profile[age] for age in ages], dtype=float)


def fine_profile(config: PeopleConfig) -> dict[int, float]:
    """The profile of the place, its bands split as `people.ages_within` has them."""
    _, low, people = split_bands(*banded(config.profile), config.ages_within)
    return dict(zip(low.tolist(), people.tolist(), strict=True))


def _stays_for_a_child(
    household: Ints, age: Ints, away: Bools, mobility: Codes, config: PeopleConfig, draw: Floats
) -> Bools:
    """The first adult of a household with a small child in which nobody else could walk with it by day."""
    n = int(household[-1]) + 1
    adult = (age >= ADULT) & (mobility == Mobility.INDEPENDENT)
    child = np.bincount(household, age < config.alone_from_age, n) > 0
    someone = np.bincount(household, adult & ~away, n) > 0
    needed = (child & ~someone)[household] & adult & away
    rows = np.flatnonzero(needed)
    first = rows[np.unique(household[rows], return_index=True)[1]]
    stays = np.zeros(len(age), dtype=bool)
    stays[first[draw[first] < config.carer_stays_share]] = True
    return stays


def _carers(household: Ints, age: Ints, away: Bools, mobility: Codes) -> Ints:
    """Who walks with the children and for the housebound: an elder first, else an adult at home, else one who
    is away.
    """
    able = (age >= ADULT) & (mobility == Mobility.INDEPENDENT)
    rank = np.select([~able, age >= ELDER, ~away], [3, 0, 1], 2)
    order = np.lexsort((np.arange(len(age)), rank, household))
    best = order[np.unique(household[order], return_index=True)[1]]
    carer = np.where(able[best], best, -1)[household]
    return np.where((age < ADULT) | (mobility == Mobility.HOUSEBOUND), carer, -1).astype(np.int32)
