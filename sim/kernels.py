"""Kernels: functions that Numba compiles, whose machine code is kept for exactly the rules that it was made from.

Numba looks only at the file of a function to see whether its machine code is old, and not at the files of what is
inlined into it. Here all machine code stands in a folder named by the digest of every file that a kernel may be made
from, and of the versions that compile it (the processor is in Numba's own index).
"""

from __future__ import annotations

import atexit
import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import llvmlite
import numba
import numba.extending
import numpy as np
from numba.core import config as numba_config
from platformdirs import user_cache_path

HERE: Final = Path(__file__).parent
ROOMS: Final = ("place", "people", "needs", "outlets", "reach", "record", "day", "measures")
GROUND: Final = (
    "by_age.py", "clock_times.py", "columns.py", "errors.py", "kernels.py", "names.py", "notes.py", "parallel.py",
    "randomness.py",
)  # fmt: skip
TEMPORARY: Final = "lifecircle-kernels-"
KEPT: Final = 3  # folders of other rules that are kept, the latest used first
KEPT_S: Final = 86_400.0  # and those that were used within so many seconds: another process may be at it


def sources() -> list[Path]:
    """Every file from which a kernel may be made: those with kernels, and all that they import."""
    return [*sorted(file for room in ROOMS for file in (HERE / room).rglob("*.py")), *(HERE / name for name in GROUND)]


@cache
def digest() -> str:
    """A short SHA-256 of the sources of kernels, and of what compiles them."""
    versions = [platform.python_version(), numba.__version__, llvmlite.__version__, np.__version__]
    told = hashlib.sha256("\0".join(versions).encode())
    for file in sources():
        told.update(b"\0" + str(file.relative_to(HERE)).encode() + b"\0" + file.read_bytes())
    return told.hexdigest()[:16]


@cache
def folder() -> Path | None:
    """The folder in which machine code is kept; None where nothing can be written anywhere.

    Below Numba's own (`NUMBA_CACHE_DIR`) where that is set; else beside this file, in the user's folder for caches, or
    in a temporary folder that goes with the process: the first of them that can be written.
    """
    given = numba_config.CACHE_DIR
    kept = [Path(given) / "lifecircle"] if given else [HERE / "__pycache__" / "kernels", *_of_the_user()]
    for parent in kept:
        if _can_be_written(parent / digest()):
            _clean(parent)
            return parent / digest()
    with suppress(OSError):
        # A name that nobody can foresee: what stands in it is run.
        parent = Path(tempfile.mkdtemp(prefix=TEMPORARY))
        atexit.register(shutil.rmtree, parent, ignore_errors=True)
        return parent / digest()
    return None


def how_often() -> str:
    """How often kernels are compiled here, in words, and the remedy where it is at every start."""
    found = folder()
    if found is not None and not found.parent.name.startswith(TEMPORARY):
        return "once after each installation"
    return (
        "as at every start, since no folder for machine code can be written here "
        "(set NUMBA_CACHE_DIR to one that can, to do it once)"
    )


def _of_the_user() -> list[Path]:
    with suppress(OSError, RuntimeError):  # no home
        return [user_cache_path("lifecircle") / "kernels"]
    return []


def _can_be_written(path: Path) -> bool:
    """Whether files can be written into a folder, which is made; it is marked as used now."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
        os.utime(path)
    except OSError:
        return False
    return True


def _clean(parent: Path) -> None:
    """Remove the machine code of other rules, but for what was used lately."""
    with suppress(OSError):
        others = [(path.stat().st_mtime, path) for path in parent.iterdir() if path.name != digest() and path.is_dir()]
        for used, path in sorted(others, reverse=True)[KEPT:]:
            if time.time() - used > KEPT_S:
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _kept_in(path: Path) -> Iterator[None]:
    """Let Numba keep the machine code of what is decorated meanwhile in a folder, and of nothing else."""
    ours = {"CACHE_DIR": str(path), "CACHE_LOCATOR_CLASSES": ""}
    before = {name: getattr(numba_config, name) for name in ours if hasattr(numba_config, name)}
    try:
        for name in before:
            setattr(numba_config, name, ours[name])
        yield
    finally:
        for name, value in before.items():
            setattr(numba_config, name, value)


def kernel(function: Callable[..., Any], **options: Any) -> Any:
    """Compile a function when it is first called; it lets go of the interpreter, so that threads run side by side."""
    path = folder()
    if path is None:
        return numba.njit(nogil=True, **options)(function)
    with _kept_in(path):
        return numba.njit(cache=True, nogil=True, **options)(function)


def lean(function: Callable[..., Any]) -> Any:
    """A kernel that makes no array, and so need not count the users of those that it is given: the caller holds them.

    Counting takes half the time of kernels that hand many arrays on to each other. Numba refuses one that makes an
    array.
    """
    return kernel(function, _nrt=False)


def inner(function: Callable[..., Any]) -> Any:
    """A part of lean kernels: compiled with those that call it, and plain Python to Python."""
    return numba.extending.register_jitable(_nrt=False)(function)


def hot(function: Callable[..., Any]) -> Any:
    """A part of lean kernels that is written out where it is called.

    What is handed to a call that is not is copied array by array, which takes longer than what most parts do.
    """
    return numba.extending.register_jitable(_nrt=False, forceinline=True)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A kernel that is written out wherever another calls it."""
    return kernel(function, inline="always")


def is_compiled(function: Any) -> bool:
    """Whether a kernel was compiled before by these rules, on this machine and for this Python."""
    path = folder()
    if path is None:
        return False
    code = function.py_func.__code__
    stem = f"{Path(code.co_filename).stem}.{function.__name__}-{code.co_firstlineno}"
    return any(path.glob(f"*/{stem}.py{sys.version_info.major}{sys.version_info.minor}*.nbi"))
