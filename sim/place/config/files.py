"""The keys of what is read from a planner's files."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.place.config.layer import LayerConfig


@dataclass
class OsmConfig:
    """What of an OpenStreetMap extract is walked, lived in, and offered: see `sim.place.read.osm`."""

    walkable: list[str] = field(default_factory=list)
    residential: list[str] = field(default_factory=list)
    signal_crossing_s: float = 20.0
    crossing_s: float = 5.0
    level_m2_per_resident: float = 40.0
    usual_levels: dict[str, float] = field(default_factory=dict)
    house_m2: float = 300.0
    outlets: dict[str, str] = field(default_factory=dict)


@dataclass
class HomesConfig(LayerConfig):
    """Buildings or address points where people live, instead of those of the map.

    Columns: `levels` (storeys; found by its usual names), `dwellings` (instead of the floor area), `compound` (its
    name), `use`, of which `residential` values are lived in (not given: all).
    """

    levels: str = ""
    dwellings: str = ""
    compound: str = ""
    use: str = ""
    residential: list[str] = field(default_factory=list)


@dataclass
class SitesConfig(LayerConfig):
    """Outlets of the planner's own, instead of those of the map: see `sim.place.read.sites_table`.

    Columns, found by their usual names where not given: `id`, `name`, `category` (words or codes), `x`, `y`, or
    `location` ("lng,lat"). `formats`: the format of each category, code or beginning of one; "" for what is no outlet.
    `count`: a column that says how many outlets a row stands for; `counts`: instead of categories, the format that each
    of some such columns counts. They stand where their row does.
    Rows alike in name, format and id (or all else) within `duplicates_m` are one. `generate`: `auto` invents outlets
    where neither table nor map knows any, `never` leaves the place without.
    """

    id: str = ""
    name: str = ""
    category: str = ""
    location: str = ""
    x: str = ""
    y: str = ""
    formats: dict[str, str] = field(default_factory=dict)
    duplicates_m: float = 20.0
    count: str = ""
    counts: dict[str, str] = field(default_factory=dict)
    generate: str = "auto"


@dataclass
class CircleConfig:
    """A circle of the plan: its `name`, its middle in degrees (WGS-84) or metres, its radius."""

    name: str = "???"
    lon: float | None = None
    lat: float | None = None
    x: float | None = None
    y: float | None = None
    radius_m: float = 750.0


@dataclass
class CommunitiesConfig(LayerConfig):
    """Communities as polygons with a `name` column, and a `people` column where residents are counted by them; or as
    `circles`. A home in several belongs to the one whose middle is nearest, one in none to `elsewhere`.
    """

    name: str = ""
    people: str = ""
    circles: list[CircleConfig] = field(default_factory=list)
    elsewhere: str = "elsewhere"


@dataclass
class PopulationConfig(LayerConfig):
    """Residents counted by cells (polygons), at points, or by compounds: the column of all, the columns of ages by
    their lowest age, and codes that are not counts. `compound` is the column of the names in `place.homes.compound`.
    """

    total: str = ""
    ages: dict[int, str] = field(default_factory=dict)
    not_counts: list[float] = field(default_factory=list)
    compound: str = ""
    attribution: str = ""
