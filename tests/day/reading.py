"""What a story is told of, read from what the engine is given."""

from __future__ import annotations

from sim.needs import Channel
from sim.people import Mobility
from tests.day.keyed import AHEAD, of_age, uniform
from tests.day.told import Errand, Tour, Walker
from tests.worlds import World


def read_errands(world: World) -> list[Errand]:
    """The errands of a world, of none of which anything is known yet."""
    given, catalogue = world.errands, world.needs.catalogue
    errands = []
    for row in range(len(given)):
        need, key, who = list(catalogue)[given.need[row]], int(given.key[row]), int(given.resident[row])
        age = int(world.residents.age[who])
        ahead = uniform(world.seed, AHEAD, key, 0) < of_age(catalogue[need].order_ahead_share, age)
        errands.append(
            Errand(
                row=row,
                key=key,
                need=need,
                resident=who,
                walker=int(given.walker[row]),
                age=age,
                day=int(given.day[row]),
                wanted_s=float(given.wanted_s[row]),
                stay_s=float(given.stay_s[row]),
                follows=int(given.follows[row]),
                channel=Channel(given.channel[row]),
                accompanied=bool(given.accompanied[row]),
                ahead=ahead,
            )
        )
    return errands


def read_walkers(world: World, errands: list[Errand]) -> list[Walker]:
    """The residents of a world, at home, with their planned tours over these errands."""
    residents, homes, tours = world.residents, world.place.homes, world.tours
    walkers = []
    for row in range(len(residents)):
        home = int(residents.home[row])
        node = int(homes.node[home])
        climb_s = 0.0 if homes.lift[home] else float(residents.climb_s[row])
        zone = world.place.zones[homes.zone[home]]
        own = [
            Tour(
                row=tour,
                speed=float(tours.speed_m_s[tour]),
                walk_class=int(tours.walk_class[tour]),
                range_m=float(tours.range_m[tour]),
                errands=errands[tours.first[tour] : tours.first[tour + 1]],
            )
            for tour in range(len(tours))
            if tours.walker[tour] == row
        ]
        walkers.append(
            Walker(
                row=row,
                age=int(residents.age[row]),
                home=node,
                door_m=float(homes.snap_m[home]),
                climb_s=climb_s,
                compound=int(world.place.streets.compound[node]),
                housebound=residents.mobility[row] == Mobility.HOUSEBOUND,
                independent=residents.mobility[row] == Mobility.INDEPENDENT,
                range_factor=world.layout.range_factor.get(zone, 1.0),
                tours=own,
            )
        )
    return walkers
