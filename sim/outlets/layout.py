"""Layouts: which outlet stands where, and how edits make one layout from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.names import check_name
from sim.notes import Note
from sim.outlets.edits.config import LayoutConfig, carry_out
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.record import Edit
from sim.outlets.format_checks import check_format
from sim.outlets.formats import FormatConfig
from sim.outlets.outlet import Kind, Outlet
from sim.outlets.standing import mix_notes, standing_outlets
from sim.place import Place


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
    notes: tuple[Note, ...] = ()

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


def lay_out(
    name: str, configs: Mapping[str, LayoutConfig], place: Place, residents: int, needs: Mapping[str, object], seed: int
) -> tuple[Place, Layout]:
    """The layout of a name, and the place as it leaves it: what stands there, or another layout, with the edits of
    its config.

    `configs` holds every layout by name; `needs` the catalogue, whose keys offers may name; `residents` scale
    the generated outlets, which stand as in the place before any edit. Raises `InputError` naming the layout, the edit
    and the remedy.
    """
    chain = _chain(name, configs)
    formats: dict[str, FormatConfig] = {}
    for link in reversed(chain):
        formats |= configs[link].formats
    if not formats:
        raise InputError(f"layout {chain[-1]}: no formats; write `base: base` to start from the layout that has them")
    for key, form in formats.items():
        check_name(f"layout {name}: formats", key)
        check_format(f"layout {name}: formats.{key}", form, needs)

    desk = Desk(name, place, formats, needs, seed)
    for site in standing_outlets(place, formats, residents, seed):
        desk.stand(site)
    for link in reversed(chain):
        carry_out(desk, link, configs[link])
    own = configs[name]
    place, outlets = desk.finished()
    return place, Layout(
        name=name,
        zh=own.zh or name,
        en=own.en or name,
        outlets=outlets,
        formats=formats,
        cost_yuan=desk.cost_yuan,
        edits=tuple(desk.edits),
        touched=tuple(sorted(set(desk.touched) & desk.outlets.keys())),
        known_share=desk.known_share,
        range_factor=desk.range_factor,
        notes=tuple(mix_notes(place, formats, residents)),
    )


def _chain(name: str, configs: Mapping[str, LayoutConfig]) -> list[str]:
    """A layout and those that it starts from, one after the other."""
    chain = [name]
    while (base := configs[chain[-1]].base) != "place":
        if base in chain or base not in configs:
            known = ", ".join(("place", *(c for c in configs if c not in chain)))
            why = "comes back to itself" if base in chain else "is not a layout"
            raise InputError(f"layout {chain[-1]}: base: {base!r} {why}; one of {known} is accepted")
        chain.append(base)
    return chain
