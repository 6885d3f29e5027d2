"""Layouts are compared in pairs: an edit changes nothing that it does not touch.

Change spreads in two ways: through the choice of who has the edited outlet among their candidates, and through queues.
Where nobody queues, only the first are changed; where they do, so may be whoever is linked to them by a chain of shared
pools of staff.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pandas as pd
import pytest

from sim.config import load_config
from sim.day import DayConfig
from sim.needs import NeedConfig, raise_errands
from sim.outlets import Kind, OfferConfig, Outlet, PoolConfig, lay_out
from sim.people import PeopleConfig, settle
from sim.place import build_place
from sim.record import Record
from tests.day.choosing import Choosing
from tests.day.story import Story
from tests.worlds import (
    ALWAYS,
    DAY_S,
    HOUR_S,
    PUBLIC,
    Link,
    Person,
    Shop,
    Wish,
    World,
    errands_of,
    layout_of,
    needs_of,
    place_of,
    residents_of,
    streets_of,
)

HAMLETS, FAR_M = 9, 2_000.0  # in a row, each third one far from the last


def hamlets(seed: int) -> World:
    """Nine hamlets in threes; within three, neighbours are near, and everybody is short of staff and of patience."""
    dice = Random(seed)
    links = [Link(node - 1, node, FAR_M if node % 9 == 0 else 120.0) for node in range(1, 3 * HAMLETS)]
    place = place_of(streets_of([PUBLIC] * (3 * HAMLETS), links), [(node, 0.0) for node in range(3 * HAMLETS)])
    people = [Person(home=dice.randrange(3 * HAMLETS), speed_m_s=dice.choice([0.9, 1.1])) for _ in range(180)]
    wishes = [
        Wish(
            resident=row,
            need=dice.choice(["bread", "meal"]),
            wanted_s=DAY_S * dice.randrange(2) + HOUR_S * dice.uniform(8, 10),
            chained=dice.random() < 0.3,
            stay_s=300.0,
            name=f"errand {row} {number}",
        )
        for row in range(len(people))
        for number in range(4)
    ]
    shops = [
        Shop(
            id=f"shop {3 * hamlet + number}",
            node=3 * hamlet + number,
            offers={"bread": OfferConfig(3.0), "meal": OfferConfig(4.0)} if number else {"bread": OfferConfig(2.0)},
            pools={"staff": PoolConfig(servers=1, per_day=dice.choice([0, 12]))},
        )
        for hamlet in range(HAMLETS)
        for number in range(2)
    ]
    residents = residents_of(people)
    needs = needs_of(
        bread=NeedConfig(limit_min={0: 5.0}), meal=NeedConfig(limit_min={0: 6.0}, substitutes={"bread": 1.0})
    )
    errands, tours = errands_of(wishes, residents, needs)
    return World(
        place=place, residents=residents, needs=needs, errands=errands, tours=tours, layout=layout_of(shops),
        day=DayConfig(cost_per_min={0: 0.3}, retries=2, known_share={0: 0.9}), days=2, seed=seed,
    )  # fmt: skip


@cache
def district() -> World:
    """Two days of 800 residents on a grown district where nobody ever queues or is turned away."""
    config = load_config(["place.grown.area_km2=1.0", "people.residents=800"]).config
    place = build_place(config.place)
    layouts = load_config([]).layouts
    for form in layouts["base"].formats.values():
        form.per_20600 *= 10
        if form.per_20600:
            form.pools = {key: PoolConfig(servers=0) for key in form.pools}
    place, layout = lay_out("base", layouts, place, 800, config.needs.catalogue, config.place.seed)
    residents = settle(place, config.people, seed=2)
    errands, tours = raise_errands(residents, config.people, config.needs, [0, 1], seed=2)
    return World(
        place=place, residents=residents, needs=config.needs, errands=errands, tours=tours, layout=layout,
        day=config.day, days=2, seed=2,
    )  # fmt: skip


def staffed(outlet: Outlet, **pools: PoolConfig) -> Outlet:
    """The same outlet with these pools."""
    return replace(outlet, kind=Kind(pools, outlet.offers))


def without_queues(world: World) -> World:
    """The same world with self-service everywhere, and no ceilings."""
    return world.under([staffed(outlet, staff=PoolConfig(servers=0)) for outlet in world.layout.outlets])


def with_outlet(world: World, outlet: Outlet) -> World:
    """The same world with one outlet put in, or in the place of that of the same id."""
    return world.under([outlet, *(other for other in world.layout.outlets if other.id != outlet.id)])


def pools_in_reach(world: World) -> dict[int, set[tuple[str, str]]]:
    """For each walker the pools at which an errand of theirs could be served, by need and distance from home alone."""
    found: dict[int, set[tuple[str, str]]] = {}
    errands, tours, needs = world.errands, world.tours, list(world.needs.catalogue.values())
    keys, terms = list(world.needs.catalogue), Choosing(world)
    for row in np.flatnonzero(errands.tour >= 0):
        walker, tour, need = int(errands.walker[row]), errands.tour[row], needs[errands.need[row]]
        speed = max(tours.speed_m_s[tour], world.residents.speed_m_s[walker])  # if it comes back, on a tour of its own
        limit_m = min(terms.own_limit_m(walker, keys[errands.need[row]], speed), world.residents.range_m[walker])
        home = world.place.homes.node[world.residents.home[walker]]
        own = found.setdefault(walker, set())
        rows, metres = world.reach.from_node(home, tours.walk_class[tour])
        for outlet in (world.layout.outlets[j] for j in rows[metres <= limit_m]):
            for key in (keys[errands.need[row]], *need.substitutes):
                if key in outlet.offers:
                    own.add((outlet.id, outlet.offers[key].pool))
    return found


def who_has(worlds: list[World], outlet: str) -> set[int]:
    """Walkers who have an outlet in a candidate set in any of these worlds."""
    reach = [pools_in_reach(world) for world in worlds]
    return {walker for pools in reach for walker, own in pools.items() if outlet in {name for name, _ in own}}


def linked(worlds: list[World], walkers: set[int]) -> set[int]:
    """These walkers, and all whom a chain of shared pools links to them in any of these worlds."""
    pools: dict[int, set[tuple[str, str]]] = {}
    for world in worlds:
        for walker, own in pools_in_reach(world).items():
            pools.setdefault(walker, set()).update(own)
    reached: set[tuple[str, str]] = set()
    while True:
        reached |= {pool for walker in walkers for pool in pools[walker]}
        more = {walker for walker, own in pools.items() if own & reached}
        if more <= walkers:
            return walkers
        walkers |= more


def plain(record: Record) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Errands and legs with texts instead of categories, since layouts name different outlets."""
    errands, legs = (
        table.astype({name: object for name, kind in table.dtypes.items() if kind == "category"})
        for table in (record.errands, record.legs)
    )
    return errands, legs


