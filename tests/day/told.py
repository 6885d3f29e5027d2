"""Whom and what a story is about: errands, tours, walkers and pools."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, inf, nan
from typing import Any

from sim.needs import Channel
from tests.worlds import DAY_S

HOME = None

# What can stand in the way of a choice, from the first test that an outlet must pass to the last.
STAGES = ("no_outlet", "too_far", "limited", "not_admitted", "unknown", "closed")


@dataclass
class Errand:
    """An errand, and what has become of it."""

    row: int
    key: int
    need: str
    resident: int
    walker: int  # the one who goes, or went last
    age: int
    day: int
    wanted_s: float
    stay_s: float
    follows: int
    channel: Channel
    accompanied: bool
    ahead: bool
    held: str | None = None  # the outlet at which a place is held
    ridden: bool = False  # to that one, since it is farther off than a walk
    barred: str = ""  # why none is, where one is needed
    due_s: float = nan  # when it is wanted again, put off or handed on
    handed_on: bool = False
    on_foot: str = "none"  # the last thing that stood in the way on foot
    outcome: str = "pending"
    reason: str = "none"
    outlet: str | None = None
    tries: int = 0
    cut_off: bool = False
    attempts: int = 0
    set_out_s: float = nan
    arrive_s: float = nan
    start_s: float = nan
    service_s: float = nan
    end_s: float = nan
    walk_m: float = 0.0
    speed_m_s: float = nan

    @property
    def later(self) -> bool:
        """Whether it was put off or handed on, so that it is on no planned tour any more."""
        return self.due_s == self.due_s

    @property
    def days_late(self) -> int:
        """The day on which it was served less the day for which it was wanted, or -1."""
        if self.outcome == "met_online":
            return 0
        return -1 if self.outcome == "unmet" else floor(self.start_s / DAY_S) - self.day

    @property
    def not_on_foot(self) -> str:
        """Why it was not met on foot."""
        if self.outcome in ("met_walk", "met_online"):
            return "none"
        return self.reason if self.on_foot == "none" else self.on_foot


@dataclass
class Tour:
    """A way of a party from home and back, and the errands on it."""

    row: int
    speed: float
    walk_class: int
    range_m: float
    errands: list[Errand]


@dataclass(order=True)
class Due:
    """A thing that somebody is to do later; where it is to bring a child home, that child."""

    moment_s: float
    row: int
    child: int = field(default=-1, compare=False)


@dataclass
class Ride:
    """A ride to an outlet: for which errand, for whom it is under way, and the leg."""

    errand: Errand
    walker: Walker
    outlet: str
    leg: dict[str, Any]


@dataclass
class Walker:
    """Who walks, what is still before them, and where they are."""

    row: int
    age: int
    home: int
    door_m: float
    climb_s: float
    compound: int
    housebound: bool
    independent: bool
    range_factor: float
    tours: list[Tour]
    due: list[Due] = field(default_factory=list)
    tour: Tour | None = None
    todo: list[Errand] = field(default_factory=list)
    here: str | None = HOME
    now_s: float = -inf
    waits: bool = True  # at home, with nothing under way
    plan: int = 0  # counts the plans for what is next, of which the last one holds
    tried: list[str] = field(default_factory=list)  # for the first errand of `todo`
    failed: str = "none"
    going_to: str | None = None
    ride: Ride | None = None
    leg: dict[str, Any] = field(default_factory=dict)

    def snap_m(self, speed: float) -> float:
        """From the door of the dwelling to the node, floors climbed included at this pace."""
        return self.door_m + self.climb_s * speed


@dataclass
class Pool:
    """Staff: when each server is free, until when people are inside, and how many were served on which day.

    Who comes to fetch somebody is not counted among either. `waits` of those who came while people learned, by hour
    and kind of day.
    """

    servers_free_s: list[float]
    enrolled: int = 0
    inside_until_s: list[float] = field(default_factory=list)
    served: dict[int, int] = field(default_factory=dict)
    waits: dict[tuple[int, bool], list[float]] = field(default_factory=dict)
