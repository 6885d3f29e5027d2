"""How an errand goes on that is not met on foot: docs/model.md 7.10, but for the rides themselves."""

from __future__ import annotations

from bisect import insort
from heapq import heappush
from math import floor
from typing import Any

from sim.needs import Channel
from tests.day.keyed import BEYOND, HELPING, RETURN, RIDING, of_age, text_key, uniform
from tests.day.serving import Serving
from tests.day.told import HOME, Due, Errand, Walker
from tests.worlds import DAY_S, HOUR_S

COME_BACK = ("closed", "full", "queue")
PLANNED, LATER, HOUSEBOUND, UNDER_WAY = range(4)  # whose turn it is at one moment


def wanted_hour(hours: dict[int, list[Any]], age: int, u: float) -> float:
    """The hour that a number gives at an age: a window by its share, then evenly within it."""
    known = [start for start in hours if start <= age] or [min(hours)]
    rows = hours[max(known)]
    total, before = sum(row[2] for row in rows), 0.0
    for row, (opens, closes, part) in enumerate(rows):
        share = part / total
        if u < before + share or row == len(rows) - 1:
            return opens + (u - before) / share * (closes - opens)
        before += share
    raise AssertionError


class Otherwise(Serving):
    """What is left to try."""

    events: list[tuple[float, int, int, int, int]]  # moment, whose turn, row, walker, number of their plan

    # ---- coming back ----

    def put_off(self, errand: Errand, reason: str, now_s: float) -> bool:
        """Whether it is put off; or is cut off, as the horizon ends before."""
        need = self.world.needs.catalogue[errand.need]
        if errand.tries + 1 > need.returns or reason not in COME_BACK or errand.barred or errand.follows >= 0:
            return False
        due_s = self.due_again_s(errand, now_s)
        if due_s is None:
            return False
        if due_s >= self.world.days * DAY_S:
            errand.outcome, errand.cut_off = "unmet", True
            return True
        errand.tries += 1
        errand.due_s = due_s
        if self.nobody_walks(errand):
            heappush(self.events, (due_s, HOUSEBOUND, errand.row, -1, 0))
        else:
            self.enlist(self.walkers[errand.walker], Due(due_s, errand.row))
        return True

    def due_again_s(self, errand: Errand, now_s: float) -> float | None:
        """When it is wanted again."""
        need = self.world.needs.catalogue[errand.need]
        u = uniform(self.world.seed, RETURN, errand.key, errand.tries + 1)
        for day in range(floor(now_s / DAY_S), errand.day + need.return_days + 1):
            if self.weekday(day) not in need.days:
                continue
            hours = (need.weekend_hours if self.is_weekend(day) else {}) or need.hours
            hour = wanted_hour(hours, errand.age, u)
            moment_s = day * DAY_S + hour * HOUR_S
            people = [] if self.nobody_walks(errand) else [errand.walker]
            people += [errand.resident] if errand.accompanied else []
            if moment_s > now_s and not any(self.is_elsewhere(one, day, hour) for one in people):
                return moment_s
        return None

    def is_away(self, who: int, day: int, hour: float) -> bool:
        """Whether somebody spends this hour of a weekday elsewhere."""
        away = bool(self.world.residents.away[who]) and not self.is_weekend(day)
        return away and self.people.away_from_h <= hour < self.people.away_until_h

    def is_elsewhere(self, who: int, day: int, hour: float) -> bool:
        """Whether somebody is away, or where they were brought."""
        if self.is_away(who, day, hour):
            return True
        there = [e for e in self.errands if e.resident == who and e.day == day and e.follows < 0]
        there = [e for e in there if e.channel == Channel.WALK and self.world.needs.catalogue[e.need].collect]
        now_s = day * DAY_S + hour * HOUR_S
        return any(e.wanted_s <= now_s and hour < self.world.needs.catalogue[e.need].collect[1] for e in there)

    def nobody_walks(self, errand: Errand) -> bool:
        """Whether it is of somebody housebound for whom nobody goes."""
        return errand.channel == Channel.HOUSEBOUND and not errand.handed_on

    def enlist(self, walker: Walker, due: Due) -> None:
        """Put a thing on somebody's list; it may be the next that they do."""
        insort(walker.due, due)
        if walker.waits:
            self.wait(walker)

    def wait(self, walker: Walker) -> None:
        """Be at home until the next planned tour or the first of the list, whichever comes first."""
        walker.waits, walker.tour = True, None
        walker.plan += 1
        planned = [(tour.errands[0].wanted_s, PLANNED, tour.row) for tour in walker.tours[:1]]
        later = [(due.moment_s, LATER, walker.row) for due in walker.due[:1]]
        if planned or later:
            moment_s, turn, row = min(planned + later)
            heappush(self.events, (max(moment_s, walker.now_s), turn, row, walker.row, walker.plan))

    # ---- one goes for the household ----

    def hand_on(self, errand: Errand, reason: str, now_s: float) -> bool:
        """Whether another member goes."""
        residents, need = self.world.residents, self.world.needs.catalogue[errand.need]
        alone = self.nobody_walks(errand)
        if not need.by_proxy or errand.handed_on or errand.barred:
            return False
        if not alone and (reason != "too_far" or errand.attempts):
            return False
        day = floor(now_s / DAY_S)
        hour = (now_s - day * DAY_S) / HOUR_S
        own_m = 0.0 if alone else self.limit_of(errand.walker, errand.need)
        able = []
        for member in range(len(residents)):
            same = residents.household[member] == residents.household[errand.resident]
            if not same or member == errand.resident or (not alone and member == errand.walker):
                continue
            drawn = uniform(self.world.seed, HELPING, member, text_key(errand.need))
            willing = drawn < of_age(self.people.help_share, int(residents.age[member]))
            limit_m = self.limit_of(member, errand.need)
            if not self.walkers[member].independent or not willing or not limit_m > own_m:
                continue
            until_s = day * DAY_S + self.people.away_until_h * HOUR_S
            able.append((until_s if self.is_away(member, day, hour) else now_s, -limit_m, member))
        if not able:
            return False
        errand.due_s, _, errand.walker = min(able)
        errand.handed_on, errand.accompanied = True, False
        self.enlist(self.walkers[errand.walker], Due(errand.due_s, errand.row))
        return True

    def limit_of(self, who: int, need: str) -> float:
        """The longest walk that somebody accepts at their own pace in good weather."""
        return self.own_limit_m(who, need, float(self.world.residents.speed_m_s[who]))

    # ---- ride ----

    def would_ride(self, who: int, need: str) -> bool:
        """Whether somebody has something to ride, is able to, and would for this need."""
        residents, age = self.world.residents, int(self.world.residents.age[who])
        drawn = uniform(self.world.seed, RIDING, who, text_key(need))
        willing = drawn < of_age(self.people.ride_share, age) * self.world.needs.catalogue[need].ride_share
        return bool(residents.owns_ride[who]) and self.walkers[who].independent and willing

    def can_ride(self, who: int, errand: Errand, now_s: float) -> bool:
        """The same in the weather of the day, which only those do not mind who hold a place."""
        return self.would_ride(who, errand.need) and (errand.held is not None or not self.is_bad(now_s))

    def rider_for(self, walker: Walker, errand: Errand, now_s: float) -> Walker | None:
        """The walker; or for a pupil who cannot ride a carer who is at home and free."""
        if self.can_ride(walker.row, errand, now_s):
            return walker
        if walker.row != errand.resident or walker.age >= 18:
            return None
        row = int(self.world.residents.carer[walker.row])
        if row < 0 or not self.can_ride(row, errand, now_s):
            return None
        carer, day = self.walkers[row], floor(now_s / DAY_S)
        at_home = carer.waits and carer.now_s <= now_s
        return carer if at_home and not self.is_away(row, day, (now_s - day * DAY_S) / HOUR_S) else None

    # ---- beyond ----

    def has_beyond(self, errand: Errand) -> bool:
        """Whether the resident has the need outside the place, where nothing in it will do."""
        residents, beyond = self.world.residents, self.world.needs.catalogue[errand.need].beyond
        share = of_age(beyond.share, errand.age)
        if residents.owns_car[errand.resident]:
            share = max(share, beyond.car_share)
        if self.nobody_walks(errand) or self.walkers[errand.walker].housebound:
            return False
        return uniform(self.world.seed, BEYOND, errand.resident, text_key(errand.need)) < share

    def have_beyond(self, walker: Walker, errand: Errand) -> None:
        """Go there from home and back again: no queue, no ceiling, no leg."""
        beyond = self.world.needs.catalogue[errand.need].beyond
        minutes, km = self.world.place.beyond.get(errand.need, (beyond.minutes, beyond.km))
        assert walker.here is HOME
        errand.outcome, errand.attempts, errand.set_out_s = "met_beyond", 0, walker.now_s
        errand.walk_m, errand.speed_m_s = km * 1000, km * 1000 / (minutes * 60)
        errand.arrive_s = errand.start_s = walker.now_s + minutes * 60
        errand.service_s, errand.end_s = 0.0, errand.start_s + errand.stay_s
        walker.now_s = errand.end_s + minutes * 60
