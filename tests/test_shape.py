"""The shape of the code: short files, functions of one thought, plain docstrings; what does not hold yet is listed.

A list here, and that of `per-file-ignores` in `pyproject.toml`, may only shrink: what holds must be taken off, and what
is not on it must hold.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SLOW

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "sim").rglob("*.py"))
FILE_LINES = 330  # about 300
FUNCTION_LINES = 60  # about 40
ABOUT_LINES, MAY_BE_LONGER = 40, 0.05  # share of functions that may be longer than about 40 lines

LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()
# A "who" without a noun before it, each with the words around it.
BARE_WHO: set[str] = set()

# What a relative clause cannot lean on: "those who walk" is plain, "of who walks" is not.
NO_NOUN = {
    *("a", "also", "an", "and", "are", "as", "at", "be", "because", "before", "but", "by", "count", "counts"),
    *("for", "from", "how", "if", "in", "into", "is", "it", "knows", "lets", "like", "not", "of", "on", "only", "or"),
    *("over", "says", "serves", "shows", "so", "than", "that", "the", "their", "then", "to", "under", "until", "was"),
    *("were", "what", "when", "where", "which", "with", "within", "without"),
}


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code from `def` to the end, the docstring not counted."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        told = function.body[0]
        assert told.end_lineno is not None
        lines -= told.end_lineno - told.lineno + 1
    return lines


def docstrings(text: str) -> Iterator[str]:
    """Every docstring of a module, with single spaces."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield " ".join((ast.get_docstring(node) or "").split())


def bare_who(text: str) -> set[str]:
    """Every "who" of the docstrings of a module that has no noun before it, with two words on either side."""
    found = set()
    for told in docstrings(text):
        words = told.split(" ")
        for i, word in enumerate(words):
            if re.fullmatch(r"[^\w`]*who[^\w`]*", word, re.IGNORECASE):
                before = words[i - 1] if i else ""
                begins = not re.search(r"[\w)`,]$", before) or not word[0].isalpha()
                if begins or before.strip("(,`").lower() in NO_NOUN:
                    found.add(" ".join(words[max(i - 2, 0) : i + 3]))
    return found


def only_shrinks(found: set[str], listed: set[str], what: str) -> None:
    """Fail with what is new, and with what can be taken off the list."""
    assert not found - listed, f"{what}: mend them, the list takes no more"
    assert not listed - found, f"{what}: these hold now; take them off the list"


def test_files_are_short() -> None:
    found = {str(file.relative_to(ROOT)) for file in FILES if len(file.read_text("utf-8").splitlines()) > FILE_LINES}
    only_shrinks(found, LONG_FILES, f"files of more than {FILE_LINES} lines")


def test_functions_are_short() -> None:
    lengths = {
        f"{file.relative_to(ROOT)}:{function.name}": lines_of(function)
        for file in FILES
        for function in functions(file)
    }
    found = {name for name, lines in lengths.items() if lines > FUNCTION_LINES}
    only_shrinks(found, LONG_FUNCTIONS, f"functions of more than {FUNCTION_LINES} lines")
    assert sum(lines > ABOUT_LINES for lines in lengths.values()) <= MAY_BE_LONGER * len(lengths)


def test_docstrings_have_no_bare_who() -> None:
    found = {phrase for file in FILES for phrase in bare_who(file.read_text(encoding="utf-8"))}
    only_shrinks(found, BARE_WHO, "docstrings with a “who” that has no noun before it")


@pytest.mark.parametrize(
    ("told", "bare"),
    [
        ("The walks of those who walk, and of a carer who stays.", 0),
        ("Residents, who may be old, and `walker` who walks.", 0),
        ("The limits of who walks.", 1),
        ("They count who came. Who ordered waits.", 2),
        ("Reach: who may walk how far.", 1),
        ("Whoever comes, and the one whose turn it is.", 0),
    ],
)
def test_a_bare_who_is_found(told: str, bare: int) -> None:
    assert len(bare_who(f'def f():\n    """{told}"""\n')) == bare


def test_what_is_marked_slow_is_there() -> None:
    for name in SLOW:
        file, _, test = name.partition("::")
        assert (ROOT / file).is_file(), f"{file}, listed in tests/conftest.py, was moved or is gone"
        assert f"def {test}" in (ROOT / file).read_text(encoding="utf-8"), name


def test_bounds_of_functions_are_left_out_only_where_they_must_be() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    bounds = ("C901", "PLR0912", "PLR0913", "PLR0915")
    assert set(bounds) <= set(lint["select"])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--no-cache", "--exit-zero", "--output-format=json"),
            *("--isolated", "--select", ",".join(bounds), "--exclude", ".venv*,build"),
            *("--config", f"lint.mccabe.max-complexity={lint['mccabe']['max-complexity']}"),
            *(part for key, value in lint["pylint"].items() for part in ("--config", f"lint.pylint.{key}={value}")),
            ".",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, set[str]] = {}
    for row in json.loads(done.stdout):
        found.setdefault(Path(row["filename"]).relative_to(ROOT).as_posix(), set()).add(row["code"])
    listed = {file: set(rules) & set(bounds) for file, rules in lint["per-file-ignores"].items()}
    assert listed == found, "per-file-ignores of pyproject.toml: leave out what fails, and nothing else"
