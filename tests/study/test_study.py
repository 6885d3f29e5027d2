"""A study: the same bytes however it was run, resumed, paired, and never half written."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sim import folders
from sim.__main__ import main
from sim.record import OUTCOMES, REASONS
from sim.record.store import STORE
from sim.study import runs
from tests.conftest import SMALL


def tables(root: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((root / "tables").glob("*.csv"))}


def stamp(file: Path) -> int:
    return file.stat().st_mtime_ns


def test_tables_have_the_columns_that_others_build_on(small_study: Path) -> None:
    wanted = {
        "demand": ["layout", "need", "age_group", "raised", *OUTCOMES, *REASONS],
        "travel": [
            "layout", "need", "age_group", "mode", "trips", "mean_min", "median_min", "p90_min", "share_5_min",
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
    whole = runs.write_run

    def cut_off(folder: Path, *rest: object) -> None:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(folder)
        whole(folder, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "write_run", cut_off)
    assert main(asked) == 130
    monkeypatch.undo()
    root = tmp_path / "compare_layouts"
    assert not (root / "tables").exists()
    stamps = {file: stamp(file) for file in root.glob("runs/*/seed-*/run.json")}
    assert len(stamps) == len(done) == 3
    assert main(asked) == 0
    assert {file: stamp(file) for file in stamps} == stamps
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


def test_only_tallies_are_kept_where_asked_and_the_tables_are_the_same(tmp_path: Path, small_study: Path) -> None:
    assert main([*SMALL, "study.keep=tables", "study.jobs=2", f"results={tmp_path}", "report.figures=false"]) == 0
    root = tmp_path / "compare_layouts"
    assert tables(root) == tables(small_study)
    for folder in root.glob("runs/*/seed-*"):
        assert {file.name for file in folder.iterdir()} == {"run.json", "tally.npz"}
        kept = small_study / folder.relative_to(root)
        assert (folder / "tally.npz").read_bytes() == (kept / "tally.npz").read_bytes()
        notes = [json.loads((of / "run.json").read_text()) for of in (folder, kept)]
        files = [note.pop("files") for note in notes]
        assert notes[0] == notes[1]
        assert files[0] == {"tally.npz": files[1]["tally.npz"]}


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
    whole = runs.write_run
    monkeypatch.setattr(runs, "write_run", lambda *given: (done.append(given[0]), whole(*given)))
    assert main(asked) == 0
    assert len(done) == (keep == "tables")  # the record is counted again, if there is one
    assert json.loads((run / "run.json").read_text()) == note
    assert tables(tmp_path / "compare_layouts") == first


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 4
    file.write_bytes(whole)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def other_seed(file: Path) -> None:
    file.write_bytes((file.parents[1] / "seed-2" / file.name).read_bytes())


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    assert main([*ONE_RUN, "study.seeds=2", f"results={folder}"]) == 0
    return folder


@pytest.mark.parametrize(
    ("name", "damage", "again"),
    [
        ("tally.npz", other_seed, False),
        ("tally.npz", cut, False),
        ("tally.npz", empty, False),
        ("tally.npz", flip, False),
        ("tally.npz", Path.unlink, False),
        ("run.json", empty, True),
        ("run.json", cut, True),
        ("run.json", other_seed, True),
        ("run.json", Path.unlink, True),
        ("errands.parquet", cut, True),
        ("errands.parquet", other_seed, True),
        ("legs.parquet", cut, True),
        ("legs.parquet", flip, True),
    ],
)
def test_a_damaged_run_is_named_and_done_again(
    two_runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    name: str, damage: Callable[[Path], None], again: bool,
) -> None:  # fmt: skip
    shutil.copytree(two_runs, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(STORE))
    root = tmp_path / "compare_layouts"
    first, run = tables(root), root / "runs/base/seed-1"
    tally = (run / "tally.npz").read_bytes()
    damage(run / name)
    done = []
    whole = runs.write_run
    monkeypatch.setattr(runs, "write_run", lambda *given: (done.append(given[0]), whole(*given)))
    capsys.readouterr()
    assert main([*ONE_RUN, "study.seeds=2", f"results={tmp_path}"]) == 0
    [line] = [line for line in capsys.readouterr().err.splitlines() if str(run) in line]
    assert name in line
    assert ("done again" if again else "counted again from its record") in line
    assert len(done) == again
    assert tables(root) == first
    assert (run / "tally.npz").read_bytes() == tally
    assert main([*ONE_RUN, "study.seeds=2", f"results={tmp_path}"]) == 0
    assert str(run) not in capsys.readouterr().err


def test_a_whole_run_in_the_place_of_another_is_noticed(
    two_runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(two_runs, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(STORE))
    runs = tmp_path / "compare_layouts/runs/base"
    first = tables(tmp_path / "compare_layouts")
    shutil.rmtree(runs / "seed-1")
    shutil.copytree(runs / "seed-2", runs / "seed-1")
    assert main([*ONE_RUN, "study.seeds=2", f"results={tmp_path}"]) == 0
    assert "run.json is of seed 2, not 1; it is done again" in capsys.readouterr().err
    assert tables(tmp_path / "compare_layouts") == first


def test_a_tally_alone_that_is_damaged_is_simulated_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [*ONE_RUN, "study.keep=tables", f"results={tmp_path}"]
    assert main(asked) == 0
    first = tables(tmp_path / "compare_layouts")
    # A run lies on the disk once, for the study and for the store.
    flip(tmp_path / "compare_layouts/runs/base/seed-1/tally.npz")
    assert main(asked) == 0
    assert "tally.npz missing, cut or changed since written; it is done again" in capsys.readouterr().err
    assert tables(tmp_path / "compare_layouts") == first


def _one_run(folder: str) -> None:
    raise SystemExit(main([*ONE_RUN, "study.seeds=4", "study.jobs=1", f"results={folder}"]))


def test_two_processes_at_one_study_take_turns(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=_one_run, args=(str(tmp_path),)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(240)
    assert [process.exitcode for process in both] == [0, 0]
    assert "another process is writing" in capfd.readouterr().err
    assert len(list(tmp_path.glob("compare_layouts/runs/base/seed-*/run.json"))) == 4
    assert not list(tmp_path.rglob("*.writing"))


def test_a_lock_can_be_given_up_waiting_for_and_a_killed_process_holds_none(tmp_path: Path) -> None:
    # A shell starts what runs in the background with Ctrl-C ignored.
    hold = "import signal, sys, time; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    hold += "from pathlib import Path; from sim.folders import one_writer\n"
    hold += "with one_writer(Path(sys.argv[1]), lambda text: print('waits', flush=True)): print('in', flush=True); "
    hold += "time.sleep(600)"
    command = [sys.executable, "-c", hold, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "in\n"
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "waits\n"
            second.send_signal(signal.SIGINT)
            assert "KeyboardInterrupt" in second.communicate(timeout=60)[1]
        first.kill()
    said: list[str] = []
    (tmp_path / "x.abc.writing").mkdir()
    with folders.one_writer(tmp_path, said.append):
        folders.sweep(tmp_path)
    assert not said
    assert not list(tmp_path.glob("*.writing"))


def test_a_folder_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/old").write_text("")

    def fail() -> None:
        with folders.folder_beside(tmp_path / "a") as beside:
            (beside / "new").write_text("")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "old"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("study.seeds=100000000", "study.seeds: 100000000; at most 100,000"),
        ("study.seeds=40000 study.layouts=[base,kiosks,centre]", "study.seeds=33333 fits"),
        ("study.days=12345678901234567890", "study.days"),
        ("study.days=4000000000", "study.days: 4000000000; at most 3,660"),
        ("study.first_seed=123456789012", "study.first_seed: 123456789012; at most"),
        ("place.seed=-1", "place.seed: -1; whole numbers from 0"),
        ("place.grown.area_km2=1000000", "street nodes, more than 500,000; area_km2"),
        ("place.grown.street_node_m=0.0001", "street_node_m 0.0001"),
        ("place.grown.block_m=[0.001,0.001]", "block_m [0.001, 0.001]"),
        ("place.grown.gates=[1,123456789012]", "place.grown.gates"),
        ("place.grown.floors=123456789012", "place.grown.floors"),
    ],
)
def test_what_is_too_large_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str, said: str
) -> None:
    before = time.monotonic()
    assert main([*asked.split(), f"results={tmp_path}"]) == 2
    assert time.monotonic() - before < 20
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_place_is_the_same_whichever_way_python_adds_up(tmp_path: Path) -> None:
    # From 3.12 on, sum() compensates for rounding; here it is made to do so, and not to.
    code = (
        "import builtins, math, sys; plain = builtins.sum\n"
        "def naive(of, start=0):\n"
        "    for value in of: start = start + value\n"
        "    return start\n"
        "def exact(of, start=0):\n"
        "    of = list(of)\n"
        "    return math.fsum([start, *of]) if any(isinstance(v, float) for v in of) else plain(of, start)\n"
        "builtins.sum = exact if sys.argv[1] == 'exact' else naive\n"
        "from sim.config import load_config; from sim.place import build_place\n"
        "for seed in range(1, 40):\n"
        "    place = build_place(load_config([f'place.seed={seed}', 'place.grown.block_m=[40.0,70.0]']).config.place)\n"
        "    print(place.streets.xy.tobytes().hex()[-4000:])"
    )
    told = [
        subprocess.run([sys.executable, "-c", code, how], capture_output=True, text=True, timeout=300).stdout
        for how in ("exact", "naive")
    ]
    assert told[0]
    assert told[0] == told[1]


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
        subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=Path(__file__).parents[2]).returncode
        == 0
    )


def test_a_place_of_one_resident_has_a_report(tmp_path: Path) -> None:
    asked = ["people.residents=1", "study.seeds=1", "study.days=1", f"results={tmp_path}"]
    assert main([*asked, "study.layouts=[base]"]) == 0
    assert (tmp_path / "compare_layouts" / "report.html").is_file()
