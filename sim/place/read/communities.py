"""Communities: the parts of a place by which it is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from sim.columns import Floats, Ints, Shapes, seal
from sim.errors import InputError
from sim.names import check_name
from sim.notes import Note, name_some
from sim.place.config import CircleConfig, CommunitiesConfig, PlaceConfig
from sim.place.place import bands_from_north
from sim.place.read.layers import DEGREES, named_column, read_layer
from sim.place.read.population import is_total
from sim.place.read.tables import column_names, count_people, plain

COMMUNITIES_KEY: Final = "place.communities"
COMMUNITY_NAMES: Final = ("name", "community", "名称", "社区", "社区名称")
NOWHERE: Final = -1


@dataclass(frozen=True)
class Communities:
    """Communities in the order of their source: `names`, `shape` in metres, `people` (NaN where not counted)."""

    names: tuple[str, ...]
    shape: Shapes
    people: Floats

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.names)


class Zones(NamedTuple):
    """The `names` of the zones with people, the row of each home's `zone` (of no meaning where nobody lives), the
    homes' `weight`, and whether that is `counted` people.
    """

    names: tuple[str, ...]
    zone: Ints
    weight: Floats
    counted: bool
    notes: list[Note]


def find_zones(config: PlaceConfig, crs: str, xy: Floats, weight: Floats, counted: bool) -> Zones:
    """The zone of each home at `xy` (home, 2), and its weight once the people of its community are on it.

    Without communities zones are bands of equal weight from north to south. Raises `InputError` where no home is in any
    community.
    """
    communities = read_communities(config.communities, crs)
    if communities is None:
        return Zones(tuple(config.zones), bands_from_north(xy[:, 1], weight, len(config.zones)), weight, counted, [])
    row, several = assign(communities, xy)
    n = len(communities)
    here = row != NOWHERE
    if not here.any():
        raise InputError(
            f"{config.communities.file or COMMUNITIES_KEY + '.circles'}: none of {len(xy):,} homes is in any "
            "community; check that they are of this place, and their coordinate system"
        )
    notes = []
    if several:
        notes.append(
            Note(f"{several:,} homes are in several communities; each belongs to the one whose middle is nearest.")
        )
    if np.isfinite(communities.people).any():
        weight, more = scale(communities, row, weight, counted)
        counted = True
        notes += more
    empty = [communities.names[i] for i in np.setdiff1d(np.arange(n), row[here & (weight > 0)])]
    if empty:
        notes.append(
            Note(f"{len(empty):,} of {n:,} communities have no home, and no row in any table: {name_some(empty)}.")
        )
    if not here.all():
        share = weight[~here].sum() / weight.sum()
        notes.append(
            Note(
                f"{np.count_nonzero(~here):,} of {len(xy):,} homes ({share:.1%} of the residents) are in no community; "
                f"they are reported as {config.communities.elsewhere!r}.",
                # Circles of a plan need not cover the place; communities do.
                share=0.0 if config.communities.circles else float(share),
                remedy="" if config.communities.circles else "Give the communities that are missing there.",
            )
        )
    row = np.where(here, row, n)
    settled = np.unique(row[weight > 0])
    names = (*communities.names, config.communities.elsewhere)
    zone = np.searchsorted(settled, row).astype(np.int32)
    return Zones(tuple(names[i] for i in settled), zone, weight, counted, notes)


def read_communities(config: CommunitiesConfig, crs: str) -> Communities | None:
    """Communities from a layer of polygons or a list of circles, in metres of `crs`; None where there is neither."""
    if config.file is not None and config.circles:
        raise InputError(f"{COMMUNITIES_KEY}: both file and circles are given; keep one of them")
    if config.circles:
        communities = draw_circles(config.circles, crs)
    elif config.file is not None:
        communities = read_polygons(config, crs)
    else:
        return None
    if config.elsewhere in communities.names:
        raise InputError(
            f"{COMMUNITIES_KEY}.elsewhere: {config.elsewhere!r} is the name of a community; give another for homes "
            "outside all"
        )
    return communities


def read_polygons(config: CommunitiesConfig, crs: str) -> Communities:
    """The communities of a layer; adjoining polygons of one name are one community."""
    rows = read_layer(config, COMMUNITIES_KEY)
    name = named_column(rows, config.name, COMMUNITY_NAMES)
    if name is None:
        what = (
            f"no column {config.name!r}"
            if config.name
            else f"which column names the communities is not given ({COMMUNITIES_KEY}.name)"
        )
        raise InputError(f"{config.file}: {what}; its columns are {column_names(rows)}")
    names = [plain(value) for value in rows[name]]
    shape: Shapes = shapely.make_valid(np.asarray(rows.geometry.to_crs(crs).array))
    people = people_of_rows(rows, config)
    for at, (known, outline) in enumerate(zip(names, shape, strict=True)):
        check_community(f"{config.file}: row {rows.index[at] + 1}", name, known, outline)
    return merge_named(names, shape, people, rows, config)


def people_of_rows(rows: Any, config: CommunitiesConfig) -> Floats:
    """The people of each row, NaN where they are not counted."""
    if not config.people:
        return np.full(len(rows), np.nan)
    if config.people not in rows:
        raise InputError(f"{config.file}: no column {config.people!r}; its columns are {column_names(rows)}")
    people = count_people(rows[config.people], config.file, (), "")
    if not (people > 0).any():
        raise InputError(f"{config.file}: column {config.people!r} counts nobody in any community")
    return people


def check_community(where: str, column: str, name: str, outline: Any) -> None:
    """Raise `InputError` with the row (`where`) of what is no community: without a name, a total, or no polygon."""
    if not name:
        raise InputError(f"{where} has no name in column {column!r}; give each community one")
    check_name(f"{where} of column {column!r}", name)
    if is_total(name):
        raise InputError(f"{where} is called {name!r}; leave totals out of the communities")
    if shapely.get_dimensions(outline) != 2:
        raise InputError(
            f"{where} ({name}) is a {outline.geom_type}; communities are polygons, circles are given as "
            f"{COMMUNITIES_KEY}.circles"
        )


def merge_named(names: list[str], shape: Shapes, people: Floats, rows: Any, config: CommunitiesConfig) -> Communities:
    """Communities of which each has a name of its own; raises `InputError` where those of one name lie apart, or
    several of them count people.
    """
    unique = list(dict.fromkeys(names))
    parts = [[at for at, known in enumerate(names) if known == one] for one in unique]
    for one, here in zip(unique, parts, strict=True):
        alike = f"{config.file}: rows {', '.join(str(rows.index[at] + 1) for at in here)} are all called {one!r}"
        if len(here) > 1 and np.isfinite(people[here]).sum() > 1:
            raise InputError(f"{alike}, each with people; merge them, or tell them apart")
        if shapely.union_all(shape[here]).geom_type == "MultiPolygon" and len(here) > 1:
            raise InputError(
                f"{alike} and lie apart; make them one shape if they are one community, or tell them apart"
            )
    return Communities(
        names=tuple(unique),
        shape=np.array([shapely.union_all(shape[here]) for here in parts], dtype=object),
        people=np.array([np.nansum(people[here]) if np.isfinite(people[here]).any() else np.nan for here in parts]),
    )


def draw_circles(circles: list[CircleConfig], crs: str) -> Communities:
    """Circles around points in degrees (WGS-84) or in metres of `crs`."""
    middles = []
    for row, circle in enumerate(circles):
        where = f"{COMMUNITIES_KEY}.circles[{row}]"
        if not circle.radius_m > 0:
            raise InputError(f"{where}.radius_m: {circle.radius_m}; metres above 0 are accepted")
        if circle.lon is not None and circle.lat is not None and circle.x is None and circle.y is None:
            if not (abs(circle.lon) <= 180 and abs(circle.lat) <= 90):
                raise InputError(
                    f"{where}: lon {circle.lon}, lat {circle.lat}; degrees are needed (metres go in x and y)"
                )
            middles.append(
                gpd.GeoSeries(gpd.points_from_xy([circle.lon], [circle.lat]), crs=DEGREES).to_crs(crs).iloc[0]
            )
        elif circle.x is not None and circle.y is not None and circle.lon is None and circle.lat is None:
            middles.append(shapely.Point(circle.x, circle.y))
        else:
            raise InputError(f"{where}: lon and lat, or x and y, are needed, and not both")
    names = tuple(plain(circle.name) for circle in circles)
    for row, name in enumerate(names):
        check_name(f"{COMMUNITIES_KEY}.circles[{row}].name", name)
        if name in names[:row]:
            raise InputError(f"{COMMUNITIES_KEY}.circles[{row}].name: {name!r}; every circle needs a name of its own")
    radius_m = [circle.radius_m for circle in circles]
    shape = shapely.buffer(np.array(middles, dtype=object), radius_m, quad_segs=64)
    return Communities(names, shape, np.full(len(circles), np.nan))


def assign(communities: Communities, xy: Floats) -> tuple[Ints, int]:
    """The community of each point (point, 2), `NOWHERE` where there is none; and how many are in several.

    Of several it is the one whose middle is nearest.
    """
    point, community = shapely.STRtree(shapely.points(xy)).query(communities.shape, predicate="intersects")[::-1]
    middle = shapely.get_coordinates(shapely.centroid(communities.shape))
    away_m = np.hypot(*(middle[community] - xy[point]).T)
    order = np.lexsort((community, away_m, point))
    point, community = point[order], community[order]
    first = np.unique(point, return_index=True)[1]
    row = np.full(len(xy), NOWHERE, dtype=np.int64)
    row[point[first]] = community[first]
    return row, int(np.count_nonzero(np.bincount(point, minlength=len(xy)) > 1))


def scale(communities: Communities, row: Ints, weight: Floats, counted: bool) -> tuple[Floats, list[Note]]:
    """Weights with which each community has its people, and notes.

    Homes elsewhere and in communities that are not counted keep counted people; estimates there are scaled as those of
    the counted communities are together.
    """
    n, people = len(communities), communities.people
    held = np.bincount(row + 1, weights=weight, minlength=n + 1)[1:]
    told = np.isfinite(people) & (held > 0)
    if not told.any():
        raise InputError(f"{COMMUNITIES_KEY}.people: no community that counts people has a home")
    usual = 1.0 if counted else people[told].sum() / held[told].sum()
    factor = np.full(n + 1, usual)
    factor[:n][told] = people[told] / held[told]
    scaled = weight * factor[row]
    if not scaled.any():
        raise InputError(f"{COMMUNITIES_KEY}.people: the communities that have homes count nobody")
    notes = [
        Note(
            f"{people[told].sum():,.0f} people are counted by {np.count_nonzero(told):,} communities, and laid on "
            "the homes there."
        )
    ]
    lost = np.isfinite(people) & ~told & (people > 0)
    if lost.any():
        names = [communities.names[i] for i in np.flatnonzero(lost)]
        notes.append(
            Note(
                f"{people[lost].sum():,.0f} people are counted in communities without a home, left out: "
                f"{name_some(names)}.",
                share=float(people[lost].sum() / np.nansum(people)),
                remedy="Give buildings of these communities, or streets that reach them.",
            )
        )
    others = ~np.append(told, False)[row]
    if others.any():
        how = "as counted otherwise" if counted else "estimated in the same proportion to the homes"
        notes.append(
            Note(
                f"{scaled[others].sum():,.0f} people live where no community counts them, {how}.",
                share=float(scaled[others].sum() / scaled.sum()),
                remedy="" if counted else "Give the people of every community.",
            )
        )
    return scaled, notes
