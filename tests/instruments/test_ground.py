"""What a layout builds and takes away (facts 8.1, rows 13, 15 and 32): gates, walls, ramps, lifts, benches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.errors import InputError
from sim.outlets import Edit, LayoutConfig
from sim.outlets.edits.barriers import BenchesEdit, GroundConfig, GroundEdit, HomesEdit
from sim.outlets.edits.placing import AddEdit
from sim.people import Mobility, settle
from sim.place import Place
from tests.instruments.conftest import (
    NOON,
    assert_same,
    assert_same_run,
    each,
    ends,
    form,
    laid,
    offer,
    row,
    rows_of,
    world,
)
from tests.people.conftest import people as population
from tests.people.conftest import row_of_homes
from tests.worlds import Link, Person, World, place_of, streets_of

FORMATS = {"shop": form({"food": offer()})}


def base(node: int) -> LayoutConfig:
    """A shop at a node."""
    return LayoutConfig(formats=FORMATS, add=[AddEdit(id="shop", format="shop", node=node)])


def shopping(place: Place, node: int, people: list[Person], **ground: Any) -> World:
    """Everybody goes to the shop at a node once, after the ground was changed."""
    changed = laid(place, base(node), ground=GroundConfig(**ground))
    return world(changed, people, each(people, "food", NOON))


# ---- gates and walls
#
#   7 --150-- 6 --150-- 5 --150-- 4
#   |                             |
#  100 (B)                       150      a street around a compound of nodes 0, 1, 2; the shop at node 7
#   |                             |
#   0 --100-- 1 --100-- 2 --100-- 3       gate A on the way from 2 to 3, gate B from 0 to 7
#                            (A)

CORNERS = [(0, 0), (100, 0), (200, 0), (300, 0), (300, 100), (200, 100), (100, 100), (0, 100)]
SHOP = 7
INSIDER, STRANGER, THEY = Person(home=0), Person(home=1), [Person(home=0), Person(home=1)]  # at nodes 0 and 3
AT_A, AT_B = {"x": 250.0, "y": 0.0}, {"x": 0.0, "y": 50.0}


def compound(gate_b: bool = True) -> Place:
    links = [Link(0, 1), Link(1, 2), Link(2, 3), *(Link(node, node + 1, 150.0) for node in (3, 4, 5, 6))]
    streets = streets_of([0, 0, 0, *[-1] * 5], [*links, Link(0, 7)] if gate_b else links)
    return place_of(replace(streets, xy=np.array(CORNERS, float)), [(0, 0.0), (3, 0.0)])


def metres(place: Place, **ground: Any) -> list[float]:
    """Metres to the shop for who lives inside and for the stranger who lives at gate A."""
    rows = rows_of(shopping(place, SHOP, THEY, **ground))
    assert set(rows["outcome"]) == {"met_walk"}
    return rows["walk_m"].tolist()


def test_without_any_edit_the_insider_takes_the_nearer_gate_and_the_stranger_walks_around() -> None:
    assert metres(compound()) == [100.0, 600.0]
    assert metres(compound(gate_b=False)) == [900.0, 600.0]


def test_a_gate_opened_in_the_nearest_wall_shortens_the_way_of_who_lives_there_only() -> None:
    closed = shopping(compound(gate_b=False), SHOP, THEY)
    opened = shopping(compound(gate_b=False), SHOP, THEY, open_gates=[GroundEdit(**AT_B)])
    before, after = rows_of(closed), rows_of(opened)
    assert after["walk_m"].tolist() == [100.0, 600.0]
    assert_same(before, after, [False, True])
    assert_same_run(opened, shopping(compound(), SHOP, THEY))  # as if it had always been there


def test_a_closed_gate_sends_those_who_used_it_to_the_next() -> None:
    assert metres(compound(), close_gates=[GroundEdit(**AT_B)]) == [900.0, 600.0]


def test_a_gate_that_nobody_uses_can_be_closed() -> None:
    assert_same_run(
        shopping(compound(), SHOP, THEY), shopping(compound(), SHOP, THEY, close_gates=[GroundEdit(**AT_A)])
    )


def test_closing_and_opening_are_one_after_the_other() -> None:
    moved = {"open_gates": [GroundEdit(**AT_B)], "close_gates": [GroundEdit(**AT_A)]}
    assert metres(compound(gate_b=False), **moved) == [100.0, 600.0]


def test_open_walls_let_everybody_through() -> None:
    # Straight through, it is 100 + 200 + 100 m for the stranger.
    assert metres(compound(), open_walls=[GroundEdit(x=100.0, y=0.0)]) == [100.0, 400.0]
    assert metres(compound(), gates="open") == [100.0, 400.0]
    # Without gate B there is no way through, wall or no wall.
    alone = compound(gate_b=False)
    assert_same_run(shopping(alone, SHOP, THEY), shopping(alone, SHOP, THEY, open_walls=[GroundEdit(**AT_A)]))


def test_an_outlet_behind_a_wall_that_falls_is_for_everyone() -> None:
    walled, open_ = (
        ends(rows_of(shopping(compound(), 1, THEY, **ground))) for ground in ({}, {"open_walls": [GroundEdit(**AT_A)]})
    )
    assert (walled, open_) == (["shop", "not_admitted"], ["shop", "shop"])


def test_of_two_compounds_the_one_at_the_spot_is_opened() -> None:
    place = row(6, homes=(0, 5))
    two = replace(
        place.streets,
        compound=np.array([0, 0, -1, -1, 1, 1], np.int32),
        gate=np.array([False, True, False, True, False]),
    )
    place = replace(place, streets=two)
    for x, within_m, left in ((0.0, 0.0, [1]), (500.0, 0.0, [0]), (250.0, 400.0, [])):
        changed, _ = laid(place, base(2), ground=GroundConfig(open_walls=[GroundEdit(x=x, y=0.0, within_m=within_m)]))
        assert sorted(set(changed.streets.compound.tolist()) - {-1}) == left
        assert changed.streets.gate.sum() == len(left)


def test_one_gate_for_every_compound() -> None:
    one = metres(compound(), gates="one")
    assert one in ([100.0, 600.0], [900.0, 600.0])  # by a draw that belongs to the place
    assert metres(compound(), gates="few") == one  # half of two
    assert_same_run(shopping(compound(), SHOP, THEY), shopping(compound(), SHOP, THEY, gates="all"))
    alone = compound(gate_b=False)
    assert_same_run(shopping(alone, SHOP, THEY), shopping(alone, SHOP, THEY, gates="one"))


# ---- ramps
#
# Stairs from 1 to 2 and from 4 to 5 of a row; around the first it is 200 m.


def steps() -> Place:
    links = [Link(node, node + 1, stairs=node in (1, 4)) for node in range(6)]
    return place_of(streets_of([-1] * 7, [*links, Link(1, 2, 200.0)]), [(0, 0.0)])


SLOW = Person(age=70, mobility=Mobility.SLOW, range_m=400.0)
ABLE = Person(age=70)


def by_steps(node: int, *ramps: GroundEdit) -> tuple[str, float]:
    """Where who takes no stairs ends up, and after how many metres."""
    rows = rows_of(shopping(steps(), node, [SLOW], ramps=list(ramps)))
    return ends(rows)[0], rows["walk_m"][0]


def test_a_ramp_lets_a_step_free_walker_through() -> None:
    at_first, at_second = GroundEdit(x=150.0, y=0.0), GroundEdit(x=450.0, y=0.0)
    assert by_steps(3) == ("shop", 400.0)
    assert by_steps(3, at_first) == ("shop", 300.0)
    assert by_steps(3, at_second) == ("shop", 400.0)
    assert by_steps(4) == ("too_far", 0.0)  # 500 m around, 100 beyond the range
    assert by_steps(4, at_first) == ("shop", 400.0)


def test_ramps_within_a_distance_are_built_at_once() -> None:
    both = GroundEdit(x=300.0, y=0.0, within_m=150.0, cost_yuan=7_000.0)
    place, layout = laid(steps(), base(3), ground=GroundConfig(ramps=[both]))
    assert not place.streets.stairs.any()
    assert layout.cost_yuan == 7_000.0
    nearest, _ = laid(steps(), base(3), ground=GroundConfig(ramps=[GroundEdit(x=301.0, y=0.0)]))
    assert np.flatnonzero(nearest.streets.stairs).tolist() == [1]


def test_a_ramp_changes_nothing_for_who_takes_stairs() -> None:
    everywhere = [GroundEdit(x=300.0, y=0.0, within_m=500.0)]
    assert_same_run(shopping(steps(), 6, [ABLE]), shopping(steps(), 6, [ABLE], ramps=everywhere))


# ---- lifts and floors

CLIMBING = [Person(home=0, climb_s=75.0), Person(home=1, climb_s=75.0), Person(home=0)]
ZONES = ("north", "south")


def storeys(lift: bool = False) -> Place:
    """Two houses of six floors 100 and 200 m from the shop at node 2, in two communities."""
    place = row(4, homes=(1, 0), zones=ZONES)
    homes = replace(
        place.homes,
        zone=np.array([0, 1], np.int32),
        floors=np.array([6, 6], np.int32),
        lift=np.array([lift, lift]),
    )
    return replace(place, homes=homes)


def way(place: Place, **ground: Any) -> list[float]:
    """Metres to the shop: the seconds on the stairs count as metres at one's own pace."""
    return rows_of(shopping(place, 2, CLIMBING, **ground))["walk_m"].tolist()


