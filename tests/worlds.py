"""Small worlds drawn by hand: streets, homes, residents, needs, outlets and errands, a line for each.

Lengths of links here are whole metres whose walking metres come out whole (`WHOLE_M`), so that walks of equal length
are equal to the last digit and two residents can arrive at the very same moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sim.day import Calendar, DayConfig, LifeCircle, Wanted
from sim.needs import Channel, Errands, NeedConfig, NeedsConfig, Tours
from sim.outlets import EVERYONE, FormatConfig, Kind, Layout, OfferConfig, Outlet, PoolConfig
from sim.outlets.hours import week_windows
from sim.people import Mobility, PeopleConfig, Residents, age_group
from sim.place import Homes, Place, Streets, WalkClass
from sim.place.streets import PUBLIC
from sim.randomness import text_key
from sim.reach import NEVER_M, Reach, find_reach
from sim.record import Record
from sim.scene import scene_of

ALWAYS: dict[int, list[list[float]]] = {0: [[0.0, 24.0]]}
WHOLE_M = (10.0, 20.0, 40.0, 50.0, 80.0, 100.0, 150.0, 200.0, 300.0)
HOUR_S, DAY_S = 3_600.0, 86_400.0


@dataclass
class Link:
    """A link between two nodes."""

    a: int
    b: int
    length_m: float = 100.0
    grade: float = 0.0
    crossing_s: float = 0.0
    stairs: bool = False
    cycling: bool = True


@dataclass
class Person:
    """A resident, living at a row of the homes."""

    home: int = 0
    age: int = 40
    speed_m_s: float = 1.0
    mobility: Mobility = Mobility.INDEPENDENT
    range_m: float = float("inf")
    household: int = 0
    carer: int = -1
    away: bool = False
    climb_s: float = 0.0
    owns_ride: bool = False
    owns_car: bool = False


@dataclass
class Shop:
    """An outlet: where, when, and which need is served how, by which pool."""

    id: str
    node: int
    offers: Mapping[str, OfferConfig]
    pools: Mapping[str, PoolConfig] = field(default_factory=lambda: {"staff": PoolConfig()})
    hours: dict[int, list[list[float]]] = field(default_factory=lambda: dict(ALWAYS))
    snap_m: float = 0.0
    admits: int = EVERYONE
    size: float = 1.0
    attraction: float = 0.0
    every_weeks: int = 1
    in_week: int = 0
    familiar_m: float = 0.0


@dataclass
class Wish:
    """An errand: `follows` another wish by its place in the list; `chained` to the walker's wish before it.

    Without a `walker`, the resident goes alone; with one, both walk, or with `by_proxy` the walker alone. `name` is
    what the key is made of.
    """

    resident: int
    need: str
    wanted_s: float
    walker: int = -1
    stay_s: float = 0.0
    channel: Channel = Channel.WALK
    follows: int = -1
    chained: bool = False
    name: str = ""
    by_proxy: bool = False


@dataclass(frozen=True)
class World:
    """All that a run needs."""

    place: Place
    residents: Residents
    needs: NeedsConfig
    errands: Errands
    tours: Tours
    layout: Layout
    day: DayConfig
    days: int = 1
    seed: int = 1
    first_weekday: int = 0
    warmup_days: int = 0
    people: PeopleConfig = field(default_factory=PeopleConfig)

    @cached_property
    def reach(self) -> Reach:
        """Every outlet that anybody might walk or ride to or order from, and a little beyond."""
        fastest = float(max(self.residents.speed_m_s.max(), self.tours.speed_m_s.max(initial=0.0)))
        fastest = max(fastest, self.people.speed_max_m_s) if self.needs.limit_sigma else fastest
        limit_m = self.needs.longest_walk_min * 60 * fastest + 1
        homes = [offer.home for outlet in self.layout.outlets for offer in outlet.offers.values() if offer.home]
        limit_m = max([limit_m, *(home.radius_m for home in homes)])
        longest_ride_min = max(need.longest_ride_min for need in self.needs.catalogue.values())
        ride_m = longest_ride_min * 60 * self.people.ride_m_s + 1 if self.people.rides else NEVER_M
        return find_reach(self.place, self.layout, (limit_m, limit_m, limit_m, ride_m))

    def model(self, **more: float) -> LifeCircle:
        """The model of this world, before the first step."""
        return LifeCircle(
            scene_of(self.place, self.layout, self.reach),
            Wanted(self.residents, self.needs, self.errands, self.tours, self.people),
            self.day,
            Calendar(self.days, self.first_weekday, self.warmup_days),
            seed=self.seed,
            agents=False,
            **more,
        )

    def run(self) -> Record:
        """What the engine makes of it."""
        return self.model().run()

    def under(self, outlets: Sequence[Outlet]) -> World:
        """The same world with other outlets."""
        ordered = tuple(sorted(outlets, key=lambda outlet: outlet.id))
        return replace(self, layout=replace(self.layout, outlets=ordered))


def streets_of(compound: Sequence[int], links: Sequence[Link]) -> Streets:
    """Streets of these links; nodes lie in a row, in the compound given for each. What crosses a wall is a gate."""
    compounds = np.array(compound, dtype=np.int32)
    ends = np.array([(link.a, link.b) for link in links], dtype=np.int32).reshape(-1, 2)
    return Streets(
        xy=np.column_stack([100.0 * np.arange(len(compounds)), np.zeros(len(compounds))]),
        links=ends,
        length_m=np.array([link.length_m for link in links], dtype=float),
        grade=np.array([link.grade for link in links], dtype=float),
        crossing_s=np.array([link.crossing_s for link in links], dtype=float),
        stairs=np.array([link.stairs for link in links], dtype=bool),
        gate=compounds[ends[:, 0]] != compounds[ends[:, 1]],
        compound=compounds,
        cycling=np.array([link.cycling for link in links], dtype=bool),
    )


def place_of(streets: Streets, homes: Sequence[tuple[int, float]]) -> Place:
    """A place with homes at these nodes, so many metres from them."""
    node = np.array([node for node, _ in homes], dtype=np.int32)
    return Place(
        name="drawn",
        streets=streets,
        homes=Homes(
            node=node,
            xy=streets.xy[node],
            snap_m=np.array([snap_m for _, snap_m in homes], dtype=float),
            compound=streets.compound[node],
            zone=np.zeros(len(node), dtype=np.int32),
            weight=np.ones(len(node)),
        ),
        zones=("all",),
        population=100.0,
    )


def residents_of(people: Sequence[Person]) -> Residents:
    """A row for each person."""
    age = np.array([person.age for person in people], dtype=np.int32)
    return Residents(
        home=np.array([person.home for person in people], dtype=np.int32),
        household=np.array([person.household for person in people], dtype=np.int32),
        age=age,
        age_group=age_group(age),
        female=np.zeros(len(people), dtype=bool),
        speed_m_s=np.array([person.speed_m_s for person in people], dtype=float),
        mobility=np.array([person.mobility for person in people], dtype=np.int8),
        range_m=np.array([person.range_m for person in people], dtype=float),
        carer=np.array([person.carer for person in people], dtype=np.int32),
        away=np.array([person.away for person in people], dtype=bool),
        climb_s=np.array([person.climb_s for person in people], dtype=float),
        owns_ride=np.array([person.owns_ride for person in people], dtype=bool),
        owns_car=np.array([person.owns_car for person in people], dtype=bool),
    )


def layout_of(shops: Sequence[Shop]) -> Layout:
    """A layout of these shops, each of a format of its own."""
    ordered = sorted(shops, key=lambda shop: shop.id)
    outlets = tuple(
        Outlet(
            id=shop.id,
            name=shop.id,
            format=shop.id,
            kind=Kind(shop.pools, shop.offers),
            node=shop.node,
            snap_m=shop.snap_m,
            xy=(100.0 * shop.node, shop.snap_m),
            admits=shop.admits,
            windows=week_windows(shop.hours, shop.id),
            size=shop.size,
            attraction=shop.attraction,
            every_weeks=shop.every_weeks,
            in_week=shop.in_week,
            familiar_m=shop.familiar_m,
        )
        for shop in ordered
    )
    formats = {
        shop.id: FormatConfig(hours=shop.hours, pools=dict(shop.pools), offers=dict(shop.offers)) for shop in ordered
    }
    return Layout(name="drawn", zh="", en="", outlets=outlets, formats=formats)


def needs_of(**needs: NeedConfig) -> NeedsConfig:
    """A catalogue of these needs."""
    return NeedsConfig(catalogue=needs)


def errands_of(wishes: Sequence[Wish], residents: Residents, needs: NeedsConfig) -> tuple[Errands, Tours]:
    """Errands and tours as the builders order them: who walks first, by walker and time, and then who does not."""
    rows = list(needs.catalogue)
    who = [wish.walker if wish.walker >= 0 else wish.resident for wish in wishes]
    order = sorted(range(len(wishes)), key=lambda i: (wishes[i].channel != Channel.WALK, who[i], wishes[i].wanted_s, i))
    row_of = {i: row for row, i in enumerate(order)}
    tours: list[list[int]] = []
    tour_of = []
    for row, i in enumerate(order):
        wish = wishes[i]
        if wish.channel == Channel.WALK:
            same = row > 0 and who[order[row - 1]] == who[i]
            if not (wish.chained and same):
                tours.append([])
            tours[-1].append(i)
        tour_of.append(len(tours) - 1 if wish.channel == Channel.WALK else -1)
    walk_class, range_m, speed = residents.walk_class, residents.range_m, residents.speed_m_s
    parties = [{who[i] for i in tour} | {wishes[i].resident for i in tour if not wishes[i].by_proxy} for tour in tours]
    walker = np.array([who[tour[0]] for tour in tours], dtype=np.int32)
    sorted_wishes = [wishes[i] for i in order]
    errands = Errands(
        key=np.array([text_key(wish.name or f"errand {i}") for i, wish in zip(order, sorted_wishes, strict=True)]),
        resident=np.array([wish.resident for wish in sorted_wishes], dtype=np.int32),
        walker=np.array([who[i] if wishes[i].channel == Channel.WALK else -1 for i in order], dtype=np.int32),
        need=np.array([rows.index(wish.need) for wish in sorted_wishes], dtype=np.int8),
        day=np.array([wish.wanted_s // DAY_S for wish in sorted_wishes], dtype=np.int32),
        wanted_s=np.array([wish.wanted_s for wish in sorted_wishes], dtype=float),
        stay_s=np.array([wish.stay_s for wish in sorted_wishes], dtype=float),
        channel=np.array([wish.channel for wish in sorted_wishes], dtype=np.int8),
        accompanied=np.array([who[i] != wishes[i].resident and not wishes[i].by_proxy for i in order], dtype=bool),
        follows=np.array([row_of[wish.follows] if wish.follows >= 0 else -1 for wish in sorted_wishes], np.int32),
        tour=np.array(tour_of, dtype=np.int32),
    )
    return errands, Tours(
        first=np.cumsum([0, *(len(tour) for tour in tours)]).astype(np.int32),
        of_walker=np.searchsorted(walker, np.arange(len(residents) + 1)).astype(np.int32),
        walker=walker,
        speed_m_s=np.array([min(speed[list(party)]) for party in parties], dtype=float),
        walk_class=np.array([max(walk_class[list(party)]) for party in parties], dtype=np.int8),
        range_m=np.array([min(range_m[list(party)]) for party in parties], dtype=float),
    )


__all__ = [
    "ALWAYS", "DAY_S", "HOUR_S", "PUBLIC", "WHOLE_M", "Link", "Person", "Shop", "WalkClass", "Wish", "World",
    "errands_of", "layout_of", "needs_of", "place_of", "residents_of", "streets_of",
]  # fmt: skip
