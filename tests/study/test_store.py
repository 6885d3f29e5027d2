"""What a run is known by, where it is kept, and that the digest is of what can change its bytes and of nothing else."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim import rules
from sim.__main__ import main
from sim.place import Place
from sim.record import About, Store
from sim.report.subject import Subject
from sim.scene import OF_TABLES, Scene, content_digest, scene_of
from sim.study import Case, run, run_digest
from sim.study.run import RULES
from tests.conftest import SMALL


@pytest.fixture(scope="module")
def case() -> Case:
    return sim.build(sim.load(*SMALL, layouts=["kiosks"]))["kiosks"]


def test_a_run_needs_nothing_but_a_saved_scene_a_config_and_a_seed(case: Case, tmp_path: Path) -> None:
    case.scene.save(tmp_path / "scene")
    again = Scene.load(tmp_path / "scene")
    assert scene_of(*again.whole).digest == case.scene.digest
    here, there = (run(scene, case.config, seed=3) for scene in (case.scene, again))
    assert here.record.errands.equals(there.record.errands)
    assert here.record.legs.equals(there.record.legs)
    assert content_digest(here.tally.by_age, here.tally.each_ds) == content_digest(
        there.tally.by_age, there.tally.each_ds
    )


def test_a_scene_kept_to_be_drawn_cannot_be_run(case: Case, tmp_path: Path) -> None:
    case.scene.save(tmp_path / "drawn", with_reach=False)
    with pytest.raises(sim.InputError, match="kept to be drawn, without its reach"):
        run(Scene.load(tmp_path / "drawn"), case.config, seed=1)


@pytest.mark.parametrize("file", ["thing.json", "0.npy"])
def test_a_scene_that_is_not_whole_is_not_taken_for_one(case: Case, tmp_path: Path, file: str) -> None:
    case.scene.save(tmp_path / "scene")
    (tmp_path / "scene" / file).write_bytes(b"{}")
    with pytest.raises((OSError, ValueError)):
        Scene.load(tmp_path / "scene")


def moved(place: Place) -> Place:
    xy = place.streets.xy.copy()
    xy[5, 0] += 0.001
    return replace(place, streets=replace(place.streets, xy=xy))


def test_the_digest_is_of_what_can_change_a_run_and_of_nothing_else(case: Case) -> None:
    place, layout, reach = case.scene.whole
    config = case.config
    same = [
        scene_of(replace(place, name="another", notes=(), attribution="somebody"), layout, reach),
        scene_of(place, replace(layout, name="another", zh="别名", cost_yuan=1.0, edits=()), reach),
    ]
    assert {run_digest(scene, config) for scene in same} == {case.digest}
    outlet = layout.outlets[0]
    others = [
        scene_of(moved(place), layout, reach),
        scene_of(place, replace(layout, outlets=layout.outlets[1:]), reach),
        scene_of(place, replace(layout, outlets=(replace(outlet, size=outlet.size * 2), *layout.outlets[1:])), reach),
        scene_of(place, replace(layout, known_share={0: 0.5}), reach),
    ]
    configs = [
        replace(config, days=config.days + 1),
        replace(config, day=replace(config.day, patience_median_min=99.0)),
        replace(config, people=replace(config.people, slow_range_m=399.0)),
    ]
    digests = [run_digest(scene, config) for scene in others] + [run_digest(case.scene, one) for one in configs]
    assert len({case.digest, *digests}) == 8


def test_what_many_share_counts_as_if_each_had_its_own() -> None:
    shared = np.arange(3)
    assert content_digest((shared, shared)) == content_digest((np.arange(3), np.arange(3)))
    assert content_digest((1, (2, 3))) != content_digest(((1, 2), 3))
    assert content_digest({"a": 1.0}) != content_digest({"a": 1})
    with pytest.raises(TypeError, match="nothing tells what it holds"):
        content_digest(object())


PROGRAM = "def rule(x):\n    return x + 1\n"


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        (
            '"""Said."""\n\n\ndef rule(x):\n    """Adds one."""\n    # as it should\n    return (x +\n            1)\n',
            True,
        ),
        ("def rule(x):\n    return x + 2\n", False),
        ("def rule(x, y=0):\n    return x + 1\n", False),
        ("def rule(x):\n    x + 1\n", False),
    ],
)
def test_rules_are_syntax_without_what_is_only_said(tmp_path: Path, changed: str, same: bool) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(PROGRAM, encoding="utf-8")
    other.write_text(changed, encoding="utf-8")
    assert (rules.says(one) == rules.says(other)) == same


def copied(tmp_path: Path) -> Path:
    shutil.copytree(rules.FOLDER, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "sim"


def digest_in(folder: Path) -> str:
    ask = "from sim.rules import rules_digest; from sim.study.run import RULES; print(rules_digest(*RULES))"
    return subprocess.check_output([sys.executable, "-c", ask], text=True, cwd=folder.parent).strip()


def test_a_reader_of_files_and_a_docstring_leave_runs_valid_and_a_rule_does_not(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    before = digest_in(folder)
    for name in (
        "place/read/osm.py",
        "place/grow/district.py",
        "report/page.py",
        "measures/travel.py",
        "gis/geojson.py",
    ):
        (folder / name).write_text((folder / name).read_text(encoding="utf-8") + "\nMORE = 1\n", encoding="utf-8")
    said = folder / "people/residents.py"
    said.write_text(said.read_text(encoding="utf-8") + "\n# a comment\n", encoding="utf-8")
    assert digest_in(folder) == before
    for name in ("day/kernels/choice.py", "reach/limits.py", "randomness.py", "record/schema.py", "needs/errands.py"):
        file = folder / name
        whole = file.read_text(encoding="utf-8")
        file.write_text(whole + "\nMORE = 1\n", encoding="utf-8")
        assert digest_in(folder) != before, name
        file.write_text(whole, encoding="utf-8")
    assert digest_in(folder) == before


def test_what_a_function_imports_is_no_rule_of_a_run() -> None:
    # What a run imports inside a function does not count: that may only be what reads files.
    inner = {
        (file.relative_to(rules.FOLDER).as_posix(), node.module)
        for file in rules.modules_of(*RULES)
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim")
    }
    assert inner == {("people/residents.py", "sim.people.census")}


COUNTED = {
    "day/kernels/choice.py", "reach/search.py", "reach/limits.py", "needs/raising.py", "record/schema.py",
    "people/residents.py", "place/walks/search.py", "outlets/hours.py", "randomness.py",
}  # fmt: skip
FOREIGN = (
    "place/read/",
    "place/grow/",
    "outlets/edits/desk",
    "measures/",
    "report/",
    "gis/",
    "config/",
    "people/census/",
)


def test_a_run_counts_its_rooms_and_no_readers_tables_or_figures() -> None:
    counted = [file.relative_to(rules.FOLDER).as_posix() for file in rules.modules_of(*RULES)]
    assert {*counted} >= COUNTED
    assert not [name for name in counted if name.startswith(FOREIGN)]


def test_runs_are_listed_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [*SMALL, "report.figures=false", "study.layouts=[base]", f"results={tmp_path}"]
    assert main([*asked, "study.name=a"]) == 0
    assert main([*asked, "study.name=b", "study.keep=tables", "study.first_seed=5"]) == 0
    capsys.readouterr()
    assert main(["runs", f"results={tmp_path}"]) == 0
    listed = capsys.readouterr().out
    assert "a, b" in listed
    assert "4 runs" in listed
    shutil.rmtree(tmp_path / "b")
    assert main(["runs", "remove", "unused", f"results={tmp_path}"]) == 0
    assert capsys.readouterr().out.startswith("2 runs")
    kept = list(Store(tmp_path).runs())
    assert [one.about.seed for one in kept] == [1, 2]
    assert all(one.has_record and not one.state.missing for one in kept)
    assert main(["runs", "remove", "no_digest", f"results={tmp_path}"]) == 2
    assert "is the digest of no run" in capsys.readouterr().err
    assert main(["runs", "remove", kept[0].about.digest, f"results={tmp_path}"]) == 0
    assert not list(Store(tmp_path).runs())
    assert (tmp_path / "a/runs/base/seed-1/tally.npz").is_file()
    assert main(["runs", "forget", f"results={tmp_path}"]) == 2
    assert "remove and one of unused, damaged, all or a digest" in capsys.readouterr().err


def test_a_folder_of_results_is_redrawn_anywhere_without_its_inputs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [*SMALL, "study.layouts=[base,kiosks]", f"results={tmp_path / 'results'}", "report.dpi=60"]
    assert main([*asked, "study.name=a"]) == 0
    moved_to = tmp_path / "elsewhere"
    shutil.copytree(tmp_path / "results/a", moved_to)
    shutil.rmtree(tmp_path / "results")
    whole = (moved_to / "report.html").read_bytes()
    told = (moved_to / "tables" / OF_TABLES).read_text(encoding="utf-8").strip()
    (moved_to / "report.html").unlink()
    shutil.rmtree(moved_to / "figures")
    shutil.rmtree(moved_to / "runs")
    monkeypatch.setattr("sim.study.plan.build_place", lambda config: pytest.fail("the place is built"))
    assert main(["report", str(moved_to)]) == 0
    assert (moved_to / "report.html").read_bytes() == whole
    (moved_to / "tables" / OF_TABLES).write_text("those of another study\n", encoding="utf-8")
    assert main(["report", str(moved_to)]) == 2
    assert "its tables are of other runs than its subject" in capsys.readouterr().err
    (moved_to / "tables" / OF_TABLES).write_text(f"{told}\n", encoding="utf-8")
    assert main(["report", str(moved_to), "report.language=zh"]) == 0
    assert 'lang="zh-CN"' in (moved_to / "report.html").read_text(encoding="utf-8")
    capsys.readouterr()
    for words, said in (
        (["report"], "name the folder of results"),
        (["report", str(tmp_path / "nowhere")], "no folder of the results of a study"),
        (["report", str(moved_to), "study.seeds=3"], "only keys of report can be changed here"),
        (["report", str(moved_to), "report.lang=zh"], "did you mean report.language"),
    ):
        assert main(words) == 2
        assert said in capsys.readouterr().err
    shutil.rmtree(moved_to / "scenes")
    assert main(["report", str(moved_to)]) == 2
    assert "no results of a study of this version" in capsys.readouterr().err
    assert Subject.__name__ == "Subject"


def test_a_run_that_is_under_way_is_not_removed(tmp_path: Path) -> None:
    store, about = Store(tmp_path), About("d" * 16, 1)
    store.folder(about).mkdir(parents=True)
    with store.alone(about):
        assert not store.remove(about)
        assert store.folder(about).is_dir()
    assert store.remove(about)
    assert not store.folder(about).exists()
