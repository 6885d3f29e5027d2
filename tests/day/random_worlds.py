"""Random small worlds, full of what is awkward: walls, queues, ceilings, odd hours, and people who arrive at once.

A world is told by four numbers, how many nodes, people and outlets and a seed for all the rest, so that Hypothesis
can look for the smallest world in which something goes wrong, and name it in one line.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from sim.day import DayConfig
from sim.needs import BeyondConfig, Channel, NeedConfig, NeedsConfig, raise_errands
from sim.needs.catalogue import WeatherConfig
from sim.people import Mobility, PeopleConfig, settle
from tests.day.random_places import NEEDS, some_place, some_shops
from tests.worlds import (
    DAY_S,
    Person,
    Wish,
    World,
    errands_of,
    residents_of,
)

SIZES = {
    "nodes": st.integers(2, 12),
    "people": st.integers(1, 12),
    "shops": st.integers(1, 6),
    "seed": st.integers(0, 2**32 - 1),
}
WANTED_MIN = (30, 465, 480, 480, 480, 480, 480, 480, 492, 600, 714, 1074, 1257, 1434)  # after midnight


def some_rules(dice: Random) -> DayConfig:
    """Rules of the day: sometimes without any taste, so that utilities can be equal."""
    return DayConfig(
        cost_per_min={0: dice.choice([0.1, 0.0, 0.5]), 60: 0.25},
        size_weight=dice.choice([1.0, 0.0]),
        taste_scale=dice.choice([1.0, 1.0, 0.0]),
        retries=dice.choice([0, 1, 2, 3, 3]),
        known_share=dice.choice([{0: 1.0}, {0: 1.0}, {0: 0.7}, {0: 0.3, 60: 0.6}]),
        familiar_m=dice.choice([0.0, 200.0]),
        cost_per_yuan=dice.choice([{}, {0: 0.1, 60: 0.3}]),
        patience_unlimited_share=dice.choice([0.0, 0.2, 0.5, 1.0]),
        patience_median_min=dice.choice([0.0, 2.0, 10.0]),
        patience_sigma=dice.choice([0.6, 0.0]),
        learning_days=dice.choice([0, 1, 1]),
    )


def some_ways(dice: Random) -> dict[str, Any]:
    """How residents help themselves: riding, going for one another, and cars; nothing of it in one world of six."""
    if dice.random() < 0.16:
        return {}
    return {
        "ride_owned_share": dice.choice([0.0, 0.7, 1.0, 1.0, 1.0, 1.0]),
        "ride_share": dice.choice([{}, {0: 1.0}, {0: 1.0}, {18: 1.0}, {18: 1.0}, {18: 1.0}, {0: 0.6}]),
        "ride_m_s": dice.choice([2.0, 4.2]),
        "car_owned_share": dice.choice([0.0, 0.5]),
        "help_share": dice.choice([{}, {0: 1.0}, {0: 1.0}, {18: 0.7}]),
        "away_from_h": dice.choice([7.0, 8.5]),
        "away_until_h": dice.choice([9.0, 18.0]),
    }


def some_otherwise(dice: Random, returns: bool) -> dict[str, Any]:
    """How a need is had otherwise than on foot at the first go; nothing of it in one of six."""
    if dice.random() < 0.16:
        return {}
    return {
        "returns": dice.choice([0, 1, 2, 3, 3]) if returns else 0,
        "return_days": dice.choice([0, 1, 2]),
        "ride_share": dice.choice([0.0, 0.7, 1.0, 1.0, 1.0]),
        "ride_limit_min": dice.choice([1.0, 3.0, 15.0, 15.0]),
        "beyond": dice.choice(
            [
                BeyondConfig(),
                BeyondConfig(share={0: 0.3}, car_share=0.9, minutes=20.0, km=4.0),
                BeyondConfig(share={0: 0.0, 60: 1.0}, minutes=7.5, km=1.5),
            ]
        ),
    }


def have_all_ride(dice: Random, people: PeopleConfig, needs: NeedsConfig) -> None:
    """Have everything be too far to walk to, and near enough to ride to, in one world of five."""
    if dice.random() < 0.8:
        return
    people.ride_owned_share, people.ride_share = 1.0, dice.choice([{0: 1.0}, {18: 1.0}])
    for need in needs.catalogue.values():
        need.limit_min, need.ride_share, need.ride_limit_min = {0: dice.choice([0.3, 1.0])}, 1.0, 15.0


RETURN_HOURS: tuple[dict[int, list[list[float]]], ...] = (
    {0: [[8.0, 8.1, 1.0]]},
    {0: [[7.0, 9.0, 0.4], [17.0, 22.0, 0.6]], 60: [[9.0, 11.0, 1.0]]},
    {0: [[0.0, 24.0, 1.0]]},
)


def some_needs(dice: Random, **more: dict[str, Any]) -> NeedsConfig:
    """Three needs, of which some stand in for others; `more` keys for each. Nobody comes back to care."""
    substitutes = {
        "bread": dice.choice([{}, {"meal": 0.5}, {"meal": 1.0, "care": 1.0}, {"meal": 0.0}]),
        "meal": dice.choice([{}, {"bread": 2.0}]),
        "care": {},
    }
    return NeedsConfig(
        catalogue={
            name: NeedConfig(
                limit_min={0: dice.choice([1.0, 1.0, 3.0, 10.0, 20.0, 20.0]), 60: dice.choice([1.0, 8.0])},
                patience=dice.choice([1.0, 2.0]),
                substitutes=substitutes[name],
                enrolled=name == "care" and dice.random() < 0.4,
                order_ahead_share=dice.choice([{}, {0: 0.5}]),
                by_proxy=name == "bread",
                **{"hours": dice.choice(RETURN_HOURS), "weekend_hours": dice.choice([{}, RETURN_HOURS[0]])}
                | some_otherwise(dice, returns=name != "care")
                | more.get(name, {}),
            )
            for name in NEEDS
        },
        limit_sigma=dice.choice([0.0, 0.0, 0.3]),
    )


def drawn_world(nodes: int, people: int, shops: int, seed: int) -> World:
    """A world whose errands are drawn one by one: many chains and parties, errands that follow others, equal times."""
    dice = Random(seed)
    place = some_place(dice, nodes)
    n_days = dice.randint(1, 3)
    people_config = PeopleConfig(**some_ways(dice))
    needs = some_needs(dice, care=dice.choice([{}, {"collect": [9.0, 12.0]}]))
    have_all_ride(dice, people_config, needs)
    persons = some_persons(dice, people, len(place.homes), people_config)
    if dice.random() < 0.3:
        needs.weather = WeatherConfig(share=0.6, speed_factor=0.8, outdoors_min={0: 60.0, 60: 10.0})
    residents = residents_of(persons)
    wishes: list[Wish] = []
    for walker in range(people):
        first = len(wishes)
        times = [dice.randrange(n_days) * DAY_S + dice.choice(WANTED_MIN) * 60.0 for _ in range(dice.randint(0, 6))]
        for wanted_s in sorted(times):
            wishes.append(some_wish(dice, wishes[first:], first, persons, walker, wanted_s))
    errands, tours = errands_of(wishes, residents, needs)
    return World(
        place=place,
        residents=residents,
        needs=needs,
        errands=errands,
        tours=tours,
        layout=some_shops(dice, place, shops),
        day=some_rules(dice),
        days=n_days,
        seed=seed,
        first_weekday=dice.randrange(7),
        warmup_days=dice.choice([1, 1, 1, 2, 8]),
        people=people_config,
    )


def some_wish(dice: Random, own: list[Wish], first: int, persons: list[Person], walker: int, wanted_s: float) -> Wish:
    """A wish that somebody goes for: mostly their own, else one of somebody whom they take along or go for.

    One may follow another of the same walker (`own`, from row `first` on) where it can be known in time how that ended:
    that is so of care, which nobody comes back to and nobody goes for others for, and of grown-up walkers.
    """
    person = persons[walker]
    there = [
        first + row
        for row, wish in enumerate(own)
        if wish.channel == Channel.WALK and wish.need == "care" and person.age >= 18
    ]
    follows = dice.choice(there) if there and dice.random() < 0.5 else -1
    need = "care" if follows >= 0 else dice.choice(NEEDS)
    resident, by_proxy, channel = walker, False, Channel.WALK
    cared_for = [row for row, other in enumerate(persons) if other.carer == walker]
    anybody = [row for row, other in enumerate(persons) if other.mobility != Mobility.HOUSEBOUND]
    if person.mobility == Mobility.HOUSEBOUND:
        channel = Channel.HOUSEBOUND
    elif cared_for and dice.random() < 0.4:
        resident = dice.choice(cared_for)
        by_proxy = persons[resident].mobility == Mobility.HOUSEBOUND
        need = "bread" if by_proxy else need
    elif dice.random() < 0.05:
        resident = dice.choice(anybody)
    elif follows < 0 and dice.random() < 0.1:
        channel = dice.choice([Channel.ONLINE, Channel.NO_CARER])
    return Wish(
        resident=resident,
        walker=walker,
        need=need,
        wanted_s=wanted_s,
        stay_s=dice.choice([0.0, 600.0]),
        channel=channel,
        follows=-1 if by_proxy or channel != Channel.WALK else follows,
        chained=dice.random() < 0.6,
        by_proxy=by_proxy,
    )


def some_persons(dice: Random, people: int, homes: int, config: PeopleConfig) -> list[Person]:
    """Residents in households, one after the other; those under 18 and the housebound have the first adult as carer."""
    persons: list[Person] = []
    while len(persons) < people:
        size = min(dice.choice([1, 2, 3, 3, 4]), people - len(persons))
        home, household = dice.randrange(homes), persons[-1].household + 1 if persons else 0
        rides, drives = dice.random() < config.ride_owned_share, dice.random() < config.car_owned_share
        some = [
            replace(_somebody(dice, home), household=household, owns_ride=rides, owns_car=drives) for _ in range(size)
        ]
        first = len(persons)
        carers = [first + row for row, one in enumerate(some) if one.age >= 18 and one.mobility == Mobility.INDEPENDENT]
        for one in some:
            if carers and (one.age < 18 or one.mobility == Mobility.HOUSEBOUND):
                one.carer = carers[0]
        persons += some
    return persons


def _somebody(dice: Random, home: int) -> Person:
    mobility = dice.choice([Mobility.INDEPENDENT] * 6 + [Mobility.SLOW, Mobility.HOUSEBOUND])
    age = dice.choice([40, 40, 40, 4, 12, 12, 70])
    return Person(
        home=home,
        age=age,
        speed_m_s=dice.choice([1.0, 1.0, 0.5, 1.25]),
        mobility=mobility,
        range_m=dice.choice([150.0, 400.0]) if mobility == Mobility.SLOW else float("inf"),
        climb_s=dice.choice([0.0, 0.0, 60.0]),
        away=age == 40 and mobility == Mobility.INDEPENDENT and dice.random() < 0.3,
    )


def built_world(nodes: int, people: int, shops: int, seed: int) -> World:
    """A world whose residents and errands come from the builders: households, carers, fetching, proxies, chains."""
    dice = Random(seed)
    place = some_place(dice, nodes)
    config = PeopleConfig(
        residents=people,
        household_size=2.5,
        profile={0: 0.15, 6: 0.2, 18: 0.4, 60: 0.25},
        speed_m_s={0: 0.9, 18: 1.25, 60: 1.0},
        speed_sd_m_s={0: dice.choice([0.0, 0.2])},
        slow_share={0: 0.0, 60: 0.4},
        slow_range_m=dice.choice([150.0, 400.0]),
        housebound_share={0: 0.0, 60: 0.2},
        away_share={0: 0.0, 18: 0.4},
        floor_s=dice.choice([{}, {0: 10.0}]),
        cycle_share=dice.choice([{}, {18: 0.5}]),
        **some_ways(dice),
    )
    n_days, first_weekday = dice.randint(1, 3), dice.randrange(7)
    hours = dice.choice([[[8.0, 10.0, 1.0]], [[8.0, 8.1, 1.0]], [[0.0, 1.0, 0.3], [7.0, 9.0, 0.4], [17.0, 22.0, 0.3]]])
    often = {0: dice.choice([7.0, 12.0]), 18: dice.choice([7.0, 16.0])}
    needs = some_needs(
        dice,
        bread={
            "per_week": often, "hours": {0: hours}, "online_share": {18: dice.choice([0.0, 0.1])},
            "stay_min": dice.choice([0.0, 10.0]),
        },
        meal={"per_week": often, "hours": {0: hours}, "per_household": dice.random() < 0.5},
        care={"per_week": {0: 7.0, 6: dice.choice([0.0, 7.0]), 18: 3.0}, "hours": {0: [[7.5, 9.0, 1.0]]}}
        | dice.choice([{}, {"collect": [16.0, 16.0]}, {"collect": [12.0, 17.0]}]),
    )  # fmt: skip
    needs.chain_share = {0: dice.choice([0.0, 0.8])}
    if dice.random() < 0.3:
        needs.weather = WeatherConfig(share=0.6, speed_factor=0.8, outdoors_min={0: 60.0, 60: 10.0})
        needs.catalogue["meal"].discretionary = needs.catalogue["meal"].outdoors = True
        needs.weather.discretionary_share = 0.5
    have_all_ride(dice, config, needs)
    residents = settle(place, config, seed)
    weekdays = [(first_weekday + day) % 7 for day in range(n_days)]
    errands, tours = raise_errands(residents, config, needs, weekdays, seed)
    return World(
        place=place,
        residents=residents,
        needs=needs,
        errands=errands,
        tours=tours,
        layout=some_shops(dice, place, shops),
        day=some_rules(dice),
        days=n_days,
        seed=seed,
        first_weekday=first_weekday,
        warmup_days=dice.choice([1, 1, 1, 2, 8]),
        people=config,
    )
