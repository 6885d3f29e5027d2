"""When errands are wanted: windows of the day by their share."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.needs import raise_errands
from sim.needs.occurrence import wanted_hours
from tests.needs.conftest import PEOPLE, WEEK, crowd, hour_of, need, needs
from tests.people.conftest import examples

cuts = st.lists(st.integers(0, 48), min_size=2, max_size=8, unique=True).map(sorted)


@st.composite
def windows(draw: st.DrawFn) -> list[list[float]]:
    """Windows of a day in half hours, apart from each other or touching, with whole shares."""
    at = draw(cuts)
    rows = [[a / 2, b / 2, float(draw(st.integers(1, 9)))] for a, b in pairwise(at)]
    return draw(st.lists(st.sampled_from(rows), min_size=1, max_size=6, unique_by=tuple))


def hour_at(rows: list[list[float]], draw: float) -> float:
    """The hour up to which a part `draw` of the trips has begun, window after window."""
    left = draw * sum(share for _, _, share in rows)
    for start, end, share in rows:
        if left < share:
            return start + (end - start) * left / share
        left -= share
    return rows[-1][1]


@examples(100)
@given(windows(), st.lists(st.integers(0, 2**20 - 1), min_size=1, max_size=20))
def test_a_draw_is_laid_over_the_windows_by_their_share(rows: list[list[float]], draws: list[int]) -> None:
    part = np.array(draws) / 2**20
    hours = wanted_hours({0: rows}, np.full(len(part), 30), part)
    total = sum(share for *_, share in rows)
    for hour, draw in zip(hours, part, strict=True):
        within = (draw * total) % 1
        if min(within, 1 - within) > 1e-9:  # on the border of two windows either end is right
            assert hour == pytest.approx(hour_at(rows, draw), abs=1e-6)
        assert any(start <= hour <= end for start, end, _ in rows)


def test_windows_go_by_age_and_the_youngest_take_the_first() -> None:
    hours = wanted_hours({6: [[7.0, 8.0, 1.0]], 60: [[9.0, 10.0, 1.0]]}, np.array([2, 6, 59, 60, 90]), np.full(5, 0.5))
    assert hours.tolist() == [7.5, 7.5, 7.5, 9.5, 9.5]


def test_errands_fall_in_their_windows_with_their_shares() -> None:
    shares = {(6.5, 8.0): 0.2, (9.0, 11.0): 0.5, (19.0, 21.0): 0.3}
    config = needs(a=need(per_week={0: 7.0}, hours={0: [[*window, share] for window, share in shares.items()]}))
    hour = hour_of(raise_errands(crowd([30] * 3000), PEOPLE, config, WEEK, 1)[0])
    assert len(hour) == 21_000
    for (start, end), share in shares.items():
        here = (hour >= start) & (hour < end)
        assert here.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(hour)))
        # Even within the window: the mean of a uniform hour.
        assert hour[here].mean() == pytest.approx((start + end) / 2, abs=4 * (end - start) / np.sqrt(12 * here.sum()))


def test_weekends_keep_their_own_hours_and_other_needs_those_of_the_week() -> None:
    config = needs(
        a=need(hours={0: [[8.0, 9.0, 1.0]]}, weekend_hours={0: [[15.0, 16.0, 1.0]]}),
        b=need(hours={0: [[8.0, 9.0, 1.0]]}),
    )
    errands = raise_errands(crowd([30] * 400), PEOPLE, config, WEEK, 1)[0]
    weekend = np.array([day >= 5 for day in WEEK])[errands.day] & (errands.need == 0)
    assert weekend.any()
    assert np.all(np.where(weekend, 15, 8) == np.floor(hour_of(errands)))
