"""Layouts: which outlet stands where, and how edits make one layout from another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from sim.by_age import ByAge
from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.names import check_name
from sim.notes import Note
from sim.outlets.cover import covering_sites
from sim.outlets.edits.config import (
    AddEdit,
    DrawnConfig,
    GroundEdit,
    LayoutConfig,
    Position,
    RoundEdit,
    SpreadRule,
    Stop,
)
from sim.outlets.edits.ground import homes_in, rebuild
from sim.outlets.formats import FormatConfig, HomeConfig, OfferConfig, PoolConfig
from sim.outlets.hours import WEEK_S, Window, week_windows
from sim.outlets.outlet import EVERYONE, Kind, Outlet
from sim.outlets.standing import Standing, middle_node, mix_notes, standing_outlets
from sim.place import Area, Place, add_areas

MOST_PER_20600: Final = 20_600  # one outlet for each resident
MOST_IN_POOL: Final = 1_000_000  # of anything that a pool has
FAR_OUTLET_M: Final = 500.0  # farther from every street, an outlet is not in the place


class Spot(NamedTuple):
    """Where on the streets something is: a street `node`, `snap_m` metres from it, at `xy`; or, where there are several
    `doors` (node, metres), at those.
    """

    node: int
    snap_m: float
    xy: tuple[float, float]
    doors: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Layout:
    """Outlets by id, their formats, and what the edits that led here cost.

    `log` tells every edit in words, in order, `ground` those of the place; `touched` ids that an edit added, moved or
    changed. `known_share` by age
    to which an online map raises that of `day`; `range_factor` by zone by which benches lengthen the range of the slow.
    `notes` what was rounded where outlets are generated.
    """

    name: str
    zh: str
    en: str
    outlets: tuple[Outlet, ...]
    formats: Mapping[str, FormatConfig]
    cost_yuan: float = 0.0
    log: tuple[str, ...] = ()
    ground: tuple[str, ...] = ()
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
        check_name(f"layout {name}: formats", key)
        _check_format(f"layout {name}: formats.{key}", form, needs)

    desk = _Desk(name, place, formats, needs, seed)
    for site in standing_outlets(place, formats, residents, seed):
        desk.stand(site)
    desk.cost_yuan = 0.0
    desk.log, desk.touched = [], []
    for link in reversed(chain):
        desk.apply(link, configs[link])
    own = configs[name]
    place, outlets = desk.finished()
    return place, Layout(
        name=name,
        zh=own.zh or name,
        en=own.en or name,
        outlets=outlets,
        formats=formats,
        cost_yuan=desk.cost_yuan,
        log=tuple(desk.log),
        ground=tuple(desk.ground),
        touched=tuple(sorted(set(desk.touched) & desk.outlets.keys())),
        known_share=desk.known_share,
        range_factor=desk.range_factor,
        notes=tuple(mix_notes(place, formats, residents)),
    )


def _check_format(where: str, form: FormatConfig, needs: Mapping[str, object]) -> None:
    _check_offers(where, form.offers, form.pools, needs)
    windows = week_windows(form.hours, f"{where}.hours")
    if not 0 < form.size < np.inf:
        raise InputError(f"{where}.size: {form.size}; a number above 0 is needed")
    if not 0 <= form.area_m2 < np.inf:
        raise InputError(f"{where}.area_m2: {form.area_m2}; square metres from 0 up are accepted")
    check_cost(where, form.cost_yuan)
    if not 0 <= form.per_20600 <= MOST_PER_20600:
        raise InputError(f"{where}.per_20600: {form.per_20600}; numbers from 0 to {MOST_PER_20600:,} are accepted")
    if not 0 <= form.in_week < form.every_weeks:
        raise InputError(
            f"{where}.every_weeks, in_week: {form.every_weeks}, {form.in_week}; one week in 1 or more, counted from 0"
        )
    _check_weeks(f"{where}.hours", form.every_weeks, windows)


def check_cost(where: str, cost_yuan: float) -> None:
    """Raise `InputError` for what nothing can cost."""
    if not 0 <= cost_yuan < np.inf:
        raise InputError(f"{where}.cost_yuan: {cost_yuan}; yuan from 0 up are accepted")


def _check_weeks(where: str, every_weeks: int, windows: tuple[Window, ...]) -> None:
    if every_weeks > 1 and any(opens < 0 or closes > WEEK_S for opens, closes in windows):
        raise InputError(f"{where}: over Sunday's midnight; what opens only in some weeks must close before it")


def _check_offers(
    where: str, offers: Mapping[str, OfferConfig], pools: Mapping[str, PoolConfig], needs: Mapping[str, object]
) -> None:
    for need, offer in offers.items():
        if need not in needs:
            near = get_close_matches(need, list(needs), 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; one of {', '.join(needs)} is accepted"
            raise InputError(f"{where}.offers: {need!r} is not a need of the catalogue{hint}")
        if offer.pool not in pools and offer.walk_in:
            raise InputError(
                f"{where}.offers.{need}.pool: {offer.pool!r} is none of its pools ({', '.join(pools) or 'it has none'})"
            )
        if offer.service not in ("exponential", "fixed"):
            raise InputError(f"{where}.offers.{need}.service: {offer.service!r}; exponential or fixed is accepted")
        if not 0 <= offer.service_min < np.inf:
            raise InputError(f"{where}.offers.{need}.service_min: {offer.service_min}; minutes from 0 up are accepted")
        _check_terms(f"{where}.offers.{need}", offer)
        if offer.home is not None and (fetched := _fetched_from(need, needs)):
            raise InputError(f"{where}.offers.{need}: who is brought for {fetched!r} cannot be served at home")
        if offer.home is not None:
            _check_home(f"{where}.offers.{need}", offer.home, pools)
    for key, pool in pools.items():
        for name in ("servers", "per_day", "room", "m2_per_person", "places"):
            if not 0 <= getattr(pool, name) <= MOST_IN_POOL:
                raise InputError(
                    f"{where}.pools.{key}.{name}: {getattr(pool, name)}; numbers from 0 up are accepted, to "
                    f"{MOST_IN_POOL:,}"
                )


def _fetched_from(offered: str, needs: Mapping[str, Any]) -> str:
    """A need that the offer serves and for which somebody is brought and fetched, or ""."""
    for key, need in needs.items():
        if getattr(need, "collect", None) and (key == offered or offered in need.substitutes):
            return key
    return ""


def _check_terms(where: str, offer: OfferConfig) -> None:
    """Raise `InputError` for terms on which nothing can be offered."""
    if not 0 <= offer.share <= 1:
        raise InputError(f"{where}.share: {offer.share}; a share from 0 to 1 is accepted")
    if offer.ages and not (len(offer.ages) == 2 and 0 <= offer.ages[0] < offer.ages[1]):
        raise InputError(f"{where}.ages: {offer.ages}; [from, below] is accepted, as in [3, 6]")
    if not 0 <= offer.price_yuan < np.inf:
        raise InputError(f"{where}.price_yuan: {offer.price_yuan}; yuan from 0 up are accepted")
    for age, share in offer.discount.items():
        if not 0 <= share <= 1:
            raise InputError(f"{where}.discount.{age}: {share}; a share from 0 to 1 is accepted")
    if offer.pickup_min is not None and offer.pickup_min < 0:
        raise InputError(f"{where}.pickup_min: {offer.pickup_min}; minutes from 0 up are accepted")
    if offer.delivery and offer.home_service:
        raise InputError(f"{where}: both delivery and home_service; one of them is accepted")
    if not offer.walk_in and offer.home is None:
        raise InputError(f"{where}.walk_in: false, but neither delivery nor home_service is given")
    if offer.reserved:
        week_windows(offer.reserved.hours, f"{where}.reserved.hours")


def _check_home(where: str, home: HomeConfig, pools: Mapping[str, PoolConfig]) -> None:
    """Raise `InputError` for what cannot come to anybody's home."""
    if home.pool not in pools or not pools[home.pool].servers:
        staffed = [key for key, pool in pools.items() if pool.servers]
        raise InputError(
            f"{where}: its pool {home.pool!r} has nobody to send; one of {', '.join(staffed) or 'its pools'} with "
            "servers is needed"
        )
    if not 0 <= home.reserved <= pools[home.pool].servers:
        raise InputError(f"{where}.reserved: {home.reserved} of {pools[home.pool].servers} servers")
    for name in ("speed_m_s", "radius_m", "per_round", "within_min"):
        if not getattr(home, name) > 0:
            raise InputError(f"{where}.{name}: {getattr(home, name)}; a number above 0 is needed")
    if home.service_min < 0 or not 0 <= home.registered_share <= 1 or home.service not in ("exponential", "fixed"):
        raise InputError(
            f"{where}: service_min {home.service_min}, service {home.service!r}, registered_share "
            f"{home.registered_share}; minutes from 0 up, exponential or fixed, and a share from 0 to 1 are accepted"
        )


