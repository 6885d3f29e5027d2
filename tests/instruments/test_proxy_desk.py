"""The proxy desk (facts 8.1, row 4): errands that it can settle no longer end at a far office.

The service centre stands 200 m from home. What its desk cannot settle is for an office beyond 15 minutes.
"""

from __future__ import annotations

import pytest

from sim.outlets import LayoutConfig, PoolConfig
from sim.outlets.edits.placing import AddEdit
from sim.outlets.edits.terms import ExtendEdit
from tests.instruments.conftest import (
    MINUTE_S,
    NOON,
    assert_same,
    assert_same_run,
    assert_share,
    drawn,
    each,
    form,
    laid,
    offer,
    persons,
    row,
    rows_of,
    shop,
    world,
)
from tests.worlds import World

N = 500
CALLERS = persons(N)
WISHES = [*each(CALLERS, "errand", NOON), *each(CALLERS[:50], "advice", NOON + 100 * MINUTE_S)]
CENTRE = form({"errand": offer(share=0.4), "advice": offer()})
OFFICE = form({"errand": offer()})
STANDING = [AddEdit(id="centre", format="centre", node=2)]
FAR_OFFICE = [*STANDING, AddEdit(id="office", format="office", node=11)]
BASE = LayoutConfig(formats={"centre": CENTRE, "office": OFFICE}, add=STANDING)
WITH_OFFICE = LayoutConfig(formats={"centre": CENTRE, "office": OFFICE}, add=FAR_OFFICE)


def proxy(share: float) -> list[ExtendEdit]:
    """The desk settles such a share of all kinds of errand, for so much a year."""
    return [ExtendEdit("centre", {"errand": offer(share=share)}, cost_yuan=30_000.0)]


def under(base: LayoutConfig, extend: list[ExtendEdit], limit_nodes: int = 12) -> World:
    return world(laid(row(limit_nodes), base, extend=extend), CALLERS, WISHES)


PLAIN = under(BASE, [])


@pytest.mark.parametrize("base", [BASE, WITH_OFFICE], ids=["office in the city", "office beyond 15 minutes"])
def test_a_proxy_desk_settles_a_larger_share_near_home(base: LayoutConfig) -> None:
    plain, proxied = rows_of(under(base, [])), rows_of(under(base, proxy(0.9)))
    errand = plain["need"] == "errand"
    met = [(rows["outcome"] == "met_walk") & errand for rows in (plain, proxied)]
    assert_share(int(met[0].sum()), N, 0.4)
    assert_share(int(met[1].sum()), N, 0.9)
    assert (met[0] <= met[1]).all()  # nobody loses
    assert set(plain["reason"][errand & ~met[0]]) == {"limited"}
    assert set(proxied["walk_m"][met[1]]) == {200.0}
    # Who was served before, who still is not, and who wants something else: all as before.
    assert_same(plain, proxied, met[0] | ~met[1])


def test_a_desk_that_can_do_no_more_changes_nothing() -> None:
    assert_same_run(PLAIN, under(BASE, proxy(0.4)))


def test_it_costs_what_the_edit_says() -> None:
    assert laid(row(), BASE, extend=proxy(0.9))[1].cost_yuan == 30_000.0


@pytest.mark.parametrize("desks", [1, 2, 3])
def test_desks_share_one_queue(desks: int) -> None:
    centre = shop("centre", 2, "errand", pools={"staff": PoolConfig(desks)}, minutes=10.0)
    rows = rows_of(world(drawn(centre), persons(6), each(persons(6), "errand", NOON)))
    wait_min = ((rows["start_s"] - rows["arrive_s"]) / MINUTE_S).tolist()
    assert wait_min == [10.0 * (before // desks) for before in range(6)]


def test_more_desks_than_callers_change_nothing() -> None:
    two = each(persons(2), "errand", NOON)
    worlds = [
        world(drawn(shop("centre", 2, "errand", pools={"staff": PoolConfig(desks)}, minutes=10.0)), persons(2), two)
        for desks in (2, 3)
    ]
    assert_same_run(*worlds)
