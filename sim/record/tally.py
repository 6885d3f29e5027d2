"""The tally: all that the tables need of a record; one number an errand, and nothing else that grows with errands."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final

from sim.columns import Floats, Ints, seal, short_repr
from sim.record.spread import Spread, add_spreads

NONE: Final = -1  # no row
TENTHS: Final = 10  # of a second, to which the time of each errand is kept
# What has a row for each community, outlet, home or link; `raised_at` and `unmet_at` have a column for each home.
OF_PLACE: Final = (
    "zones", "outlets", "by_zone", "cut_off_by_zone", "met_at", "time_s_at", "served", "served_at_home", "turned_away",
    "service_s", "queued_s", "walkers",
)  # fmt: skip
BY_SEX: Final = ("male", "female")
RETURNED: Final = ("came_back", "met", "tries", "days_late")
ENROLLED: Final = ("on_foot", "by_ride", "beyond", "none")


@dataclass(frozen=True)
class Tally:
    """Counts and sums over the measured days of one run of a layout; those of several runs can be added.

    `needs`, `zones`, `outlets`: the names of the rows.
    `days`: measured, of each run.
    `runs`: how many.
    `by_age` (need, age group, end): errands by how they ended (`ENDS`).
    `by_zone` (zone, need, end): the same.
    `by_hour` (need, hour, end): the same.
    `cut_off` (need, age group): unmet errands that would have come back after the last day.
    `cut_off_by_zone` (zone, need): the same.
    `cut_off_by_hour` (need, hour): the same.
    `not_on_foot` (need, age group, `REASONS`): errands that were not met on foot, nor online, by what stood in the way.
    `returned` (need, age group, `RETURNED`): errands that came back, those of them that were met, how often all of
        them came back, and how many days late those met were served.
    `enrolled` (need, age group, `ENROLLED`): residents who applied for a place, by how they hold one.
    `raised_at` (need, home): errands raised.
    `unmet_at` (need, home): errands unmet.
    `met_at` (home,): errands met on foot.
    `time_s_at` (home,): seconds to service, all of these together.
    `time_s` (`MODES`, need, age group): seconds to service of errands met by going, by how people went; all that
        follows down to `walks` is of these.
    `walk_s` (`MODES`, need, age group): seconds under way for them.
    `wait_s` (`MODES`, need, age group): seconds waited.
    `metres` (`MODES`, need, age group): metres gone for them.
    `times`: the spread of seconds to service, with a group for each mode, need and age group, row by row.
    `walks`: that of seconds under way.
    `helped` (need, age group, `BY_SEX`): errands that another member of the household went for, by that member.
    `helped_s` (need, age group, `BY_SEX`): seconds that these took them, ways home that were for nothing else included.
    `helper_days` (need and all, age group, `BY_SEX`): days on which somebody so helped, of each helper.
    `served` (outlet,): residents served there, whoever went for them and however.
    `served_at_home` (outlet,): residents served at their homes.
    `turned_away` (outlet, `TURNED_AWAY`): residents turned away.
    `service_s` (outlet,): seconds of service by staffed pools.
    `queued_s` (outlet,): seconds waited by those who were served there.
    `waits`: the spread of these, by outlet.
    `walkers` (link,): parties.
    `walked_s` (age group,): seconds on all walks.
    `ridden_s` (age group,): seconds on all rides.
    `residents` (age group,): how many live there.
    `each_ds` (errand,): of a single run, and empty in a sum: of every errand, by need, age group and row of the record,
        the tenths of a second to service, begun ones counted whole, where it was met on foot, and -1 where it was not.
        The errands of a seed are the same under all layouts and so stand in the same places.
    """

    needs: tuple[str, ...]
    zones: tuple[str, ...]
    outlets: tuple[str, ...]
    days: int
    runs: int
    by_age: Ints
    by_zone: Ints
    by_hour: Ints
    cut_off: Ints
    cut_off_by_zone: Ints
    cut_off_by_hour: Ints
    not_on_foot: Ints
    returned: Ints
    enrolled: Ints
    raised_at: Ints
    unmet_at: Ints
    met_at: Ints
    time_s_at: Floats
    time_s: Floats
    walk_s: Floats
    wait_s: Floats
    metres: Floats
    times: Spread
    walks: Spread
    helped: Ints
    helped_s: Floats
    helper_days: Ints
    served: Ints
    served_at_home: Ints
    turned_away: Ints
    service_s: Floats
    queued_s: Floats
    waits: Spread
    walkers: Ints
    walked_s: Floats
    ridden_s: Floats
    residents: Ints
    each_ds: Ints

    __repr__ = short_repr

    def __post_init__(self) -> None:
        seal(self)

    def __add__(self, other: Tally) -> Tally:
        """Both runs together; which comes first matters to no count, and to sums of seconds in the last digits."""
        return Tally(**{part.name: _added(part.name, self, other) for part in fields(self)})

    @property
    def anywhere(self) -> Tally:
        """The same without what is told by community, home, outlet and link, so that tallies of different places can be
        added.
        """
        told: dict[str, Any] = {name: getattr(self, name)[:0] for name in OF_PLACE}
        told |= {name: getattr(self, name)[:, :0] for name in ("raised_at", "unmet_at")}
        return replace(self, **told, waits=Spread(*(column[:0] for column in self.waits)))

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
