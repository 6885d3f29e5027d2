"""Age groups and tables by age."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from sim.people import AGE_GROUPS, age_group, by_age
from tests.people.conftest import examples

ages = st.lists(st.integers(0, 120), min_size=1, max_size=30)


@examples(100)
@given(ages)
def test_age_groups_are_the_bands_that_their_names_say(age: list[int]) -> None:
    bands = pd.IntervalIndex.from_breaks([0, 3, 6, 15, 60, 70, 80, np.inf], closed="left")
    assert age_group(age).tolist() == pd.cut(np.array(age), bands).codes.tolist()


def test_names_of_age_groups_hold_their_first_and_last_age() -> None:
    for name in AGE_GROUPS[:-1]:
        first, last = (int(text) for text in name.split("-"))
        assert {AGE_GROUPS[row] for row in age_group([first, last])} == {name}
    assert AGE_GROUPS[age_group(int(AGE_GROUPS[-1].rstrip("+")))] == AGE_GROUPS[-1]
    assert age_group(79) == age_group(80) - 1


@examples(100)
@given(
    st.dictionaries(st.integers(0, 100), st.floats(-10, 10, allow_nan=False), max_size=6),
    ages,
    st.floats(-5, 5, allow_nan=False),
)
def test_a_table_by_age_holds_from_each_key_on(table: dict[int, float], age: list[int], otherwise: float) -> None:
    def value(years: int) -> float:
        reached = [key for key in table if key <= years]
        return table[max(reached)] if reached else otherwise

    assert by_age(table, age, otherwise).tolist() == [value(years) for years in age]


def test_a_table_by_age_is_nought_below_its_first_key() -> None:
    assert by_age({60: 5.0, 80: 3.2}, [0, 59, 60, 79, 80, 100]).tolist() == [0, 0, 5.0, 5.0, 3.2, 3.2]
