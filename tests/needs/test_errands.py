"""Errands: how many, whose, when, by whom, and nobody's business but their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.needs import Channel, NeedConfig, NeedsConfig, raise_errands
from sim.people import Mobility, PeopleConfig, settle
from tests.needs.conftest import PEOPLE, WEEK, crowd, hour_of, need, needs, rows
from tests.people.conftest import examples, people, row_of_homes

INDEPENDENT, SLOW, HOUSEBOUND = Mobility


def allowed_error(per_week: float, days: int, person_days: int) -> float:
    """Four standard errors of a mean per week: the chance part of a day's errands is a coin toss."""
    chance = per_week / days % 1
    return 4 * days * np.sqrt(chance * (1 - chance) / person_days) + 1e-12


# ---- how many


@pytest.mark.parametrize("days", [WEEK, [0, 1, 2, 3, 4], [5, 6]])
@pytest.mark.parametrize("per_week", [{0: 3.0}, {3: 0.4, 60: 5.0, 80: 0.0}, {0: 7.0}, {0: 16.0}])
def test_errands_per_week_are_those_of_the_age(per_week: dict[int, float], days: list[int]) -> None:
    ages = np.repeat([1, 4, 30, 65, 85], 1000)
    carer = np.where(ages < 18, 0, -1)
    config = needs(a=need(per_week=per_week, days=days))
    errands = raise_errands(crowd(ages, carer=carer), PEOPLE, config, WEEK, 1)[0]
    assert set(np.array(WEEK)[errands.day].tolist()) <= set(days)
    for age in (1, 4, 30, 65, 85):
        wanted = max((from_age, value) for from_age, value in {-1: 0.0, **per_week}.items() if from_age <= age)[1]
        raised = np.count_nonzero(ages[errands.resident] == age) / 1000
        assert raised == pytest.approx(wanted, abs=allowed_error(wanted, len(days), 1000 * len(days)))


def test_needs_are_raised_on_their_weekdays_only() -> None:
    config = needs(a=need(days=[1, 5], per_week={0: 2.0}))
    weekdays = [6, 0, 1, 2, 3, 4, 5, 6, 0, 1]
    errands = raise_errands(crowd([30] * 200), PEOPLE, config, weekdays, 1)[0]
    assert np.bincount(errands.day, minlength=10).tolist() == [200 * (day in (1, 5)) for day in weekdays]


def test_a_catalogue_that_nobody_has_raises_nothing() -> None:
    config = needs(a=need(per_week={0: 0.0}), b=need(days=[3]))
    errands, tours = raise_errands(crowd([30] * 5), PEOPLE, config, [0], 1)
    assert (len(errands), len(tours), tours.first.tolist(), tours.of_walker.tolist()) == (0, 0, [0], [0] * 6)


def test_regulars_go_as_often_as_regulars_and_others_never() -> None:
    config = needs(a=need(per_week={0: 1.5}, regular_per_week=5.0, days=[0, 1, 2, 3, 4]))
    errands = raise_errands(crowd([70] * 4000), PEOPLE, config, WEEK, 2)[0]
    per_person = np.bincount(errands.resident, minlength=4000)
    assert set(per_person.tolist()) == {0, 5}
    assert np.mean(per_person > 0) == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / 4000))


# ---- away


def test_who_is_away_wants_nothing_here_by_day_but_the_same_as_others_before_and_after() -> None:
    config = needs(a=need(per_week={0: 7.0}, hours={0: [[4.0, 24.0, 1.0]]}))
    n = 3000
    errands = raise_errands(crowd([30] * n, away=[True] * n), PEOPLE, config, WEEK, 1)[0]
    hour, weekend = hour_of(errands), errands.day >= 5
    assert not np.any((hour >= 8) & (hour < 18) & ~weekend)
    assert np.count_nonzero(weekend) == 2 * n
    # Of the 20 hours in which the need arises, 10 are spent away.
    outside = np.count_nonzero(~weekend) / (5 * n)
    assert outside == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / (5 * n)))


