"""Residents of a place: where they live, how they walk, who is away and who cares for whom."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.errors import InputError
from sim.people import AGE_GROUPS, Mobility, PeopleConfig, Residents, settle, split_notes
from sim.place import WalkClass
from tests.people.conftest import examples, people, row_of_homes

ROW = row_of_homes([1.0] * 40)


def columns(residents: Residents) -> dict[str, list[Any]]:
    return {field.name: getattr(residents, field.name).tolist() for field in fields(residents)}


@pytest.fixture(scope="module")
def town() -> Residents:
    return settle(ROW, people(40_000), seed=1)


def test_the_same_seed_draws_the_same_residents() -> None:
    assert columns(settle(ROW, people(500), 3)) == columns(settle(ROW, people(500), 3))


def test_another_seed_draws_other_residents() -> None:
    one, other = columns(settle(ROW, people(500), 3)), columns(settle(ROW, people(500), 4))
    assert all(one[name] != other[name] for name in ("home", "age", "female", "speed_m_s", "away", "carer"))


def test_there_are_as_many_residents_as_asked_for(town: Residents) -> None:
    assert len(town) == 40_000
    assert {len(column) for column in columns(town).values()} == {40_000}


def test_residents_cannot_be_changed(town: Residents) -> None:
    with pytest.raises(ValueError, match="read-only"):
        town.age[0] = 1


def test_the_place_counts_the_residents_where_none_are_asked_for() -> None:
    from dataclasses import replace

    assert len(settle(replace(ROW, population=123.4), people(None), 1)) == 123
    with pytest.raises(InputError, match=r"people\.residents"):
        settle(ROW, people(None), 1)


def test_a_household_lives_in_one_home(town: Residents) -> None:
    first = np.unique(town.household, return_index=True)[1]
    assert np.array_equal(town.home[first][town.household], town.home)
    assert np.all(np.diff(town.household) >= 0)


@examples(100)
@given(
    weight=st.lists(st.floats(0, 50, allow_subnormal=False), min_size=1, max_size=12).filter(lambda w: sum(w) > 0.01),
    residents=st.integers(1, 400),
    seed=st.integers(0, 1000),
)
def test_homes_are_filled_in_proportion_to_their_weight(weight: list[float], residents: int, seed: int) -> None:
    drawn = settle(row_of_homes(weight), people(residents), seed)
    first = np.unique(drawn.household, return_index=True)[1]
    households = np.bincount(drawn.home[first], minlength=len(weight))
    assert np.all(np.abs(households - len(first) * np.array(weight) / sum(weight)) < 1 + 1e-9)
    assert np.all(households[np.array(weight) == 0] == 0)


def test_counted_ages_of_a_home_are_used_and_unknown_ones_fall_to_the_profile() -> None:
    nan = float("nan")
    place = row_of_homes(
        [300.0, 100.0, 200.0, 150.0], (0, 18, 80), [[0, 100, 200], [nan, nan, nan], [50, 150, 0], [0, 0, 0]]
    )
    drawn = settle(place, people(3_000, profile={0: 0.0, 40: 1.0, 50: 0.0}), seed=2)
    ages = {home: drawn.age[drawn.home == home] for home in range(4)}
    # People come in proportion to the weights of the homes that share a profile; homes 1 and 3 share the general one.
    assert [len(ages[0]), len(ages[2]), len(ages[1]) + len(ages[3])] == [1200, 800, 1000]
    assert np.histogram(ages[0], [0, 18, 80, 200])[0].tolist() == [0, 400, 800]
    assert np.histogram(ages[2], [0, 18, 80, 200])[0].tolist() == [200, 600, 0]
    for home in (1, 3):
        assert 40 <= ages[home].min() <= ages[home].max() < 50


def test_a_place_where_no_age_is_known_takes_the_profile() -> None:
    place = row_of_homes([1.0, 1.0], (0, 60), [[float("nan")] * 2] * 2)
    assert settle(place, people(50, profile={0: 0.0, 30: 1.0, 31: 0.0}), 1).age.tolist() == [30] * 50


def test_ages_follow_the_profile_to_the_last_person(town: Residents) -> None:
    share = np.array([4.0, 4.0, 12.0, 55.0, 13.0, 8.0, 4.0]) / 100
    assert np.bincount(town.age_group, minlength=len(AGE_GROUPS)).tolist() == (40_000 * share).round().tolist()


def test_counted_bands_are_split_by_the_profile_of_the_place_and_its_own_by_ages_within() -> None:
    place = row_of_homes([100.0, 100.0], (0, 15, 65), [[20, 60, 20], [float("nan")] * 3])
    config = people(40_000, profile={0: 50.0, 60: 50.0}, ages_within={0: 60.0, 60: 6.0, 70: 3.0, 80: 1.0})
    drawn = settle(place, config, seed=1)
    for home, elders, first in ((0, 4_000, 65), (1, 10_000, 60)):
        age = drawn.age[drawn.home == home]
        # People from 60 on are 6 : 3 : 1 in the place; half of the first six are from 65 on.
        parts = np.array([3 if first == 65 else 6, 3, 1])
        found = np.histogram(age, [first, 70, 80, 200])[0]
        assert found.sum() == pytest.approx(elders, rel=0.03)
        assert found / found.sum() == pytest.approx(parts / parts.sum(), abs=0.02)


def test_bands_that_do_not_tell_the_oldest_are_said_with_what_they_decide() -> None:
    def said(*bands: int, profile: dict[int, float] | None = None) -> list[str]:
        weight = [[10.0] * len(bands)] if bands else [[float("nan")]]
        place = row_of_homes([100.0], bands or (0,), weight)
        config = people(
            100, ages_within={0: 60.0, 60: 6.0, 70: 3.0, 80: 1.0}, **({"profile": profile} if profile else {})
        )
        return [f"{note.grade}: {note}" for note in split_notes(place, config)]

    assert said(0, 3, 6, 15, 60, 70, 80) == []
    [coarse] = said(0, 15, 60)
    assert coarse.startswith("warning: Ages are told by the bands 0-14, 15-59 and 60+")
    assert "8.0% of the residents are 80 or more" not in coarse
    # A third of the people are 60+, and of those 4 of 25 are 80+ in the place (profile of people()).
    assert "5.3% of the residents are 80 or more" in coarse
    [own] = said(profile={0: 80.0, 60: 20.0})
    assert "2.0% of the residents are 80 or more" in own
    assert "people.census" in own


def test_half_are_women(town: Residents) -> None:
    assert town.female.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(town)))


# ---- speed and mobility


def test_speeds_lie_within_their_bounds() -> None:
    drawn = settle(ROW, people(5_000, speed_sd_m_s={0: 0.6}, speed_min_m_s=0.4, speed_max_m_s=1.5), 1)
    assert 0.4 <= drawn.speed_m_s.min() <= drawn.speed_m_s.max() <= 1.5


def test_speeds_have_the_mean_and_spread_of_their_age(town: Residents) -> None:
    able = town.mobility == Mobility.INDEPENDENT
    for first, last, mean, sd in ((0, 5, 0.8, 0.1), (6, 14, 1.1, 0.1), (15, 59, 1.25, 0.15), (60, 79, 1.05, 0.2)):
        speed = town.speed_m_s[able & (town.age >= first) & (town.age <= last)]
        # These bounds (0.3, 1.8 m/s) cut off less than one in a thousand.
        assert speed.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(len(speed)) + 0.001)
        assert speed.std() == pytest.approx(sd, rel=4 / np.sqrt(2 * len(speed)) + 0.01)


def test_the_slowest_walk_no_slower_than_the_bound_and_their_mean_keeps_near() -> None:
    drawn = settle(ROW, people(20_000, speed_m_s={0: 0.7}, speed_sd_m_s={0: 0.25}, slow_share={}), 4)
    able = drawn.speed_m_s[drawn.mobility == Mobility.INDEPENDENT]
    cut = stats.truncnorm((0.3 - 0.7) / 0.25, (1.8 - 0.7) / 0.25, 0.7, 0.25).mean()
    assert 0.7 < able.mean() < cut + 0.005
    assert able.min() >= 0.3


def test_slow_walkers_go_at_a_fraction_of_the_pace_and_not_far() -> None:
    config = {"speed_sd_m_s": {0: 0.0}, "slow_factor": 0.5, "slow_range_m": 350.0}
    drawn = settle(ROW, people(5_000, **config), 1)
    slow = drawn.mobility == Mobility.SLOW
    pace = np.select([drawn.age >= 80, drawn.age >= 60, drawn.age >= 15, drawn.age >= 6], [0.75, 1.05, 1.25, 1.1], 0.8)
    assert slow.any()
    assert drawn.speed_m_s[slow] == pytest.approx(pace[slow] * 0.5)
    assert drawn.speed_m_s[~slow] == pytest.approx(pace[~slow])
    assert set(drawn.range_m[slow]) == {350.0}
    assert set(drawn.range_m[~slow]) == {np.inf}
    assert np.array_equal(drawn.walk_class == WalkClass.STEP_FREE, slow)


def test_mobility_has_the_shares_of_each_age(town: Residents) -> None:
    for first, last, slow, housebound in (
        (0, 59, 0, 0),
        (60, 69, 0.05, 0.02),
        (70, 79, 0.1, 0.04),
        (80, 120, 0.25, 0.12),
    ):
        here = town.mobility[(town.age >= first) & (town.age <= last)]
        for kind, share in ((Mobility.SLOW, slow), (Mobility.HOUSEBOUND, housebound)):
            assert np.mean(here == kind) == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(here)))


# ---- away, and carers


def test_only_the_able_of_working_age_are_away(town: Residents) -> None:
    assert np.all((town.age[town.away] >= 15) & (town.age[town.away] < 60))
    limping = settle(ROW, people(5_000, slow_share={0: 0.2}, housebound_share={0: 0.2}), 1)
    assert set(limping.mobility[limping.age < 60].tolist()) == set(Mobility)
    assert set(limping.mobility[limping.away].tolist()) == {Mobility.INDEPENDENT}


def test_the_away_share_is_that_of_the_config_where_no_child_keeps_anybody(town: Residents) -> None:
    small = np.bincount(town.household, town.age < 6) > 0
    free = ~small[town.household] & (town.age >= 15) & (town.age < 60)
    n = np.count_nonzero(free)
    assert town.away[free].mean() == pytest.approx(0.6, abs=4 * np.sqrt(0.6 * 0.4 / n))


@examples(100)
@given(seed=st.integers(0, 10_000), size=st.floats(1.5, 5), apart=st.floats(0, 1), ages=st.integers(20, 60))
def test_with_every_carer_staying_no_small_child_is_left_by_day(
    seed: int, size: float, apart: float, ages: int
) -> None:
    config = people(
        300,
        household_size=size,
        elders_apart_share=apart,
        profile={0: 20.0, 6: 10.0, 20: float(ages), 60: 20.0},
        housebound_share={0: 0.1, 60: 0.3},
        slow_share={0: 0.2},
        carer_stays_share=1.0,
    )
    drawn = settle(ROW, config, seed)
    for child in np.flatnonzero(drawn.age < 6):
        home = np.flatnonzero(drawn.household == drawn.household[child])
        able = home[(drawn.age[home] >= 18) & (drawn.mobility[home] == Mobility.INDEPENDENT)]
        assert not len(able) or not drawn.away[able].all()


def test_a_carer_stays_with_the_share_of_the_config() -> None:
    def left_alone(stays: float) -> float:
        drawn = settle(ROW, people(60_000, carer_stays_share=stays), 8)
        able = (drawn.age >= 18) & (drawn.mobility == Mobility.INDEPENDENT)
        small, any_able, at_home = (
            np.bincount(drawn.household, who) > 0 for who in (drawn.age < 6, able, able & ~drawn.away)
        )
        return float(np.count_nonzero(small & any_able & ~at_home))

    nobody_stays = left_alone(0.0)
    assert left_alone(1.0) == 0
    share = left_alone(0.7) / nobody_stays
    assert share == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / nobody_stays))


@examples(100)
@given(seed=st.integers(0, 10_000), size=st.floats(1, 5), housebound=st.floats(0, 0.6))
def test_carers_are_an_elder_first_then_an_adult_at_home_then_one_who_is_away(
    seed: int, size: float, housebound: float
) -> None:
    config = people(
        120,
        household_size=size,
        profile={0: 25.0, 18: 40.0, 60: 35.0},
        housebound_share={0: housebound},
        slow_share={0: 0.2},
        elders_apart_share=0.2,
    )
    drawn = settle(ROW, config, seed)
    for row in range(len(drawn)):
        needs_one = drawn.age[row] < 18 or drawn.mobility[row] == Mobility.HOUSEBOUND
        able = [
            other
            for other in range(len(drawn))
            if drawn.household[other] == drawn.household[row]
            and drawn.age[other] >= 18
            and drawn.mobility[other] == Mobility.INDEPENDENT
        ]
        carer = int(drawn.carer[row])
        if not needs_one or not able:
            assert carer == -1
            continue
        assert carer in able
        assert carer != row
        standing = {other: (drawn.age[other] < 60, bool(drawn.away[other])) for other in able}
        assert standing[carer] == min(standing.values())


# ---- what the config refuses


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"residents": 0}, "people.residents"),
        ({"household_size": 0.9}, "people.household_size"),
        ({"elders_apart_share": 1.2}, "people.elders_apart_share"),
        ({"carer_stays_share": -0.1}, "people.carer_stays_share"),
        ({"slow_factor": 2.0}, "people.slow_factor"),
        ({"slow_share": {60: 1.5}}, "people.slow_share.60"),
        ({"housebound_share": {60: -0.5}}, "people.housebound_share.60"),
        ({"away_share": {15: 7.0}}, "people.away_share.15"),
        ({"profile": {3: 1.0}}, "people.profile"),
        ({"profile": {0: 0.0}}, "people.profile"),
        ({"profile": {0: 1.0, 60: -1.0}}, "people.profile.60"),
        ({"profile": {0: float("nan")}}, "people.profile.0"),
        ({"profile": {0: 1.0, 200: 5.0}}, "people.profile.200"),
        ({"ages_within": {0: 1.0, 105: 5.0}}, "people.ages_within.105"),
        ({"ages_within": {0: 1.0, 60: -5.0}}, "people.ages_within.60"),
        ({"speed_m_s": {}}, "people.speed_m_s"),
        ({"speed_min_m_s": 0.0}, "people.speed_min_m_s"),
        ({"speed_min_m_s": 2.0}, "people.speed_min_m_s"),
        ({"away_from_h": 19.0}, "people.away_from_h"),
        ({"away_until_h": 25.0}, "away_until_h"),
        ({"slow_range_m": 0.0}, "people.slow_range_m"),
    ],
)
def test_an_impossible_value_is_refused_by_its_key(change: dict[str, Any], key: str) -> None:
    people().check()
    with pytest.raises(InputError) as refused:
        people(**change).check()
    assert key in str(refused.value)


def test_the_plain_config_says_what_it_lacks() -> None:
    with pytest.raises(InputError, match=r"people\.profile: no value from age 0 on"):
        PeopleConfig().check()
