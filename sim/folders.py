"""Folders that appear whole or not at all, and have one writer at a time."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

WRITING: Final = ".writing"  # ends the name of a folder that is not whole yet
LOCK: Final = ".lock"


@contextmanager
def folder_beside(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of `folder` once it has been written whole; no other process writes into it."""
    beside = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}{WRITING}")
    beside.mkdir(parents=True)
    try:
        yield beside
        remove(folder)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def remove(path: Path) -> None:
    """Remove a folder, or the file that stands in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a killed process left half-written in a folder; only its one writer may do so."""
    for beside in folder.glob(f"*{WRITING}"):
        remove(beside)


@contextmanager
def one_writer(folder: Path, say: Callable[[str], object]) -> Iterator[None]:
    """Be the only process that writes into a folder, which is made; another one is waited for, and that is said.

    The lock is the system's, so that a process that was killed holds none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=-1)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"another process is writing {folder}; waiting until it has ended, to go on from what it leaves")
        lock.acquire(poll_interval=0.2)
    except NotImplementedError:
        say(f"{folder} stands where no file can be locked; let no other process write there meanwhile")
        yield
        return
    try:
        yield
    finally:
        lock.release()


def is_written(folder: Path) -> bool:
    """Whether another process is the one writer of a folder now."""
    if not (folder / LOCK).exists():
        return False
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except NotImplementedError:
        return False