def test_being_away_takes_errands_but_changes_none() -> None:
    config = needs(a=need(per_week={0: 7.0}))
    at_home, away = (
        raise_errands(crowd([30] * 300, away=[x] * 300), PEOPLE, config, WEEK, 1)[0] for x in (False, True)
    )
    assert rows(away, config) < rows(at_home, config)


# ---- per household


def town(seed: int, residents: int = 6000) -> Any:
    return settle(row_of_homes([1.0] * 10), people(residents, elders_apart_share=0.3), seed)


@pytest.fixture(scope="module")
def shoppers() -> tuple[Any, Any]:
    residents = town(1)
    config = needs(a=need(per_household=True, per_week={15: 7.0}, hours={0: [[19.0, 20.0, 1.0]]}))
    return residents, raise_errands(residents, PEOPLE, config, WEEK, 1)[0]


def test_one_goes_for_a_household_once_a_day_an_elder_first(shoppers: tuple[Any, Any]) -> None:
    residents, errands = shoppers
    households = residents.household.max() + 1
    goers = {}
    for row, day in zip(errands.resident, errands.day, strict=True):
        goers.setdefault((residents.household[row], day), []).append(row)
    for (household, _), who in goers.items():
        assert len(who) == 1
        members = np.flatnonzero(residents.household == household)
        grown = (residents.age[members] >= 18) & (residents.mobility[members] != HOUSEBOUND)
        elders = members[grown & (residents.age[members] >= 60)]
        at_home = members[grown & ~residents.away[members]]
        for pool in (elders, at_home, members[grown]):
            if len(pool):
                assert who[0] in pool
                break
    # Nobody was passed over: each household with anybody grown and on their feet goes every day.
    can = np.bincount(residents.household, (residents.age >= 18) & (residents.mobility != HOUSEBOUND)) > 0
    assert {household for household, _ in goers} >= set(np.flatnonzero(can).tolist())
    assert len(goers) <= households * 7


def test_the_elders_of_a_household_take_turns() -> None:
    residents = crowd([70, 72] * 500, household=np.repeat(np.arange(500), 2))
    config = needs(a=need(per_household=True, per_week={15: 7.0}))
    errands = raise_errands(residents, PEOPLE, config, WEEK, 1)[0]
    assert len(errands) == 3500
    first = np.mean(errands.resident % 2 == 0)
    assert first == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(3500))


def test_beside_an_elder_one_adult_goes_at_the_lower_rate() -> None:
    n = 2000
    residents = crowd([70, 40, 10, 45] * n, household=np.repeat(np.arange(n), 4))
    config = needs(a=need(per_household=True, per_week={15: 3.0, 60: 5.0}, beside_elder_per_week=1.0))
    errands = raise_errands(residents, PEOPLE, config, WEEK, 1)[0]
    age = residents.age[errands.resident]
    assert set(age.tolist()) == {70, 40, 45}
    assert np.count_nonzero(age == 70) / n == pytest.approx(5, abs=allowed_error(5, 7, 7 * n))
    assert np.count_nonzero(age < 60) / n == pytest.approx(1, abs=allowed_error(1, 7, 7 * n))


def test_without_an_elder_nobody_goes_besides() -> None:
    n = 2000
    residents = crowd([40, 45] * n, household=np.repeat(np.arange(n), 2))
    config = needs(a=need(per_household=True, per_week={15: 3.0}, beside_elder_per_week=6.0))
    errands = raise_errands(residents, PEOPLE, config, WEEK, 1)[0]
    assert len(errands) / n == pytest.approx(3, abs=allowed_error(3, 7, 7 * n))


# ---- channels


