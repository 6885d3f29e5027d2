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
from sim.people import Mobility
from sim.place import WalkClass
from tests.walking import Walks
from tests.worlds import DAY_S, HOUR_S, World

HOME = None
TASTE, PATIENCE, PATIENT, SERVICE, KNOWING, ENROLMENT, ASSORTMENT, AHEAD, REGISTERED = 1, 2, 3, 4, 5, 7, 8, 9, 10
ORDER = "order"  # instead of an outlet walked to
WEEK_S = 7 * DAY_S

# What can stand in the way of a choice, from the first test that an outlet must pass to the last.
STAGES = ("no_outlet", "too_far", "limited", "not_admitted", "unknown", "closed")


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
    resident: int
    age: int
    wanted_s: float
    stay_s: float
    follows: int
    channel: Channel
    ahead: bool
    held: str | None = None  # the outlet at which a place is held
    barred: str = ""  # why none is, where one is needed
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
    door_m: float
    climb_s: float
    compound: int
    housebound: bool
    range_factor: float
    tours: list[Tour]
    tour: Tour | None = None
    todo: list[Errand] = field(default_factory=list)
    here: str | None = HOME
    now_s: float = -inf
    tried: list[str] = field(default_factory=list)  # for the first errand of `todo`
    failed: str = "none"
    going_to: str = ""
    leg: dict[str, Any] = field(default_factory=dict)

    @property
    def snap_m(self) -> float:
        """From the door of the dwelling to the node, floors climbed included at the pace of the tour."""
        return self.door_m + self.climb_s * self.tour.speed


@dataclass
class Pool:
    """Staff: when each server is free, until when people are inside, and how many were served on which day.

    Who comes to fetch somebody is not counted among either.
    """

    servers_free_s: list[float]
    enrolled: int = 0
    inside_until_s: list[float] = field(default_factory=list)
    served: dict[int, int] = field(default_factory=dict)


