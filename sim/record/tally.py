"""The tally: all that the tables need of a record; one number an errand, and nothing else that grows with errands."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from sim.columns import Floats, Ints, seal
from sim.record.spread import Spread, add_spreads

NONE: Final = -1  # no row
TENTHS: Final = 10  # of a second, to which the time of each errand is kept


@dataclass(frozen=True)
class Tally:
    """Counts and sums over the measured days of one run of a layout; those of several runs can be added.

    `needs`, `zones`, `outlets` name the rows. Errands by how they ended (`ENDS`): `by_age` (need, age group, end),
    `by_zone` (zone, need, end), `by_hour` (need, hour, end); by home `raised_at`, `unmet_at` (need, home). Those met on
    foot: `met_at` and seconds to service `time_s_at` (home,); `time_s`, `walk_s`, `wait_s` (need, age group), all of
    them together, and spreads `times`, `walks` with a group for each need and age group, row by row. Outlets:
    `served`, `served_at_home` (outlet,), `turned_away` (outlet, `TURNED_AWAY`), `service_s` of staffed pools,
    `queued_s` (outlet,) of who was served there, and its spread `waits`. `walkers` (link,) parties. By age group:
    `walked_s` on all walks, and `residents`. `days` of each run, and how many `runs`.

    `each_ds` (errand,) is of a single run, and empty in a sum: of every errand, by need, age group and row of the
    record, the tenths of a second to service, begun ones counted whole, where it was met on foot, and -1 where it was
    not. The errands of a seed are the same under all layouts and so stand in the same places.
    """

    needs: tuple[str, ...]
    zones: tuple[str, ...]
    outlets: tuple[str, ...]
    days: int
    runs: int
    by_age: Ints
    by_zone: Ints
    by_hour: Ints
    raised_at: Ints
    unmet_at: Ints
    met_at: Ints
    time_s_at: Floats
    time_s: Floats
    walk_s: Floats
    wait_s: Floats
    times: Spread
    walks: Spread
    served: Ints
    served_at_home: Ints
    turned_away: Ints
    service_s: Floats
    queued_s: Floats
    waits: Spread
    walkers: Ints
    walked_s: Floats
    residents: Ints
    each_ds: Ints

    def __post_init__(self) -> None:
        seal(self)

    def __add__(self, other: Tally) -> Tally:
        """Both runs together; which comes first matters to no count, and to sums of seconds in the last digits."""
        return Tally(**{part.name: _added(part.name, self, other) for part in fields(self)})

    @property
    def run_days(self) -> int:
        """Measured days of all runs: what counts are divided by to be per day."""
        return self.days * self.runs


def _added(name: str, one: Tally, other: Tally) -> Any:
    mine, theirs = getattr(one, name), getattr(other, name)
    if name == "each_ds":
        return mine[:0]
    if isinstance(mine, Spread):
        return add_spreads(mine, theirs)
    if isinstance(mine, tuple) or name == "days":
        if mine != theirs:
            raise ValueError(f"tallies of different {name} cannot be added")
        return mine
    return mine + theirs
