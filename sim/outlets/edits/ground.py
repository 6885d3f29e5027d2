"""What a layout changes of the place itself: gates, walls, stairs, lifts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.outlets.edits.config import GroundConfig, GroundEdit, HomesEdit
from sim.place import GATES, PUBLIC, Place, add_links, keep_gates, keep_links, open_compounds, street_side

Locate = Callable[[str, GroundEdit], tuple[float, float]]  # where an edit is, in metres


def rebuild(
    place: Place, ground: GroundConfig, where: str, locate: Locate, seed: int, log: list[str]
) -> tuple[Place, float]:
    """The place after the edits of a layout (`where`, for messages), and what they cost.

    `locate` turns positions into metres; each edit adds a line to `log`, from which it can be done again. Raises
    `InputError` for what cannot be done.
    """
    if ground.gates not in GATES:
        raise InputError(f"{where}.gates: {ground.gates!r} is none of {', '.join(GATES)}")
    cost_yuan = 0.0
    if ground.gates != "all":
        place = replace(place, streets=keep_gates(place.streets, ground.gates, seed, place.open_wall_m))
        log.append(f"gates {ground.gates}")
    for key, change in (
        ("open_walls", _open_walls),
        ("open_gates", _open_gate),
        ("close_gates", _close_gates),
        ("ramps", _build_ramps),
    ):
        edits: Sequence[GroundEdit] = getattr(ground, key)
        for row, edit in enumerate(edits):
            here = f"{where}.{key}[{row}]"
            x, y = locate(here, edit)
            place = change(place, here, np.array([x, y]), edit.within_m)
            cost_yuan += edit.cost_yuan
            log.append(f"{key} ({x:.10g}, {y:.10g})" + (f" within {edit.within_m:g} m" if edit.within_m else ""))
    for row, lifts in enumerate(ground.lifts):
        there = homes_in(place, f"{where}.lifts[{row}]", lifts)
        place = replace(place, homes=replace(place.homes, lift=place.homes.lift | there))
        cost_yuan += lifts.cost_yuan
        log.append(f"lifts {', '.join(lifts.zones) or 'everywhere'}")
    return place, cost_yuan


def homes_in(place: Place, where: str, edit: HomesEdit) -> Bools:
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
