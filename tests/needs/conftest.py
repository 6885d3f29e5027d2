"""Residents written down by hand, and errands as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.needs import Errands, NeedConfig, NeedsConfig
from sim.people import Mobility, PeopleConfig, Residents, age_group

PEOPLE = PeopleConfig(away_from_h=8.0, away_until_h=18.0, alone_from_age=6)
WEEK = [0, 1, 2, 3, 4, 5, 6]


def crowd(
    age: Sequence[int],
    household: Sequence[int] | None = None,
    carer: Sequence[int] | None = None,
    away: Sequence[bool] | None = None,
    mobility: Sequence[int] | None = None,
    speed_m_s: Sequence[float] | None = None,
) -> Residents:
    """Residents of these ages, each a household of their own, at home and able, unless told otherwise."""
    n = len(age)
    able = np.zeros(n, np.int8) if mobility is None else np.array(mobility, np.int8)
    return Residents(
        home=np.zeros(n, np.int32),
        household=np.arange(n, dtype=np.int32) if household is None else np.array(household, np.int32),
        age=np.array(age, np.int32),
        age_group=age_group(np.array(age)),
        female=np.zeros(n, dtype=bool),
        speed_m_s=np.ones(n) if speed_m_s is None else np.array(speed_m_s, float),
        mobility=able,
        range_m=np.where(able == Mobility.SLOW, 400.0, np.inf),
        carer=np.full(n, -1, np.int32) if carer is None else np.array(carer, np.int32),
        away=np.zeros(n, dtype=bool) if away is None else np.array(away, bool),
    )


def need(**changes: Any) -> NeedConfig:
    """A need that everybody has about half of the days, at any hour from 6 to 22."""
    numbers: dict[str, Any] = {"zh": "事", "en": "Need", "per_week": {0: 3.5}, "hours": {0: [[6.0, 22.0, 1.0]]}}
    return NeedConfig(**(numbers | changes))


def needs(chain_share: float = 0.5, chain_within_min: float = 90.0, **catalogue: NeedConfig) -> NeedsConfig:
    config = NeedsConfig(catalogue, {0: chain_share}, chain_within_min)
    config.check()
    return config


def rows(errands: Errands, config: NeedsConfig, only: str | None = None) -> set[tuple[Any, ...]]:
    """All of an errand that does not depend on what else is in the table, with the need by name."""
    keys = list(config.catalogue)
    return {
        (
            int(errands.key[i]),
            keys[errands.need[i]],
            int(errands.resident[i]),
            int(errands.walker[i]),
            int(errands.day[i]),
            float(errands.wanted_s[i]),
            float(errands.stay_s[i]),
            int(errands.channel[i]),
            bool(errands.accompanied[i]),
            int(errands.key[errands.follows[i]]) if errands.follows[i] >= 0 else None,
        )
        for i in range(len(errands))
        if only in (None, keys[errands.need[i]])
    }


def hour_of(errands: Errands) -> np.ndarray:
    """The hour of day at which each errand is wanted."""
    return errands.wanted_s / 3600 - 24 * errands.day
