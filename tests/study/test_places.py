"""Several places: each is the study of that place alone, and tables are of all of them or of the first."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
import sim.report.answer
from sim.__main__ import main
from sim.face import load
from sim.place import build_place
from tests.conftest import SMALL

ASKED = [*SMALL, "people.residents=3000", "study.days=1", "study.warmup_days=0", "study.layouts=[base,kiosks]"]
PLACES = [3, 4, 5]
OF_THE_FIRST = ("demand_by_zone", "disagreement", "scores", "homes", "outlets", "streets")
COUNTED = ("raised", "met_walk", "unmet", "too_far", "closed")


def written(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((root / "tables").glob("*.csv"))}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Studies of places 3, 4 and 5, each alone and all three together, below one root."""
    root = tmp_path_factory.mktemp("results")
    common = [*ASKED, f"results={root}", "report.figures=false"]
    for seed in PLACES:
        assert main([*common, f"place.seed={seed}", f"study.name=place-{seed}"]) == 0
    assert main([*common, "place.seed=3", "study.places=3", "study.name=all", "report.figures=true"]) == 0
    return root


def tables(root: Path, name: str) -> list[pd.DataFrame]:
    return [pd.read_csv(root / f"place-{seed}/tables/{name}.csv") for seed in PLACES]


def test_what_is_told_of_all_places_is_the_sum_of_each_alone(results: Path) -> None:
    keys = ["layout", "need", "age_group"]
    alone = pd.concat(tables(results, "demand")).groupby(keys)[list(COUNTED)].sum()
    together = pd.read_csv(results / "all/tables/demand.csv").set_index(keys)[list(COUNTED)].sort_index()
    pd.testing.assert_frame_equal(alone, together)
    trips = pd.concat(tables(results, "times")).groupby(["layout", "age_group", "up_to_min"])["trips"].sum()
    found = pd.read_csv(results / "all/tables/times.csv").set_index(["layout", "age_group", "up_to_min"])["trips"]
    pd.testing.assert_series_equal(trips, found.sort_index())
    seeds = pd.read_csv(results / "all/tables/seeds.csv")
    for place, one in zip(PLACES, tables(results, "seeds"), strict=True):
        own = seeds[seeds["place"] == place].drop(columns="place").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, one)
    lines = [one.set_index("layout") for one in tables(results, "layouts")]
    mean = sum(line[["cost_yuan", "raised_per_day", "unmet_per_day"]] for line in lines) / 3
    told = pd.read_csv(results / "all/tables/layouts.csv").set_index("layout")
    assert np.allclose(told[mean.columns], mean, rtol=1e-5)


def test_what_is_told_by_home_outlet_street_and_community_is_of_the_first(results: Path) -> None:
    for name in OF_THE_FIRST:
        assert written(results / "all")[f"{name}.csv"] == written(results / "place-3")[f"{name}.csv"], name


def test_differences_are_paired_in_each_place_and_intervals_are_over_places(results: Path) -> None:
    """From the tables of each place alone: Student's t over places, with 4.3027 for two degrees of freedom."""
    alone = [one.set_index("layout") for one in tables(results, "layouts")]
    n = np.array([one.loc["base", "raised_per_day"] for one in alone])
    less = np.array([one.loc["kiosks", "unmet_per_day"] - one.loc["base", "unmet_per_day"] for one in alone])
    ratio = less.sum() / n.sum()
    half = 4.302653 * np.sqrt(3 / 2 * ((less - ratio * n) ** 2).sum()) / n.sum()
    for name in ("compare", "headline"):
        rows = pd.read_csv(results / f"all/tables/{name}.csv")
        if name == "compare":
            rows = rows[(rows["measure"] == "unmet_share") & (rows["need"] == "all") & (rows["age_group"] == "all")]
        else:
            rows = rows[(rows["layout"] == "kiosks") & (rows["part"] == "all") & (rows["outcome"] == "unmet")]
        (row,) = rows.to_dict("records")
        assert row["difference"] == pytest.approx(ratio, abs=5e-6)
        assert [row["ci_low"], row["ci_high"]] == pytest.approx([ratio - half, ratio + half], abs=1e-5)
        assert (row["seeds"], row["places"]) == (6, 3)