def test_a_share_by_age_is_ordered_online_and_walks_nowhere() -> None:
    ages = np.repeat([20, 40, 70], 2000)
    config = needs(a=need(online_share={15: 0.4, 30: 0.25, 60: 0.0}, per_week={0: 7.0}))
    errands = raise_errands(crowd(ages), PEOPLE, config, [0], 1)[0]
    online = errands.channel == Channel.ONLINE
    for age, share in ((20, 0.4), (40, 0.25), (70, 0.0)):
        here = online[ages[errands.resident] == age]
        assert here.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 2000))
    assert np.all(errands.walker[online] == -1)
    assert np.all(errands.tour[online] == -1)
    assert np.all(errands.walker[~online] == errands.resident[~online])


def family(**changes: Any) -> Any:
    """A child of 4, a pupil of 8, an adult and an elder, the elder being the carer."""
    columns: dict[str, Any] = {"household": [0] * 4, "carer": [3, 3, -1, -1]}
    return crowd([4, 8, 35, 66], **(columns | changes))


def test_a_small_child_is_walked_by_its_carer_and_an_older_one_goes_alone() -> None:
    config = needs(a=need(per_week={0: 7.0}))
    errands = raise_errands(family(), PEOPLE, config, [0], 1)[0]
    by_resident = {int(r): i for i, r in enumerate(errands.resident)}
    assert [int(errands.walker[by_resident[r]]) for r in range(4)] == [3, 1, 2, 3]
    assert [bool(errands.accompanied[by_resident[r]]) for r in range(4)] == [True, False, False, False]


@examples(25)
@given(limit=st.integers(0, 18), age=st.integers(0, 17))
def test_children_below_the_age_of_a_need_are_accompanied(limit: int, age: int) -> None:
    config = needs(a=need(per_week={0: 7.0}, accompanied_below=limit))
    errands = raise_errands(crowd([age, 40], [0, 0], [1, -1]), PEOPLE, config, [0], 1)[0]
    row = errands.resident.tolist().index(0)
    accompanied = age < max(limit, PEOPLE.alone_from_age)
    assert bool(errands.accompanied[row]) == accompanied
    assert errands.walker[row] == (1 if accompanied else 0)


def test_a_child_without_a_carer_is_a_failure_of_escort() -> None:
    config = needs(a=need(per_week={0: 7.0}, hours={0: [[10.0, 11.0, 1.0]]}))
    alone = raise_errands(crowd([4]), PEOPLE, config, [0], 1)[0]
    assert alone.channel.tolist() == [Channel.NO_CARER]
    # A carer who is away fails on weekdays and serves at the weekend.
    away = crowd([4, 35], [0, 0], [1, -1], away=[False, True])
    errands = raise_errands(away, PEOPLE, config, WEEK, 1)[0]
    child = errands.resident == 0
    at_weekend = errands.day[child] >= 5
    assert np.array_equal(errands.channel[child] == Channel.WALK, at_weekend)
    assert np.array_equal(errands.channel[child] == Channel.NO_CARER, ~at_weekend)
    assert np.array_equal(errands.walker[child], np.where(at_weekend, 1, -1))


@pytest.mark.parametrize(
    ("by_proxy", "carer", "away", "expected"),
    [
        (True, 1, False, Channel.WALK),
        (True, 1, True, Channel.HOUSEBOUND),
        (True, -1, False, Channel.HOUSEBOUND),
        (False, 1, False, Channel.HOUSEBOUND),
    ],
)
def test_the_housebound_send_somebody_or_go_without(by_proxy: bool, carer: int, away: bool, expected: Channel) -> None:
    residents = crowd([82, 40], [0, 0], [carer, -1], away=[False, away], mobility=[HOUSEBOUND, INDEPENDENT])
    config = needs(a=need(per_week={60: 7.0}, by_proxy=by_proxy, hours={0: [[10.0, 11.0, 1.0]]}))
    errands = raise_errands(residents, PEOPLE, config, [0], 1)[0]
    assert errands.resident.tolist() == [0]
    assert errands.channel.tolist() == [expected]
    assert errands.walker.tolist() == [1 if expected == Channel.WALK else -1]
    assert not errands.accompanied.any()


