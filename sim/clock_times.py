"""Times of the clock: seconds of an hour, a day and a week, and hours as configs write them."""

from __future__ import annotations

from typing import Any, Final

MINUTE_S: Final = 60.0
HOUR_S: Final = 3_600.0
DAY_S: Final = 86_400.0
WEEK_S: Final = 604_800.0
HOURS_OF_DAY: Final = 24
DAYS_OF_WEEK: Final = 7
SATURDAY: Final = 5  # the first day of the weekend; day 0 of a week is its Monday


def is_weekend(weekday: int) -> bool:
    """Whether a day of the week (0 Monday) is a Saturday or a Sunday."""
    return weekday >= SATURDAY


def are_numbers(row: Any, n: int) -> bool:
    """Whether a row of hours in a config is a list of `n` numbers."""
    return isinstance(row, list | tuple) and len(row) == n and all(isinstance(value, int | float) for value in row)


def is_span_of_day(hours: Any) -> bool:
    """Whether two hours are from and until on one day, the first not after the second."""
    return are_numbers(hours, 2) and 0 <= hours[0] <= hours[1] <= HOURS_OF_DAY
