"""What a layout changes of the place itself: gates, walls, stairs, lifts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.outlets.edits import GroundConfig, GroundEdit, HomesEdit
from sim.place import Place, keep_gates
from sim.place.streets import GATES, PUBLIC, add_links, keep_links

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
        place = replace(place, streets=keep_gates(place.streets, ground.gates, seed))
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
    opened = np.unique(streets.compound[inside[_near(streets.xy[inside], at, within_m)]])
    there = np.isin(streets.compound, opened)
    at_gate = streets.gate & there[streets.links].any(axis=1)
    return replace(
        place,
        streets=replace(
            streets, compound=np.where(there, np.int32(PUBLIC), streets.compound), gate=streets.gate & ~at_gate
        ),
    )


def _open_gate(place: Place, where: str, at: Floats, within_m: float) -> Place:
    streets = place.streets
    inside = np.flatnonzero(streets.compound != PUBLIC)
    public = np.flatnonzero(streets.compound == PUBLIC)
    if not len(inside) or not len(public):
        raise InputError(f"{where}: no compound of this place has a wall")
    compound = streets.compound[inside[_near(streets.xy[inside], at, 0.0)[0]]]
    inside = inside[streets.compound[inside] == compound]
    across_m, nearest = cKDTree(streets.xy[public]).query(streets.xy[inside])
    best = int(np.argmin(np.linalg.norm(streets.xy[inside] - at, axis=1) + across_m))
    inner, outer = inside[best], public[np.asarray(nearest)[best]]
    if ((streets.links == (inner, outer)) | (streets.links == (outer, inner))).all(axis=1).any():
        raise InputError(f"{where}: there is a gate already")
    length_m = float(np.linalg.norm(streets.xy[inner] - streets.xy[outer]))
    return replace(place, streets=add_links(streets, np.array([[inner, outer]]), np.array([length_m]), gate=True))


def _close_gates(place: Place, where: str, at: Floats, within_m: float) -> Place:
    streets = place.streets
    gates = np.flatnonzero(streets.gate)
    if not len(gates):
        raise InputError(f"{where}: this place has no gate to close")
    middle = streets.xy[streets.links[gates]].mean(axis=1)
    kept = np.ones(streets.n_links, dtype=bool)
    kept[gates[_near(middle, at, within_m)]] = False
    behind = streets.compound[streets.links].max(axis=1)
    shut = np.setdiff1d(behind[gates], behind[gates[kept[gates]]])
    if len(shut):
        raise InputError(f"{where}: compound {shut[0]} would have no gate left; leave one, or open another first")
    return replace(place, streets=keep_links(streets, kept))


def _build_ramps(place: Place, where: str, at: Floats, within_m: float) -> Place:
    streets = place.streets
    stairs = np.flatnonzero(streets.stairs)
    if not len(stairs):
        raise InputError(f"{where}: this place has no stairs")
    middle = streets.xy[streets.links[stairs]].mean(axis=1)
    left = streets.stairs.copy()
    left[stairs[_near(middle, at, within_m)]] = False
    return replace(place, streets=replace(streets, stairs=left))


def _near(xy: Floats, at: Floats, within_m: float) -> Ints:
    """Rows of the points within so many metres, or of the nearest alone."""
    metres = np.linalg.norm(xy - at, axis=1)
    near = np.flatnonzero(metres <= within_m)
    return near if within_m and len(near) else np.array([np.argmin(metres)])