def test_every_channel_but_walking_has_nobody_walking() -> None:
    residents = town(3)
    catalogue = {
        "a": need(online_share={0: 0.2}, by_proxy=True),
        "b": need(per_household=True, by_proxy=True),
        "c": need(
            per_week={3: 5.0, 10: 0.0},
            hours={0: [[7.0, 9.0, 1.0]]},
            collect=[16.0, 17.0],
            accompanied_below=9,
            days=[0, 1, 2, 3, 4],
        ),
    }
    errands = raise_errands(residents, PEOPLE, needs(**catalogue), WEEK, 1)[0]
    walks = errands.channel == Channel.WALK
    assert set(errands.channel.tolist()) == set(Channel)
    assert np.array_equal(errands.walker >= 0, walks)
    assert np.array_equal(errands.tour >= 0, walks)
    # Who walks is on their feet, and at home at the time.
    walker = errands.walker[walks]
    assert np.all(residents.mobility[walker] != HOUSEBOUND)
    hour = hour_of(errands)[walks]
    assert not np.any(residents.away[walker] & (errands.day[walks] < 5) & (hour >= 8) & (hour < 18))


# ---- brought and fetched


def school(**changes: Any) -> NeedConfig:
    numbers: dict[str, Any] = {
        "per_week": {3: 5.0, 12: 0.0},
        "days": [0, 1, 2, 3, 4],
        "hours": {0: [[7.5, 8.0, 1.0]]},
        "collect": [16.0, 17.0],
        "accompanied_below": 10,
        "stay_min": 4.0,
    }
    return need(**(numbers | changes))


def test_who_was_brought_is_fetched_by_the_same_carer_on_the_same_day() -> None:
    residents = town(4)
    errands = raise_errands(residents, PEOPLE, needs(a=school()), WEEK, 1)[0]
    fetched = np.flatnonzero(errands.follows >= 0)
    brought = errands.follows[fetched]
    assert len(fetched) > 200
    for column in (errands.resident, errands.walker, errands.day):
        assert np.array_equal(column[fetched], column[brought])
    assert np.all(errands.channel[brought] == Channel.WALK)
    assert np.all(errands.accompanied[brought] & errands.accompanied[fetched])
    assert np.all(residents.age[errands.resident[fetched]] < 10)
    hour = hour_of(errands)
    assert np.all((hour[fetched] >= 16) & (hour[fetched] <= 17))
    assert np.all((hour[brought] >= 7.5) & (hour[brought] <= 8))
    assert len(set(brought.tolist())) == len(brought)
    # Every child that was walked there is either fetched or has nobody to fetch it.
    walked = (errands.channel == Channel.WALK) & errands.accompanied & (errands.follows < 0)
    unfetched = np.setdiff1d(np.flatnonzero(walked), brought)
    for row in unfetched:
        same = (errands.resident == errands.resident[row]) & (errands.day == errands.day[row])
        assert np.count_nonzero(same & (errands.channel == Channel.NO_CARER)) == 1


def test_a_carer_who_leaves_for_work_brings_but_cannot_fetch() -> None:
    residents = crowd([5, 35], [0, 0], [1, -1], away=[False, True])
    errands = raise_errands(residents, PEOPLE, needs(a=school()), [0], 1)[0]
    assert errands.channel.tolist() == [Channel.WALK, Channel.NO_CARER]
    assert errands.follows.tolist() == [-1, -1]


def test_a_pupil_who_goes_alone_stays_until_the_end_of_lessons_and_comes_home_alone() -> None:
    errands = raise_errands(crowd([11] * 50), PEOPLE, needs(a=school()), [0], 1)[0]
    assert len(errands) == 50
    ends = errands.wanted_s + errands.stay_s
    assert np.all((ends >= 16 * 3600 - 1e-6) & (ends <= 17 * 3600 + 1e-6))


