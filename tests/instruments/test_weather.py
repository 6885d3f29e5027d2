"""Weather (facts 8.1, row 39, and 3.3): on bad days everybody is slower, some stay at home, nobody is out for long."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.needs import NeedConfig, NeedsConfig
from sim.needs.catalogue import WeatherConfig
from sim.needs.weather import weather_days
from tests.instruments.conftest import (
    MINUTE_S,
    assert_same,
    assert_same_demand,
    assert_same_run,
    assert_share,
    by_resident,
    daily,
    drawn,
    ends,
    raised,
    row,
    shop,
)
from tests.needs.conftest import PEOPLE, crowd, rows
from tests.worlds import World

TERRIBLE = WeatherConfig(share=0.0, speed_factor=0.1, discretionary_share=0.0, outdoors_min={0: 1.0})
BAD = WeatherConfig(share=1.0)  # and nothing that it does


def going(shop_m: int, weather: WeatherConfig | None = None, age: int = 40, n: int = 1, **need: Any) -> World:
    """People who want something once from a shop so many metres away, walking a metre a second on a good day."""
    needs = NeedsConfig({"food": daily(**need)}, weather=weather or WeatherConfig())
    return raised(drawn(shop("shop", shop_m // 100, "food"), place=row(13)), crowd([age] * n), needs)


# ---- pace


@pytest.mark.parametrize("speed_factor", [1.0, 0.8, 0.5])
def test_in_bad_weather_everybody_takes_longer(speed_factor: float) -> None:
    slow = by_resident(going(400, replace(BAD, speed_factor=speed_factor)))
    assert slow["speed_m_s"].tolist() == [speed_factor]
    assert (slow["arrive_s"] - slow["set_out_s"])[0] == pytest.approx(400 / speed_factor)
    assert slow["walk_m"].tolist() == [400.0]
    assert slow["set_out_s"].tolist() == by_resident(going(400))["set_out_s"].tolist()


@pytest.mark.parametrize(
    ("shop_m", "good", "bad"), [(700, "shop", "shop"), (800, "shop", "too_far"), (900, "shop", "too_far")]
)
def test_fifteen_minutes_do_not_lead_as_far(shop_m: int, good: str, bad: str) -> None:
    assert ends(by_resident(going(shop_m))) == [good]
    assert ends(by_resident(going(shop_m, replace(BAD, speed_factor=0.8)))) == [bad]  # 720 m


# ---- which days


def bad_days(share: float, days: int = 400) -> list[bool]:
    return weather_days(NeedsConfig({}, weather=WeatherConfig(share)), days, 1).tolist()


def test_as_many_days_as_said_and_a_bad_day_stays_one_in_a_worse_winter() -> None:
    few, more = bad_days(0.2), bad_days(0.5)
    assert_share(sum(few), 400, 0.2)
    assert_share(sum(more), 400, 0.5)
    assert all(worse for worse, bad in zip(more, few, strict=True) if bad)
    assert not any(bad_days(0.0))
    assert all(bad_days(1.0))
    assert bad_days(0.5, 7) == more[:7]


def test_good_days_are_as_ever() -> None:
    needs = [
        NeedsConfig({"food": daily(discretionary=True)}, weather=weather)
        for weather in (WeatherConfig(), replace(TERRIBLE, share=0.5))
    ]
    at = drawn(shop("shop", 4, "food"))
    good, mixed = (by_resident(raised(at, crowd([40] * 5), need, weekdays=list(range(7)) * 2)) for need in needs)
    bad = np.flatnonzero(bad_days(0.5, 14))
    assert 0 < len(bad) < 14
    assert not set(mixed["day"]) & set(bad)  # on them, nobody goes
    assert_same(good[~good["day"].isin(bad)].reset_index(drop=True), mixed)


# ---- what is put off

N = 1000
CATALOGUE = {"stroll": daily(discretionary=True), "food": daily(hours={0: [[8.0, 10.0, 1.0]]})}
PARK = shop("park", 2, "stroll", "food")


def put_off(discretionary_share: float) -> World:
    weather = replace(BAD, discretionary_share=discretionary_share)
    return raised(drawn(PARK), crowd([40] * N), NeedsConfig(CATALOGUE, weather=weather))


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_of_what_can_be_put_off_a_share_is_left(share: float) -> None:
    before, after = put_off(1.0), put_off(share)
    left = rows(after.errands, after.needs, "stroll")
    assert left < rows(before.errands, before.needs, "stroll")
    assert_share(len(left), N, share)
    assert rows(after.errands, after.needs, "food") == rows(before.errands, before.needs, "food")


def test_who_goes_in_bad_weather_goes_in_better() -> None:
    assert rows(put_off(0.3).errands, NeedsConfig(CATALOGUE)) < rows(put_off(0.6).errands, NeedsConfig(CATALOGUE))


def test_what_is_left_is_done_as_ever() -> None:
    before, after = by_resident(put_off(1.0)), by_resident(put_off(0.3))
    still = before.set_index(["resident", "need"]).index.isin(after.set_index(["resident", "need"]).index)
    assert_same(before[still].reset_index(drop=True), after)


# ---- how long outdoors


@pytest.mark.parametrize(("age", "stays_min"), [(40, 30.0), (70, 10.0)])
def test_a_stay_under_the_sky_is_half_of_the_time_outdoors_at_most(age: int, stays_min: float) -> None:
    cold = replace(BAD, outdoors_min={0: 60.0, 60: 20.0})
    n = 200
    usual, shorter, inside = (
        by_resident(going(300, weather, age, n, stay_min=40.0, outdoors=outdoors))
        for weather, outdoors in ((None, True), (cold, True), (cold, False))
    )
    minutes = (usual["end_s"] - usual["start_s"]) / MINUTE_S
    assert 20 <= minutes.min() < 30 < minutes.max() <= 60
    stays = (shorter["end_s"] - shorter["start_s"]) / MINUTE_S
    assert stays.tolist() == pytest.approx(np.minimum(minutes, stays_min).tolist())
    assert_same(usual, inside)  # who goes to a shop stays as long as ever


def test_the_ways_there_and_back_take_the_other_half() -> None:
    cold = replace(BAD, outdoors_min={0: 20.0})
    legs = going(300, cold, stay_min=40.0, outdoors=True).run().legs
    assert (legs["arrive_s"] - legs["depart_s"]).tolist() == pytest.approx([5 * MINUTE_S, 5 * MINUTE_S])
    assert legs["arrive_s"][1] - legs["depart_s"][0] == pytest.approx(20 * MINUTE_S)
    assert ends(by_resident(going(400, cold, stay_min=40.0, outdoors=True))) == ["too_far"]


@pytest.mark.parametrize(("shop_m", "age", "end"), [(600, 70, "shop"), (700, 70, "too_far"), (900, 40, "shop")])
def test_nobody_walks_for_more_than_half_of_it(shop_m: int, age: int, end: str) -> None:
    cold = replace(BAD, outdoors_min={60: 20.0})  # ten minutes each way, at a metre a second
    assert ends(by_resident(going(shop_m, cold, age))) == [end]
    assert ends(by_resident(going(shop_m, None, age))) == ["shop"]


def test_the_slower_the_less_far_in_that_time() -> None:
    cold = replace(BAD, outdoors_min={0: 20.0}, speed_factor=0.5)
    assert ends(by_resident(going(300, cold))) == ["shop"]
    assert ends(by_resident(going(400, cold))) == ["too_far"]


def test_a_party_is_out_as_long_as_its_frailest() -> None:
    """A child of four whom somebody of seventy brings."""
    needs = NeedsConfig(
        {"food": daily(per_week={0: 7.0, 18: 0.0})}, weather=replace(BAD, outdoors_min={0: 10.0, 6: 60.0, 60: 20.0})
    )
    party = crowd([4, 70], household=[0, 0], carer=[1, -1])
    for shop_m, end in ((300, "shop"), (400, "too_far")):
        at = drawn(shop("shop", shop_m // 100, "food"))
        assert ends(by_resident(raised(at, party, needs))) == [end]
    alone = crowd([18, 70])
    needs.catalogue["food"] = daily()
    told = ends(by_resident(raised(drawn(shop("shop", 6, "food")), alone, needs)))
    assert told == ["shop", "shop"]


# ---- nothing


def several(weather: WeatherConfig) -> World:
    """Families over a week, with chains, carers, and some who cycle."""
    catalogue: dict[str, NeedConfig] = {
        "stroll": daily(discretionary=True, outdoors=True, stay_min=30.0),
        "food": daily(hours={0: [[10.0, 14.0, 1.0]]}),
    }
    needs = NeedsConfig(catalogue, weather=weather, chain_share={0: 0.8})
    ages = [4, 40, 70, 85] * 20
    household = np.repeat(np.arange(20), 4).tolist()
    carer = [4 * home + 1 if age == 4 else -1 for home, age in zip(household, ages, strict=True)]
    people = replace(PEOPLE, cycle_share={15: 0.5, 60: 0.0})
    return raised(drawn(PARK), crowd(ages, household, carer), needs, people, range(7))


def test_weather_that_never_comes_changes_nothing() -> None:
    fine, never = several(WeatherConfig()), several(TERRIBLE)
    assert_same_demand(fine, never)
    assert_same_run(fine, never)


def test_weather_that_nobody_minds_only_keeps_people_off_their_bicycles() -> None:
    mild, fine = several(BAD), several(WeatherConfig())
    assert set(mild.tours.walk_class.tolist()) == {0}
    assert set(fine.tours.walk_class.tolist()) == {0, 2}
    for name in ("key", "wanted_s", "stay_s", "tour", "walker"):
        np.testing.assert_array_equal(getattr(mild.errands, name), getattr(fine.errands, name))
