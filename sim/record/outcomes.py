"""What becomes of an errand, and why."""

from __future__ import annotations

from enum import IntEnum


class Outcome(IntEnum):
    """Where an errand ended; `PENDING` only while the day is still running."""

    PENDING = 0
    MET_WALK = 1
    MET_DELIVERY = 2
    MET_HOME_SERVICE = 3
    MET_ONLINE = 4
    UNMET = 5


class Reason(IntEnum):
    """The last thing that stood in the way of an unmet errand; `NONE` where nothing did."""

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
