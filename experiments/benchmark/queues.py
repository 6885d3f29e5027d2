"""The queue of one outlet: the same arrivals and services by lifecircle, by SimPy and by Mesa's scheduler."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import mesa
import numpy as np
import pandas as pd
import simpy
from table import Row

from sim.columns import Floats
from sim.day import Calendar, DayConfig, LifeCircle, Wanted
from sim.needs import Channel, Errands, NeedConfig, NeedsConfig, Tours
from sim.outlets import Kind, Layout, OfferConfig, Outlet, PoolConfig
from sim.people import Residents
from sim.place import Homes, Place, Streets
from sim.reach import find_reach
from sim.record import Record
from sim.scene import scene_of

PEOPLE = 100_000
CLERKS = 3
BUSY = 0.8  # share of what the clerks can do that is asked of them
EVENTS = 5  # of a person: set out, arrive, begin, end, home
DAY_S = 86_400.0

Schedule = Callable[[Callable[[], None], float], Any]  # of an event, at a time


class Answers(NamedTuple):
    """Seconds that each took, ours for the loop and for its record as tables; the largest difference of a wait from
    SimPy's; and how many events Mesa fired.
    """

    ours_s: float
    record_s: float
    simpy_s: float
    mesa_s: float
    apart_s: float
    events: int


def one_outlet(n: int, clerks: int, seed: int) -> LifeCircle:
    """`n` people come to one outlet next door, for a minute of work each; all in one step."""
    wanted_s = np.cumsum(np.random.default_rng(seed).exponential(60 / (BUSY * clerks), n))
    streets = Streets(
        xy=np.array([[0.0, 0.0], [10.0, 0.0]]), links=np.array([[0, 1]], np.int32), length_m=np.array([10.0]),
        grade=np.zeros(1), crossing_s=np.zeros(1), stairs=np.zeros(1, bool), gate=np.zeros(1, bool),
        compound=np.full(2, -1, np.int32),
    )  # fmt: skip
    homes = Homes(
        node=np.zeros(1, np.int32), xy=np.zeros((1, 2)), snap_m=np.zeros(1), compound=np.full(1, -1, np.int32),
        zone=np.zeros(1, np.int32), weight=np.ones(1),
    )  # fmt: skip
    place = Place("door", streets, homes, ("all",))
    rows, ones = np.arange(n, dtype=np.int32), np.ones(n)
    people = Residents(
        home=np.zeros(n, np.int32), household=rows, age=np.full(n, 30, np.int32), age_group=np.full(n, 3, np.int8),
        female=np.zeros(n, bool), speed_m_s=ones, mobility=np.zeros(n, np.int8), range_m=np.full(n, np.inf),
        carer=np.full(n, -1, np.int32), away=np.zeros(n, bool),
    )  # fmt: skip
    errands = Errands(
        key=rows.astype(np.uint64) + np.uint64(1), resident=rows, walker=rows, need=np.zeros(n, np.int8),
        day=(wanted_s // DAY_S).astype(np.int32), wanted_s=wanted_s, stay_s=np.zeros(n),
        channel=np.full(n, Channel.WALK, np.int8), accompanied=np.zeros(n, bool), follows=np.full(n, -1, np.int32),
        tour=rows,
    )  # fmt: skip
    tours = Tours(
        first=np.arange(n + 1, dtype=np.int32), of_walker=np.arange(n + 1, dtype=np.int32), walker=rows,
        speed_m_s=ones, walk_class=np.zeros(n, np.int8), range_m=np.full(n, np.inf),
    )  # fmt: skip
    needs = NeedsConfig({"work": NeedConfig("事", "Work", limit_min={0: 20}, hours={0: [[0, 24, 1]]})})
    outlet = Outlet(
        "desk", "", "desk", Kind({"staff": PoolConfig(clerks)}, {"work": OfferConfig(1.0)}), 0, 0.0, (0.0, 0.0), -1,
        ((-np.inf, np.inf),), 1.0, 0.0,
    )  # fmt: skip
    layout = Layout("desk", "", "", (outlet,), {})
    days = int(wanted_s[-1] // DAY_S) + 2
    return LifeCircle(
        scene_of(place, layout, find_reach(place, layout, [1200.0])), Wanted(people, needs, errands, tours),
        DayConfig(patience_unlimited_share=1.0), Calendar(days), step_min=days * 1440.0, seed=seed, agents=False,
    )  # fmt: skip


def by_simpy(arrive_s: Floats, service_s: Floats, clerks: int) -> Floats:
    """The waits of the same arrivals with the same services, by SimPy's `Resource`, shape (person,)."""
    env = simpy.Environment()
    desk = simpy.Resource(env, clerks)
    waits = np.empty(len(arrive_s))

    def person(i: int) -> Iterator[Any]:
        with desk.request() as turn:
            yield turn
            waits[i] = env.now - arrive_s[i]
            yield env.timeout(service_s[i])

    def street() -> Iterator[Any]:
        """People start when they come: SimPy takes less than half as long as with all waiting from the start."""
        for i in range(len(arrive_s)):
            yield env.timeout(arrive_s[i] - env.now)
            env.process(person(i))

    env.process(street())
    env.run()
    return waits


