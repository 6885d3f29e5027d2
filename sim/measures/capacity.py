"""Capacity: how many errands an outlet can serve in a week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.columns import Floats
from sim.measures.opening import open_days, week_s
from sim.needs import NeedConfig
from sim.outlets import OfferConfig, Outlet, PoolConfig


def weekly_supply(outlets: Sequence[Outlet], need_key: str, need: NeedConfig) -> Floats:
    """Errands of a need that each outlet can serve in a week; their sizes instead where nothing limits one of them."""
    limits = [errands_a_week(outlet, need_key, need) for outlet in outlets]
    return np.array(limits if np.isfinite(limits).all() else [outlet.size for outlet in outlets], dtype=float)


def errands_a_week(outlet: Outlet, need_key: str, need: NeedConfig) -> float:
    """The tightest of what limits an outlet, inf where nothing does.

    Staff and places that serve several needs are split evenly among them.
    """
    offer = outlet.kind.offer_on_foot(need_key, need.substitutes)
    if offer is None:
        return 0.0
    pool = outlet.pools[offer.pool]
    sharing = sum(other.pool == offer.pool and other.walk_in for other in outlet.offers.values())
    open_week_s = week_s(outlet.windows)
    if not open_week_s:
        return 0.0
    limits = (by_day(pool, outlet), by_staff(pool, offer, open_week_s), by_room(pool, offer, need, open_week_s))
    return min(limits) / sharing / outlet.every_weeks


def by_day(pool: PoolConfig, outlet: Outlet) -> float:
    """Places, or people served at most on a day, times the days on which the outlet opens."""
    return min((n * open_days(outlet.windows) for n in (pool.places, pool.per_day) if n), default=np.inf)


def by_staff(pool: PoolConfig, offer: OfferConfig, open_week_s: float) -> float:
    """As many as the staff can serve one after the other."""
    service_s = offer.service_min * 60
    return pool.servers * open_week_s / service_s if pool.servers and service_s else np.inf


def by_room(pool: PoolConfig, offer: OfferConfig, need: NeedConfig, open_week_s: float) -> float:
    """As many as there is room for one after the other, each for the service and the stay."""
    inside_s = (offer.service_min + need.stay_min) * 60
    return pool.room * open_week_s / inside_s if pool.room and inside_s else np.inf
