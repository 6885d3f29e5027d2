"""Machine code is kept for exactly the rules that it was made from, wherever a folder can be written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import kernels
from tests.test_architecture import SIM, imports

# A kernel of needs/errands.py, into which functions of randomness.py are inlined.
KEYS = (
    "import numpy as np; from sim.needs.chance import errand_keys; from sim import kernels;"
    "keys = errand_keys(np.arange(3, dtype=np.int32), np.uint64(5), np.arange(3));"
    "print(keys.tolist(), len(errand_keys.stats.cache_hits))"
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, whose files may be changed."""
    shutil.copytree(SIM, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(code: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    known = {name: text for name, text in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    asked = {**known, "PYTHONPATH": str(folder), **variables}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=asked, capture_output=True, text=True, timeout=300
    )


def keys_of(folder: Path, **variables: str) -> tuple[str, bool]:
    """What the kernel says, and whether its machine code was there."""
    done = run(KEYS, folder, **variables)
    assert not done.returncode, done.stderr
    keys, hits = done.stdout.rsplit(" ", 1)
    return keys, int(hits) > 0


def test_a_changed_rule_of_another_file_is_compiled_anew(package: Path) -> None:
    first, there = keys_of(package)
    assert not there
    assert keys_of(package) == (first, True)
    file = package / "sim/randomness.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("0xBF58476D1CE4E5B9", "0xBF58476D1CE4E5BB"), encoding="utf-8")
    changed, there = keys_of(package)
    assert changed != first
    assert not there
    file.write_text(text, encoding="utf-8")
    assert keys_of(package) == (first, True)  # the machine code of the old rules is still there


def test_everything_that_a_kernel_may_be_made_from_is_in_the_digest() -> None:
    known = set(kernels.sources())
    decorated = re.compile("^@(kernel|lean|inner|inlined)$", re.M)
    queue = [file for file in SIM.rglob("*.py") if decorated.search(file.read_text("utf-8"))]
    assert len(queue) > 10
    seen = set(queue)
    while queue:
        for _, module in imports(queue.pop()):
            path = SIM.parent / module.replace(".", "/")
            for file in (path.with_suffix(".py"), path / "__init__.py"):
                if module.startswith("sim") and file.is_file() and file not in seen:
                    seen.add(file)
                    queue.append(file)
    assert seen - known <= {SIM / "__init__.py"}


def test_the_users_own_folder_for_machine_code_is_used_and_that_of_others_left_alone(
    package: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    first, _ = keys_of(package, NUMBA_CACHE_DIR=str(own))
    assert keys_of(package, NUMBA_CACHE_DIR=str(own)) == (first, True)
    assert {path.name for path in own.iterdir()} == {"lifecircle"}
    assert not list(package.rglob("__pycache__/kernels"))
    code = "import sim.needs.errands; from numba.core import config; print(repr(config.CACHE_DIR))"
    assert run(code, package).stdout.strip() == "''"
    assert run(code, package, NUMBA_CACHE_DIR=str(own)).stdout.strip() == repr(str(own))


def test_without_any_folder_for_machine_code_all_works_and_says_so(package: Path, tmp_path: Path) -> None:
    # Neither the installation nor the home can be written: their folders are files, which holds for root too.
    (package / "sim/__pycache__").mkdir()
    (package / "sim/__pycache__/kernels").write_text("")
    (tmp_path / "home").write_text("")
    nowhere = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home")}
    (tmp_path / "temporary").mkdir()
    told = run(KEYS + "; print(kernels.how_often())", package, **nowhere, TMPDIR=str(tmp_path / "temporary"))
    assert not told.returncode, told.stderr
    assert told.stdout.startswith(keys_of(package)[0])
    assert "as at every start" in told.stdout
    assert "NUMBA_CACHE_DIR" in told.stdout
    assert not list((tmp_path / "temporary").iterdir())  # it goes with the process
    # Nor is there a temporary folder.
    nothing = "import tempfile; tempfile.mkdtemp = lambda **given: open('/dev/null/x');"
    told = run(nothing + KEYS + "; print(kernels.how_often())", package, **nowhere)
    assert not told.returncode, told.stderr
    assert "as at every start" in told.stdout


def test_machine_code_of_old_rules_is_removed_but_for_what_was_used_lately(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, day_s = time.time(), 86_400
    for days in range(8):
        (tmp_path / f"rules-{days}").mkdir()
        os.utime(tmp_path / f"rules-{days}", (now - days * day_s, now - days * day_s))
    os.utime(tmp_path / "rules-4", (now - 60, now - 60))
    kernels._clean(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rules-0", "rules-1", "rules-4"]
    monkeypatch.setattr(kernels, "KEPT", 0)
    kernels._clean(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rules-0", "rules-4"]
