"""Times of the clock."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from sim.clock_times import (
    DAY_S,
    DAYS_OF_WEEK,
    HOUR_S,
    HOURS_OF_DAY,
    MINUTE_S,
    WEEK_S,
    are_numbers,
    is_span_of_day,
    is_weekend,
)


def test_seconds_are_those_of_the_calendar() -> None:
    for seconds, length in (
        (MINUTE_S, datetime.timedelta(minutes=1)),
        (HOUR_S, datetime.timedelta(hours=1)),
        (DAY_S, datetime.timedelta(days=1)),
        (WEEK_S, datetime.timedelta(weeks=1)),
    ):
        assert seconds == length.total_seconds()
    assert (HOURS_OF_DAY * HOUR_S, DAYS_OF_WEEK * DAY_S) == (DAY_S, WEEK_S)


def test_the_weekend_is_what_the_calendar_calls_saturday_and_sunday() -> None:
    monday = datetime.date(2024, 1, 1)
    for weekday in range(DAYS_OF_WEEK):
        name = (monday + datetime.timedelta(days=weekday)).strftime("%A")
        assert is_weekend(weekday) == (name in ("Saturday", "Sunday")), name


@pytest.mark.parametrize(
    ("hours", "span"),
    [([8, 18], True), ([0, 24.0], True), ((9.5, 9.5), True), ([18, 8], False), ([-1, 8], False), ([8, 25], False)],
)
def test_a_span_of_a_day_does_not_end_before_it_begins(hours: Any, span: bool) -> None:
    assert is_span_of_day(hours) == span


@pytest.mark.parametrize("row", ["8-18", [8], [8, 12, 1], [8, "12"], None, {8: 12}])
def test_a_row_of_other_things_is_no_span(row: Any) -> None:
    assert not are_numbers(row, 2)
    assert not is_span_of_day(row)
