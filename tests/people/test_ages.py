"""Age groups and tables by age."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from sim.people import AGE_GROUPS, age_group
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