def test_stays_are_spread_evenly_around_their_mean() -> None:
    errands = raise_errands(crowd([30] * 4000), PEOPLE, needs(a=need(per_week={0: 7.0}, stay_min=20.0)), [0], 1)[0]
    assert errands.stay_s.min() >= 600
    assert errands.stay_s.max() <= 1800
    assert errands.stay_s.mean() == pytest.approx(1200, abs=4 * 1200 / np.sqrt(12 * 4000))


# ---- whose they are: keys, and independence


def test_keys_are_unique() -> None:
    config = needs(a=need(per_week={0: 20.0}), b=need(), c=school(), d=need(per_household=True))
    errands = raise_errands(town(5), PEOPLE, config, [*WEEK, *WEEK], 1)[0]
    assert len(np.unique(errands.key)) == len(errands)


def test_the_same_seed_raises_the_same_errands_and_another_others() -> None:
    residents, config = town(6), needs(a=need(), b=school())
    one, again, other = (rows(raise_errands(residents, PEOPLE, config, WEEK, s)[0], config) for s in (1, 1, 2))
    assert one == again
    assert one != other


OTHERS = {
    "rare": need(per_week={0: 0.1}),
    "shared": need(per_household=True, beside_elder_per_week=2.0),
    "habit": need(regular_per_week=6.0),
    "bought": need(online_share={0: 0.5}, by_proxy=True),
    "twin": need(per_week={0: 4.0}, online_share={0: 0.1}),
}


@examples(25)
@given(order=st.permutations([*OTHERS, "a"]), size=st.integers(1, 6), seed=st.integers(0, 99))
def test_a_need_raises_the_same_errands_whatever_else_is_in_the_catalogue(
    order: list[str], size: int, seed: int
) -> None:
    residents, target = town(7, 1500), need(per_week={0: 4.0}, online_share={0: 0.1})
    others = [key for key in order if key != "a"][: size - 1]
    keys = [key for key in order if key == "a" or key in others]
    crowded = needs(**{key: target if key == "a" else OTHERS[key] for key in keys})
    alone = needs(a=target)
    in_company = raise_errands(residents, PEOPLE, crowded, [0, 5], seed)[0]
    by_itself = raise_errands(residents, PEOPLE, alone, [0, 5], seed)[0]
    assert rows(in_company, crowded, "a") == rows(by_itself, alone, "a")


def test_a_child_at_school_wants_nothing_else_until_it_is_fetched() -> None:
    residents = town(9)
    without, with_school = needs(a=need(per_week={0: 7.0})), needs(a=need(per_week={0: 7.0}), school=school())
    free = rows(raise_errands(residents, PEOPLE, without, WEEK, 1)[0], without, "a")
    errands = raise_errands(residents, PEOPLE, with_school, WEEK, 1)[0]
    kept = rows(errands, with_school, "a")
    at_school = {}  # from when to when a child that was brought and fetched is there
    for fetch in np.flatnonzero(errands.follows >= 0):
        bring = errands.follows[fetch]
        at_school[int(errands.resident[bring]), int(errands.day[bring])] = tuple(errands.wanted_s[[bring, fetch]])
    assert kept < free  # school takes errands away and changes none
    assert at_school
    for row in free:
        _, _, child, _, day, wanted_s, *_ = row
        if (child, day) in at_school:
            start, end = at_school[child, day]
            assert (row in kept) == (not start <= wanted_s < end)
        elif residents.age[child] >= 12 or day >= 5:
            assert row in kept


def test_more_days_change_nothing_of_the_days_before() -> None:
    residents, config = town(8), needs(a=need(), school=school(), **OTHERS)
    short, long = (raise_errands(residents, PEOPLE, config, days, 1)[0] for days in (WEEK[:3], WEEK))
    assert {row for row in rows(long, config) if row[4] < 3} == rows(short, config)


