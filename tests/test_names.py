"""One name, one thing: a public name stands in one module of the whole project."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SIM = Path(__file__).parents[1] / "sim"


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
    twice = {name: sorted(modules) for name, modules in modules_by_name(SIM).items() if len(modules) > 1}
    assert not twice, "rename one of each: " + "; ".join(f"{name} in {', '.join(twice[name])}" for name in twice)


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
