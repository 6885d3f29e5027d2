"""Buildings as candidates for homes, whichever source shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.columns import Bools, Floats, seal


@dataclass(frozen=True)
class Buildings:
    """Buildings where people may live, one row each.

    Fields:
        xy (building, 2): metres.
        weight (building,): room for residents: an estimate of them where `sized`, else a proportion.
        residential (building,): whether the source says that it is lived in.
        compound: the name of the compound of each, "" for none; () where not told.
        sized: whether `weight` is made of the floor area.
        guessed (building,): whether nobody told its storeys.
        guess: the guess that was made of them, in words.
    """

    xy: Floats
    weight: Floats
    residential: Bools
    compound: tuple[str, ...] = ()
    sized: bool = True
    guessed: Bools = field(default_factory=lambda: np.empty(0, np.bool_))
    guess: str = ""

    def __post_init__(self) -> None:
        if not len(self.guessed):
            object.__setattr__(self, "guessed", np.zeros(len(self.xy), np.bool_))
        seal(self)

    def __len__(self) -> int:
        return len(self.xy)
