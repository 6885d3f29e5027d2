"""The keys of the group `place`."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.errors import InputError
from sim.names import check_apart, check_name
from sim.place.config.files import CommunitiesConfig, HomesConfig, OsmConfig, PopulationConfig, SitesConfig
from sim.place.config.grown import CityConfig, GrownConfig, MixConfig
from sim.place.config.outside import OutsideConfig

SOURCES = ("grown", "city", "files")


@dataclass
class PlaceConfig:
    """A district (`source: grown`) or a city (`source: city`) grown from numbers, or a place read from files (`source:
    files`).

    Fields:
        name: its name in reports.
        source: one of `SOURCES`.
        seed: of what is drawn while it grows.
        gates: which gates of compounds are kept: all, few, one, or open, without walls.
        zones: names of its communities from north to south, where no file gives them.
        grown: numbers of a district.
        city: numbers of a city.
        mix: how many outlets stand there, where no map tells.
        streets: an OpenStreetMap extract, GraphML, or a layer of lines.
        streets_layer: the layer of that file.
        streets_crs: its coordinate system, as `crs` of a layer.
        streets_snap_m: ends of lines are joined to lines within so many metres.
        streets_planar: whether crossings of lines are joined (not given: if most of them are drawn so).
        elevation: a raster of heights in metres.
        homes: buildings or addresses where people live.
        outlets: the outlets that stand there.
        communities: communities or circles by which it is reported.
        osm: what of an OpenStreetMap extract is used.
        population: a count of residents.
        far_home_m: homes farther from any street are left out, metres.
        street_home_m: metres between doors along streets, where no building is known.
        beyond: where a need is had outside the place, by need, instead of where the need itself says.
        open_wall_m: where a wall is opened, paths inside lead on to streets within so many metres.
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
    beyond: dict[str, OutsideConfig] = field(default_factory=dict)
    open_wall_m: float = 30.0

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        self._check_source()
        self._check_names()
        self._check_metres()
        self.outlets.check("place.outlets")
        self.grown.check("place.grown")
        if self.source == "city":
            self.city.check("place.city")
        self.mix.check("place.mix")
        self.osm.check("place.osm")
        for need, outside in self.beyond.items():
            outside.check(f"place.beyond.{need}")

    def _check_source(self) -> None:
        """Check that what is given belongs to the source."""
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

    def _check_names(self) -> None:
        """Check the names of zones."""
        if not self.zones:
            raise InputError("place.zones: empty; at least one name is needed")
        for zone in self.zones:
            check_name("place.zones", zone)
        check_apart("place.zones", self.zones)
        check_name("place.communities.elsewhere", self.communities.elsewhere)

    def _check_metres(self) -> None:
        """Check the distances."""
        if not 0 <= self.streets_snap_m <= 10:
            raise InputError(f"place.streets_snap_m: {self.streets_snap_m}; metres from 0 to 10 are accepted")
        if self.street_home_m < 5:
            raise InputError(f"place.street_home_m: {self.street_home_m}; metres from 5 up are accepted")
        if self.far_home_m <= 0:
            raise InputError(f"place.far_home_m: {self.far_home_m}; metres above 0 are accepted")
        if not 0 <= self.open_wall_m <= 200:
            raise InputError(f"place.open_wall_m: {self.open_wall_m}; metres from 0 to 200 are accepted")
