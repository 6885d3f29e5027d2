"""The keys of the group `people`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sim.by_age import ByAge
from sim.clock_times import is_span_of_day
from sim.errors import InputError
from sim.people.ages import AGES_END

CENSUS_KEY: Final = "people.census"
_SHARES_BY_AGE: Final = (
    "female_share", "slow_share", "housebound_share", "away_share", "cycle_share", "ride_share", "help_share",
)  # fmt: skip


@dataclass
class CensusConfig:
    """A census sheet: a table with a row for each district and columns of ages by sex.

    Fields:
        file: its path.
        row: the name or code of the district.
        name: the column where that stands (not given: any).
    """

    file: str | None = None
    row: str | None = None
    name: str = ""


@dataclass
class PeopleConfig:
    """The people who live in the place. `configs/people` names the sources.

    Tables by age hold the value from a key's age on.

    Fields:
        residents: how many there are (not given: as the place counts them).
        census: a sheet that comes before `household_size`, `profile` and `female_share`.
        household_size: mean number of people in a household.
        profile: people by age, in any proportion.
        ages_within: how people of a band of `profile` are spread over its ages.
        female_share: share of women by age.
        elders_apart_share: share of those aged 60 or more who live apart from younger people.
        speed_m_s: mean walking speed by age, metres per second.
        speed_sd_m_s: its standard deviation.
        speed_min_m_s: the slowest pace.
        speed_max_m_s: the fastest pace.
        slow_share: share of slow walkers by age.
        slow_factor: their pace as a share of that of others.
        slow_range_m: the longest walk that they make, metres.
        housebound_share: share of those who do not walk, by age.
        away_share: share of those who are elsewhere on weekdays, by age.
        away_from_h: the hour at which they leave.
        away_until_h: the hour at which they are back.
        carer_stays_share: share of households with a small child in which an adult stays for it.
        alone_from_age: the age from which children walk alone.
        floor_s: seconds for one floor of stairs, by age.
        cycle_share: share of tours that are cycled, by age.
        cycle_m_s: the speed of cyclists, metres per second.
        ride_owned_share: share of households that own an e-bike or a bicycle.
        ride_share: share of those who would ride where a walk does not do, by age.
        ride_m_s: the speed of these rides, metres per second.
        car_owned_share: share of households that own a car.
        help_share: share of members who go for others of their household, by age.
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
    ride_owned_share: float = 0.0
    ride_share: dict[int, float] = field(default_factory=dict)
    ride_m_s: float = 4.2
    car_owned_share: float = 0.0
    help_share: dict[int, float] = field(default_factory=dict)

    @property
    def rides(self) -> bool:
        """Whether anybody may ride where a walk does not do."""
        return self.ride_owned_share > 0 and any(self.ride_share.values())

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        if self.census.file is None and (self.census.row is not None or self.census.name):
            raise InputError("people.census: a row is named, but no sheet; give its path as people.census.file")
        self._check_numbers()
        self._check_tables()
        for age in self.slow_share.keys() | self.housebound_share.keys():
            both = ByAge(self.slow_share).of_age(age) + ByAge(self.housebound_share).of_age(age)
            if both > 1:
                raise InputError(
                    f"people.slow_share and housebound_share: together {both:g} from age {age} on; at most 1"
                )

    def _check_numbers(self) -> None:
        """Check what is one number."""
        if self.residents is not None and self.residents < 1:
            raise InputError(f"people.residents: {self.residents}; at least 1 is needed")
        if not 1 <= self.household_size <= 20:
            raise InputError(f"people.household_size: {self.household_size}; 1 to 20 people are accepted")
        for key in ("elders_apart_share", "carer_stays_share", "slow_factor", "ride_owned_share", "car_owned_share"):
            value = getattr(self, key)
            if not 0 <= value <= 1:
                raise InputError(f"people.{key}: {value}; 0 to 1 is accepted")
        for key in ("cycle_m_s", "ride_m_s"):
            if not getattr(self, key) > 0:
                raise InputError(f"people.{key}: {getattr(self, key)}; a speed above 0 is needed")
        if not 0 < self.speed_min_m_s <= self.speed_max_m_s:
            raise InputError(
                f"people.speed_min_m_s: {self.speed_min_m_s}; "
                f"above 0 and at most people.speed_max_m_s ({self.speed_max_m_s}) is accepted"
            )
        if not is_span_of_day([self.away_from_h, self.away_until_h]):
            raise InputError(
                f"people.away_from_h, away_until_h: {self.away_from_h}, {self.away_until_h}; "
                "hours from 0 to 24, the first not after the second"
            )
        if self.slow_range_m <= 0:
            raise InputError(f"people.slow_range_m: {self.slow_range_m}; metres above 0 are accepted")

    def _check_tables(self) -> None:
        """Check what goes by age."""
        for key in _SHARES_BY_AGE:
            ByAge(getattr(self, key)).check(f"people.{key}", at_most=1)
        for key in ("profile", "speed_m_s", "speed_sd_m_s", "floor_s"):
            ByAge(getattr(self, key)).check(f"people.{key}")
        for key in ("profile", "ages_within"):
            for age, value in getattr(self, key).items():
                if not (0 <= age < AGES_END and value >= 0):
                    raise InputError(
                        f"people.{key}.{age}: {value}; ages from 0 to {AGES_END - 1} and shares from 0 up are accepted"
                    )
        for key in ("profile", "female_share", "speed_m_s", "speed_sd_m_s"):
            ByAge(getattr(self, key)).check_begins(f"people.{key}")
        if self.floor_s:
            ByAge(self.floor_s).check_begins("people.floor_s")
        if not any(share > 0 for share in self.profile.values()):
            raise InputError("people.profile: all shares are 0; at least one must be above")
