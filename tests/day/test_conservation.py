"""What must hold of every record: on random small worlds and on a grown district of 2,000 residents."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from math import floor, inf
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings

from sim.config import load_config
from sim.needs import raise_errands
from sim.outlets import EVERYONE, Kind, OfferConfig, PoolConfig, lay_out
from sim.people import settle
from sim.place import Streets, WalkClass, build_place
from sim.place.walks import clear, new_search, search, walking_arcs
from sim.record import Record
from tests.day.random_worlds import SIZES, built_world, drawn_world
from tests.walking import Walks
from tests.worlds import DAY_S, World

WEEK_S = 7 * DAY_S
NEAR = 1e-6
AT_OUTLETS = ("met_walk", "met_household", "met_ride")


class Run(NamedTuple):
    """A world and its record, as rows; `legs_of` each walker in their order."""

    world: World
    record: Record
    errands: list[dict[str, Any]]
    legs: list[dict[str, Any]]
    legs_of: dict[int, list[dict[str, Any]]]


def run(world: World) -> Run:
    record = world.run()
    legs = record.legs.to_dict("records")
    legs_of = defaultdict(list)
    for leg in legs:
        legs_of[leg["walker"]].append(leg)
    return Run(world, record, record.errands.to_dict("records"), legs, legs_of)


# ---- what must hold ----


def every_errand_ends_once(run: Run) -> None:
    outcomes = run.record.errands["outcome"].value_counts()
    assert outcomes["pending"] == 0
    assert outcomes.sum() == len(run.world.errands)
    for errand in run.errands:
        need = run.world.needs.catalogue[errand["need"]]
        assert (errand["outcome"] == "unmet") == (errand["reason"] != "none")
        assert (errand["outcome"] in AT_OUTLETS) == isinstance(errand["outlet"], str)
        assert (errand["outcome"] in (*AT_OUTLETS, "met_beyond")) == (errand["end_s"] >= errand["start_s"])
        assert (errand["outcome"] in ("met_walk", "met_online")) == (errand["not_on_foot"] == "none")
        assert errand["outcome"] != "unmet" or errand["days_late"] == -1
        assert errand["attempts"] <= run.world.day.retries + 1
        assert errand["tries"] <= need.returns
        assert errand["days_late"] <= need.return_days + 1  # who sets out before midnight may be served after it
        assert errand["outcome"] == "unmet" or not errand["cut_off"]
        assert errand["outcome"] != "met_household" or need.by_proxy


def legs_are_the_attempts(run: Run) -> None:
    """The last attempts of an errand are walks (or a ride) of its last occasion; only the last of a met one has no
    reason.
    """
    walks = defaultdict(list)
    for leg in run.legs:
        if leg["errand"] >= 0:
            walks[leg["errand"]].append(leg)
        else:
            assert leg["ended"] == "none"
    for row, errand in enumerate(run.errands):
        own = walks[row]
        last = own[len(own) - errand["attempts"] :]
        met = errand["outcome"] in AT_OUTLETS
        assert all(leg["ended"] != "none" for leg in (own[:-1] if met else own))
        assert len({leg["outlet"] for leg in last}) == len(last) == errand["attempts"]
        if errand["outcome"] != "met_beyond":
            assert sum(leg["metres"] for leg in last) == pytest.approx(errand["walk_m"], abs=NEAR)
        if met:
            assert own[-1]["ended"] == "none"
            assert own[-1]["outlet"] == errand["outlet"]
            assert own[-1]["arrive_s"] == errand["arrive_s"]
            assert (own[-1]["walk_class"] == WalkClass.RIDE) == (errand["outcome"] == "met_ride")
        elif last and last[-1]["walk_class"] != WalkClass.RIDE and errand["outcome"] == "unmet":
            assert last[-1]["ended"] == errand["reason"]
        if last:
            assert last[0]["depart_s"] == errand["set_out_s"]
            assert {leg["walker"] for leg in last} == {errand["walker"]}


def left_until_s(run: Run, row: int) -> float | None:
    """When those are home again who sat behind a carer and were left at an outlet; None of all others."""
    errand, walker = run.errands[row], run.world.errands.walker[row]
    if errand["outcome"] != "met_ride" or errand["walker"] == errand["resident"] or walker != errand["resident"]:
        return None
    for before, after in pairwise(run.legs_of[errand["walker"]]):
        comes = before["errand"] == -1 and before["outlet"] == errand["outlet"]
        if comes and before["depart_s"] >= errand["end_s"] - NEAR:
            return float(after["arrive_s"])
    return None  # another member of the household rode there for them


def nobody_is_in_two_places(run: Run) -> None:
    """Ways and stays follow one another, each from where the last one ended; tours begin and end at home."""
    residents, homes, tours = run.world.residents, run.world.place.homes, run.world.tours
    for walker, legs in run.legs_of.items():
        home = homes.node[residents.home[walker]]
        assert legs[0]["from_node"] == legs[-1]["to_node"] == home
        for before, leg in pairwise(legs):
            assert leg["from_node"] == before["to_node"]
            free_s, row = before["arrive_s"], before["errand"]
            if row >= 0 and before["ended"] == "none":
                errand = run.errands[row]
                free_s = errand["start_s"] + errand["service_s"] if left_until_s(run, row) else errand["end_s"]
            if isinstance(before["outlet"], str):
                assert leg["depart_s"] == pytest.approx(free_s, abs=NEAR)
            else:
                assert leg["depart_s"] >= free_s
            if leg["tour"] != before["tour"] and min(leg["tour"], before["tour"]) >= 0:
                assert before["errand"] == -1
        for leg in legs:
            if leg["tour"] >= 0:
                assert leg["walker"] == tours.walker[leg["tour"]]
                assert leg["depart_s"] >= run.world.errands.wanted_s[tours.first[leg["tour"]]]
            if leg["errand"] == -1 and not isinstance(leg["outlet"], str):
                assert leg["to_node"] == home


def nobody_is_out_twice(run: Run) -> None:
    """Nobody walks, stays, is beyond the place or sits behind somebody at two places at once, helpers included."""
    spans = defaultdict(list)
    for leg in run.legs:
        spans[leg["walker"]].append((leg["depart_s"], leg["arrive_s"]))
    for row, errand in enumerate(run.errands):
        home_s = left_until_s(run, row)
        if home_s is not None:
            spans[errand["resident"]].append((errand["set_out_s"], home_s))
        elif errand["outcome"] in AT_OUTLETS:
            spans[errand["walker"]].append((errand["arrive_s"], errand["end_s"]))
        elif errand["outcome"] == "met_beyond":
            spans[errand["walker"]].append(
                (errand["set_out_s"], errand["end_s"] + errand["arrive_s"] - errand["set_out_s"])
            )
    for walker, own in spans.items():
        for (_, until_s), (from_s, _) in pairwise(sorted(own)):
            assert from_s >= until_s - NEAR, f"resident {walker}"


def nobody_walks_with_two_parties(run: Run) -> None:
    """Whoever is taken along walks with one carer at a time, at the pace of the slower, and with nobody while they are
    where they were brought.
    """
    errands = run.world.errands
    parties = defaultdict(list)
    for leg in run.legs:
        row = leg["errand"]
        if row >= 0 and errands.accompanied[row] and leg["walker"] == errands.walker[row]:
            errand = run.errands[row]
            until_s = errand["end_s"] if leg["ended"] == "none" else leg["arrive_s"]
            parties[errand["resident"]].append((leg["depart_s"], until_s))
            pace = run.world.residents.speed_m_s[[errand["resident"], errand["walker"]]].min()
            assert errand["speed_m_s"] <= pace or errand["outcome"] in ("met_ride", "met_beyond", "unmet")
    for times in parties.values():
        for (_, until_s), (from_s, _) in pairwise(sorted(times)):
            assert from_s >= until_s
    for row in np.flatnonzero(errands.follows >= 0):
        brought, fetched = run.errands[errands.follows[row]], run.errands[row]
        for from_s, _ in parties[fetched["resident"]]:
            assert not brought["end_s"] <= from_s < fetched["set_out_s"]


def walks_take_their_time(run: Run) -> None:
    """Those of a planned tour at its pace, rides at that of all rides, and others at the walker's or slower."""
    speed = run.world.tours.speed_m_s
    for leg in run.legs:
        if leg["walk_class"] == WalkClass.RIDE:
            pace = run.world.people.ride_m_s
        elif leg["tour"] >= 0:
            pace = speed[leg["tour"]]
        else:
            pace = leg["metres"] / max(leg["arrive_s"] - leg["depart_s"], NEAR)
            on_the_way = run.world.people.cycle_m_s if leg["walk_class"] == WalkClass.CYCLE else 0.0
            assert pace <= max(run.world.residents.speed_m_s[leg["walker"]], on_the_way) + NEAR
            continue
        assert leg["arrive_s"] - leg["depart_s"] == pytest.approx(leg["metres"] / pace, abs=NEAR)


