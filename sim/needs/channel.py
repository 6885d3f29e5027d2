"""Channels: what an errand needs before any outlet comes into play."""

from __future__ import annotations

from enum import IntEnum


class Channel(IntEnum):
    """What an errand needs before any outlet comes into play."""

    WALK = 0
    ONLINE = 1  # ordered before anyone walks
    NO_CARER = 2  # a child with nobody to walk with
    HOUSEBOUND = 3  # somebody who does not walk, and nobody of the household goes for them: an order, if any
