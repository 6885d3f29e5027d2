"""Errands: one need of one person on one day, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass

from sim.columns import Bools, Codes, Floats, Ints, Keys, seal, short_repr


@dataclass(frozen=True)
class Errands:
    """One need of one person on one day, a row each; walking errands first, by walker and time.

    Fields:
        key (errand,): stable identity.
        resident (errand,): the resident whose need it is.
        walker (errand,): the resident who goes, or -1.
        need (errand,): row in the catalogue.
        day (errand,): 0 is the first day, a Monday less the warm-up.
        wanted_s (errand,): seconds since the start of day 0.
        stay_s (errand,): time there after being served, seconds.
        channel (errand,): a `Channel`.
        accompanied (errand,): whether the resident walks along with the walker.
        follows (errand,): the errand to whose outlet this one returns, or -1.
        tour (errand,): row in `Tours`, or -1.
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

    __repr__ = short_repr

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.key)