def walks_are_shortest(run: Run, metres: Callable[[int, int, int], float], walkers: slice = slice(None)) -> None:
    """The metres of every leg are those of `metres(walk class, from, to)` and of the ways between doors and street."""
    outlets = {outlet.id: outlet for outlet in run.world.layout.outlets}
    homes, home = run.world.place.homes.snap_m, run.world.residents.home
    for walker, legs in list(run.legs_of.items())[walkers]:
        home_m = here_m = float(homes[home[walker]])
        spot: object = None
        for leg in legs:
            outlet = outlets.get(leg["outlet"])
            there_m = outlet.snap_m if outlet else home_m
            street_m = metres(leg["walk_class"], leg["from_node"], leg["to_node"])
            same = outlet is not None and spot == outlet.xy  # under one roof
            assert leg["metres"] == pytest.approx(0.0 if same else here_m + street_m + there_m, abs=NEAR)
            here_m, spot = there_m, outlet.xy if outlet else None


class Visit(NamedTuple):
    """Somebody served by a pool."""

    arrive_s: float
    walker: int
    start_s: float
    service_end_s: float
    end_s: float
    fetches: bool


def visits(run: Run) -> dict[tuple[str, str], list[Visit]]:
    """Who was served by each pool, in the order in which they came."""
    outlets = {outlet.id: outlet for outlet in run.world.layout.outlets}
    found = defaultdict(list)
    for row, errand in enumerate(run.errands):
        if errand["outcome"] in AT_OUTLETS:
            offers = outlets[errand["outlet"]].offers
            substitutes = run.world.needs.catalogue[errand["need"]].substitutes
            ways = {errand["need"]: 0.0, **substitutes}
            offer = offers[min((penalty, need) for need, penalty in ways.items() if need in offers)[1]]
            end_s = errand["start_s"] + errand["service_s"]
            fetches = bool(run.world.errands.follows[row] >= 0)
            found[errand["outlet"], offer.pool].append(
                Visit(errand["arrive_s"], errand["walker"], errand["start_s"], end_s, errand["end_s"], fetches)
            )
    return {pool: sorted(served) for pool, served in found.items()}


