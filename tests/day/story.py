"""The residents' day in plain, slow, obvious Python: what the compiled loop must come to, row for row.

Written from docs/model.md, section 7. Nothing here is shared with the engine but the frozen things that it is given.
Distances are networkx's (`tests.walking`), opening hours are those written in the formats, and the keyed random numbers
are counted out in whole numbers.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from sim.needs import Channel
from sim.place import WalkClass
from tests.day.choosing import Standing
from tests.day.holding import Holding
from tests.day.otherwise import HOUSEBOUND, UNDER_WAY
from tests.day.reading import read_errands, read_walkers
from tests.day.told import HOME, Due, Errand, Ride, Tour, Walker
from tests.worlds import World


class Story(Holding):
    """One world told from its first errand to the last way home."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.errands = read_errands(world)
        self.walkers = read_walkers(world, self.errands)
        self.legs: list[dict[str, Any]] = []
        self.events = []
        self.happened: set[str] = set()

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
                errand.on_foot = "cannot_walk"
                heappush(self.events, (errand.wanted_s, HOUSEBOUND, errand.row, -1, 0))
        for walker in self.walkers:
            self.wait(walker)
        while self.events:
            now_s, turn, row, of_walker, plan = heappop(self.events)
            if turn == HOUSEBOUND:
                self.order_from_home(self.errands[row], now_s)
            elif turn == UNDER_WAY:
                self.happen(self.walkers[of_walker], now_s)
            elif plan == self.walkers[of_walker].plan:
                self.begin(self.walkers[of_walker], now_s)
        return self

    # ---- what residents do ----

    def begin(self, walker: Walker, now_s: float) -> None:
        """Leave home for what comes first, a planned tour or what is due later."""
        walker.waits, walker.now_s = False, now_s
        tour = walker.tours[0] if walker.tours else None
        if tour and not (walker.due and walker.due[0].moment_s < tour.errands[0].wanted_s):
            walker.tour = walker.tours.pop(0)
        else:
            due = walker.due.pop(0)
            if due.child >= 0:
                self.bring_home(walker, self.walkers[due.child], self.errands[due.row])
                return
            errand = self.errands[due.row]
            self.happened.add(f"{'handed on' if errand.handed_on else 'put off'}, done on a tour of its own")
            people = [walker.row, errand.resident] if errand.accompanied else [walker.row]
            walker.tour = self.party(-1, people, [errand], due.moment_s)
        walker.todo = list(walker.tour.errands)
        self.go_on(walker)

    def go_on(self, walker: Walker) -> None:
        """Go on with what is to be done, until there is something to wait for."""
        while True:
            if not walker.todo and not self.take_up(walker):
                self.go_home(walker)
                self.wait(walker)
                return
            errand = walker.todo[0]
            followed = self.errands[errand.follows] if errand.follows >= 0 else None
            if followed and followed.outcome == "met_beyond":
                self.go_home(walker)
                self.have_beyond(walker, errand)
                self.happened.add("fetched beyond")
                errand.on_foot = followed.on_foot
                self.turn_to_next(walker)
                continue
            if followed and followed.outcome == "met_ride":
                errand.on_foot = followed.on_foot
                self.happened.add("fetched by ride")
                self.ride_to(walker, walker, errand, followed.outlet)
                return
            if not walker.tried:
                errand.walk_m, errand.attempts, errand.speed_m_s = 0.0, 0, walker.tour.speed
            outlet, reason = (None, "too_far") if errand.ridden else self.choose_well(walker, errand)
            if not walker.tried:
                errand.set_out_s = walker.now_s
            if outlet is not None:
                self.walk_to(walker, errand, outlet)
                return
            if self.stop_for(walker, errand, walker.failed if walker.tried else reason):
                return

    def take_up(self, walker: Walker) -> bool:
        """Whether the first thing of the list is done on the way, at the end of a tour on foot."""
        if walker.here is HOME or walker.tour.walk_class == WalkClass.CYCLE or not walker.due:
            return False
        first = walker.due[0]
        errand = self.errands[first.row]
        if first.moment_s > walker.now_s or first.child >= 0 or errand.accompanied or errand.ridden:
            return False
        walker.todo = [self.errands[walker.due.pop(0).row]]
        self.happened.add(f"{'handed on' if walker.todo[0].handed_on else 'put off'}, done on the way")
        return True

    def stop_for(self, walker: Walker, errand: Errand, reason: str) -> bool:
        """See at this moment how the errand may go on; but what was to fetch somebody is over."""
        if errand.follows >= 0:
            errand.outcome, errand.reason, errand.attempts = "unmet", reason, len(walker.tried)
            self.turn_to_next(walker)
            return False
        walker.failed, walker.going_to = reason, None
        heappush(self.events, (walker.now_s, UNDER_WAY, walker.row, walker.row, 0))
        return True

    def happen(self, walker: Walker, now_s: float) -> None:
        """The moment has come for which somebody under way was waiting."""
        walker.now_s = now_s
        if walker.ride is not None:
            self.arrive_riding(walker)
        elif walker.going_to is not None:
            self.arrive(walker)
        else:
            self.see_otherwise(walker)

    def see_otherwise(self, walker: Walker) -> None:
        """Go down the ladder with an errand that would be given up."""
        errand, reason, now_s = walker.todo[0], walker.failed, walker.now_s
        errand.attempts, errand.on_foot = len(walker.tried), reason
        comes = self.may_order(errand) and not errand.ridden and not self.order(errand, now_s)
        if comes or self.put_off(errand, reason, now_s) or self.hand_on(errand, reason, now_s):
            pass
        elif self.ride(walker, errand):
            return
        elif self.has_beyond(errand):
            self.go_home(walker)
            self.have_beyond(walker, errand)
        else:
            errand.outcome = "unmet"
        self.settle(errand)
        self.turn_to_next(walker)
        self.go_on(walker)

    def order_from_home(self, errand: Errand, now_s: float) -> None:
        """Order for somebody housebound; else come back to it, or another member goes."""
        errand.set_out_s = now_s
        reason = self.order(errand, now_s)
        if errand.tries:
            self.happened.add("ordered again by the housebound" + ("" if reason else ", and met"))
        if reason and not self.put_off(errand, reason, now_s) and not self.hand_on(errand, reason, now_s):
            errand.outcome = "unmet"
        if errand.outcome == "unmet":
            errand.reason = reason

    def settle(self, errand: Errand) -> None:
        """Have the reason of what is unmet: the last thing that stood in the way on foot."""
        if errand.outcome == "unmet":
            errand.reason = errand.on_foot

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
        free = errand.held is None and errand.follows < 0
        at = Standing(walker.tour, walker.here, walker.now_s, errand.walk_m, walker.tried)
        outlet, reason, from_home = self.choose(walker, errand, among, at, free)
        if outlet is None and not walker.tried and walker.here is not HOME and from_home:
            self.go_home(walker)
            walker.now_s = max(walker.now_s, errand.due_s if errand.later else errand.wanted_s)
            outlet, reason, _ = self.choose(walker, errand, among, Standing(walker.tour, HOME, walker.now_s), free)
        return outlet, reason

    def walk_to(self, walker: Walker, errand: Errand, outlet: str) -> None:
        metres = self.metres_from(walker, walker.tour, walker.here, outlet)
        arrive_s = walker.now_s + metres / walker.tour.speed
        errand.walk_m += metres
        walker.leg = self.write_leg(walker, walker.tour, errand, outlet, arrive_s, metres)
        walker.going_to = outlet
        heappush(self.events, (arrive_s, UNDER_WAY, walker.row, walker.row, 0))

    def go_home(self, walker: Walker, by: Tour | None = None) -> None:
        if walker.here is HOME:
            return
        tour = by or walker.tour
        metres = self.metres_from_home(walker, tour, walker.here)
        arrive_s = walker.now_s + metres / tour.speed
        self.write_leg(walker, tour, None, HOME, arrive_s, metres)
        walker.here, walker.now_s = HOME, arrive_s

    def write_leg(
        self, walker: Walker, tour: Tour, errand: Errand | None, to: str | None, arrive_s: float, metres: float
    ) -> dict[str, Any]:
        leg = {
            "walker": walker.row,
            "errand": -1 if errand is None else errand.row,
            "tour": -1 if errand is not None and errand.later else tour.row,
            "walk_class": tour.walk_class,
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

    def arrive(self, walker: Walker) -> None:
        """Be served where one has walked to, or try again elsewhere, or see how it may go on."""
        errand, outlet = walker.todo[0], walker.going_to
        walker.here = outlet
        reason = self.serve(errand, outlet, walker.now_s)
        if reason is None:
            errand.outcome = "met_household" if errand.handed_on else "met_walk"
            errand.outlet, errand.attempts = outlet, len(walker.tried) + 1
            walker.now_s = errand.end_s
            self.turn_to_next(walker)
        else:
            walker.leg["ended"] = walker.failed = reason
            walker.tried.append(outlet)
            if len(walker.tried) > self.world.day.retries and self.stop_for(walker, errand, reason):
                return
        self.go_on(walker)

    def turn_to_next(self, walker: Walker) -> None:
        walker.todo.pop(0)
        walker.tried, walker.failed = [], "none"

    # ---- rides ----

    def ride(self, walker: Walker, errand: Errand) -> bool:
        """Whether there is somebody to ride, and somewhere to ride to."""
        if errand.barred:
            return False
        rider = self.rider_for(walker, errand, walker.now_s)
        if rider is None:
            return False
        home_s = walker.now_s
        if walker.here is not HOME:
            home_s += self.metres_from_home(walker, walker.tour, walker.here) / walker.tour.speed
            self.happened.add("would ride from elsewhere")
        among = [errand.held] if errand.held else list(self.outlets)
        at = Standing(self.riding, HOME, home_s)
        outlet, _, _ = self.choose(rider, errand, among, at, free=errand.held is None)
        if outlet is not None:
            self.ride_to(walker, rider, errand, outlet)
        return outlet is not None

    def ride_to(self, walker: Walker, rider: Walker, errand: Errand, outlet: str) -> None:
        """Set out from home, the walker or a carer with the walker behind."""
        self.go_home(walker)
        rider.now_s, rider.waits = walker.now_s, False
        rider.plan += 1
        metres = self.metres_from_home(rider, self.riding, outlet)
        arrive_s = rider.now_s + metres / self.riding.speed
        errand.walker, errand.attempts, errand.set_out_s = rider.row, 1, rider.now_s
        errand.walk_m, errand.speed_m_s = metres, self.riding.speed
        leg = self.write_leg(rider, self.riding, errand, outlet, arrive_s, metres)
        rider.ride = Ride(errand, walker, outlet, leg)
        heappush(self.events, (arrive_s, UNDER_WAY, rider.row, rider.row, 0))

    def arrive_riding(self, rider: Walker) -> None:
        """Be served where one has ridden to, or not; and ride home."""
        ride, rider.ride = rider.ride, None
        errand, walker = ride.errand, ride.walker
        rider.here = ride.outlet
        reason = self.serve(errand, ride.outlet, rider.now_s)
        if reason is None:
            errand.outcome, errand.outlet = "met_ride", ride.outlet
            rider.now_s = errand.end_s if rider is walker else errand.start_s + errand.service_s
            self.go_home(rider, self.riding)
            if rider is not walker:
                self.happened.add("a child rode behind")
                rider.waits = True
                self.enlist(rider, Due(errand.end_s, errand.row, walker.row))
                return
        else:
            self.turned_away(ride, reason, rider)
        self.turn_to_next(walker)
        self.go_on(walker)
        if rider is not walker:
            self.wait(rider)

    def turned_away(self, ride: Ride, reason: str, rider: Walker) -> None:
        """Put off what a rider was turned away with, or have it beyond; it keeps the reason on foot."""
        errand, walker = ride.errand, ride.walker
        ride.leg["ended"] = reason
        self.happened.add(f"turned away on a ride as {reason}")
        errand.walker = walker.row
        put_off = self.put_off(errand, reason, rider.now_s)
        if put_off:
            self.happened.add("put off on a ride")
        self.go_home(rider, self.riding)
        walker.now_s = rider.now_s
        if errand.follows >= 0:
            errand.outcome, errand.reason, errand.on_foot = "unmet", reason, reason
            return
        if not put_off and self.has_beyond(errand):
            self.have_beyond(walker, errand)
            self.happened.add("had beyond after a ride in vain")
        elif not put_off:
            errand.outcome = "unmet"
        self.settle(errand)
        if not put_off or errand.cut_off:
            errand.walker = walker.row if errand.outcome == "met_beyond" else rider.row

    def bring_home(self, carer: Walker, child: Walker, errand: Errand) -> None:
        """Ride to where a child is, and home with it."""
        metres = self.metres_from_home(carer, self.riding, errand.outlet)
        arrive_s = carer.now_s + metres / self.riding.speed
        self.write_leg(carer, self.riding, None, errand.outlet, arrive_s, metres)
        carer.here, carer.now_s = errand.outlet, arrive_s
        self.go_home(carer, self.riding)
        child.now_s = carer.now_s
        self.turn_to_next(child)
        self.go_on(child)
        self.wait(carer)
