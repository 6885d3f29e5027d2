"""What becomes of an errand, and why: the one list of either, from which all others are made.

A new outcome or reason is one line here, the kernel that gives it, and its words in the report.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class _Named(IntEnum):
    """Numbers with names."""

    @property
    def key(self) -> str:
        """What records and tables call it."""
        return self.name.lower()


class Outcome(_Named):
    """Where an errand ended; `PENDING` only while the day is still running."""

    PENDING = 0
    MET_WALK = 1
    MET_DELIVERY = 2
    MET_HOME_SERVICE = 3
    MET_ONLINE = 4
    MET_HOUSEHOLD = 5
    MET_RIDE = 6
    MET_BEYOND = 7
    UNMET = 8


class Reason(_Named):
    """The last thing that stood in the way of an unmet errand; `NONE` where nothing did.

    The numbers are those that records are written with, and columns of tables stand in their order. Which reason counts
    where an errand meets several is not for them to say: see `HURDLES`.
    """

    NONE = 0
    NO_OUTLET = 1
    TOO_FAR = 2
    LIMITED = 3
    NOT_ADMITTED = 4
    UNKNOWN = 5
    CLOSED = 6
    FULL = 7
    QUEUE = 8
    NO_CARER = 9
    CANNOT_WALK = 10


HURDLES: Final = (
    Reason.NO_OUTLET,
    Reason.TOO_FAR,
    Reason.LIMITED,
    Reason.NOT_ADMITTED,
    Reason.UNKNOWN,
    Reason.CLOSED,
    Reason.FULL,
    Reason.QUEUE,
)
"""What stands between an errand and its service at an outlet, in the order in which the errand comes to it.

At each outlet an errand ends at the first hurdle that it cannot pass. Where no outlet serves it, the one at which it
came furthest gives the reason: where ten outlets are too far and one is shut, it is unmet because that one is closed.
"""

TURNED_AWAY: Final = tuple(reason.key for reason in (Reason.CLOSED, Reason.FULL, Reason.QUEUE))
"""Reasons for which somebody is turned away at the door of an outlet, after the walk to it."""

OUTCOMES: Final = tuple(outcome.key for outcome in Outcome if outcome != Outcome.PENDING)
"""The outcomes of a run that has ended, by name, as tables call them."""

REASONS: Final = tuple(reason.key for reason in Reason if reason != Reason.NONE)
"""The reasons of unmet errands, by name, as tables call them."""

ENDS: Final = (*(name for name in OUTCOMES if name != Outcome.UNMET.key), *REASONS)
"""How an errand ends, by name: met in one of seven ways, or unmet for one reason (from `FIRST_REASON` on)."""

MET_WALK: Final = ENDS.index(Outcome.MET_WALK.key)
DELIVERED: Final = ENDS.index(Outcome.MET_DELIVERY.key)
HOME_SERVED: Final = ENDS.index(Outcome.MET_HOME_SERVICE.key)
ONLINE: Final = ENDS.index(Outcome.MET_ONLINE.key)
HELPED: Final = ENDS.index(Outcome.MET_HOUSEHOLD.key)
RIDDEN: Final = ENDS.index(Outcome.MET_RIDE.key)
HAD_BEYOND: Final = ENDS.index(Outcome.MET_BEYOND.key)
FIRST_REASON: Final = ENDS.index(REASONS[0])

MODES: Final = {"walk": MET_WALK, "household": HELPED, "ride": RIDDEN, "beyond": HAD_BEYOND}
"""How people go, and how the errands end that are met so: by themselves on foot, by another member of the household on
foot, by e-bike or bicycle, and outside the place. Tables of travel are in this order."""
_WITHOUT_OTHERS: Final = {
    "on_foot": Outcome.MET_WALK.key,
    "by_ride": "met_ride",
    "beyond": "met_beyond",
    "unmet": Outcome.UNMET.key,
}
SPLIT: Final = {
    part: tuple(
        name
        for name in OUTCOMES
        if name == _WITHOUT_OTHERS.get(part) or (part == "by_others" and name not in _WITHOUT_OTHERS.values())
    )
    for part in ("on_foot", "by_others", "by_ride", "beyond", "unmet")
}
"""The one split by which reports tell what became of errands: its parts in order, each with its outcomes by name."""