def most_at_once(spans: list[tuple[float, float]]) -> int:
    """How many of these spans of time overlap at most; one that ends as another begins does not."""
    changes = sorted([(end_s, -1) for _, end_s in spans] + [(start_s, 1) for start_s, _ in spans])
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most


def staff_keep_to_their_limits(run: Run) -> None:
    """Servers serve one at a time, in the order of arrival; ceilings and rooms hold."""
    outlets = {outlet.id: outlet for outlet in run.world.layout.outlets}
    for (outlet, pool), served in visits(run).items():
        limits = outlets[outlet].pools[pool]
        places = [visit for visit in served if not visit.fetches]
        if limits.servers:
            busy = [(visit.start_s, visit.service_end_s) for visit in served if visit.service_end_s > visit.start_s]
            assert most_at_once(busy) <= limits.servers
            assert all(later.start_s >= earlier.start_s for earlier, later in pairwise(served))
        else:
            assert all(visit.start_s == visit.arrive_s for visit in served)
        if limits.per_day:
            days = [floor(visit.arrive_s / DAY_S) for visit in places]
            assert all(days.count(day) <= limits.per_day for day in set(days))
        if limits.room:
            for row, visit in enumerate(places):
                inside = [other for other in places[:row] if other.end_s > visit.arrive_s]
                assert len(inside) < limits.room


def nobody_is_served_after_hours(run: Run) -> None:
    """Service begins within the window in which one comes; only who comes to fetch somebody is let in at any hour."""
    windows = {outlet.id: outlet.windows for outlet in run.world.layout.outlets}
    for (outlet, _), served in visits(run).items():
        for visit in served:
            if not visit.fetches:
                week_s = (visit.arrive_s + run.world.first_weekday * DAY_S) % WEEK_S
                row = bisect_right(windows[outlet], (week_s + NEAR, inf)) - 1
                opens_s, closes_s = windows[outlet][row]
                assert opens_s <= week_s + NEAR
                assert week_s + (visit.start_s - visit.arrive_s) < closes_s + NEAR


ALL = (
    every_errand_ends_once,
    legs_are_the_attempts,
    nobody_is_in_two_places,
    nobody_is_out_twice,
    walks_take_their_time,
    staff_keep_to_their_limits,
    nobody_is_served_after_hours,
)


