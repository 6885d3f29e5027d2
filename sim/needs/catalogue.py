"""The catalogue of needs: what residents want, how often, when, and how far they go for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp
from typing import Any, Final

from sim.by_age import ByAge
from sim.clock_times import DAYS_OF_WEEK, HOURS_OF_DAY, MINUTE_S, are_numbers, is_span_of_day
from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.names import check_name
from sim.people import ADULT

TIERS = ("basic", "quality", "public")
MOST_A_WEEK: Final = 10_000.0  # errands, or minutes of a walk to one
MOST_SIGMA: Final = 1.0  # then one in six accepts 2.7 times the walk of the middle one
MOST_RETURNS: Final = 20
HourShares = list[
    Any
]  # rows of [from hour, to hour, share of trips]; checked below, since a typed list refuses whole numbers


@dataclass
class BeyondConfig:
    """How a need is had outside the place, where nothing in it will do.

    Fields:
        share: share of residents who have it so, by age.
        car_share: the same in households with a car.
        minutes: one way.
        km: one way.
    """

    share: dict[int, float] = field(default_factory=dict)
    car_share: float = 0.0
    minutes: float = 30.0
    km: float = 3.0

    def check(self, key: str) -> None:
        """Raise `InputError` where a value cannot be."""
        ByAge(self.share).check(f"{key}.share", at_most=1)
        _share(f"{key}.car_share", self.car_share)
        for name in ("minutes", "km"):
            if not getattr(self, name) > 0:
                raise InputError(f"{key}.{name}: {getattr(self, name)}; a number above 0 is accepted")


@dataclass
class NeedConfig:
    """One need. Tables by age hold the value from the key's age on.

    Fields:
        zh: its Chinese name.
        en: its English name.
        tier: one of `TIERS`.
        domain: the domain of services to which it belongs.
        per_week: errands per person and week, by age.
        per_household: whether one member goes for all, an elder first.
        beside_elder_per_week: how often other adults of a household with an elder go then.
        regular_per_week: if above 0, some people go so often and the others never, with the same mean.
        days: weekdays on which it is raised (0 Monday).
        hours: rows of from hour, to hour and share of trips, by age.
        weekend_hours: the same on Saturdays and Sundays (not given: as `hours`).
        limit_min: the longest one-way walk that is accepted, minutes, by age.
        patience: by what the patience in a queue is multiplied.
        stay_min: mean time there after being served, minutes.
        substitutes: needs whose outlets serve it too, with a penalty in utility.
        online_share: share that is ordered online before anyone walks, by age.
        by_proxy: whether a household member goes for the housebound.
        accompanied_below: children under this age are walked by a carer.
        collect: the hours from and to at which those who were brought are fetched again.
        enrolled: whether it is met by a place that is held for months.
        discretionary: whether it is put off in bad weather.
        outdoors: whether the stay is under the sky.
        order_ahead_share: share that would be ordered ahead where it can be picked up, by age.
        returns: how many times those come back who found it closed, full or a queue too long.
        return_days: until how many days later they do.
        ride_share: share of those who ride at all who would ride for it.
        ride_limit_min: the longest ride that is accepted, minutes.
        beyond: how it is had outside the place (not given: it is not).
    """

    zh: str = "???"
    en: str = "???"
    tier: str = "basic"
    domain: str = ""
    per_week: dict[int, float] = field(default_factory=dict)
    per_household: bool = False
    beside_elder_per_week: float = 0.0
    regular_per_week: float = 0.0
    days: list[int] = field(default_factory=lambda: [0, 1, 2, 3, 4, 5, 6])
    hours: dict[int, HourShares] = field(default_factory=dict)
    weekend_hours: dict[int, HourShares] = field(default_factory=dict)
    limit_min: dict[int, float] = field(default_factory=dict)
    patience: float = 1.0
    stay_min: float = 0.0
    substitutes: dict[str, float] = field(default_factory=dict)
    online_share: dict[int, float] = field(default_factory=dict)
    by_proxy: bool = False
    accompanied_below: int = 6
    collect: list[float] | None = None
    enrolled: bool = False
    discretionary: bool = False
    outdoors: bool = False
    order_ahead_share: dict[int, float] = field(default_factory=dict)
    returns: int = 0
    return_days: int = 0
    ride_share: float = 0.0
    ride_limit_min: float = 15.0
    beyond: BeyondConfig = field(default_factory=BeyondConfig)

    def limit_s(self, age: Ints) -> Floats:
        """The longest walk to it that walkers of each age accept, seconds, shape (walker,)."""
        return ByAge(self.limit_min).at(age) * MINUTE_S

    @property
    def longest_walk_min(self) -> float:
        """The longest walk that anybody accepts for it, minutes, but for the spread between residents."""
        return max(self.limit_min.values(), default=0.0)

    @property
    def longest_ride_min(self) -> float:
        """The longest ride that anybody accepts for it, minutes; 0 where it is not ridden for."""
        return self.ride_limit_min if self.ride_share > 0 else 0.0


@dataclass
class WeatherConfig:
    """Bad weather (winter, showers), and what it does; nobody cycles in it.

    Fields:
        share: share of days that have it.
        speed_factor: the pace of everybody as a share of their usual one.
        discretionary_share: share of discretionary errands that is left.
        outdoors_min: nobody is outdoors for longer, minutes by age (not given: no limit).
    """

    share: float = 0.0
    speed_factor: float = 1.0
    discretionary_share: float = 1.0
    outdoors_min: dict[int, float] = field(default_factory=dict)

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        for key in ("share", "discretionary_share"):
            _share(f"needs.weather.{key}", getattr(self, key))
        if not 0 < self.speed_factor <= 1:
            raise InputError(f"needs.weather.speed_factor: {self.speed_factor}; above 0 and at most 1 is accepted")
        ByAge(self.outdoors_min).check("needs.weather.outdoors_min")


@dataclass
class NeedsConfig:
    """The catalogue of needs, and how errands are joined to tours.

    Fields:
        catalogue: the needs by key.
        chain_share: share of errands that are joined to the one before, by age.
        chain_within_min: between whose wanted times there are so many minutes at most.
        limit_sigma: spread of the longest walk that each resident accepts for each need, of its logarithm.
        weather: how often it is bad.
    """

    catalogue: dict[str, NeedConfig] = field(default_factory=dict)
    chain_share: dict[int, float] = field(default_factory=dict)
    chain_within_min: float = 90.0
    limit_sigma: float = 0.0
    weather: WeatherConfig = field(default_factory=WeatherConfig)

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        if not self.catalogue:
            raise InputError("needs.catalogue: empty; at least one need is needed")
        ByAge(self.chain_share).check("needs.chain_share", at_most=1)
        self.weather.check()
        if self.chain_within_min < 0:
            raise InputError(f"needs.chain_within_min: {self.chain_within_min}; minutes from 0 up are accepted")
        if not 0 <= self.limit_sigma <= MOST_SIGMA:
            raise InputError(f"needs.limit_sigma: {self.limit_sigma}; a spread from 0 to {MOST_SIGMA:g} is accepted")
        for key, need in self.catalogue.items():
            check_name("needs.catalogue", key)
            _check_need(f"needs.catalogue.{key}", need, self.catalogue)

    def longest_of(self, need: NeedConfig) -> float:
        """The longest walk that any resident accepts for a need, minutes: e^sigma times what the need says."""
        return need.longest_walk_min * exp(self.limit_sigma)

    @property
    def longest_walk_min(self) -> float:
        """The longest walk that anybody accepts for anything, minutes."""
        return max((self.longest_of(need) for need in self.catalogue.values()), default=0.0)


def _share(key: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise InputError(f"{key}: {value}; a share from 0 to 1 is accepted")


def _check_reached(key: str, need: NeedConfig) -> None:
    """Raise `InputError` where somebody has errands and no walk to them would be accepted."""
    wanted = [age for age, often in need.per_week.items() if often > 0]
    if not wanted or min(wanted) >= min(need.limit_min, default=0):
        return
    youngest = min(wanted) if min(wanted) >= need.accompanied_below else ADULT  # a small child walks with a carer
    if youngest < min(need.limit_min):
        raise InputError(
            f"{key}.limit_min: no value below age {min(need.limit_min)}, but those from {youngest} on walk to it; give "
            f"one, as {key}.limit_min.{youngest}=15"
        )


def _check_need(key: str, need: NeedConfig, catalogue: dict[str, NeedConfig]) -> None:
    if need.tier not in TIERS:
        raise InputError(f"{key}.tier: {need.tier!r} is none of {', '.join(TIERS)}")
    for name in ("per_week", "limit_min"):
        ByAge(getattr(need, name)).check(f"{key}.{name}", at_most=MOST_A_WEEK)
    _check_reached(key, need)
    for name in ("beside_elder_per_week", "regular_per_week", "patience", "stay_min"):
        if getattr(need, name) < 0:
            raise InputError(f"{key}.{name}: {getattr(need, name)}; values from 0 up are accepted")
    for name in ("online_share", "order_ahead_share"):
        ByAge(getattr(need, name)).check(f"{key}.{name}", at_most=1)
    _check_otherwise(key, need)
    if not need.days or not set(need.days) <= set(range(DAYS_OF_WEEK)):
        raise InputError(f"{key}.days: {need.days}; weekdays from 0 (Monday) to 6 are accepted")
    _check_hours(key, need)
    if need.collect is not None:
        _check_collect(key, need, need.collect)
    if not 0 <= need.accompanied_below <= ADULT:
        raise InputError(f"{key}.accompanied_below: {need.accompanied_below}; ages from 0 to {ADULT} are accepted")
    for other, penalty in need.substitutes.items():
        if penalty < 0 or need is catalogue.get(other):
            raise InputError(
                f"{key}.substitutes.{other}: {penalty}; another need, and a penalty from 0 up, are accepted"
            )
        if other not in catalogue:
            raise InputError(f"{key}.substitutes: {other!r} is not in the catalogue ({', '.join(catalogue)})")


def _check_otherwise(key: str, need: NeedConfig) -> None:
    """Raise `InputError` where it cannot be had otherwise than on foot at the first go as it says."""
    for name in ("returns", "return_days"):
        if not 0 <= getattr(need, name) <= MOST_RETURNS:
            raise InputError(f"{key}.{name}: {getattr(need, name)}; 0 to {MOST_RETURNS} are accepted")
    if need.returns and need.collect is not None:
        raise InputError(
            f"{key}.returns: {need.returns}; those who are fetched at an hour do not come back: 0 is accepted"
        )
    _share(f"{key}.ride_share", need.ride_share)
    if not need.ride_limit_min > 0:
        raise InputError(f"{key}.ride_limit_min: {need.ride_limit_min}; minutes above 0 are accepted")
    need.beyond.check(f"{key}.beyond")


def _check_hours(key: str, need: NeedConfig) -> None:
    """Raise `InputError` where the hours at which it is wanted are none of a day."""
    if not need.hours:
        raise InputError(f"{key}.hours: not given; rows of [from hour, to hour, share] by age are needed")
    for name in ("hours", "weekend_hours"):
        for age, rows in getattr(need, name).items():
            if not rows:
                raise InputError(f"{key}.{name}.{age}: empty; rows of [from hour, to hour, share] are needed")
            for row in rows:
                if not are_numbers(row, 3) or not (0 <= row[0] < row[1] <= HOURS_OF_DAY and row[2] > 0):
                    raise InputError(
                        f"{key}.{name}.{age}: {row}; [from hour, to hour, share] with 0 <= from < to <= 24 is accepted"
                    )


def _check_collect(key: str, need: NeedConfig, collect: list[float]) -> None:
    """Raise `InputError` where those who are brought cannot be fetched at the hours of `collect`."""
    if not is_span_of_day(collect):
        raise InputError(f"{key}.collect: {collect}; [from hour, to hour] is accepted")
    latest = max(row[1] for hours in (need.hours, need.weekend_hours) for rows in hours.values() for row in rows)
    if collect[0] < latest:
        raise InputError(f"{key}.collect: from {collect[0]}, but bringing ends at {latest}; a later hour is needed")
    if max((*need.per_week.values(), need.regular_per_week)) > len(need.days):
        raise InputError(
            f"{key}.per_week: more than once on each of the {len(need.days)} days; those who are brought stay"
        )
    if need.discretionary:
        raise InputError(f"{key}: both collect and discretionary; those who are fetched must have been brought")
