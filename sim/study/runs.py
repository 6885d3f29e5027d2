"""The runs of a study: in its folder and the store that all studies of the same root share, or in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import pandas as pd

from sim.errors import InputError
from sim.record import (
    RECORD,
    TALLY,
    About,
    Record,
    State,
    Store,
    Tally,
    digest_of,
    lend_run,
    look_at,
    read_tally,
    renew_tally,
    tally_fits,
    write_run,
)
from sim.study.run import Run


class Task(NamedTuple):
    """A run to be done: the row of its scene among those of all places, the folder of the scene below `runs`, and what
    it is known by.
    """

    row: int
    folder: str
    about: About


class Runs(Protocol):
    """Where runs are looked for before they are done, and kept when they are."""

    def alone(self, task: Task) -> AbstractContextManager[None]:
        """Be the only one that does a run."""

    def has(self, task: Task) -> bool:
        """Whether a run is there."""

    def put(self, task: Task, done: Run) -> None:
        """Keep a run."""


@dataclass(frozen=True)
class FolderRuns:
    """Runs in the folder of a study, and in the store below the root of all results.

    `root`: the folder of the study.
    `store`: the runs of all studies.
    `keep`: the `record` of each, or only what the `tables` are made of.
    """

    root: Path
    store: Store
    keep: str

    @staticmethod
    def of(root: Path, keep: str) -> FolderRuns:
        """The runs of the study in a folder; the store lies beside it."""
        return FolderRuns(root, Store(root.parent), keep)

    def folder(self, task: Task) -> Path:
        """Where the study has a run."""
        return self.root / "runs" / task.folder / f"seed-{task.about.seed}"

    @contextmanager
    def alone(self, task: Task) -> Iterator[None]:
        """Be the only process that does a run: of this study or of another."""
        with self.store.alone(task.about):
            yield

    def missing(self, task: Task, say: Callable[[str], object], overwrite: bool) -> bool:
        """Whether a run is still to be done; what is damaged is said.

        Raises `InputError` where a run of another config stands in its place, unless these are to be replaced.
        """
        folder = self.folder(task)
        found = digest_of(folder)
        if found is not None and found != task.about.digest and not overwrite:
            raise InputError(
                f"{folder} holds a run of another config or version (its digest {found}, now {task.about.digest}); "
                "give study.overwrite=true to replace such runs, or another study.name to keep them"
            )
        state = look_at(folder, task.about, self.keep)
        lent = state.missing and self.has(task)
        if state.damage:
            again = "taken from the store once more" if lent else "done again"
            remedy = f"it is {again}" if state.missing else "its tally is counted again from its record"
            say(f"{folder}: {state.damage}; {remedy}")
        return state.missing and not lent

    def has(self, task: Task) -> bool:
        """Whether the study has a run, or the store lends it."""
        kept = self.store.folder(task.about)
        if look_at(kept, task.about, self.keep) != State(missing=False):
            return False
        lend_run(kept, self.folder(task))
        return True

    def put(self, task: Task, done: Run) -> None:
        """Keep a run, for this study and for others."""
        kept = self.store.folder(task.about)
        write_run(kept, done.tally, done.record if self.keep == "record" else None, task.about)
        lend_run(kept, self.folder(task))

    def tally(self, task: Task, count: Callable[[Record], Tally]) -> Tally:
        """The tally of a run; counted again from its record where it is damaged or of other rules."""
        folder = self.folder(task)
        if tally_fits(folder, task.about):
            return read_tally(folder / TALLY)
        tally = count(Record(*(pd.read_parquet(folder / name) for name in RECORD)))
        renew_tally(folder, tally, task.about)
        return tally


@dataclass(frozen=True)
class MemoryRuns:
    """Runs that no file is written of: `tallies` by row of the scene and seed."""

    tallies: dict[tuple[int, int], Tally] = field(default_factory=dict)

    @contextmanager
    def alone(self, task: Task) -> Iterator[None]:
        """Nobody else is there."""
        yield

    def has(self, task: Task) -> bool:
        """Whether a run has been done."""
        return (task.row, task.about.seed) in self.tallies

    def missing(self, task: Task, say: Callable[[str], object], overwrite: bool) -> bool:
        """Whether a run is still to be done."""
        return not self.has(task)

    def put(self, task: Task, done: Run) -> None:
        """Keep a run."""
        self.tallies[task.row, task.about.seed] = done.tally

    def tally(self, task: Task, count: Callable[[Record], Tally]) -> Tally:
        """The tally of a run."""
        return self.tallies[task.row, task.about.seed]
