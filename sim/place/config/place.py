"""The keys of the group `place`."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.errors import InputError
from sim.names import check_apart, check_name
from sim.place.config.files import CommunitiesConfig, HomesConfig, OsmConfig, PopulationConfig, SitesConfig
from sim.place.config.grown import CityConfig, GrownConfig, MixConfig

SOURCES = ("grown", "city", "files")
GENERATE = ("auto", "never")


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