class _Desk:
    """A layout on the drawing desk: outlets by id on a place, and the log of what was done to them."""

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
        self.log: list[str] = []
        self.ground: list[str] = []
        self.touched: list[str] = []
        self.known_share: dict[int, float] = {}
        self.range_factor: dict[str, float] = {}

    def apply(self, layout: str, config: LayoutConfig) -> None:
        """Carry out what one layout changes of the ground, its rules and edits, and what it makes known."""
        self._rebuild(f"layout {layout}: ground", config)
        if config.drawn.file is not None:
            self._draw(f"layout {layout}: {config.drawn.file}", config.drawn)
        for rule in config.spread:
            self._spread(layout, rule)
        for gather in config.gather:
            self._gather(layout, gather.formats)
        for row, outlet_id in enumerate(config.remove):
            self._standing(f"layout {layout}: remove[{row}]", outlet_id)
            del self.outlets[outlet_id]
            self.log.append(f"remove {outlet_id}")
        for row, add in enumerate(config.add):
            check_name(f"layout {layout}: add[{row}].id", add.id)
            where = f"layout {layout}: add[{row}] ({add.id})"
            self._add(where, add)
        for row, walk in enumerate(config.rounds):
            check_name(f"layout {layout}: rounds[{row}].id", walk.id)
            self._go_round(f"layout {layout}: rounds[{row}] ({walk.id})", walk)
        for row, move in enumerate(config.move):
            where = f"layout {layout}: move[{row}]"
            outlet = self._standing(where, move.id)
            self._move(outlet, self._position(f"{where} ({move.id})", move))
            self.log.append(f"move {move.id}")
        for row, extend in enumerate(config.extend):
            where = f"layout {layout}: extend[{row}]"
            outlet = self._standing(where, extend.id)
            check_cost(f"{where} ({extend.id})", extend.cost_yuan)
            if not extend.offers and not extend.pools:
                raise InputError(f"{where} ({extend.id}): neither offers nor pools; give what it has more")
            pools, offers = {**outlet.pools, **extend.pools}, {**outlet.offers, **extend.offers}
            _check_offers(f"{where} ({extend.id})", offers, pools, self.needs)
            self._replace(replace(outlet, kind=Kind(pools, offers)))
            self.cost_yuan += extend.cost_yuan
            self.log.append(f"extend {extend.id} with {', '.join((*extend.offers, *extend.pools))}")
        for row, rehour in enumerate(config.rehour):
            where = f"layout {layout}: rehour[{row}]"
            outlet = self._standing(where, rehour.id)
            windows = week_windows(rehour.hours, f"{where} ({rehour.id}).hours")
            _check_weeks(f"{where} ({rehour.id}).hours", outlet.every_weeks, windows)
            check_cost(f"{where} ({rehour.id})", rehour.cost_yuan)
            if windows == outlet.windows:
                raise InputError(f"{where} ({rehour.id}).hours: it keeps these hours already; give others")
            self._replace(replace(outlet, windows=windows))
            self.cost_yuan += rehour.cost_yuan
            self.log.append(f"rehour {rehour.id}")
        self._make_known(f"layout {layout}: awareness", config)

    def stand(self, site: Standing) -> None:
        """An outlet that stands there before any edit."""
        self.place_outlet(site.id, site.format, site.name, site.node, site.snap_m, site.xy, doors=site.doors)

    def place_outlet(
        self, outlet_id: str, form: str, name: str, node: int, snap_m: float, xy: tuple[float, float],
        admits: str = "", doors: tuple[tuple[int, float], ...] = (),
    ) -> None:  # fmt: skip
        """A new outlet of a format, at a node; who comes through one of several doors is admitted, whoever it is."""
        spec = self.formats[form]
        self.outlets[outlet_id] = Outlet(
            id=outlet_id,
            name=name,
            format=form,
            kind=self.kinds[form],
            node=node,
            snap_m=snap_m,
            xy=xy,
            admits=EVERYONE if admits == "everyone" or doors else int(self.place.streets.compound[node]),
            windows=self.windows[form],
            size=spec.size,
            attraction=spec.attraction,
            every_weeks=spec.every_weeks,
            in_week=spec.in_week,
            area_m2=spec.area_m2,
            doors=doors,
        )
        self.cost_yuan += spec.cost_yuan
        self.touched.append(outlet_id)

    def finished(self) -> tuple[Place, tuple[Outlet, ...]]:
        """The place with a node for every area, and the outlets by id, rooms counted out by area."""
        outlets = []
        areas: dict[tuple[tuple[int, float], ...], Area] = {}
        node_of: dict[tuple[tuple[int, float], ...], int] = {}
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

    def _rebuild(self, where: str, config: LayoutConfig) -> None:
        def locate(here: str, edit: GroundEdit) -> tuple[float, float]:
            return self._position(here, edit).xy

        before = len(self.log)
        for key in ("open_walls", "open_gates", "close_gates", "ramps", "lifts"):
            for row, edit in enumerate(getattr(config.ground, key)):
                check_cost(f"{where}.{key}[{row}]", edit.cost_yuan)
        self.place, cost_yuan = rebuild(self.place, config.ground, where, locate, self.seed, self.log)
        self.cost_yuan += cost_yuan
        for row, benches in enumerate(config.ground.benches):
            if not benches.factor >= 1:
                raise InputError(f"{where}.benches[{row}].factor: {benches.factor}; a number from 1 up is accepted")
            check_cost(f"{where}.benches[{row}]", benches.cost_yuan)
            homes_in(self.place, f"{where}.benches[{row}]", benches)
            for zone in benches.zones or self.place.zones:
                self.range_factor[zone] = max(benches.factor, self.range_factor.get(zone, 1.0))
            self.cost_yuan += benches.cost_yuan
            self.log.append(f"benches {', '.join(benches.zones) or 'everywhere'}: {benches.factor:g}")
        self.ground += self.log[before:]
        if len(self.log) > before:  # walls may be down, so that what stood behind them is open to everyone
            compound = self.place.streets.compound
            for outlet in self.outlets.values():
                if outlet.admits != EVERYONE and not outlet.doors:
                    self.outlets[outlet.id] = replace(outlet, admits=int(compound[outlet.node]))

    def _make_known(self, where: str, config: LayoutConfig) -> None:
        awareness = config.awareness
        for age, share in awareness.known_share.items():
            if not 0 <= share <= 1:
                raise InputError(f"{where}.known_share.{age}: {share}; a share from 0 to 1 is accepted")
        if awareness.known_share:
            ages = sorted({*self.known_share, *awareness.known_share})
            tables = (dict(self.known_share), awareness.known_share)
            self.known_share = {age: max(ByAge(table).of_age(age) for table in tables) for age in ages}
            self.cost_yuan += awareness.cost_yuan
            self.log.append(f"online map: {self.known_share}")
        check_cost(where, awareness.cost_yuan)
        for row, signs in enumerate(awareness.signs):
            check_cost(f"{where}.signs[{row}]", signs.cost_yuan)
            for form in signs.formats:
                if form not in self.formats:
                    raise InputError(f"{where}.signs[{row}]: format {form!r} is none of {', '.join(self.formats)}")
            if not signs.familiar_m > 0:
                raise InputError(f"{where}.signs[{row}].familiar_m: {signs.familiar_m}; metres above 0 are needed")
            for outlet in [o for o in self.outlets.values() if not signs.formats or o.format in signs.formats]:
                self._replace(replace(outlet, familiar_m=max(outlet.familiar_m, signs.familiar_m)))
            self.cost_yuan += signs.cost_yuan
            self.log.append(f"signs {', '.join(signs.formats) or 'everywhere'}: {signs.familiar_m:g} m")

    def _add(self, where: str, add: AddEdit) -> None:
        if add.id in self.outlets:
            raise InputError(f"{where}: there is an outlet of this id already; another id is needed")
        self._known_format(where, add.format)
        if add.admits not in ("", "everyone", "compound"):
            raise InputError(f"{where}: admits {add.admits!r}; everyone or compound is accepted")
        if add.doors:
            if any(getattr(add, key.name) is not None for key in fields(Position)):
                raise InputError(f"{where}: both doors and a position; one of them is accepted")
            found = [self._position(f"{where}.doors[{row}]", door) for row, door in enumerate(add.doors)]
            doors = tuple(door for spot in found for door in spot.doors or ((spot.node, spot.snap_m),))
            x, y = np.mean([spot.xy for spot in found], axis=0)
            node, snap_m, xy = doors[0][0], 0.0, (float(x), float(y))
        else:
            node, snap_m, xy, doors = self._position(where, add)
        if add.admits == "compound" and (doors or self.place.streets.compound[node] < 0):
            raise InputError(f"{where}: admits its compound, but its nearest street node is in none")
        self.place_outlet(add.id, add.format, add.name, node, snap_m, xy, add.admits, doors)
        if add.hours:
            windows = week_windows(add.hours, f"{where}.hours")
            _check_weeks(f"{where}.hours", self.formats[add.format].every_weeks, windows)
            self.outlets[add.id] = replace(self.outlets[add.id], windows=windows)
        if add.area_m2 is not None:
            if add.area_m2 < 0:
                raise InputError(f"{where}.area_m2: {add.area_m2}; square metres from 0 up are accepted")
            self.outlets[add.id] = replace(self.outlets[add.id], area_m2=add.area_m2)
        self.log.append(f"add {add.id} ({add.format})")

    def _go_round(self, where: str, walk: RoundEdit) -> None:
        """Each stop of a round is an outlet that is open on its days; the round is paid for once."""
        self._known_format(where, walk.format)
        spec = self.formats[walk.format]
        twice = [day for day in range(7) if sum(day in stop.days for stop in walk.stops) > 1]
        if not walk.stops or twice:
            why = f"weekday {twice[0]} is at two stops" if twice else "no stops"
            raise InputError(f"{where}: {why}; each day of the round needs one stop, as in stops: [{{days: [0], …}}]")
        for row, stop in enumerate(walk.stops, 1):
            here = f"{where}.stops[{row - 1}]"
            outlet_id = f"{walk.id}@{row}"
            self._add(here, AddEdit(**_position_of(stop), id=outlet_id, format=walk.format, name=walk.name,
                                    admits="everyone", hours=_on_days(here, stop, spec)))  # fmt: skip
        self.cost_yuan -= spec.cost_yuan * (len(walk.stops) - 1)

    def _known_format(self, where: str, form: str) -> None:
        if form not in self.formats:
            near = get_close_matches(form, list(self.formats), 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; one of {', '.join(self.formats)} is accepted"
            raise InputError(f"{where}: format {form!r} is not known{hint}")

    def _draw(self, where: str, drawn: DrawnConfig) -> None:
        """The outlets become those of a drawn layer."""
        from sim.outlets.edits.drawn import read_drawing  # the GIS libraries take a second to load; others do without

        drawing = read_drawing(drawn, where, self.place, self.outlets, self.formats)
        for outlet_id in drawing.remove:
            del self.outlets[outlet_id]
            self.log.append(f"remove {outlet_id}")
        for row, add in drawing.add.items():
            check_name(f"{where}: row {row}: id", add.id)
            self._add(f"{where}: row {row} ({add.id})", add)
        for row, move in drawing.move.items():
            self._move(self.outlets[move.id], self._position(f"{where}: row {row} ({move.id})", move))
            self.log.append(f"move {move.id}")

    def _spread(self, layout: str, rule: SpreadRule) -> None:
        where = f"layout {layout}: spread"
        if rule.format not in self.formats:
            raise InputError(f"{where}: format {rule.format!r} is none of {', '.join(self.formats)}")
        if rule.count < 0 or rule.within_m <= 0:
            raise InputError(f"{where}: count {rule.count}, within_m {rule.within_m}; numbers above 0 are accepted")
        nodes, share = covering_sites(self.place, rule.count, rule.within_m, rule.inside)
        told = f"{share[-1] if share else 0:.1%} of residents within {rule.within_m:g} m on foot"
        if len(nodes) < rule.count:
            told += "; the place has no more sites"
        elif idle := sum(b <= a for a, b in pairwise(share)):
            told += f"; the last {idle} bring nobody nearer"
        self.log.append(f"spread {len(nodes)} of {rule.count} {rule.format}: {told}")
        before = sum(outlet_id.startswith(f"{rule.format}-{layout}-") for outlet_id in self.outlets)
        for row, node in enumerate(nodes, before + 1):
            outlet_id = f"{rule.format}-{layout}-{row:02d}"
            admits = "" if rule.inside else "everyone"
            self._add(where, AddEdit(id=outlet_id, format=rule.format, node=node, admits=admits))

    def _gather(self, layout: str, formats: list[str]) -> None:
        for form in formats:
            if form not in self.formats:
                raise InputError(f"layout {layout}: gather: format {form!r} is none of {', '.join(self.formats)}")
        node = middle_node(self.place)
        x, y = self.place.streets.xy[node]
        moved = [outlet for outlet in self.outlets.values() if outlet.format in formats]
        for outlet in moved:
            self._move(outlet, Spot(node, 0.0, (float(x), float(y))))
        self.log.append(f"gather {len(moved)} outlets at node {node}")

    def _move(self, outlet: Outlet, spot: Spot) -> None:
        compound = self.place.streets.compound
        everyone = outlet.admits == EVERYONE and compound[outlet.node] >= 0  # though inside a compound: so it was said
        admits = EVERYONE if everyone or spot.doors else int(compound[spot.node])
        self._replace(replace(outlet, **spot._asdict(), admits=admits))

    def _replace(self, outlet: Outlet) -> None:
        self.outlets[outlet.id] = outlet
        self.touched.append(outlet.id)

    def _standing(self, where: str, outlet_id: str) -> Outlet:
        if outlet_id in self.outlets:
            return self.outlets[outlet_id]
        near = get_close_matches(outlet_id, list(self.outlets), 3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise InputError(f"{where}: no outlet {outlet_id!r} stands in this layout{hint}")

    def _position(self, where: str, at: Position) -> Spot:
        """Where on the streets something is of which an edit says where."""
        streets = self.place.streets
        given = [
            at.node is not None, at.x is not None or at.y is not None, at.lon is not None or at.lat is not None,
            at.at is not None,
        ]  # fmt: skip
        if sum(given) != 1:
            raise InputError(f"{where}: give one of x and y, lon and lat, node, or at (the id of an outlet)")
        if at.at is not None:
            host = self._standing(f"{where}.at", at.at)
            return Spot(host.node, host.snap_m, host.xy, host.doors)
        if at.node is not None:
            if not 0 <= at.node < streets.n_nodes:
                raise InputError(
                    f"{where}: node {at.node} is not a street node of this place (0 to {streets.n_nodes - 1}); "
                    "give x and y instead to take the nearest"
                )
            x, y = streets.xy[at.node]
            return Spot(at.node, 0.0, (float(x), float(y)))
        x, y = self._metres(where, at)
        if not np.isfinite([x, y]).all():
            raise InputError(f"{where}: x {x}, y {y}; finite numbers of metres are needed")
        doors, off_m = self.place.doors_at(np.array([x, y]))
        if not off_m <= FAR_OUTLET_M:
            (x0, y0), (x1, y1) = streets.xy.min(axis=0), streets.xy.max(axis=0)
            raise InputError(
                f"{where}: ({x:.0f}, {y:.0f}) lies {off_m:,.0f} m from the nearest street; "
                f"the place spans x {x0:.0f} to {x1:.0f}, y {y0:.0f} to {y1:.0f} m"
            )
        (node, snap_m), *others = doors
        return Spot(node, snap_m, (x, y), doors if others else ())

    def _metres(self, where: str, at: Position) -> tuple[float, float]:
        if at.x is not None and at.y is not None:
            return at.x, at.y
        if at.lon is None or at.lat is None:
            raise InputError(f"{where}: both of x and y, or both of lon and lat, are needed")
        if self.place.local:
            raise InputError(
                f"{where}: this place has no coordinate system; give x and y in metres instead of lon and lat"
            )
        x, y = self.place.from_lonlat(np.array([[at.lon, at.lat]]))[0]
        if not np.isfinite([x, y]).all():
            raise InputError(f"{where}: lon {at.lon}, lat {at.lat} is not on the map of this place")
        return float(x), float(y)


def _by_area(pool: PoolConfig, outlet: Outlet) -> PoolConfig:
    """A pool whose room is the outlet's area over what one person takes."""
    return replace(pool, room=max(1, int(outlet.area_m2 / pool.m2_per_person))) if pool.m2_per_person else pool


def _position_of(stop: Stop) -> dict[str, Any]:
    return {field.name: getattr(stop, field.name) for field in fields(Position)}


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
