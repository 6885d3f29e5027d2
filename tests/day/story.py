"""The residents' day in plain, slow, obvious Python: what the compiled loop must come to, row for row.

Written from docs/model.md, section 7. Nothing here is shared with the engine but the frozen things that it is given.
Distances are networkx's (`tests.walking`), opening hours are those written in the formats, and the keyed random numbers
are counted out in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from heapq import heappop, heappush
from math import cos, exp, floor, inf, log, nan, pi, sqrt
from typing import Any

from sim.needs import Channel
from tests.walking import Walks
from tests.worlds import DAY_S, HOUR_S, World

HOME = None
TASTE, PATIENCE, PATIENT, SERVICE, KNOWING = 1, 2, 3, 4, 5

# What can stand in the way of a choice, from the first test that an outlet must pass to the last.
STAGES = ("no_outlet", "too_far", "not_admitted", "unknown", "closed")


def text_key(text: str) -> int:
    """64 bits of a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def mix(word: int) -> int:
    """The next number of SplitMix64 after `word`."""
    bits = 2**64 - 1
    word = (word + 0x9E3779B97F4A7C15) & bits
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & bits
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & bits
    return word ^ (word >> 31)


def uniform(seed: int, stream: int, a: int, b: int, c: int = 0) -> float:
    """A number between 0 and 1 that belongs to (seed, stream, a, b, c)."""
    word = mix(seed ^ ((stream * 0x94D049BB133111EB) & (2**64 - 1)))
    for key in (a, b, c):
        word = mix(word ^ key)
    return ((word >> 11) + 0.5) / 2**53


def of_age(table: dict[int, float], age: int) -> float:
    """The value that a table by age holds for an age; 0 below its first."""
    known = [start for start in table if start <= age]
    return table[max(known)] if known else 0.0


@dataclass
class Errand:
    """An errand, and what has become of it."""

    row: int
    key: int
    need: str
    wanted_s: float
    stay_s: float
    follows: int
    channel: Channel
    outcome: str = "pending"
    reason: str = "none"
    outlet: str | None = None
    attempts: int = 0
    set_out_s: float = nan
    arrive_s: float = nan
    start_s: float = nan
    service_s: float = nan
    end_s: float = nan
    walk_m: float = 0.0


@dataclass
class Tour:
    """A walk of a party, and the errands on it."""

    row: int
    speed: float
    walk_class: int
    range_m: float
    errands: list[Errand]


@dataclass
class Walker:
    """Who walks, what is still before them, and where they are."""

    row: int
    age: int
    home: int
    snap_m: float
    compound: int
    tours: list[Tour]
    tour: Tour | None = None
    todo: list[Errand] = field(default_factory=list)
    here: str | None = HOME
    now_s: float = -inf
    tried: list[str] = field(default_factory=list)  # for the first errand of `todo`
    failed: str = "none"
    going_to: str = ""
    leg: dict[str, Any] = field(default_factory=dict)


@dataclass
class Pool:
    """Staff: when each server is free, until when people are inside, and how many were served on which day.

    Who comes to fetch somebody is not counted among either.
    """

    servers_free_s: list[float]
    inside_until_s: list[float] = field(default_factory=list)
    served: dict[int, int] = field(default_factory=dict)


