"""Random small places and layouts: walls, hills, stairs, odd hours, short staff, and offers on all terms."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np

from sim.columns import Ints
from sim.outlets import EVERYONE, HomeConfig, Layout, OfferConfig, PoolConfig, ReservedConfig
from sim.place import Place, Streets
from tests.worlds import ALWAYS, PUBLIC, WHOLE_M, Link, Shop, layout_of, place_of, streets_of

NEEDS = ("bread", "meal", "care")
HOURS: tuple[dict[int, list[list[float]]], ...] = (
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    ALWAYS,
    {0: [[7.0, 21.0]]},
    {0: [[8.0, 12.0], [14.0, 18.0]]},
    {0: [[8.0, 12.0], [12.0, 20.0], [19.0, 22.0]]},  # three rows that make one window
    {0: [[8.0, 8.25], [10.0, 10.1], [12.0, 13.0]]},
    {0: [[18.0, 26.0]]},  # into the next morning
    {0: [[9.0, 17.0]], 5: [], 6: [[20.0, 32.0]]},  # out of one week into the next
    {},
)


def some_streets(dice: Random, nodes: int) -> Streets:
    """Streets with up to three compounds; now and then a part that nothing leads to, or leads to by stairs only."""
    n_compounds = dice.randint(0, 3)
    compound = [dice.choice([PUBLIC, *range(n_compounds)]) for _ in range(nodes)]
    ends = [(dice.randrange(node), node) for node in range(1, nodes) if dice.random() < 0.95]
    ends += [(dice.randrange(nodes), dice.randrange(nodes)) for _ in range(dice.randint(0, nodes))]
    hilly, vast = dice.random() < 0.3, dice.random() < 0.6
    return streets_of(
        compound,
        [
            Link(
                a,
                b,
                length_m=dice.choice(WHOLE_M if vast else WHOLE_M[:5]),
                grade=dice.choice([0.0, 0.06, -0.1]) if hilly else 0.0,
                crossing_s=dice.choice([0.0, 0.0, 20.0]),
                stairs=dice.random() < 0.1,
                cycling=dice.random() < 0.85,
            )
            for a, b in ends
            if a != b
        ],
    )


def some_place(dice: Random, nodes: int) -> Place:
    """Streets with up to three homes."""
    streets = some_streets(dice, nodes)
    homes = [(dice.randrange(nodes), dice.choice([0.0, 0.0, 16.0])) for _ in range(dice.randint(1, 3))]
    place = place_of(streets, homes)
    floors = np.array([dice.choice([1, 6]) for _ in homes], np.int32)
    lift = np.array([dice.random() < 0.3 for _ in homes], bool)
    beyond = {need: (dice.choice([7.5, 40.0]), 2.0) for need in NEEDS if dice.random() < 0.2}
    return replace(place, homes=replace(place.homes, floors=floors, lift=lift), beyond=beyond)


def some_shops(dice: Random, place: Place, shops: int) -> Layout:
    """Outlets that serve one to three needs, from one pool for all or from two."""
    drawn = []
    offered = dice.choice([NEEDS, NEEDS, NEEDS[:2]])
    for name in "abcdef"[:shops]:
        node = dice.randrange(place.streets.n_nodes)
        compound = int(place.streets.compound[node])
        pools = {
            pool: PoolConfig(
                servers=dice.choice([1, 1, 1, 1, 2, 0]),
                per_day=dice.choice([0, 0, 0, 0, 1, 2, 3]),
                room=dice.choice([0, 0, 0, 0, 1, 2]),
                places=dice.choice([0, 1, 2]),
            )
            for pool in dice.choice([["staff"], ["staff", "other"]])
        }
        offers = {need: some_offer(dice, pools) for need in dice.sample(offered, min(dice.randint(1, 4), len(offered)))}
        drawn.append(
            Shop(
                id=name,
                node=node,
                offers=offers,
                pools=pools,
                hours=dice.choice(HOURS),
                snap_m=dice.choice([0.0, 0.0, 8.0]),
                admits=dice.choice([EVERYONE, EVERYONE, EVERYONE, compound, 0]),
                size=dice.choice([1.0, 4.0]),
                attraction=dice.choice([0.0, 1.0]),
                every_weeks=(every := dice.choice([1, 1, 1, 1, 2])),
                in_week=dice.randrange(every),
                familiar_m=dice.choice([0.0, 0.0, 300.0]),
            )
        )
    return replace(
        layout_of(drawn),
        known_share=dice.choice([{}, {}, {0: 0.5, 60: 0.9}]),
        catchments=some_catchments(dice, place, drawn),
        range_factor=dice.choice([{}, {}, {"all": 2.0}]),
    )


def some_catchments(dice: Random, place: Place, shops: list[Shop]) -> dict[str, Ints]:
    """For whom outlets hold their places: mostly for everybody."""
    if dice.random() < 0.8:
        return {}
    homes = range(len(place.homes))
    drawn = {shop.id: [home for home in homes if dice.random() < 0.5] for shop in shops if dice.random() < 0.6}
    return {shop: np.array(rows, np.int32) for shop, rows in drawn.items()}


def some_offer(dice: Random, pools: dict[str, PoolConfig]) -> OfferConfig:
    """An offer, mostly on plain terms."""
    plain = OfferConfig(
        service_min=dice.choice([0.0, 2.0, 10.0, 15.0, 25.0]),
        service=dice.choice(["fixed", "exponential"]),
        pool=dice.choice(list(pools)),
    )
    terms: list[dict[str, Any]] = [
        {"share": dice.choice([0.0, 0.5])},
        {"ages": dice.choice([[0, 6], [18, 60], [60, 120]])},
        {"price_yuan": 10.0, "discount": dice.choice([{}, {60: 0.5}])},
        {"stands_in": False},
        {"pickup_min": dice.choice([0.0, 1.0]), "share": dice.choice([0.3, 1.0])},
        {"reserved": ReservedConfig(from_age=60, hours=dice.choice(HOURS[5:]))},
    ]
    for more in terms:
        if dice.random() < 0.12:
            plain = replace(plain, **more)
    going = [name for name, pool in pools.items() if pool.servers]
    if going and dice.random() < 0.3:
        pool = dice.choice(going)
        home = HomeConfig(
            pool=pool,
            service_min=dice.choice([0.0, 2.0, 20.0]),
            service=dice.choice(["fixed", "exponential"]),
            speed_m_s=dice.choice([0.5, 1.25]),
            radius_m=dice.choice([100.0, 400.0, 1000.0]),
            per_round=dice.choice([1, 1, 3]),
            within_min=dice.choice([2.0, 15.0, 60.0]),
            registered_share=dice.choice([1.0, 1.0, 0.5]),
            from_age=dice.choice([None, 0, 60]),
            reserved=dice.randint(0, pools[pool].servers) if dice.random() < 0.5 else 0,
        )
        way = dice.choice(["delivery", "home_service"])
        plain = replace(plain, walk_in=dice.random() < 0.7, **{way: home})
    return plain
