"""Formats: what a kind of outlet offers, when it is open, and who serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SITING = ("street", "crossing", "gate", "compound", "park")


@dataclass
class PoolConfig:
    """Staff or places that serve one or several needs (一店多能).

    `servers` at work at once, 0 for self-service without a queue; `per_day` people served at most on a
    day, 0 for no ceiling; `room` people inside at most, waiting, served or staying, 0 for no limit.
    """

    servers: int = 1
    per_day: int = 0
    room: int = 0


@dataclass
class OfferConfig:
    """A need that the format serves: `service_min` mean, `exponential` or `fixed`, by the staff of `pool`."""

    service_min: float = 1.0
    service: str = "exponential"
    pool: str = "staff"


@dataclass
class FormatConfig:
    """One format of outlet.

    `hours` by weekday: `{0: [[7, 22]]}` holds from Monday on until the next key; an end above 24 is after midnight.
    `size` enters the choice as its logarithm; `attraction` in units of utility. `siting` where a generated one stands.
    `per_20600` how many a generated place has for 20,600 residents. `radius_m` the official service radius.
    """

    zh: str = "???"
    en: str = "???"
    tier: str = "basic"
    hours: dict[int, list[Any]] = field(default_factory=dict)
    pools: dict[str, PoolConfig] = field(default_factory=dict)
    offers: dict[str, OfferConfig] = field(default_factory=dict)
    size: float = 1.0
    attraction: float = 0.0
    cost_yuan: float = 0.0
    siting: str = "street"
    per_20600: float = 0.0
    radius_m: float | None = None
