"""Edits: the reviewable text by which one layout becomes another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.outlets.formats import FormatConfig, OfferConfig, PoolConfig


@dataclass
class Position:
    """Where: metres `x`, `y` of the place, or degrees `lon`, `lat` (WGS-84), or a street `node`."""

    x: float | None = None
    y: float | None = None
    lon: float | None = None
    lat: float | None = None
    node: int | None = None


@dataclass
class AddEdit(Position):
    """A new outlet: a stable `id`, its `format`, and where.

    `name` as it is called there; `admits`: `everyone` or its `compound`; left empty, an outlet inside a
    compound admits that compound's residents and any other outlet everyone.
    """

    id: str = "???"
    format: str = "???"
    name: str = ""
    admits: str = ""


@dataclass
class MoveEdit(Position):
    """The outlet `id` moves to another place."""

    id: str = "???"


@dataclass
class ExtendEdit:
    """The outlet `id` offers more, or staffs its pools otherwise; what is not named stays."""

    id: str = "???"
    offers: dict[str, OfferConfig] = field(default_factory=dict)
    pools: dict[str, PoolConfig] = field(default_factory=dict)
    cost_yuan: float = 0.0


@dataclass
class RehourEdit:
    """The outlet `id` keeps other hours, given as in a format."""

    id: str = "???"
    hours: dict[int, list[Any]] = field(default_factory=dict)
    cost_yuan: float = 0.0


@dataclass
class SpreadRule:
    """Add `count` outlets of a format at compound gates, or at homes outside any compound.

    Each stands where it brings most homes within `within_m` straight metres that none of the others reaches.
    """

    format: str = "???"
    count: int = 0
    within_m: float = 300.0


@dataclass
class GatherRule:
    """Move every outlet of these formats to one street node, the one nearest to the middle of the homes."""

    formats: list[str] = field(default_factory=list)


@dataclass
class LayoutConfig:
    """A layout: the one it starts from (`base`: a layout's name, or `place` for what stands there), then rules
    and edits in this order.
    """

    zh: str = ""
    en: str = ""
    base: str = "place"
    formats: dict[str, FormatConfig] = field(default_factory=dict)
    spread: list[SpreadRule] = field(default_factory=list)
    gather: list[GatherRule] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    add: list[AddEdit] = field(default_factory=list)
    move: list[MoveEdit] = field(default_factory=list)
    extend: list[ExtendEdit] = field(default_factory=list)
    rehour: list[RehourEdit] = field(default_factory=list)
