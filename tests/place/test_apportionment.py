"""Whole numbers from shares."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.place.apportionment import apportion
from tests.people.conftest import examples

weights = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)


@examples(100)
@given(st.integers(0, 100_000), weights)
def test_apportioned_numbers_add_up_and_follow_the_largest_remainders(total: int, weight: list[int]) -> None:
    whole = apportion(total, np.array(weight, dtype=float)).tolist()
    assert sum(whole) == total
    exact = [Fraction(total * w, sum(weight)) for w in weight]
    extra = [n - e for n, e in zip(whole, exact, strict=True)]  # what each got beyond its exact share
    assert all(-1 < x < 1 for x in extra)
    # Nobody was rounded down with a larger remainder than somebody who was rounded up.
    up = [e % 1 for e, x in zip(exact, extra, strict=True) if x > 0]
    down = [e % 1 for e, x in zip(exact, extra, strict=True) if x < 0]
    if up and down:
        assert max(down) <= min(up) + Fraction(1, 10**9)
