"""Tallies: of several runs as of one, of measured days only, and the same on disk."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures import demand, homes, outlets, streets, times, travel
from sim.record import Tally, read_tally, write_tally
from sim.record.spread import Spread
from tests.measures.conftest import any_errands, any_layout, any_legs, any_place, tally_of
from tests.people.conftest import examples

runs = st.tuples(
    st.builds(any_errands, st.integers(0, 200), st.integers(0, 10_000)),
    st.builds(any_legs, st.integers(0, 100), st.integers(0, 10_000)),
)


def assert_same(one: Tally, other: Tally) -> None:
    """The same counts, and the same sums of seconds to the last digits."""
    for part in fields(Tally):
        mine, theirs = getattr(one, part.name), getattr(other, part.name)
        if part.name == "each_ds":  # of single runs
            continue
        if isinstance(mine, Spread):
            assert [column.tolist() for column in mine] == [column.tolist() for column in theirs], part.name
        else:
            assert np.shape(mine) == np.shape(theirs), part.name
            assert np.ravel(mine).tolist() == pytest.approx(np.ravel(theirs).tolist()), part.name


def all_tables(tally: Tally) -> dict[str, pd.DataFrame]:
    """Every table that is made of a tally alone."""
    return {
        "demand": demand(tally, ["need", "age_group"]),
        "travel": travel(tally),
        "times": times(tally),
        "homes": homes(any_place(), tally),
        "outlets": outlets(any_layout(), tally),
        "streets": streets(any_place(), tally),
    }


@examples(15)
@given(runs, runs)
def test_two_runs_are_as_one_of_all_their_errands(one: Any, other: Any) -> None:
    together = tally_of(*(pd.concat(pair, ignore_index=True) for pair in zip(one, other, strict=True)))
    # As one run it has the days and the people of one.
    expected = replace(together, runs=2, residents=2 * together.residents)
    added = tally_of(*one) + tally_of(*other)
    assert_same(added, expected)
    for (name, found), table in zip(all_tables(added).items(), all_tables(expected).values(), strict=True):
        pd.testing.assert_frame_equal(found, table, obj=name)


@examples(15)
@given(runs, st.integers(1, 6))
def test_days_of_warm_up_do_not_count(run: Any, warmup_days: int) -> None:
    errands, legs = run
    measured = errands[errands["day"] >= warmup_days], legs[legs["depart_s"] >= warmup_days * 86_400]
    assert_same(tally_of(*run, warmup_days=warmup_days), tally_of(*measured))


def test_what_is_under_way_does_not_count() -> None:
    errands = any_errands(80, 1)
    begun = errands.copy()
    begun.loc[begun.index % 2 == 0, ["outcome", "reason"]] = "pending", "none"
    assert_same(tally_of(begun), tally_of(errands[errands.index % 2 == 1]))


@examples(15)
@given(runs)
def test_a_tally_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, run: Any) -> None:
    folder, tally = tmp_path_factory.mktemp("tallies"), tally_of(*run)
    for name in ("one", "other"):
        write_tally(tally, folder / name)
    assert (folder / "one").read_bytes() == (folder / "other").read_bytes()
    found = read_tally(folder / "one")
    for part in fields(Tally):
        mine, theirs = getattr(found, part.name), getattr(tally, part.name)
        assert type(mine) is type(theirs), part.name
        np.testing.assert_equal(mine, theirs)


def test_runs_of_different_days_or_outlets_are_not_added() -> None:
    errands = any_errands(10, 1)
    with pytest.raises(ValueError, match="different days"):
        tally_of(errands, days=7) + tally_of(errands, days=6)
    fewer = replace(any_layout(), outlets=any_layout().outlets[::-1])
    with pytest.raises(ValueError, match="different outlets"):
        tally_of(errands) + tally_of(errands, layout=fewer)
