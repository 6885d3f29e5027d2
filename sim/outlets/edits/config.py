"""Edits: the reviewable text by which one layout becomes another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.outlets.formats import FormatConfig, OfferConfig, PoolConfig
from sim.place import LayerConfig


@dataclass
class Position:
    """Where: metres `x`, `y` of the place, degrees `lon`, `lat` (WGS-84), a street `node`, or `at` another outlet."""

    x: float | None = None
    y: float | None = None
    lon: float | None = None
    lat: float | None = None
    node: int | None = None
    at: str | None = None


@dataclass
class AddEdit(Position):
    """A new outlet: a stable `id`, its `format`, and where.

    `name` as it is called there; `admits`: `everyone` or its `compound`; left empty, an outlet inside a
    compound admits that compound's residents and any other outlet everyone. `hours` other than its format's.
    `area_m2` other than its format's. `doors`: positions instead of one, for what is entered at the nearest of them.
    """

    id: str = "???"
    format: str = "???"
    name: str = ""
    admits: str = ""
    hours: dict[int, list[Any]] = field(default_factory=dict)
    area_m2: float | None = None
    doors: list[Position] = field(default_factory=list)


@dataclass
class Stop(Position):
    """A stop of a round: where, on which `days` (0 Monday), and `hours` there if other than the format's."""

    days: list[int] = field(default_factory=list)
    hours: list[Any] = field(default_factory=list)


@dataclass
class RoundEdit:
    """A mobile outlet with a weekly round of stops; each becomes an outlet `id@1`, `id@2`, … of its days."""

    id: str = "???"
    format: str = "???"
    name: str = ""
    stops: list[Stop] = field(default_factory=list)


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
    """Add `count` outlets of a format at compound gates, or at homes outside any compound; `inside`: within compounds.

    Each stands where it brings most residents within `within_m` metres on foot who are not so near to one before it;
    inside a compound those count who live there, whom alone it admits.
    """

    format: str = "???"
    count: int = 0
    within_m: float = 300.0
    inside: bool = False


@dataclass
class GatherRule:
    """Move every outlet of these formats to one street node, the one nearest to the middle of the homes."""

    formats: list[str] = field(default_factory=list)


@dataclass
class GroundEdit(Position):
    """Something built or taken away at the spot nearest to a position, or wherever it is within `within_m` of it."""

    within_m: float = 0.0
    cost_yuan: float = 0.0


@dataclass
class HomesEdit:
    """Something for the homes of some `zones` (empty: all)."""

    zones: list[str] = field(default_factory=list)
    cost_yuan: float = 0.0


@dataclass
class BenchesEdit(HomesEdit):
    """Benches on the way: who walks slowly, and lives in these zones, goes `factor` times as far."""

    factor: float = 1.5


@dataclass
class GroundConfig:
    """What a layout changes of the place itself.

    `gates`: `all`, `few`, `one` or `open` for every compound, as `place.gates`. `open_gates`: a new gate in the wall of
    the nearest compound, where it is close to the position and to a street. `close_gates`: the gates there are shut.
    `open_walls`: the compounds there lose their walls. `ramps`: stairs there become step-free. `lifts` in walk-up
    buildings, `benches` along the streets.
    """

    gates: str = "all"
    open_gates: list[GroundEdit] = field(default_factory=list)
    close_gates: list[GroundEdit] = field(default_factory=list)
    open_walls: list[GroundEdit] = field(default_factory=list)
    ramps: list[GroundEdit] = field(default_factory=list)
    lifts: list[HomesEdit] = field(default_factory=list)
    benches: list[BenchesEdit] = field(default_factory=list)


@dataclass
class SignsRule:
    """Signs: outlets of these `formats` (empty: all) are known to who lives within about `familiar_m` metres."""

    formats: list[str] = field(default_factory=list)
    familiar_m: float = 0.0
    cost_yuan: float = 0.0


@dataclass
class AwarenessConfig:
    """Who hears of outlets: `known_share` by age that an online map raises to at least, at `cost_yuan`, and `signs`."""

    known_share: dict[int, float] = field(default_factory=dict)
    cost_yuan: float = 0.0
    signs: list[SignsRule] = field(default_factory=list)


@dataclass
class DrawnConfig(LayerConfig):
    """A layer of points drawn in a GIS, which are all the outlets of the layout: see `sim.outlets.edits.drawn`.

    Columns: `format`; `id`, empty for a new one; `name` and `admits` of a new one.
    """


@dataclass
class LayoutConfig:
    """A layout: the one it starts from (`base`: a layout's name, or `place` for what stands there), then what it
    changes of the ground, then what is `drawn`, then rules and edits of outlets in this order, then of awareness.
    """

    zh: str = ""
    en: str = ""
    base: str = "place"
    formats: dict[str, FormatConfig] = field(default_factory=dict)
    ground: GroundConfig = field(default_factory=GroundConfig)
    drawn: DrawnConfig = field(default_factory=DrawnConfig)
    spread: list[SpreadRule] = field(default_factory=list)
    gather: list[GatherRule] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    add: list[AddEdit] = field(default_factory=list)
    rounds: list[RoundEdit] = field(default_factory=list)
    move: list[MoveEdit] = field(default_factory=list)
    extend: list[ExtendEdit] = field(default_factory=list)
    rehour: list[RehourEdit] = field(default_factory=list)
    awareness: AwarenessConfig = field(default_factory=AwarenessConfig)
