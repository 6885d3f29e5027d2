"""The event loop alone: microseconds for an errand of a day in the city, and of a week in the default district."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from table import Row

from sim.config import load_config
from sim.day import LifeCircle
from sim.needs import raise_errands
from sim.people import settle
from sim.study import Clock, World, build_world

WEEK = ("study.layouts=[base]",)
CITY = ("place=city",)


def world_of(words: Sequence[str]) -> World:
    """Everything that the layouts of a study share."""
    asked = load_config(list(words))
    config = asked.config
    return build_world(
        config.place, config.people, config.needs, asked.layouts, config.day, config.study, Clock()
    )  # fmt: skip


def measure_loop(what: str, words: Sequence[str], repeats: int) -> list[Row]:
    """One seed of the first layout: errands raised, made ready, lived and recorded, a median of repeats each."""
    world = world_of(words)
    seed, weekdays = world.study.first_seed, world.study.weekdays
    residents = settle(world.place, world.people, seed)
    seconds = []
    for _ in range(repeats + 1):  # the first is not counted
        marks = [time.perf_counter()]
        errands, tours = raise_errands(residents, world.people, world.needs, weekdays, seed)
        marks.append(time.perf_counter())
        model = LifeCircle(
            world.places[0], residents, world.needs, errands, tours, world.layouts[0], world.reaches[0], world.day,
            days=len(weekdays), seed=seed, first_weekday=weekdays[0], warmup_days=world.study.warmup_days,
            agents=False, supply=world.supplies[0], step_min=len(weekdays) * 1440.0,
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
