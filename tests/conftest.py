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
