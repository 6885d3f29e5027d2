"""Laying out: what stands in a place, and the edits that make one layout of another."""

from __future__ import annotations

from collections.abc import Mapping

from sim.errors import InputError
from sim.names import check_name
from sim.outlets.edits.catchments import catchment_notes
from sim.outlets.edits.config import LayoutConfig, carry_out
from sim.outlets.edits.desk import Desk
from sim.outlets.format_checks import check_format
from sim.outlets.formats import FormatConfig
from sim.outlets.layout import Layout
from sim.outlets.standing import mix_notes, standing_outlets
from sim.place import Place


def lay_out(
    name: str, configs: Mapping[str, LayoutConfig], place: Place, residents: int, needs: Mapping[str, object], seed: int
) -> tuple[Place, Layout]:
    """The layout of a name, and the place as it leaves it: what stands there, or another layout, with the edits of
    its config.

    `configs` holds every layout by name; `needs` the catalogue, whose keys offers may name; `residents` scale
    the generated outlets, which stand as in the place before any edit. Raises `InputError` naming the layout, the edit
    and the remedy.
    """
    chain = chain_of(name, configs)
    formats: dict[str, FormatConfig] = {}
    for link in reversed(chain):
        formats |= configs[link].formats
    if not formats:
        raise InputError(f"layout {chain[-1]}: no formats; write `base: base` to start from the layout that has them")
    for key, form in formats.items():
        check_name(f"layout {name}: formats", key)
        check_format(f"layout {name}: formats.{key}", form, needs)

    desk = Desk(name, place, formats, needs, seed)
    for site in standing_outlets(place, formats, residents, seed):
        desk.stand(site)
    for link in reversed(chain):
        carry_out(desk, link, configs[link])
    own = configs[name]
    place, outlets = desk.finished()
    return place, Layout(
        name=name,
        zh=own.zh or name,
        en=own.en or name,
        outlets=outlets,
        formats=formats,
        cost_yuan=desk.cost_yuan,
        edits=tuple(desk.edits),
        touched=tuple(sorted(set(desk.touched) & desk.outlets.keys())),
        known_share=desk.known_share,
        range_factor=desk.range_factor,
        catchments=desk.catchments,
        notes=(*mix_notes(place, formats, residents), *catchment_notes(desk)),
    )


def chain_of(name: str, configs: Mapping[str, LayoutConfig]) -> list[str]:
    """A layout and those that it starts from, one after the other. Raises `InputError` where one is not there."""
    chain = [name]
    while (base := configs[chain[-1]].base) != "place":
        if base in chain or base not in configs:
            known = ", ".join(("place", *(c for c in configs if c not in chain)))
            why = "comes back to itself" if base in chain else "is not a layout"
            raise InputError(f"layout {chain[-1]}: base: {base!r} {why}; one of {known} is accepted")
        chain.append(base)
    return chain