def test_needs_and_days_are_drawn_apart() -> None:
    n, config = 4000, needs(a=need(per_week={0: 3.5}), b=need(per_week={0: 3.5}))
    errands = raise_errands(crowd([30] * n), PEOPLE, config, [0, 1], 1)[0]
    wants = np.zeros((n, 4), dtype=bool)
    wants[errands.resident, 2 * errands.need + errands.day] = True
    hour = np.full((n, 4), np.nan)
    hour[errands.resident, 2 * errands.need + errands.day] = hour_of(errands)
    for one, other in ((0, 1), (0, 2), (1, 3)):  # another day, another need
        both = wants[:, one] & wants[:, other]
        assert both.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / n))
        assert abs(np.corrcoef(hour[both][:, [one, other]].T)[0, 1]) < 4 / np.sqrt(both.sum())


def test_a_resident_changes_no_errand_but_their_own() -> None:
    ages = [30, 40, 70, 8, 25] * 40
    config = needs(a=need(per_week={15: 3.0, 60: 5.0}, online_share={15: 0.4, 60: 0.1}), b=need(regular_per_week=7.0))
    before = rows(raise_errands(crowd(ages), PEOPLE, config, WEEK, 1)[0], config)
    after = rows(raise_errands(crowd([85, *ages[1:]]), PEOPLE, config, WEEK, 1)[0], config)
    assert {row for row in before if row[2] != 0} == {row for row in after if row[2] != 0}
    assert before != after


def test_hours_away_are_those_of_the_config() -> None:
    config = needs(a=need(per_week={0: 7.0}, hours={0: [[0.0, 24.0, 1.0]]}))
    early = PeopleConfig(away_from_h=5.0, away_until_h=7.5)
    hour = hour_of(raise_errands(crowd([30] * 500, away=[True] * 500), early, config, [0], 1)[0])
    assert not np.any((hour >= 5) & (hour < 7.5))
    assert np.any(hour < 5)
    assert np.any((hour >= 8) & (hour < 18))


def test_the_shipped_catalogue_is_checked_and_its_longest_walk_known() -> None:
    config = NeedsConfig({"a": need(limit_min={6: 8.0, 60: 12.0}), "b": need(limit_min={15: 20.0, 80: 9.0})})
    assert config.longest_walk_min == 20.0
    assert NeedsConfig({"a": need()}).longest_walk_min == 0.0


# ---- known faults


def test_several_errands_a_day_keep_to_their_windows() -> None:
    config = needs(a=need(per_week={0: 14.0}, hours={0: [[8.0, 10.0, 1.0]]}))
    hour = hour_of(raise_errands(crowd([40] * 50), PEOPLE, config, [0], 1)[0])
    assert np.all((hour >= 8) & (hour < 10))


def test_a_housebound_child_does_not_walk_along() -> None:
    residents = crowd([4, 40], [0, 0], [1, -1], mobility=[HOUSEBOUND, INDEPENDENT])
    errands = raise_errands(residents, PEOPLE, needs(a=need(per_week={0: 7.0}, by_proxy=True)), [0], 1)[0]
    child = errands.resident == 0
    assert errands.walker[child].tolist() == [1]
    assert errands.accompanied[child].tolist() == [False]


def test_a_child_that_nobody_brings_is_at_home_and_wants_what_it_wants() -> None:
    config = needs(a=need(per_week={0: 7.0}, hours={0: [[10.0, 11.0, 1.0]]}), school=school())
    errands = raise_errands(crowd([5]), PEOPLE, config, [0], 1)[0]
    assert set(errands.channel.tolist()) == {Channel.NO_CARER}
    assert sorted(errands.need.tolist()) == [0, 1, 1]


@pytest.mark.parametrize("weekdays", [[], [5, 6]])
def test_days_on_which_nothing_is_wanted_have_no_errands(weekdays: list[int]) -> None:
    config = needs(a=need(per_week={0: 7.0}, days=[0]))
    errands, tours = raise_errands(crowd(np.array([30, 70])), PEOPLE, config, weekdays, 1)
    assert (len(errands), len(tours)) == (0, 0)
    assert errands.need.dtype == np.int8
