"""What a study is said to need is about what it takes, and what cannot fit is refused before the work begins."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import psutil
import pytest

from sim import memory
from sim.__main__ import main
from sim.config import load_config
from sim.errors import InputError
from sim.memory import GIB, Estimate, estimate, jobs_that_fit
from sim.needs import raise_errands
from sim.outlets import lay_out
from sim.people import settle
from sim.place import build_place
from sim.reach import find_reach
from sim.reach.search import count_walks


def test_errands_are_about_those_that_are_raised() -> None:
    config = load_config(["study.layouts=[base]"]).config
    residents = settle(build_place(config.place), config.people, 1)
    errands, _ = raise_errands(residents, config.people, config.needs, list(range(7)), 1)
    about = memory.errands_per_day(config.people, config.needs) * 7 * len(residents)
    assert len(errands) * 0.9 < about < len(errands) * 1.3  # nobody is taken for away


def test_walks_are_about_those_of_the_reach() -> None:
    asked = load_config(["study.layouts=[base]"])
    place, layout = lay_out(
        "base", asked.layouts, build_place(asked.config.place), 20_600, asked.config.needs.catalogue, 1
    )
    limits = (1620.0, 400.0, -1.0, 2500.0)
    assert count_walks(place, layout, limits) == pytest.approx(len(find_reach(place, layout, limits).outlet), rel=0.1)


def test_an_estimate_grows_with_what_it_is_about() -> None:
    config = load_config(["study.layouts=[base]"]).config
    one = estimate(10_000, 1, config.people, config.needs, [1e6])
    ten = estimate(100_000, 1, config.people, config.needs, [1e7, 1e7])
    assert ten.per_run == pytest.approx(10 * one.per_run)
    assert ten.shared - memory.PROGRAM == pytest.approx(20 * (one.shared - memory.PROGRAM))
    assert ten.search == pytest.approx(10 * one.search)


def test_runs_side_by_side_are_as_many_as_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_bytes", lambda: 5 * GIB)
    about = Estimate(shared=GIB, search=0.5 * GIB, per_run=1.5 * GIB)
    assert [jobs_that_fit(about, jobs, asked=False) for jobs in (1, 2, 8)] == [1, 2, 2]
    assert jobs_that_fit(about, 2, asked=True) == 2
    assert jobs_that_fit(about._replace(per_run=0.0), 8, asked=True) == 8  # a map whose residents are not known yet
    with pytest.raises(InputError, match=r"study\.jobs=2 fits"):
        jobs_that_fit(about, 3, asked=True)
    with pytest.raises(
        InputError,
        match=r"about 5\.50 GiB are needed .* 5\.00 GiB are there; .* that hold 0\.50 GiB",
    ):
        jobs_that_fit(about._replace(search=4.5 * GIB), 1, asked=False)


def test_refusal_says_how_many_days_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(["study.layouts=[base]"]).config
    many = estimate(20_600, 3_000, config.people, config.needs)
    monkeypatch.setattr(memory, "free_bytes", lambda: 10 * GIB)
    with pytest.raises(InputError, match=r"([\d,]+) days fewer fit") as refused:
        jobs_that_fit(many, 1, asked=False)
    fewer = int(re.findall(r"([\d,]+) days", str(refused.value))[0].replace(",", ""))
    assert jobs_that_fit(estimate(20_600, 3_000 - fewer, config.people, config.needs), 1, asked=False) == 1
    with pytest.raises(InputError):
        jobs_that_fit(estimate(20_600, 3_002 - fewer, config.people, config.needs), 1, asked=False)


def test_free_memory_is_the_least_of_what_bounds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = psutil.Process().memory_info().rss
    assert 0 < memory.free_bytes() <= psutil.virtual_memory().total
    group = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "CGROUPS", (str(group),))
    group.write_text("max\n")
    assert memory.free_bytes() > own
    group.write_text(f"{own + 1_000_000}\n")
    assert memory.free_bytes() < own + 100_000_000


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are of POSIX")
def test_a_study_that_cannot_fit_is_refused_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["place.grown.residents=2000000000", f"results={tmp_path}"]) == 2
    refused = capsys.readouterr().err
    assert "memory: about" in refused
    assert "GiB are there" in refused
    assert not list(tmp_path.iterdir())


def test_a_layout_with_many_walks_is_refused_before_they_are_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = []
    monkeypatch.setattr("sim.study.plan.count_walks", lambda *there: 1e15)
    monkeypatch.setattr("sim.study.setting.find_reach", lambda *there: needed.append(there))
    assert main(["place.grown.residents=500", "study.name=never"]) == 2
    assert not needed


def test_no_memory_even_for_the_last_message_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*given: object) -> None:
        raise MemoryError if len(given) == 2 else RuntimeError("a library cannot be loaded")

    monkeypatch.setattr("sim.command.run_command", fail)
    monkeypatch.setattr("sim.__main__._crash", fail)
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("lifecircle: the memory is not enough;")
