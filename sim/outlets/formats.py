"""Formats: what a kind of outlet offers, to whom, when it is open, and who serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SITING = ("street", "crossing", "gate", "compound", "park")


@dataclass
class PoolConfig:
    """Staff or places that serve one or several needs (一店多能).

    `servers` at work at once, 0 for self-service without a queue; `per_day` people served at most on a
    day, 0 for no ceiling; `room` people inside at most, waiting, served or staying, 0 for no limit; `m2_per_person`:
    where the outlet has an area, room is the area over this; `places` held by who is enrolled, 0 for no limit.
    """

    servers: int = 1
    per_day: int = 0
    room: int = 0
    m2_per_person: float = 0.0
    places: int = 0


@dataclass
class HomeConfig:
    """What is brought to the door, or done at home, by staff who walk there: the servers of `pool`.

    A job lasts the way there and back at `speed_m_s`, shared by the `per_round` orders of a round, and `service_min`
    at the door (mean, `exponential` or `fixed`). Homes up to `radius_m` of walking away are served, and only orders
    that arrive within `within_min`. The housebound may order whom the service knows, a share `registered_share`; so may
    who could not be served on foot, from the age `from_age` on (null: nobody). The last `reserved` servers go for the
    housebound only.
    """

    pool: str = "couriers"
    service_min: float = 2.0
    service: str = "fixed"
    speed_m_s: float = 1.25
    radius_m: float = 1000.0
    per_round: int = 1
    within_min: float = 60.0
    registered_share: float = 1.0
    from_age: int | None = None
    reserved: int = 0


@dataclass
class ReservedConfig:
    """Hours, by weekday as in a format, in which only residents from `from_age` on are served."""

    from_age: int = 60
    hours: dict[int, list[Any]] = field(default_factory=dict)


@dataclass
class OfferConfig:
    """A need that the format serves: `service_min` mean, `exponential` or `fixed`, by the staff of `pool`.

    `share` of errands that its assortment can satisfy. `ages`: [from, below] of whose need it is, empty for all.
    `price_yuan`, and `discount` by age, a share of it. `pickup_min`: what was ordered ahead is handed over in so many
    minutes, whatever the assortment (null: it is not). `stands_in`: no for what does not serve other needs as a
    substitute. `walk_in`: no for what is only brought or done at home.
    `delivery` or `home_service`: how it comes to the home. `reserved` hours.
    """

    service_min: float = 1.0
    service: str = "exponential"
    pool: str = "staff"
    share: float = 1.0
    ages: list[int] = field(default_factory=list)
    price_yuan: float = 0.0
    discount: dict[int, float] = field(default_factory=dict)
    pickup_min: float | None = None
    stands_in: bool = True
    walk_in: bool = True
    delivery: HomeConfig | None = None
    home_service: HomeConfig | None = None
    reserved: ReservedConfig | None = None

    @property
    def home(self) -> HomeConfig | None:
        """How it comes to the home, if it does."""
        return self.delivery or self.home_service


@dataclass
class FormatConfig:
    """One format of outlet.

    `hours` by weekday: `{0: [[7, 22]]}` holds from Monday on until the next key; an end above 24 is after midnight.
    `every_weeks`: open in one week of so many, the one numbered `in_week`; the first measured week is 0.
    `size` enters the choice as its logarithm; `attraction` in units of utility. `area_m2` of ground or floor.
    `siting` where a generated one stands. `per_20600` how many a generated place has for 20,600 residents.
    `radius_m` the official service radius.
    """

    zh: str = "???"
    en: str = "???"
    tier: str = "basic"
    hours: dict[int, list[Any]] = field(default_factory=dict)
    every_weeks: int = 1
    in_week: int = 0
    pools: dict[str, PoolConfig] = field(default_factory=dict)
    offers: dict[str, OfferConfig] = field(default_factory=dict)
    size: float = 1.0
    attraction: float = 0.0
    area_m2: float = 0.0
    cost_yuan: float = 0.0
    siting: str = "street"
    per_20600: float = 0.0
    radius_m: float | None = None