def changed(one: Record, other: Record) -> set[int]:
    """Walkers to whose errands or walks anything at all is different."""
    (errands, legs), (errands_2, legs_2) = plain(one), plain(other)
    same = (errands == errands_2) | (errands.isna() & errands_2.isna())
    found = set(errands.loc[~same.all(axis=1), "walker"])
    walkers = set(legs["walker"]) | set(legs_2["walker"])
    days, days_2 = legs.groupby("walker"), legs_2.groupby("walker")
    return found | {
        walker
        for walker in walkers - found
        if not days.get_group(walker).reset_index(drop=True).equals(days_2.get_group(walker).reset_index(drop=True))
    }


def same_record(one: Record, other: Record) -> None:
    for table, table_2 in zip(plain(one), plain(other), strict=True):
        pd.testing.assert_frame_equal(table, table_2)


def bakery(world: World, node: int, name: str = "bakery") -> Outlet:
    """A new outlet for bread."""
    shop = Shop(name, node, {"bread": OfferConfig(3.0)}, {"staff": PoolConfig(servers=1)}, ALWAYS)
    return replace(layout_of([shop]).outlets[0], xy=tuple(world.place.streets.xy[node].tolist()))


EDITS = {
    "add": lambda world: with_outlet(world, bakery(world, 1)),
    "remove": lambda world: world.under([outlet for outlet in world.layout.outlets if outlet.id != "shop 0"]),
    "move": lambda world: with_outlet(world, replace(world.layout.outlets[0], node=2)),
    "staff": lambda world: with_outlet(world, staffed(world.layout.outlets[0], staff=PoolConfig(servers=3))),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("seed", range(5))
def test_change_spreads_only_through_shared_queues(seed: int, edit: str) -> None:
    before = hamlets(seed)
    after = EDITS[edit](before)
    edited = "bakery" if edit == "add" else "shop 0"
    touched = who_has([before, after], edited)
    may_change = linked([before, after], set(touched))
    different = changed(before.run(), after.run())
    assert 0 < len(may_change) < len(before.residents) / 2
    assert different
    assert different <= may_change


def test_change_does_spread_through_queues() -> None:
    """So that the test above means something: there are people who never had the edited outlet to choose from."""
    spread = 0
    for seed in range(5):
        before = hamlets(seed)
        after = EDITS["add"](before)
        spread += len(changed(before.run(), after.run()) - who_has([before, after], "bakery"))
    assert spread > 10


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("seed", range(5))
def test_without_queues_only_who_had_the_outlet_changes(seed: int, edit: str) -> None:
    before = without_queues(hamlets(seed))
    after = without_queues(EDITS[edit](before))
    touched = who_has([before, after], "bakery" if edit == "add" else "shop 0")
    different = changed(before.run(), after.run())
    assert different <= touched < set(range(len(before.residents)))
    assert bool(different) == (edit != "staff")


def test_moving_an_outlet_of_a_district() -> None:
    before = district()
    record = before.run()
    assert (record.errands["outcome"] == "met_walk").sum() > 800
    assert not set(record.errands["reason"]) & {"full", "queue"}
    busiest = record.errands["outlet"].value_counts().index[0]
    outlet = next(outlet for outlet in before.layout.outlets if outlet.id == busiest)
    nodes = before.place.homes.node
    after = with_outlet(before, replace(outlet, node=int(nodes[0] if nodes[0] != outlet.node else nodes[-1])))
    touched = who_has([before, after], busiest)
    different = changed(record, after.run())
    assert 10 < len(different) <= len(touched) < len(before.residents) / 2
    assert different <= touched


@pytest.mark.parametrize("make_world", [lambda: hamlets(1), district])
def test_an_outlet_that_nobody_can_reach_changes_nothing(make_world: object) -> None:
    """Not even by its row: it comes first in the layout, and every other outlet is one row further down."""
    before = make_world()
    far = replace(bakery(before, 0, name=" far away"), snap_m=50_000.0)
    after = with_outlet(before, far)
    assert after.layout.outlets[0].id == " far away"
    same_record(before.run(), after.run())


@pytest.mark.parametrize("seed", range(3))
def test_service_at_an_outlet_that_stays_takes_as_long(seed: int) -> None:
    """An errand is served for as long at the same outlet, whenever it comes there and whoever else does."""
    before = hamlets(seed)
    one = before.run().errands
    for edit in ("add", "move"):
        other = EDITS[edit](before).run().errands
        same = (one["outlet"].astype(object) == other["outlet"].astype(object)) & one["outlet"].notna()
        assert same.sum() > 200
        assert (one["service_s"] == other["service_s"])[same].all()
        assert (one["arrive_s"] != other["arrive_s"])[same].any()


def test_patience_stays_with_errand_and_outlet() -> None:
    """Whatever the layout, nobody waits longer at an outlet than the one patience that they have there."""
    before, waits = hamlets(2), []
    story = Story(before)
    for world in (before, *(edit(before) for edit in EDITS.values())):
        rows = world.run().errands
        for row in rows.index[rows["start_s"] > rows["arrive_s"]]:
            patience_s = story.patience_s(story.errands[row], rows["outlet"][row])
            waits.append((rows["start_s"][row] - rows["arrive_s"][row]) / patience_s)
    assert len(waits) > 200
    assert 0.9 < max(waits) <= 1


def test_layouts_may_be_run_in_any_order() -> None:
    world = hamlets(3)
    worlds = [world, EDITS["add"](world), EDITS["remove"](world), EDITS["move"](world)]
    there = [one.run() for one in worlds]
    back = [one.run() for one in reversed(worlds)][::-1]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(World.run, worlds))
    for one, two, three in zip(there, back, at_once, strict=True):
        same_record(one, two)
        same_record(one, three)


