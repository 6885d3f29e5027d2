"""The keys of the group `people`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sim.by_age import ByAge
from sim.clock_times import is_span_of_day
from sim.errors import InputError
from sim.people.ages import AGES_END

CENSUS_KEY: Final = "people.census"


@dataclass
class CensusConfig:
    """A census sheet: `file`, a table with a row per district and columns of ages by sex; `row` is the district's name
    or code; `name` the column where it stands (not given: any).
    """

    file: str | None = None
    row: str | None = None
    name: str = ""


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
        for key in ("elders_apart_share", "carer_stays_share", "slow_factor"):
            value = getattr(self, key)
            if not 0 <= value <= 1:
                raise InputError(f"people.{key}: {value}; 0 to 1 is accepted")
        if not self.cycle_m_s > 0:
            raise InputError(f"people.cycle_m_s: {self.cycle_m_s}; a speed above 0 is needed")
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
        for key in ("female_share", "slow_share", "housebound_share", "away_share", "cycle_share"):
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
