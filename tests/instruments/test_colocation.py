"""Under one roof (facts 8.1, row 12): the repairman in the market costs nobody who is there a single step.

The market stands 30 m off the street at node 4, or 100 m away from it when they are apart.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.outlets import LayoutConfig
from sim.outlets.edits.placing import AddEdit, MoveEdit
from tests.instruments.conftest import (
    NOON,
    Ground,
    assert_same,
    assert_same_run,
    ends,
    form,
    laid,
    offer,
    row,
    rows_of,
    world,
)
from tests.worlds import Person, Wish, World

BASE = LayoutConfig(
    formats={"market": form({"food": offer()}), "repair": form({"repair": offer(3.0)})},
    add=[AddEdit(id="market", format="market", x=400.0, y=30.0)],
)
INSIDE = {"at": "market"}
OPPOSITE = {"x": 400.0, "y": -30.0}  # across the street
NEXT = {"node": 5}
CHAIN = [Wish(0, "food", NOON), Wish(0, "repair", NOON, chained=True)]


def with_repair(**at: Any) -> Ground:
    return laid(row(), BASE, add=[AddEdit(id="repair", format="repair", **at)])


def walks(ground: Ground, wishes: list[Wish]) -> list[float]:
    """Metres of every walk, the way home included."""
    record = world(ground, [Person()], wishes).run()
    assert set(record.errands["outcome"]) == {"met_walk"}
    return record.legs["metres"].tolist()


@pytest.mark.parametrize(
    ("at", "metres"),
    [
        (INSIDE, [430.0, 0.0, 430.0]),
        (OPPOSITE, [430.0, 60.0, 430.0]),
        (NEXT, [430.0, 130.0, 500.0]),
    ],
)
def test_who_is_in_the_market_anyway_has_no_step_to_the_repairman_inside(at: Any, metres: list[float]) -> None:
    assert walks(with_repair(**at), CHAIN) == metres
    assert walks(with_repair(**at), [Wish(0, "repair", NOON), Wish(0, "food", NOON, chained=True)]) == (
        metres if at is not NEXT else [500.0, 130.0, 430.0]
    )


def test_a_repairman_who_moves_in_saves_the_same() -> None:
    apart = BASE.add[0], AddEdit(id="repair", format="repair", node=5)
    base = LayoutConfig(formats=BASE.formats, add=list(apart))
    assert walks(laid(row(), base), CHAIN) == [430.0, 130.0, 500.0]
    moved = laid(row(), base, move=[MoveEdit(id="repair", at="market")])
    assert walks(moved, CHAIN) == [430.0, 0.0, 430.0]
    assert_same_run(world(moved, [Person()], CHAIN), world(with_repair(**INSIDE), [Person()], CHAIN))


def test_who_comes_for_the_repair_alone_saves_nothing() -> None:
    alone = [Wish(0, "repair", NOON)]
    assert walks(with_repair(**INSIDE), alone) == walks(with_repair(**OPPOSITE), alone) == [430.0, 430.0]


def choice(*repairs: AddEdit) -> World:
    """Somebody who goes to the market and on to a repairman, and somebody who wants food only."""
    ground = laid(row(homes=(0, 9)), BASE, add=list(repairs))
    return world(ground, [Person(), Person(home=1)], [*CHAIN, Wish(1, "food", NOON)])


HERE = AddEdit(id="here", format="repair", at="market")
ON_THE_WAY = AddEdit(id="on_the_way", format="repair", node=3)


def test_of_two_repairmen_the_one_inside_is_taken_by_who_is_there() -> None:
    # The other lies on the way home: 130 m there and 300 m home are 0 m extra too, so the first id is taken.
    assert ends(rows_of(choice(HERE, ON_THE_WAY))) == ["market", "here", "market"]
    # A little off that way, it is 20 m farther there and 20 m farther home.
    off = AddEdit(id="a", format="repair", x=300.0, y=20.0)
    assert ends(rows_of(choice(HERE, off))) == ["market", "here", "market"]
    assert rows_of(choice(HERE, off))["walk_m"].tolist() == [430.0, 0.0, 530.0]


def test_who_wants_food_only_does_not_notice() -> None:
    before, after = rows_of(choice(ON_THE_WAY)), rows_of(choice(HERE))
    assert_same(before, after, slice(2, None))
    assert_same(before, after, slice(0, 1))  # nor does the errand before


def test_a_guest_stands_exactly_where_its_host_does() -> None:
    _, layout = with_repair(**INSIDE)
    host, guest = layout.outlets
    assert (host.id, guest.id) == ("market", "repair")
    assert (guest.node, guest.snap_m, guest.xy, guest.admits) == (host.node, host.snap_m, host.xy, host.admits)


def test_a_guest_in_a_compound_admits_whom_its_host_admits() -> None:
    """The market of a compound admits the compound, unless everyone was said; its guests are told the same way."""
    place = row(homes=(0,), behind_wall=(3, 4, 5))
    ground = laid(place, BASE, add=[AddEdit(id="repair", format="repair", at="market", admits="everyone")])
    rows = rows_of(world(ground, [Person()], CHAIN))
    assert ends(rows) == ["not_admitted", "repair"]
