"""Opening hours against a clock that is read every quarter of an hour of the week."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.clock_times import DAY_S, HOUR_S, WEEK_S
from sim.errors import InputError
from sim.outlets.hours import week_windows
from tests.people.conftest import examples

QUARTERS = 7 * 96
Hours = dict[int, list[list[float]]]


@st.composite
def rows(draw: st.DrawFn) -> list[float]:
    opens = draw(st.integers(0, 95))
    return [opens / 4, draw(st.integers(opens + 1, 192)) / 4]


hours_of_a_week = st.dictionaries(st.integers(0, 6), st.lists(rows(), max_size=3), max_size=4)


def read_the_clock(hours: Hours) -> np.ndarray:
    """Whether each quarter of an hour of the week is open, by the rule as it is written in a format."""
    is_open = np.zeros(QUARTERS, dtype=bool)
    today: list[list[float]] = []
    for day in range(7):
        today = hours.get(day, today)
        for opens, closes in today:
            for quarter in range(int(opens * 4), int(closes * 4)):
                is_open[(day * 96 + quarter) % QUARTERS] = True
    return is_open


@examples(100)
@example({0: [[0.0, 24.0]]})
@example({0: [[22.0, 30.0]]})
@example({6: [[20.0, 48.0]]})
@example({0: [[6.5, 9.0], [9.0, 13.5]], 5: []})
@example({})
@given(hours_of_a_week)
def test_windows_are_open_when_the_clock_says_so(hours: Hours) -> None:
    windows = week_windows(hours, "test")
    middle = (np.arange(QUARTERS) + 0.5) * HOUR_S / 4
    counted = sum(((opens <= middle) & (middle < closes)).astype(int) for opens, closes in windows) + np.zeros(QUARTERS)
    assert counted.tolist() == read_the_clock(hours).astype(float).tolist()  # in one window at most


@examples(100)
@given(hours_of_a_week)
def test_windows_are_in_order_apart_and_merged(hours: Hours) -> None:
    windows = week_windows(hours, "test")
    for (_, closes), (opens, _) in pairwise(windows):
        assert closes < opens
    if len(windows) > 1 or (windows and np.isfinite(windows[0][0])):
        assert all(opens < closes and closes > 0 and opens < WEEK_S for opens, closes in windows)


@examples(100)
@given(hours_of_a_week)
def test_a_window_says_how_long_it_stays_open_even_over_the_end_of_the_week(hours: Hours) -> None:
    windows, clock = week_windows(hours, "test"), read_the_clock(hours)
    for quarter in np.flatnonzero(clock):
        now = (quarter + 0.5) * HOUR_S / 4
        closes = next(closes for opens, closes in windows if opens <= now < closes)
        open_on = np.flatnonzero(~np.roll(clock, -quarter))
        left = open_on[0] if len(open_on) else np.inf
        assert (closes - now) == pytest.approx((left - 0.5) * HOUR_S / 4)


def test_an_outlet_that_never_closes_has_one_window_without_end() -> None:
    forever = ((-np.inf, np.inf),)
    assert week_windows({0: [[0.0, 24.0]]}, "") == forever
    assert week_windows({0: [[6.0, 30.0]]}, "") == forever
    assert week_windows({0: [[0.0, 24.0]], 6: [[0.0, 23.0]]}, "") != forever


def test_an_outlet_without_hours_never_opens() -> None:
    assert week_windows({}, "") == ()
    assert week_windows({0: []}, "") == ()


def test_hours_hold_from_their_weekday_to_the_next_key() -> None:
    windows = week_windows({1: [[8.0, 9.0]], 3: [], 5: [[10.0, 11.0]]}, "")
    opens = [(opens // DAY_S, opens % DAY_S / HOUR_S) for opens, _ in windows]
    assert opens == [(1, 8.0), (2, 8.0), (5, 10.0), (6, 10.0)]


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        ({0: [[22.0, 6.0]]}, "closes at 6.0 before it opens at 22.0; write 30.0 for a closing time after midnight"),
        ({0: [[9.0, 9.0]]}, "closes at 9.0 before it opens at 9.0"),
        ({0: [[24.0, 25.0]]}, "[24.0, 25.0]"),
        ({0: [[-1.0, 5.0]]}, "[-1.0, 5.0]"),
        ({0: [[1.0, 49.0]]}, "after midnight above 24"),
        ({0: [[8.0, 12.0, 14.0]]}, "[opens, closes] in hours"),
        ({0: [[float("nan"), 12.0]]}, "[opens, closes] in hours"),
        ({7: [[8.0, 12.0]]}, "weekday 7; 0 (Monday) to 6"),
        ({-1: [[8.0, 12.0]]}, "weekday -1; 0 (Monday) to 6"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_the_way_out(hours: Hours, says: str) -> None:
    with pytest.raises(InputError) as refused:
        week_windows(hours, "layout plan: formats.shop.hours")
    assert str(refused.value).startswith("layout plan: formats.shop.hours: ")
    assert says in str(refused.value)
