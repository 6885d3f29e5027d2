"""A tiny study, run once: what every test of the report is drawn from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sim.config import load_config
from sim.face import plan_of, subject_of
from sim.report.faces import Style, find_style
from sim.report.page import write_page
from sim.report.results import Results, read_results
from sim.report.subject import Subject
from sim.report.words import Words
from sim.study import Clock, run_study

SMALL = [
    "place.grown.area_km2=0.5",
    "place.grown.settled_share=1.0",
    "people.residents=400",
    "study.days=2",
    "study.warmup_days=0",
    "study.jobs=1",
]
Study = tuple[Path, Subject, list[str]]


@pytest.fixture(scope="session")
def new_study(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Study]:
    """A small study with further overrides, run in a folder of its own."""

    def run(*more: str) -> Study:
        overrides = [*SMALL, *more]
        asked = load_config(overrides)
        plan = plan_of(asked, Clock())
        root = tmp_path_factory.mktemp("results") / "study"
        root.mkdir()
        run_study(plan, root, Clock())
        (root / "config.yaml").write_text(asked.yaml, encoding="utf-8")
        return root, subject_of(plan, overrides), overrides

    return run


@pytest.fixture(scope="session")
def study(new_study: Callable[..., Study]) -> Study:
    """Three layouts under two seeds."""
    return new_study("study.seeds=2")


@pytest.fixture(scope="session")
def one_seed(new_study: Callable[..., Study]) -> Study:
    """Two layouts under one seed."""
    return new_study("study.seeds=1", "study.layouts=[base,kiosks]")


@pytest.fixture(scope="session")
def one_layout(new_study: Callable[..., Study]) -> Study:
    """One layout under two seeds."""
    return new_study("study.seeds=2", "study.layouts=[base]")


@pytest.fixture(scope="session")
def results(study: Study) -> Results:
    """The small study in English."""
    return read_results(study[0], study[1], Words("en"))


@pytest.fixture(scope="session")
def style() -> Style:
    """The style on this machine."""
    return find_style(None, "en")


def page_of(results: Results, overrides: list[str]) -> str:
    """The page of a study without its figures, which take most of the time."""
    with TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        write_page(results, find_style(None, results.words.language), [], overrides, page)
        return page.read_text(encoding="utf-8")
