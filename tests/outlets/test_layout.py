"""Layouts: what stands, what each edit does to it and to nothing else, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.outlets import EVERYONE, LayoutConfig, OfferConfig, PoolConfig, lay_out
from sim.outlets.edits.placing import AddEdit, MoveEdit
from sim.outlets.edits.rules import GatherRule, SpreadRule
from sim.outlets.edits.terms import ExtendEdit, RehourEdit
from sim.outlets.hours import week_windows
from tests.outlets.conftest import CORNERS, NEEDS, by_id, form, formats, laid, sites, town, verbs
from tests.people.conftest import examples

MAP = sites(
    market=("shop", 105.0, 90.0),
    corner=("shop", 300.0, 0.0),
    doctor=("clinic", 0.0, 200.0),
    inner=("kiosk", 200.0, 251.0),
)
TOWN = town(sites=MAP)
BASE = LayoutConfig(formats=formats())


def plan(**edits: Any) -> dict[str, LayoutConfig]:
    return {"plan": LayoutConfig(base="base", **edits), "base": BASE}


BEFORE = by_id(laid(TOWN, "base", base=BASE))


# ---- what stands


def test_the_outlets_of_a_map_stand_at_their_nearest_node() -> None:
    layout = laid(TOWN, "base", base=BASE)
    assert [outlet.id for outlet in layout.outlets] == sorted(MAP.id)
    for row, outlet_id in enumerate(MAP.id):
        outlet = by_id(layout)[outlet_id]
        metres = np.hypot(*(TOWN.streets.xy - MAP.xy[row]).T)
        assert outlet.node == metres.argmin()
        assert outlet.snap_m == pytest.approx(metres.min())
        assert outlet.xy == tuple(MAP.xy[row])
        assert outlet.format == MAP.format[row]
    assert {o.id: o.admits for o in layout.outlets} == {"market": -1, "corner": -1, "doctor": -1, "inner": 0}
    assert (layout.cost_yuan, layout.edits, layout.touched) == (0.0, (), ())


def test_an_outlet_has_what_its_format_says() -> None:
    kiosk = BASE.formats["kiosk"]
    inner = BEFORE["inner"]
    assert (inner.offers, inner.pools, inner.size, inner.attraction) == (kiosk.offers, kiosk.pools, 0.5, 0.2)
    assert inner.windows == week_windows(kiosk.hours, "")


def test_a_base_chain_carries_formats_and_edits_forward() -> None:
    configs = {
        "base": BASE,
        "first": LayoutConfig(base="base", remove=["corner"], add=[AddEdit(id="k1", format="kiosk", node=5)]),
        "second": LayoutConfig(
            base="first",
            zh="二",
            formats={"cart": form(cost_yuan=7.0)},
            add=[AddEdit(id="c1", format="cart", node=6)],
            move=[MoveEdit(id="k1", node=7)],
        ),
    }
    _, layout = lay_out("second", configs, TOWN, 100, NEEDS, 1)
    assert set(by_id(layout)) == {"market", "doctor", "inner", "k1", "c1"}
    assert by_id(layout)["k1"].node == 7
    assert layout.cost_yuan == 50.0 + 7.0
    assert verbs(layout) == [("remove", "corner"), ("add", "k1"), ("add", "c1"), ("move", "k1")]
    assert layout.touched == ("c1", "k1")
    assert (layout.name, layout.zh, layout.en) == ("second", "二", "second")
    assert set(layout.formats) == {"shop", "kiosk", "clinic", "cart"}


def test_a_later_layout_may_give_a_format_anew() -> None:
    layout = laid(TOWN, plan=LayoutConfig(base="base", formats={"shop": form(size=9.0)}), base=BASE)
    assert {outlet.size for outlet in layout.outlets if outlet.format == "shop"} == {9.0}


# ---- the edits, one by one

EDITS: dict[str, tuple[dict[str, Any], set[str], float]] = {
    "add": ({"add": [AddEdit(id="new", format="kiosk", x=210.0, y=95.0)]}, {"new"}, 50.0),
    "remove": ({"remove": ["market"]}, {"market"}, 0.0),
    "move": ({"move": [MoveEdit(id="market", node=2)]}, {"market"}, 0.0),
    "extend": ({"extend": [ExtendEdit("doctor", {"breakfast": OfferConfig(3.0)}, {}, 20.0)]}, {"doctor"}, 20.0),
    "rehour": ({"rehour": [RehourEdit("corner", {0: [[6.0, 7.0]]}, 30.0)]}, {"corner"}, 30.0),
    "gather": ({"gather": [GatherRule(["shop"])]}, {"market", "corner"}, 0.0),
    "spread": ({"spread": [SpreadRule("kiosk", 1, 150.0)]}, {"kiosk-plan-01"}, 50.0),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_what_it_names_and_nothing_else(edit: str) -> None:
    edits, named, cost = EDITS[edit]
    layout = laid(TOWN, **plan(**edits))
    after = by_id(layout)
    assert {i: o for i, o in after.items() if i not in named} == {i: o for i, o in BEFORE.items() if i not in named}
    assert all(after.get(i) != BEFORE.get(i) for i in named)
    assert layout.cost_yuan == cost
    assert set(layout.touched) == named & after.keys()
    assert len([one for one in layout.edits if one.verb != "spread"]) == 1
    assert layout.edits[0].verb == edit


@examples(100)
@given(st.sets(st.sampled_from(["add", "move", "extend", "rehour", "spread"])))
def test_edits_of_different_outlets_do_not_disturb_each_other(chosen: set[str]) -> None:
    edits = {name: value for edit in chosen for name, value in EDITS[edit][0].items()}
    together = laid(TOWN, **plan(**edits))
    expected = dict(BEFORE)
    for edit in chosen:
        alone = by_id(laid(TOWN, **plan(**EDITS[edit][0])))
        expected |= {outlet_id: alone[outlet_id] for outlet_id in EDITS[edit][1]}
    assert by_id(together) == expected
    assert together.cost_yuan == sum(EDITS[edit][2] for edit in chosen)
    assert len([one for one in together.edits if one.verb != "spread"]) == len(chosen)


def test_an_outlet_is_added_at_a_position_or_a_node() -> None:
    added = by_id(
        laid(
            TOWN,
            **plan(
                add=[
                    AddEdit(id="at-node", format="kiosk", node=5, name="亭"),
                    AddEdit(id="at-xy", format="kiosk", x=203.0, y=104.0),
                ]
            ),
        )
    )
    assert (added["at-node"].node, added["at-node"].snap_m, added["at-node"].xy) == (5, 0.0, CORNERS[5])
    assert added["at-node"].name == "亭"
    assert (added["at-xy"].node, added["at-xy"].xy) == (6, (203.0, 104.0))
    assert added["at-xy"].snap_m == pytest.approx(5.0)


def test_longitude_and_latitude_are_taken_to_the_metres_of_the_place() -> None:
    from pyproj import Transformer

    east, north = 400_000.0, 4_500_000.0
    mapped = town("EPSG:32649", east, north, sites=sites(only=("shop", east, north)))
    # A point 30 m east and 40 m north of corner 6, by the inverse of the projection.
    lon, lat = Transformer.from_crs("EPSG:32649", "EPSG:4326", always_xy=True).transform(east + 230, north + 140)
    added = by_id(laid(mapped, **plan(add=[AddEdit(id="new", format="kiosk", lon=lon, lat=lat)])))["new"]
    assert added.node == 6
    assert added.snap_m == pytest.approx(50.0, abs=0.01)
    assert added.xy == pytest.approx((east + 230, north + 140), abs=0.01)


@pytest.mark.parametrize(
    ("node", "admits", "expected"),
    [(5, "", EVERYONE), (5, "everyone", EVERYONE), (12, "", 0), (12, "compound", 0), (12, "everyone", EVERYONE)],
)
def test_whom_an_added_outlet_admits(node: int, admits: str, expected: int) -> None:
    layout = laid(TOWN, **plan(add=[AddEdit(id="new", format="kiosk", node=node, admits=admits)]))
    assert by_id(layout)["new"].admits == expected


def test_an_outlet_moves_with_all_it_has() -> None:
    moved = by_id(laid(TOWN, **plan(move=[MoveEdit(id="market", x=0.0, y=3.0)])))["market"]
    assert (moved.node, moved.snap_m, moved.xy) == (0, 3.0, (0.0, 3.0))
    assert replace(moved, node=5, snap_m=0.0, xy=(0.0, 0.0)) == replace(
        BEFORE["market"], node=5, snap_m=0.0, xy=(0.0, 0.0)
    )


def test_an_outlet_moved_behind_a_wall_admits_who_lives_there_and_one_moved_out_admits_all() -> None:
    layout = by_id(laid(TOWN, **plan(move=[MoveEdit(id="market", node=13), MoveEdit(id="inner", node=1)])))
    assert layout["market"].admits == 0
    assert layout["inner"].admits == EVERYONE


def test_extending_adds_offers_and_pools_and_keeps_the_others() -> None:
    edit = ExtendEdit(
        "market",
        {"breakfast": OfferConfig(1.5, pool="stall")},
        {"stall": PoolConfig(servers=3), "staff": PoolConfig(servers=9)},
    )
    market = by_id(laid(TOWN, **plan(extend=[edit])))["market"]
    assert market.offers == {"groceries": OfferConfig(2.0), "breakfast": OfferConfig(1.5, pool="stall")}
    assert market.pools == {"staff": PoolConfig(servers=9), "stall": PoolConfig(servers=3)}
    assert BASE.formats["shop"].pools == {"staff": PoolConfig(servers=2)}  # the format itself is as it was


def test_rehouring_gives_the_windows_of_the_new_hours() -> None:
    hours = {0: [[5.0, 7.0]], 6: [[23.0, 26.0]]}
    assert by_id(laid(TOWN, **plan(rehour=[RehourEdit("corner", hours)])))["corner"].windows == week_windows(hours, "")


def test_gathering_moves_formats_to_the_middle_of_the_homes() -> None:
    layout = by_id(laid(TOWN, **plan(gather=[GatherRule(["shop", "kiosk"])])))
    homes = TOWN.homes
    middle = (homes.xy * homes.weight[:, None]).sum(axis=0) / homes.weight.sum()
    public = [node for node in range(14) if TOWN.streets.compound[node] < 0]
    nearest = min(public, key=lambda node: np.hypot(*(TOWN.streets.xy[node] - middle)))
    for outlet_id in ("market", "corner", "inner"):
        assert (layout[outlet_id].node, layout[outlet_id].snap_m) == (nearest, 0.0)
        assert layout[outlet_id].admits == EVERYONE
    assert layout["doctor"] == BEFORE["doctor"]


def test_edits_are_carried_out_in_their_order() -> None:
    layout = laid(
        TOWN,
        **plan(
            remove=["market"],
            add=[AddEdit(id="market", format="kiosk", node=1)],
            move=[MoveEdit(id="market", node=2)],
            extend=[ExtendEdit("market", {"clinic": OfferConfig(4.0)})],
            rehour=[RehourEdit("market", {0: [[1.0, 2.0]]})],
        ),
    )
    market = by_id(layout)["market"]
    assert (market.format, market.node, set(market.offers)) == ("kiosk", 2, {"breakfast", "clinic"})
    assert [edit.verb for edit in layout.edits] == ["remove", "add", "move", "extend", "rehour"]


# ---- what is refused


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ({"remove": ["markte"]}, ["layout plan: remove[0]", "no outlet 'markte'", "near it: market"]),
        ({"remove": ["zzz"]}, ["layout plan: remove[0]", "no outlet 'zzz' stands in this layout"]),
        ({"remove": ["market", "market"]}, ["remove[1]", "no outlet 'market'"]),
        ({"move": [MoveEdit(id="dokter", node=1)]}, ["move[0]", "near it: doctor"]),
        ({"extend": [ExtendEdit("cornr")]}, ["extend[0]", "near it: corner"]),
        ({"rehour": [RehourEdit("iner")]}, ["rehour[0]", "near it: inner"]),
        (
            {"add": [AddEdit(id="a", format="kiosks", node=1)]},
            ["add[0] (a)", "format 'kiosks' is not known", "did you mean 'kiosk'"],
        ),
        ({"add": [AddEdit(id="a", format="zzz", node=1)]}, ["one of shop, kiosk, clinic is accepted"]),
        ({"add": [AddEdit(id="market", format="kiosk", node=1)]}, ["add[0] (market)", "of this id already"]),
        ({"add": [AddEdit(id="a", format="kiosk", node=1), AddEdit(id="a", format="kiosk", node=2)]}, ["add[1] (a)"]),
        ({"add": [AddEdit(id="a", format="kiosk", node=14)]}, ["node 14 is not a street node", "0 to 13", "x and y"]),
        ({"add": [AddEdit(id="a", format="kiosk", node=-1)]}, ["node -1 is not a street node"]),
        ({"add": [AddEdit(id="a", format="kiosk")]}, ["give one of x and y, lon and lat, node, or at"]),
        (
            {"add": [AddEdit(id="a", format="kiosk", node=1, x=0.0, y=0.0)]},
            ["give one of x and y, lon and lat, node, or at"],
        ),
        (
            {"add": [AddEdit(id="a", format="kiosk", x=0.0, lat=40.0)]},
            ["give one of x and y, lon and lat, node, or at"],
        ),
        ({"add": [AddEdit(id="a", format="kiosk", x=1.0)]}, ["both of x and y"]),
        ({"add": [AddEdit(id="a", format="kiosk", lat=1.0)]}, ["both of lon and lat"]),
        (
            {"add": [AddEdit(id="a", format="kiosk", lon=111.0, lat=40.0)]},
            ["no coordinate system", "x and y in metres"],
        ),
        (
            {"add": [AddEdit(id="a", format="kiosk", x=9000.0, y=0.0)]},
            ["add[0] (a)", "(9000, 0) lies 8,700 m from the nearest street", "x 0 to 300, y 0 to 250 m"],
        ),
        ({"move": [MoveEdit(id="market", x=0.0, y=-600.0)]}, ["move[0] (market)", "600 m from the nearest street"]),
        ({"add": [AddEdit(id="a", format="kiosk", node=1, admits="compound")]}, ["nearest street node is in none"]),
        ({"add": [AddEdit(id="a", format="kiosk", node=1, admits="all")]}, ["admits 'all'", "everyone or compound"]),
        (
            {"extend": [ExtendEdit("market", {"grocerys": OfferConfig()})]},
            ["extend[0] (market).offers", "'grocerys' is not a need", "did you mean 'groceries'"],
        ),
        ({"extend": [ExtendEdit("market", {"zzz": OfferConfig()})]}, ["one of groceries, breakfast, clinic"]),
        (
            {"extend": [ExtendEdit("market", {"breakfast": OfferConfig(pool="stall")})]},
            ["offers.breakfast.pool", "'stall' is none of its pools (staff)"],
        ),
        (
            {"extend": [ExtendEdit("market", {"breakfast": OfferConfig(service="quick")})]},
            ["offers.breakfast.service: 'quick'", "exponential or fixed"],
        ),
        ({"extend": [ExtendEdit("market", {"breakfast": OfferConfig(-1.0)})]}, ["offers.breakfast.service_min: -1.0"]),
        (
            {"extend": [ExtendEdit("market", {"breakfast": OfferConfig(float("nan"))})]},
            ["offers.breakfast.service_min: nan"],
        ),
        ({"extend": [ExtendEdit("market", {}, {"staff": PoolConfig(servers=-1)})]}, ["pools.staff.servers: -1"]),
        ({"rehour": [RehourEdit("market", {0: [[22.0, 6.0]]})]}, ["rehour[0] (market).hours", "write 30.0"]),
        ({"spread": [SpreadRule("kiosks", 1)]}, ["spread", "'kiosks' is not known; did you mean 'kiosk'"]),
        ({"spread": [SpreadRule("kiosk", -1)]}, ["spread", "count -1"]),
        ({"spread": [SpreadRule("kiosk", 1, 0.0)]}, ["spread", "within_m 0.0"]),
        ({"gather": [GatherRule(["shops"])]}, ["gather", "'shops' is not known; did you mean 'shop'"]),
        ({"formats": {"cart": form(offers={"grocerie": OfferConfig()})}}, ["formats.cart.offers", "'groceries'"]),
        ({"formats": {"cart": form(pools={})}}, ["formats.cart.offers.groceries.pool", "it has none"]),
        ({"formats": {"cart": form(hours={0: [[22.0, 6.0]]})}}, ["layout plan: formats.cart.hours", "write 30.0"]),
    ],
)
def test_a_wrong_edit_is_refused_with_its_place_and_the_way_out(edits: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        laid(TOWN, **plan(**edits))
    message = str(refused.value)
    assert message.startswith("layout plan: ")
    assert [text for text in says if text not in message] == [], message


def test_degrees_that_are_nowhere_are_refused() -> None:
    mapped = town("EPSG:32649", 400_000.0, 4_500_000.0, sites=sites())
    for lon, lat in ((0.0, 0.0), (111.0, 95.0)):
        with pytest.raises(InputError, match=r"layout plan: add\[0\] \(a\): "):
            laid(mapped, **plan(add=[AddEdit(id="a", format="kiosk", lon=lon, lat=lat)]))


@pytest.mark.parametrize(
    ("configs", "says"),
    [
        ({"plan": LayoutConfig(base="plan")}, "base: 'plan' comes back to itself; one of place"),
        (
            {"plan": LayoutConfig(base="other"), "other": LayoutConfig(base="plan")},
            "layout other: base: 'plan' comes back to itself",
        ),
        (
            {"plan": LayoutConfig(base="bsae"), "base": BASE},
            "layout plan: base: 'bsae' is not a layout; one of place, base",
        ),
        ({"plan": LayoutConfig()}, "layout plan: no formats; write `base: base`"),
    ],
)
def test_a_base_that_leads_nowhere_is_refused(configs: dict[str, LayoutConfig], says: str) -> None:
    with pytest.raises(InputError) as refused:
        lay_out("plan", configs, TOWN, 100, NEEDS, 1)
    assert says in str(refused.value)


def test_a_map_with_a_format_that_no_layout_has_is_refused() -> None:
    with pytest.raises(InputError, match=r"format 'castle' is none of shop, kiosk, clinic"):
        laid(town(sites=sites(a=("castle", 0.0, 0.0))), "base", base=BASE)


# ---- known faults


def test_a_position_that_is_no_number_is_refused() -> None:
    with pytest.raises(InputError, match=r"add\[0\] \(a\)"):
        laid(TOWN, **plan(add=[AddEdit(id="a", format="kiosk", x=float("nan"), y=0.0)]))


@pytest.mark.parametrize("size", [0.0, -1.0, float("nan")])
def test_a_format_without_size_is_refused(size: float) -> None:
    with pytest.raises(InputError, match=r"formats\.shop\.size"):
        laid(TOWN, "base", base=LayoutConfig(formats=formats() | {"shop": form(size=size)}))


def test_two_rules_may_spread_the_same_format() -> None:
    layout = laid(TOWN, **plan(spread=[SpreadRule("kiosk", 1, 100.0), SpreadRule("kiosk", 1, 200.0)]))
    assert len(layout) == len(BEFORE) + 2


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ({"extend": [ExtendEdit("corner", pools={"staff": PoolConfig(servers=3)}, cost_yuan=-1.0)]}, "cost_yuan: -1.0"),
        ({"extend": [ExtendEdit("corner", cost_yuan=1.0)]}, "neither offers nor pools"),
        ({"extend": [ExtendEdit("corner", pools={"staff": PoolConfig(servers=10**12)})]}, "servers: 1000000000000"),
        ({"rehour": [RehourEdit("corner", {0: [[8.0, 20.0]]})]}, "keeps these hours already"),
        ({"rehour": [RehourEdit("corner", {0: [[8.0, 21.0]]}, cost_yuan=float("nan"))]}, "cost_yuan: nan"),
        ({"formats": {"shop": form(cost_yuan=-5.0)}}, "formats.shop.cost_yuan: -5.0"),
        ({"formats": {"shop": form(per_20600=1e12)}}, "formats.shop.per_20600: 1000000000000.0"),
        ({"formats": {"shop": form(size=float("inf"))}}, "formats.shop.size: inf"),
    ],
)
def test_what_costs_nothing_sensible_or_changes_nothing_is_refused(edits: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as refused:
        laid(TOWN, **plan(**edits))
    assert says in str(refused.value)
    assert "layout plan" in str(refused.value)