def test_a_lift_saves_the_stairs_of_those_who_have_it() -> None:
    assert way(storeys()) == [175.0, 275.0, 100.0]
    assert way(storeys(), lifts=[HomesEdit()]) == [100.0, 200.0, 100.0]
    assert way(storeys(), lifts=[HomesEdit(["north"])]) == [100.0, 275.0, 100.0]
    assert way(storeys(), lifts=[HomesEdit(["north"]), HomesEdit(["south"])]) == [100.0, 200.0, 100.0]


def test_the_stairs_take_time_there_and_back() -> None:
    record = shopping(storeys(), 2, CLIMBING[:1]).run()
    assert (record.legs["arrive_s"] - record.legs["depart_s"]).tolist() == [175.0, 175.0]


def test_lifts_change_nothing_for_others() -> None:
    before, after = (rows_of(shopping(storeys(), 2, CLIMBING, **g)) for g in ({}, {"lifts": [HomesEdit(["north"])]}))
    assert_same(before, after, [False, True, True])
    assert_same_run(
        shopping(storeys(lift=True), 2, CLIMBING), shopping(storeys(True), 2, CLIMBING, lifts=[HomesEdit()])
    )


def test_the_climb_may_make_a_shop_too_far() -> None:
    high = [Person(home=1, climb_s=701.0)]  # 200 m and 701 s are a second more than 15 minutes
    assert ends(rows_of(shopping(storeys(), 2, high))) == ["too_far"]
    assert ends(rows_of(shopping(storeys(), 2, high, lifts=[HomesEdit()]))) == ["shop"]


