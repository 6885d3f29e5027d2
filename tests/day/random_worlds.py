"""Random small worlds for Hypothesis, full of what is awkward: walls, queues, ceilings, odd hours, and people who arrive at once."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from sim.day import DayConfig
from sim.needs import Channel, NeedConfig, NeedsConfig, raise_errands
from sim.outlets import EVERYONE, OfferConfig, PoolConfig
from sim.people import Mobility, PeopleConfig, settle
from sim.place import Place
from tests.worlds import (
    DAY_S,
    HOUR_S,
    PUBLIC,
    WHOLE_M,
    Link,
    Person,
    Shop,
    Wish,
    World,
    errands_of,
    layout_of,
    place_of,
    residents_of,
    streets_of,
)

NEEDS = ("bread", "meal", "care")
HOURS: tuple[dict[int, list[list[float]]], ...] = (
    {0: [[0.0, 24.0]]},
    {0: [[0.0, 24.0]]},
    {0: [[7.0, 21.0]]},
    {0: [[8.0, 12.0], [14.0, 18.0]]},
    {0: [[8.0, 12.0], [12.0, 20.0], [19.0, 22.0]]},  # one window of three rows
    {0: [[8.0, 8.25], [10.0, 10.1]]},
    {0: [[18.0, 26.0]]},  # into the next morning
    {0: [[9.0, 17.0]], 5: [], 6: [[20.0, 32.0]]},  # out of one week into the next
    {},
)
WANTED_H = (0.5, 7.75, 8.0, 8.0, 8.0, 8.2, 10.0, 11.9, 17.9, 20.95, 23.9)
MAYBE = st.booleans()


def pick(*values: Any) -> Any:
    """One of these; the first is the simplest."""
    return st.sampled_from(values)


@st.composite
def streets(draw: DrawFn, plain: bool = False) -> Any:
    """Up to 12 nodes, most of them joined, some of them behind walls."""
    n_compounds = draw(st.integers(0, 3))
    compound = draw(st.lists(pick(PUBLIC, *range(n_compounds), PUBLIC), min_size=2, max_size=12))
    ends = [(draw(st.integers(0, node - 1)), node) for node in range(1, len(compound))]
    anywhere = st.integers(0, len(compound) - 1)
    ends += draw(st.lists(st.tuples(anywhere, anywhere), max_size=8))
    return streets_of(
        compound,
        [
            Link(
                a,
                b,
                length_m=draw(pick(*WHOLE_M)),
                grade=0.0 if plain else draw(pick(0.0, 0.0, 0.0, 0.06, -0.1)),
                crossing_s=draw(pick(0.0, 0.0, 20.0)),
                stairs=not draw(pick(True, True, True, True, False)),
            )
            for a, b in ends
            if a != b
        ],
    )


@st.composite
def places(draw: DrawFn) -> Place:
    """Streets with up to four homes."""
    drawn = draw(streets())
    node = st.integers(0, drawn.n_nodes - 1)
    homes = draw(st.lists(st.tuples(node, pick(0.0, 0.0, 16.0)), min_size=1, max_size=4))
    return place_of(drawn, homes)


@st.composite
def shops(draw: DrawFn, place: Place) -> list[Shop]:
    """One to six outlets; some have one pool for all they offer, some have two."""
    drawn = []
    for name in draw(st.lists(pick(*"abcdef"), min_size=1, max_size=6, unique=True)):
        node = draw(st.integers(0, place.streets.n_nodes - 1))
        compound = int(place.streets.compound[node])
        pools = {
            pool: PoolConfig(
                servers=draw(pick(1, 1, 2, 0)), per_day=draw(pick(0, 0, 1, 2, 3)), room=draw(pick(0, 0, 1, 2))
            )
            for pool in draw(pick(["staff"], ["staff", "other"]))
        }
        offers = {
            need: OfferConfig(
                service_min=draw(pick(2.0, 0.0, 10.0, 25.0)),
                service=draw(pick("fixed", "exponential")),
                pool=draw(pick(*pools)),
            )
            for need in draw(st.lists(pick(*NEEDS), min_size=1, max_size=3, unique=True))
        }
        drawn.append(
            Shop(
                id=name,
                node=node,
                offers=offers,
                pools=pools,
                hours=draw(pick(*HOURS)),
                snap_m=draw(pick(0.0, 0.0, 8.0)),
                admits=draw(pick(EVERYONE, EVERYONE, compound, 0)),
                size=draw(pick(1.0, 4.0)),
                attraction=draw(pick(0.0, 1.0)),
            )
        )
    return drawn


@st.composite
def days(draw: DrawFn) -> DayConfig:
    """Rules of the day: sometimes without any taste, so that utilities can be equal."""
    return DayConfig(
        cost_per_min={0: draw(pick(0.1, 0.0, 0.5)), 60: 0.25},
        size_weight=draw(pick(1.0, 0.0)),
        taste_scale=draw(pick(1.0, 1.0, 0.0)),
        retries=draw(st.integers(0, 3)),
        known_share=draw(pick(1.0, 1.0, 0.7)),
        patience_unlimited_share=draw(pick(0.0, 0.2, 1.0)),
        patience_median_min=draw(pick(2.0, 10.0)),
        patience_sigma=draw(pick(0.6, 0.0)),
    )


def catalogue(draw: DrawFn, **more: Any) -> NeedsConfig:
    """Three needs, of which one stands in for another or both for each other."""
    needs = {
        name: NeedConfig(
            limit_min={0: draw(pick(10.0, 5.0, 3.0, 20.0)), 60: draw(pick(8.0, 2.0))},
            patience=draw(pick(1.0, 2.0)),
            **{key: value(name) for key, value in more.items()},
        )
        for name in NEEDS
    }
    needs["bread"].substitutes = draw(pick({}, {"meal": 0.5}, {"meal": 1.0, "care": 1.0}, {"meal": 0.0}))
    needs["meal"].substitutes = draw(pick({}, {"bread": 2.0}))
    return NeedsConfig(catalogue=needs)


@st.composite
def drawn_worlds(draw: DrawFn) -> World:
    """Worlds with errands drawn one by one: many chains, parties, errands that follow others, and equal times."""
    place = draw(places())
    people = []
    for _ in range(draw(st.integers(1, 10))):
        mobility = draw(pick(Mobility.INDEPENDENT, Mobility.INDEPENDENT, Mobility.SLOW))
        people.append(
            Person(
                home=draw(st.integers(0, len(place.homes) - 1)),
                age=draw(pick(40, 4, 70)),
                speed_m_s=draw(pick(1.0, 1.0, 0.5, 1.25)),
                mobility=mobility,
                range_m=draw(pick(400.0, 150.0)) if mobility == Mobility.SLOW else float("inf"),
            )
        )
    n_days = draw(st.integers(1, 3))
    wishes: list[Wish] = []
    for walker in range(len(people)):
        own = draw(
            st.lists(
                st.tuples(st.integers(0, n_days - 1), pick(*WANTED_H), pick(*NEEDS), MAYBE, st.integers(0, 9)),
                max_size=5,
            )
        )
        own.sort(key=lambda wish: wish[:2])
        first = len(wishes)
        for day, hour, need, chained, odd in own:
            follows = -1
            walked = [row for row in range(first, len(wishes)) if wishes[row].channel == Channel.WALK]
            if odd in (1, 2) and walked:
                follows = draw(st.sampled_from(walked))
                need = wishes[follows].need
            channel = draw(pick(*Channel)) if odd == 3 else Channel.WALK
            along = draw(st.integers(0, len(people) - 1)) if odd == 4 else walker
            wishes.append(
                Wish(
                    resident=along,
                    walker=walker,
                    need=need,
                    wanted_s=day * DAY_S + hour * HOUR_S,
                    stay_s=draw(pick(0.0, 600.0)),
                    channel=channel,
                    follows=follows,
                    chained=chained,
                )
            )
    needs = catalogue(draw)
    residents = residents_of(people)
    errands, tours = errands_of(wishes, residents, needs)
    return World(
        place=place,
        residents=residents,
        needs=needs,
        errands=errands,
        tours=tours,
        layout=layout_of(draw(shops(place))),
        day=draw(days()),
        days=n_days,
        seed=draw(st.integers(0, 99)),
        first_weekday=draw(st.integers(0, 6)),
    )


@st.composite
def built_worlds(draw: DrawFn) -> World:
    """Worlds whose residents and errands come from the builders: households, carers, bringing and fetching, proxies, chains."""
    place = draw(places())
    people = PeopleConfig(
        residents=draw(st.integers(1, 10)),
        household_size=2.5,
        profile={0: 0.2, 6: 0.1, 18: 0.4, 60: 0.3},
        speed_m_s={0: 0.9, 18: 1.25, 60: 1.0},
        speed_sd_m_s={0: draw(pick(0.0, 0.2))},
        slow_share={0: 0.0, 60: 0.4},
        slow_range_m=draw(pick(400.0, 150.0)),
        housebound_share={0: 0.0, 60: 0.2},
        away_share={0: 0.0, 18: 0.4},
    )
    n_days = draw(st.integers(1, 3))
    first_weekday = draw(st.integers(0, 6))
    weekdays = [(first_weekday + day) % 7 for day in range(n_days)]
    collect = draw(pick(None, [16.0, 16.0], [12.0, 17.0]))
    hours = draw(pick([[8.0, 10.0, 1.0]], [[0.0, 1.0, 0.3], [7.0, 9.0, 0.4], [17.0, 22.0, 0.3]]))
    brought = {0: [[7.5, 9.0, 1.0]]}
    needs = catalogue(
        draw,
        per_week=lambda name: {0: draw(pick(7.0, 12.0)), 18: draw(pick(5.0, 14.0))},
        hours=lambda name: brought if collect and name == "care" else {0: hours},
        stay_min=lambda name: draw(pick(0.0, 10.0)),
        online_share=lambda name: {18: draw(pick(0.0, 0.2))},
        by_proxy=lambda name: name == "bread",
        per_household=lambda name: name == "meal" and draw(MAYBE),
        collect=lambda name: collect if name == "care" else None,
    )
    needs.catalogue["care"].per_week = {0: 7.0, 6: 0.0, 18: 3.0}
    needs.chain_share = {0: draw(pick(0.8, 0.0))}
    seed = draw(st.integers(0, 9_999))
    residents = settle(place, people, seed)
    errands, tours = raise_errands(residents, people, needs, weekdays, seed)
    return World(
        place=place,
        residents=residents,
        needs=needs,
        errands=errands,
        tours=tours,
        layout=layout_of(draw(shops(place))),
        day=draw(days()),
        days=n_days,
        seed=seed,
        first_weekday=first_weekday,
    )
