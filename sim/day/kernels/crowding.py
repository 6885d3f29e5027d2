"""Crowding: when residents have learned to wait where, before the first measured day."""

from __future__ import annotations

import numpy as np

from sim.clock_times import DAY_S, DAYS_OF_WEEK, HOUR_S, HOURS_OF_DAY, SATURDAY
from sim.day.kernels.state import Loop
from sim.day.rules import Rules
from sim.kernels import inner


@inner
def hour_of(rules: Rules, time_s: float) -> int:
    """The hour of the day, of a weekday or of a weekend, as a column of what is known."""
    day = np.floor(time_s / DAY_S)
    weekday = (int(day) + int(rules.monday_s / DAY_S)) % DAYS_OF_WEEK
    return int((time_s - day * DAY_S) / HOUR_S) + (HOURS_OF_DAY if weekday >= SATURDAY else 0)


@inner
def note_wait(loop: Loop, pool: int, time_s: float, wait_s: float) -> None:
    """Note the wait of somebody who comes on a day of learning."""
    if loop.rules.learn_s <= time_s < loop.rules.measured_s:
        hour = hour_of(loop.rules, time_s)
        loop.state.waited_s[pool, hour] += wait_s
        loop.state.waiters[pool, hour] += 1


@inner
def known_wait_s(loop: Loop, pool: int, time_s: float) -> float:
    """The wait that somebody who would come at a time knows of, seconds; 0 before they have learned."""
    hour = hour_of(loop.rules, time_s)
    if time_s < loop.rules.measured_s or loop.state.waiters[pool, hour] == 0:
        return 0.0
    return loop.state.waited_s[pool, hour] / loop.state.waiters[pool, hour]