def test_households_live_on_the_floors_of_their_house() -> None:
    place = row_of_homes([1.0] * 4)
    tall = replace(place, homes=replace(place.homes, floors=np.full(4, 6, np.int32)))
    flat, walk_up = (settle(at, population(4000, floor_s={0: 15.0, 60: 25.0}), 1) for at in (place, tall))
    assert not flat.climb_s.any()
    floor = walk_up.climb_s / np.where(walk_up.age >= 60, 25.0, 15.0)
    assert set(floor.tolist()) == {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}
    of_household = floor[np.unique(walk_up.household, return_index=True)[1]]
    assert floor.tolist() == of_household[walk_up.household].tolist()
    shares = np.bincount(of_household.astype(int)) / len(of_household)
    assert shares == pytest.approx(np.full(6, 1 / 6), abs=4 * np.sqrt(5 / 36 / len(of_household)))
    # Nothing else about anybody hangs on it.
    for name in ("home", "household", "age", "speed_m_s", "mobility", "carer", "away"):
        assert getattr(flat, name).tolist() == getattr(walk_up, name).tolist()
    assert not settle(tall, population(4000), 1).climb_s.any()


# ---- benches


def resting(shop_m: int, person: Person, *benches: BenchesEdit) -> str:
    """Whether who lives in the north gets to a shop so many metres away."""
    place = row(13, zones=ZONES)  # the home is of the first zone
    return ends(rows_of(shopping(place, shop_m // 100, [person], benches=list(benches))))[0]


def test_benches_lengthen_the_range_of_the_slow() -> None:
    factor = BenchesEdit(factor=1.5)
    assert [resting(m, SLOW) for m in (400, 500)] == ["shop", "too_far"]
    assert [resting(m, SLOW, factor) for m in (500, 600, 700)] == ["shop", "shop", "too_far"]
    assert [resting(m, SLOW, BenchesEdit(["south"], factor=1.5)) for m in (400, 500)] == ["shop", "too_far"]
    # Several do not add up: the best counts.
    assert [resting(m, SLOW, factor, BenchesEdit(["north"], factor=1.25)) for m in (600, 700)] == ["shop", "too_far"]


def test_benches_change_nothing_for_the_able_nor_the_time_that_a_need_is_worth() -> None:
    assert [resting(m, ABLE) for m in (900, 1000)] == ["shop", "too_far"]
    assert [resting(m, ABLE, BenchesEdit(factor=2.0)) for m in (900, 1000)] == ["shop", "too_far"]
    assert resting(1000, SLOW, BenchesEdit(factor=3.0)) == "too_far"  # 15 minutes are still 900 m
    place, able_and_slow = row(13), [ABLE, SLOW]
    assert_same_run(
        shopping(place, 4, able_and_slow), shopping(place, 4, able_and_slow, benches=[BenchesEdit(factor=2.0)])
    )


# ---- what it costs, and what is written down


def test_the_ground_is_paid_for_and_told() -> None:
    ground = GroundConfig(
        open_gates=[GroundEdit(**AT_B, cost_yuan=1.0)],
        lifts=[HomesEdit(cost_yuan=10.0)],
        benches=[BenchesEdit(cost_yuan=100.0)],
    )
    _, layout = laid(compound(gate_b=False), base(SHOP), ground=ground)
    assert layout.cost_yuan == 111.0
    assert layout.edits == (
        Edit("open_gates", values={"x": 0.0, "y": 50.0, "within_m": 0.0}),
        Edit("lifts", names={"zones": ()}),
        Edit("benches", values={"factor": 1.5}, names={"zones": ()}),
    )
    assert laid(compound(), base(SHOP))[1].edits == ()


STAIRLESS, WALLLESS = row(), row()


@pytest.mark.parametrize(
    ("place", "ground", "says"),
    [
        (
            compound(gate_b=False),
            {"close_gates": [GroundEdit(**AT_A)]},
            "close_gates[0]: compound 0 would have no gate",
        ),
        (compound(), {"close_gates": [GroundEdit(**AT_A, within_m=500.0)]}, "would have no gate left"),
        (compound(), {"close_gates": [GroundEdit(**AT_A), GroundEdit(**AT_B)]}, "close_gates[1]: compound 0 would"),
        (WALLLESS, {"close_gates": [GroundEdit(**AT_A)]}, "close_gates[0]: this place has no gate to close"),
        (WALLLESS, {"open_gates": [GroundEdit(**AT_A)]}, "open_gates[0]: no compound of this place has a wall"),
        (WALLLESS, {"open_walls": [GroundEdit(**AT_A)]}, "open_walls[0]: no compound of this place has a wall"),
        (compound(), {"open_gates": [GroundEdit(**AT_B)]}, "open_gates[0]: there is a gate already"),
        (STAIRLESS, {"ramps": [GroundEdit(**AT_A)]}, "ramps[0]: this place has no stairs"),
        (row(), {"lifts": [HomesEdit(["nord"])]}, "lifts[0].zones: 'nord' is none of all"),
        (row(), {"benches": [BenchesEdit(["nord"])]}, "benches[0].zones: 'nord' is none of all"),
        (row(), {"benches": [BenchesEdit(factor=0.5)]}, "benches[0].factor: 0.5"),
        (compound(), {"gates": "two"}, "gates: 'two' is none of all, few, one, open"),
        (compound(), {"open_gates": [GroundEdit()]}, "open_gates[0]: give one of x and y"),
        (compound(), {"ramps": [GroundEdit(x=9e3, y=0.0)]}, "from the nearest street"),
    ],
)
def test_what_cannot_be_built_is_refused(place: Place, ground: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as refused:
        laid(place, base(0), ground=GroundConfig(**ground))
    assert str(refused.value).startswith("layout plan: ground.")
    assert says in str(refused.value)


def test_a_new_gate_leads_to_the_street_at_its_position() -> None:
    ground = GroundConfig(open_gates=[GroundEdit(x=200.0, y=60.0)])
    place, _ = laid(compound(gate_b=False), base(SHOP), ground=ground)
    assert [2, 5] in np.sort(place.streets.links[place.streets.gate], axis=1).tolist()


def test_no_gate_far_off_is_closed() -> None:
    far = GroundConfig(close_gates=[GroundEdit(x=300.0, y=100.0, within_m=20.0)])
    with pytest.raises(InputError, match="nothing within 20 m"):
        laid(compound(), base(SHOP), ground=far)
