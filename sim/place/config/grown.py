"""The keys of places that are grown from numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import fsum

from sim.errors import InputError
from sim.names import check_name

MOST_FLOORS = 10_000
# The district that ships has 627 street nodes, a city of ten million about a million in 700 circles.
MOST_DISTRICT_NODES = 500_000  # of a district
MOST_CITY_NODES = 5_000_000
MOST_CIRCLES = 10_000


@dataclass
class GrownConfig:
    """A district grown from numbers: see `sim.place.grow.district`.

    Fields:
        residents: how many people live there.
        area_km2: its area, square kilometres.
        block_m: the least and the largest side of a block, metres.
        street_node_m: metres between nodes along a street.
        path_m: metres between paths inside a block.
        walled_share: share of blocks that are walled, from 0 to 1.
        settled_share: share of blocks that are lived in, from 0 to 1.
        gates: the least and the largest number of gates of a compound.
        setback_m: metres from a street to the paths of its block.
        crossing_s: seconds lost at a corner of streets.
        park_blocks: how many blocks in the middle are parks.
        floors: storeys of every building.
        lift_share: share of buildings with a lift, from 0 to 1.
    """

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
        self._check_most(where)

    def _check_most(self, where: str) -> None:
        for key in ("floors", "park_blocks"):
            if getattr(self, key) > MOST_FLOORS:
                raise InputError(f"{where}.{key}: {getattr(self, key)}; at most {MOST_FLOORS:,} is accepted")
        if self.gates[1] > MOST_FLOORS:
            raise InputError(f"{where}.gates: {self.gates}; at most {MOST_FLOORS:,} are accepted")
        most = MOST_DISTRICT_NODES
        if not self.nodes <= most:
            raise InputError(
                f"{where}: area_km2 {self.area_km2:g}, block_m {self.block_m}, street_node_m {self.street_node_m:g} "
                f"and path_m {self.path_m:g} give about {self.nodes:.2g} street nodes, more than {most:,}; "
                f"area_km2 {self.area_km2 * most / self.nodes:.2g}, or larger block_m, street_node_m and path_m, fit"
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
    """A kind of circle in a city: the numbers of a district of its kind, whose density each of its circles has.

    Fields:
        share: its share of all circles, in parts.
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

    Fields:
        residents: how many people live there.
        circle_residents: about how many of them live in each circle.
        kinds: the kinds of circle by name, those in the middle of the city first.
        arterial_m: metres between the facing streets of two circles.
        crossing_s: seconds lost in crossing from one to the other.
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
    """How many outlets stand where no map tells.

    Fields:
        per_residents: the number of residents for which the counts are.
        counts: outlets by format, instead of the `per_20600` of the format.
        rest: outlets of all other formats together, shared in proportion to their `per_20600` (null: each has its own).
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
