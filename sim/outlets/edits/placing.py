"""Edits that place outlets: one is taken away, added, sent on a weekly round, or moved."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from sim.errors import InputError
from sim.names import check_name
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.position import Position
from sim.outlets.edits.record import Edit
from sim.outlets.format_checks import check_weeks
from sim.outlets.formats import FormatConfig
from sim.outlets.hours import week_windows
from sim.outlets.outlet import StreetSpot
from sim.outlets.standing import Standing


@dataclass
class AddEdit(Position):
    """A new outlet, and where.

    `id` a stable one.
    `format` what it is.
    `name` as it is called there.
    `admits` `everyone` or its `compound`; left empty, an outlet inside a compound admits those who live there, and any
    other outlet everyone.
    `hours` other than its format's.
    `area_m2` other than its format's.
    `doors` positions instead of one, for what is entered at the nearest of them.
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
    """A stop of a round, and where.

    `days` of the week, 0 being Monday.
    `hours` there, if other than the format's.
    """

    days: list[int] = field(default_factory=list)
    hours: list[Any] = field(default_factory=list)


@dataclass
class RoundEdit:
    """A mobile outlet with a weekly round; each stop becomes an outlet of its days.

    `id` of the round; the outlets are `id@1`, `id@2`, …
    `format` what goes round.
    `name` as it is called.
    `stops` of the round.
    """

    id: str = "???"
    format: str = "???"
    name: str = ""
    stops: list[Stop] = field(default_factory=list)


@dataclass
class MoveEdit(Position):
    """An outlet moves to another place.

    `id` of the outlet.
    """

    id: str = "???"


@dataclass
class PlacingEdits:
    """Edits of a layout that place outlets, in this order."""

    remove: list[str] = field(default_factory=list)
    add: list[AddEdit] = field(default_factory=list)
    rounds: list[RoundEdit] = field(default_factory=list)
    move: list[MoveEdit] = field(default_factory=list)


def place_outlets(desk: Desk, layout: str, edits: PlacingEdits) -> None:
    """Carry out the edits of a layout that place outlets. Raises `InputError` naming the one that cannot be done."""
    for row, outlet_id in enumerate(edits.remove):
        desk.standing(f"layout {layout}: remove[{row}]", outlet_id)
        remove_outlet(desk, outlet_id)
    for row, add in enumerate(edits.add):
        check_name(f"layout {layout}: add[{row}].id", add.id)
        add_outlet(desk, f"layout {layout}: add[{row}] ({add.id})", add)
    for row, walk in enumerate(edits.rounds):
        check_name(f"layout {layout}: rounds[{row}].id", walk.id)
        _go_round(desk, f"layout {layout}: rounds[{row}] ({walk.id})", walk)
    for row, move in enumerate(edits.move):
        where = f"layout {layout}: move[{row}]"
        desk.standing(where, move.id)
        move_outlet(desk, f"{where} ({move.id})", move)


def remove_outlet(desk: Desk, outlet_id: str) -> None:
    """Take away an outlet."""
    del desk.outlets[outlet_id]
    desk.catchments.pop(outlet_id, None)
    desk.done(Edit("remove", outlet_id))


def move_outlet(desk: Desk, where: str, move: MoveEdit) -> None:
    """Move an outlet."""
    desk.move(desk.outlets[move.id], desk.spot(where, move))
    desk.done(Edit("move", move.id))


def add_outlet(desk: Desk, where: str, add: AddEdit) -> None:
    """Add an outlet. Raises `InputError` where that cannot be done."""
    if add.id in desk.outlets:
        raise InputError(f"{where}: there is an outlet of this id already; another id is needed")
    spec = desk.format_of(where, add.format)
    if add.admits not in ("", "everyone", "compound"):
        raise InputError(f"{where}: admits {add.admits!r}; everyone or compound is accepted")
    spot = _spot(desk, where, add)
    if add.admits == "compound" and (spot.doors or desk.place.streets.compound[spot.node] < 0):
        raise InputError(f"{where}: admits its compound, but its nearest street node is in none")
    desk.add(Standing(add.id, add.format, add.name, spot), add.admits)
    if add.hours:
        windows = week_windows(add.hours, f"{where}.hours")
        check_weeks(f"{where}.hours", spec.every_weeks, windows)
        desk.outlets[add.id] = replace(desk.outlets[add.id], windows=windows)
    if add.area_m2 is not None:
        if add.area_m2 < 0:
            raise InputError(f"{where}.area_m2: {add.area_m2}; square metres from 0 up are accepted")
        desk.outlets[add.id] = replace(desk.outlets[add.id], area_m2=add.area_m2)
    desk.done(Edit("add", add.id, {"format": add.format}))


def _spot(desk: Desk, where: str, add: AddEdit) -> StreetSpot:
    """Where a new outlet is: at its position, or in the middle of its doors."""
    if not add.doors:
        return desk.spot(where, add)
    if any(getattr(add, key.name) is not None for key in fields(Position)):
        raise InputError(f"{where}: both doors and a position; one of them is accepted")
    found = [desk.spot(f"{where}.doors[{row}]", door) for row, door in enumerate(add.doors)]
    doors = tuple(door for spot in found for door in spot.doors or ((spot.node, spot.snap_m),))
    x, y = np.mean([spot.xy for spot in found], axis=0)
    return StreetSpot(doors[0][0], 0.0, (float(x), float(y)), doors)


def _go_round(desk: Desk, where: str, walk: RoundEdit) -> None:
    """Each stop of a round is an outlet that is open on its days; the round is paid for once."""
    spec = desk.format_of(where, walk.format)
    twice = [day for day in range(7) if sum(day in stop.days for stop in walk.stops) > 1]
    if not walk.stops or twice:
        why = f"weekday {twice[0]} is at two stops" if twice else "no stops"
        raise InputError(f"{where}: {why}; each day of the round needs one stop, as in stops: [{{days: [0], …}}]")
    for row, stop in enumerate(walk.stops, 1):
        here = f"{where}.stops[{row - 1}]"
        at = {field.name: getattr(stop, field.name) for field in fields(Position)}
        hours = _on_days(here, stop, spec)
        add = AddEdit(**at, id=f"{walk.id}@{row}", format=walk.format, name=walk.name, admits="everyone", hours=hours)
        add_outlet(desk, here, add)
    desk.cost_yuan -= spec.cost_yuan * (len(walk.stops) - 1)


def _on_days(where: str, stop: Stop, spec: FormatConfig) -> dict[int, list[Any]]:
    """The hours of a stop: its own or the format's, on its days only."""
    if not stop.days or not set(stop.days) <= set(range(7)):
        raise InputError(f"{where}.days: {stop.days}; weekdays from 0 (Monday) to 6 are needed")
    hours: dict[int, list[Any]] = {}
    for day in range(7):
        known = [start for start in spec.hours if start <= day]
        usual = spec.hours[max(known)] if known else []
        hours[day] = (stop.hours or usual) if day in stop.days else []
        if day in stop.days and not hours[day]:
            raise InputError(f"{where}.days: its format is shut on weekday {day}; give hours, or leave the day out")
    return hours
