"""A run: what the residents of a seed do in a scene. It is a function of its arguments, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final, NamedTuple

from sim.day import Calendar, DayConfig, LifeCircle, Supply, Wanted, supply_of
from sim.needs import Errands, NeedsConfig, Tours, raise_errands
from sim.people import PeopleConfig, Residents, settle
from sim.place import Place
from sim.record import Record, Tally, tally_run
from sim.rules import rules_digest
from sim.scene import Scene, content_digest

# What a run goes through: all that it imports, and what its reach is made by. The place and the layout count by value.
RULES: Final = ("sim.study.run", "sim.reach.change", "sim.reach.limits", "sim.reach.search")


@dataclass(frozen=True)
class RunConfig:
    """What a run asks of a scene besides its seed.

    `people`: the residents; a census sheet has been read.
    `needs`: what they want.
    `day`: how they choose.
    `days`: measured, beginning on a Monday.
    `warmup_days`: before them, not measured.
    """

    people: PeopleConfig
    needs: NeedsConfig
    day: DayConfig
    days: int = 7
    warmup_days: int = 1

    @property
    def weekdays(self) -> list[int]:
        """The weekday (0 Monday) of each simulated day; the first measured day is a Monday."""
        return [(day - self.warmup_days) % 7 for day in range(self.warmup_days + self.days)]

    @property
    def calendar(self) -> Calendar:
        """The days of a run."""
        return Calendar(len(self.weekdays), self.weekdays[0], self.warmup_days)


class SeedDemand(NamedTuple):
    """The residents of a seed, and what they want; no layout has a say in it."""

    residents: Residents
    errands: Errands
    tours: Tours

    def __repr__(self) -> str:
        return f"SeedDemand({len(self.residents):,} residents, {len(self.errands):,} errands)"


class Run(NamedTuple):
    """What came of a run."""

    tally: Tally
    record: Record

    def __repr__(self) -> str:
        return f"Run({len(self.record.errands):,} errands, {len(self.record.legs):,} walks)"


def run(
    scene: Scene,
    config: RunConfig,
    seed: int,
    *,
    demand: SeedDemand | None = None,
    supply: Supply | None = None,
    tell: Callable[[float], object] = lambda hours: None,
) -> Run:
    """The tally and the record of one run.

    `demand` and `supply` are those of `raise_demand` and of `pack`, for those who run many; `tell` is told of each
    hour that has passed. Raises `InputError` where the reach of the scene does not have a walk that is asked.
    """
    residents, errands, tours = demand or raise_demand(scene.place, config, seed)
    model = LifeCircle(
        scene,
        Wanted(residents, config.needs, errands, tours, config.people),
        config.day,
        config.calendar,
        seed=seed,
        agents=False,
        supply=supply or pack(scene, config),
    )
    record = model.run(tell)
    return Run(count_record(scene, config, residents, record), record)


def raise_demand(place: Place, config: RunConfig, seed: int, residents: Residents | None = None) -> SeedDemand:
    """The residents of a seed (those given, where they are drawn already) and what they want."""
    residents = residents or settle(place, config.people, seed)
    return SeedDemand(residents, *raise_errands(residents, config.people, config.needs, config.weekdays, seed))


def pack(scene: Scene, config: RunConfig) -> Supply:
    """What a scene offers, packed for the loop."""
    _, layout, reach = scene.whole
    return supply_of(layout, reach, config.needs.catalogue, config.day)


def count_record(scene: Scene, config: RunConfig, residents: Residents, record: Record) -> Tally:
    """The tally of a record."""
    return tally_run(
        scene.place, scene.layout, residents, record.errands, record.legs,
        days=config.days, warmup_days=config.warmup_days,
        enrolled={key for key, need in config.needs.catalogue.items() if need.enrolled},
    )  # fmt: skip


def run_digest(scene: Scene, config: RunConfig) -> str:
    """The digest of the runs of a scene: of its content, of the config, and of the rules that a run goes through."""
    return content_digest(scene.digest, asdict(config), rules_digest(*RULES))
