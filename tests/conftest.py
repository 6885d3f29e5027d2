"""What many tests share: a small study, done once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SMALL = [
    "place.grown.area_km2=0.8",
    "place.grown.settled_share=1",
    "place.grown.gates=[3,4]",
    "people.residents=500",
    "study.seeds=2",
    "study.days=2",
]

# What `make quick` leaves out, by the beginnings of their names: whole studies and commands, documentation,
# experiments, real maps and large worlds. What is left is most tests in a small part of the time.
SLOW = (
    "tests/day/test_queues.py",
    "tests/day/test_story.py::test_worlds_go",
    "tests/day/test_story.py::test_step_by_step",
    "tests/instruments/test_awareness.py",
    "tests/measures/test_sheets.py::test_tables_of_a_study",
    "tests/outlets/test_cover.py::test_within_compounds",
    "tests/outlets/test_reach.py::test_a_changed_reach",
    "tests/outlets/test_standing.py",
    "tests/place/test_city.py",
    "tests/place/test_elevation.py",
    "tests/place/test_homes.py",
    "tests/place/test_layers.py",
    "tests/place/test_osm.py",
    "tests/place/test_sites.py",
    "tests/place/test_walks.py",
    "tests/place/test_walls.py",
    "tests/report/test_communities.py",
    "tests/report/test_figures.py",
    "tests/report/test_page.py",
    "tests/report/test_style.py",
    "tests/test_bad_inputs.py",
    "tests/test_benchmark.py",
    "tests/test_checks.py",
    "tests/test_command.py",
    "tests/test_docs.py",
    "tests/test_experiments.py",
    "tests/test_export.py",
    "tests/test_kernels.py",
    "tests/test_memory.py",
    "tests/test_places.py",
    "tests/test_site.py",
    "tests/study/test_executors.py",
    "tests/study/test_places.py",
    "tests/study/test_store.py::test_a_folder_of_results",
    "tests/study/test_store.py::test_runs_are_listed",
    "tests/study/test_study.py",
    "tests/test_face.py",
    "tests/test_your_city.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, before `-m` chooses."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of a study of three layouts on a small district."""
    from sim.__main__ import main

    results = tmp_path_factory.mktemp("results")
    here = Path.cwd()
    os.chdir(results)
    try:
        assert main([*SMALL, f"results={results}"]) == 0
    finally:
        os.chdir(here)
    return results / "compare_layouts"
