"""Formats: what a kind of outlet offers, to whom, when it is open, and who serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

SITING: Final = ("street", "crossing", "gate", "compound", "park")


@dataclass
class PoolConfig:
    """Staff or places that serve one or several needs (一店多能).

    `servers` at work at once, 0 for self-service without a queue.
    `per_day` people served at most on a day, 0 for no ceiling.
    `room` people inside at most, waiting, served or staying, 0 for no limit.
    `m2_per_person` where the outlet has an area, its room is the area over this.
    `places` held by those who are enrolled, 0 for no limit.
    """

    servers: int = 1
    per_day: int = 0
    room: int = 0
    m2_per_person: float = 0.0
    places: int = 0


@dataclass
class HomeConfig:
    """What is brought to the door, or done at home, by staff who walk there.

    A job lasts the way there and back, shared by the orders of a round, and the time at the door.

    `pool` whose servers go.
    `service_min` mean minutes at the door.
    `service` how they vary: `exponential` or `fixed`.
    `speed_m_s` at which the staff walk.
    `radius_m` metres of walking up to which homes are served.
    `per_round` orders that share one way.
    `within_min` minutes within which an order must arrive to be taken.
    `registered_share` of the housebound whom the service knows, and who may order.
    `from_age` the age from which others may order who could not be served on foot (null: nobody).
    `reserved` the last so many servers go for the housebound only.
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
    """Hours in which only residents from an age on are served.

    `from_age` that age.
    `hours` by weekday, as in a format.
    """

    from_age: int = 60
    hours: dict[int, list[Any]] = field(default_factory=dict)


@dataclass
class OfferConfig:
    """A need that the format serves, and the terms.

    `service_min` mean minutes of service.
    `service` how they vary: `exponential` or `fixed`.
    `pool` whose staff or places serve.
    `share` of errands that the assortment can satisfy.
    `ages` [from, below] of those whose need it is, empty for all.
    `price_yuan` of one errand.
    `discount` by age, a share of the price.
    `pickup_min` minutes in which what was ordered ahead is handed over, whatever the assortment (null: it is not).
    `stands_in` no for what does not serve other needs as a substitute.
    `walk_in` no for what is only brought or done at home.
    `delivery` how it is brought to the home.
    `home_service` how it is done at home.
    `reserved` hours for residents from an age on.
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

    `zh`, `en` its names.
    `tier` `basic`, `quality` or `public`, as the norms count formats.
    `hours` by weekday: `{0: [[7, 22]]}` holds from Monday on until the next key; an end above 24 is after midnight.
    `every_weeks` it opens in one week of so many.
    `in_week` the number of that week; the first measured week is 0.
    `pools` of staff and places, by name.
    `offers` by need.
    `size` enters the choice as its logarithm.
    `attraction` units of utility.
    `area_m2` of ground or floor.
    `cost_yuan` of one more.
    `siting` where a generated one stands, one of `SITING`.
    `per_20600` how many a generated place has for 20,600 residents.
    `radius_m` the official service radius (null: it has none).
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
