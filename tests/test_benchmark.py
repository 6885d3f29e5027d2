"""The benchmark, tiny: its peers answer as the model does, its events are counted, its commands compose."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pytest

from sim.config import load_config
from sim.outlets import lay_out
from sim.place import build_place

FOLDER = Path(__file__).parents[1] / "experiments" / "benchmark"
LIMIT_M = 700.0
needs_proc = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is read from /proc")


@pytest.fixture(scope="module")
def bench() -> Iterator[SimpleNamespace]:
    """The files of the benchmark as modules, by name."""
    sys.path.insert(0, str(FOLDER))
    yield SimpleNamespace(**{file.stem: importlib.import_module(file.stem) for file in FOLDER.glob("*.py")})
    sys.path.remove(str(FOLDER))


# ---- The queue ----


@pytest.mark.parametrize("clerks", [1, 3])
def test_waits_are_those_of_simpy_and_mesa_fires_every_event(bench: Any, clerks: int) -> None:
    answers = bench.queues.compare(400, clerks)
    assert answers.apart_s < 1e-6
    assert answers.events == 400 * bench.queues.EVENTS
    assert min(answers.ours_s, answers.simpy_s, answers.mesa_s) > 0


def test_somebody_waits_and_times_follow_each_other(bench: Any) -> None:
    times = bench.queues.times_of(bench.queues.one_outlet(400, 1, 1).run())
    assert times.shape == (400, bench.queues.EVENTS)
    assert (np.diff(times, axis=1) >= 0).all()
    assert (times[:, 2] > times[:, 1]).sum() > 100
    assert (times[:, 3] - times[:, 2]).mean() == pytest.approx(60, abs=12)  # four standard errors of 400 services


# ---- Reach ----


@pytest.fixture(scope="module")
def asked(bench: Any) -> Any:
    """An old town of a few blocks and its outlets."""
    config = load_config(["place=old_town", "place.grown.area_km2=0.6", "study.layouts=[base]"])
    catalogue = config.config.needs.catalogue
    place, layout = lay_out("base", config.layouts, build_place(config.config.place), 6_000, catalogue, 1)
    return bench.reach.question(place, layout, catalogue)


def test_nearest_is_that_of_networkx(bench: Any, asked: Any) -> None:
    links, metres = bench.reach.walking_links(asked.place)
    graph = nx.Graph()
    graph.add_nodes_from(range(asked.place.streets.n_nodes))
    for (a, b), m in zip(links.tolist(), metres.tolist(), strict=True):
        if m < graph.get_edge_data(a, b, {"weight": np.inf})["weight"]:
            graph.add_edge(a, b, weight=m)
    nearest = bench.reach.by_lifecircle(asked, LIMIT_M).nearest_m()
    for need, some in enumerate(bench.reach.serving(asked)):
        doors = {outlet.node for outlet, serves in zip(asked.layout.outlets, some, strict=True) if serves}
        found = nx.multi_source_dijkstra_path_length(graph, doors, cutoff=LIMIT_M)
        expected = [found.get(node, np.inf) for node in range(len(graph))]
        assert nearest[:, need] == pytest.approx(expected), list(asked.needs)[need]


def test_pandana_finds_the_same_outlets(bench: Any, asked: Any) -> None:
    pytest.importorskip("pandana")
    answers = bench.reach.compare(asked, LIMIT_M)
    assert answers.walks > 10_000
    assert 0 < answers.nearest_apart_m < 0.1  # pandana cuts the metres of every street to millimetres
    assert 0 < answers.all_apart_m < 0.1


def test_a_walk_that_one_side_lacks_is_told(bench: Any) -> None:
    ours, theirs = np.array([10.0, 50.0, np.inf]), np.array([10.25, np.inf, np.inf])
    assert bench.reach.apart_m(ours, theirs, 50.5) == 0.25
    assert bench.reach.apart_m(ours, theirs, 100.0) == np.inf


def test_slow_peers_are_scaled_from_their_sample(bench: Any, asked: Any) -> None:
    assert set(bench.reach.slow_peers(asked, sample=2)) == {"SciPy", "networkx"}


# ---- Commands ----


def test_commands_compose_and_the_edit_adds_one_outlet(bench: Any, tmp_path: Path) -> None:
    (tmp_path / "layout").mkdir()
    (tmp_path / "layout" / "mine.yaml").write_text(bench.commands.EDIT, encoding="utf-8")
    config = load_config([*bench.commands.of_city(bench.commands.SMALL), "study.layouts=[base,mine]"], tmp_path)
    place = build_place(config.config.place)
    assert place.population == bench.commands.SMALL
    base, mine = (
        {
            outlet.id
            for outlet in lay_out(name, config.layouts, place, 10_000, config.config.needs.catalogue, 1)[1].outlets
        }
        for name in ("base", "mine")
    )
    assert mine - base == {"kiosk-new"}
    assert base < mine


@pytest.mark.parametrize("keep", ["record", "tables"])
def test_the_default_study_composes(bench: Any, keep: str) -> None:
    assert keep in bench.commands.KEPT
    load_config([f"study.keep={keep}"]).config.study.check()


def test_a_command_that_fails_says_why(bench: Any, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"place=nowhere: exit status 2\n.*nowhere"):
        bench.commands.run(["place=nowhere"], tmp_path, tmp_path)


def test_a_process_without_stages_is_the_rest(bench: Any, tmp_path: Path) -> None:
    ran = bench.commands.run(["--version"], tmp_path, tmp_path)
    assert ran.stages["rest"][0] == ran.seconds > 0
    assert ran.stages["rest"][1] <= ran.peak_mib


def test_growth_is_a_power(bench: Any) -> None:
    residents = (10, 100, 1000)
    assert bench.commands.exponent(residents, [3 * n**1.25 for n in residents]) == pytest.approx(1.25)


PEAKS = """
import numpy as np
from staged import Peaks
from sim.study import Clock
peaks, clock = Peaks(), Clock()
peaks.watch()
with clock.stage("outer"):
    with clock.stage("large"):
        np.ones(25 * 2**20)  # 200 MiB
    with clock.stage("small"):
        np.ones(2**20)
