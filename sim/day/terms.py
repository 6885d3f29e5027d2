"""The terms on which outlets make their offers, each written down once however many outlets share them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from sim.by_age import ByAge
from sim.columns import Floats, Ints, Rows
from sim.day.config import DayConfig
from sim.day.tables import AGES, NOBODY_COMES, TERMS, WINDOW, fill_rows
from sim.outlets import HomeConfig, OfferConfig, Window, week_windows
from sim.record.outcomes import Outcome

NEVER: Final = np.iinfo(np.int32).max  # an age that nobody reaches


class TermsBook:
    """Collects the terms of offers, each once; the first row is the plain one."""

    def __init__(self, day: DayConfig) -> None:
        self.day = day
        self.rows: dict[str, tuple[int, OfferConfig]] = {}
        self.row_of(OfferConfig())

    def row_of(self, offer: OfferConfig) -> int:
        """The row of an offer's terms."""
        terms = replace(offer, service_min=0.0, service="", pool="")
        return self.rows.setdefault(repr(terms), (len(self.rows), offer))[0]

    def written(self) -> tuple[Rows, Floats, Rows]:
        """The terms, the utility of their prices (term, age), and their reserved windows."""
        offers = [offer for _, offer in self.rows.values()]
        windows = [week_windows(offer.reserved.hours, "reserved") if offer.reserved else () for offer in offers]
        ages = np.arange(AGES)
        yuan = ByAge(self.day.cost_per_yuan).at(ages)
        prices = np.array([-yuan * offer.price_yuan * (1 - ByAge(offer.discount).at(ages)) for offer in offers])
        return _terms_of(offers, np.array([len(some) for some in windows])), prices, window_rows(windows)


def _terms_of(offers: Sequence[OfferConfig], n_reserved: Ints) -> Rows:
    """A row of terms for each of these offers, which have so many reserved windows each."""
    homes = [offer.home or HomeConfig(from_age=NEVER) for offer in offers]
    reserved_end = np.cumsum(n_reserved)
    return fill_rows(
        TERMS,
        len(offers),
        share=[offer.share for offer in offers],
        pickup_s=[-1.0 if offer.pickup_min is None else offer.pickup_min * 60 for offer in offers],
        age_from=[offer.ages[0] if offer.ages else 0 for offer in offers],
        age_below=[offer.ages[1] if offer.ages else NEVER for offer in offers],
        reserved_age=[offer.reserved.from_age if offer.reserved else 0 for offer in offers],
        reserved=reserved_end - n_reserved,
        reserved_end=reserved_end,
        walk_in=[offer.walk_in for offer in offers],
        home=[_home_outcome(offer) for offer in offers],
        home_fixed=[home.service == "fixed" for home in homes],
        home_s=[home.service_min * 60 for home in homes],
        home_m_s=[home.speed_m_s for home in homes],
        radius_m=[home.radius_m for home in homes],
        within_s=[home.within_min * 60 for home in homes],
        registered=[home.registered_share for home in homes],
        per_round=[home.per_round for home in homes],
        home_age=[NEVER if home.from_age is None else home.from_age for home in homes],
        kept=[home.reserved for home in homes],
    )


def _home_outcome(offer: OfferConfig) -> int:
    """What an errand is that was met at home, or `NOBODY_COMES` where the offer does not come there."""
    if offer.delivery:
        return int(Outcome.MET_DELIVERY)
    return int(Outcome.MET_HOME_SERVICE) if offer.home_service else NOBODY_COMES


def window_rows(windows: Sequence[Sequence[Window]]) -> Rows:
    """Windows one after the other."""
    flat = np.array([window for of_one in windows for window in of_one], float).reshape(-1, 2)
    return fill_rows(WINDOW, len(flat), opens_s=flat[:, 0], closes_s=flat[:, 1])
