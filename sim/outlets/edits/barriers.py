"""Edits of barriers, for which the place itself changes: gates, walls, stairs, lifts, benches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.position import Position
from sim.outlets.edits.record import Edit
from sim.outlets.format_checks import check_cost
from sim.outlets.outlet import EVERYONE
from sim.place import GATES, PUBLIC, Place, add_links, keep_gates, keep_links, open_compounds, street_side


@dataclass
class GroundEdit(Position):
    """Something built or taken away at the spot nearest to a position, or wherever it is near that.

    `within_m` metres that are near, 0 for the nearest alone.
    `cost_yuan` of it all.
    """

    within_m: float = 0.0
    cost_yuan: float = 0.0


@dataclass
class HomesEdit:
    """Something for the homes of some communities.

    `zones` those (empty: all).
    `cost_yuan` of it all.
    """

    zones: list[str] = field(default_factory=list)
    cost_yuan: float = 0.0


@dataclass
class BenchesEdit(HomesEdit):
    """Benches on the way, for those who walk slowly and live in these communities.

    `factor` by which they go farther.
    """

    factor: float = 1.5


@dataclass
class GroundConfig:
    """What a layout changes of the place itself.

    `gates` of every compound: `all`, `few`, `one` or `open`, as `place.gates`.
    `open_gates` a new gate in the wall of the nearest compound, where it is close to the position and to a street.
    `close_gates` the gates there are shut.
    `open_walls` the compounds there lose their walls.
    `ramps` stairs there become step-free.
    `lifts` in walk-up buildings.
    `benches` along the streets.
    """

    gates: str = "all"
    open_gates: list[GroundEdit] = field(default_factory=list)
    close_gates: list[GroundEdit] = field(default_factory=list)
    open_walls: list[GroundEdit] = field(default_factory=list)
    ramps: list[GroundEdit] = field(default_factory=list)
    lifts: list[HomesEdit] = field(default_factory=list)
    benches: list[BenchesEdit] = field(default_factory=list)


@dataclass
class BarrierEdits:
    """What a layout changes of the place itself: `ground`."""

    ground: GroundConfig = field(default_factory=GroundConfig)


def change_barriers(desk: Desk, layout: str, edits: BarrierEdits) -> None:
    """Carry out what a layout changes of the place. Raises `InputError` for what cannot be done."""
    where, ground = f"layout {layout}: ground", edits.ground
    before = len(desk.edits)
    for key in (*CHANGES, "lifts", "benches"):
        for row, edit in enumerate(getattr(ground, key)):
            check_cost(f"{where}.{key}[{row}]", edit.cost_yuan)
    _choose_gates(desk, f"{where}.gates", ground.gates)
    for key, change in CHANGES.items():
        _change_all(desk, f"{where}.{key}", key, getattr(ground, key), change)
    for row, lifts in enumerate(ground.lifts):
        _build_lifts(desk, f"{where}.lifts[{row}]", lifts)
    for row, benches in enumerate(ground.benches):
        _put_benches(desk, f"{where}.benches[{row}]", benches)
    if len(desk.edits) > before:  # walls may be down, so that what stood behind them is open to everyone
        compound = desk.place.streets.compound
        for outlet in desk.outlets.values():
            if outlet.admits != EVERYONE and not outlet.doors:
                desk.outlets[outlet.id] = replace(outlet, admits=int(compound[outlet.node]))


def _choose_gates(desk: Desk, where: str, gates: str) -> None:
    if gates not in GATES:
        raise InputError(f"{where}: {gates!r} is none of {', '.join(GATES)}")
    if gates != "all":
        streets = keep_gates(desk.place.streets, gates, desk.seed, desk.place.open_wall_m)
        desk.place = replace(desk.place, streets=streets)
        desk.done(Edit("gates", values={"gates": gates}))


def _change_all(desk: Desk, where: str, key: str, edits: Sequence[GroundEdit], change: Change) -> None:
    """Carry out the edits of one key at their positions."""
    for row, edit in enumerate(edits):
        here = f"{where}[{row}]"
        x, y = desk.spot(here, edit).xy
        desk.place = change(desk.place, here, np.array([x, y]), edit.within_m)
        desk.done(Edit(key, values={"x": x, "y": y, "within_m": edit.within_m}), edit.cost_yuan)


def _build_lifts(desk: Desk, where: str, lifts: HomesEdit) -> None:
    homes = desk.place.homes
    there = _homes_in(desk.place, where, lifts)
    desk.place = replace(desk.place, homes=replace(homes, lift=homes.lift | there))
    desk.done(Edit("lifts", names={"zones": tuple(lifts.zones)}), lifts.cost_yuan)


def _put_benches(desk: Desk, where: str, benches: BenchesEdit) -> None:
    if not benches.factor >= 1:
        raise InputError(f"{where}.factor: {benches.factor}; a number from 1 up is accepted")
    _homes_in(desk.place, where, benches)
    for zone in benches.zones or desk.place.zones:
        desk.range_factor[zone] = max(benches.factor, desk.range_factor.get(zone, 1.0))
    told = Edit("benches", values={"factor": benches.factor}, names={"zones": tuple(benches.zones)})
    desk.done(told, benches.cost_yuan)


def _homes_in(place: Place, where: str, edit: HomesEdit) -> Bools:
    """Which homes lie in the zones of an edit, shape (home,)."""
    for zone in edit.zones:
        if zone not in place.zones:
            raise InputError(f"{where}.zones: {zone!r} is none of {', '.join(place.zones)}")
    rows = [place.zones.index(zone) for zone in edit.zones] or list(range(len(place.zones)))
    return np.isin(place.homes.zone, rows)


def _open_walls(place: Place, where: str, at: Floats, within_m: float) -> Place:
    streets = place.streets
    inside = np.flatnonzero(streets.compound != PUBLIC)
    if not len(inside):
        raise InputError(f"{where}: no compound of this place has a wall")
    opened = np.unique(streets.compound[inside[_near(where, streets.xy[inside], at, within_m)]])
    return replace(
        place,
        streets=open_compounds(streets, opened, place.open_wall_m),
        homes=replace(place.homes, compound=np.where(np.isin(place.homes.compound, opened), -1, place.homes.compound)),
    )


def _open_gate(place: Place, where: str, at: Floats, within_m: float) -> Place:
    streets = place.streets
    inside = np.flatnonzero(streets.compound != PUBLIC)
    public = np.flatnonzero(streets.compound == PUBLIC)
    if not len(inside) or not len(public):
        raise InputError(f"{where}: no compound of this place has a wall")
    compound = streets.compound[inside[_near(where, streets.xy[inside], at, 0.0)[0]]]
    inside = inside[streets.compound[inside] == compound]
    inner, outer = streets.xy[inside][:, None], streets.xy[public][None]
    length_m = np.linalg.norm(inner - outer, axis=2)
    off_m = np.linalg.norm((inner + outer) / 2 - at, axis=2)
    row, column = np.unravel_index(np.argmin(length_m + off_m), length_m.shape)
    ends = np.array([[inside[row], public[column]]])
    if (np.sort(streets.links, axis=1) == np.sort(ends)).all(axis=1).any():
        raise InputError(f"{where}: there is a gate already")
    return replace(
        place,
        streets=add_links(streets, ends, length_m[row, column][None], gate=True),
        gates=np.union1d(place.gates, ends[:, 1]).astype(np.int32),
    )


def _close_gates(place: Place, where: str, at: Floats, within_m: float) -> Place:
    streets = place.streets
    gates = np.flatnonzero(streets.gate)
    if not len(gates):
        raise InputError(f"{where}: this place has no gate to close")
    middle = streets.xy[streets.links[gates]].mean(axis=1)
    shut = gates[_near(where, middle, at, within_m)]
    kept = np.ones(streets.n_links, dtype=bool)
    kept[shut] = False
    behind = streets.compound[streets.links].max(axis=1)
    without = np.setdiff1d(behind[gates], behind[gates[kept[gates]]])
    if len(without):
        raise InputError(f"{where}: compound {without[0]} would have no gate left; leave one, or open another first")
    left = keep_links(streets, kept)
    gone = np.setdiff1d(streets.links[shut].ravel(), street_side(left))
    return replace(place, streets=left, gates=np.setdiff1d(place.gates, gone).astype(np.int32))


def _build_ramps(place: Place, where: str, at: Floats, within_m: float) -> Place:
    streets = place.streets
    stairs = np.flatnonzero(streets.stairs)
    if not len(stairs):
        raise InputError(f"{where}: this place has no stairs")
    middle = streets.xy[streets.links[stairs]].mean(axis=1)
    left = streets.stairs.copy()
    left[stairs[_near(where, middle, at, within_m)]] = False
    return replace(place, streets=replace(streets, stairs=left))


def _near(where: str, xy: Floats, at: Floats, within_m: float) -> Ints:
    """Rows of the points within so many metres, or for 0 of the nearest alone. Raises `InputError` for none."""
    metres = np.linalg.norm(xy - at, axis=1)
    if not within_m:
        return np.array([np.argmin(metres)])
    near = np.flatnonzero(metres <= within_m)
    if not len(near):
        raise InputError(f"{where}.within_m: nothing within {within_m:g} m; the nearest is {metres.min():.0f} m away")
    return near


Change = Callable[[Place, str, Floats, float], Place]  # of a place, for messages where, at metres, within metres
CHANGES: Final[Mapping[str, Change]] = {  # by key, in the order in which they are carried out
    "open_walls": _open_walls,
    "open_gates": _open_gate,
    "close_gates": _close_gates,
    "ramps": _build_ramps,
}
