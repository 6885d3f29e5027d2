"""The rules of a run: the numbers by which residents choose, wait and try again, and how its calendar lies."""

from __future__ import annotations

from typing import NamedTuple

from sim.clock_times import DAY_S, DAYS_OF_WEEK
from sim.day.config import DayConfig


class Calendar(NamedTuple):
    """The days of a run.

    `days`: simulated, those before the first that is measured included.
    `first_weekday`: of day 0, 0 for Monday.
    `warmup_days`: before the first that is measured.
    """

    days: int
    first_weekday: int = 0
    warmup_days: int = 0


class Rules(NamedTuple):
    """The numbers by which residents choose and wait.

    `seed`: of the run.
    `monday_s`: how far into its week day 0 begins, seconds.
    `first_week`: the first week that is measured; weeks are counted from that of day 0.
    `taste_scale`, `retries`, `unlimited_share`, `patience_median_s`, `patience_sigma`: of `DayConfig`.
    """

    seed: int
    monday_s: float
    first_week: int
    taste_scale: float
    retries: int
    unlimited_share: float
    patience_median_s: float
    patience_sigma: float


def rules_of(day: DayConfig, calendar: Calendar, seed: int) -> Rules:
    """The rules of a run on the days of a calendar."""
    return Rules(
        seed=seed,
        monday_s=calendar.first_weekday * DAY_S,
        first_week=(calendar.first_weekday + calendar.warmup_days) // DAYS_OF_WEEK,
        taste_scale=day.taste_scale,
        retries=day.retries,
        unlimited_share=day.patience_unlimited_share,
        patience_median_s=day.patience_median_min * 60,
        patience_sigma=day.patience_sigma,
    )
