"""The keys of the group `place`."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum

from sim.errors import InputError
from sim.names import check_apart, check_name

MOST_FLOORS = 10_000
SOURCES = ("grown", "city", "files")
# The district that ships has 627 street nodes, a city of ten million about a million in 700 circles.
MOST_NODES = 500_000  # of a district
MOST_CITY_NODES = 5_000_000
MOST_CIRCLES = 10_000
GENERATE = ("auto", "never")


@dataclass
class GrownConfig:
    """A district grown from numbers: see `sim.place.grow.district`."""

    residents: int = 20_600
    area_km2: float = 3.0
    block_m: list[float] = field(default_factory=lambda: [300.0, 500.0])
    street_node_m: float = 100.0
    path_m: float = 60.0
    walled_share: float = 1.0
    settled_share: float = 1.0
    gates: list[int] = field(default_factory=lambda: [1, 4])
    setback_m: float = 25.0
    crossing_s: float = 20.0
    park_blocks: int = 1
    floors: int = 1
    lift_share: float = 0.0

    def check(self, where: str) -> None:
        """Raise `InputError` naming the key below `where` for a value that cannot be."""
        for key in ("residents", "area_km2", "street_node_m", "path_m", "floors"):
            if not getattr(self, key) > 0:
                raise InputError(f"{where}.{key}: {getattr(self, key)}; a number above 0 is needed")
        for key in ("walled_share", "settled_share", "lift_share"):
            if not 0 <= getattr(self, key) <= 1:
                raise InputError(f"{where}.{key}: {getattr(self, key)}; a share from 0 to 1 is accepted")
        for key in ("block_m", "gates"):
            pair = getattr(self, key)
            if len(pair) != 2 or not 0 < pair[0] <= pair[1]:
                raise InputError(f"{where}.{key}: {pair}; [least, most], both above 0, are accepted")
        for key in ("setback_m", "crossing_s", "park_blocks"):
            if getattr(self, key) < 0:
                raise InputError(f"{where}.{key}: {getattr(self, key)}; a number from 0 up is accepted")
        for key in ("floors", "park_blocks"):
            if getattr(self, key) > MOST_FLOORS:
                raise InputError(f"{where}.{key}: {getattr(self, key)}; at most {MOST_FLOORS:,} is accepted")
        if self.gates[1] > MOST_FLOORS:
            raise InputError(f"{where}.gates: {self.gates}; at most {MOST_FLOORS:,} are accepted")
        if not self.nodes <= MOST_NODES:
            raise InputError(
                f"{where}: area_km2 {self.area_km2:g}, block_m {self.block_m}, street_node_m {self.street_node_m:g} "
                f"and path_m {self.path_m:g} give about {self.nodes:.2g} street nodes, more than {MOST_NODES:,}; "
                f"area_km2 {self.area_km2 * MOST_NODES / self.nodes:.2g}, or larger block_m, street_node_m and path_m, "
                "fit"
            )

    @property
    def nodes(self) -> float:
        """About how many street nodes are grown: those along streets and those of paths in settled blocks."""
        block_m = (self.block_m[0] + self.block_m[1]) / 2
        blocks = max(1.0, 1e6 * self.area_km2 / block_m / block_m)
        inside_m = max(0.0, block_m - 2 * self.setback_m)
        paths = (inside_m / self.path_m + 1) ** 2 * self.settled_share
        return blocks * (1 + 2 * block_m / self.street_node_m + paths)


@dataclass
class KindConfig(GrownConfig):
    """A kind of circle in a city: the numbers of a district of its kind, whose density each of its circles has, and
    its share of all circles, in parts.
    """

    share: float = 1.0

    def check(self, where: str) -> None:
        """Raise `InputError` naming the key below `where` for a value that cannot be."""
        super().check(where)
        if self.share < 0:
            raise InputError(f"{where}.share: {self.share}; a number from 0 up is accepted")


@dataclass
class CityConfig:
    """A city of circles side by side, grown from numbers: see `sim.place.grow.city`.

    `residents` in circles of about `circle_residents` each; `kinds` of circle, those in the middle first; `arterial_m`
    between the facing streets of two circles, crossed in `crossing_s`.
    """

    residents: int = 1_000_000
    circle_residents: int = 14_286
    kinds: dict[str, KindConfig] = field(default_factory=dict)
    arterial_m: float = 40.0
    crossing_s: float = 20.0

    def check(self, where: str) -> None:
        """Raise `InputError` naming the key below `where` for a value that cannot be."""
        for key in ("residents", "circle_residents", "arterial_m"):
            if not getattr(self, key) > 0:
                raise InputError(f"{where}.{key}: {getattr(self, key)}; a number above 0 is needed")
        if self.crossing_s < 0:
            raise InputError(f"{where}.crossing_s: {self.crossing_s}; a number from 0 up is accepted")
        for key, kind in self.kinds.items():
            check_name(f"{where}.kinds", key)
            kind.check(f"{where}.kinds.{key}")
        if not any(kind.share > 0 for kind in self.kinds.values()):
            raise InputError(f"{where}.kinds: none with a share above 0; at least one kind of circle is needed")
        circles = self.residents / self.circle_residents
        if circles > MOST_CIRCLES:
            raise InputError(
                f"{where}.circle_residents: {self.circle_residents:,} of {self.residents:,} residents make "
                f"{circles:,.0f} circles, more than {MOST_CIRCLES:,}; {self.residents / MOST_CIRCLES:,.0f} or more fit"
            )
        shares = fsum(kind.share for kind in self.kinds.values())
        per_resident = fsum(kind.share * kind.nodes / kind.residents for kind in self.kinds.values()) / shares
        if per_resident * self.residents > MOST_CITY_NODES:
            raise InputError(
                f"{where}.residents: {self.residents:,}; with these kinds at most "
                f"{MOST_CITY_NODES / per_resident:,.0f} fit, around {MOST_CITY_NODES:,} street nodes"
            )


@dataclass
class MixConfig:
    """How many outlets stand for every `per_residents`, where no map tells: `counts` of formats instead of their
    `per_20600`, and the `rest`, shared among all other formats in proportion to it (null: each has its own).
    """

    per_residents: int = 20_600
    counts: dict[str, int] = field(default_factory=dict)
    rest: int | None = None

    def check(self, where: str) -> None:
        """Raise `InputError` naming the key below `where` for a value that cannot be."""
        if self.per_residents < 1:
            raise InputError(f"{where}.per_residents: {self.per_residents}; 1 or more is needed")
        for key, count in [*((f"counts.{key}", n) for key, n in self.counts.items()), ("rest", self.rest or 0)]:
            if count < 0:
                raise InputError(f"{where}.{key}: {count}; whole numbers from 0 up are accepted")


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
class LayerConfig:
    """A GIS layer or a table: its `file`, the `layer` where it has several, and the `crs` (an authority code, WKT,
    gcj02 or bd09 for Chinese map services, or local for metres of one's own) where the file does not say it, or says it
    wrongly.
    """

    file: str | None = None
    layer: str | None = None
    crs: str | None = None


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


@dataclass
class PlaceConfig:
    """A district (`source: grown`) or a city (`source: city`) grown from numbers, or a place read from files
    (`source: files`).

    `streets`: an OpenStreetMap extract, GraphML, or a layer of lines (with `streets_layer` and `streets_crs` as in a
    layer), whose ends are joined to lines within `streets_snap_m`, and whose crossings are joined if `streets_planar`
    (not given: if most of them are drawn so); `elevation`: a raster of heights in metres. Where a wall is opened, paths
    inside lead on to streets within `open_wall_m`.
    """

    name: str = ""
    source: str = "grown"
    seed: int = 1
    gates: str = "all"
    zones: list[str] = field(default_factory=lambda: ["north", "middle", "south"])
    grown: GrownConfig = field(default_factory=GrownConfig)
    city: CityConfig = field(default_factory=CityConfig)
    mix: MixConfig = field(default_factory=MixConfig)
    streets: str | None = None
    streets_layer: str | None = None
    streets_crs: str | None = None
    streets_snap_m: float = 0.1
    streets_planar: bool | None = None
    elevation: str | None = None
    homes: HomesConfig = field(default_factory=HomesConfig)
    outlets: SitesConfig = field(default_factory=SitesConfig)
    communities: CommunitiesConfig = field(default_factory=CommunitiesConfig)
    osm: OsmConfig = field(default_factory=OsmConfig)
    population: PopulationConfig = field(default_factory=PopulationConfig)
    far_home_m: float = 200.0
    street_home_m: float = 50.0
    open_wall_m: float = 30.0

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        if self.source not in SOURCES:
            raise InputError(f"place.source: {self.source!r} is none of {', '.join(SOURCES)}")
        if self.source == "files" and not self.streets:
            raise InputError(
                "place.streets: not given; the path of an OpenStreetMap extract, GraphML, GeoPackage, GeoJSON or "
                "Shapefile with streets is needed"
            )
        if self.source != "files":
            for key in ("homes", "outlets", "communities", "population"):
                if getattr(self, key).file is not None:
                    raise InputError(f"place.{key}.file: a grown place reads no file; place.source=files does")
            if self.communities.circles:
                raise InputError(
                    "place.communities.circles: a grown place has zones; place.source=files has communities"
                )
        if not 0 <= self.seed < 2**31:
            raise InputError(f"place.seed: {self.seed}; whole numbers from 0 to {2**31 - 1:,} are accepted")
        if not self.zones:
            raise InputError("place.zones: empty; at least one name is needed")
        for zone in self.zones:
            check_name("place.zones", zone)
        check_apart("place.zones", self.zones)
        check_name("place.communities.elsewhere", self.communities.elsewhere)
        if self.outlets.generate not in GENERATE:
            raise InputError(f"place.outlets.generate: {self.outlets.generate!r} is none of {', '.join(GENERATE)}")
        if self.outlets.duplicates_m < 0:
            raise InputError(f"place.outlets.duplicates_m: {self.outlets.duplicates_m}; metres from 0 up are accepted")
        if not 0 <= self.streets_snap_m <= 10:
            raise InputError(f"place.streets_snap_m: {self.streets_snap_m}; metres from 0 to 10 are accepted")
        if self.street_home_m < 5:
            raise InputError(f"place.street_home_m: {self.street_home_m}; metres from 5 up are accepted")
        if self.far_home_m <= 0:
            raise InputError(f"place.far_home_m: {self.far_home_m}; metres above 0 are accepted")
        if not 0 <= self.open_wall_m <= 200:
            raise InputError(f"place.open_wall_m: {self.open_wall_m}; metres from 0 to 200 are accepted")
        self.grown.check("place.grown")
        if self.source == "city":
            self.city.check("place.city")
        self.mix.check("place.mix")
        if self.osm.level_m2_per_resident <= 0:
            raise InputError(
                f"place.osm.level_m2_per_resident: {self.osm.level_m2_per_resident}; square metres above 0 are accepted"
            )
        for kind, levels in self.osm.usual_levels.items():
            if not 0 < levels <= 200:
                raise InputError(f"place.osm.usual_levels.{kind}: {levels}; storeys above 0 are accepted")
        for key in ("signal_crossing_s", "crossing_s", "house_m2"):
            if getattr(self.osm, key) < 0:
                raise InputError(f"place.osm.{key}: {getattr(self.osm, key)}; a number from 0 up is accepted")
