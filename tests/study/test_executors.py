"""Executors: the same bytes from threads, processes, SLURM's local stand-in and Ray, whatever happens to a worker."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from sim.__main__ import main
from sim.errors import InputError
from sim.record import Store
from sim.study import executors
from sim.study.executors import Job, execute
from sim.study.runs import FolderRuns, MemoryRuns
from tests.conftest import SMALL

ASKED = [*SMALL, "study.layouts=[base,kiosks]", "report.figures=false"]


def contents(root: Path) -> dict[str, bytes]:
    """Tables, tallies and records of a study."""
    files = [*root.glob("tables/*.csv"), *root.glob("runs/*/*/*.parquet"), *root.glob("runs/*/*/tally.npz")]
    return {str(file.relative_to(root)): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def by_threads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    results = tmp_path_factory.mktemp("threads")
    assert main([*ASKED, f"results={results}"]) == 0
    found = contents(results / "compare_layouts")
    assert len([name for name in found if name.endswith("tally.npz")]) == 4
    return found


@pytest.mark.parametrize(
    "how",
    [
        ["study.executor=processes", "study.jobs=2"],
        ["study.executor=slurm", "study.slurm.cluster=local", "study.slurm.timeout_min=5", "study.jobs=2"],
        ["study.executor=ray", "study.jobs=2"],
    ],
    ids=lambda how: how[0].partition("=")[2],
)
def test_every_executor_gives_the_same_bytes(
    how: list[str], by_threads: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = {"study.executor=slurm": "submitit", "study.executor=ray": "ray"}.get(how[0])
    if needed:
        pytest.importorskip(needed)
    root = tmp_path / "compare_layouts"
    # Nothing is done here: what comes back was done by the workers.
    monkeypatch.setattr("sim.study.worker.run", lambda *given, **more: pytest.fail("a run in the first process"))
    assert main([*ASKED, *how, f"results={tmp_path}"]) == 0
    assert contents(root) == by_threads
    assert not list(tmp_path.rglob("*.writing"))


def test_a_library_that_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    assert main([*ASKED, "study.executor=ray", f"results={tmp_path}"]) == 2
    assert (
        "study.executor: ray needs ray, which is not installed: pip install 'lifecircle[ray]'"
        in capsys.readouterr().err
    )


def test_an_executor_is_one_of_four(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main([*ASKED, "study.executor=thread", f"results={tmp_path}"]) == 2
    assert "study.executor: 'thread'; one of threads, processes, ray, slurm is accepted" in capsys.readouterr().err
    assert main([*ASKED, "study.slurm.cluster=pbs", f"results={tmp_path}"]) == 2
    assert "study.slurm.cluster: 'pbs'; slurm or local is accepted" in capsys.readouterr().err


def kill_workers(times: int, ended: threading.Event) -> None:
    """Kill a worker as soon as it runs, so many times."""
    while times and not ended.is_set():
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()) and child.cpu_times().user > 1.0:
                os.kill(child.pid, signal.SIGKILL)
                times -= 1
                time.sleep(0.5)
                break
        time.sleep(0.02)


@pytest.mark.parametrize("times", [1, 2])
def test_a_worker_that_dies_is_tried_once_more_and_then_said(
    times: int, by_threads: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = threading.Event()
    killer = threading.Thread(target=kill_workers, args=(times, ended))
    killer.start()
    code = main([*ASKED, "study.executor=processes", "study.jobs=1", f"results={tmp_path}"])
    ended.set()
    killer.join()
    told = capsys.readouterr().err
    assert "a worker process died; the runs of seeds 1, 2 are tried once more" in told
    if times == 1:
        assert code == 0
        assert contents(tmp_path / "compare_layouts") == by_threads
    else:
        assert code == 2
        assert "worker processes died twice" in told
        assert not list(tmp_path.glob("*/tables"))


def test_a_run_that_another_study_has_done_is_not_done_again(
    by_threads: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([*ASKED, "study.name=first", f"results={tmp_path}"]) == 0
    monkeypatch.setattr("sim.study.worker.run", lambda *given, **more: pytest.fail("done again"))
    assert main([*ASKED, "study.name=second", f"results={tmp_path}"]) == 0
    assert contents(tmp_path / "second") == contents(tmp_path / "first") == by_threads
    # Both, and the store, have one copy on the disk.
    one, other = (tmp_path / name / "runs/base/seed-1/tally.npz" for name in ("first", "second"))
    assert one.samefile(other)


def test_runs_are_found_by_what_is_in_them_and_not_by_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("same.yaml").write_text("zh: 同\nen: Another name\nbase: kiosks\n", encoding="utf-8")
    one = [*SMALL, "study.seeds=1", "report.figures=false", "results=results"]
    assert main([*one, "study.layouts=[kiosks]", "study.name=a"]) == 0
    monkeypatch.setattr("sim.study.worker.run", lambda *given, **more: pytest.fail("done again"))
    assert main([*one, "study.layouts=[same]", "study.name=b"]) == 0


def test_two_at_one_run_do_it_once(tmp_path: Path) -> None:
    from sim.face import load, plan_of
    from sim.study import Clock
    from sim.study.doing import task_of
    from sim.study.worker import Worker

    plan = plan_of(load(*SMALL, layouts=["base"], seeds=1), Clock())
    done = []

    class Counting(FolderRuns):
        def put(self, task, run) -> None:  # type: ignore[no-untyped-def]
            done.append(task)
            super().put(task, run)

    def work(name: str) -> None:
        runs = Counting(tmp_path / name, Store(tmp_path), "tables")
        worker = Worker(plan.scenes, plan.config, runs)
        worker.do_batch([task_of(plan, 0, 0, 1)])

    both = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(done) == 1
    assert len(list(tmp_path.glob("?/runs/base/seed-1/run.json"))) == 2


def test_what_fails_in_a_worker_is_the_message_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.face import load, plan_of
    from sim.study import Clock
    from sim.study.doing import task_of
    from sim.study.worker import Worker

    plan = plan_of(load(*SMALL, layouts=["base"], seeds=1), Clock())

    def refuse(*given: object, **more: object) -> None:
        raise InputError("reach: too short")

    monkeypatch.setattr("sim.study.worker.run", refuse)
    worker = Worker(plan.scenes, plan.config, MemoryRuns())
    job = Job(worker, [[task_of(plan, 0, 0, 1)]], 1, plan.study, lambda hours: None, print)
    with pytest.raises(InputError, match="reach: too short"):
        execute(job)
    assert worker.do_batch_or_say([task_of(plan, 0, 0, 1)]) == "reach: too short"
    assert set(executors.DO_BY) == {"threads", "processes", "ray", "slurm"}
