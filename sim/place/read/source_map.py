"""What a map shows: streets to walk, and perhaps buildings and outlets."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from sim.columns import Bools, Floats, Shapes
from sim.notes import Note
from sim.place.streets import Streets


@dataclass(frozen=True)
class SourceMap:
    """What a map or layer shows: streets to walk, and perhaps buildings and outlets.

    Fields:
        streets: in metres.
        bounds: within which the map holds.
        bridge (link,): whether a link is off the ground.
        lived (link,): whether a street is for the homes beside it.
        line (link,): each link as it is drawn.
        wait_s (link, 2): seconds lost at its first and second end.
        boxed: whether the bounds are those that the map says it was cut to.
        features: buildings and outlets, or None where it shows none.
        attribution: whom its licence asks to name.
        notes: what was left out or assumed.
    """

    streets: Streets
    bounds: shapely.Polygon
    bridge: Bools
    lived: Bools
    line: Shapes
    wait_s: Floats
    boxed: bool = False
    features: Features | None = None
    attribution: str = ""
    notes: tuple[Note, ...] = ()


def around(streets: Streets, metres: float) -> shapely.Polygon:
    """The box of the streets and some metres more."""
    return shapely.box(*streets.xy.min(axis=0), *streets.xy.max(axis=0)).buffer(metres)


def street_km_within(streets: Streets, bounds: shapely.Polygon) -> float:
    """Kilometres of the streets whose middle lies within some bounds."""
    middle = streets.xy[streets.links].mean(axis=1)
    return float(streets.length_m[shapely.intersects_xy(bounds, middle[:, 0], middle[:, 1])].sum()) / 1000


@dataclass(frozen=True)
class Features:
    """Mapped nodes and areas that are buildings or outlets, one row each.

    Fields:
        id: stable id.
        shape (feature,): points and polygons in metres.
        building: the value of the tag, "" for what is no building.
        levels (feature,): storeys, NaN where not mapped.
        format: what kind of outlet it is, "" for what is none.
        name: its name, or "".
    """

    id: list[str]
    shape: Shapes
    building: list[str]
    levels: Floats
    format: list[str]
    name: list[str]
