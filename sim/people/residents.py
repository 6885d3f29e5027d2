"""Residents: one row per person, drawn once for a place and a seed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr, ndtri

from sim.by_age import ByAge
from sim.columns import Bools, Codes, Floats, Ints, seal, short_repr
from sim.errors import InputError
from sim.people.ages import age_group
from sim.people.carers import find_carers, stays_for_a_child
from sim.people.config import PeopleConfig
from sim.people.housing import house
from sim.people.mobility import Mobility
from sim.place import Homes, Place, WalkClass
from sim.randomness import generator


@dataclass(frozen=True)
class Residents:
    """One row for each person, ordered by household.

    Fields:
        home (resident,): row in `Homes`.
        household (resident,): row of the household.
        age (resident,): years.
        age_group (resident,): row in `AGE_GROUPS`.
        female (resident,): whether she is a woman or a girl.
        speed_m_s (resident,): pace, metres per second.
        mobility (resident,): a `Mobility`.
        range_m (resident,): the longest single walk of a slow walker, metres; inf for others.
        carer (resident,): the row of the resident who walks with a child or for the housebound, or -1.
        away (resident,): whether they spend weekdays elsewhere.
        climb_s (resident,): seconds between door and street, where there is no lift.
        owns_ride (resident,): whether their household owns an e-bike or a bicycle.
        owns_car (resident,): whether it owns a car.
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
    owns_ride: Bools = field(default_factory=lambda: np.empty(0, np.bool_))
    owns_car: Bools = field(default_factory=lambda: np.empty(0, np.bool_))

    __repr__ = short_repr

    def __post_init__(self) -> None:
        for name, kind in (("climb_s", np.float64), ("owns_ride", np.bool_), ("owns_car", np.bool_)):
            if len(getattr(self, name)) != len(self.home):
                object.__setattr__(self, name, np.zeros(len(self.home), kind))
        seal(self)

    def __len__(self) -> int:
        return len(self.home)

    @property
    def walk_class(self) -> Codes:
        """The `WalkClass` of each resident."""
        return np.where(self.mobility == Mobility.SLOW, WalkClass.STEP_FREE, WalkClass.ABLE).astype(np.int8)

    def climb_s_in(self, homes: Homes) -> Floats:
        """Seconds between door and street in these homes, shape (resident,): 0 where there is a lift."""
        return np.where(homes.lift[self.home], 0.0, self.climb_s)


def settle(place: Place, config: PeopleConfig, seed: int) -> Residents:
    """The residents of a place: ages and households by the profile of each home, then speed, mobility, days and carers.

    Where ages are counted by bands, people of a band are spread over its ages by the profile of the place; those of a
    band of that profile by `people.ages_within`.
    Raises `InputError` where the place counts no residents and `people.residents` gives none.
    """
    if config.census.file is not None:
        from sim.people.census import take_census  # a reader of files is no rule of those who have none

        config, _ = take_census(config)
    n = config.residents or round(place.population or 0)
    if n < 1:
        raise InputError(
            "people.residents: not given, and the place counts nobody; give the number of residents, a count of people "
            "as place.population.file, or buildings as place.homes.file"
        )
    home, household, age = house(place.homes, n, config, seed)

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
    away &= ~stays_for_a_child(household, age, away, mobility, config, rng.random(n))
    # One floor for a household, drawn by the number of its first member.
    owned = generator(seed, "vehicles").random((2, int(household[-1]) + 1))
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
        carer=find_carers(household, age, away, mobility),
        away=away,
        climb_s=floor * ByAge(config.floor_s).at(age),
        owns_ride=owned[0][household] < config.ride_owned_share,
        owns_car=owned[1][household] < config.car_owned_share,
    )


def truncated_normal(draw: Floats, mean: Floats, sd: Floats, low: float, high: float) -> Floats:
    """Normal numbers kept between `low` and `high`, by inversion of numbers drawn evenly from 0 to 1."""
    spread = np.maximum(sd, 1e-9)
    below, above = ndtr((low - mean) / spread), ndtr((high - mean) / spread)
    return np.clip(mean + spread * ndtri(below + draw * (above - below)), low, high)
