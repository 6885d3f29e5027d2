"""Who holds a place, and where: docs/model.md 7.6, enrolment."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.needs import Channel
from tests.day.keyed import ENROLMENT, text_key, uniform
from tests.day.otherwise import Otherwise
from tests.day.told import Errand, Tour, Walker


class Pair(NamedTuple):
    """Somebody who applies, and an outlet that may have them; the first of all pairs comes first."""

    outside: bool  # of any catchment
    metres: float
    lot: float
    resident: int
    outlet: str
    ridden: bool
    pool: str


class Holding(Otherwise):
    """Enrolment."""

    def enrol(self, need: str) -> None:
        """Give every place to whoever lives nearest, and write down where each errand is held to."""
        mine = [e for e in self.errands if e.need == need and e.channel == Channel.WALK and e.follows < 0]
        first = {errand.resident: errand for errand in reversed(mine)}
        served = {outlet: self.offer(need, outlet) for outlet in self.outlets}
        offers = {outlet: way[0] for outlet, way in served.items() if way and way[0].walk_in}
        why, pairs = {}, []
        for who, errand in first.items():
            own, why[who] = self.pairs_of(errand, offers)
            pairs += own
        held: dict[int, Pair] = {}
        for pair in sorted(pairs):
            places, book = self.outlets[pair.outlet].pools[pair.pool].places, self.pools[pair.outlet, pair.pool]
            if pair.resident not in held and (not places or book.enrolled < places):
                book.enrolled += 1
                held[pair.resident] = pair
        for errand in mine:
            if errand.resident in held:
                errand.held, errand.ridden = held[errand.resident].outlet, held[errand.resident].ridden
            else:
                errand.barred = why[errand.resident]

    def pairs_of(self, errand: Errand, offers: dict[str, Any]) -> tuple[list[Pair], str]:
        """Where somebody may hold a place, on foot or farther off by ride; and why they would get none."""
        who, need = errand.resident, errand.need
        walker, rider = self.walkers[errand.walker], self.may_be_ridden(errand)
        tour = self.at_own_pace([walker.row, who] if errand.accompanied else [walker.row])
        limit_m = min(
            self.own_limit_m(walker.row, need, tour.speed, tour.walk_class), tour.range_m * walker.range_factor
        )
        pairs, why = [], "too_far" if offers else "no_outlet"
        for outlet_id, offer in offers.items():
            metres, ridden = self.metres_from_home(walker, tour, outlet_id), False
            if metres > limit_m:
                if rider is None:
                    continue
                metres, ridden = self.metres_from_home(rider, self.riding, outlet_id), True
                if metres > self.limit_m(rider, need, self.riding):
                    continue
            catchment = self.world.layout.catchments.get(outlet_id)
            outside = catchment is None or int(self.world.residents.home[who]) not in list(catchment)
            mine = catchment is None or not outside
            if not mine or not self.admits(self.outlets[outlet_id], offer, walker, errand.age):
                why = "not_admitted" if why == "too_far" else why
                continue
            why = "full"
            lot = uniform(self.world.seed, ENROLMENT, who, text_key(need))
            pairs.append(Pair(outside, metres, lot, who, outlet_id, ridden, offer.pool))
        return pairs, why

    def at_own_pace(self, people: list[int]) -> Tour:
        """A tour of these people in good weather."""
        residents = self.world.residents
        return Tour(
            row=-1,
            speed=min(float(residents.speed_m_s[one]) for one in people),
            walk_class=max(int(residents.walk_class[one]) for one in people),
            range_m=min(float(residents.range_m[one]) for one in people),
            errands=[],
        )

    def may_be_ridden(self, errand: Errand) -> Walker | None:
        """The one who would ride to a place that is held: the walker, or the carer of a child who goes alone."""
        walker = self.walkers[errand.walker]
        if self.would_ride(walker.row, errand.need):
            return walker
        carer = int(self.world.residents.carer[walker.row])
        alone = walker.row == errand.resident and walker.age < 18
        return self.walkers[carer] if alone and carer >= 0 and self.would_ride(carer, errand.need) else None
