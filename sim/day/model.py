"""The life circle as a Mesa model: the clock, the time series, and residents and outlets to look at."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

from sim.day.config import DayConfig
from sim.day.enrolment import enrol
from sim.day.extent import asked_m
from sim.day.kernels.loop import HOME, LEG, advance, new_diary, new_state, set_out
from sim.day.supply import Supply, demand_of, rules_of, supply_of
from sim.errors import InputError
from sim.needs import Channel, Errands, NeedsConfig, Tours
from sim.outlets import Layout
from sim.people import AGE_GROUPS, Mobility, Residents
from sim.place import Place
from sim.reach import Reach
from sim.reach.extent import check_extent, check_ground
from sim.record.outcomes import Outcome, Reason
from sim.record.schema import Record, write_record

if TYPE_CHECKING:
    from sim.columns import Bools, Floats

DAY_S = 86_400.0
HOUR_S = 3_600.0

# What an errand of a channel comes to without any walk.
_WITHOUT_A_WALK = {
    Channel.ONLINE: (Outcome.MET_ONLINE, Reason.NONE),
    Channel.NO_CARER: (Outcome.UNMET, Reason.NO_CARER),
}


class LifeCircle(mesa.Model):  # type: ignore[misc]
    """Residents' days under one layout. `step()` lets `step_min` simulated minutes pass; `run()` all that are left.

    The state of everybody stands in arrays and the compiled loop moves it. With `agents`, every resident and
    outlet is also a Mesa agent to select and look at, never to be stepped. `datacollector` holds, for each
    step: hour, residents walking, waiting and being served or staying, errands met on foot and unmet so far. `supply`
    is that of the layout (`supply_of`), for who runs it again and again. Raises `InputError` where `reach` does not
    have every walk that somebody may take (`limits_m` gives the limits for `find_reach`).
    """

    def __init__(
        self,
        place: Place,
        residents: Residents,
        needs: NeedsConfig,
        errands: Errands,
        tours: Tours,
        layout: Layout,
        reach: Reach,
        day: DayConfig,
        *,
        days: int,
        seed: int,
        first_weekday: int = 0,
        warmup_days: int = 0,
        step_min: float = 15.0,
        agents: bool = True,
        supply: Supply | None = None,
    ) -> None:
        super().__init__(rng=seed)
        if step_min <= 0:
            raise InputError(f"step_min: {step_min}; minutes above 0 are accepted")
        self.place, self.residents, self.needs, self.layout = place, residents, needs, layout
        self.errands, self.tours = errands, tours
        self.step_s, self.end_s = step_min * 60, days * DAY_S
        self.now_s = 0.0
        self._rules = rules_of(day, first_weekday, warmup_days, seed)
        check_ground(reach, place, layout)
        if supply is not None and supply.row is not reach.row:
            raise InputError("supply: it is of another reach; supply_of(layout, reach, ...) makes that of this one")
        self._supply = supply or supply_of(layout, reach, needs.catalogue, day)
        self._demand = demand_of(place, residents, needs, errands, tours, layout, day, seed)
        asked = asked_m(self._supply, self._demand, residents, needs, errands)
        check_extent(reach, place, layout, asked, residents.home[errands.resident])
        self._demand.errands["place"] = enrol(self._supply, self._demand, residents, needs, errands, seed)
        self._state = new_state(len(residents), self._supply, self._rules)
        self._diary = new_diary(len(errands))
        self._legs = np.empty(len(residents) + 3 * len(tours) + 16, LEG)
        for channel, (outcome, reason) in _WITHOUT_A_WALK.items():
            rows = errands.channel == channel
            self._diary["outcome"][rows], self._diary["reason"][rows] = outcome, reason
        set_out(self._supply, self._demand, self._rules, self._state, self._diary, self._legs)

        self._numbers = count(1)
        if agents:
            for row in range(len(residents)):
                Resident(self, row)
            for row in range(len(layout)):
                Outlet(self, row)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "hour": "hour",
                "walking": "walking",
                "waiting": "waiting",
                "staying": "staying",
                "met_on_foot": "met_on_foot",
                "unmet": "unmet",
            }
        )

    def step(self) -> None:
        """Let one interval pass."""
        self._advance(min(self.now_s + self.step_s, self.end_s))
        self.datacollector.collect(self)
        if self.now_s >= self.end_s:
            self._advance(np.inf)  # who is still out walks home
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
        written = int(self._state.counts[1])
        return write_record(
            self.place,
            self.residents,
            self.needs,
            self.layout,
            self.errands,
            self.tours,
            self._diary,
            self._legs[:written],
        )

    def _advance(self, until_s: float) -> None:
        while not advance(self._supply, self._demand, self._rules, self._state, self._diary, self._legs, until_s):
            self._legs = np.concatenate([self._legs, np.empty_like(self._legs)])
        self.now_s = until_s

    @property
    def hour(self) -> float:
        """Hours since the start of day 0."""
        return self.now_s / 3600

    @property
    def walking(self) -> int:
        """Residents on a walk; whom they take along is not counted."""
        return int(np.count_nonzero(self._walking()))

    @property
    def waiting(self) -> int:
        """Residents in a queue."""
        diary = self._diary
        return int(np.count_nonzero((diary["arrive_s"] <= self.now_s) & (self.now_s < diary["start_s"])))

    @property
    def staying(self) -> int:
        """Residents being served or staying on."""
        diary = self._diary
        return int(np.count_nonzero((diary["start_s"] <= self.now_s) & (self.now_s < diary["end_s"])))

    @property
    def met_on_foot(self) -> int:
        """Errands served so far."""
        return int(np.count_nonzero(self._diary["start_s"] <= self.now_s))

    @property
    def unmet(self) -> int:
        """Errands given up so far."""
        unmet = self._diary["outcome"] == Outcome.UNMET
        return int(np.count_nonzero(unmet & (self.errands.wanted_s <= self.now_s)))

    def _walking(self) -> Bools:
        """Who is on a walk now, shape (resident,)."""
        walkers, now_s = self._state.walkers, self.now_s
        out = (walkers["depart_s"] <= now_s) & (now_s < walkers["arrive_s"])
        home = (walkers["end_s"] <= now_s) & (now_s < walkers["home_s"])
        return out | home

    def _where(self, row: int) -> str:
        who = self._state.walkers[row]
        if self._walking()[row]:
            return "walking"
        if self.now_s < who["end_s"] and who["at"] != HOME:
            return self.layout.outlets[who["at"]].id
        return "home"


class Resident(mesa.Agent):  # type: ignore[misc]
    """One resident, to look at: a view of row `row`."""

    # Mesa 3.3 numbers agents in a dictionary that keeps every model alive; ours asks the model.
    _ids: ClassVar[Any]

    def __init__(self, model: LifeCircle, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def age(self) -> int:
        """Age in years."""
        return int(self.model.residents.age[self.row])

    @property
    def age_group(self) -> str:
        """Age group, as in every table."""
        return AGE_GROUPS[self.model.residents.age_group[self.row]]

    @property
    def speed_m_s(self) -> float:
        """Walking speed."""
        return float(self.model.residents.speed_m_s[self.row])

    @property
    def mobility(self) -> str:
        """`independent`, `slow` or `housebound`."""
        return Mobility(self.model.residents.mobility[self.row]).name.lower()

    @property
    def home_xy(self) -> Floats:
        """Position of the home, metres."""
        xy: Floats = self.model.place.homes.xy[self.model.residents.home[self.row]]
        return xy

    @property
    def whereabouts(self) -> str:
        """`home`, `walking`, or the id of an outlet."""
        return str(self.model._where(self.row))

    @property
    def errands(self) -> dict[str, int]:
        """How many errands of this resident that were wanted by now have come to what; `pending` those under way."""
        errands, diary, now_s = self.model.errands, self.model._diary, self.model.now_s
        rows = np.flatnonzero((errands.resident == self.row) & (errands.wanted_s <= now_s))
        so_far = np.where(diary["start_s"][rows] > now_s, Outcome.PENDING, diary["outcome"][rows])
        outcome, times = np.unique(so_far, return_counts=True)
        return {Outcome(o).name.lower(): int(n) for o, n in zip(outcome, times, strict=True)}


class Outlet(mesa.Agent):  # type: ignore[misc]
    """One outlet, to look at: a view of row `row`."""

    _ids: ClassVar[Any]

    def __init__(self, model: LifeCircle, row: int) -> None:
        super().__init__(model)
        self.row = row

    @property
    def id(self) -> str:
        """The stable text id."""
        return self.model.layout.outlets[self.row].id

    @property
    def format(self) -> str:
        """The key of its format."""
        return self.model.layout.outlets[self.row].format

    @property
    def xy(self) -> tuple[float, float]:
        """Position, metres."""
        return self.model.layout.outlets[self.row].xy

    @property
    def served(self) -> int:
        """People served so far."""
        diary = self.model._diary
        return int(np.count_nonzero((diary["outlet"] == self.row) & (diary["start_s"] <= self.model.now_s)))

    @property
    def waiting(self) -> int:
        """People in the queue now."""
        diary, now_s = self.model._diary, self.model.now_s
        here = diary["outlet"] == self.row
        return int(np.count_nonzero(here & (diary["arrive_s"] <= now_s) & (now_s < diary["start_s"])))


class _NumbersOfModel:
    """Agent numbers by model, kept by the model itself."""

    def __getitem__(self, model: LifeCircle) -> count[int]:
        return model._numbers


Resident._ids = Outlet._ids = _NumbersOfModel()
