"""Errands: one need of one person on one day, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass

from sim.columns import Bools, Codes, Floats, Ints, Keys, seal


@dataclass(frozen=True)
class Errands:
    """One need of one person on one day, a row each; walking errands first, by walker and time.

    `key` stable identity; `resident` whose need; `walker` who goes, or -1; `need` row in the catalogue; `day`
    (0 is the first day, a Monday less the warm-up); `wanted_s` seconds since the start of day 0; `stay_s` time
    there after being served; `channel` a `Channel`; `accompanied`: the resident walks along; `follows` the
    errand to whose outlet this one returns, or -1; `tour` row in `Tours`, or -1.
    """

    key: Keys
    resident: Ints
    walker: Ints
    need: Codes
    day: Ints
    wanted_s: Floats
    stay_s: Floats
    channel: Codes
    accompanied: Bools
    follows: Ints
    tour: Ints

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.key)
