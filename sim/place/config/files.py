"""The keys of what is read from a planner's files."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.errors import InputError
from sim.place.config.layer import LayerConfig

GENERATE = ("auto", "never")


@dataclass
class OsmConfig:
    """What of an OpenStreetMap extract is walked, lived in, and offered: see `sim.place.read.osm`.

    Fields:
        walkable: values of `highway` that are walked.
        residential: values of `building` that are lived in.
        signal_crossing_s: seconds lost at a crossing with signals.
        crossing_s: seconds lost at another crossing.
        level_m2_per_resident: square metres of floor for one resident.
        usual_levels: storeys of a building by its kind, where nobody mapped them.
        house_m2: a building that covers less is no taller than a house, square metres.
        outlets: the format of an outlet by its tag, as `shop=bakery`.
    """

    walkable: list[str] = field(default_factory=list)
    residential: list[str] = field(default_factory=list)
    signal_crossing_s: float = 20.0
    crossing_s: float = 5.0
    level_m2_per_resident: float = 40.0
    usual_levels: dict[str, float] = field(default_factory=dict)
    house_m2: float = 300.0
    outlets: dict[str, str] = field(default_factory=dict)

    def check(self, where: str) -> None:
        """Raise `InputError` naming the key below `where` for a value that cannot be."""
        if self.level_m2_per_resident <= 0:
            raise InputError(
                f"{where}.level_m2_per_resident: {self.level_m2_per_resident}; square metres above 0 are accepted"
            )
        for kind, levels in self.usual_levels.items():
            if not 0 < levels <= 200:
                raise InputError(f"{where}.usual_levels.{kind}: {levels}; storeys above 0 are accepted")
        for key in ("signal_crossing_s", "crossing_s", "house_m2"):
            if getattr(self, key) < 0:
                raise InputError(f"{where}.{key}: {getattr(self, key)}; a number from 0 up is accepted")


@dataclass
class HomesConfig(LayerConfig):
    """Buildings or address points where people live, instead of those of the map.

    Fields:
        levels: the column of storeys, found by its usual names where not given.
        dwellings: the column of dwellings, instead of the floor area.
        compound: the column of the compound's name.
        use: the column of the use.
        residential: values of `use` that are lived in (not given: all).
    """

    levels: str = ""
    dwellings: str = ""
    compound: str = ""
    use: str = ""
    residential: list[str] = field(default_factory=list)


@dataclass
class SitesConfig(LayerConfig):
    """Outlets of the planner's own, instead of those of the map: see `sim.place.read.sites_table`.

    Columns are found by their usual names where not given.

    Fields:
        id: the column of ids.
        name: the column of names.
        category: the column of categories, in words or codes.
        location: the column of "longitude,latitude", instead of `x` and `y`.
        x: the column of longitudes, or of metres to the east.
        y: the column of latitudes, or of metres to the north.
        formats: the format of each category, code or beginning of one; "" for what is no outlet.
        duplicates_m: rows alike in name, format and id (or all else) within so many metres are one.
        count: the column that says how many outlets a row stands for; they stand where their row does.
        counts: instead of categories, the format that each of some such columns counts.
        generate: `auto` invents outlets where neither table nor map knows any, `never` leaves the place without.
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

    def check(self, where: str) -> None:
        """Raise `InputError` naming the key below `where` for a value that cannot be."""
        if self.generate not in GENERATE:
            raise InputError(f"{where}.generate: {self.generate!r} is none of {', '.join(GENERATE)}")
        if self.duplicates_m < 0:
            raise InputError(f"{where}.duplicates_m: {self.duplicates_m}; metres from 0 up are accepted")


@dataclass
class CircleConfig:
    """A circle of the plan; its middle is given in degrees or in metres.

    Fields:
        name: its name in reports.
        lon: longitude of its middle, degrees (WGS-84).
        lat: latitude of its middle, degrees (WGS-84).
        x: metres to the east, in the coordinate system of the streets.
        y: metres to the north, in the coordinate system of the streets.
        radius_m: its radius, metres.
    """

    name: str = "???"
    lon: float | None = None
    lat: float | None = None
    x: float | None = None
    y: float | None = None
    radius_m: float = 750.0


@dataclass
class CommunitiesConfig(LayerConfig):
    """Communities as polygons of a layer, or as circles. A home in several belongs to the one whose middle is nearest.

    Fields:
        name: the column of names.
        people: the column of residents, where they are counted by communities.
        circles: the circles of a plan, instead of a layer.
        elsewhere: the name of what lies in none of them.
    """

    name: str = ""
    people: str = ""
    circles: list[CircleConfig] = field(default_factory=list)
    elsewhere: str = "elsewhere"


@dataclass
class PopulationConfig(LayerConfig):
    """Residents who are counted by cells (polygons), at points, or by compounds.

    Fields:
        total: the column of all residents.
        ages: the columns of residents by age, by their lowest age.
        not_counts: codes in these columns that are not counts.
        compound: the column of the names in `place.homes.compound`.
        attribution: whom the licence of the count asks to name.
    """

    total: str = ""
    ages: dict[int, str] = field(default_factory=dict)
    not_counts: list[float] = field(default_factory=list)
    compound: str = ""
    attribution: str = ""
