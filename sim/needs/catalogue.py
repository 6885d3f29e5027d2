"""The catalogue of needs: what residents want, how often, when, and how far they go for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sim.by_age import ByAge
from sim.clock_times import DAYS_OF_WEEK, HOURS_OF_DAY, MINUTE_S, are_numbers, is_span_of_day
from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.names import check_name
from sim.people import ADULT

TIERS = ("basic", "quality", "public")
MOST_A_WEEK: Final = 10_000.0  # errands, or minutes of a walk to one
HourShares = list[
    Any
]  # rows of [from hour, to hour, share of trips]; checked below, since a typed list refuses whole numbers


@dataclass
class NeedConfig:
    """One need. Tables by age hold the value from the key's age on.

    `per_week` errands per person and week; where `per_household`, one member goes for all, an elder first, and
    other adults of a household with an elder go at `beside_elder_per_week`. `regular_per_week`: if above 0,
    some people go so often and the others never, with the same mean. `days` weekdays on which it is raised (0
    Monday). `hours` and `weekend_hours`: rows of from, to, share. `limit_min` acceptable one-way walk.
    `patience` multiplies the patience in a queue. `stay_min` mean time there after being served. `substitutes`:
    needs whose outlets serve it too, with a penalty in utility. `online_share` ordered online before anyone
    walks. `by_proxy`: a household member goes for the housebound. `accompanied_below`: children under this age
    are walked by a carer. `collect`: hours from, to at which whom was brought is fetched again. `enrolled`: met by a
    place that is held for months. `discretionary`: put off in bad weather. `outdoors`: the stay is under the sky.
    `order_ahead_share` of errands that would be ordered ahead where they can be picked up.
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

    def limit_s(self, age: Ints) -> Floats:
        """The longest walk to it that walkers of each age accept, seconds, shape (walker,)."""
        return ByAge(self.limit_min).at(age) * MINUTE_S

    @property
    def longest_walk_min(self) -> float:
        """The longest walk that anybody accepts for it, minutes."""
        return max(self.limit_min.values(), default=0.0)


@dataclass
class WeatherConfig:
    """Bad weather (winter, showers): the `share` of days that have it, and what it does on them.

    Everybody walks at `speed_factor` of their pace and nobody cycles; of discretionary errands the share
    `discretionary_share` is left; nobody is outdoors for longer than `outdoors_min`, by age (not given: no limit).
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
    """The catalogue, and how errands are joined to tours: `chain_share` by age, `chain_within_min` between
    wanted times; and the `weather`.
    """

    catalogue: dict[str, NeedConfig] = field(default_factory=dict)
    chain_share: dict[int, float] = field(default_factory=dict)
    chain_within_min: float = 90.0
    weather: WeatherConfig = field(default_factory=WeatherConfig)

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        if not self.catalogue:
            raise InputError("needs.catalogue: empty; at least one need is needed")
        ByAge(self.chain_share).check("needs.chain_share", at_most=1)
        self.weather.check()
        if self.chain_within_min < 0:
            raise InputError(f"needs.chain_within_min: {self.chain_within_min}; minutes from 0 up are accepted")
        for key, need in self.catalogue.items():
            check_name("needs.catalogue", key)
            _check_need(f"needs.catalogue.{key}", need, self.catalogue)

    @property
    def longest_walk_min(self) -> float:
        """The longest walk that anybody accepts for anything, minutes."""
        return max((need.longest_walk_min for need in self.catalogue.values()), default=0.0)


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
