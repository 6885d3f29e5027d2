"""Outlets, and the kinds of them that have the same to offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple

from sim.kernels import kernel
from sim.outlets.formats import OfferConfig, PoolConfig
from sim.outlets.hours import Window

EVERYONE: Final = -1  # whom an outlet admits, unless it admits one compound
Doors = tuple[tuple[int, float], ...]  # (node, metres from it)


@kernel
def admits(whom: int, compound: int) -> bool:
    """Whether an outlet that admits the residents of one compound, or `EVERYONE`, admits those of a compound (-1: of
    none).
    """
    for_everyone = whom == EVERYONE
    return for_everyone or whom == compound


class Spot(NamedTuple):
    """Where on the streets something is.

    `node` street node.
    `snap_m` metres from the node.
    `xy` metres.
    `doors` where there are several, at which it is entered.
    """

    node: int
    snap_m: float
    xy: tuple[float, float]
    doors: Doors = ()


class MatchedOffer(NamedTuple):
    """The offer with which an outlet serves a need, and the `penalty` in utility where it stands in for another."""

    offer: OfferConfig
    penalty: float


@dataclass(frozen=True)
class Kind:
    """What outlets have to offer that offer the same: `pools` of staff and places, and `offers` by need.

    Kinds of the same pools and offers are equal; neither is changed after.
    """

    SHARED: ClassVar[bool] = True  # by many outlets: kept once (`sim.storage`)

    pools: Mapping[str, PoolConfig]
    offers: Mapping[str, OfferConfig]

    def __hash__(self) -> int:
        """Told from what differs between most kinds, so that it is quick."""
        pools = [(key, pool.servers, pool.per_day, pool.room, pool.places) for key, pool in self.pools.items()]
        return hash((*self.offers, *pools))

    def offer_for(self, need: str, substitutes: Mapping[str, float]) -> MatchedOffer | None:
        """What serves a need: of the need itself and its `substitutes` (penalty by need) that are offered, the one of
        least penalty; None where there is none.
        """
        known = [
            (penalty, key)
            for key, penalty in {need: 0.0, **substitutes}.items()
            if key in self.offers and (key == need or self.offers[key].stands_in)
        ]
        if not known:
            return None
        penalty, key = min(known)
        return MatchedOffer(self.offers[key], penalty)

    def offer_on_foot(self, need: str, substitutes: Mapping[str, float]) -> OfferConfig | None:
        """As `offer_for`, for those who walk in: None where it is only brought, or done at home."""
        found = self.offer_for(need, substitutes)
        return found.offer if found and found.offer.walk_in else None


@dataclass(frozen=True)
class Outlet:
    """One outlet, with a stable text `id`, `name` and `format`.

    `kind` what it offers, and with which staff.
    `node` street node.
    `snap_m` metres from the node to the door.
    `xy` metres.
    `admits` the compound whose residents may enter, or `EVERYONE`.
    `windows` of the week in which it is open, seconds since Monday 00:00.
    `size` enters the choice as its logarithm.
    `attraction` units of utility.
    `every_weeks` of so many weeks it opens in one.
    `in_week` the number of that week.
    `area_m2` of ground or floor.
    `familiar_m` metres within which signs make it known.
    `doors` of an area that has several.
    """

    id: str
    name: str
    format: str
    kind: Kind
    node: int
    snap_m: float
    xy: tuple[float, float]
    admits: int
    windows: tuple[Window, ...]
    size: float
    attraction: float
    every_weeks: int = 1
    in_week: int = 0
    area_m2: float = 0.0
    familiar_m: float = 0.0
    doors: Doors = ()

    @property
    def pools(self) -> Mapping[str, PoolConfig]:
        """The pools of its kind."""
        return self.kind.pools

    @property
    def offers(self) -> Mapping[str, OfferConfig]:
        """The offers of its kind."""
        return self.kind.offers

    @property
    def admitted(self) -> str:
        """Whom it admits, in the word of an edit: `everyone` or its `compound`."""
        return "everyone" if self.admits == EVERYONE else "compound"