class Story:
    """One world told from its first errand to the last walk home."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.outlets = {outlet.id: outlet for outlet in world.layout.outlets}
        self.walks = [Walks(world.place.streets, walk_class) for walk_class in (0, 1)]
        self.pools = {
            (outlet.id, name): Pool([-inf] * pool.servers)
            for outlet in world.layout.outlets
            for name, pool in outlet.pools.items()
        }
        self.open = {outlet.id: self.windows(outlet.format) for outlet in world.layout.outlets}
        self.errands = self.read_errands()
        self.walkers = self.read_walkers()
        self.legs: list[dict[str, Any]] = []
        self.arrivals: list[tuple[float, int]] = []

    def tell(self) -> Story:
        """Live all days."""
        for errand in self.errands:
            if errand.channel == Channel.ONLINE:
                errand.outcome = "met_online"
            elif errand.channel == Channel.NO_CARER:
                errand.outcome, errand.reason = "unmet", "no_carer"
            elif errand.channel == Channel.HOUSEBOUND:
                errand.outcome, errand.reason = "unmet", "cannot_walk"
        for walker in self.walkers:
            self.go_on(walker)
        while self.arrivals:
            now_s, row = heappop(self.arrivals)
            self.arrive(self.walkers[row], now_s)
        return self

    # ---- what the world is ----

    def windows(self, form: str) -> list[tuple[float, float]]:
        """When outlets of a format open and close, in seconds since the start of day 0, from a week before on."""
        hours = self.world.layout.formats[form].hours
        windows = []
        for day in range(-8, self.world.days + 30):
            weekday = (self.world.first_weekday + day) % 7
            known = [start for start in hours if start <= weekday]
            for opens, closes in hours[max(known)] if known else []:
                windows.append((day * DAY_S + opens * HOUR_S, day * DAY_S + closes * HOUR_S))
        return sorted(windows)

    def closing_time(self, outlet: str, now_s: float, errand: Errand) -> float | None:
        """When an outlet that is open now will close; None where it is shut. One may fetch somebody at any hour."""
        if errand.follows >= 0:
            return inf
        if not any(opens <= now_s < closes for opens, closes in self.open[outlet]):
            return None
        closing_s = now_s
        for opens, closes in self.open[outlet]:
            if opens <= closing_s < closes:  # the next hours may begin before these end, or at that moment
                closing_s = closes
        return closing_s if closing_s < max(closes for _, closes in self.open[outlet]) else inf

    def read_errands(self) -> list[Errand]:
        given, needs = self.world.errands, list(self.world.needs.catalogue)
        return [
            Errand(
                row=row,
                key=int(given.key[row]),
                need=needs[given.need[row]],
                wanted_s=float(given.wanted_s[row]),
                stay_s=float(given.stay_s[row]),
                follows=int(given.follows[row]),
                channel=Channel(given.channel[row]),
            )
            for row in range(len(given))
        ]

    def read_walkers(self) -> list[Walker]:
        residents, homes, tours = self.world.residents, self.world.place.homes, self.world.tours
        walkers = []
        for row in range(len(residents)):
            home = int(residents.home[row])
            node = int(homes.node[home])
            own = [
                Tour(
                    row=tour,
                    speed=float(tours.speed_m_s[tour]),
                    walk_class=int(tours.walk_class[tour]),
                    range_m=float(tours.range_m[tour]),
                    errands=self.errands[tours.first[tour] : tours.first[tour + 1]],
                )
                for tour in range(len(tours))
                if tours.walker[tour] == row
            ]
            walkers.append(
                Walker(
                    row=row,
                    age=int(residents.age[row]),
                    home=node,
                    snap_m=float(homes.snap_m[home]),
                    compound=int(self.world.place.streets.compound[node]),
                    tours=own,
                )
            )
        return walkers

    def offer(self, need: str, outlet: str) -> Any:
        """The offer by which an outlet serves a need, and what it costs in utility; None where it does not."""
        offers = self.outlets[outlet].offers
        ways = {need: 0.0, **self.world.needs.catalogue[need].substitutes}
        known = sorted((penalty, other) for other, penalty in ways.items() if other in offers)
        return (offers[known[0][1]], known[0][0]) if known else None

    def node(self, walker: Walker, where: str | None) -> int:
        return walker.home if where is HOME else self.outlets[where].node

    def metres_from_home(self, walker: Walker, outlet: str) -> float:
        """From the door of the home to the door of an outlet."""
        node, snap_m = self.outlets[outlet].node, self.outlets[outlet].snap_m
        return walker.snap_m + (self.walks[walker.tour.walk_class].metres(walker.home, node) + snap_m)

    def metres_from(self, walker: Walker, here: str | None, outlet: str) -> float:
        """From the door where the walker stands to the door of an outlet."""
        if here is HOME:
            return self.metres_from_home(walker, outlet)
        start, end = self.outlets[here], self.outlets[outlet]
        return start.snap_m + (self.walks[walker.tour.walk_class].metres(start.node, end.node) + end.snap_m)

    # ---- what residents do ----

    def go_on(self, walker: Walker) -> None:
        """Go on with what is to be done, until there is a walk to an outlet or nothing is left."""
        while True:
            if not walker.todo:
                self.go_home(walker)
                if not walker.tours:
                    return
                walker.tour = walker.tours.pop(0)
                walker.todo = list(walker.tour.errands)
                walker.now_s = max(walker.now_s, walker.todo[0].wanted_s)
            errand = walker.todo[0]
            outlet, reason = self.choose_well(walker, errand)
            if not walker.tried:
                errand.set_out_s = walker.now_s
            if outlet is not None:
                self.walk_to(walker, errand, outlet)
                return
            self.give_up(walker, errand, walker.failed if walker.tried else reason)

    def choose_well(self, walker: Walker, errand: Errand) -> tuple[str | None, str]:
        """An outlet, from where one stands or from home; else the reason why there is none.

        A chain never costs an errand: where it may have, the walker goes home and sets out anew at the time wanted.
        """
        among = list(self.outlets)
        if errand.follows >= 0:
            followed = self.errands[errand.follows]
            if followed.outcome == "unmet":
                return None, followed.reason
            among = [followed.outlet]
        outlet, reason, from_home = self.choose(walker, errand, among)
        if outlet is None and not walker.tried and walker.here is not HOME and from_home:
            self.go_home(walker)
            walker.now_s = max(walker.now_s, errand.wanted_s)
            outlet, reason, _ = self.choose(walker, errand, among)
        return outlet, reason

    def choose(self, walker: Walker, errand: Errand, among: list[str]) -> tuple[str | None, str, bool]:
        """The best outlet; else the reason, and whether one might do from home: only the walk or the hour bars it."""
        need, tour, now_s = self.world.needs.catalogue[errand.need], walker.tour, walker.now_s
        seed, day = self.world.seed, self.world.day
        limit_m = min(of_age(need.limit_min, walker.age) * 60 * tour.speed, tour.range_m)
        best, best_utility, farthest, from_home = None, -inf, 0, False
        if any(self.offer(errand.need, outlet) for outlet in self.outlets):
            farthest = STAGES.index("too_far")
        for outlet_id in among:
            outlet, key = self.outlets[outlet_id], text_key(outlet_id)
            served = self.offer(errand.need, outlet_id)
            if served is None:
                continue
            from_home_m = self.metres_from_home(walker, outlet_id)
            if from_home_m > limit_m:
                continue
            if outlet.admits >= 0 and outlet.admits != walker.compound:
                farthest = max(farthest, STAGES.index("not_admitted"))
                continue
            if not uniform(seed, KNOWING, walker.row, key) < day.known_share:
                farthest = max(farthest, STAGES.index("unknown"))
                continue
            if outlet_id in walker.tried:
                continue
            there_m = self.metres_from(walker, walker.here, outlet_id)
            if there_m > limit_m - errand.walk_m:
                from_home = True
                continue
            if self.closing_time(outlet_id, now_s + there_m / tour.speed, errand) is None:
                farthest = max(farthest, STAGES.index("closed"))
                from_home = True
                continue
            extra_m = there_m
            if walker.here is not HOME:
                extra_m = there_m + from_home_m - self.metres_from_home(walker, walker.here)
            taste = -log(-log(uniform(seed, TASTE, walker.row, key, text_key(errand.need))))
            utility = (
                day.size_weight * log(outlet.size)
                + outlet.attraction
                - served[1]
                - of_age(day.cost_per_min, walker.age) * (extra_m / tour.speed / 60)
                + day.taste_scale * taste
            )
            if utility > best_utility:
                best, best_utility = outlet_id, utility
        return best, STAGES[farthest], from_home

    def walk_to(self, walker: Walker, errand: Errand, outlet: str) -> None:
        metres = self.metres_from(walker, walker.here, outlet)
        arrive_s = walker.now_s + metres / walker.tour.speed
        errand.walk_m += metres
        walker.leg = self.write_leg(walker, errand.row, outlet, arrive_s, metres)
        walker.going_to = outlet
        heappush(self.arrivals, (arrive_s, walker.row))

    def go_home(self, walker: Walker) -> None:
        if walker.here is HOME:
            return
        metres = self.metres_from_home(walker, walker.here)
        arrive_s = walker.now_s + metres / walker.tour.speed
        self.write_leg(walker, -1, HOME, arrive_s, metres)
        walker.here, walker.now_s = HOME, arrive_s

    def write_leg(self, walker: Walker, errand: int, to: str | None, arrive_s: float, metres: float) -> dict[str, Any]:
        leg = {
            "walker": walker.row,
            "errand": errand,
            "tour": walker.tour.row,
            "from_node": self.node(walker, walker.here),
            "to_node": self.node(walker, to),
            "outlet": to,
            "depart_s": walker.now_s,
            "arrive_s": arrive_s,
            "metres": metres,
            "ended": "none",
        }
        self.legs.append(leg)
        return leg

    def arrive(self, walker: Walker, now_s: float) -> None:
        """Be served where one has walked to, or try again elsewhere, or give up; then go on."""
        errand, outlet = walker.todo[0], walker.going_to
        walker.here, walker.now_s = outlet, now_s
        reason = self.serve(errand, outlet, now_s)
        if reason is None:
            errand.outcome, errand.outlet, errand.attempts = "met_walk", outlet, len(walker.tried) + 1
            walker.now_s = errand.end_s
            self.turn_to_next(walker)
        else:
            walker.leg["ended"] = walker.failed = reason
            walker.tried.append(outlet)
            if len(walker.tried) > self.world.day.retries:
                self.give_up(walker, errand, reason)
        self.go_on(walker)

    def serve(self, errand: Errand, outlet: str, now_s: float) -> str | None:
        """Write down when an errand is served; or say why it is not."""
        offer, _ = self.offer(errand.need, outlet)
        limits = self.outlets[outlet].pools[offer.pool]
        pool = self.pools[outlet, offer.pool]
        start_s = max(now_s, min(pool.servers_free_s)) if pool.servers_free_s else now_s
        today = floor(now_s / DAY_S)
        inside = [until_s for until_s in pool.inside_until_s if until_s > now_s]
        fetches = errand.follows >= 0
        if start_s >= self.closing_time(outlet, now_s, errand):
            return "closed"
        if not fetches and limits.per_day and pool.served.get(today, 0) >= limits.per_day:
            return "full"
        if not fetches and limits.room and len(inside) >= limits.room:
            return "full"
        if start_s - now_s > self.patience_s(errand, outlet):
            return "queue"
        service_s = offer.service_min * 60
        if offer.service == "exponential":
            service_s *= -log(uniform(self.world.seed, SERVICE, errand.key, text_key(outlet)))
        if pool.servers_free_s:
            pool.servers_free_s.remove(min(pool.servers_free_s))
            pool.servers_free_s.append(start_s + service_s)
        errand.arrive_s, errand.start_s, errand.service_s = now_s, start_s, service_s
        errand.end_s = start_s + service_s + errand.stay_s
        if not fetches:
            pool.inside_until_s.append(errand.end_s)
            pool.served[today] = pool.served.get(today, 0) + 1
        return None

    def patience_s(self, errand: Errand, outlet: str) -> float:
        """The longest wait that is accepted."""
        day, seed, key = self.world.day, self.world.seed, text_key(outlet)
        if uniform(seed, PATIENT, errand.key, key) < day.patience_unlimited_share:
            return inf
        radius = sqrt(-2 * log(uniform(seed, PATIENCE, errand.key, key, 0)))
        z = radius * cos(2 * pi * uniform(seed, PATIENCE, errand.key, key, 1))
        factor = self.world.needs.catalogue[errand.need].patience
        return factor * day.patience_median_min * 60 * exp(day.patience_sigma * z)

    def give_up(self, walker: Walker, errand: Errand, reason: str) -> None:
        errand.outcome, errand.reason, errand.attempts = "unmet", reason, len(walker.tried)
        self.turn_to_next(walker)

    def turn_to_next(self, walker: Walker) -> None:
        walker.todo.pop(0)
        walker.tried, walker.failed = [], "none"
