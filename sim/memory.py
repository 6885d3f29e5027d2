"""Memory: what a study will need, said before the work begins, and what is there for it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import psutil

from sim.by_age import ByAge
from sim.errors import InputError
from sim.needs import NeedsConfig
from sim.people import PeopleConfig

GIB: Final = 2.0**30
REMEDY: Final = (
    "fewer study.jobs, layouts or study.days, fewer people.residents or a smaller place need less; or give the process "
    "more (a limit set by ulimit -v or a container counts)"
)
# Bytes, measured as the growth of peak memory from 20,600 to 1,000,000 residents (Linux, NumPy 2.4, pandas 3).
PROGRAM: Final = 0.5 * GIB  # the program, its libraries and figures
PER_RESIDENT: Final = 200.0  # of one run, as it is written
PER_ERRAND: Final = 500.0  # the same
PER_WALK: Final = 24.0  # from a start to an outlet, of one layout: in reach, and by need
PER_SEARCH: Final = 18.0  # of a walk, while it is searched for
OPEN_CGROUP: Final = "max"
CGROUPS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class Estimate(NamedTuple):
    """Bytes that all runs of a study share, those to find who reaches what, and those of each run under way, of which
    so many are for each of its `days`.
    """

    shared: float
    search: float
    per_run: float
    per_day: float = 0.0
    days: int = 1

    def needed(self, jobs: int) -> float:
        """Bytes with so many runs side by side; the search is over before they begin."""
        return self.shared + max(self.search, jobs * self.per_run)

    def jobs_within(self, free: float) -> int:
        """How many runs fit side by side."""
        return int((free - self.shared) // max(self.per_run, 1.0)) if free >= self.needed(1) else 0


def estimate(
    residents: int, days: int, people: PeopleConfig, needs: NeedsConfig, walks: Sequence[float] = ()
) -> Estimate:
    """What a study needs with so many residents and days, and so many walks in the reach of each layout."""
    per_day = PER_ERRAND * residents * errands_per_day(people, needs)
    return Estimate(
        shared=PROGRAM + PER_WALK * sum(walks),
        search=PER_SEARCH * max(walks, default=0.0),
        per_run=PER_RESIDENT * residents + per_day * days,
        per_day=per_day,
        days=days,
    )


def errands_per_day(people: PeopleConfig, needs: NeedsConfig) -> float:
    """About how many errands a resident raises on a day: the catalogue at the ages of the profile."""
    age = np.array(sorted(people.profile), dtype=np.int32)
    share = np.array([people.profile[a] for a in sorted(people.profile)], dtype=float)
    per_week = 0.0
    for need in needs.catalogue.values():
        goes = ByAge(need.per_week).at(age) / (people.household_size if need.per_household else 1.0)
        twice = 2 if need.collect else 1  # who is brought is fetched
        per_week += float(np.average(goes, weights=share)) * twice
    return per_week / 7


def free_bytes() -> float:
    """Memory that this process may still take: of the machine, of its control group, and under its own limit."""
    own = psutil.Process().memory_info()
    free = [float(psutil.virtual_memory().available)]
    for file in map(Path, CGROUPS):
        text = file.read_text().strip() if file.is_file() else OPEN_CGROUP
        if text != OPEN_CGROUP:
            free.append(float(text) - own.rss)
    if sys.platform != "win32":
        import resource  # not there on Windows

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            free.append(float(limit) - own.vms)
    return min(free) + own.rss


def jobs_that_fit(about: Estimate, jobs: int, asked: bool) -> int:
    """How many of the runs side by side fit into memory, `jobs` at most.

    Raises `InputError` where not one does, or fewer than were `asked` for.
    """
    free = free_bytes()
    fit = min(jobs, about.jobs_within(free))
    if fit < (jobs if asked else 1):
        needed = about.needed(jobs if asked else 1)
        raise InputError(
            f"memory: about {needed / GIB:.2f} GiB are needed ({about.per_run / GIB:.2f} for each run side by side), "
            f"and {free / GIB:.2f} GiB are there; {_what_fits(about, fit, free)}"
        )
    return fit


def _what_fits(about: Estimate, fit: int, free: float) -> str:
    """What to change so that a study fits into what is free."""
    if fit:
        return f"study.jobs={fit} fits"
    too_many = about.needed(1) - free
    fewer = int(np.ceil(too_many / about.per_day)) if about.per_day else about.days
    if fewer < about.days and about.search <= about.per_run:
        return f"{fewer:,} days fewer fit (study.days, study.warmup_days)"
    return (
        f"give fewer layouts at once, a smaller place or fewer people.residents, or end other programs that hold "
        f"{too_many / GIB:.2f} GiB"
    )
