"""Buildings where people may live: those of the map, or a layer of the planner's own."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sim.columns import Bools, Floats, Shapes
from sim.errors import InputError
from sim.notes import Note, name_some
from sim.place.config import HomesConfig, OsmConfig, PlaceConfig
from sim.place.read.layers import named_column, read_layer
from sim.place.read.lived_in import Buildings
from sim.place.read.source_map import SourceMap
from sim.place.read.tables import as_numbers, column_names, plain

HOMES_KEY: Final = "place.homes"
STOREYS: Final = (
    "levels",
    "building:levels",
    "building_levels",
    "floors",
    "floor",
    "storeys",
    "层数",
    "楼层",
    "楼层数",
)
MOST_LEVELS: Final = 200
# So many known storeys of a kind, and this share of all of it, tell what is usual: the median of ten is within a storey
# or so of that of all, and a few that somebody mapped may be the towers [A].
ENOUGH_KNOWN: Final = 10
KNOWN_SHARE: Final = 0.05


def find_buildings(ground: SourceMap, config: PlaceConfig) -> tuple[Buildings, list[Note]]:
    """Buildings or addresses of `place.homes`, else the buildings of the map; and notes."""
    if config.homes.file is not None:
        return read_buildings(ground, config)
    return map_buildings(ground, config.osm)


def map_buildings(ground: SourceMap, osm: OsmConfig) -> tuple[Buildings, list[Note]]:
    """The buildings of the map within the box of the extract where people may live, and notes.

    They are residential, or of no said use; what is mapped only as a building and is an outlet too is none. Their
    weight is floor area over `level_m2_per_resident`.
    """
    features = ground.features
    if features is None:
        return Buildings(np.empty((0, 2)), np.empty(0), np.empty(0, bool)), []
    values = np.array(features.building, dtype=str)
    residential = np.isin(values, [value for value in osm.residential if value != "yes"])
    outlets = np.array(features.format, dtype=str) != ""
    rows = np.flatnonzero(residential | ((values == "yes") & ~outlets))
    points = shapely.point_on_surface(features.shape[rows])
    if ground.boxed:
        within = shapely.intersects(points, ground.bounds)
        rows, points = rows[within], points[within]
    area_m2 = shapely.area(features.shape[rows])
    levels, guess = fill_levels(features.levels[rows], values[rows], area_m2, osm)
    buildings = Buildings(
        xy=shapely.get_coordinates(points),
        weight=area_m2 * levels / osm.level_m2_per_resident,
        residential=residential[rows] | ("yes" in osm.residential),
        guessed=~np.isfinite(features.levels[rows]),
        guess=guess,
    )
    return buildings, []


def read_buildings(ground: SourceMap, config: PlaceConfig) -> tuple[Buildings, list[Note]]:
    """The homes of a layer: polygons, of which the floor area is the weight, or points, of weight 1 or dwellings.

    Raises `InputError` where a column is missing, nothing is lived in, or nothing lies within the bounds.
    """
    homes = config.homes
    rows, notes = pick_lived_in(read_layer(homes, HOMES_KEY), homes)
    shape: Shapes = shapely.make_valid(np.asarray(rows.geometry.to_crs(ground.streets.crs).array))
    areas = are_areas(shape, rows, homes)
    points = shapely.point_on_surface(shape)
    kept, more = pick_once_within(shape, points, rows.crs.name, ground, config)
    notes += more
    rows, shape, points = rows[kept], shape[kept], points[kept]
    guessed, guess = np.zeros(len(rows), np.bool_), ""
    if homes.dwellings:
        weight = dwellings_of(rows, homes)
    elif areas:
        area_m2 = shapely.area(shape)
        told = levels_of(rows, homes)
        levels, guess = fill_levels(told, uses_of(rows, homes), area_m2, config.osm)
        guessed = ~np.isfinite(told)
        weight = area_m2 * levels / config.osm.level_m2_per_resident
    else:
        weight = np.ones(len(rows))
    lived = weight > 0
    compound = [plain(name) for name in homes_column(rows, homes.compound, "compound", homes)] if homes.compound else []
    buildings = Buildings(
        xy=shapely.get_coordinates(points)[lived],
        weight=weight[lived],
        residential=np.ones(np.count_nonzero(lived), bool),
        compound=tuple(name for name, there in zip(compound, lived, strict=True) if there) if compound else (),
        sized=areas and not homes.dwellings,
        guessed=guessed[lived],
        guess=guess,
    )
    notes.insert(0, Note(f"{homes.file}: {len(buildings):,} {'buildings' if areas else 'addresses'} are homes."))
    return buildings, notes


def are_areas(shape: Shapes, rows: Any, homes: HomesConfig) -> bool:
    """Whether homes are given as polygons; raises `InputError` where some are lines, or some are points."""
    dimension = shapely.get_dimensions(shape)
    for bad, kinds in (
        (dimension == 1, "polygons or points"),
        (dimension != dimension[0], "polygons only or points only"),
    ):
        if bad.any():
            at = int(np.argmax(bad))
            raise InputError(
                f"{homes.file}: row {rows.index[at] + 1} is a {shape[at].geom_type}; homes are given as {kinds}"
            )
    return bool(dimension[0] == 2)


def pick_once_within(
    shape: Shapes, points: Shapes, crs_name: str, ground: SourceMap, config: PlaceConfig
) -> tuple[Bools, list[Note]]:
    """Which homes lie within the bounds of the streets, one of each outline that stands there twice; and notes."""
    file = config.homes.file
    kept: Bools = np.asarray(shapely.intersects(points, ground.bounds))
    if not kept.any():
        raise InputError(
            f"{file}: none of its {len(kept):,} homes lies within the bounds of {config.streets}; check that "
            f"both are of one place, and the coordinate system of the homes ({crs_name}; "
            f"{HOMES_KEY}.crs gives another)"
        )
    notes = []
    if not kept.all():
        notes.append(
            Note(
                f"{file}: {np.count_nonzero(~kept):,} of {len(kept):,} homes lie beyond the bounds of the "
                "streets, left out.",
                share=float(np.mean(~kept)),
                remedy="Give streets that reach them, or homes of this place only.",
            )
        )
    if shapely.get_dimensions(shape[0]) == 2:
        twice = pd.Series(shapely.to_wkb(shapely.normalize(shape))).duplicated().to_numpy()
        if twice.any():
            notes.append(Note(f"{file}: {np.count_nonzero(twice):,} outlines stand there twice; one of each is kept."))
        kept = kept & ~twice
    return kept, notes


def uses_of(rows: Any, homes: HomesConfig) -> NDArray[np.str_]:
    """The use of each row, "yes" where no column says it."""
    use = homes_column(rows, homes.use, "use", homes).map(plain) if homes.use else pd.Series("yes", index=rows.index)
    return use.to_numpy(str)


def pick_lived_in(rows: Any, homes: HomesConfig) -> tuple[Any, list[Note]]:
    """The rows whose use is residential, all where none is named; and notes."""
    if not homes.use:
        if homes.residential:
            raise InputError(
                f"{HOMES_KEY}.residential: given, but not the column; give {HOMES_KEY}.use, one of {column_names(rows)}"
            )
        return rows, []
    if not homes.residential:
        raise InputError(
            f"{HOMES_KEY}.use: given, but not which values are lived in; give them as {HOMES_KEY}.residential"
        )
    use = homes_column(rows, homes.use, "use", homes).map(plain)
    lived = use.isin([plain(value) for value in homes.residential])
    others = [value or "(empty)" for value in use[~lived].unique()]
    if not lived.any():
        raise InputError(
            f"{homes.file}: no row has {' or '.join(homes.residential)} as its {homes.use!r}; "
            f"there are {name_some(others, 12)}"
        )
    if not others:
        return rows, []
    return rows[lived], [
        Note(
            f"{homes.file}: {np.count_nonzero(~lived):,} of {len(rows):,} rows are no homes by their {homes.use!r} "
            f"({name_some(others)})."
        )
    ]


def levels_of(rows: Any, homes: HomesConfig) -> Floats:
    """The storeys of each row, NaN where they are not known: 6, 6层, 6F and ６ are six.

    Raises `InputError` where the column is missing, or a number cannot be storeys.
    """
    if homes.levels:
        told = homes_column(rows, homes.levels, "levels", homes)
    else:
        name = named_column(rows, "", STOREYS)
        if name is None:
            return np.full(len(rows), np.nan)
        told = rows[name]
    if not pd.api.types.is_numeric_dtype(told):
        told = told.map(plain).str.replace(r"\s*(层|楼|F|f|floors?|storeys?|levels?)$", "", regex=True)
    levels = as_numbers(told)
    if (levels > MOST_LEVELS).any():
        at = int(np.argmax(levels > MOST_LEVELS))
        raise InputError(
            f"{homes.file}: row {rows.index[at] + 1}, column {told.name!r}: {levels[at]:g} storeys; up to "
            f"{MOST_LEVELS} are accepted, give the column of storeys as {HOMES_KEY}.levels"
        )
    return np.where(levels > 0, levels, np.nan)


def fill_levels(levels: Floats, kind: NDArray[np.str_], area_m2: Floats, osm: OsmConfig) -> tuple[Floats, str]:
    """Storeys of buildings of each `kind`, the unknown ones as is usual for it; and what was guessed, in words.

    What is usual is the median of those of its kind that are known, where these are enough, else `osm.usual_levels`. A
    building of less than `osm.house_m2` is no taller than a house, whatever it is called.
    """
    known = np.isfinite(levels)
    if known.all():
        return levels, ""
    told = {one: osm.usual_levels.get(one, osm.usual_levels.get("other", 1.0)) for one in {*kind.tolist(), "house"}}
    taller = np.array([told[one] > told["house"] for one in kind.tolist()], dtype=bool)
    group = np.where(taller & (area_m2 < osm.house_m2), "house", kind)
    filled, said = levels.copy(), []
    for one in np.unique(group[~known]).tolist():
        same = group == one
        seen = levels[same & known]
        enough = len(seen) >= max(ENOUGH_KNOWN, KNOWN_SHARE * np.count_nonzero(same))
        usual = float(np.median(seen)) if enough else told[one]
        filled[same & ~known] = usual
        how = ", the median of their kind" if enough else ""
        said.append(f"{usual:g} ({np.count_nonzero(same & ~known):,} of kind {one or 'unknown'}{how})")
    return filled, ", ".join(said)


def dwellings_of(rows: Any, homes: HomesConfig) -> Floats:
    """The dwellings of each row, 0 where there is none; raises `InputError` for what is no count."""
    told = homes_column(rows, homes.dwellings, "dwellings", homes)
    values = as_numbers(told)
    bad: Bools = ~(values >= 0)
    if bad.any():
        at = int(np.argmax(bad))
        raise InputError(
            f"{homes.file}: row {rows.index[at] + 1}, column {homes.dwellings!r}: {told.iloc[at]!r}; a number of "
            "dwellings from 0 up is needed in every row"
        )
    if not (values > 0).any():
        raise InputError(f"{homes.file}: column {homes.dwellings!r} has no dwelling in any row within the bounds")
    return values


def homes_column(rows: Any, name: str, key: str, homes: HomesConfig) -> pd.Series:
    """A column of the homes; raises `InputError` with those that are there where it is missing."""
    if name not in rows:
        raise InputError(f"{homes.file}: no column {name!r} ({HOMES_KEY}.{key}); its columns are {column_names(rows)}")
    return rows[name]
