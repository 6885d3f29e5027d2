"""Tables by age."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.by_age import MANY_AGES, ByAge, age_band
from sim.errors import InputError
from tests.people.conftest import examples

ages = st.lists(st.integers(0, 120), min_size=1, max_size=30)


@examples(100)
@given(
    st.dictionaries(st.integers(0, 100), st.floats(-10, 10, allow_nan=False), max_size=6),
    ages,
    st.floats(-5, 5, allow_nan=False),
)
def test_each_value_holds_from_its_age_on(table: dict[int, float], age: list[int], otherwise: float) -> None:
    def value(years: int) -> float:
        reached = [key for key in table if key <= years]
        return table[max(reached)] if reached else otherwise

    assert ByAge(table, otherwise).at(age).tolist() == [value(years) for years in age]


def test_a_table_by_age_is_nought_below_its_first_key() -> None:
    assert ByAge({60: 5.0, 80: 3.2}).at([0, 59, 60, 79, 80, 100]).tolist() == [0, 0, 5.0, 5.0, 3.2, 3.2]


def test_one_age_is_answered_as_many_are() -> None:
    table, age = ByAge({3: 1.5, 60: 5.0, 80: 3.2}, below=-1.0), np.arange(3 * MANY_AGES) % 110
    at_once = table.at(age)
    assert at_once.tolist() == [table.of_age(years) for years in age.tolist()]
    assert set(at_once.tolist()) == {-1.0, 1.5, 5.0, 3.2}


def test_bands_begin_at_their_lowest_ages() -> None:
    assert age_band([0, 60, 80], [0, 59, 60, 79, 80, 104]).tolist() == [0, 0, 1, 1, 2, 2]
    assert age_band([60], [59]).tolist() == [-1]


@pytest.mark.parametrize(
    ("table", "at_most"), [({-1: 0.5}, 1.0), ({60: 1.5}, 1.0), ({0: -0.1}, 10.0), ({7: 11.0}, 10.0)]
)
def test_a_value_or_an_age_that_cannot_be_is_named(table: dict[int, float], at_most: float) -> None:
    (age,) = table
    with pytest.raises(InputError, match=rf"^people\.away_share\.{age}: {table[age]}; .* accepted"):
        ByAge(table).check("people.away_share", at_most)
    ByAge({0: 0.0, 60: 1.0}).check("people.away_share", at_most)


def test_a_table_without_the_youngest_is_named() -> None:
    with pytest.raises(InputError, match=r"^people\.speed_m_s: no value from age 0 on"):
        ByAge({60: 1.0}).check_begins("people.speed_m_s")
    ByAge({0: 1.0}).check_begins("people.speed_m_s")