class Story:
    """One world told from its first errand to the last walk home."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.outlets = {outlet.id: outlet for outlet in world.layout.outlets}
        self.walks = [Walks(world.place.streets, walk_class) for walk_class in (0, 1, 2)]
        self.pools = {
            (outlet.id, name): Pool([-inf] * pool.servers)
            for outlet in world.layout.outlets
            for name, pool in outlet.pools.items()
        }
        self.open = {outlet.id: self.windows(outlet.format) for outlet in world.layout.outlets}
        self.errands = self.read_errands()
        self.walkers = self.read_walkers()
        self.legs: list[dict[str, Any]] = []
        self.events: list[tuple[float, bool, int]] = []  # of equal moments orders of the housebound, then by walker

    def tell(self) -> Story:
        """Live all days."""
        for name, need in self.world.needs.catalogue.items():
            if need.enrolled:
                self.enrol(name)
        for errand in self.errands:
            if errand.channel == Channel.ONLINE:
                errand.outcome = "met_online"
            elif errand.channel == Channel.NO_CARER:
                errand.outcome, errand.reason = "unmet", "no_carer"
            elif errand.channel == Channel.HOUSEBOUND:
                heappush(self.events, (errand.wanted_s, False, errand.row))
        for walker in self.walkers:
            self.go_on(walker)
        while self.events:
            now_s, of_walker, row = heappop(self.events)
            if of_walker:
                self.arrive(self.walkers[row], now_s)
            else:
                self.order_from_home(self.errands[row], now_s)
        return self

    def enrol(self, need: str) -> None:
        """Give every place to whoever lives nearest, and write down where each errand is held to."""
        mine = [e for e in self.errands if e.need == need and e.channel == Channel.WALK and e.follows < 0]
        first = {errand.resident: errand for errand in reversed(mine)}
        ways = {outlet: self.offer(need, outlet) for outlet in self.outlets}
        ways = {outlet: served[0] for outlet, served in ways.items() if served and served[0].walk_in}
        why, pairs = dict.fromkeys(first, "too_far" if ways else "no_outlet"), []
        for who, errand in first.items():
            walker = self.walkers[int(self.world.errands.walker[errand.row])]
            party = [walker.row, who] if self.world.errands.accompanied[errand.row] else [walker.row]
            speed = min(float(self.world.residents.speed_m_s[one]) for one in party)
            range_m = min(float(self.world.residents.range_m[one]) for one in party)
            walks = self.walks[max(int(self.world.residents.walk_class[one]) for one in party)]
            limit_s = of_age(self.world.needs.catalogue[need].limit_min, walker.age) * 60
            for outlet_id, offer in ways.items():
                outlet = self.outlets[outlet_id]
                metres = (
                    walker.door_m + walker.climb_s * speed + (walks.metres(walker.home, outlet.node) + outlet.snap_m)
                )
                if metres > min(limit_s * speed, range_m * walker.range_factor):
                    continue
                if not self.admits(outlet, offer, walker, errand.age):
                    why[who] = "not_admitted" if why[who] == "too_far" else why[who]
                    continue
                why[who] = "full"
                lot = uniform(self.world.seed, ENROLMENT, who, text_key(need))
                pairs.append((metres, lot, who, outlet_id, offer.pool))
        held: dict[int, str] = {}
        for _, _, who, outlet_id, pool in sorted(pairs):
            places, book = self.outlets[outlet_id].pools[pool].places, self.pools[outlet_id, pool]
            if who not in held and (not places or book.enrolled < places):
                book.enrolled += 1
                held[who] = outlet_id
        for errand in mine:
            errand.held = held.get(errand.resident)
            errand.barred = "" if errand.held else why[errand.resident]

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
        week = floor((now_s + self.world.first_weekday * DAY_S) / WEEK_S)
        first_measured = (self.world.first_weekday + self.world.warmup_days) // 7
        if (week - first_measured) % self.outlets[outlet].every_weeks != self.outlets[outlet].in_week:
            return None
        if not any(opens <= now_s < closes for opens, closes in self.open[outlet]):
            return None
        closing_s = now_s
        for opens, closes in self.open[outlet]:
            if opens <= closing_s < closes:  # the next hours may begin before these end, or at that moment
                closing_s = closes
        return closing_s if closing_s < max(closes for _, closes in self.open[outlet]) else inf

    def reserved(self, offer: Any, age: int, now_s: float) -> bool:
        """Whether at this hour only older people are served."""
        if offer.reserved is None or age >= offer.reserved.from_age:
            return False
        hours = offer.reserved.hours
        for day in range(-2, self.world.days + 30):
            weekday = (self.world.first_weekday + day) % 7
            known = [start for start in hours if start <= weekday]
            for opens, closes in hours[max(known)] if known else []:
                if day * DAY_S + opens * HOUR_S <= now_s < day * DAY_S + closes * HOUR_S:
                    return True
        return False

    def admits(self, outlet: Any, offer: Any, walker: Walker, age: int) -> bool:
        """Whether an outlet is for this compound, and its offer for this age."""
        if outlet.admits >= 0 and outlet.admits != walker.compound:
            return False
        return not offer.ages or offer.ages[0] <= age < offer.ages[1]

    def lacks(self, offer: Any, errand: Errand) -> bool:
        """Whether the assortment lacks what the errand asks for."""
        if errand.ahead and offer.pickup_min is not None:
            return False
        return uniform(self.world.seed, ASSORTMENT, errand.key, 0) >= offer.share

    def knows(self, walker: Walker, outlet: Any, home_m: float) -> bool:
        """Whether the walker has heard of an outlet."""
        day, layout = self.world.day, self.world.layout
        share = max(of_age(day.known_share, walker.age), of_age(dict(layout.known_share), walker.age))
        familiar_m = max(day.familiar_m, outlet.familiar_m)
        near = exp(-home_m / familiar_m) if familiar_m else 0.0
        return uniform(self.world.seed, KNOWING, walker.row, text_key(outlet.id)) < share + (1 - share) * near

    def utility(self, walker: Walker, errand: Errand, outlet: Any, served: Any, walk: float = 0.0) -> float:
        """What speaks for an outlet, less what the walk costs."""
        day, (offer, penalty) = self.world.day, served
        taste = -log(-log(uniform(self.world.seed, TASTE, walker.row, text_key(outlet.id), text_key(errand.need))))
        price = offer.price_yuan * (1 - of_age(offer.discount, errand.age))
        drawn = day.size_weight * log(outlet.size) + outlet.attraction - penalty
        return drawn - walk + day.taste_scale * taste - of_age(day.cost_per_yuan, errand.age) * price

    def read_errands(self) -> list[Errand]:
        given, catalogue = self.world.errands, self.world.needs.catalogue
        errands = []
        for row in range(len(given)):
            need, key, who = list(catalogue)[given.need[row]], int(given.key[row]), int(given.resident[row])
            age = int(self.world.residents.age[who])
            ahead = uniform(self.world.seed, AHEAD, key, 0) < of_age(catalogue[need].order_ahead_share, age)
            errands.append(
                Errand(
                    row=row,
                    key=key,
                    need=need,
                    resident=who,
                    age=age,
                    wanted_s=float(given.wanted_s[row]),
                    stay_s=float(given.stay_s[row]),
                    follows=int(given.follows[row]),
                    channel=Channel(given.channel[row]),
                    ahead=ahead,
                )
            )
        return errands

    def read_walkers(self) -> list[Walker]:
        residents, homes, tours = self.world.residents, self.world.place.homes, self.world.tours
        walkers = []
        for row in range(len(residents)):
            home = int(residents.home[row])
            node = int(homes.node[home])
            climb_s = 0.0 if homes.lift[home] else float(residents.climb_s[row])
            zone = self.world.place.zones[homes.zone[home]]
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
                    door_m=float(homes.snap_m[home]),
                    climb_s=climb_s,
                    compound=int(self.world.place.streets.compound[node]),
                    housebound=residents.mobility[row] == Mobility.HOUSEBOUND,
                    range_factor=self.world.layout.range_factor.get(zone, 1.0),
                    tours=own,
                )
            )
        return walkers

    def offer(self, need: str, outlet: str) -> Any:
        """The offer by which an outlet serves a need, and what it costs in utility; None where it does not."""
        offers = self.outlets[outlet].offers
        ways = {need: 0.0, **self.world.needs.catalogue[need].substitutes}
        known = sorted((p, way) for way, p in ways.items() if way in offers and (way == need or offers[way].stands_in))
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
        if (start.node, start.xy) == (end.node, end.xy):  # under one roof
            return 0.0
        metres = self.walks[walker.tour.walk_class].metres(start.node, end.node) + end.snap_m
        return start.snap_m + metres if metres <= self.reach_m(walker.tour.walk_class, outlet) else inf

    def reach_m(self, walk_class: int, outlet: str) -> float:
        """How far an outlet matters: what the world's reach was asked for."""
        row = [there.id for there in self.world.layout.outlets].index(outlet)
        return float(self.world.reach.limit_m[walk_class, row])

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
            if self.stop_for(walker, errand, walker.failed if walker.tried else reason):
                return

    def stop_for(self, walker: Walker, errand: Errand, reason: str) -> bool:
        """Give the errand up; or, where it may be ordered to the home, do that at this moment, and go on then."""
        if errand.follows < 0 and self.may_order(errand):
            walker.failed, walker.going_to = reason, ORDER
            heappush(self.events, (walker.now_s, True, walker.row))
            return True
        self.give_up(walker, errand, reason)
        return False

    def may_order(self, errand: Errand) -> bool:
        """Whether anybody in the layout brings such things to such a resident."""
        ways = [self.offer(errand.need, outlet) for outlet in self.outlets]
        homes = [served[0].delivery or served[0].home_service for served in ways if served]
        housebound = self.walkers[errand.resident].housebound
        return any(h and (housebound or (h.from_age is not None and errand.age >= h.from_age)) for h in homes)

    def order_from_home(self, errand: Errand, now_s: float) -> None:
        errand.set_out_s = now_s
        reason = self.order(errand, now_s)
        if reason:
            errand.outcome, errand.reason = "unmet", reason

    def order(self, errand: Errand, now_s: float) -> str:
        """Ask one outlet after the other to come; the last reason why none does, or nothing."""
        who, asked, failed = self.walkers[errand.resident], [], ""
        served = {o: self.offer(errand.need, o) for o in self.outlets}
        homes = {o: (s[0].delivery or s[0].home_service) if s else None for o, s in served.items()}
        if not any(homes.values()):
            return "cannot_walk"
        while len(asked) <= self.world.day.retries:
            best, best_m, best_utility, farthest = None, 0.0, -inf, STAGES.index("too_far")
            for outlet_id, outlet in self.outlets.items():
                home = homes[outlet_id]
                if home is None:
                    continue
                metres = who.door_m + (self.walks[0].metres(who.home, outlet.node) + outlet.snap_m)
                if metres > home.radius_m:
                    continue
                if self.lacks(served[outlet_id][0], errand):
                    farthest = max(farthest, STAGES.index("limited"))
                    continue
                mine = who.housebound or (home.from_age is not None and errand.age >= home.from_age)
                if not mine or not self.admits(outlet, served[outlet_id][0], who, errand.age):
                    farthest = max(farthest, STAGES.index("not_admitted"))
                    continue
                key = text_key(outlet_id)
                if who.housebound:
                    heard = uniform(self.world.seed, REGISTERED, who.row, key) < home.registered_share
                else:
                    heard = self.knows(who, outlet, metres)
                if not heard:
                    farthest = max(farthest, STAGES.index("unknown"))
                    continue
                if self.closing_time(outlet_id, now_s, errand) is None:
                    farthest = max(farthest, STAGES.index("closed"))
                    continue
                utility = self.utility(who, errand, outlet, served[outlet_id])
                if outlet_id not in asked and utility > best_utility:
                    best, best_utility, best_m = outlet_id, utility, metres
            if best is None:
                return failed or STAGES[farthest]
            failed = self.send(errand, best, homes[best], best_m, who.housebound, now_s)
            if not failed:
                kind = "met_delivery" if served[best][0].delivery else "met_home_service"
                errand.outcome, errand.reason, errand.outlet = kind, "none", best
                return ""
            asked.append(best)
        return failed

    def send(self, errand: Errand, outlet: str, home: Any, metres: float, housebound: bool, now_s: float) -> str:
        """Somebody goes there and comes back; or the reason why nobody does."""
        limits, pool = self.outlets[outlet].pools[home.pool], self.pools[outlet, home.pool]
        going = pool.servers_free_s if housebound else pool.servers_free_s[: limits.servers - home.reserved]
        if not going:
            return "queue"
        server = max(i for i, free_s in enumerate(going) if free_s == min(going))
        leave_s = max(now_s, going[server])
        closes_s = self.closing_time(outlet, now_s, errand)
        if leave_s >= closes_s:
            return "closed"
        today = floor(now_s / DAY_S)
        if limits.per_day and pool.served.get(today, 0) >= limits.per_day:
            return "full"
        walk_s = metres / home.speed_m_s
        if leave_s + walk_s - now_s > home.within_min * 60:
            return "queue"
        door_s = home.service_min * 60
        if home.service == "exponential":
            door_s *= -log(uniform(self.world.seed, SERVICE, errand.key, text_key(outlet), 1))
        job_s = 2 * walk_s / home.per_round + door_s
        pool.servers_free_s[server] = leave_s + job_s
        pool.served[today] = pool.served.get(today, 0) + 1
        errand.start_s, errand.service_s, errand.end_s = leave_s + walk_s, job_s, leave_s + walk_s + door_s
        return ""

    def choose_well(self, walker: Walker, errand: Errand) -> tuple[str | None, str]:
        """An outlet, from where one stands or from home; else the reason why there is none.

        A chain never costs an errand: where it may have, the walker goes home and sets out anew at the time wanted.
        """
        among = list(self.outlets)
        if errand.barred:
            return None, errand.barred
        if errand.held:
            among = [errand.held]
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
        day, free = self.world.day, errand.held is None and errand.follows < 0
        benches = walker.range_factor if tour.walk_class == WalkClass.STEP_FREE else 1.0
        limit_m = min(of_age(need.limit_min, walker.age) * 60 * tour.speed, tour.range_m * benches) if free else inf
        best, best_utility, farthest, from_home = None, -inf, 0, False
        ways = [self.offer(errand.need, outlet) for outlet in self.outlets]
        if any(served and served[0].walk_in for served in ways):
            farthest = STAGES.index("too_far")
        for outlet_id in among:
            outlet = self.outlets[outlet_id]
            served = self.offer(errand.need, outlet_id)
            if served is None or not served[0].walk_in:
                continue
            from_home_m = self.metres_from_home(walker, outlet_id)
            if from_home_m > limit_m or from_home_m - walker.snap_m > self.reach_m(tour.walk_class, outlet_id):
                continue
            if free and self.lacks(served[0], errand):
                farthest = max(farthest, STAGES.index("limited"))
                continue
            if free and not self.admits(outlet, served[0], walker, errand.age):
                farthest = max(farthest, STAGES.index("not_admitted"))
                continue
            if free and not self.knows(walker, outlet, from_home_m):
                farthest = max(farthest, STAGES.index("unknown"))
                continue
            if outlet_id in walker.tried:
                continue
            there_m = self.metres_from(walker, walker.here, outlet_id)
            if there_m > limit_m - errand.walk_m or there_m == inf:
                from_home = True
                continue
            arrive_s, fetches = now_s + there_m / tour.speed, errand.follows >= 0
            if self.closing_time(outlet_id, arrive_s, errand) is None or (
                not fetches and self.reserved(served[0], errand.age, arrive_s)
            ):
                farthest = max(farthest, STAGES.index("closed"))
                from_home = True
                continue
            extra_m = there_m
            if walker.here is not HOME:
                extra_m = there_m + from_home_m - self.metres_from_home(walker, walker.here)
            walk = of_age(day.cost_per_min, walker.age) / 60 / tour.speed * extra_m
            utility = self.utility(walker, errand, outlet, served, walk)
            if utility > best_utility:
                best, best_utility = outlet_id, utility
        return best, STAGES[farthest], from_home

    def walk_to(self, walker: Walker, errand: Errand, outlet: str) -> None:
        metres = self.metres_from(walker, walker.here, outlet)
        arrive_s = walker.now_s + metres / walker.tour.speed
        errand.walk_m += metres
        walker.leg = self.write_leg(walker, errand.row, outlet, arrive_s, metres)
        walker.going_to = outlet
        heappush(self.events, (arrive_s, True, walker.row))

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
        walker.now_s = now_s
        if outlet == ORDER:
            if self.order(errand, now_s):
                self.give_up(walker, errand, walker.failed)
            else:
                errand.attempts = len(walker.tried)
                self.turn_to_next(walker)
            self.go_on(walker)
            return
        walker.here = outlet
        reason = self.serve(errand, outlet, now_s)
        if reason is None:
            errand.outcome, errand.outlet, errand.attempts = "met_walk", outlet, len(walker.tried) + 1
            walker.now_s = errand.end_s
            self.turn_to_next(walker)
        else:
            walker.leg["ended"] = walker.failed = reason
            walker.tried.append(outlet)
            if len(walker.tried) > self.world.day.retries and self.stop_for(walker, errand, reason):
                return
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
        service_s, stay_s = offer.service_min * 60, errand.stay_s
        if errand.ahead and offer.pickup_min is not None:
            service_s, stay_s = offer.pickup_min * 60, 0.0
        elif offer.service == "exponential":
            service_s *= -log(uniform(self.world.seed, SERVICE, errand.key, text_key(outlet)))
        if pool.servers_free_s:
            pool.servers_free_s[pool.servers_free_s.index(min(pool.servers_free_s))] = start_s + service_s
        errand.arrive_s, errand.start_s, errand.service_s = now_s, start_s, service_s
        errand.end_s = start_s + service_s + stay_s
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
