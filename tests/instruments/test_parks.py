"""Parks as areas (facts 8.1, row 33): entered at the nearest door, left at the door nearest to where one goes next.

The park has doors at nodes 2 and 6 of a street of 100 m a node; a shop stands at node 7.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.outlets import LayoutConfig, PoolConfig, lay_out
from sim.outlets.edits.placing import AddEdit
from sim.outlets.edits.position import Position
from sim.place import PlaceConfig, build_place
from sim.place.config import GrownConfig
from sim.reach import find_reach
from tests.instruments.conftest import (
    MINUTE_S,
    NOON,
    Ground,
    assert_same,
    each,
    ends,
    form,
    laid,
    offer,
    persons,
    row,
    rows_of,
    world,
)
from tests.walking import Walks
from tests.worlds import Person, Wish

PARK = form({"walk": offer()}, area_m2=100.0)
BASE = LayoutConfig(
    formats={"park": PARK, "shop": form({"food": offer()})}, add=[AddEdit(id="shop", format="shop", node=7)]
)
TWO_DOORS = [Position(node=2), Position(node=6)]


def with_park(doors: list[Position] = TWO_DOORS, homes: tuple[int, ...] = (0, 4, 8), **more: Any) -> Ground:
    behind_wall = more.pop("behind_wall", ())
    park = AddEdit(id="park", format="park", doors=doors, **more)
    return laid(row(homes=homes, behind_wall=behind_wall), BASE, add=[park])


def walks(ground: Ground, *wishes: Wish, home: int = 0) -> list[float]:
    """Metres of every walk, the way home included."""
    record = world(ground, [Person(home=home)], wishes).run()
    assert set(record.errands["outcome"]) == {"met_walk"}
    return record.legs["metres"].tolist()


# ---- doors


@pytest.mark.parametrize("home", [0, 1, 2])  # at nodes 0, 4 and 8: 200 m from the nearer door
def test_a_park_is_reached_at_its_nearest_door(home: int) -> None:
    assert walks(with_park(), Wish(0, "walk", NOON), home=home) == [200.0, 200.0]


def test_as_a_point_in_its_middle_it_would_be_farther() -> None:
    assert walks(with_park([Position(node=4)]), Wish(0, "walk", NOON)) == [400.0, 400.0]


def test_one_leaves_at_the_door_nearest_to_where_one_goes_next() -> None:
    chain = [Wish(0, "walk", NOON), Wish(0, "food", NOON + 1, chained=True)]
    assert walks(with_park(), *chain) == [200.0, 100.0, 700.0]  # in at node 2, out at node 6
    assert walks(with_park([Position(node=2)]), *chain) == [200.0, 500.0, 700.0]


def test_one_enters_at_the_door_nearest_to_where_one_comes_from() -> None:
    chain = [Wish(0, "food", NOON), Wish(0, "walk", NOON + 1, chained=True)]
    assert walks(with_park(), *chain) == [700.0, 100.0, 200.0]


def test_nobody_takes_a_short_cut_through_it() -> None:
    # Through the park it would be 200 m to one door and 100 m from the other.
    assert walks(with_park(), Wish(0, "food", NOON)) == [700.0, 700.0]


def test_a_door_off_the_street_is_walked_to() -> None:
    doors = [Position(x=200.0, y=40.0), Position(node=6)]
    assert walks(with_park(doors), Wish(0, "walk", NOON)) == [240.0, 240.0]
    # From there to the shop, the other door is still the nearest.
    assert walks(with_park(doors), Wish(0, "walk", NOON), Wish(0, "food", NOON, chained=True))[1] == 100.0


def test_a_door_within_a_compound_is_for_those_who_live_there() -> None:
    doors = [Position(node=1), Position(node=6)]
    walled = {"behind_wall": (0, 1)}
    assert walks(with_park(doors, **walled), Wish(0, "walk", NOON)) == [100.0, 100.0]
    assert walks(with_park(doors, **walled), Wish(0, "walk", NOON), home=1) == [200.0, 200.0]  # node 4, by node 6
    strangers = with_park([Position(node=1)], **walled)
    assert ends(rows_of(world(strangers, [Person(home=1)], [Wish(0, "walk", NOON)]))) == ["too_far"]


def test_a_park_with_one_door_is_an_outlet_there() -> None:
    people = [Person(home=home) for home in (0, 1, 2)]
    wishes = [*each(people, "walk", NOON), *each(people, "food", 2 * NOON - 1)]
    point = laid(row(homes=(0, 4, 8)), BASE, add=[AddEdit(id="park", format="park", node=3)])
    as_area = with_park([Position(node=3)])
    assert_same(rows_of(world(point, people, wishes)), rows_of(world(as_area, people, wishes)))


def test_who_does_not_go_there_does_not_notice_the_park() -> None:
    people = [Person(home=home) for home in (0, 1, 2)]
    without = laid(row(homes=(0, 4, 8)), BASE)
    before, after = (rows_of(world(ground, people, each(people, "food", NOON))) for ground in (without, with_park()))
    assert before["walk_m"].tolist() == [700.0, 300.0, 100.0]
    assert_same(before, after)


# ---- room


def visitors(n: int, m2_per_person: float, area_m2: float | None = None, room: int = 0) -> list[str]:
    """So many come at the same time and stay for an hour."""
    pool = PoolConfig(0, room=room, m2_per_person=m2_per_person)
    park = form({"walk": offer()}, area_m2=100.0, pools={"staff": pool})
    formats = BASE.formats | {"park": park}
    add = AddEdit(id="park", format="park", doors=TWO_DOORS, area_m2=area_m2)
    ground = laid(row(), LayoutConfig(formats=formats), add=[add])
    people = persons(n)
    return ends(rows_of(world(ground, people, each(people, "walk", NOON, stay_s=60 * MINUTE_S))))


@pytest.mark.parametrize(
    ("m2_per_person", "area_m2", "room"),
    [(25.0, None, 4), (30.0, None, 3), (25.0, 200.0, 8), (25.0, 50.0, 2), (25.0, 10.0, 1)],
)
def test_its_room_is_its_area_over_what_one_takes(m2_per_person: float, area_m2: float | None, room: int) -> None:
    assert visitors(10, m2_per_person, area_m2) == ["park"] * room + ["full"] * (10 - room)


def test_without_a_measure_the_room_is_what_was_given() -> None:
    assert visitors(10, 0.0) == ["park"] * 10
    assert visitors(10, 0.0, room=5) == ["park"] * 5 + ["full"] * 5
    assert visitors(10, 25.0, area_m2=0.0, room=5) == ["park"] * 5 + ["full"] * 5  # no area is known


def test_room_for_all_changes_nothing() -> None:
    assert visitors(4, 25.0) == visitors(4, 0.0)


# ---- in a grown district


def test_the_park_of_a_district_is_reached_at_its_edge() -> None:
    grown = GrownConfig(area_km2=0.6, settled_share=1.0, walled_share=0.5)
    place = build_place(PlaceConfig(name="small", zones=["all"], grown=grown))
    park = form({"walk": offer()}, siting="park", per_20600=1.0)
    after, layout = lay_out("base", {"base": LayoutConfig(formats={"park": park})}, place, 20_600, {"walk": None}, 1)
    (area,) = layout.outlets
    assert len(area.doors) > 3
    assert set(np.array([node for node, _ in area.doors])) <= set(place.parks)
    assert not set(place.parks) <= {node for node, _ in area.doors}  # its inner paths are no doors
    reach, streets = find_reach(after, layout, (5000.0,)), Walks(place.streets, 0)
    for home in place.homes.node[:: len(place.homes) // 20]:
        metres = reach.from_node(int(home))[1]
        assert metres[0] == pytest.approx(min(streets.metres(int(home), node) for node, _ in area.doors))
    # The streets themselves are as they were.
    other = Walks(after.streets, 0)
    for home in place.homes.node[:: len(place.homes) // 5]:
        pd.testing.assert_series_equal(
            pd.Series({node: streets.metres(int(home), node) for node in range(place.streets.n_nodes)}),
            pd.Series({node: other.metres(int(home), node) for node in range(place.streets.n_nodes)}),
        )


def test_a_kiosk_in_a_park_is_left_by_any_door() -> None:
    park = AddEdit(id="park", format="park", doors=TWO_DOORS)
    kiosk = AddEdit(id="kiosk", format="shop", at="park")
    ground = laid(row(homes=(8,)), LayoutConfig(formats=BASE.formats), add=[park, kiosk])
    chain = (Wish(0, "walk", NOON), Wish(0, "food", NOON, chained=True))
    assert walks(ground, *chain) == [200.0, 0.0, 200.0]
