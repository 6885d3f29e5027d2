"""Edits of awareness: an online map, and signs, by which residents come to know outlets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sim.by_age import ByAge
from sim.errors import InputError
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.record import Edit
from sim.outlets.format_checks import check_cost


@dataclass
class SignsRule:
    """Signs make outlets known to those who live near them.

    `formats` of the outlets (empty: all).
    `familiar_m` metres within about which they are known.
    `cost_yuan` of all signs.
    """

    formats: list[str] = field(default_factory=list)
    familiar_m: float = 0.0
    cost_yuan: float = 0.0


@dataclass
class AwarenessConfig:
    """What makes outlets known.

    `known_share` by age, to which an online map raises the share of outlets that are known.
    `cost_yuan` of the map.
    `signs` at outlets.
    """

    known_share: dict[int, float] = field(default_factory=dict)
    cost_yuan: float = 0.0
    signs: list[SignsRule] = field(default_factory=list)


@dataclass
class AwarenessEdits:
    """What a layout makes known: `awareness`."""

    awareness: AwarenessConfig = field(default_factory=AwarenessConfig)


def make_known(desk: Desk, layout: str, edits: AwarenessEdits) -> None:
    """Carry out what a layout makes known. Raises `InputError` for what cannot be done."""
    where, awareness = f"layout {layout}: awareness", edits.awareness
    for age, share in awareness.known_share.items():
        if not 0 <= share <= 1:
            raise InputError(f"{where}.known_share.{age}: {share}; a share from 0 to 1 is accepted")
    check_cost(where, awareness.cost_yuan)
    if awareness.known_share:
        ages = sorted({*desk.known_share, *awareness.known_share})
        tables = (desk.known_share, awareness.known_share)
        desk.known_share = {age: max(ByAge(table).of_age(age) for table in tables) for age in ages}
        desk.done(Edit("online_map", by_age=desk.known_share), awareness.cost_yuan)
    for row, signs in enumerate(awareness.signs):
        _put_up(desk, f"{where}.signs[{row}]", signs)


def _put_up(desk: Desk, where: str, signs: SignsRule) -> None:
    check_cost(where, signs.cost_yuan)
    for form in signs.formats:
        desk.format_of(where, form)
    if not signs.familiar_m > 0:
        raise InputError(f"{where}.familiar_m: {signs.familiar_m}; metres above 0 are needed")
    for outlet in [o for o in desk.outlets.values() if not signs.formats or o.format in signs.formats]:
        desk.put(replace(outlet, familiar_m=max(outlet.familiar_m, signs.familiar_m)))
    told = Edit("signs", values={"familiar_m": signs.familiar_m}, names={"formats": tuple(signs.formats)})
    desk.done(told, signs.cost_yuan)