def test_the_spreads_of_places_and_seeds_are_told(results: Path) -> None:
    rows = pd.read_csv(results / "all/tables/places.csv", keep_default_na=False)
    rows = rows[(rows["measure"] == "unmet_share") & (rows["need"] == "all") & (rows["age_group"] == "all")]
    (row,) = rows[rows["layout"] == "kiosks"].to_dict("records")
    of_run = pd.concat(tables(results, "seeds"), keys=PLACES, names=["place"]).reset_index("place")
    of_run = of_run[(of_run["measure"] == "unmet_share") & (of_run["need"] == "all") & (of_run["age_group"] == "all")]
    value = of_run.pivot(index=["place", "seed"], columns="layout", values="value")
    change = (value["kiosks"] - value["base"]).to_numpy().reshape(3, 2)
    within = change.var(axis=1, ddof=1).mean()
    between = max(change.mean(axis=1).var(ddof=1) - within / 2, 0)
    assert float(row["seed_sd"]) == pytest.approx(np.sqrt(within), rel=1e-3)
    assert float(row["place_sd"]) == pytest.approx(np.sqrt(between), rel=1e-2, abs=1e-5)
    page = (results / "all/report.html").read_text(encoding="utf-8")
    assert f"spreads by {100 * float(row['place_sd']):.2f} points" in page
    assert f"of one place by {100 * float(row['seed_sd']):.2f}" in page
    assert "show the first only, grown from seed 3" in page
    assert "raise study.places" in page
    assert "grown from seeds 3–5" in page


def test_runs_of_places_are_kept_apart_found_again_and_listed(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = results / "all/runs/kiosks"
    assert {one.name for one in folder.iterdir()} == {"place-3", "place-4", "place-5"}
    notes = {json.loads(note.read_text())["digest"] for note in folder.glob("place-*/seed-*/run.json")}
    assert len(notes) == 3
    before = written(results / "all")
    monkeypatch.setattr("sim.study.worker.run", lambda *given, **more: pytest.fail("done again"))
    common = [*ASKED, f"results={results}", "report.figures=false", "place.seed=3", "study.places=3"]
    assert main([*common, "study.name=all"]) == 0
    # Another study of the same places, by another executor, takes them from the store.
    assert main([*common, "study.name=again", "study.executor=processes"]) == 0
    assert written(results / "again") == written(results / "all") == before
    capsys.readouterr()
    assert main(["runs", f"results={results}"]) == 0
    assert "again, all, place-4" in capsys.readouterr().out


def test_a_folder_of_several_places_is_drawn_anew(results: Path) -> None:
    assert main(["report", str(results / "all"), "report.language=zh", "report.figures=true"]) == 0
    page = (results / "all/report.html").read_text(encoding="utf-8")
    assert "地点之间的标准差" in page
    assert "由种子3–5生成" in page


def test_one_layout_and_one_seed_a_place() -> None:
    study = sim.compare(*SMALL, layouts=["base"], seeds=1, places=2, days=1, progress=False)
    assert study.tables["places"][["seed_sd", "place_sd"]].isna().all(axis=None)
    assert len(study.tables["compare"]) == 0
    shown = "".join(sim.report.answer.answer(study.results()))
    assert "cannot be told apart from one seed a place" in shown


def test_processes_do_the_same_as_threads(tmp_path: Path) -> None:
    asked = [*SMALL, "study.places=2", "study.seeds=1", "study.layouts=[base]", "report.figures=false"]
    for executor in ("threads", "processes"):
        assert main([*asked, f"study.executor={executor}", f"results={tmp_path / executor}", "study.name=s"]) == 0
    assert written(tmp_path / "threads/s") == written(tmp_path / "processes/s")


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main([*ASKED, "study.places=2", *words]) == 2
    return capsys.readouterr().err


def test_what_only_one_place_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "place.source: files" in refused(["place.source=files", "place.streets=any.osm"], capsys)
    Path("mine.csv").write_text("id,format,x,y\na,kiosk,10,10\n", encoding="utf-8")
    assert "drawn over one place" in refused(["study.layouts=[base,mine.csv]"], capsys)
    nodes = [build_place(load(*ASKED, f"place.seed={seed}").config.place).streets.n_nodes for seed in range(1, 5)]
    seed = next(one for one in range(1, 4) if nodes[one] < nodes[one - 1])
    Path("there.yaml").write_text(
        f"base: base\nadd:\n  - {{id: new, format: kiosk, node: {nodes[seed - 1] - 1}}}\n", encoding="utf-8"
    )
    said = refused(["study.layouts=[base,there]", f"place.seed={seed}"], capsys)
    assert f"in the place of place.seed={seed + 1} (study.places: 2): layout there: add[0] (new): node" in said
    assert main([*ASKED, "study.places=0"]) == 2
    assert "study.places: 0; 1 or more is needed" in capsys.readouterr().err
    assert main([*ASKED, "study.places=1000", "study.seeds=1000"]) == 2
    assert "study.seeds=50 fits" in capsys.readouterr().err
    assert not Path("results").exists()


def test_a_layout_that_names_outlets_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("base: base\nadd:\n  - {id: new, format: kiosk, node: 3}\n", encoding="utf-8")
    for places in (1, 2):
        plan = sim.build(load(*SMALL, "study.layouts=[base,mine]", f"study.places={places}"))
        told = [note.text for note in plan.place.notes if "names outlets or spots (add)" in note.text]
        assert len(told) == places - 1
        assert [setting.seed for setting in plan.settings] == list(range(1, places + 1))
