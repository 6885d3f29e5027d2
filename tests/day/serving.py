"""How outlets serve: those who come to them (docs/model.md 7.7), and homes to which somebody is sent (7.8)."""

from __future__ import annotations

from math import exp, floor, inf, log
from typing import Any

from tests.day.choosing import Choosing
from tests.day.keyed import PATIENCE, PATIENT, REGISTERED, SERVICE, normal, text_key, uniform
from tests.day.told import STAGES, Errand, Pool
from tests.worlds import DAY_S, HOUR_S


class Serving(Choosing):
    """Services."""

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
        self.learn(pool, now_s, start_s - now_s)
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

    def learn(self, pool: Pool, now_s: float, wait_s: float) -> None:
        """Remember a wait of the days in which people learn: the last ones before those that are measured."""
        day, first = floor(now_s / DAY_S), self.world.warmup_days
        if first - self.world.day.learning_days <= day < first:
            hour = floor((now_s - day * DAY_S) / HOUR_S)
            pool.waits.setdefault((hour, self.is_weekend(day)), []).append(wait_s)

    def patience_s(self, errand: Errand, outlet: str) -> float:
        """The longest wait that is accepted."""
        day, seed, key = self.world.day, self.world.seed, text_key(outlet)
        if uniform(seed, PATIENT, errand.key, key) < day.patience_unlimited_share:
            return inf
        factor = self.world.needs.catalogue[errand.need].patience
        spread = exp(day.patience_sigma * normal(seed, PATIENCE, errand.key, key))
        return factor * day.patience_median_min * 60 * spread

    def may_order(self, errand: Errand) -> bool:
        """Whether anybody in the layout brings such things to such a resident."""
        ways = [self.offer(errand.need, outlet) for outlet in self.outlets]
        homes = [served[0].delivery or served[0].home_service for served in ways if served]
        housebound = self.walkers[errand.resident].housebound
        return any(h and (housebound or (h.from_age is not None and errand.age >= h.from_age)) for h in homes)

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
                errand.outcome = "met_delivery" if served[best][0].delivery else "met_home_service"
                errand.outlet = best
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
