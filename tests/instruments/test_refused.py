"""What a layout file cannot say ends in one line that names the key and the value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.day import DayConfig
from sim.errors import InputError
from sim.needs import NeedConfig, NeedsConfig
from sim.needs.catalogue import WeatherConfig
from sim.outlets import FormatConfig, HomeConfig, LayoutConfig, OfferConfig, PoolConfig, ReservedConfig, lay_out
from sim.outlets.edits.awareness import AwarenessConfig, SignsRule
from sim.outlets.edits.placing import AddEdit, MoveEdit, RoundEdit, Stop
from sim.outlets.edits.position import Position
from sim.outlets.edits.terms import ExtendEdit
from tests.instruments.conftest import daily, form, laid, offer, row
from tests.needs.conftest import PEOPLE

BRINGS = HomeConfig(pool="couriers")
STAFF = {"staff": PoolConfig(2), "couriers": PoolConfig(2), "shelf": PoolConfig(0)}
NAN = float("nan")
BASE = LayoutConfig(
    formats={
        "shop": form({"food": offer()}, pools=STAFF),
        "stall": form({"repair": offer()}, hours={0: [[9.0, 12.0]]}),
    },
    add=[AddEdit(id="corner", format="shop", node=2)],
)


def refusal(**plan: Any) -> str:
    with pytest.raises(InputError) as refused:
        laid(row(behind_wall=(8, 9)), BASE, **plan)
    message = str(refused.value)
    assert message.startswith("layout plan: ")
    assert "\n" not in message
    return message


# ---- on what terms something is offered


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"share": 1.2}, ".share: 1.2"),
        ({"share": -0.1}, ".share: -0.1"),
        ({"share": NAN}, ".share: nan"),
        ({"ages": [6, 3]}, ".ages: [6, 3]"),
        ({"ages": [3, 3]}, ".ages: [3, 3]"),
        ({"ages": [3]}, ".ages: [3]"),
        ({"ages": [-1, 3]}, ".ages: [-1, 3]"),
        ({"price_yuan": -5.0}, ".price_yuan: -5.0"),
        ({"discount": {60: 1.5}}, ".discount.60: 1.5"),
        ({"discount": {70: -0.5}}, ".discount.70: -0.5"),
        ({"pickup_min": -1.0}, ".pickup_min: -1.0"),
        ({"delivery": BRINGS, "home_service": BRINGS}, ": both delivery and home_service"),
        ({"walk_in": False}, ".walk_in: false, but neither delivery nor home_service"),
        (
            {"reserved": ReservedConfig(60, {0: [[14.0, 12.0]]})},
            ".reserved.hours: closes at 12.0 before it opens at 14",
        ),
        ({"reserved": ReservedConfig(60, {7: [[9.0, 12.0]]})}, ".reserved.hours: weekday 7"),
        ({"delivery": HomeConfig(pool="riders")}, "its pool 'riders' has nobody to send; one of staff, couriers with"),
        ({"delivery": HomeConfig(pool="shelf")}, "its pool 'shelf' has nobody to send"),
        ({"home_service": replace(BRINGS, reserved=3)}, ".reserved: 3 of 2 servers"),
        ({"home_service": replace(BRINGS, reserved=-1)}, ".reserved: -1 of 2 servers"),
        ({"delivery": replace(BRINGS, speed_m_s=0.0)}, ".speed_m_s: 0.0"),
        ({"delivery": replace(BRINGS, radius_m=-1.0)}, ".radius_m: -1.0"),
        ({"delivery": replace(BRINGS, per_round=0)}, ".per_round: 0"),
        ({"delivery": replace(BRINGS, within_min=NAN)}, ".within_min: nan"),
        ({"delivery": replace(BRINGS, registered_share=1.5)}, "registered_share 1.5"),
        ({"delivery": replace(BRINGS, service_min=-2.0)}, "service_min -2.0"),
        ({"delivery": replace(BRINGS, service="quick")}, "service 'quick'"),
    ],
)
@pytest.mark.parametrize("by", ["formats", "extend"])
def test_terms_on_which_nothing_can_be_offered(changes: dict[str, Any], says: str, by: str) -> None:
    bad = OfferConfig(**changes)
    if by == "formats":
        message = refusal(formats={"shop": form({"food": bad}, pools=STAFF)})
        assert message.startswith("layout plan: formats.shop.offers.food")
    else:
        message = refusal(extend=[ExtendEdit("corner", {"food": bad})])
        assert message.startswith("layout plan: extend[0] (corner).offers.food")
    assert says in message


@pytest.mark.parametrize("key", ["servers", "per_day", "room", "places", "m2_per_person"])
def test_less_than_nothing_in_a_pool(key: str) -> None:
    message = refusal(extend=[ExtendEdit("corner", {}, {"staff": PoolConfig(**{key: -2})})])
    assert f"extend[0] (corner).pools.staff.{key}: -2" in message


def test_a_pool_that_loses_those_whom_an_offer_sends() -> None:
    base = replace(BASE, formats={"shop": form({"food": offer(delivery=replace(BRINGS, reserved=2))}, pools=STAFF)})
    for servers, says in ((0, "'couriers' has nobody to send"), (1, ".reserved: 2 of 1 servers")):
        with pytest.raises(InputError) as refused:
            laid(row(), base, extend=[ExtendEdit("corner", {}, {"couriers": PoolConfig(servers)})])
        assert says in str(refused.value)


def test_who_is_fetched_again_must_have_been_brought() -> None:
    base = LayoutConfig(formats={"care": form({"nursery": offer(home_service=BRINGS)}, pools=STAFF)})
    with pytest.raises(
        InputError, match=r"layout plan: formats\.care\.offers\.nursery: who is brought for 'nursery' cannot be served"
    ):
        lay_out("plan", {"plan": base}, row(), 1, {"nursery": daily(collect=[16.0, 17.0])}, 1)
    lay_out("plan", {"plan": base}, row(), 1, {"nursery": daily()}, 1)


# ---- formats


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"every_weeks": 0}, "every_weeks, in_week: 0, 0"),
        ({"every_weeks": 2, "in_week": 2}, "every_weeks, in_week: 2, 2"),
        ({"every_weeks": 2, "in_week": -1}, "every_weeks, in_week: 2, -1"),
        ({"every_weeks": 2, "hours": {6: [[20.0, 26.0]]}}, ".hours: over Sunday's midnight"),
        ({"hours": {0: [[9.0, 8.0]]}}, ".hours: closes at 8.0 before it opens at 9.0"),
        ({"hours": {8: [[9.0, 10.0]]}}, ".hours: weekday 8"),
        ({"hours": {0: [[-1.0, 10.0]]}}, ".hours: [-1.0, 10.0]"),
        ({"area_m2": -3.0}, ".area_m2: -3.0"),
        ({"size": 0.0}, ".size: 0.0"),
    ],
)
def test_formats_that_cannot_be(changes: dict[str, Any], says: str) -> None:
    bad: FormatConfig = form({"food": offer()}, **changes)
    message = refusal(formats={"shop": bad})
    assert message.startswith("layout plan: formats.shop")
    assert says in message


def test_hours_that_end_at_sundays_midnight_may_be_of_some_weeks() -> None:
    laid(row(), BASE, formats={"fair": form({"food": offer()}, every_weeks=2, hours={6: [[20.0, 24.0]]})})


# ---- edits


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ({"add": [AddEdit(id="a", format="shop", at="market")]}, "add[0] (a).at: no outlet 'market' stands"),
        ({"add": [AddEdit(id="a", format="shop", at="cornre")]}, "near it: corner"),
        ({"add": [AddEdit(id="a", format="shop", at="a")]}, "no outlet 'a' stands"),
        (
            {"add": [AddEdit(id="a", format="shop", at="corner", node=2)]},
            "give one of x and y, lon and lat, node, or at",
        ),
        ({"move": [MoveEdit(id="corner", at="market")]}, "move[0] (corner).at: no outlet 'market' stands"),
        ({"add": [AddEdit(id="a", format="shop", node=1, area_m2=-1.0)]}, "add[0] (a).area_m2: -1.0"),
        ({"add": [AddEdit(id="a", format="shop", node=1, hours={0: [[9.0, 8.0]]})]}, "add[0] (a).hours: closes at 8.0"),
        ({"add": [AddEdit(id="a", format="shop", doors=[Position()])]}, "add[0] (a).doors[0]: give one of x and y"),
        ({"add": [AddEdit(id="a", format="shop", doors=[Position(node=1), Position(node=99)])]}, "doors[1]: node 99"),
        (
            {"add": [AddEdit(id="a", format="shop", doors=[Position(node=8)], admits="compound")]},
            "add[0] (a): admits its compound",
        ),
        ({"rounds": [RoundEdit("r", "stall")]}, "rounds[0] (r): no stops"),
        (
            {"rounds": [RoundEdit("r", "stall", stops=[Stop(node=1, days=[0, 2]), Stop(node=2, days=[2])])]},
            "rounds[0] (r): weekday 2 is at two stops",
        ),
        ({"rounds": [RoundEdit("r", "stall", stops=[Stop(node=1)])]}, "rounds[0] (r).stops[0].days: []"),
        ({"rounds": [RoundEdit("r", "stall", stops=[Stop(node=1, days=[7])])]}, "rounds[0] (r).stops[0].days: [7]"),
        ({"rounds": [RoundEdit("r", "stall", stops=[Stop(days=[1])])]}, "rounds[0] (r).stops[0]: give one of x and y"),
        (
            {"rounds": [RoundEdit("r", "stall", stops=[Stop(node=1, days=[1], hours=[[12.0, 9.0]])])]},
            "rounds[0] (r).stops[0].hours: closes at 9.0",
        ),
        (
            {"rounds": [RoundEdit("r", "stal", stops=[Stop(node=1, days=[1])])]},
            "'stal' is not known; did you mean 'stall'?",
        ),
        (
            {"rounds": [RoundEdit("r", "stall", stops=[Stop(node=1, days=[1])])] * 2},
            "rounds[1] (r).stops[0]: there is an outlet of this id already",
        ),
    ],
)
def test_edits_that_cannot_be_made(edits: dict[str, Any], says: str) -> None:
    assert says in refusal(**edits)


# ---- awareness


@pytest.mark.parametrize(
    ("awareness", "says"),
    [
        (AwarenessConfig(known_share={0: 1.2}), "awareness.known_share.0: 1.2"),
        (AwarenessConfig(known_share={60: -0.1}), "awareness.known_share.60: -0.1"),
        (
            AwarenessConfig(signs=[SignsRule(["shops"], 100.0)]),
            "awareness.signs[0]: format 'shops' is not known; did you mean 'shop'",
        ),
        (AwarenessConfig(signs=[SignsRule()]), "awareness.signs[0].familiar_m: 0.0"),
        (AwarenessConfig(signs=[SignsRule([], -5.0)]), "awareness.signs[0].familiar_m: -5.0"),
    ],
)
def test_what_nobody_can_be_told(awareness: AwarenessConfig, says: str) -> None:
    assert says in refusal(awareness=awareness)


# ---- the instruments outside of layout files


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (replace(PEOPLE, cycle_share={15: 1.5}), "people.cycle_share.15: 1.5"),
        (replace(PEOPLE, cycle_m_s=0.0), "people.cycle_m_s: 0.0"),
        (replace(PEOPLE, floor_s={0: -1.0}), "people.floor_s.0: -1.0"),
        (DayConfig(known_share={60: 1.2}), "day.known_share.60: 1.2"),
        (DayConfig(familiar_m=-1.0), "day.familiar_m: -1.0"),
        (DayConfig(cost_per_yuan={60: -0.1}), "day.cost_per_yuan.60: -0.1"),
    ],
)
def test_people_and_days_that_cannot_be(config: Any, says: str) -> None:
    config = (
        replace(config, profile={0: 1.0}, speed_m_s={0: 1.0}, speed_sd_m_s={0: 0.0}) if "people" in says else config
    )
    with pytest.raises(InputError) as refused:
        config.check()
    assert str(refused.value).startswith(says)


@pytest.mark.parametrize(
    ("need", "weather", "says"),
    [
        (daily(), WeatherConfig(share=1.2), "needs.weather.share: 1.2"),
        (daily(), WeatherConfig(discretionary_share=-0.1), "needs.weather.discretionary_share: -0.1"),
        (daily(), WeatherConfig(speed_factor=0.0), "needs.weather.speed_factor: 0.0"),
        (daily(), WeatherConfig(speed_factor=1.1), "needs.weather.speed_factor: 1.1"),
        (daily(), WeatherConfig(outdoors_min={60: -5.0}), "needs.weather.outdoors_min.60: -5.0"),
        (daily(order_ahead_share={15: 1.2}), WeatherConfig(), "needs.catalogue.food.order_ahead_share.15: 1.2"),
        (
            daily(discretionary=True, collect=[16.0, 17.0]),
            WeatherConfig(),
            "needs.catalogue.food: both collect and discretionary",
        ),
    ],
)
def test_needs_and_weather_that_cannot_be(need: NeedConfig, weather: WeatherConfig, says: str) -> None:
    with pytest.raises(InputError) as refused:
        NeedsConfig({"food": need}, weather=weather).check()
    assert str(refused.value).startswith(says)
