"""The extent of a reach: whether it is of this layout, and goes as far as is asked of it."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.outlets import Layout
from sim.place import Place, WalkClass
from sim.place.walks import SLACK_M
from sim.reach.reach import NEVER_M, Reach

MAKE_REACH: Final = "make it by find_reach(place, layout, limits_m(layout, people, needs)), both from sim"
GOERS: Final = {
    WalkClass.ABLE: "those who take stairs",
    WalkClass.STEP_FREE: "those who take no stairs",
    WalkClass.CYCLE: "those who cycle",
    WalkClass.RIDE: "those who ride",
}


def check_ground(reach: Reach, place: Place, layout: Layout) -> None:
    """Raise `InputError` where a reach is not of this place and these outlets."""
    n_nodes = place.streets.n_nodes
    if reach.row.shape != (len(WalkClass), n_nodes) or reach.limit_m.shape != (len(WalkClass), len(layout)):
        raise InputError(
            f"reach: it is of {reach.row.shape[-1]:,} nodes and {reach.limit_m.shape[-1]:,} outlets, and here are "
            f"{n_nodes:,} and {len(layout):,}; {MAKE_REACH}"
        )
    for walk_class in WalkClass:
        for row, outlet in enumerate(layout.outlets):
            if outlet.snap_m <= reach.limit_m[walk_class, row] and _starts_there(reach, outlet.node, walk_class):
                there, metres = reach.from_node(outlet.node, walk_class)
                at_door = (int(np.searchsorted(metres, outlet.snap_m, side)) for side in ("left", "right"))
                if row not in there[slice(*at_door)]:
                    raise InputError(f"reach: {outlet.id} does not stand at node {outlet.node} in it; {MAKE_REACH}")


def _starts_there(reach: Reach, node: int, walk_class: WalkClass) -> bool:
    """Whether walks of a class should start at the node of an outlet; rides do so only where a home is there too."""
    return walk_class != WalkClass.RIDE or reach.row[walk_class, node] >= 0


def check_extent(reach: Reach, place: Place, layout: Layout, asked_m: Floats, homes: Ints) -> None:
    """Raise `InputError` where a reach does not have all walks that are asked of it.

    `asked_m` (walk class, outlet): the longest walk that matters, below 0 where none does; `homes`: rows of the homes
    from which somebody goes.
    """
    at_home = place.homes.node[homes].astype(np.int64)
    anywhere = np.append(at_home, [outlet.node for outlet in layout.outlets]).astype(np.int64)
    for walk_class in WalkClass:
        short = np.flatnonzero(asked_m[walk_class] > reach.limit_m[walk_class] + SLACK_M)
        if len(short):
            _refuse(reach, layout, asked_m, walk_class, short)
        starts = at_home if walk_class == WalkClass.RIDE else anywhere
        lost = starts[reach.row[walk_class, starts] < 0]
        if len(lost) and (asked_m[walk_class] >= 0).any():
            raise InputError(f"reach: no walk starts at node {lost[0]}, where there is a home or outlet; {MAKE_REACH}")


def _refuse(reach: Reach, layout: Layout, asked_m: Floats, walk_class: WalkClass, short: Ints) -> None:
    """Refuse a reach that goes less far than asked to some outlets: that which lacks most is named."""
    has = np.maximum(reach.limit_m[walk_class, short], 0.0)
    worst = int(np.argmax(asked_m[walk_class, short] - has))
    none = reach.limit_m[walk_class, short[worst]] <= NEVER_M
    raise InputError(
        f"reach: for {GOERS[walk_class]} ({walk_class.name}) "
        + ("it has no walk" if none else f"it goes {has[worst]:,.0f} m")
        + f" to {layout.outlets[short[worst]].id}, and {asked_m[walk_class, short[worst]]:,.0f} m are asked"
        + (f" (it is short of {len(short):,} outlets in all)" if len(short) > 1 else "")
        + f"; {MAKE_REACH}"
    )
