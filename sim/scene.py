"""A scene: one layout on its ground, and what can be reached in it. What a run, a report, a page and an export need."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.errors import InputError
from sim.outlets import Layout
from sim.place import Place
from sim.reach import Reach
from sim.storage import load_whole, save_whole

# What is said and drawn of a place and a layout, and changes nothing of a day.
SHOWN: Final = frozenset(
    {
        "attribution",
        "beyond_names",
        "built",
        "cost_yuan",
        "edits",
        "en",
        "formats",
        "mix",
        "name",
        "notes",
        "sites",
        "touched",
        "walls",
        "zh",
    }
)

PLAIN_KINDS: Final = frozenset({str, int, float, bool, type(None)})

OF_TABLES: Final = ".of"  # the file beside tables that tells their digest


@dataclass(frozen=True)
class Scene:
    """One layout on its ground.

    `place`: the place as the layout leaves it.
    `layout`: the outlets.
    `reach`: how far it is on foot from where to what; None in a scene that is kept to be drawn, not to be run.
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
        save_whole(self if with_reach else replace(self, reach=None), folder)

    @staticmethod
    def load(folder: Path) -> Scene:
        """The scene that was saved in a folder; raises `OSError` or `ValueError` where it is not whole."""
        return load_whole(Scene, folder)


def scene_of(place: Place, layout: Layout, reach: Reach) -> Scene:
    """The scene of a layout on the place as it leaves it."""
    return Scene(place, layout, reach, content_digest(place, layout, reach.limit_m))


def content_digest(*things: Any) -> str:
    """A short SHA-256 of what dataclasses, arrays and plain values hold, whatever they were made from."""
    return _sha256(_parts(things, {})).hex()[:16]


def tables_digest(digest: str, seeds: Iterable[int]) -> str:
    """The digest of the tables of a study: of its runs, and of the seeds that it asks for."""
    return content_digest(digest, *seeds)


def _sha256(parts: Iterable[bytes]) -> bytes:
    told = hashlib.sha256()
    for part in parts:
        told.update(part)
    return told.digest()


def _parts(thing: Any, known: dict[int, bytes]) -> Iterator[bytes]:
    """What a thing holds, in order, as bytes of which none can be taken for another.

    `known`: the digests of dataclasses that were told, by their identity: one that many share is gone through once.
    """
    if _is_plain(thing):
        yield f"{thing!r};".encode()
    elif isinstance(thing, np.ndarray):
        yield f"[{thing.dtype.str}{thing.shape}".encode()
        yield np.ascontiguousarray(thing).tobytes()
    elif is_dataclass(thing):
        if id(thing) not in known:
            known[id(thing)] = _sha256(_columns((thing,), known))
        yield known[id(thing)]
    elif isinstance(thing, Mapping):
        yield f"{{{len(thing)}".encode()
        for key in sorted(thing, key=lambda key: (str(type(key)), key)):
            yield f"{key!r}:".encode()
            yield from _parts(thing[key], known)
    elif isinstance(thing, tuple | list):
        yield f"<{len(thing)}".encode()
        if thing and is_dataclass(thing[0]) and len(set(map(type, thing))) == 1:
            yield from _columns(thing, known)
        else:
            for one in thing:
                yield from _parts(one, known)
    elif isinstance(thing, Enum):
        yield from _parts(thing.value, known)
    else:
        raise TypeError(f"{type(thing).__name__}: nothing tells what it holds")


def _columns(rows: Sequence[Any], known: dict[int, bytes]) -> Iterator[bytes]:
    """What rows of one dataclass hold, field by field: thousands of outlets are told in a moment."""
    yield f"({type(rows[0]).__name__}".encode()
    for field in fields(rows[0]):
        if field.name not in SHOWN:
            yield field.name.encode()
            column = [getattr(row, field.name) for row in rows]
            if all(map(_is_plain, column)):
                yield f"{column!r};".encode()
            else:
                for one in column:
                    yield from _parts(one, known)


def _is_plain(value: Any) -> bool:
    """Whether `repr` tells all of a value."""
    kind = type(value)
    return kind in PLAIN_KINDS or (kind is tuple and all(map(_is_plain, value)))
