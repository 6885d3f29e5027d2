"""The rules of a run: the numbers by which residents choose, wait and try again, and how its calendar lies."""

from __future__ import annotations

from typing import NamedTuple

from sim.clock_times import DAY_S, DAYS_OF_WEEK, HOUR_S, MINUTE_S
from sim.day.config import DayConfig
from sim.day.wanted import Wanted
from sim.errors import InputError


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
    """The numbers by which residents choose and wait, and go on where nothing is had on foot.

    `seed`: of the run.
    `monday_s`: how far into its week day 0 begins, seconds.
    `first_week`: the first week that is measured; weeks are counted from that of day 0.
    `taste_scale`, `retries`, `unlimited_share`, `patience_median_s`, `patience_sigma`: of `DayConfig`.
    `otherwise`: whether anything is put off, handed on, ridden, had beyond the place, or learned.
    `limit_sigma`: of `NeedsConfig`.
    `fastest_m_s`, `cycle_m_s`, `ride_m_s`: the fastest pace, that of cyclists and that of riders.
    `away_from_s`, `away_until_s`: of the day, for those who are away on weekdays.
    `bad_factor`: of the pace in bad weather.
    `end_s`: of the last day.
    `learn_s`: from when waits are noted.
    `measured_s`: the first that is measured; from then on they are known.
    """

    seed: int
    monday_s: float
    first_week: int
    taste_scale: float
    retries: int
    unlimited_share: float
    patience_median_s: float
    patience_sigma: float
    otherwise: bool
    limit_sigma: float
    fastest_m_s: float
    cycle_m_s: float
    ride_m_s: float
    away_from_s: float
    away_until_s: float
    bad_factor: float
    end_s: float
    learn_s: float
    measured_s: float


def rules_of(day: DayConfig, calendar: Calendar, wanted: Wanted, seed: int) -> Rules:
    """The rules of a run on the days of a calendar.

    Raises `InputError` where there are fewer days before the measured ones than residents are to learn.
    """
    if day.learning_days > calendar.warmup_days:
        raise InputError(
            f"day.learning_days: {day.learning_days}, but only {calendar.warmup_days} days come before the measured "
            f"ones; give study.warmup_days={day.learning_days} or more"
        )
    people, needs = wanted.people, wanted.needs
    measured_s = calendar.warmup_days * DAY_S
    return Rules(
        seed=seed,
        monday_s=calendar.first_weekday * DAY_S,
        first_week=(calendar.first_weekday + calendar.warmup_days) // DAYS_OF_WEEK,
        taste_scale=day.taste_scale,
        retries=day.retries,
        unlimited_share=day.patience_unlimited_share,
        patience_median_s=day.patience_median_min * MINUTE_S,
        patience_sigma=day.patience_sigma,
        otherwise=goes_otherwise(day, wanted),
        limit_sigma=needs.limit_sigma,
        fastest_m_s=people.speed_max_m_s,
        cycle_m_s=people.cycle_m_s,
        ride_m_s=people.ride_m_s,
        away_from_s=people.away_from_h * HOUR_S,
        away_until_s=people.away_until_h * HOUR_S,
        bad_factor=needs.weather.speed_factor,
        end_s=calendar.days * DAY_S,
        learn_s=measured_s - day.learning_days * DAY_S,
        measured_s=measured_s,
    )


def goes_otherwise(day: DayConfig, wanted: Wanted) -> bool:
    """Whether an errand that is not met on foot at once may be met later, by somebody else, by ride or elsewhere; or
    whether waits are learned.
    """
    people, catalogue = wanted.people, wanted.needs.catalogue.values()
    return (
        day.learning_days > 0
        or any(need.returns > 0 for need in catalogue)
        or (any(people.help_share.values()) and any(need.by_proxy for need in catalogue))
        or (people.rides and any(need.ride_share > 0 for need in catalogue))
        or any(need.beyond.car_share > 0 or any(need.beyond.share.values()) for need in catalogue)
    )
