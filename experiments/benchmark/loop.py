"""The event loop alone: microseconds for an errand of a day in the city, and of a week in the default district."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from table import Row

from sim.config import load_config
from sim.day import LifeCircle, Wanted
from sim.face import plan_of
from sim.study import Clock, Plan, raise_demand
from sim.study.run import pack

WEEK = ("study.layouts=[base]",)
CITY = ("place=city",)


def plan(words: Sequence[str]) -> Plan:
    """The plan of a study."""
    return plan_of(load_config(list(words)), Clock())


def measure_loop(what: str, words: Sequence[str], repeats: int) -> list[Row]:
    """One seed of the first layout: errands raised, made ready, lived and recorded, a median of repeats each."""
    asked = plan(words)
    seed, config, scene = asked.study.first_seed, asked.config, asked.scenes[0]
    supply = pack(scene, config)
    residents = asked.residence.of(seed)
    seconds = []
    for _ in range(repeats + 1):  # the first is not counted
        marks = [time.perf_counter()]
        _, errands, tours = raise_demand(scene.place, config, seed, residents)
        marks.append(time.perf_counter())
        model = LifeCircle(
            scene, Wanted(residents, config.needs, errands, tours, config.people), config.day, config.calendar,
            seed=seed, agents=False, supply=supply, step_min=config.calendar.days * 1440.0,
        )  # fmt: skip
        marks.append(time.perf_counter())
        model.step()
        marks.append(time.perf_counter())
        walks = len(model.record().legs)
        marks.append(time.perf_counter())
        seconds.append(np.diff(marks))
    us = np.median(seconds[1:], axis=0) / len(errands) * 1e6
    whole = f"{what}, {len(residents):,} residents, {len(errands):,} errands, {walks:,} walks"
    return [
        Row(
            f"event loop: {whole}; an errand", float(us[2]), "µs",
            note=f"raising it {us[0]:.2g} µs, making it ready {us[1]:.2g}, the record {us[3]:.2g}",
        ),
    ]  # fmt: skip


def measure_loops() -> list[Row]:
    """The default week, and the city's day."""
    return [*measure_loop("a week", WEEK, repeats=5), *measure_loop("a day in the city", CITY, repeats=3)]
