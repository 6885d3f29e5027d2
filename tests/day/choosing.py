"""What people choose, and how far they go: docs/model.md 7.6, and a limit of one's own of 7.10."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, floor, inf, log
from typing import Any

from sim.place import WalkClass
from tests.day.ground import Ground
from tests.day.keyed import KNOWING, LIMIT, TASTE, normal, of_age, text_key, uniform
from tests.day.told import HOME, STAGES, Errand, Tour, Walker
from tests.worlds import DAY_S, HOUR_S


@dataclass
class Standing:
    """From where and when somebody chooses, on which tour, and what lies behind them for this errand."""

    tour: Tour
    here: str | None
    now_s: float
    walked_m: float = 0.0
    tried: list[str] = field(default_factory=list)


class Choosing(Ground):
    """Choices."""

    happened: set[str]
    walkers: list[Walker]
    errands: list[Errand]

    def own_limit_m(self, who: int, need: str, speed: float, walk_class: int = WalkClass.ABLE) -> float:
        """The longest walk that somebody accepts for a need at this pace, whatever their range."""
        sigma = self.world.needs.limit_sigma
        limit_s = of_age(self.world.needs.catalogue[need].limit_min, int(self.world.residents.age[who])) * 60
        factor = exp(sigma * normal(self.world.seed, LIMIT, who, text_key(need))) if sigma else 1.0
        fastest = self.people.cycle_m_s if walk_class == WalkClass.CYCLE else self.people.speed_max_m_s
        return min(limit_s * factor * speed, limit_s * exp(sigma) * fastest)

    def limit_m(self, walker: Walker, need: str, tour: Tour) -> float:
        """How far from home somebody looks for a need on a tour."""
        if tour.walk_class == WalkClass.RIDE:
            return self.world.needs.catalogue[need].ride_limit_min * 60 * self.people.ride_m_s
        benches = walker.range_factor if tour.walk_class == WalkClass.STEP_FREE else 1.0
        return min(self.own_limit_m(walker.row, need, tour.speed, tour.walk_class), tour.range_m * benches)

    def knows(self, walker: Walker, outlet: Any, home_m: float) -> bool:
        """Whether the walker has heard of an outlet."""
        day, layout = self.world.day, self.world.layout
        share = max(of_age(day.known_share, walker.age), of_age(dict(layout.known_share), walker.age))
        familiar_m = max(day.familiar_m, outlet.familiar_m)
        near = exp(-home_m / familiar_m) if familiar_m else 0.0
        return uniform(self.world.seed, KNOWING, walker.row, text_key(outlet.id)) < share + (1 - share) * near

    def utility(self, walker: Walker, errand: Errand, outlet: Any, served: Any, effort: float = 0.0) -> float:
        """What speaks for an outlet, less what the walk and the wait cost."""
        day, (offer, penalty) = self.world.day, served
        taste = -log(-log(uniform(self.world.seed, TASTE, walker.row, text_key(outlet.id), text_key(errand.need))))
        price = offer.price_yuan * (1 - of_age(offer.discount, errand.age))
        drawn = day.size_weight * log(outlet.size) + outlet.attraction - penalty
        return drawn - effort + day.taste_scale * taste - of_age(day.cost_per_yuan, errand.age) * price

    def known_wait_s(self, outlet: str, pool: str, arrive_s: float) -> float:
        """The wait that people have learned to expect at this hour; 0 before the measured days."""
        day = floor(arrive_s / DAY_S)
        if day < self.world.warmup_days:
            return 0.0
        hour = floor((arrive_s - day * DAY_S) / HOUR_S)
        waits = self.pools[outlet, pool].waits.get((hour, self.is_weekend(day)), [])
        return sum(waits) / len(waits) if waits else 0.0

    def choose(
        self, walker: Walker, errand: Errand, among: list[str], at: Standing, free: bool
    ) -> tuple[str | None, str, bool]:
        """The best outlet; else the reason, and whether one might do from home: only the walk or the hour bars it."""
        tour = at.tour
        limit_m = self.limit_m(walker, errand.need, tour) if free else inf
        best, best_utility, farthest, from_home = None, -inf, 0, False
        unlearned: list[tuple[float, str]] = []  # to see whether what people know of queues changed the choice
        ways = [self.offer(errand.need, outlet) for outlet in self.outlets]
        if any(served and served[0].walk_in for served in ways):
            farthest = STAGES.index("too_far")
        for outlet_id in among:
            outlet = self.outlets[outlet_id]
            served = self.offer(errand.need, outlet_id)
            if served is None or not served[0].walk_in:
                continue
            from_home_m = self.metres_from_home(walker, tour, outlet_id)
            beyond_reach = from_home_m - walker.snap_m(tour.speed) > self.reach_m(tour.walk_class, outlet_id)
            if from_home_m > limit_m or beyond_reach:
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
            if outlet_id in at.tried:
                continue
            there_m = self.metres_from(walker, tour, at.here, outlet_id)
            if there_m > limit_m - at.walked_m or there_m == inf:
                from_home = True
                continue
            arrive_s, fetches = at.now_s + there_m / tour.speed, errand.follows >= 0
            if self.closing_time(outlet_id, arrive_s, errand) is None or (
                not fetches and self.reserved(served[0], errand.age, arrive_s)
            ):
                farthest = max(farthest, STAGES.index("closed"))
                from_home = True
                continue
            extra_m = there_m
            if at.here is not HOME:
                extra_m = there_m + from_home_m - self.metres_from_home(walker, tour, at.here)
            cost_per_s = of_age(self.world.day.cost_per_min, walker.age) / 60
            wait_s = self.known_wait_s(outlet_id, served[0].pool, arrive_s)
            utility = self.utility(
                walker, errand, outlet, served, cost_per_s / tour.speed * extra_m + cost_per_s * wait_s
            )
            unlearned.append((-utility - cost_per_s * wait_s, outlet_id))
            if utility > best_utility:
                best, best_utility = outlet_id, utility
        if best is not None and min(unlearned)[1] != best:
            self.happened.add("a known queue changed the choice")
        return best, STAGES[farthest], from_home
