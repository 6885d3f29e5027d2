"""The face for notebooks: from a question to data frames and pictures, and no file unless one is wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sim.config import GROUPS, Asked, load_config
from sim.errors import InputError
from sim.folders import one_writer
from sim.gis import write_layouts
from sim.measures import as_read
from sim.report import Words, draw_report
from sim.report.results import Results, results_of
from sim.report.subject import Subject
from sim.report.summary import summary_table
from sim.scene import content_digest
from sim.study import (
    Case,
    Clock,
    FolderRuns,
    MemoryRuns,
    Plan,
    Run,
    StudyConfig,
    build_plan,
    do_runs,
    provenance,
    run,
    tables_of_runs,
    write_tables,
)

STUDY_KEYS: Final = tuple(field.name for field in fields(StudyConfig))


def load(*overrides: str, config_dir: str | Path | None = None, **keys: Any) -> Asked:
    """The config of a study: the words of the command, or the same as keys, as in `load("people.residents=1000",
    place="new_district", layouts=["base", "kiosks"], seeds=3)`.

    A key is a group (`place`, `people`, …) or a key of the group `study`. `config_dir`: a folder of your own configs.
    Raises `InputError` for what cannot be used.
    """
    return load_config(command_words(overrides, keys), None if config_dir is None else Path(config_dir).expanduser())


def build(asked: Asked, *, progress: bool = False) -> Plan:
    """The scenes of a config, by the names of its layouts; nothing is simulated yet."""
    return plan_of(asked, Clock(shown=progress))


def simulate(case: Case, seed: int = 1) -> Run:
    """One run of a scene that `build` made: its tally, and its record of every errand and walk."""
    return run(case.scene, case.config, seed)


def compare(
    *overrides: str,
    config_dir: str | Path | None = None,
    results: str | Path | None = None,
    progress: bool = True,
    **keys: Any,
) -> Study:
    """Simulate a study, as `lifecircle` does with the same words; see `load` for these.

    `results`: the root folder below which runs are kept and tables written, as the command does; None: nothing is
    written. `progress`: whether bars are shown.
    """
    words = command_words(overrides, keys)
    asked = load(*words, config_dir=config_dir)
    clock = Clock(shown=progress)
    plan = plan_of(asked, clock)
    if results is None:
        runs = MemoryRuns()
        do_runs(plan, runs, clock)
        return _study_of(plan, asked, words, tables_of_runs(plan, runs, clock), clock)
    root = Path(results).expanduser() / plan.study.name
    with one_writer(root, clock.say):
        kept = FolderRuns.of(root, plan.study.keep)
        do_runs(plan, kept, clock)
        study = _study_of(plan, asked, words, tables_of_runs(plan, kept, clock), clock)
        study.save(root)
    return study


def _study_of(
    plan: Plan, asked: Asked, words: Sequence[str], tables: Mapping[str, pd.DataFrame], clock: Clock
) -> Study:
    """A study whose tables hold what those on disk would."""
    return Study(plan, asked, tuple(words), {name: as_read(table) for name, table in tables.items()}, clock)


@dataclass(frozen=True)
class Study:
    """What came of a comparison of layouts.

    `plan`: its scenes, and what was asked of them.
    `asked`: its config.
    `words`: of the command that would do the same.
    `tables`: data frames by name, as `results/README.md` tells them.
    `clock`: seconds for each stage.
    """

    plan: Plan
    asked: Asked
    words: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]
    clock: Clock

    def __repr__(self) -> str:
        return f"Study of {self.plan!r}\n{self.summary.to_string()}"

    def _repr_html_(self) -> str:
        return self.summary.to_html()

    @cached_property
    def summary(self) -> pd.DataFrame:
        """The table that ends a study on the terminal, a row for each layout."""
        return summary_table(self.results())

    @property
    def figures(self) -> list[str]:
        """The names of its figures."""
        from sim.report.figures import names  # what draws is loaded where it is wanted

        return names(self.results())

    def figure(self, name: str, language: str | None = None) -> Any:
        """A figure of Matplotlib by its name (`figures` has them). Raises `InputError` for a name that there is not."""
        from sim.report.figures import draw

        return draw(self.results(language), name)

    def results(self, language: str | None = None) -> Results:
        """What figures and tables of the report are drawn from, in a language: `en` or `zh`."""
        words = Words(language or self.asked.config.report.language)
        return results_of(subject_of(self.plan, self.words), self.tables, self.asked.yaml, words)

    def save(self, folder: str | Path) -> Path:
        """Write all that the command writes into a folder, but the runs; returns the page, or the tables."""
        root = Path(folder).expanduser()
        root.mkdir(parents=True, exist_ok=True)
        write_tables(dict(self.tables), self.plan, root)
        return write_results(root, self.plan, self.asked, self.words, self.clock)


def write_results(root: Path, plan: Plan, asked: Asked, words: Sequence[str], clock: Clock) -> Path:
    """Write what a folder of results holds besides runs and tables; returns the page, or the folder of the tables."""
    with clock.stage("report"):
        (root / "config.yaml").write_text(asked.yaml, encoding="utf-8")
        subject = subject_of(plan, words)
        subject.save(root)
        write_layouts(plan.place, plan.layouts, root)
        page = draw_report(root, subject, asked.config.report, list(words))
    note = json.dumps(provenance(plan, clock, True), indent=1) + "\n"
    (root / "provenance.json").write_text(note, encoding="utf-8")
    return page


def plan_of(asked: Asked, clock: Clock) -> Plan:
    """The plan of a config."""
    config = asked.config
    config.report.check()
    return build_plan(config.place, config.people, config.needs, asked.layouts, config.day, config.study, clock)


def subject_of(plan: Plan, overrides: Sequence[str]) -> Subject:
    """What a report on a plan is about."""
    residents = plan.residence.of(plan.study.first_seed)
    return Subject(
        place=plan.place,
        scenes=plan.scenes,
        needs=plan.config.needs,
        home=residents.home,
        age_group=residents.age_group,
        mobility=residents.mobility,
        seed_list=tuple(plan.study.seed_list),
        days=plan.study.days,
        digest=content_digest(plan.every_digest),
        places=plan.study.places,
        asked=tuple(overrides),
    )


def command_words(overrides: Sequence[str], keys: Mapping[str, Any]) -> list[str]:
    """Words of the command that say what some keys say."""
    words = list(overrides)
    for key, value in keys.items():
        if key in STUDY_KEYS:
            words.append(f"study.{key}={_word(value)}")
        elif key in GROUPS:
            words.append(f"{key}={_word(value)}")
        else:
            near = get_close_matches(key, [*GROUPS, *STUDY_KEYS], 1)
            raise InputError(
                f"{key}: neither a group ({', '.join(GROUPS)}) nor a key of the study ({', '.join(STUDY_KEYS)})"
                + (f"; did you mean {near[0]}?" if near else "")
                + "; give other keys as words, as in 'people.residents=1000'"
            )
    return words


def _word(value: Any) -> str:
    """A value as the command line writes it."""
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{key}: {_word(one)}' for key, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_word, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
