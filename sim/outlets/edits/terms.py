"""Edits of terms: what an outlet that stands offers, with which staff, and when it is open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sim.errors import InputError
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.record import Edit
from sim.outlets.format_checks import check_cost, check_offers, check_weeks
from sim.outlets.formats import OfferConfig, PoolConfig
from sim.outlets.hours import week_windows
from sim.outlets.outlet import Kind


@dataclass
class ExtendEdit:
    """An outlet offers more, or staffs its pools otherwise; what is not named stays.

    `id` of the outlet.
    `offers` by need, each in the place of the one before.
    `pools` by name, likewise.
    `cost_yuan` of it all.
    """

    id: str = "???"
    offers: dict[str, OfferConfig] = field(default_factory=dict)
    pools: dict[str, PoolConfig] = field(default_factory=dict)
    cost_yuan: float = 0.0


@dataclass
class RehourEdit:
    """An outlet keeps other hours.

    `id` of the outlet.
    `hours` by weekday, as in a format.
    `cost_yuan` of it.
    """

    id: str = "???"
    hours: dict[int, list[Any]] = field(default_factory=dict)
    cost_yuan: float = 0.0


@dataclass
class TermEdits:
    """Edits of a layout that change terms: `extend`, then `rehour`."""

    extend: list[ExtendEdit] = field(default_factory=list)
    rehour: list[RehourEdit] = field(default_factory=list)


def change_terms(desk: Desk, layout: str, edits: TermEdits) -> None:
    """Carry out the edits of a layout that change terms. Raises `InputError` naming the one that cannot be done."""
    for row, extend in enumerate(edits.extend):
        _extend(desk, f"layout {layout}: extend[{row}]", extend)
    for row, rehour in enumerate(edits.rehour):
        _rehour(desk, f"layout {layout}: rehour[{row}]", rehour)


def _extend(desk: Desk, where: str, extend: ExtendEdit) -> None:
    outlet = desk.standing(where, extend.id)
    where = f"{where} ({extend.id})"
    check_cost(where, extend.cost_yuan)
    if not extend.offers and not extend.pools:
        raise InputError(f"{where}: neither offers nor pools; give what it has more")
    pools, offers = {**outlet.pools, **extend.pools}, {**outlet.offers, **extend.offers}
    check_offers(where, offers, pools, desk.needs)
    desk.put(replace(outlet, kind=Kind(pools, offers)))
    desk.done(Edit("extend", extend.id, names={"what": (*extend.offers, *extend.pools)}), extend.cost_yuan)


def _rehour(desk: Desk, where: str, rehour: RehourEdit) -> None:
    outlet = desk.standing(where, rehour.id)
    where = f"{where} ({rehour.id})"
    windows = week_windows(rehour.hours, f"{where}.hours")
    check_weeks(f"{where}.hours", outlet.every_weeks, windows)
    check_cost(where, rehour.cost_yuan)
    if windows == outlet.windows:
        raise InputError(f"{where}.hours: it keeps these hours already; give others")
    desk.put(replace(outlet, windows=windows))
    desk.done(Edit("rehour", rehour.id), rehour.cost_yuan)
