"""The rules of a run: the numbers by which residents choose, wait and try again, and how its calendar lies."""

from __future__ import annotations

from typing import NamedTuple

from sim.clock_times import DAY_S
from sim.day.config import DayConfig


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


def rules_of(day: DayConfig, first_weekday: int, warmup_days: int, seed: int) -> Rules:
    """The rules of a run whose day 0 is the given weekday (0 Monday)."""
    return Rules(
        seed=seed,
        monday_s=first_weekday * DAY_S,
        first_week=(first_weekday + warmup_days) // 7,
        taste_scale=day.taste_scale,
        retries=day.retries,
        unlimited_share=day.patience_unlimited_share,
        patience_median_s=day.patience_median_min * 60,
        patience_sigma=day.patience_sigma,
    )
