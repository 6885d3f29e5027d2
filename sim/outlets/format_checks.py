"""Checks of formats: what can be offered, at which hours, by whom, and at what cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

import numpy as np

from sim.errors import InputError
from sim.outlets.formats import FormatConfig, HomeConfig, OfferConfig, PoolConfig
from sim.outlets.hours import WEEK_S, Window, week_windows

SERVICES: Final = ("exponential", "fixed")
MOST_PER_20600: Final = 20_600  # one outlet for each resident
MOST_IN_POOL: Final = 1_000_000  # of anything that a pool has


def check_format(where: str, form: FormatConfig, needs: Mapping[str, object]) -> None:
    """Raise `InputError` for what no outlet can be like; `needs` is the catalogue, whose keys offers may name."""
    check_offers(where, form.offers, form.pools, needs)
    windows = week_windows(form.hours, f"{where}.hours")
    if not 0 < form.size < np.inf:
        raise InputError(f"{where}.size: {form.size}; a number above 0 is needed")
    if not 0 <= form.area_m2 < np.inf:
        raise InputError(f"{where}.area_m2: {form.area_m2}; square metres from 0 up are accepted")
    check_cost(where, form.cost_yuan)
    if not 0 <= form.per_20600 <= MOST_PER_20600:
        raise InputError(f"{where}.per_20600: {form.per_20600}; numbers from 0 to {MOST_PER_20600:,} are accepted")
    if not 0 <= form.in_week < form.every_weeks:
        raise InputError(
            f"{where}.every_weeks, in_week: {form.every_weeks}, {form.in_week}; one week in 1 or more, counted from 0"
        )
    check_weeks(f"{where}.hours", form.every_weeks, windows)


def check_cost(where: str, cost_yuan: float) -> None:
    """Raise `InputError` for what nothing can cost."""
    if not 0 <= cost_yuan < np.inf:
        raise InputError(f"{where}.cost_yuan: {cost_yuan}; yuan from 0 up are accepted")


def check_weeks(where: str, every_weeks: int, windows: tuple[Window, ...]) -> None:
    """Raise `InputError` for hours over the end of a week of an outlet that opens only in some weeks."""
    if every_weeks > 1 and any(opens < 0 or closes > WEEK_S for opens, closes in windows):
        raise InputError(f"{where}: over Sunday's midnight; what opens only in some weeks must close before it")


def check_offers(
    where: str, offers: Mapping[str, OfferConfig], pools: Mapping[str, PoolConfig], needs: Mapping[str, object]
) -> None:
    """Raise `InputError` for what cannot be offered with these pools."""
    for need, offer in offers.items():
        if need not in needs:
            raise InputError(f"{where}.offers: {need!r} is not a need of the catalogue{near_or_all(need, needs)}")
        if offer.pool not in pools and offer.walk_in:
            raise InputError(
                f"{where}.offers.{need}.pool: {offer.pool!r} is none of its pools ({', '.join(pools) or 'it has none'})"
            )
        if offer.service not in SERVICES:
            raise InputError(f"{where}.offers.{need}.service: {offer.service!r}; exponential or fixed is accepted")
        if not 0 <= offer.service_min < np.inf:
            raise InputError(f"{where}.offers.{need}.service_min: {offer.service_min}; minutes from 0 up are accepted")
        _check_terms(f"{where}.offers.{need}", offer)
        if offer.home is not None and (fetched := _fetched_from(need, needs)):
            raise InputError(f"{where}.offers.{need}: who is brought for {fetched!r} cannot be served at home")
        if offer.home is not None:
            _check_home(f"{where}.offers.{need}", offer.home, pools)
    _check_pools(where, pools)


def _check_pools(where: str, pools: Mapping[str, PoolConfig]) -> None:
    for key, pool in pools.items():
        for name in ("servers", "per_day", "room", "m2_per_person", "places"):
            if not 0 <= getattr(pool, name) <= MOST_IN_POOL:
                raise InputError(
                    f"{where}.pools.{key}.{name}: {getattr(pool, name)}; numbers from 0 up are accepted, to "
                    f"{MOST_IN_POOL:,}"
                )


def _fetched_from(offered: str, needs: Mapping[str, Any]) -> str:
    """A need that the offer serves and for which somebody is brought and fetched, or ""."""
    for key, need in needs.items():
        if getattr(need, "collect", None) and (key == offered or offered in need.substitutes):
            return key
    return ""


def _check_terms(where: str, offer: OfferConfig) -> None:
    """Raise `InputError` for terms on which nothing can be offered."""
    if not 0 <= offer.share <= 1:
        raise InputError(f"{where}.share: {offer.share}; a share from 0 to 1 is accepted")
    if offer.ages and not (len(offer.ages) == 2 and 0 <= offer.ages[0] < offer.ages[1]):
        raise InputError(f"{where}.ages: {offer.ages}; [from, below] is accepted, as in [3, 6]")
    if not 0 <= offer.price_yuan < np.inf:
        raise InputError(f"{where}.price_yuan: {offer.price_yuan}; yuan from 0 up are accepted")
    for age, share in offer.discount.items():
        if not 0 <= share <= 1:
            raise InputError(f"{where}.discount.{age}: {share}; a share from 0 to 1 is accepted")
    if offer.pickup_min is not None and offer.pickup_min < 0:
        raise InputError(f"{where}.pickup_min: {offer.pickup_min}; minutes from 0 up are accepted")
    if offer.delivery and offer.home_service:
        raise InputError(f"{where}: both delivery and home_service; one of them is accepted")
    if not offer.walk_in and offer.home is None:
        raise InputError(f"{where}.walk_in: false, but neither delivery nor home_service is given")
    if offer.reserved:
        week_windows(offer.reserved.hours, f"{where}.reserved.hours")


def _check_home(where: str, home: HomeConfig, pools: Mapping[str, PoolConfig]) -> None:
    """Raise `InputError` for what cannot come to anybody's home."""
    if home.pool not in pools or not pools[home.pool].servers:
        staffed = [key for key, pool in pools.items() if pool.servers]
        raise InputError(
            f"{where}: its pool {home.pool!r} has nobody to send; one of {', '.join(staffed) or 'its pools'} with "
            "servers is needed"
        )
    if not 0 <= home.reserved <= pools[home.pool].servers:
        raise InputError(f"{where}.reserved: {home.reserved} of {pools[home.pool].servers} servers")
    for name in ("speed_m_s", "radius_m", "per_round", "within_min"):
        if not getattr(home, name) > 0:
            raise InputError(f"{where}.{name}: {getattr(home, name)}; a number above 0 is needed")
    if home.service_min < 0 or not 0 <= home.registered_share <= 1 or home.service not in SERVICES:
        raise InputError(
            f"{where}: service_min {home.service_min}, service {home.service!r}, registered_share "
            f"{home.registered_share}; minutes from 0 up, exponential or fixed, and a share from 0 to 1 are accepted"
        )


def near_or_all(word: str, known: Iterable[str]) -> str:
    """The end of a message about a word that is not known: the nearest one that is, or all of them."""
    near = get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else f"; one of {', '.join(known)} is accepted"
