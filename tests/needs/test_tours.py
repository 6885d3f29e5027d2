"""Tours: errands of one walker joined to walks from home and home again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.needs import Channel, Errands, NeedsConfig, Tours, raise_errands
from sim.people import Residents, settle
from tests.needs.conftest import PEOPLE, WEEK, crowd, need, needs
from tests.people.conftest import examples, people, row_of_homes

CATALOGUE = {
    "shop": need(per_week={6: 6.0}, by_proxy=True),
    "walk": need(per_week={0: 6.0}),
    "school": need(
        per_week={3: 5.0, 12: 0.0},
        days=[0, 1, 2, 3, 4],
        hours={0: [[7.5, 8.0, 1.0]]},
        collect=[16.0, 17.0],
        accompanied_below=10,
    ),
}


def raised(seed: int, chain: float, within_min: float) -> tuple[Residents, NeedsConfig, Errands, Tours]:
    config = needs(chain, within_min, **CATALOGUE)
    drawn = settle(row_of_homes([1.0] * 5), people(400, slow_share={0: 0.2}), seed)
    return drawn, config, *raise_errands(drawn, PEOPLE, config, WEEK, seed)


tours_of = st.builds(raised, st.integers(0, 500), st.sampled_from([0.0, 0.4, 1.0]), st.sampled_from([0.0, 45.0, 180.0]))


@examples(25)
@given(tours_of)
def test_walking_errands_stand_first_by_walker_and_time_each_in_one_tour(town: Any) -> None:
    residents, _, errands, tours = town
    n = int(tours.first[-1])
    walks = errands.channel == Channel.WALK
    assert np.all(walks[:n])
    assert not np.any(walks[n:])
    order = list(zip(errands.walker[:n].tolist(), errands.wanted_s[:n].tolist(), strict=True))
    assert order == sorted(order)
    # Tours are contiguous: tour t is rows first[t] to first[t + 1], all of one walker.
    assert np.all(np.diff(tours.first) > 0)
    assert np.array_equal(errands.tour[:n], np.repeat(np.arange(len(tours)), np.diff(tours.first)))
    assert np.array_equal(errands.walker[:n], np.repeat(tours.walker, np.diff(tours.first)))
    for walker in range(len(residents)):
        own = np.arange(tours.of_walker[walker], tours.of_walker[walker + 1])
        assert own.tolist() == np.flatnonzero(tours.walker == walker).tolist()


@examples(25)
@given(tours_of)
def test_errands_are_chained_only_when_close_on_the_same_day_and_timed_ones_begin_a_tour(town: Any) -> None:
    _, config, errands, tours = town
    timed = (errands.need == list(config.catalogue).index("school")) & errands.accompanied
    for first, last in zip(tours.first[:-1], tours.first[1:], strict=True):
        rows = np.arange(first, last)
        assert len(set(errands.day[rows].tolist())) == 1
        assert np.all(np.diff(errands.wanted_s[rows]) <= config.chain_within_min * 60)
        assert not np.any(timed[rows[1:]])


@examples(25)
@given(tours_of)
def test_a_party_goes_at_the_pace_of_its_slowest(town: Any) -> None:
    residents, _, errands, tours = town
    for tour in range(len(tours)):
        party = {int(tours.walker[tour])}
        for row in range(tours.first[tour], tours.first[tour + 1]):
            if errands.accompanied[row]:
                party.add(int(errands.resident[row]))
        who = sorted(party)
        assert tours.speed_m_s[tour] == residents.speed_m_s[who].min()
        assert tours.walk_class[tour] == residents.walk_class[who].max()
        assert tours.range_m[tour] == residents.range_m[who].min()


def close_pairs(errands: Errands, n: int, within_s: float) -> np.ndarray:
    """Rows of errands that follow another of their walker closely, none of them timed."""
    after = np.arange(1, n)
    same = (errands.walker[after] == errands.walker[after - 1]) & (errands.day[after] == errands.day[after - 1])
    return after[same & (errands.wanted_s[after] - errands.wanted_s[after - 1] <= within_s)]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_close_errands_are_chained_with_the_share_of_the_config(share: float) -> None:
    config = needs(share, 60.0, a=need(per_week={0: 7.0}), b=need(per_week={0: 7.0}), c=need(per_week={0: 7.0}))
    errands, tours = raise_errands(crowd([40] * 1500), PEOPLE, config, WEEK, 5)
    pairs = close_pairs(errands, int(tours.first[-1]), 3600)
    chained = np.mean(errands.tour[pairs] == errands.tour[pairs - 1])
    assert chained == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(pairs)))


def test_chaining_goes_by_the_age_of_the_walker() -> None:
    catalogue = {key: need(per_week={0: 7.0}) for key in "abc"}
    config = NeedsConfig(catalogue, {15: 0.0, 60: 1.0}, 60.0)
    errands, tours = raise_errands(crowd([40, 70] * 200), PEOPLE, config, WEEK, 5)
    pairs = close_pairs(errands, int(tours.first[-1]), 3600)
    elder = errands.walker[pairs] % 2 == 1
    assert np.array_equal(errands.tour[pairs] == errands.tour[pairs - 1], elder)


def test_after_bringing_a_child_the_next_errand_close_by_is_always_joined() -> None:
    catalogue = {"school": CATALOGUE["school"], "shop": need(per_week={15: 7.0}, hours={0: [[8.01, 8.5, 1.0]]})}
    config = NeedsConfig(catalogue, {0: 0.0}, 90.0)  # nothing is chained by chance
    n = 50
    residents = crowd(
        [5, 66] * n,
        np.repeat(np.arange(n), 2),
        [1 + row if row % 2 == 0 else -1 for row in range(2 * n)],
        speed_m_s=[0.6, 1.2] * n,
    )
    errands, tours = raise_errands(residents, PEOPLE, config, [0], 1)
    of_walker = [errands.need[errands.walker == walker].tolist() for walker in range(1, 2 * n, 2)]
    assert of_walker == [[0, 1, 0]] * n  # bring, shop, fetch
    assert np.diff(tours.first).tolist() == [2, 1] * n
    # The child is brought at its pace, and the whole tour is counted at it.
    assert set(tours.speed_m_s.tolist()) == {0.6}
