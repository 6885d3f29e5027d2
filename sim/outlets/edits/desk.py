"""The desk: a layout while it is drawn, with the few things that an edit can do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

import numpy as np

from sim.columns import Ints
from sim.errors import InputError
from sim.outlets.edits.position import Position, check_position, spot_of
from sim.outlets.edits.record import Edit
from sim.outlets.format_checks import near_or_all
from sim.outlets.formats import FormatConfig, PoolConfig
from sim.outlets.hours import week_windows
from sim.outlets.outlet import EVERYONE, AreaDoors, Kind, Outlet, StreetSpot
from sim.outlets.standing import Standing
from sim.place import Area, Place, add_areas


class Desk:
    """A layout on the drawing desk.

    `name` of the layout.
    `place` as the edits so far leave it.
    `formats` by key.
    `needs` the catalogue.
    `seed` of the place.
    `outlets` by id.
    `cost_yuan` of the edits so far.
    `edits` what was done so far, in order.
    `touched` ids of outlets that an edit added, moved or changed.
    `known_share` by age, of an online map.
    `range_factor` by zone, of benches.
    `catchments` rows of the homes for which an outlet holds its places, by its id.
    """

    def __init__(
        self, name: str, place: Place, formats: Mapping[str, FormatConfig], needs: Mapping[str, object], seed: int
    ) -> None:
        self.name, self.place, self.formats, self.needs, self.seed = name, place, formats, needs, seed
        self.windows = {
            key: week_windows(form.hours, f"layout {name}: formats.{key}.hours") for key, form in formats.items()
        }
        self.kinds = {key: Kind(form.pools, form.offers) for key, form in formats.items()}
        self.outlets: dict[str, Outlet] = {}
        self.cost_yuan = 0.0
        self.edits: list[Edit] = []
        self.touched: list[str] = []
        self.known_share: dict[int, float] = {}
        self.range_factor: dict[str, float] = {}
        self.catchments: dict[str, Ints] = {}

    def stand(self, site: Standing, admits: str = "") -> None:
        """Put up an outlet of a format. Those who come through one of several doors are admitted, whoever they are;
        `admits` is the word of an edit.
        """
        spec, spot = self.formats[site.format], site.spot
        everyone = admits == "everyone" or spot.doors
        self.outlets[site.id] = Outlet(
            id=site.id,
            name=site.name,
            format=site.format,
            kind=self.kinds[site.format],
            **spot._asdict(),
            admits=EVERYONE if everyone else int(self.place.streets.compound[spot.node]),
            windows=self.windows[site.format],
            size=spec.size,
            attraction=spec.attraction,
            every_weeks=spec.every_weeks,
            in_week=spec.in_week,
            area_m2=spec.area_m2,
        )

    def add(self, site: Standing, admits: str = "") -> None:
        """As `stand`, by an edit, which costs what the format does."""
        self.stand(site, admits)
        self.cost_yuan += self.formats[site.format].cost_yuan
        self.touched.append(site.id)

    def put(self, outlet: Outlet) -> None:
        """Put an outlet in the place of the one of its id."""
        self.outlets[outlet.id] = outlet
        self.touched.append(outlet.id)

    def move(self, outlet: Outlet, spot: StreetSpot) -> None:
        """Put an outlet elsewhere; if it was for everyone though inside a compound, it stays so."""
        compound = self.place.streets.compound
        everyone = outlet.admits == EVERYONE and compound[outlet.node] >= 0
        admits = EVERYONE if everyone or spot.doors else int(compound[spot.node])
        self.put(replace(outlet, **spot._asdict(), admits=admits))

    def done(self, edit: Edit, cost_yuan: float = 0.0) -> None:
        """Record an edit that was carried out, and what it costs."""
        self.edits.append(edit)
        self.cost_yuan += cost_yuan

    def standing(self, where: str, outlet_id: str) -> Outlet:
        """The outlet of an id. Raises `InputError` where none stands."""
        if outlet_id in self.outlets:
            return self.outlets[outlet_id]
        near = get_close_matches(outlet_id, list(self.outlets), 3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise InputError(f"{where}: no outlet {outlet_id!r} stands in this layout{hint}")

    def format_of(self, where: str, form: str) -> FormatConfig:
        """The format of a key. Raises `InputError` where there is none."""
        if form not in self.formats:
            raise InputError(f"{where}: format {form!r} is not known{near_or_all(form, self.formats)}")
        return self.formats[form]

    def spot(self, where: str, at: Position) -> StreetSpot:
        """Where on the streets something is of which an edit says where. Raises `InputError` where it is nowhere."""
        check_position(where, at)
        if at.at is None:
            return spot_of(where, at, self.place)
        host = self.standing(f"{where}.at", at.at)
        return StreetSpot(host.node, host.snap_m, host.xy, host.doors)

    def finished(self) -> tuple[Place, tuple[Outlet, ...]]:
        """The place with a node for every area, and the outlets by id, rooms counted out by area."""
        outlets = []
        areas: dict[AreaDoors, Area] = {}
        node_of: dict[AreaDoors, int] = {}
        n_nodes = self.place.streets.n_nodes
        for outlet in sorted(self.outlets.values(), key=lambda outlet: outlet.id):
            if outlet.doors:
                if outlet.doors not in areas:
                    nodes, metres = (np.array(column) for column in zip(*outlet.doors, strict=True))
                    node_of[outlet.doors] = n_nodes + len(areas)
                    areas[outlet.doors] = Area(outlet.xy, nodes, metres.astype(float))
                outlet = replace(outlet, node=node_of[outlet.doors], snap_m=0.0)
            if outlet.area_m2 and any(pool.m2_per_person for pool in outlet.pools.values()):
                pools = {key: _by_area(pool, outlet) for key, pool in outlet.pools.items()}
                outlet = replace(outlet, kind=Kind(pools, outlet.offers))
            outlets.append(outlet)
        streets = add_areas(self.place.streets, list(areas.values()))
        nodes = np.append(self.place.areas, np.array(list(node_of.values()), np.int32))
        return replace(self.place, streets=streets, areas=nodes), tuple(outlets)


def _by_area(pool: PoolConfig, outlet: Outlet) -> PoolConfig:
    """A pool whose room is the outlet's area over what one person takes."""
    return replace(pool, room=max(1, int(outlet.area_m2 / pool.m2_per_person))) if pool.m2_per_person else pool
