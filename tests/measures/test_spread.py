"""Spreads of seconds against NumPy, group by group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.record.spread import Spread, add_spreads, counts_of, counts_within, quantiles_s, regroup, spread_of
from tests.people.conftest import examples

GROUPS = 4
rows = st.lists(st.tuples(st.integers(0, GROUPS - 1), st.floats(0, 1500)), max_size=60)


def made(pairs: list[tuple[int, float]]) -> Spread:
    return spread_of(np.array([g for g, _ in pairs], dtype=np.int64), np.array([s for _, s in pairs], dtype=float))


def whole(pairs: list[tuple[int, float]], group: int) -> np.ndarray:
    """The seconds of a group, each begun one counted whole."""
    return np.ceil([seconds for of, seconds in pairs if of == group])


@examples(60)
@given(rows, st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), st.integers(0, 1500))
def test_counts_and_quantiles_are_those_of_the_whole_seconds(
    pairs: list[tuple[int, float]], share: float, most_s: int
) -> None:
    spread = made(pairs)
    for group in range(GROUPS):
        own = whole(pairs, group)
        expected = np.quantile(own, share) if len(own) else np.nan
        assert quantiles_s(spread, GROUPS, share)[group] == pytest.approx(expected, nan_ok=True)
        assert counts_of(spread, GROUPS)[group] == len(own)
        # What is within a whole number of seconds is known exactly, whatever was rounded.
        exactly = sum(of == group and seconds <= most_s for of, seconds in pairs)
        assert counts_within(spread, GROUPS, most_s)[group] == exactly


@examples(60)
@given(rows, rows)
def test_spreads_add_up_in_either_order(one: list[tuple[int, float]], other: list[tuple[int, float]]) -> None:
    both = made(one + other)
    for found in (add_spreads(made(one), made(other)), add_spreads(made(other), made(one))):
        assert [column.tolist() for column in found] == [column.tolist() for column in both]


@examples(60)
@given(rows)
def test_groups_taken_together_are_as_if_they_had_been_one(pairs: list[tuple[int, float]]) -> None:
    spread = made(pairs)
    found = regroup(spread, spread.group // 2)
    expected = made([(group // 2, seconds) for group, seconds in pairs])
    assert [column.tolist() for column in found] == [column.tolist() for column in expected]
