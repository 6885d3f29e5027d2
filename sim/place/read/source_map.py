"""What a map shows: streets to walk, and perhaps buildings and outlets."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from sim.columns import Bools, Floats, Shapes
from sim.notes import Note
from sim.place.streets import Streets


@dataclass(frozen=True)
class SourceMap:
    """The streets of a map in metres, and within which `bounds` it holds; `features` where it shows buildings and
    outlets. `bridge` (link,): links off the ground; `lived` (link,): streets for the homes beside them; `line` (link,)
    as they are drawn; `wait_s` (link, 2) seconds lost at the first and second end of each. `boxed`: the bounds are
    those that the map says it was cut to. `attribution` whom its licence asks to name; `notes` what was left out.
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

    `shape` in metres; `building` (the tag's value) and `format` are "" where
    the feature is no building or no outlet; `levels` NaN where not mapped.
    """

    id: list[str]
    shape: Shapes
    building: list[str]
    levels: Floats
    format: list[str]
    name: list[str]
