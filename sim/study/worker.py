"""A worker: does runs of one plan, whatever process it is in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from sim.day import Supply
from sim.errors import InputError
from sim.people import Residents
from sim.scene import Scene
from sim.study.clock import Tell
from sim.study.run import RunConfig, SeedDemand, pack, raise_demand, run
from sim.study.runs import Runs, Task


@dataclass
class Worker:
    """Does runs, one after another or side by side in threads.

    `scenes`: of all places, by row, or the folders where they lie.
    `config`: what is asked of them.
    `runs`: where runs are looked for and kept.
    `residents`: those of a row and a seed, where they are drawn already.
    """

    scenes: Sequence[Scene | Path]
    config: RunConfig
    runs: Runs
    residents: Callable[[int, int], Residents] | None = None
    _packed: dict[int, tuple[Scene, Supply]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return Worker, (self.scenes, self.config, self.runs)

    def do(self, task: Task, demand: Callable[[], SeedDemand], tell: Tell = lambda hours: None) -> None:
        """Do a run, unless it is there by now."""
        tell(0.0)
        with self.runs.alone(task):
            if not self.runs.has(task):
                scene, supply = self.packed(task.row)
                done = run(scene, self.config, task.about.seed, demand=demand(), supply=supply, tell=tell)
                self.runs.put(task, done)

    def do_batch(self, batch: Sequence[Task]) -> int:
        """Do runs of one seed, whose demand is raised once; returns how many there were."""
        demand = SharedDemand(self, batch)
        for task in batch:
            self.do(task, demand.take)
        return len(batch)

    def do_batch_or_say(self, batch: Sequence[Task]) -> int | str:
        """The same for those who cannot be told of an error but by its words."""
        try:
            return self.do_batch(batch)
        except InputError as error:
            return str(error)

    def raise_demand(self, task: Task) -> SeedDemand:
        """The residents of a seed and what they want."""
        seed = task.about.seed
        known = self.residents(task.row, seed) if self.residents else None
        return raise_demand(self.packed(task.row)[0].place, self.config, seed, known)

    def packed(self, row: int) -> tuple[Scene, Supply]:
        """A scene and its supply, loaded and packed once."""
        with self._lock:
            if row not in self._packed:
                told = self.scenes[row]
                scene = told if isinstance(told, Scene) else Scene.load(told)
                self._packed[row] = scene, pack(scene, self.config)
            return self._packed[row]


class SharedDemand:
    """The residents of a seed, their errands and tours: raised for its first run, and dropped after its last."""

    def __init__(self, worker: Worker, batch: Sequence[Task]) -> None:
        self._worker, self._task, self._runs = worker, batch[0], len(batch)
        self._lock = Lock()
        self._raised: SeedDemand | None = None

    def take(self) -> SeedDemand:
        """The demand, for one of the runs."""
        with self._lock:
            raised = self._raised or self._worker.raise_demand(self._task)
            self._runs -= 1
            self._raised = raised if self._runs else None
            return raised
