"""A place: streets, the homes on them, and what the map knows of outlets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from pyproj import CRS, Transformer
from scipy.spatial import cKDTree

from sim.columns import Bools, Floats, Ints, seal, short_repr
from sim.notes import Note
from sim.place.config import MixConfig
from sim.place.streets import Streets


@dataclass(frozen=True)
class Homes:
    """Home entrances, one row each.

    Fields:
        node (home,): street node of the entrance.
        xy (home, 2): metres.
        snap_m (home,): metres from the entrance to its node, walked on every trip.
        compound (home,): row of the compound, or -1.
        zone (home,): row of the community.
        weight (home,): how residents are spread over homes: dwellings, or inhabitants counted there.
        age_from: the lowest age of each band, where the source counts ages.
        age_weight (home, band): people by age; a row of NaN means that the ages are not known there.
        floors (home,): storeys of the building (not given: one, so all live at street level).
        lift (home,): whether the building has a lift (not given: none has).
    """

    node: Ints
    xy: Floats
    snap_m: Floats
    compound: Ints
    zone: Ints
    weight: Floats
    age_from: tuple[int, ...] = ()
    age_weight: Floats = field(default_factory=lambda: np.empty((0, 0)))
    floors: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    lift: Bools = field(default_factory=lambda: np.empty(0, np.bool_))

    __repr__ = short_repr

    def __post_init__(self) -> None:
        if len(self.floors) != len(self.node):
            object.__setattr__(self, "floors", np.ones(len(self.node), np.int32))
        if len(self.lift) != len(self.node):
            object.__setattr__(self, "lift", np.zeros(len(self.node), np.bool_))
        seal(self)

    def __len__(self) -> int:
        return len(self.node)


@dataclass(frozen=True)
class Sites:
    """Outlets that stand in the place by a map, one row each.

    Fields:
        id: stable id.
        format: what kind of outlet it is.
        name: its name, or "".
        xy (site, 2): metres.
        node (site,): the street node at which it is entered (not given: the nearest).
        snap_m (site,): metres from there to its door.
    """

    id: tuple[str, ...]
    format: tuple[str, ...]
    name: tuple[str, ...]
    xy: Floats
    node: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    snap_m: Floats = field(default_factory=lambda: np.empty(0))

    __repr__ = short_repr

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Place:
    """Streets, homes, communities, and what is known to stand there.

    Fields:
        name: its name in reports.
        streets: what residents walk on.
        homes: where they start from.
        zones: names of the communities.
        walls: one closed ring (point, 2) for each compound, metres.
        population: residents counted by the source, or None.
        sites: outlets of a map, or None where they are to be generated, as `mix` says.
        mix: how many outlets are generated.
        parks (node,): nodes of open ground.
        gates (node,): street nodes at which compounds are entered.
        built: the streets before any gate is shut or wall opened (not given: as they are).
        open_wall_m: inside an opened wall, paths lead on to streets within so many metres.
        beyond: minutes and kilometres, one way, to where a need is had outside the place, by need.
        beyond_names: what that is called in Chinese and in English, by need.
        areas (node,): nodes that stand for an area with several doors, open to everyone.
        attribution: whom the licences of its sources ask to name.
        notes: what the reader left out or assumed.
    """

    name: str
    streets: Streets
    homes: Homes
    zones: tuple[str, ...]
    walls: tuple[Floats, ...] = ()
    population: float | None = None
    sites: Sites | None = None
    mix: MixConfig = field(default_factory=MixConfig)
    parks: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    gates: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    built: Streets | None = None
    open_wall_m: float = 30.0
    areas: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    beyond: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    beyond_names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    attribution: str = ""
    notes: tuple[Note, ...] = ()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        if self.built is None:
            object.__setattr__(self, "built", self.streets)

    @property
    def local(self) -> bool:
        """Whether its metres are its own, of a grown place or of a site plan, and nobody knows its longitude."""
        return self.streets.crs is None or CRS(self.streets.crs).is_engineering

    def to_lonlat(self, xy: Floats) -> Floats:
        """Longitude and latitude (WGS-84) of points (point, 2) in metres of a place that has a coordinate system."""
        to_degrees = Transformer.from_crs(self.streets.crs, "EPSG:4326", always_xy=True)
        return np.column_stack(to_degrees.transform(*xy.T))

    def from_lonlat(self, lonlat: Floats) -> Floats:
        """Metres of the place of points (point, 2) in longitude and latitude; inf for what the projection
        cannot show.
        """
        to_metres = Transformer.from_crs("EPSG:4326", self.streets.crs, always_xy=True)
        return np.column_stack(to_metres.transform(*lonlat.T))

    def nearest_node(self, xy: Floats) -> tuple[Ints, Floats]:
        """The nearest street node of each point (point, 2), and the metres to it."""
        # Areas stand behind all nodes of the streets, and nobody lives or trades on one of them.
        metres, node = cKDTree(self.streets.xy[: self.streets.n_nodes - len(self.areas)]).query(np.atleast_2d(xy))
        return np.asarray(node, dtype=np.int32), np.asarray(metres)

    def doors_at(self, xy: Floats) -> tuple[tuple[tuple[int, float], ...], float]:
        """How a point (2,) is entered, and how many metres it lies off the street: from the ends of the nearest link
        that may be entered, each with the metres from it to the point; from one end where it lies there; where no link
        may be entered, from the nearest node.
        """
        streets = self.streets
        if not streets.entered.any():
            node, metres = self.nearest_node(xy)
            return ((int(node[0]), float(metres[0])),), float(metres[0])
        links = streets.links[streets.entered]
        here, there = streets.xy[links].transpose(1, 0, 2)
        run = there - here
        square = np.maximum((run**2).sum(axis=1), 1e-12)
        share = np.clip(((xy - here) * run).sum(axis=1) / square, 0.0, 1.0)
        off_m = np.hypot(*(xy - here - share[:, None] * run).T)
        nearest = int(np.argmin(off_m))
        length_m, snap_m = float(streets.length_m[streets.entered][nearest]), float(off_m[nearest])
        at_m = float(share[nearest]) * length_m
        ends = tuple(int(node) for node in links[nearest])
        if min(at_m, length_m - at_m) < AT_NODE_M:
            end = ends[int(at_m > length_m / 2)]
            return ((end, float(np.hypot(*(xy - streets.xy[end])))),), snap_m
        return ((ends[0], snap_m + at_m), (ends[1], snap_m + length_m - at_m)), snap_m


# What lies so near to an end of a link, in metres, is entered there.
AT_NODE_M: Final = 0.5


def bands_from_north(northing_m: Floats, weight: Floats, n: int) -> Ints:
    """Communities as `n` bands of equal weight, row 0 in the north."""
    order = np.argsort(-northing_m, kind="stable")
    share = (np.cumsum(weight[order]) - weight[order] / 2) / weight.sum()
    band = np.empty(len(order), dtype=np.int32)
    band[order] = np.minimum((share * n).astype(np.int32), n - 1)
    return band
