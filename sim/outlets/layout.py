"""Layouts: which outlet stands where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sim.columns import Floats, Ints, short_repr
from sim.notes import Note
from sim.outlets.edits.record import Edit
from sim.outlets.formats import FormatConfig
from sim.outlets.outlet import Kind, Outlet


@dataclass(frozen=True)
class Layout:
    """Outlets by id, and what the edits that led here did.

    `name` by which the layout is asked for.
    `zh`, `en` its names.
    `outlets` in the order of their ids: row j is outlet j.
    `formats` by key.
    `cost_yuan` of all edits.
    `edits` every one, in the order in which they were carried out.
    `touched` ids of outlets that an edit added, moved or changed.
    `known_share` by age, to which an online map raises that of `day`.
    `range_factor` by zone, by which benches lengthen the range of the slow.
    `catchments` rows of the homes for which an outlet holds its places, by its id; one without has them for everybody.
    `notes` what was rounded where outlets are generated.
    """

    name: str
    zh: str
    en: str
    outlets: tuple[Outlet, ...]
    formats: Mapping[str, FormatConfig]
    cost_yuan: float = 0.0
    edits: tuple[Edit, ...] = ()
    touched: tuple[str, ...] = ()
    known_share: Mapping[int, float] = field(default_factory=dict)
    range_factor: Mapping[str, float] = field(default_factory=dict)
    catchments: Mapping[str, Ints] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    __repr__ = short_repr

    def __len__(self) -> int:
        return len(self.outlets)

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of the outlets, each once, in the order of the first outlet of each."""
        return tuple(dict.fromkeys(outlet.kind for outlet in self.outlets))

    @cached_property
    def kind(self) -> Ints:
        """The row of `kinds` that each outlet is of, shape (outlet,)."""
        row = {kind: at for at, kind in enumerate(self.kinds)}
        return _column([row[outlet.kind] for outlet in self.outlets], np.int64)

    @cached_property
    def xy(self) -> Floats:
        """Where the outlets are, metres, shape (outlet, 2)."""
        return _column([outlet.xy for outlet in self.outlets], np.float64).reshape(-1, 2)

    @cached_property
    def admits(self) -> Ints:
        """The compound that each outlet admits, or `EVERYONE`, shape (outlet,)."""
        return _column([outlet.admits for outlet in self.outlets], np.int32)

    def has_offer_for(self, need: str, substitutes: Mapping[str, float]) -> bool:
        """Whether any outlet serves a need, as itself or by a substitute, on foot or at home."""
        return any(kind.offer_for(need, substitutes) for kind in self.kinds)

    def benches(self, zones: Sequence[str]) -> Floats:
        """By how much benches lengthen the range of the slow in each of some zones, shape (zone,)."""
        return np.array([self.range_factor.get(zone, 1.0) for zone in zones], dtype=float)


def _column(values: Sequence[object], kind: type[np.generic]) -> Any:
    """A value of each outlet, read-only."""
    column = np.array(values, kind)
    column.setflags(write=False)
    return column
