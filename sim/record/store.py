"""The store: runs by digest and seed, written whole, each file with its checksum, and looked at before they are used.

A run that one study, sweep or search has done is there for all others of the same root of results.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from sim.folders import WRITING, folder_beside, is_written, one_writer, remove
from sim.record.npz import tally_about, tally_digest, write_tally
from sim.record.schema import Record
from sim.record.tally import Tally

KEEP: Final = ("record", "tables")
NOTE: Final = "run.json"
TALLY: Final = "tally.npz"
RECORD: Final = ("errands.parquet", "legs.parquet")
STORE: Final = ".runs"  # the folder of the store, below the root of results


class About(NamedTuple):
    """What a run is of: the digest of its scene, config and rules, and its seed."""

    digest: str
    seed: int


class State(NamedTuple):
    """Whether a run is to be done, and what is damaged of it ("" for nothing)."""

    missing: bool
    damage: str = ""


class Kept(NamedTuple):
    """A run in the store: what it is about, its folder, its bytes on disk, and its state."""

    about: About
    folder: Path
    size: int
    state: State

    @property
    def has_record(self) -> bool:
        """Whether its record is kept, or only its tally."""
        return all((self.folder / name).is_file() for name in RECORD)


@dataclass(frozen=True)
class Store:
    """The runs below one root of results, each in `<root>/.runs/<digest>/seed-<seed>`."""

    root: Path

    def folder(self, about: About) -> Path:
        """Where a run is kept."""
        return self.root / STORE / about.digest / f"seed-{about.seed}"

    @contextmanager
    def alone(self, about: About, say: Callable[[str], object] = lambda text: None) -> Iterator[None]:
        """Be the only process that does a run; another one that is at it is waited for."""
        folder = self.folder(about)
        with one_writer(folder.with_name(f"lock-{about.seed}"), say):
            for left in folder.parent.glob(f"{folder.name}.*{WRITING}"):  # by a process that was killed
                remove(left)
            yield

    def runs(self) -> Iterator[Kept]:
        """All runs that are kept, by digest and seed."""
        for folder in sorted((self.root / STORE).glob("*/seed-*")):
            seed = folder.name.removeprefix("seed-")
            if seed.isdecimal() and folder.is_dir():
                about = About(folder.parent.name, int(seed))
                size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
                yield Kept(about, folder, size, look_at(folder, about, "tables"))

    def remove(self, about: About) -> bool:
        """Keep a run no more; a study to which it was lent still has it. False where it is being done now."""
        folder = self.folder(about)
        lock = folder.with_name(f"lock-{about.seed}")
        if is_written(lock):
            return False
        for path in (folder, lock):
            if path.exists():
                remove(path)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
        return True


def look_at(folder: Path, about: About, keep: str) -> State:
    """The state of a run that should be `about` a digest and a seed.

    It need not be done again where its record is whole, since a tally can be made of it; without a record, where
    only tables are to be kept and its tally is whole and of the rules of today.
    """
    if not folder.exists():
        return State(missing=True)
    note = read_note(folder)
    if note is None:
        return State(missing=True, damage=f"{NOTE} is missing, cut or no run's")
    if note["digest"] != about.digest:
        return State(missing=True)
    if note["seed"] != about.seed:
        return State(missing=True, damage=f"{NOTE} is of seed {note['seed']}, not {about.seed}")
    damaged = [name for name, known in note["files"].items() if checksum(folder / name) != known]
    if note["tally"] == tally_digest() and TALLY not in damaged and not tally_fits(folder, about):
        damaged.append(TALLY)
    damage = f"{' and '.join(damaged)} missing, cut or changed since written" if damaged else ""
    recorded = set(RECORD) <= note["files"].keys()
    if set(damaged) & set(RECORD) or (damaged and not recorded):
        return State(missing=True, damage=damage)
    if recorded:
        return State(missing=False, damage=damage)
    return State(missing=keep == "record" or note["tally"] != tally_digest())


def digest_of(folder: Path) -> str | None:
    """The digest of the run in a folder, from its note, else from its tally; None where neither tells it."""
    told = read_note(folder) or tally_about(folder / TALLY)
    return told["digest"] if isinstance(told, dict) and isinstance(told.get("digest"), str) else None


def read_note(folder: Path) -> dict[str, Any] | None:
    """The note of a run; None where it is not there or not whole."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    kinds = {"digest": str, "seed": int, "tally": str, "files": dict}
    whole = isinstance(note, dict) and all(isinstance(note.get(key), kind) for key, kind in kinds.items())
    return note if whole and TALLY in note["files"] and note["files"].keys() <= {TALLY, *RECORD} else None


def tally_fits(folder: Path, about: About) -> bool:
    """Whether the tally of a run is whole, of the rules of today, and of this digest and seed."""
    note = read_note(folder)
    return (
        note is not None
        and note["tally"] == tally_digest()
        and checksum(folder / TALLY) == note["files"][TALLY]
        and tally_about(folder / TALLY) == about._asdict()
    )


def checksum(file: Path) -> str | None:
    """SHA-256 of a file; None where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


def write_run(folder: Path, tally: Tally, record: Record | None, about: About) -> None:
    """Write a run whole, with its record where that is kept: beside its place, then renamed."""
    with folder_beside(folder) as beside:
        if record is not None:
            from sim.record.parquet import write_rows  # loaded where a record is kept only

            for name, rows in zip(RECORD, (record.errands, record.legs), strict=True):
                write_rows(rows, beside / name)
        renew_tally(beside, tally, about)


def renew_tally(folder: Path, tally: Tally, about: About) -> None:
    """Write the tally of a run, and then the note: what it is about, by which rules counted, and all checksums."""
    beside = folder / f"{TALLY}.new"
    write_tally(tally, beside, about._asdict())
    beside.replace(folder / TALLY)
    files = {name: checksum(folder / name) for name in (*RECORD, TALLY) if (folder / name).is_file()}
    note = json.dumps({**about._asdict(), "tally": tally_digest(), "files": files}, indent=1) + "\n"
    beside = folder / f"{NOTE}.new"
    beside.write_text(note, encoding="utf-8")
    beside.replace(folder / NOTE)


def lend_run(here: Path, there: Path) -> None:
    """Put a run from one folder into another: the same bytes on disk where they can be linked, else a copy."""
    with folder_beside(there) as beside:
        for name in (*RECORD, TALLY, NOTE):
            if (here / name).is_file():
                try:
                    os.link(here / name, beside / name)
                except OSError:  # another disk, or one that knows no links
                    shutil.copy2(here / name, beside / name)
