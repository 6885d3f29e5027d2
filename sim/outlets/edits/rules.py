"""Rules that site outlets: many spread to where people live, or all of a format gathered in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from sim.errors import InputError
from sim.outlets.cover import covering_sites
from sim.outlets.edits.desk import Desk
from sim.outlets.edits.placing import AddEdit, add_outlet
from sim.outlets.edits.record import Edit, Value
from sim.outlets.outlet import Spot
from sim.outlets.standing import middle_node


@dataclass
class SpreadRule:
    """Add outlets of a format at compound gates, or at homes outside any compound.

    Each stands where it brings most residents near on foot who are not so near to one before it; inside a compound
    those count who live there, whom alone it admits.

    `format` of the outlets.
    `count` of them.
    `within_m` metres on foot that are near.
    `inside` at homes within compounds instead.
    """

    format: str = "???"
    count: int = 0
    within_m: float = 300.0
    inside: bool = False


@dataclass
class GatherRule:
    """Move every outlet of some formats to one street node, the one nearest to the middle of the homes.

    `formats` those.
    """

    formats: list[str] = field(default_factory=list)


@dataclass
class RuleEdits:
    """Rules of a layout: `spread`, then `gather`."""

    spread: list[SpreadRule] = field(default_factory=list)
    gather: list[GatherRule] = field(default_factory=list)


def follow_rules(desk: Desk, layout: str, edits: RuleEdits) -> None:
    """Carry out the rules of a layout. Raises `InputError` for what cannot be done."""
    for spread in edits.spread:
        _spread(desk, layout, spread)
    for gather in edits.gather:
        _gather(desk, f"layout {layout}: gather", gather.formats)


def _spread(desk: Desk, layout: str, rule: SpreadRule) -> None:
    where = f"layout {layout}: spread"
    desk.format_of(where, rule.format)
    if rule.count < 0 or rule.within_m <= 0:
        raise InputError(f"{where}: count {rule.count}, within_m {rule.within_m}; numbers above 0 are accepted")
    nodes, share = covering_sites(desk.place, rule.count, rule.within_m, rule.inside)
    short = len(nodes) < rule.count
    values: dict[str, Value] = {
        "n": len(nodes),
        "most": rule.count,
        "format": rule.format,
        "share": share[-1] if share else 0.0,
        "walk_m": rule.within_m,
        "no_more_sites": short,
        "idle": 0 if short else sum(b <= a for a, b in pairwise(share)),
    }
    desk.done(Edit("spread", values=values))
    before = sum(outlet_id.startswith(f"{rule.format}-{layout}-") for outlet_id in desk.outlets)
    for row, node in enumerate(nodes, before + 1):
        admits = "" if rule.inside else "everyone"
        add_outlet(
            desk, where, AddEdit(id=f"{rule.format}-{layout}-{row:02d}", format=rule.format, node=node, admits=admits)
        )


def _gather(desk: Desk, where: str, formats: list[str]) -> None:
    for form in formats:
        desk.format_of(where, form)
    node = middle_node(desk.place)
    x, y = desk.place.streets.xy[node]
    moved = [outlet for outlet in desk.outlets.values() if outlet.format in formats]
    for outlet in moved:
        desk.move(outlet, Spot(node, 0.0, (float(x), float(y))))
    desk.done(Edit("gather", values={"n": len(moved), "node": node}))
