"""Buildings as candidates for homes, whichever source shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.columns import Bools, Floats, seal


@dataclass(frozen=True)
class Buildings:
    """Buildings where people may live, one row each.

    `xy` (building, 2) metres; `weight` room for residents, which is an estimate of them where `sized` by floor area,
    else a proportion; `residential` where the source says so; `compound` names, "" for none, or () where not told;
    `guessed` whose storeys nobody told, and the `guess` that was made of them, in words.
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
