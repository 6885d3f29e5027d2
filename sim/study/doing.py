"""Doing a plan: the runs that are not there yet, by an executor, and the tables of all of them."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pandas as pd

from sim.folders import sweep
from sim.record import About, Record, Tally
from sim.study.clock import Clock
from sim.study.executors import Job, execute
from sim.study.plan import Plan
from sim.study.run import count_record
from sim.study.runs import FolderRuns, MemoryRuns, Task
from sim.study.tables import make_tables, write_tables
from sim.study.worker import Worker


def run_study(plan: Plan, root: Path, clock: Clock) -> dict[str, pd.DataFrame]:
    """Do every run that neither the folder of the study nor the store beside it holds, then write all tables.

    A run is written beside and renamed, so that an interrupted study leaves only finished runs. Raises
    `InputError` where the folder holds runs of another config and `study.overwrite` is not set.
    """
    for folder in (root, *root.glob("runs/*"), *root.glob("runs/*/place-*")):
        sweep(folder)
    runs = FolderRuns.of(root, plan.study.keep)
    do_runs(plan, runs, clock)
    tables = tables_of_runs(plan, runs, clock)
    write_tables(tables, plan, root)
    return tables


def do_runs(plan: Plan, runs: FolderRuns | MemoryRuns, clock: Clock) -> None:
    """Do the runs of a plan that are missing."""
    batches = []
    for place, seed in product(range(plan.study.places), plan.study.seed_list):
        tasks = [task_of(plan, place, layout, seed) for layout in range(len(plan.scenes))]
        missing = [task for task in tasks if runs.missing(task, clock.say, plan.study.overwrite)]
        if missing:
            batches.append(missing)
    # Where there are fewer seeds than places to work at, the runs of a seed are done side by side, too.
    here = plan.study.executor in ("threads", "processes")
    at_once = plan.jobs if here else plan.study.jobs
    if plan.study.executor != "threads" and len(batches) < (at_once or 0):
        batches = [[task] for batch in batches for task in batch]
    with clock.stage("runs", total=24.0 * len(plan.config.weekdays) * sum(map(len, batches))) as tell:
        worker = Worker(plan.every_scene, plan.config, runs, plan.residents_of)
        execute(Job(worker, batches, at_once, plan.study, tell, clock.say))


def tables_of_runs(plan: Plan, runs: FolderRuns | MemoryRuns, clock: Clock) -> dict[str, pd.DataFrame]:
    """The tables of a plan whose runs are all there."""

    def tally(place: int, layout: int, seed: int) -> Tally:
        setting = plan.settings[place]

        def count(record: Record) -> Tally:
            return count_record(setting.scenes[layout], plan.config, setting.residence.of(seed), record)

        return runs.tally(task_of(plan, place, layout, seed), count)

    with clock.stage("tables", total=plan.study.runs) as tell:
        return make_tables(plan, tally, tell)


def task_of(plan: Plan, place: int, layout: int, seed: int) -> Task:
    """The run of a layout in a place under a seed; a study of several places keeps each in a folder of its own."""
    setting = plan.settings[place]
    name = setting.scenes[layout].name
    folder = name if plan.study.places == 1 else f"{name}/place-{setting.seed}"
    return Task(place * len(setting.scenes) + layout, folder, About(setting.digests[layout], seed))