def searched(streets: Streets) -> Callable[[int, int, int], float]:
    """Metres of shortest walks by `sim.place.walks.search`, from a walk class, a start and an end."""

    @cache
    def metres_from(walk_class: int, start: int) -> dict[int, float]:
        arcs = arcs_of[walk_class]
        scratch = new_search(arcs)
        n = search(arcs, start, inf, scratch)
        found: dict[int, float] = {}
        for vertex in scratch.order[:n]:
            found.setdefault(int(arcs.node[vertex]), float(scratch.at["metres"][vertex]))
        clear(scratch, n)
        return found

    arcs_of = [walking_arcs(streets, walk_class) for walk_class in WalkClass]
    return lambda walk_class, start, end: metres_from(walk_class, start).get(end, inf)


def by_networkx(streets: Streets) -> Callable[[int, int, int], float]:
    """The same by networkx."""
    walks = [Walks(streets, walk_class) for walk_class in WalkClass]
    return lambda walk_class, start, end: walks[walk_class].metres(start, end)


def on_plain_terms(world: World) -> World:
    """The world with offers for everybody, of everything, to who walks in, every week, and lifts in every house."""
    for need in world.needs.catalogue.values():
        need.enrolled = False
    outlets = [
        replace(
            outlet,
            every_weeks=1,
            in_week=0,
            kind=Kind(
                outlet.pools,
                {key: OfferConfig(o.service_min, o.service, o.pool) for key, o in outlet.offers.items()},
            ),
        )
        for outlet in world.layout.outlets
    ]
    homes = replace(world.place.homes, lift=np.ones(len(world.place.homes), bool))
    return replace(world, place=replace(world.place, homes=homes)).under(outlets)


@pytest.mark.parametrize("make_world", [drawn_world, built_world])
def test_random_worlds(make_world: Callable[..., World]) -> None:
    @settings(max_examples=120, derandomize=True, deadline=None, database=None)
    @given(**SIZES)
    def hold(nodes: int, people: int, shops: int, seed: int) -> None:
        done = run(on_plain_terms(make_world(nodes, people, shops, seed)))
        for check in ALL:
            check(done)
        walks_are_shortest(done, by_networkx(done.world.place.streets))
        walks_are_shortest(done, searched(done.world.place.streets))
        if make_world is built_world:
            nobody_walks_with_two_parties(done)

    hold()


@pytest.fixture(scope="module")
def district() -> Run:
    """Three days of 2,000 residents on a grown district, from a Friday on; outlets are short of staff and of places."""
    config = load_config(["place.grown.area_km2=0.8", "people.residents=2000", "day.known_share={0: 0.9}"]).config
    place = build_place(config.place)
    layouts = load_config([]).layouts
    for form in layouts["base"].formats.values():
        form.per_20600 *= 5
        form.pools = {key: PoolConfig(min(pool.servers, 1), 50, 10) for key, pool in form.pools.items()}
    place, layout = lay_out("base", layouts, place, 2_000, config.needs.catalogue, config.place.seed)
    admits = [row % 9 if row % 5 == 0 else EVERYONE for row in range(len(layout))]
    walled = [replace(outlet, admits=who) for outlet, who in zip(layout.outlets, admits, strict=True)]
    weekdays = [4, 5, 6]
    residents = settle(place, config.people, seed=3)
    errands, tours = raise_errands(residents, config.people, config.needs, weekdays, seed=3)
    return run(
        World(
            place=place, residents=residents, needs=config.needs, errands=errands, tours=tours, layout=layout,
            day=config.day, days=3, seed=3, first_weekday=4, people=config.people,
        ).under(walled)
    )  # fmt: skip


def test_a_district_is_busy(district: Run) -> None:
    outcomes = district.record.errands["outcome"].value_counts()
    reasons = district.record.errands["reason"].value_counts()
    assert outcomes["met_walk"] > 2_000
    assert outcomes["met_online"] > 100
    busy = ("too_far", "not_admitted", "unknown", "closed", "full", "queue", "no_carer", "cannot_walk")
    assert {reason: n for reason, n in reasons[list(busy)].items() if n < 10} == {}
    assert (district.record.errands["attempts"] > 1).sum() > 100
    assert district.world.errands.accompanied.sum() > 100
    assert (district.record.errands["outcome"][district.world.errands.follows >= 0] == "met_walk").sum() > 5


@pytest.mark.parametrize("check", [*ALL, nobody_walks_with_two_parties], ids=lambda check: check.__name__)
def test_a_district(district: Run, check: Callable[[Run], None]) -> None:
    check(district)


def test_walks_of_a_district_are_shortest(district: Run) -> None:
    streets = district.world.place.streets
    walks_are_shortest(district, searched(streets))
    walks_are_shortest(district, by_networkx(streets), slice(None, None, 20))
