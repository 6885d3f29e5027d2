"""Ages from bands, and who lives with whom."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.people.households import draw_ages, form_households
from tests.people.conftest import examples

weights = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)
PROFILE = ((0, 3, 6, 15, 60, 70, 80), np.array([3.0, 3.7, 11.3, 63.4, 10.4, 5.7, 2.5]))


@examples(100)
@given(st.integers(1, 3000), weights, st.integers(0, 2**32))
def test_ages_are_in_exact_proportion_to_the_bands(n: int, weight: list[int], seed: int) -> None:
    age_from = tuple(range(0, 5 * len(weight), 5))
    ages = draw_ages(n, age_from, np.array(weight, dtype=float), {}, np.random.default_rng(seed))
    assert len(ages) == n
    assert ages.min() >= 0
    count = np.histogram(ages, [*age_from, np.inf])[0]
    assert np.all(np.abs(count - n * np.array(weight) / sum(weight)) < 1)


def test_ages_are_spread_within_a_band_by_a_finer_profile() -> None:
    n = 90_000
    within = {0: 30.0, 5: 10.0, 40: 7.0, 70: 3.0, 90: 1.0}  # nothing between 70 and 89 but 3, in twenty years
    ages = draw_ages(n, (0, 10, 60), np.array([1.0, 1.0, 1.0]), within, np.random.default_rng(1))
    counted = Counter(ages.tolist())
    # By hand: people a year are 6, 10/35, 7/30, 3/20, 1/15; each band is shared in proportion to them.
    a_year = [6.0] * 5 + [10 / 35] * 35 + [7 / 30] * 30 + [3 / 20] * 20 + [1 / 15] * 15
    for first, end in ((0, 10), (10, 60), (60, 105)):
        whole = sum(a_year[first:end])
        assert sum(counted[age] for age in range(first, end)) == n / 3
        for age in range(first, end):
            expected = n / 3 * a_year[age] / whole
            assert abs(counted[age] - expected) < 5 * np.sqrt(expected), age
    assert max(counted) == 104


def test_ages_are_even_within_a_band_that_the_finer_profile_does_not_cut() -> None:
    n = 60_000
    ages = draw_ages(n, (0, 10, 60), np.array([1.0, 1.0, 1.0]), {0: 1.0, 60: 0.0, 70: 1.0}, np.random.default_rng(1))
    counted = Counter(ages.tolist())
    for first, last in ((0, 9), (10, 59), (70, 104)):
        expected = n / 3 / (last - first + 1)
        assert all(abs(counted[a] - expected) < 5 * np.sqrt(expected) for a in range(first, last + 1))
    assert not any(counted[age] for age in range(60, 70))


@pytest.mark.parametrize("mean_size", [1.0, 1.6, 2.27, 2.3, 2.62, 2.84, 4.0])
def test_households_have_the_mean_size_of_the_config(mean_size: float) -> None:
    rng = np.random.default_rng(7)
    ages = draw_ages(20_600, *PROFILE, {}, rng)
    formed = form_households(ages, mean_size, 0.55, rng)
    assert len(ages) / (formed.household[-1] + 1) == pytest.approx(mean_size, abs=0.05)


@examples(100)
@given(
    children=st.integers(0, 40),
    adults=st.integers(0, 80),
    elders=st.integers(0, 60),
    mean_size=st.floats(1, 6),
    apart=st.floats(0, 1),
    seed=st.integers(0, 2**32),
)
def test_everybody_lives_once_in_a_household(
    children: int, adults: int, elders: int, mean_size: float, apart: float, seed: int
) -> None:
    assume(children + adults + elders)
    ages = np.repeat([7, 35, 70], [children, adults, elders])
    formed = form_households(ages, mean_size, apart, np.random.default_rng(seed))
    assert Counter(formed.age.tolist()) == Counter(ages.tolist())
    # Households are numbered from 0 without gaps, in the order of the rows.
    steps = np.diff(formed.household)
    assert formed.household[0] == 0
    assert set(steps.tolist()) <= {0, 1}


@examples(100)
@given(
    children=st.integers(0, 40),
    adults=st.integers(0, 80),
    elders=st.integers(0, 60),
    mean_size=st.floats(1, 6),
    seed=st.integers(0, 2**32),
)
def test_children_live_with_a_grown_person_where_there_are_enough(
    children: int, adults: int, elders: int, mean_size: float, seed: int
) -> None:
    assume(children + adults + elders)
    ages = np.repeat([7, 35, 70], [children, adults, elders])
    formed = form_households(ages, mean_size, 0.0, np.random.default_rng(seed))
    grown = np.bincount(formed.household, formed.age >= 18)
    left_alone = np.count_nonzero(grown == 0)
    assert left_alone == max(0, len(grown) - adults - elders)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("apart", [0.3, 0.55, 0.8])
def test_no_child_of_a_town_lives_without_a_grown_person(apart: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    formed = form_households(draw_ages(5_000, *PROFILE, {}, rng), 2.3, apart, rng)
    child, grown = (np.bincount(formed.household, w) for w in (formed.age < 18, formed.age >= 18))
    assert np.all(grown[child > 0] > 0)


def test_children_live_with_two_others_where_there_is_room() -> None:
    rng = np.random.default_rng(2)
    formed = form_households(draw_ages(20_600, *PROFILE, {}, rng), 2.6, 0.55, rng)
    size = np.bincount(formed.household)[formed.household]
    assert size[formed.age < 18].min() >= 3


@pytest.mark.parametrize("apart", [0.0, 0.25, 0.55, 0.7])
def test_a_share_of_the_elders_lives_apart(apart: float) -> None:
    rng = np.random.default_rng(3)
    formed = form_households(draw_ages(20_600, *PROFILE, {}, rng), 2.3, apart, rng)
    elder = formed.age >= 60
    size = np.bincount(formed.household)
    among_elders = np.bincount(formed.household, elder) == size
    lives_apart = (among_elders & (size <= 2))[formed.household] & elder
    share = lives_apart.sum() / elder.sum()
    # At least the share: chance may join further elders.
    assert apart - 0.001 <= share <= apart + 0.08


def test_households_differ_in_size_as_one_plus_a_poisson_number() -> None:
    from scipy import stats

    rng = np.random.default_rng(5)
    formed = form_households(draw_ages(50_000, *PROFILE, {}, rng), 2.6, 0.55, rng)
    size = np.bincount(formed.household)
    for people in range(1, 7):
        share = stats.poisson.pmf(people - 1, 1.6)
        assert np.mean(size == people) == pytest.approx(share, abs=5 * np.sqrt(share / len(size)))


def test_elders_live_with_children_before_they_live_apart() -> None:
    ages = np.repeat([7, 35, 70], [21, 9, 14])
    formed = form_households(ages, 2.3, 0.79, np.random.default_rng(8))
    child, grown = (np.bincount(formed.household, w) for w in (formed.age < 18, formed.age >= 18))
    assert len(grown) <= 9 + 14  # enough for one in each household
    assert np.all(grown[child > 0] > 0)
