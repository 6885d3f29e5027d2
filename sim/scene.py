"""A scene: one layout on its ground, and who can reach what in it. What a run, a report, a page and an export need."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.errors import InputError
from sim.outlets import Layout
from sim.place import Place
from sim.reach import Reach
from sim.storage import load, save

# What is said and drawn of a place and a layout, and changes nothing of a day.
SHOWN: Final = frozenset(
    {
        "attribution",
        "built",
        "cost_yuan",
        "en",
        "formats",
        "log",
        "mix",
        "name",
        "notes",
        "sites",
        "touched",
        "walls",
        "zh",
    }
)


@dataclass(frozen=True)
class Scene:
    """One layout on its ground.

    `place`: the place as the layout leaves it.
    `layout`: the outlets.
    `reach`: who can walk how far to what; None in a scene that is kept to be drawn, not to be run.
    `digest`: of all that can change what residents do in it.
    """

    place: Place
    layout: Layout
    reach: Reach | None
    digest: str

    def __repr__(self) -> str:
        return (
            f"Scene({self.name!r} in {self.place.name!r}: {len(self.layout):,} outlets, "
            f"{len(self.place.homes):,} homes, digest {self.digest})"
        )

    @property
    def name(self) -> str:
        """The name of its layout."""
        return self.layout.name

    @property
    def whole(self) -> tuple[Place, Layout, Reach]:
        """Its place, layout and reach. Raises `InputError` where it was kept without its reach."""
        if self.reach is None:
            raise InputError(f"scene {self.name!r}: it was kept to be drawn, without its reach; build it to run it")
        return self.place, self.layout, self.reach

    def save(self, folder: Path, with_reach: bool = True) -> None:
        """Write it whole into a folder; with its reach, any process on any machine can run it from there."""
        save(self if with_reach else replace(self, reach=None), folder)

    @staticmethod
    def load(folder: Path) -> Scene:
        """The scene that was saved in a folder; raises `OSError` or `ValueError` where it is not whole."""
        return load(Scene, folder)


def scene_of(place: Place, layout: Layout, reach: Reach) -> Scene:
    """The scene of a layout on the place as it leaves it."""
    return Scene(place, layout, reach, content_digest(place, layout, reach.limit_m))


def content_digest(*things: Any) -> str:
    """A short SHA-256 of what dataclasses, arrays and plain values hold, whatever they were made from."""
    told = hashlib.sha256()
    for part in _parts(things):
        told.update(part)
    return told.hexdigest()[:16]


def _parts(thing: Any) -> Iterator[bytes]:
    """What a thing holds, in order, as bytes of which none can be taken for another."""
    if isinstance(thing, np.ndarray):
        yield f"[{thing.dtype.str}{thing.shape}".encode()
        yield np.ascontiguousarray(thing).tobytes()
    elif is_dataclass(thing):
        yield f"({type(thing).__name__}".encode()
        for field in fields(thing):
            if field.name not in SHOWN:
                yield field.name.encode()
                yield from _parts(getattr(thing, field.name))
    elif isinstance(thing, dict):
        yield b"{"
        for key in sorted(thing, key=lambda key: (str(type(key)), key)):
            yield from _parts(key)
            yield from _parts(thing[key])
    elif isinstance(thing, tuple | list):
        yield f"<{len(thing)}".encode()
        for one in thing:
            yield from _parts(one)
    else:
        yield f"{thing.value if isinstance(thing, Enum) else thing!r};".encode()
