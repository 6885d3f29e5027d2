"""The goal of a whole study: it decides which layout is best, and no run depends on it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.__main__ import main
from tests.conftest import SMALL

CORNERS = "zh: 菜店\nen: Vegetable corners\nbase: base\nspread: [{format: fresh_store, count: 12, within_m: 300}]\n"


def test_kiosks_are_best_by_all_errands_and_vegetable_corners_by_those_of_elders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("corners.yaml").write_text(CORNERS, encoding="utf-8")
    asked = [*SMALL, "study.layouts=[base,kiosks,corners]", "report.figures=false"]
    root, told = tmp_path / "results" / "compare_layouts", []
    for goal in ("unmet", "unmet groceries 70+", "unmet groceries 80+"):
        assert main([*asked, f"study.goal={goal}"]) == 0
        first = capsys.readouterr().out.splitlines()[0]
        stamps = {file.stat().st_mtime_ns for file in root.glob("runs/*/*/run.json")}
        others = {file.name: file.read_bytes() for file in root.glob("tables/*.csv") if file.stem != "goal"}
        told.append((first, pd.read_csv(root / "tables/goal.csv").set_index("layout"), stamps, others))
    assert [table["rank"].idxmin() for _, table, *_ in told] == ["kiosks", "corners", "corners"]
    assert ["“Twelve kiosks”" in told[0][0], "“Vegetable corners”" in told[1][0]] == [True, True]
    assert "share of “Groceries” errands of residents aged 70+ left without" in told[1][0]
    assert all(one[2:] == told[0][2:] for one in told)  # no run was done again, and no other table differs
    compare = pd.read_csv(root / "tables/compare.csv").set_index(["measure", "need", "age_group", "layout"])
    columns = ["difference", "ci_low", "ci_high", "base_value", "value"]
    for (_, table, *_), cell in ((told[0], ("all", "all")), (told[2], ("groceries", "80+"))):
        for layout in ("kiosks", "corners"):
            row = compare.loc[("unmet_share", *cell, layout)]
            assert table.loc[layout, columns].tolist() == pytest.approx(row[columns].tolist(), nan_ok=True)


@pytest.mark.parametrize("goal", ["unmet bread", "unmet groceries 0-2", "minutes worst community", "happiness"])
def test_a_goal_that_cannot_be_ends_the_command_before_anything_is_built(
    goal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*SMALL, f"study.goal={goal}"]) == 2
    assert "study.goal" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()
