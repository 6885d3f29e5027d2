"""Tallies as files of compressed NumPy arrays."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.record.spread import Spread
from sim.record.tally import Tally
from sim.rules import rules_digest

ABOUT: Final = "about.json"  # a member of the file of a tally


def write_tally(tally: Tally, file: Path, about: Mapping[str, Any] | None = None) -> None:
    """Write a tally as compressed NumPy arrays, with what it is `about`; the same bytes for the same tally."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(zipfile.ZipInfo(ABOUT), json.dumps(about or {}, sort_keys=True))
        for part in fields(tally):
            value = getattr(tally, part.name)
            columns = value._asdict() if isinstance(value, Spread) else {"": value}
            for column, array in columns.items():
                # A member opened by its name carries no time of writing.
                with archive.open(f"{part.name}.{column}".rstrip(".") + ".npy", "w") as member:
                    np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)


def tally_about(file: Path) -> Any:
    """What a tally says that it is about; None where it cannot be read."""
    try:
        with zipfile.ZipFile(file) as archive:
            return json.loads(archive.read(ABOUT))
    except (OSError, KeyError, ValueError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError):
        return None


def read_tally(file: Path) -> Tally:
    """The tally that `write_tally` wrote."""
    with np.load(file, allow_pickle=False) as arrays:
        return Tally(**{part.name: _read(arrays, part.name, str(part.type)) for part in fields(Tally)})


def _read(arrays: Mapping[str, Any], name: str, kind: str) -> Any:
    if kind == "Spread":
        return Spread(*(arrays[f"{name}.{column}"] for column in Spread._fields))
    if kind == "int":
        return int(arrays[name])
    return tuple(arrays[name].tolist()) if kind.startswith("tuple") else arrays[name]


def tally_digest() -> str:
    """A short SHA-256 of the rules of tallies: what was counted by others is counted again."""
    return rules_digest("sim.record.count")
