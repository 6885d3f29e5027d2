"""The life circle as a Mesa model: the clock, the time series, and residents and outlets to look at."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import mesa
import numpy as np

from sim.clock_times import DAY_S, HOUR_S, MINUTE_S
from sim.columns import Bools
from sim.day.agents import OutletAgent, ResidentAgent
from sim.day.config import DayConfig
from sim.day.demand import demand_of
from sim.day.enrolment import enrol
from sim.day.farthest import asked_m
from sim.day.kernels import HOME, LEGS, advance, new_loop
from sim.day.rules import Calendar, rules_of
from sim.day.supply import supply_of
from sim.day.tables import Supply
from sim.day.wanted import Wanted
from sim.errors import InputError
from sim.needs import Channel
from sim.reach.extent import check_extent, check_ground
from sim.record.outcomes import Outcome, Reason
from sim.record.schema import Record, write_record
from sim.scene import Scene

# What an errand of a channel comes to without any walk.
_WITHOUT_A_WALK = {
    Channel.ONLINE: (Outcome.MET_ONLINE, Reason.NONE),
    Channel.NO_CARER: (Outcome.UNMET, Reason.NO_CARER),
}


_REPORTED = ("hour", "walking", "waiting", "staying", "met_on_foot", "unmet")


class LifeCircle(mesa.Model):  # type: ignore[misc]
    """Residents' days in one scene. `step()` lets `step_min` simulated minutes pass; `run()` all that are left.

    `scene`: one layout on its ground, with its reach.
    `wanted`: the residents, and what they want on the days of the `calendar`.
    `day`: how they choose, wait and try again.
    `agents`: whether every resident and outlet is also a Mesa agent, to select and look at, never to be stepped.
    `supply`: that of the scene (`supply_of`), for those who run it again and again.

    The state of everybody stands in arrays and the compiled loop moves it. `datacollector` holds, for each step: hour,
    residents walking, waiting and being served or staying, errands met on foot and unmet so far. Raises `InputError`
    where the reach of the scene does not have every walk that somebody may take (`limits_m` gives the limits for
    `find_reach`).
    """

    def __init__(
        self,
        scene: Scene,
        wanted: Wanted,
        day: DayConfig,
        calendar: Calendar,
        *,
        seed: int,
        step_min: float = 15.0,
        agents: bool = True,
        supply: Supply | None = None,
    ) -> None:
        super().__init__(rng=seed)
        if step_min <= 0:
            raise InputError(f"step_min: {step_min}; minutes above 0 are accepted")
        self.place, self.layout, reach = scene.whole
        self.residents, self.needs, self.errands, self.tours, _ = wanted
        self.step_s, self.end_s = step_min * MINUTE_S, calendar.days * DAY_S
        self.now_s = 0.0
        check_ground(reach, self.place, self.layout)
        if supply is not None and supply.row is not reach.row:
            raise InputError("supply: it is of another reach; supply_of(layout, reach, ...) makes that of this one")
        supply = supply or supply_of(self.layout, reach, self.needs.catalogue, day)
        demand = demand_of(self.place, self.layout, wanted, day, calendar, seed)
        asked = asked_m(supply, demand, wanted, seed)
        check_extent(reach, self.place, self.layout, asked, self.residents.home[self.errands.resident])
        held = enrol(supply, demand, wanted, self.layout, seed)
        demand.errands["place"], demand.errands["refused"], demand.errands["ridden"] = held
        self.loop = new_loop(supply, demand, rules_of(day, calendar, wanted, seed))
        self.loop.diary["walker"] = self.errands.walker
        self.loop.diary["on_foot"][self.errands.channel == Channel.HOUSEBOUND] = Reason.CANNOT_WALK
        for channel, (outcome, reason) in _WITHOUT_A_WALK.items():
            rows = self.errands.channel == channel
            self.loop.diary["outcome"][rows], self.loop.diary["reason"][rows] = outcome, reason
        self._numbers = count(1)
        if agents:
            for row in range(len(self.residents)):
                ResidentAgent(self, row)
            for row in range(len(self.layout)):
                OutletAgent(self, row)
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in _REPORTED})

    def step(self) -> None:
        """Let one interval pass."""
        self._advance(min(self.now_s + self.step_s, self.end_s))
        self.datacollector.collect(self)
        if self.now_s >= self.end_s:
            self._advance(np.inf)  # those who are still out walk home
            self.running = False

    def run(self, tell: Callable[[float], object] = lambda hours: None) -> Record:
        """Let the rest of the days pass and give the record; the time series is not collected on the way.

        `tell` is told of each hour that has passed.
        """
        while self.now_s + HOUR_S < self.end_s:
            self._advance(self.now_s + HOUR_S)
            tell(1.0)
        tell((self.end_s - self.now_s) / HOUR_S)
        self._advance(np.inf)
        self.now_s = self.end_s
        self.running = False
        return self.record()

    def record(self) -> Record:
        """What has become of every errand so far, and every walk begun."""
        return write_record(
            self.place,
            self.residents,
            self.needs,
            self.layout,
            self.errands,
            self.tours,
            self.loop.diary,
            self.loop.legs[: self.loop.state.counts[LEGS]],
        )

    def _advance(self, until_s: float) -> None:
        while not advance(self.loop, until_s):
            more = np.empty_like(self.loop.legs)
            self.loop = self.loop._replace(legs=np.concatenate([self.loop.legs, more]))
        self.now_s = until_s

    @property
    def hour(self) -> float:
        """Hours since the start of day 0."""
        return self.now_s / HOUR_S

    @property
    def walking(self) -> int:
        """Residents on a walk or a ride; whom they take along is not counted."""
        return int(np.count_nonzero(self._walking()))

    @property
    def waiting(self) -> int:
        """Residents in a queue."""
        diary = self.loop.diary
        return int(np.count_nonzero((diary["arrive_s"] <= self.now_s) & (self.now_s < diary["start_s"])))

    @property
    def staying(self) -> int:
        """Residents being served or staying on."""
        diary = self.loop.diary
        return int(np.count_nonzero((diary["start_s"] <= self.now_s) & (self.now_s < diary["end_s"])))

    @property
    def met_on_foot(self) -> int:
        """Errands met on foot so far."""
        diary = self.loop.diary
        return int(np.count_nonzero((diary["outcome"] == Outcome.MET_WALK) & (diary["start_s"] <= self.now_s)))

    @property
    def unmet(self) -> int:
        """Errands given up so far."""
        unmet = self.loop.diary["outcome"] == Outcome.UNMET
        return int(np.count_nonzero(unmet & (self.errands.wanted_s <= self.now_s)))

    def _walking(self) -> Bools:
        """Residents who are on a walk or a ride now, shape (resident,)."""
        walkers, now_s = self.loop.state.walkers, self.now_s
        out = (walkers["depart_s"] <= now_s) & (now_s < walkers["arrive_s"])
        home = (walkers["end_s"] <= now_s) & (now_s < walkers["home_s"])
        return out | home

    def _where(self, row: int) -> str:
        who = self.loop.state.walkers[row]
        if self._walking()[row]:
            return "walking"
        if self.now_s < who["end_s"] and who["at"] != HOME:
            return self.layout.outlets[who["at"]].id
        if who["home_s"] <= self.now_s < who["free_s"]:
            return "beyond"
        return "home"