class Person:
    """Somebody whose events only schedule the next, at the times that the record says; the first one also schedules the
    first of who comes after, the `follower`.
    """

    __slots__ = ("__weakref__", "fired", "follower", "schedule", "times")  # Mesa holds who acts by weak references

    def __init__(self, times: list[float], schedule: Schedule, follower: Person | None) -> None:
        self.times, self.schedule, self.follower, self.fired = times, schedule, follower, 0

    def act(self) -> None:
        """One event."""
        if not self.fired and self.follower:
            self.schedule(self.follower.act, self.follower.times[0])
        self.fired += 1
        if self.fired < len(self.times):
            self.schedule(self.act, self.times[self.fired])


def mesa_scheduler() -> tuple[Schedule, Callable[[float], None]]:
    """How this version of Mesa schedules an event at a time, and runs until one."""
    if hasattr(mesa.Model, "schedule_event"):  # from 3.5 on
        model = mesa.Model()
        return lambda act, at: model.schedule_event(act, at=at), model.run_until
    from mesa.experimental.devs import DEVSimulator

    simulator = DEVSimulator()
    simulator.setup(mesa.Model())
    return simulator.schedule_event_absolute, simulator.run_until


def by_mesa(times_day: Floats) -> tuple[int, float]:
    """How many events Mesa fires where each person has one at each of its times, shape (person, event), and the
    seconds of scheduling and firing them.

    People come in the order of their first times, and only the next of them is in Mesa's list: it takes half as long so
    as with all of them there from the start. Times are days: from 3.5 on a model also steps once in every unit of time.
    """
    schedule, run_until = mesa_scheduler()
    people: list[Person] = []
    for times in times_day[::-1].tolist():
        people.append(Person(times, schedule, people[-1] if people else None))
    start = time.perf_counter()
    schedule(people[-1].act, people[-1].times[0])
    run_until(float(np.ceil(times_day.max()) + 1))
    return sum(person.fired for person in people), time.perf_counter() - start


def times_of(record: Record) -> Floats:
    """When each person sets out, arrives, begins, ends, and is home again, seconds, shape (person, event)."""
    errands, legs = record.errands, record.legs
    home = legs[legs["errand"] < 0]
    home_s = pd.Series(home["arrive_s"].to_numpy(), home["walker"]).reindex(errands["walker"]).to_numpy()
    return np.column_stack([errands[["set_out_s", "arrive_s", "start_s", "end_s"]].to_numpy(float), home_s])


def compare(n: int, clerks: int, seed: int = 1) -> Answers:
    """One repeat of all three."""
    model = one_outlet(n, clerks, seed)
    start = time.perf_counter()
    model.step()
    ours_s = time.perf_counter() - start
    start = time.perf_counter()
    record = model.record()
    record_s = time.perf_counter() - start
    arrive_s, start_s, service_s = (record.errands[key].to_numpy() for key in ("arrive_s", "start_s", "service_s"))
    gc.collect()
    start = time.perf_counter()
    waits = by_simpy(arrive_s, service_s, clerks)
    simpy_s = time.perf_counter() - start
    gc.collect()
    events, mesa_s = by_mesa(times_of(record) / DAY_S)
    return Answers(ours_s, record_s, simpy_s, mesa_s, float(np.abs(waits - (start_s - arrive_s)).max()), events)


def measure_queue(n: int = PEOPLE, repeats: int = 5) -> list[Row]:
    """Microseconds for a person, medians of repeats that take turns, and the ratios within each repeat."""
    compare(1000, CLERKS)
    answers = [compare(n, CLERKS) for _ in range(repeats)]
    ours, record, by_simpy_s, by_mesa_s, apart, events = np.array(answers).T
    us = 1e6 / n
    who = f"{n:,} people, {CLERKS} clerks, {BUSY:.0%} busy, a person"
    fired = round(events[0] / n)
    return [
        Row(
            f"one queue: {who}", float(np.median(ours)) * us, "µs",
            note=f"choice, walk, queue, service, way home; the record as tables {np.median(record) * us:.2g} µs",
        ),
        Row(
            "the queue alone by SimPy", float(np.median(by_simpy_s)) * us, "µs",
            note=f"largest difference of a wait {apart.max():.1g} s",
        ),
        Row("SimPy / ours", float(np.median(by_simpy_s / ours)), "times", 10, 20, at_least=True),
        Row(
            f"{fired} empty events of a person by Mesa {mesa.__version__}", float(np.median(by_mesa_s)) * us, "µs",
            note=f"{np.median(by_mesa_s / events) * 1e6:.3g} µs an event",
        ),
        Row("Mesa / ours", float(np.median(by_mesa_s / ours)), "times", 20, 50, at_least=True),
    ]  # fmt: skip
