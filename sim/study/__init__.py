"""A study: layouts times seeds become runs, runs become tables. Resumable, and the same bytes however it was run."""

from sim.study.clock import Clock
from sim.study.config import StudyConfig
from sim.study.doing import do_runs, run_study, tables_of_runs
from sim.study.plan import Plan, build_plan
from sim.study.provenance import provenance
from sim.study.run import Run, RunConfig, SeedDemand, raise_demand, run, run_digest
from sim.study.runs import FolderRuns, MemoryRuns

__all__ = [
    "Clock",
    "FolderRuns",
    "MemoryRuns",
    "Plan",
    "Run",
    "RunConfig",
    "SeedDemand",
    "StudyConfig",
    "build_plan",
    "do_runs",
    "provenance",
    "raise_demand",
    "run",
    "run_digest",
    "run_study",
    "tables_of_runs",
]