def test_undoing_an_edit_gives_the_record_back() -> None:
    world = hamlets(4)
    there = EDITS["move"](world)
    back = with_outlet(there, world.layout.outlets[0])
    assert changed(world.run(), there.run())
    same_record(world.run(), back.run())


def test_no_layout_has_a_say_in_errands() -> None:
    """Errands are raised without a layout, twice the same, and no run can write to them."""
    world = district()
    people = load_config([]).config.people
    again = raise_errands(world.residents, people, world.needs, [0, 1], seed=2)
    for one, other in zip((world.errands, world.tours), again, strict=True):
        for name, column in vars(one).items():
            assert np.array_equal(column, getattr(other, name))
            assert not column.flags.writeable


@pytest.mark.parametrize("warmup", [0, 1])
def test_more_days_do_not_change_the_first(warmup: int) -> None:
    """Errands of the first days are the same in a longer study, and so is what becomes of them till the last night."""
    world = district()
    people: PeopleConfig = load_config([]).config.people
    weekdays = [(day - warmup) % 7 for day in range(7)]
    worlds = []
    for n_days in (3, 7):
        errands, tours = raise_errands(world.residents, people, world.needs, weekdays[:n_days], seed=2)
        outlets = world.layout.outlets
        longer = replace(world, errands=errands, tours=tours, days=n_days, first_weekday=weekdays[0])
        worlds.append(
            longer.under([staffed(outlet, **dict.fromkeys(outlet.pools, PoolConfig(1))) for outlet in outlets])
        )
    columns = ("key", "resident", "walker", "need", "day", "wanted_s", "stay_s", "channel", "accompanied")
    short, long = (
        pd.DataFrame({name: getattr(one.errands, name) for name in columns}).join(
            plain(one.run())[0].drop(columns=["day", "need", "resident", "walker", "wanted_s"])
        )
        for one in worlds
    )
    first = long[long["day"] < 3]
    pd.testing.assert_frame_equal(
        short[list(columns)].reset_index(drop=True), first[list(columns)].reset_index(drop=True)
    )
    pd.testing.assert_frame_equal(
        short[short["day"] < 2].reset_index(drop=True), first[first["day"] < 2].reset_index(drop=True)
    )
