"""The ground of a story: outlets and their hours, what they offer to whom, the metres to them, and the weather."""

from __future__ import annotations

from functools import cached_property
from math import floor, inf
from typing import Any

from sim.needs.weather import weather_days
from sim.people import PeopleConfig
from sim.place import WalkClass
from tests.day.keyed import ASSORTMENT, of_age, uniform
from tests.day.told import HOME, Errand, Pool, Tour, Walker
from tests.walking import Walks
from tests.worlds import DAY_S, HOUR_S, World

WEEK_S = 7 * DAY_S
LATE_DAYS = 30  # that may pass after the last midnight till everybody is home


class Ground:
    """What stands still while people come and go. Of a pool only the story itself changes the state."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people: PeopleConfig = world.people
        self.outlets = {outlet.id: outlet for outlet in world.layout.outlets}
        self.rows = {outlet.id: row for row, outlet in enumerate(world.layout.outlets)}
        self.walks = [Walks(world.place.streets, walk_class) for walk_class in WalkClass]
        self.pools = {
            (outlet.id, name): Pool([-inf] * pool.servers)
            for outlet in world.layout.outlets
            for name, pool in outlet.pools.items()
        }
        self.riding = Tour(-1, self.people.ride_m_s, WalkClass.RIDE, inf, [])
        self.bad = weather_days(world.needs, world.days + LATE_DAYS, world.seed)

    # ---- days ----

    def weekday(self, day: int) -> int:
        """0 is a Monday."""
        return (self.world.first_weekday + day) % 7

    def is_weekend(self, day: int) -> bool:
        """Whether a day is a Saturday or a Sunday."""
        return self.weekday(day) >= 5

    def is_bad(self, now_s: float) -> bool:
        """Whether the weather of this day is bad."""
        return bool(self.bad[floor(now_s / DAY_S)])

    # ---- hours ----

    @cached_property
    def open(self) -> dict[str, list[tuple[float, float]]]:
        """The windows of each outlet."""
        return {outlet.id: self.windows(outlet.format) for outlet in self.world.layout.outlets}

    def windows(self, form: str) -> list[tuple[float, float]]:
        """When outlets of a format open and close, in seconds since the start of day 0, from a week before on."""
        hours = self.world.layout.formats[form].hours
        windows = []
        for day in range(-8, self.world.days + LATE_DAYS):
            known = [start for start in hours if start <= self.weekday(day)]
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
        for day in range(-2, self.world.days + LATE_DAYS):
            known = [start for start in hours if start <= self.weekday(day)]
            for opens, closes in hours[max(known)] if known else []:
                if day * DAY_S + opens * HOUR_S <= now_s < day * DAY_S + closes * HOUR_S:
                    return True
        return False

    # ---- offers ----

    def offer(self, need: str, outlet: str) -> Any:
        """The offer by which an outlet serves a need, and what it costs in utility; None where it does not."""
        offers = self.outlets[outlet].offers
        ways = {need: 0.0, **self.world.needs.catalogue[need].substitutes}
        known = sorted((p, way) for way, p in ways.items() if way in offers and (way == need or offers[way].stands_in))
        return (offers[known[0][1]], known[0][0]) if known else None

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

    # ---- ways ----

    def node(self, walker: Walker, where: str | None) -> int:
        """The node of an outlet, or of the walker's home."""
        return walker.home if where is HOME else self.outlets[where].node

    def metres_from_home(self, walker: Walker, tour: Tour, outlet: str) -> float:
        """From the door of the home to the door of an outlet."""
        there = self.outlets[outlet]
        return walker.snap_m(tour.speed) + (self.walks[tour.walk_class].metres(walker.home, there.node) + there.snap_m)

    def metres_from(self, walker: Walker, tour: Tour, here: str | None, outlet: str) -> float:
        """From the door where the walker stands to the door of an outlet."""
        if here is HOME:
            return self.metres_from_home(walker, tour, outlet)
        start, end = self.outlets[here], self.outlets[outlet]
        if (start.node, start.xy) == (end.node, end.xy):  # under one roof
            return 0.0
        metres = self.walks[tour.walk_class].metres(start.node, end.node) + end.snap_m
        return start.snap_m + metres if metres <= self.reach_m(tour.walk_class, outlet) else inf

    def reach_m(self, walk_class: int, outlet: str) -> float:
        """How far an outlet matters: what the world's reach was asked for."""
        return float(self.world.reach.limit_m[walk_class, self.rows[outlet]])

    # ---- parties ----

    def party(self, row: int, people: list[int], errands: list[Errand], day_s: float) -> Tour:
        """A tour of these people: at the pace of the slowest, in the weather of the day."""
        residents, weather = self.world.residents, self.world.needs.weather
        tour = Tour(
            row=row,
            speed=min(float(residents.speed_m_s[one]) for one in people),
            walk_class=max(int(residents.walk_class[one]) for one in people),
            range_m=min(float(residents.range_m[one]) for one in people),
            errands=errands,
        )
        if self.is_bad(day_s):
            tour.speed *= weather.speed_factor
            out_min = min(of_age(weather.outdoors_min, int(residents.age[one]), below=inf) for one in people)
            stays_out = any(self.world.needs.catalogue[errand.need].outdoors for errand in errands)
            tour.range_m = min(tour.range_m, out_min * 60 * (0.25 if stays_out else 0.5) * tour.speed)
        return tour
