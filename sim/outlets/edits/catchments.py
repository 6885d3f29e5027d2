"""Edits of catchments: for whom an outlet holds its places, by community or by polygons drawn in a GIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.columns import Ints
from sim.errors import InputError
from sim.notes import Note
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.record import Edit
from sim.outlets.format_checks import near_or_all
from sim.outlets.outlet import Outlet
from sim.place import LayerConfig


@dataclass
class CatchmentsConfig(LayerConfig):
    """Catchments of outlets that hold places, such as schools.

    `zones` communities by the id of an outlet, or by a format, for all outlets of it.
    `file`, `layer`, `crs` a layer of polygons.
    `column` of that layer, with the id of the outlet to which a polygon belongs.
    """

    zones: dict[str, list[str]] = field(default_factory=dict)
    column: str = "outlet"


@dataclass
class CatchmentEdits:
    """For whom a layout holds places: `catchments`."""

    catchments: CatchmentsConfig = field(default_factory=CatchmentsConfig)


def draw_catchments(desk: Desk, layout: str, edits: CatchmentEdits) -> None:
    """Give outlets the catchments of a layout, each in place of the one that it had.

    Raises `InputError` for an outlet, format, community or need of which there is none.
    """
    where, config = f"layout {layout}: catchments", edits.catchments
    homes = {}
    for key, zones in config.zones.items():
        for outlet in _outlets_of(desk, f"{where}.zones", key):
            homes[outlet.id] = _homes_in(desk, f"{where}.zones.{key}", zones)
    if config.file is not None:
        from sim.outlets.edits.catchment_layer import homes_by_outlet  # the GIS libraries take a second to load

        drawn = homes_by_outlet(config, where, desk.place)
        for outlet_id, rows in drawn.items():
            desk.standing(f"{where}.file: {config.file}", outlet_id)
            homes[outlet_id] = np.union1d(homes.get(outlet_id, rows), rows)
    weight = desk.place.homes.weight
    for outlet_id, rows in homes.items():
        _check_holds(desk, where, desk.outlets[outlet_id])
        desk.catchments[outlet_id] = rows.astype(np.int32)
        share = float(weight[rows].sum() / weight.sum())
        desk.done(Edit("catchment", outlet_id, {"share": share}))


def _outlets_of(desk: Desk, where: str, key: str) -> list[Outlet]:
    """The outlet of an id, or those of a format."""
    if key in desk.outlets or key not in desk.formats:
        return [desk.standing(where, key)]
    found = [outlet for outlet in desk.outlets.values() if outlet.format == key]
    if not found:
        raise InputError(f"{where}: no outlet of format {key!r} stands in this layout; add one, or leave it out")
    return found


def _homes_in(desk: Desk, where: str, zones: Sequence[str]) -> Ints:
    """Rows of the homes in some communities."""
    names = desk.place.zones
    if not zones:
        raise InputError(f"{where}: no communities; one or more of {', '.join(names)} are accepted")
    for zone in zones:
        if zone not in names:
            raise InputError(f"{where}: {zone!r} is no community of this place{near_or_all(zone, names)}")
    return np.flatnonzero(np.isin(desk.place.homes.zone, [names.index(zone) for zone in zones]))


def _check_holds(desk: Desk, where: str, outlet: Outlet) -> None:
    """Raise `InputError` where an outlet holds no places, so that a catchment would change nothing."""
    held = [key for key, need in desk.needs.items() if getattr(need, "enrolled", False)]
    if not any(_serves(desk, outlet, key) for key in held):
        raise InputError(
            f"{where}: {outlet.id} holds no places; outlets of needs that are `enrolled` are accepted, here of "
            f"{', '.join(held) or 'none'}"
        )


def _serves(desk: Desk, outlet: Outlet, need: str) -> bool:
    """Whether an outlet serves those who walk in for a need."""
    return outlet.kind.offer_on_foot(need, getattr(desk.needs[need], "substitutes", {})) is not None


def catchment_notes(desk: Desk) -> list[Note]:
    """How many residents live in no catchment, for each need of which some outlets have one."""
    notes, weight = [], desk.place.homes.weight
    for key, need in desk.needs.items():
        own = [rows for one, rows in desk.catchments.items() if _serves(desk, desk.outlets[one], key)]
        if not getattr(need, "enrolled", False) or not own:
            continue
        outside = np.ones(len(weight), np.bool_)
        outside[np.concatenate(own)] = False
        share = float(weight[outside].sum() / weight.sum())
        if share > 0:
            text = f"Layout {desk.name}: {share:.1%} of residents live in no catchment for {key}."
            notes.append(Note(text, share, "They get places only where an outlet has no catchment; draw the rest."))
    return notes