peaks.mark()
assert peaks.mib["large"] > peaks.mib["small"] + 150, peaks.mib
assert peaks.mib["outer"] >= peaks.mib["large"], peaks.mib
assert set(clock.seconds) == set(peaks.seconds) == {"outer", "large", "small"}
assert peaks.seconds["outer"] >= peaks.seconds["large"] + peaks.seconds["small"]
"""


@needs_proc
def test_the_peak_of_a_stage_is_its_own() -> None:
    """In a process of its own: one that has held more before shows no peak of these."""
    found = subprocess.run([sys.executable, "-c", PEAKS], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


# ---- The table ----


@pytest.mark.parametrize(
    ("figure", "at_least", "reached"),
    [(4.0, False, "stretch"), (7.0, False, "target"), (11.0, False, "no"), (None, False, ""),
     (4.0, True, "no"), (10.0, True, "target"), (20.0, True, "stretch")],
)  # fmt: skip
def test_figures_stand_beside_what_is_asked(bench: Any, figure: float | None, at_least: bool, reached: str) -> None:
    target, stretch = (10, 20) if at_least else (10, 5)
    assert bench.table.Row("work", figure, "s", target, stretch, at_least).reached() == reached


def test_the_benchmark_writes_what_it_prints(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row, stage = bench.table.Row("walk", 1234.5, "s", 2000), bench.table.Stage("city", "reach", 2.0, 300.0)
    measured = bench.commands.Measured([row], [stage])
    monkeypatch.setattr(bench.benchmark, "PARTS", {"city": lambda: measured, "study": lambda: pytest.fail("not asked")})
    monkeypatch.setattr(bench.benchmark, "RESULTS", tmp_path)
    assert bench.benchmark.main(["city"]) == 0
    page = (tmp_path / "benchmark.md").read_text(encoding="utf-8")
    assert page in capsys.readouterr().out
    assert "| walk | 1,234 s | ≤ 2000 s |  | target |  |" in page
    assert "| city | 2.0 s, 300 |" in page
    told = json.loads((tmp_path / "benchmark.json").read_text(encoding="utf-8"))
    assert told["rows"][0]["figure"] == 1234.5
    assert told["machine"]["packages"]["simpy"] != "absent"
    assert bench.benchmark.main(["citty"]) == 2
    assert "'citty' is no part; city, study are" in capsys.readouterr().err
