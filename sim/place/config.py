"""The keys of the group `place`."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.errors import InputError

SOURCES = ("grown", "osm")


@dataclass
class GrownConfig:
    """A district grown from numbers: see `sim.place.grown`."""

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


@dataclass
class OsmConfig:
    """What of an OpenStreetMap extract is walked, lived in, and offered: see `sim.place.osm`."""

    walkable: list[str] = field(default_factory=list)
    residential: list[str] = field(default_factory=list)
    signal_crossing_s: float = 20.0
    crossing_s: float = 5.0
    level_m2_per_resident: float = 40.0
    outlets: dict[str, str] = field(default_factory=dict)


@dataclass
class PopulationConfig:
    """A population grid: its file, the column of all residents, the columns of ages by their lowest age, and
    codes that are not counts.
    """

    file: str | None = None
    total: str = ""
    ages: dict[int, str] = field(default_factory=dict)
    not_counts: list[float] = field(default_factory=list)
    attribution: str = ""


@dataclass
class PlaceConfig:
    """A place grown from numbers (`source: grown`) or read from a map (`source: osm`)."""

    name: str = ""
    source: str = "grown"
    seed: int = 1
    gates: str = "all"
    zones: list[str] = field(default_factory=lambda: ["north", "middle", "south"])
    grown: GrownConfig = field(default_factory=GrownConfig)
    streets: str | None = None
    osm: OsmConfig = field(default_factory=OsmConfig)
    population: PopulationConfig = field(default_factory=PopulationConfig)
    far_home_m: float = 200.0

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        if self.source not in SOURCES:
            raise InputError(f"place.source: {self.source!r} is none of {', '.join(SOURCES)}")
        if self.source == "osm" and not self.streets:
            raise InputError("place.streets: not given; the path of an OpenStreetMap extract is needed")
        if not self.zones:
            raise InputError("place.zones: empty; at least one name is needed")
        if self.far_home_m <= 0:
            raise InputError(f"place.far_home_m: {self.far_home_m}; metres above 0 are accepted")
        grown = self.grown
        for key in ("residents", "area_km2", "street_node_m", "path_m", "floors"):
            if not getattr(grown, key) > 0:
                raise InputError(f"place.grown.{key}: {getattr(grown, key)}; a number above 0 is needed")
        for key in ("walled_share", "settled_share", "lift_share"):
            if not 0 <= getattr(grown, key) <= 1:
                raise InputError(f"place.grown.{key}: {getattr(grown, key)}; a share from 0 to 1 is accepted")
        for key in ("block_m", "gates"):
            pair = getattr(grown, key)
            if len(pair) != 2 or not 0 < pair[0] <= pair[1]:
                raise InputError(f"place.grown.{key}: {pair}; [least, most], both above 0, are accepted")
        for key in ("setback_m", "crossing_s", "park_blocks"):
            if getattr(grown, key) < 0:
                raise InputError(f"place.grown.{key}: {getattr(grown, key)}; a number from 0 up is accepted")
        if self.osm.level_m2_per_resident <= 0:
            raise InputError(
                f"place.osm.level_m2_per_resident: {self.osm.level_m2_per_resident}; square metres above 0 are accepted"
            )
        for key in ("signal_crossing_s", "crossing_s"):
            if getattr(self.osm, key) < 0:
                raise InputError(f"place.osm.{key}: {getattr(self.osm, key)}; a number from 0 up is accepted")
