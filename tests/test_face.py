"""The face for notebooks: what the command gives, without a file; and what prints, prints short."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.__main__ import main
from sim.measures import read_sheet
from sim.study import raise_demand
from tests.conftest import SMALL

WORDS = [word for word in SMALL if not word.startswith("study.")]
KEYS = {"layouts": ["base", "kiosks"], "seeds": 2, "days": 2}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> sim.Study:
    empty = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as here:
        here.chdir(empty)
        found = sim.compare(*WORDS, progress=False, place="new_district", **KEYS)  # type: ignore[arg-type]
        assert found.figure("unmet_by_reason").axes
        assert found.figure("unmet_by_reason", "zh").axes
    assert not list(empty.iterdir())
    return found


def test_tables_are_those_of_the_command(study: sim.Study, tmp_path: Path) -> None:
    assert main([*SMALL, "study.layouts=[base,kiosks]", f"results={tmp_path}", "report.figures=false"]) == 0
    files = {file.stem: file for file in (tmp_path / "compare_layouts/tables").glob("*.csv")}
    assert study.tables.keys() == files.keys()
    for name, file in files.items():
        pd.testing.assert_frame_equal(study.tables[name], read_sheet(file))


def test_a_study_is_saved_as_the_command_saves_it(study: sim.Study, tmp_path: Path) -> None:
    page = study.save(tmp_path / "saved")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    asked = [*WORDS, "place=new_district", "study.layouts=[base,kiosks]", "study.seeds=2", "study.days=2"]
    assert main([*asked, "study.keep=tables", "study.name=run", f"results={tmp_path}"]) == 0
    saved, ran = ({str(file.relative_to(tmp_path / name)) for file in (tmp_path / name).rglob("*") if file.is_file()}
                  for name in ("saved", "run"))  # fmt: skip
    assert {name for name in ran if not name.startswith("runs/")} - {".lock"} == saved
    assert main(["report", str(tmp_path / "saved"), "report.language=zh"]) == 0


def test_results_may_be_kept_and_are_gone_on_from(
    study: sim.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {**KEYS, "name": "kept", "results": tmp_path, "progress": False, "report": "page"}
    kept = sim.compare(*WORDS, "report.figures=false", **asked)  # type: ignore[arg-type]
    monkeypatch.setattr("sim.study.worker.run", lambda *given, **more: pytest.fail("done again"))
    again = sim.compare(*WORDS, "report.figures=false", **asked)  # type: ignore[arg-type]
    for name, table in study.tables.items():
        pd.testing.assert_frame_equal(kept.tables[name], table)
        pd.testing.assert_frame_equal(again.tables[name], table)


def test_the_steps_are_those_of_a_study(study: sim.Study, tmp_path: Path) -> None:
    scenes = sim.build(sim.load(*WORDS, layouts=["base", "kiosks"], days=2))
    assert list(scenes) == ["base", "kiosks"]
    run = sim.simulate(scenes["kiosks"], seed=2)
    of_seed = study.tables["seeds"]
    asked = of_seed[(of_seed["layout"] == "kiosks") & (of_seed["seed"] == 2) & (of_seed["measure"] == "unmet_share")]
    everything = asked[(asked["need"] == "all") & (asked["age_group"] == "all")].iloc[0]
    unmet, raised = run.tally.unmet_at.sum(), run.tally.raised_at.sum()
    assert everything["value"] == pytest.approx(unmet / raised, rel=1e-5)
    with pytest.raises(sim.InputError, match="'centre': no layout of this study; they are base, kiosks"):
        scenes["centre"]


@pytest.mark.parametrize(
    ("words", "keys", "said"),
    [
        ([], {"plaace": "city"}, "did you mean place"),
        ([], {"seed": 3}, "did you mean seeds"),
        ([], {"place": "new_distrct"}, "new_district"),
        (["people.residens=3"], {}, "people.residents"),
        ([], {"seeds": 0}, "study.seeds: 0; 1 or more is needed"),
    ],
)
def test_what_cannot_be_asked_is_said(words: list[str], keys: dict[str, object], said: str) -> None:
    with pytest.raises(sim.InputError, match=said):
        sim.build(sim.load(*words, **keys))


def test_a_figure_that_there_is_not_is_said_with_those_there_are(study: sim.Study) -> None:
    with pytest.raises(sim.InputError, match="unmet_by_reason"):
        study.figure("unmet")
    assert "unmet_by_reason" in study.figures


def test_what_prints_prints_short(study: sim.Study) -> None:
    case = study.plan["base"]
    place, layout, reach = case.scene.whole
    demand = raise_demand(place, case.config, 1)
    run = sim.simulate(case)
    for thing in (study.plan, case, case.scene, place, place.streets, place.homes, layout, reach, study.asked, *demand,
                  demand, run, run.tally, run.record, study.results()):  # fmt: skip
        assert len(repr(thing)) < 1200, type(thing)
    assert "Twelve kiosks" in repr(study)
    assert "<table" in study._repr_html_()


def test_asking_for_the_face_loads_nothing_that_draws() -> None:
    heavy = ("matplotlib", "jinja2", "geopandas")
    ask = f"import sim, sys; sim.compare; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", ask], text=True).strip() == "[]"
