"""The keys of the group `study`."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.errors import InputError
from sim.names import check_folder_name
from sim.record import KEEP

MOST_RUNS = 100_000  # of a study: their rows of the table of seeds take some 10 GB
MOST_DAYS = 3_660  # ten years, in which residents do not grow older
EXECUTORS = ("threads", "processes", "ray", "slurm")
CLUSTERS = ("slurm", "local")


@dataclass
class SlurmConfig:
    """What the executor `slurm` asks for each job, which does all runs of one seed.

    `cluster`: `slurm`, or `local` for processes of this machine that submitit starts.
    `partition`: of the cluster; null: its default.
    `timeout_min`: minutes after which a job is ended.
    `mem_gb`: memory.
    `cpus`: processors.
    """

    cluster: str = "slurm"
    partition: str | None = None
    timeout_min: int = 60
    mem_gb: float = 4.0
    cpus: int = 1

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        if self.cluster not in CLUSTERS:
            raise InputError(f"study.slurm.cluster: {self.cluster!r}; {' or '.join(CLUSTERS)} is accepted")
        for key in ("timeout_min", "mem_gb", "cpus"):
            if not getattr(self, key) > 0:
                raise InputError(f"study.slurm.{key}: {getattr(self, key)}; a number above 0 is needed")


@dataclass
class StudyConfig:
    """Which layouts, over how many seeds and days, where the runs are done and where the results go.

    `name`: of the folder of results.
    `layouts`: names of the layouts; the others are compared with the first.
    `seeds`: how many, from `first_seed` on.
    `places`: how many are grown, from `place.seed` on; each has all seeds.
    `days`: measured, beginning on a Monday, after `warmup_days` that are not.
    `jobs`: runs at the same time; null: one for each processor.
    `executor`: what does them: `threads` or `processes` of this machine, a `ray` cluster, or a `slurm` cluster.
    `slurm`: what is asked of that.
    `overwrite`: whether runs that an earlier config left in the folder are replaced.
    `goal`: the measure by which it is decided: `unmet`, `not_on_foot` or `minutes`, then a need, ages, or
        `worst community`, as in `unmet groceries 70+`; see `sim.measures.read_goal`.
    `keep`: the `record` of each run, or only its tally, of which the `tables` are made.
    """

    name: str = "study"
    layouts: list[str] = field(default_factory=list)
    seeds: int = 10
    places: int = 1
    first_seed: int = 1
    days: int = 7
    warmup_days: int = 1
    jobs: int | None = None
    executor: str = "threads"
    slurm: SlurmConfig = field(default_factory=SlurmConfig)
    overwrite: bool = False
    goal: str = "unmet"
    keep: str = "record"

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        check_folder_name("study.name", self.name)
        if not self.layouts:
            raise InputError("study.layouts: empty; give at least one, as in study.layouts=[base,kiosks]")
        twice = sorted({name for name in self.layouts if self.layouts.count(name) > 1})
        if twice:
            raise InputError(f"study.layouts: {', '.join(twice)} is named twice")
        self._check_numbers()
        if self.keep not in KEEP:
            raise InputError(f"study.keep: {self.keep!r}; {' or '.join(KEEP)} is accepted")
        if self.executor not in EXECUTORS:
            raise InputError(f"study.executor: {self.executor!r}; one of {', '.join(EXECUTORS)} is accepted")
        self.slurm.check()

    def _check_numbers(self) -> None:
        for key, least, most in (
            ("seeds", 1, MOST_RUNS), ("places", 1, MOST_RUNS), ("first_seed", 0, 2**31 - 1), ("days", 1, MOST_DAYS),
            ("warmup_days", 0, MOST_DAYS),
        ):  # fmt: skip
            if getattr(self, key) < least:
                raise InputError(f"study.{key}: {getattr(self, key)}; {least} or more is needed")
            if getattr(self, key) > most:
                raise InputError(f"study.{key}: {getattr(self, key)}; at most {most:,} is accepted")
        if self.runs > MOST_RUNS:
            of_a_seed = self.runs // self.seeds
            in_places = f" in {self.places} places" if self.places > 1 else ""
            fits = f"so study.seeds={MOST_RUNS // of_a_seed} fits" if of_a_seed <= MOST_RUNS else "of all places"
            raise InputError(
                f"study.seeds: {self.seeds:,} of {len(self.layouts)} layouts{in_places} are {self.runs:,} "
                f"runs; at most {MOST_RUNS:,} are accepted, {fits}"
            )
        if self.jobs is not None and self.jobs < 1:
            raise InputError(f"study.jobs: {self.jobs}; 1 or more is needed")

    @property
    def runs(self) -> int:
        """How many runs there are: of each layout in each place under each seed."""
        return self.places * len(self.layouts) * self.seeds

    @property
    def seed_list(self) -> list[int]:
        """The seeds."""
        return list(range(self.first_seed, self.first_seed + self.seeds))
