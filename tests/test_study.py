"""A study: the same bytes however it was run, resumed, paired, and never half written."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from sim import study
from sim.__main__ import main
from sim.measures import OUTCOMES, REASONS
from tests.conftest import SMALL


def tables(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((root / "tables").glob("*.csv"))}


def test_tables_have_the_columns_that_others_build_on(small_study: Path) -> None:
    wanted = {
        "demand": ["layout", "need", "age_group", "raised", *OUTCOMES, *REASONS],
        "travel": [
            "layout", "need", "age_group", "trips", "mean_min", "median_min", "p90_min", "share_5_min",
            "share_10_min", "share_15_min",
        ],
        "coverage": [
            "layout", "need", "age_group", "network_5_min", "network_10_min", "network_15_min", "straight_line",
        ],
    }  # fmt: skip
    for name, columns in wanted.items():
        assert list(pd.read_csv(small_study / f"tables/{name}.csv").columns)[: len(columns)] == columns
    compare = pd.read_csv(small_study / "tables/compare.csv")
    assert {"measure", "unit", "need", "age_group", "layout", "difference", "ci_low", "ci_high", "seeds"} <= {*compare}
    assert compare["unit"].notna().all()


def test_the_demand_table_adds_up(small_study: Path) -> None:
    demand = pd.read_csv(small_study / "tables/demand.csv")
    met = demand[[name for name in OUTCOMES if name != "unmet"]].sum(axis=1)
    assert (demand["raised"] == met + demand["unmet"]).all()
    assert (demand["unmet"] == demand[list(REASONS)].sum(axis=1)).all()
    # Every layout faces the same demand.
    by_layout = demand.pivot_table(index=["need", "age_group"], columns="layout", values="raised")
    assert (by_layout.nunique(axis=1) == 1).all()


def test_tables_do_not_depend_on_jobs(small_study: Path, tmp_path: Path) -> None:
    for jobs in (1, 2):
        assert (
            main(
                [*SMALL, f"study.jobs={jobs}", f"study.name=jobs-{jobs}", f"results={tmp_path}", "report.figures=false"]
            )
            == 0
        )
        assert tables(tmp_path / f"jobs-{jobs}") == tables(small_study)


def test_finished_runs_are_kept_and_the_rest_done(
    tmp_path: Path, small_study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [*SMALL, "study.jobs=1", f"results={tmp_path}", "report.figures=false"]
    done = []
    whole = study.write_run

    def cut_off(folder: Path, *rest: object) -> None:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(folder)
        whole(folder, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(study, "write_run", cut_off)
    assert main(asked) == 130
    monkeypatch.undo()
    root = tmp_path / "compare_layouts"
    assert not (root / "tables").exists()
    stamps = {folder: (folder / "run.json").stat().st_mtime_ns for folder in done}
    assert main(asked) == 0
    assert {folder: (folder / "run.json").stat().st_mtime_ns for folder in done} == stamps
    assert tables(root) == tables(small_study)


def _run(folder: str) -> None:
    os.chdir(folder)
    raise SystemExit(main([*SMALL, "study.seeds=20", "study.jobs=2", f"results={folder}", "report.figures=false"]))


def test_a_real_interrupt_leaves_only_finished_runs(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(str(tmp_path),))
    process.start()
    root = tmp_path / "compare_layouts"
    waited_until = time.monotonic() + 240
    while not list(root.glob("runs/*/seed-*/run.json")) and time.monotonic() < waited_until:
        time.sleep(0.02)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(120)
    assert process.exitcode == 130
    assert not list(root.glob("runs/*/*.writing"))
    for folder in root.glob("runs/*/seed-*"):
        assert json.loads((folder / "run.json").read_text())["digest"]
        assert len(pd.read_parquet(folder / "errands.parquet"))


ONE_RUN = [*SMALL, "study.layouts=[base]", "study.seeds=1", "report.figures=false"]


def stamp(file: Path) -> int:
    return file.stat().st_mtime_ns


def test_only_tallies_are_kept_where_asked_and_the_tables_are_the_same(tmp_path: Path, small_study: Path) -> None:
    assert main([*SMALL, "study.keep=tables", "study.jobs=2", f"results={tmp_path}", "report.figures=false"]) == 0
    root = tmp_path / "compare_layouts"
    assert tables(root) == tables(small_study)
    for folder in root.glob("runs/*/seed-*"):
        assert {file.name for file in folder.iterdir()} == {"run.json", "tally.npz"}
        kept = small_study / folder.relative_to(root)
        assert (folder / "tally.npz").read_bytes() == (kept / "tally.npz").read_bytes()
        assert (folder / "run.json").read_text() == (kept / "run.json").read_text()


def test_a_record_serves_both_and_a_tally_only_the_tables(tmp_path: Path) -> None:
    asked = [*ONE_RUN, f"results={tmp_path}"]
    run = tmp_path / "compare_layouts/runs/base/seed-1"
    assert main([*asked, "study.keep=tables"]) == 0
    first, written = tables(tmp_path / "compare_layouts"), stamp(run / "run.json")
    assert main([*asked, "study.keep=tables"]) == 0
    assert stamp(run / "run.json") == written
    assert main(asked) == 0  # the record was not kept, so the run is done again
    assert stamp(run / "run.json") != written
    written = stamp(run / "errands.parquet")
    assert main([*asked, "study.keep=tables"]) == 0
    assert stamp(run / "errands.parquet") == written
    assert tables(tmp_path / "compare_layouts") == first


@pytest.mark.parametrize("keep", ["record", "tables"])
def test_what_was_counted_by_other_rules_is_counted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: str
) -> None:
    asked = [*ONE_RUN, f"study.keep={keep}", f"results={tmp_path}"]
    run = tmp_path / "compare_layouts/runs/base/seed-1"
    assert main(asked) == 0
    first, note, tally = (
        tables(tmp_path / "compare_layouts"),
        json.loads((run / "run.json").read_text()),
        run / "tally.npz",
    )
    tally.write_bytes(b"counted otherwise")
    (run / "run.json").write_text(json.dumps({**note, "tally": "of old"}))
    done = []
    whole = study.write_run
    monkeypatch.setattr(study, "write_run", lambda *given: (done.append(given[0]), whole(*given)))
    assert main(asked) == 0
    assert done == ([run] if keep == "tables" else [])  # the record is counted again, if there is one
    assert json.loads((run / "run.json").read_text()) == note
    assert tables(tmp_path / "compare_layouts") == first


def test_what_is_to_be_kept_is_one_of_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ONE_RUN, "study.keep=everything"]) == 2
    assert "study.keep: 'everything'; record or tables is accepted" in capsys.readouterr().err


def test_results_of_another_config_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [*SMALL, "study.layouts=[base]", "study.seeds=1", f"results={tmp_path}", "report.figures=false"]
    assert main(asked) == 0
    first = tables(tmp_path / "compare_layouts")
    capsys.readouterr()
    assert main([*asked, "day.known_share={0: 0.0}"]) == 2
    message = capsys.readouterr().err
    digests = json.loads((tmp_path / "compare_layouts/runs/base/seed-1/run.json").read_text())["digest"]
    assert digests in message
    assert "study.overwrite=true" in message
    assert tables(tmp_path / "compare_layouts") == first
    assert main([*asked, "day.known_share={0: 0.0}", "study.overwrite=true"]) == 0
    assert tables(tmp_path / "compare_layouts") != first


def test_more_seeds_and_layouts_go_on_from_the_runs_there(tmp_path: Path) -> None:
    asked = [*SMALL, f"results={tmp_path}", "report.figures=false"]
    assert main([*asked, "study.layouts=[base]", "study.seeds=1"]) == 0
    note = tmp_path / "compare_layouts/runs/base/seed-1/run.json"
    stamp = note.stat().st_mtime_ns
    assert main([*asked, "study.layouts=[base,kiosks]", "study.seeds=2"]) == 0
    assert note.stat().st_mtime_ns == stamp
    assert set(pd.read_csv(tmp_path / "compare_layouts/tables/compare.csv")["seeds"]) <= {1, 2}


def test_a_layout_of_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(
        "zh: 我的方案\nen: My plan\nbase: base\nremove: [convenience-01]\n"
        "add:\n  - {id: corner, format: fresh_store, x: 200, y: 300, name: 菜篮子}\n"
        "move:\n  - {id: restaurant-01, node: 3}\n"
        "extend:\n  - {id: breakfast-01, offers: {parcel: {service_min: 1}}}\n"
        "rehour:\n  - {id: restaurant-01, hours: {0: [[0, 24]]}}\n",
        encoding="utf-8",
    )
    assert (
        main([*SMALL, "people.residents=3000", "study.seeds=1", "study.layouts=[base,mine]", "report.figures=false"])
        == 0
    )
    laid = json.loads(Path("results/compare_layouts/layouts/mine.geojson").read_text(encoding="utf-8"))
    outlets = {feature["properties"]["id"]: feature["properties"] for feature in laid["features"]}
    assert "convenience-01" not in outlets
    assert outlets["corner"]["name"] == "菜篮子"
    assert {key for key, row in outlets.items() if row["edited"]} == {"corner", "restaurant-01", "breakfast-01"}
    assert "parcel" in outlets["breakfast-01"]["offers"]


def test_provenance_tells_what_was_run(small_study: Path) -> None:
    told = json.loads((small_study / "provenance.json").read_text())
    assert told["finished"] is True
    assert told["seeds"] == [1, 2]
    assert {"place", "reach", "runs", "tables"} <= told["seconds"].keys()
    assert {"numpy", "mesa", "numba"} <= told["packages"].keys()
    assert (small_study / "config.yaml").read_text().startswith("place:")


def test_no_semaphore_is_made_that_a_killed_command_would_leave_behind(tmp_path: Path) -> None:
    script = (
        "import sys; from multiprocessing import resource_tracker; from sim.__main__ import main\n"
        f"assert main(['people.residents=300', 'study.layouts=[base]', 'study.seeds=1', 'study.days=1', "
        f"'results={tmp_path}']) == 0\n"
        "sys.exit(resource_tracker._resource_tracker._fd is not None)"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=Path(__file__).parents[1]).returncode
        == 0
    )
