"""Layouts: which outlet stands where, and how edits make one layout from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

import numpy as np

from sim.errors import InputError
from sim.outlets.edits import AddEdit, LayoutConfig, Position, SpreadRule
from sim.outlets.formats import FormatConfig, OfferConfig, PoolConfig
from sim.outlets.hours import Window, week_windows
from sim.outlets.standing import covering_sites, middle_node, standing_outlets
from sim.place import Place

EVERYONE: Final = -1
FAR_OUTLET_M: Final = 500.0  # farther from every street, an outlet is not in the place


@dataclass(frozen=True)
class Outlet:
    """One outlet: a stable text `id`, `name`, `format`, where, when and what.

    `node` street node, `snap_m` metres from it to the door, `xy` metres; `admits` the compound whose residents may
    enter, or -1 for everyone; `windows` of the week; `pools` and `offers` as in its format.
    """

    id: str
    name: str
    format: str
    node: int
    snap_m: float
    xy: tuple[float, float]
    admits: int
    windows: tuple[Window, ...]
    pools: Mapping[str, PoolConfig]
    offers: Mapping[str, OfferConfig]
    size: float
    attraction: float


@dataclass(frozen=True)
class Layout:
    """Outlets by id, their formats, and what the edits that led here cost.

    `log` tells every edit in words, in order; `touched` ids that an edit added, moved or changed.
    """

    name: str
    zh: str
    en: str
    outlets: tuple[Outlet, ...]
    formats: Mapping[str, FormatConfig]
    cost_yuan: float = 0.0
    log: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.outlets)


def lay_out(
    name: str, configs: Mapping[str, LayoutConfig], place: Place, residents: int, needs: Mapping[str, object], seed: int
) -> Layout:
    """The layout of a name: what stands in the place, or another layout, with the rules and edits of its config.

    `configs` holds every layout by name; `needs` the catalogue, whose keys offers may name; `residents` scale
    the generated outlets. Raises `InputError` naming the layout, the edit and the remedy.
    """
    chain = [name]
    while (base := configs[chain[-1]].base) != "place":
        if base in chain or base not in configs:
            known = ", ".join(("place", *(c for c in configs if c not in chain)))
            why = "comes back to itself" if base in chain else "is not a layout"
            raise InputError(f"layout {chain[-1]}: base: {base!r} {why}; one of {known} is accepted")
        chain.append(base)
    formats: dict[str, FormatConfig] = {}
    for link in reversed(chain):
        formats |= configs[link].formats
    if not formats:
        raise InputError(f"layout {chain[-1]}: no formats; write `base: base` to start from the layout that has them")
    for key, form in formats.items():
        _check_offers(f"layout {name}: formats.{key}", form.offers, form.pools, needs)
        week_windows(form.hours, f"layout {name}: formats.{key}.hours")
        if not form.size > 0:
            raise InputError(f"layout {name}: formats.{key}.size: {form.size}; a number above 0 is needed")

    desk = _Desk(name, place, formats, needs)
    for site in standing_outlets(place, formats, residents, seed):
        desk.place_outlet(*site)
    desk.cost_yuan = 0.0
    desk.log, desk.touched = [], []
    for link in reversed(chain):
        desk.apply(link, configs[link])
    own = configs[name]
    return Layout(
        name=name,
        zh=own.zh or name,
        en=own.en or name,
        outlets=tuple(sorted(desk.outlets.values(), key=lambda outlet: outlet.id)),
        formats=formats,
        cost_yuan=desk.cost_yuan,
        log=tuple(desk.log),
        touched=tuple(sorted(set(desk.touched) & desk.outlets.keys())),
    )


def _check_offers(
    where: str, offers: Mapping[str, OfferConfig], pools: Mapping[str, PoolConfig], needs: Mapping[str, object]
) -> None:
    for need, offer in offers.items():
        if need not in needs:
            near = get_close_matches(need, list(needs), 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; one of {', '.join(needs)} is accepted"
            raise InputError(f"{where}.offers: {need!r} is not a need of the catalogue{hint}")
        if offer.pool not in pools:
            raise InputError(
                f"{where}.offers.{need}.pool: {offer.pool!r} is none of its pools ({', '.join(pools) or 'it has none'})"
            )
        if offer.service not in ("exponential", "fixed"):
            raise InputError(f"{where}.offers.{need}.service: {offer.service!r}; exponential or fixed is accepted")
        if not offer.service_min >= 0:
            raise InputError(f"{where}.offers.{need}.service_min: {offer.service_min}; minutes from 0 up are accepted")
    for key, pool in pools.items():
        for field in ("servers", "per_day", "room"):
            if getattr(pool, field) < 0:
                raise InputError(
                    f"{where}.pools.{key}.{field}: {getattr(pool, field)}; whole numbers from 0 up are accepted"
                )


class _Desk:
    """A layout on the drawing desk: outlets by id, and the log of what was done to them."""

    def __init__(
        self, name: str, place: Place, formats: Mapping[str, FormatConfig], needs: Mapping[str, object]
    ) -> None:
        self.name, self.place, self.formats, self.needs = name, place, formats, needs
        self.outlets: dict[str, Outlet] = {}
        self.cost_yuan = 0.0
        self.log: list[str] = []
        self.touched: list[str] = []

    def apply(self, layout: str, config: LayoutConfig) -> None:
        """Carry out the rules, then the edits of one layout."""
        for rule in config.spread:
            self._spread(layout, rule)
        for gather in config.gather:
            self._gather(layout, gather.formats)
        for row, outlet_id in enumerate(config.remove):
            self._standing(f"layout {layout}: remove[{row}]", outlet_id)
            del self.outlets[outlet_id]
            self.log.append(f"remove {outlet_id}")
        for row, add in enumerate(config.add):
            where = f"layout {layout}: add[{row}] ({add.id})"
            self._add(where, add)
        for row, move in enumerate(config.move):
            where = f"layout {layout}: move[{row}]"
            outlet = self._standing(where, move.id)
            self._move(outlet, *self._position(f"{where} ({move.id})", move))
            self.log.append(f"move {move.id}")
        for row, extend in enumerate(config.extend):
            where = f"layout {layout}: extend[{row}]"
            outlet = self._standing(where, extend.id)
            pools, offers = {**outlet.pools, **extend.pools}, {**outlet.offers, **extend.offers}
            _check_offers(f"{where} ({extend.id})", offers, pools, self.needs)
            self._replace(replace(outlet, pools=pools, offers=offers))
            self.cost_yuan += extend.cost_yuan
            self.log.append(f"extend {extend.id} with {', '.join((*extend.offers, *extend.pools))}")
        for row, rehour in enumerate(config.rehour):
            where = f"layout {layout}: rehour[{row}]"
            outlet = self._standing(where, rehour.id)
            windows = week_windows(rehour.hours, f"{where} ({rehour.id}).hours")
            self._replace(replace(outlet, windows=windows))
            self.cost_yuan += rehour.cost_yuan
            self.log.append(f"rehour {rehour.id}")

    def place_outlet(
        self, outlet_id: str, form: str, name: str, node: int, snap_m: float, xy: tuple[float, float], admits: str = ""
    ) -> None:
        """A new outlet of a format, at a node."""
        spec = self.formats[form]
        self.outlets[outlet_id] = Outlet(
            id=outlet_id,
            name=name,
            format=form,
            node=node,
            snap_m=snap_m,
            xy=xy,
            admits=EVERYONE if admits == "everyone" else int(self.place.streets.compound[node]),
            windows=week_windows(spec.hours, f"layout {self.name}: formats.{form}.hours"),
            pools=spec.pools,
            offers=spec.offers,
            size=spec.size,
            attraction=spec.attraction,
        )
        self.cost_yuan += spec.cost_yuan
        self.touched.append(outlet_id)

    def _add(self, where: str, add: AddEdit) -> None:
        if add.id in self.outlets:
            raise InputError(f"{where}: there is an outlet of this id already; another id is needed")
        if add.format not in self.formats:
            near = get_close_matches(add.format, list(self.formats), 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; one of {', '.join(self.formats)} is accepted"
            raise InputError(f"{where}: format {add.format!r} is not known{hint}")
        if add.admits not in ("", "everyone", "compound"):
            raise InputError(f"{where}: admits {add.admits!r}; everyone or compound is accepted")
        node, snap_m, xy = self._position(where, add)
        if add.admits == "compound" and self.place.streets.compound[node] < 0:
            raise InputError(f"{where}: admits its compound, but its nearest street node is in none")
        self.place_outlet(add.id, add.format, add.name, node, snap_m, xy, add.admits)
        self.log.append(f"add {add.id} ({add.format})")

    def _spread(self, layout: str, rule: SpreadRule) -> None:
        where = f"layout {layout}: spread"
        if rule.format not in self.formats:
            raise InputError(f"{where}: format {rule.format!r} is none of {', '.join(self.formats)}")
        if rule.count < 0 or rule.within_m <= 0:
            raise InputError(f"{where}: count {rule.count}, within_m {rule.within_m}; numbers above 0 are accepted")
        nodes = covering_sites(self.place, rule.count, rule.within_m)
        if len(nodes) < rule.count:
            self.log.append(f"spread {len(nodes)} of {rule.count} {rule.format}: the place has no more sites")
        before = sum(outlet_id.startswith(f"{rule.format}-{layout}-") for outlet_id in self.outlets)
        for row, node in enumerate(nodes, before + 1):
            outlet_id = f"{rule.format}-{layout}-{row:02d}"
            self._add(where, AddEdit(id=outlet_id, format=rule.format, node=node, admits="everyone"))

    def _gather(self, layout: str, formats: list[str]) -> None:
        for form in formats:
            if form not in self.formats:
                raise InputError(f"layout {layout}: gather: format {form!r} is none of {', '.join(self.formats)}")
        node = middle_node(self.place)
        x, y = self.place.streets.xy[node]
        moved = [outlet for outlet in self.outlets.values() if outlet.format in formats]
        for outlet in moved:
            self._move(outlet, node, 0.0, (float(x), float(y)))
        self.log.append(f"gather {len(moved)} outlets at node {node}")

    def _move(self, outlet: Outlet, node: int, snap_m: float, xy: tuple[float, float]) -> None:
        compound = self.place.streets.compound
        everyone = outlet.admits == EVERYONE and compound[outlet.node] >= 0  # though inside a compound: so it was said
        admits = EVERYONE if everyone else int(compound[node])
        self._replace(replace(outlet, node=node, snap_m=snap_m, xy=xy, admits=admits))

    def _replace(self, outlet: Outlet) -> None:
        self.outlets[outlet.id] = outlet
        self.touched.append(outlet.id)

    def _standing(self, where: str, outlet_id: str) -> Outlet:
        if outlet_id in self.outlets:
            return self.outlets[outlet_id]
        near = get_close_matches(outlet_id, list(self.outlets), 3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise InputError(f"{where}: no outlet {outlet_id!r} stands in this layout{hint}")

    def _position(self, where: str, at: Position) -> tuple[int, float, tuple[float, float]]:
        """Street node, metres from it and position of what an edit says about where."""
        streets = self.place.streets
        given = [at.node is not None, at.x is not None or at.y is not None, at.lon is not None or at.lat is not None]
        if sum(given) != 1:
            raise InputError(f"{where}: give one of x and y, lon and lat, or node")
        if at.node is not None:
            if not 0 <= at.node < streets.n_nodes:
                raise InputError(
                    f"{where}: node {at.node} is not a street node of this place (0 to {streets.n_nodes - 1}); "
                    "give x and y instead to take the nearest"
                )
            x, y = streets.xy[at.node]
            return at.node, 0.0, (float(x), float(y))
        x, y = self._metres(where, at)
        if not np.isfinite([x, y]).all():
            raise InputError(f"{where}: x {x}, y {y}; finite numbers of metres are needed")
        node, snap_m = self.place.nearest_node(np.array([[x, y]]))
        if not snap_m[0] <= FAR_OUTLET_M:
            (x0, y0), (x1, y1) = streets.xy.min(axis=0), streets.xy.max(axis=0)
            raise InputError(
                f"{where}: ({x:.0f}, {y:.0f}) lies {snap_m[0]:,.0f} m from the nearest street; "
                f"the place spans x {x0:.0f} to {x1:.0f}, y {y0:.0f} to {y1:.0f} m"
            )
        return int(node[0]), float(snap_m[0]), (x, y)

    def _metres(self, where: str, at: Position) -> tuple[float, float]:
        if at.x is not None and at.y is not None:
            return at.x, at.y
        if at.lon is None or at.lat is None:
            raise InputError(f"{where}: both of x and y, or both of lon and lat, are needed")
        if self.place.streets.crs is None:
            raise InputError(
                f"{where}: this place has no coordinate system; give x and y in metres instead of lon and lat"
            )
        x, y = self.place.from_lonlat(np.array([[at.lon, at.lat]]))[0]
        if not np.isfinite([x, y]).all():
            raise InputError(f"{where}: lon {at.lon}, lat {at.lat} is not on the map of this place")
        return float(x), float(y)
