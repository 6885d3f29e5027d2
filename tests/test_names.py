"""One name, one thing: a public name stands in one module of the whole project."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SIM = Path(__file__).parents[1] / "sim"

# Names that still stand in two modules, with those modules; it may only become shorter.
TWICE: dict[str, set[str]] = {
    "ALL": {"measures/travel.py", "report/results.py"},
    "DAY_S": {"clock_times.py", "day/kernels/loop.py", "day/model.py", "outlets/hours.py", "record/tally.py"},
    "Drawing": {"outlets/edits/drawn.py", "report/figures.py"},
    "Errands": {"needs/errands.py", "record/tally.py"},
    "FIFTEEN_MIN": {"measures/comparison.py", "report/charts.py"},
    "GRADES": {"notes.py", "report/assumptions.py"},
    "GROUPS": {"config/composed.py", "report/assumptions.py"},
    "HOME": {"day/kernels/loop.py", "report/style.py"},
    "HOUR_S": {"clock_times.py", "day/model.py", "outlets/hours.py", "record/tally.py"},
    "Note": {"notes.py", "report/assumptions.py"},
    "Outlet": {"day/model.py", "outlets/layout.py"},
    "PACKAGES": {"__main__.py", "report/page.py", "study.py"},
    "PARTS": {"day/kernels/loop.py", "measures/comparison.py"},
    "PLAIN": {"day/kernels/loop.py", "report/page.py"},
    "REMEDY": {"memory.py", "reach/extent.py"},
    "ROOMS": {"kernels.py", "study.py"},
    "SLACK_M": {"place/walks/between.py", "record/tally.py"},
    "State": {"day/kernels/loop.py", "record/store.py"},
    "Supply": {"day/supply.py", "measures/equity.py"},
    "WEEK_S": {"clock_times.py", "day/kernels/loop.py", "outlets/hours.py"},
    "count_walks": {"reach/search.py", "record/tally.py"},
    "digest": {"kernels.py", "study.py"},
    "headline": {"measures/comparison.py", "report/results.py"},
    "kinds_of": {"measures/nearness.py", "report/results.py"},
    "read_tally": {"record/tally.py", "study.py"},
    "settle": {"day/kernels/loop.py", "people/residents.py"},
    "supply_of": {"day/supply.py", "measures/equity.py"},
    "write_tally": {"record/store.py", "record/tally.py"},
}


def defined(file: Path) -> Iterator[str]:
    """The public functions, classes and constants that a module defines; what it imports is defined elsewhere."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            if isinstance(node.value, ast.Call) and ast.unparse(node.value.func).endswith("TypeVar"):
                continue
            names = [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def modules_by_name(root: Path) -> dict[str, set[str]]:
    """The modules in which each public name is defined."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in root.rglob("*.py"):
        for name in defined(file):
            found[name].add(file.relative_to(root).as_posix())
    return found


def test_a_public_name_stands_in_one_module() -> None:
    twice = {name: modules for name, modules in modules_by_name(SIM).items() if len(modules) > 1}
    new = {name: modules for name, modules in twice.items() if not modules <= TWICE.get(name, set())}
    assert not new, "rename one of each: " + "; ".join(f"{name} in {', '.join(sorted(new[name]))}" for name in new)
    gone = {name for name in TWICE if twice.get(name) != TWICE[name]}
    assert not gone, f"mended, so take out of TWICE: {', '.join(sorted(gone))}"


def test_names_are_found_however_they_are_defined(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(
        "from typing import Final, TypeVar\nfrom other import imported\nT = TypeVar('T')\nA: Final = 1\nB, C = 1, 2\n"
        "_own = 3\nclass D:\n    inside = 1\ndef e():\n    local = 2\n",
        encoding="utf-8",
    )
    assert set(modules_by_name(tmp_path)) == {"A", "B", "C", "D", "e"}
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "two.py").write_text("def D(): ...\n", encoding="utf-8")
    assert modules_by_name(tmp_path)["D"] == {"one.py", "room/two.py"}
