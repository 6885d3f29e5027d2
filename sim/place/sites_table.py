"""Sites of a planner's own: rows of a table or layer whose categories become formats, and repeated rows one outlet."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS, Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sim.columns import Bools, Floats, Ints
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import SitesConfig
from sim.place.ground import Ground
from sim.place.layers import (
    DEGREES,
    LATITUDES,
    LOCAL_METRES,
    LONGITUDES,
    named_column,
    place_table,
    read_layer,
)
from sim.place.mapservices import (
    MAP_SERVICES,
    bd09_from_gcj02,
    gcj02_from_wgs84,
    inside_china,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from sim.place.place import Sites
from sim.place.streets import Streets
from sim.place.tables import TABLES, read_table

KEY: Final = "place.outlets"
IDS: Final = ("id", "poi_id", "poiid", "uid", "编号", "序号")
NAMES: Final = ("name", "名称", "店名", "网点名称")
CODES: Final = ("typecode", "type_code", "类型编码", "分类编码", "类别编码")
CATEGORIES: Final = ("format", "category", "type", "类别", "类型", "分类", "业态", "tag")
LEVELS: Final = ("大类", "中类", "小类")
LOCATIONS: Final = ("location", "坐标", "经纬度")
EMPTY: Final = ("", "[]", "nan", "none", "null", "<na>")
TOP: Final = 10  # categories named in a note

# Shops stand along streets, and an unshifted table lies some 100 to 700 m off them, where streets are as near as they
# are to any point of a city. The middle one of this many outlets, nearer by this share and these metres, tells [A].
ENOUGH, NEARER, NEARER_M = 10, 0.6, 10.0


def read_sites(config: SitesConfig, ground: Ground) -> tuple[Sites, list[Note]]:
    """The outlets of a table or layer within the bounds of the streets, in the order of their ids; and notes.

    A row without coordinates, outside, or of a category that is no outlet or not known is left out and counted by its
    category. Raises `InputError` naming file, column and remedy where no row is left.
    """
    file = Path(config.file or "").expanduser()
    rows, unplaced, n = read_rows(config, file)
    code, category = text(rows, column_of(rows, file, "category", config.category, CODES)), words_of(rows, file, config)
    form = formats_of(code, category, config.formats)
    shown = category.where(category != "", code).where(lambda column: column != "", "no category")
    points = np.asarray(shapely.point_on_surface(in_metres(rows, ground.streets, file)), dtype=object)
    xy = shapely.get_coordinates(points).reshape(-1, 2)
    within = np.asarray(shapely.intersects(points, ground.bounds))
    known, outlet = form.notna().to_numpy(), form.fillna("").to_numpy() != ""

    said = [
        (unplaced, "without coordinates are left out", ""),
        (shown[~within], "lie outside the place and are left out", ""),
        (
            shown[within & ~known],
            "are of categories that place.outlets.formats does not know and are left out",
            '; give each its format there, or "" for what is no outlet',
        ),
        (shown[within & known & ~outlet], "are no outlets by place.outlets.formats", ""),
    ]
    notes = [Note(f"{file}: {len(c):,} rows {why}: {top(c)}{remedy}.") for c, why, remedy in said if len(c)]
    suspicion = doubt_crs(config, file, rows.crs, ground, xy[outlet])
    kept = np.flatnonzero(within & outlet)
    if not len(kept):
        why = " ".join(map(str, (*suspicion, *notes)))
        raise InputError(f"{file}: none of its {n:,} rows is an outlet of this place. {why}")

    rows, form, xy = rows.iloc[kept], form.iloc[kept], xy[kept]
    name = text(rows, column_of(rows, file, "name", config.name, NAMES))
    first, repeats = merge(name, form, xy, config.duplicates_m)
    ids, id_notes = name_rows(config, file, rows, name, first, repeats)
    if len(repeats):
        notes.append(
            Note(
                f"{file}: {len(repeats):,} rows repeat another of their name and format within "
                f"{config.duplicates_m:g} m and are counted once: {top(name.iloc[repeats])}."
            )
        )
    missing = sorted({*config.formats.values()} - {"", *form})
    if missing:
        notes.append(
            Note(
                f"{file}: has no outlet of {len(missing)} formats ({', '.join(missing)}); check whether there is none, "
                "or the table lacks them."
            )
        )
    order = np.argsort(ids)
    kept_rows = first[order]
    sites = Sites(
        id=tuple(ids[i] for i in order),
        format=tuple(form.iloc[kept_rows]),
        name=tuple(name.iloc[kept_rows]),
        xy=xy[kept_rows],
    )
    return sites, [Note(f"{file}: {len(sites):,} outlets from {n:,} rows."), *suspicion, *notes, *id_notes]


def read_rows(config: SitesConfig, file: Path) -> tuple[Any, pd.Series[str], int]:
    """The rows with coordinates as a GeoDataFrame, the categories of those without, and how many rows there are."""
    if not file.exists():
        raise InputError(f"{file}: not there; {KEY}.file is the path of a table or layer of outlets")
    if file.suffix.lower() not in TABLES:
        rows = read_layer(config, KEY, config.x, config.y)
        n = pyogrio.read_info(file, layer=config.layer)["features"]
        return rows.reset_index(drop=True), pd.Series(["shape missing"] * max(n - len(rows), 0), dtype=str), max(n, 0)
    table = read_table(file, config.layer)
    table.columns = [str(name).strip() for name in table.columns]
    x, y = (column_of(table, file, *keys) for keys in (("x", config.x, LONGITUDES), ("y", config.y, LATITUDES)))
    location = column_of(table, file, "location", config.location, LOCATIONS)
    if location is not None and (config.location or x is None or y is None):
        pair = text(table, location).str.extract(r"^\[?\s*(-?[\d.]+)\s*[,，;\s]\s*(-?[\d.]+)")
        x, y = "longitude of location", "latitude of location"
        table[x], table[y] = pair[0], pair[1]
    if x is None or y is None:
        raise InputError(
            f"{file}: no columns of coordinates; name them as {KEY}.x and {KEY}.y, or as {KEY}.location where "
            f"one holds both; its columns are {', '.join(table.columns)}"
        )
    check_degrees(table, file, config, x, y)
    rows = place_table(table, file, config, KEY, x, y)
    gone = table[~table.index.isin(rows.index)]
    code = text(gone, column_of(table, file, "category", config.category, CODES))
    shown = words_of(gone, file, config)
    return rows, shown.where(shown != "", code), len(table)


def in_metres(rows: Any, streets: Streets, file: Path) -> Any:
    """The shapes of rows in the metres of the streets; raises where one of the two has local coordinates only."""
    ours, theirs = CRS(streets.crs), CRS(rows.crs)
    if ours.is_engineering and theirs.is_engineering:
        return rows.geometry.array
    if ours.is_engineering:
        raise InputError(
            f"{file}: is in {theirs.name}, but the streets have local coordinates; give outlets in the same, with "
            f"{KEY}.crs='{LOCAL_METRES}'"
        )
    if theirs.is_engineering:
        raise InputError(
            f"{file}: has local coordinates, but the streets are in {ours.name}; give the coordinate system that the "
            f"outlets are in as {KEY}.crs"
        )
    return rows.geometry.to_crs(ours).array


def check_degrees(table: pd.DataFrame, file: Path, config: SitesConfig, x: str, y: str) -> None:
    """Raise `InputError` where what should be degrees is swapped, or is none."""
    if config.crs and config.crs not in MAP_SERVICES:
        return
    lon, lat = (pd.to_numeric(table[name], errors="coerce").abs().median() for name in (x, y))
    if lat > 90 and lon <= 90:
        raise InputError(
            f"{file}: columns {x!r} and {y!r} look swapped (in the middle {lon:.4f} and {lat:.4f}); the first should "
            f"be the longitude: give {KEY}.x and {KEY}.y the other way round"
        )
    if lat > 90 or lon > 180:
        raise InputError(
            f"{file}: columns {x!r} and {y!r} are no degrees (in the middle {lon:.0f} and {lat:.0f}); give the "
            f"coordinate system that they are in as {KEY}.crs, such as EPSG:4547"
        )


def column_of(table: pd.DataFrame, file: Path, key: str, given: str, usual: Iterable[str]) -> str | None:
    """The column that a key of the config names, or the first of a usual name, or None; raises where it is absent."""
    column = named_column(table, given, tuple(usual))
    if given and column is None:
        there = ", ".join(str(name) for name in table.columns if name != "geometry")
        raise InputError(f"{file}: no column {given!r}, which {KEY}.{key} names; its columns are {there}")
    return column


def text(table: pd.DataFrame, column: str | None) -> pd.Series[str]:
    """A column as text, "" where it is empty in any of the ways in which exports write it."""
    if column is None:
        return pd.Series([""] * len(table), index=table.index, dtype=str)
    words = table[column].astype(object).where(table[column].notna(), "").astype(str).str.strip()
    words = words.str.replace(r"^(\d+)\.0$", r"\1", regex=True)
    return words.where(~words.str.lower().isin(EMPTY), "")


def words_of(table: pd.DataFrame, file: Path, config: SitesConfig) -> pd.Series[str]:
    """The category of each row in words, its levels joined by ";"."""
    column = column_of(table, file, "category", config.category, CATEGORIES)
    levels = [name for name in LEVELS if name in table]
    if column is None and levels:
        joined = text(table, levels[0])
        for name in levels[1:]:
            joined = joined + ";" + text(table, name)
        return joined.str.strip(";")
    if column is None and named_column(table, "", CODES) is None:
        there = ", ".join(str(name) for name in table.columns if name != "geometry")
        raise InputError(f"{file}: no column of categories; name it as {KEY}.category, one of {there}")
    return text(table, column).str.replace("；", ";").str.replace("｜", "|")


def formats_of(code: pd.Series[str], category: pd.Series[str], formats: Mapping[str, str]) -> pd.Series[Any]:
    """The format of each row, "" for what is no outlet, None for what the mapping does not know."""
    if not formats:
        raise InputError(
            f"{KEY}.formats: empty; give the format of each category, or take place=files, which has a table for "
            "AMap and Baidu"
        )
    table = {short(key): form for key, form in formats.items()}
    pairs = list(zip(code, category, strict=True))
    found = {pair: find_format(*pair, table) for pair in set(pairs)}
    return pd.Series([found[pair] for pair in pairs], index=code.index, dtype=object)


def short(key: str) -> str:
    """A six-digit code as the beginning that its class shares: 060000 is 06, 060200 is 0602; else the key itself."""
    return (re.sub("(00)+$", "", key) or key) if re.fullmatch(r"\d{6}", key) else key


def find_format(code: str, category: str, table: Mapping[str, str]) -> str | None:
    """The format of codes and words of a row, either several by "|": the first that is an outlet.

    A code counts by its longest beginning in the table, then the words from the narrowest on. A word that is a format
    itself is taken for it. None where the table knows none of them.
    """
    known = [form for form in candidates(code, category, table) if form is not None]
    return next((form for form in known if form), "" if known else None)


def candidates(code: str, category: str, table: Mapping[str, str]) -> Iterator[str | None]:
    """What the table says of each code, then of each category."""
    words = [part.strip() for part in category.split("|")]
    for one in [part.strip() for part in code.split("|")] + words:
        if one.isdigit():
            full = f"0{one}" if len(one) == 5 else one  # a spreadsheet drops the zero of 060200
            yield next((table[full[:n]] for n in range(len(full), 0, -1) if full[:n] in table), None)
    for word in words:
        levels = [level for level in (word, *(part.strip() for part in reversed(word.split(";")))) if level]
        yield next((table.get(level, level) for level in levels if level in table or level in table.values()), None)


def merge(name: pd.Series[str], form: pd.Series[str], xy: Floats, within_m: float) -> tuple[Ints, Ints]:
    """The rows that stand for an outlet each, and the rows that repeat one: of one name and format, within metres.

    Which of them stands does not depend on the order of the rows: the most western, then southern.
    """
    n = len(name)
    pairs = cKDTree(xy).query_pairs(within_m, output_type="ndarray") if within_m > 0 else np.empty((0, 2), np.int64)
    key = pd.factorize(name + "\n" + form)[0]
    same = (key[pairs[:, 0]] == key[pairs[:, 1]]) & (name.to_numpy() != "")[pairs[:, 0]]
    a, b = pairs[same].T
    part = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(n, n)), directed=False)[1]
    order = np.lexsort((xy[:, 1], xy[:, 0]))
    first = order[np.unique(part[order], return_index=True)[1]]
    return np.sort(first).astype(np.int64), np.setdiff1d(np.arange(n), first)


def name_rows(
    config: SitesConfig, file: Path, rows: Any, name: pd.Series[str], first: Ints, repeats: Ints
) -> tuple[list[str], list[Note]]:
    """A stable id for each of the rows `first`: the table's where it has them, else made of name and position; notes.

    Raises `InputError` naming rows where a column of ids that is asked for has one twice or none.
    """
    column = column_of(rows, file, "id", config.id, IDS)
    ids = text(rows, column).iloc[first]
    twice = ids[ids.duplicated(keep=False)]
    if column is not None and not len(twice) and (ids != "").all():
        return list(ids), []
    notes = []
    if config.id:
        bad = twice.index[0] if len(twice) else ids.index[int((ids == "").argmax())]
        where = ", ".join(str(row + 1) for row in ids.index[ids == ids[bad]][:3])
        raise InputError(
            f"{file}: row {where} of column {column!r}: the id {ids[bad]!r} must be there once; give each outlet its "
            f"own, or leave {KEY}.id out to have ids made of name and position"
        )
    if column is not None:
        notes.append(
            Note(f"{file}: column {column!r} does not tell its rows apart; ids are made of name and position instead.")
        )
    local = rows.crs.is_engineering
    shapes = rows.geometry.array if local else rows.geometry.to_crs(DEGREES).array
    at = shapely.get_coordinates(shapely.point_on_surface(shapes[first]))
    made = [
        made_id("site", called, xy) for called, xy in zip(name.iloc[first], np.round(at) if local else at, strict=True)
    ]
    return tell_apart(made), notes


def made_id(kind: str, name: str, xy: Floats) -> str:
    """An id that the same name at the same place has in every table; of degrees, to about a metre."""
    told = f"{name}\n{xy[0]:.5f}\n{xy[1]:.5f}"
    return f"{kind}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def tell_apart(ids: list[str]) -> list[str]:
    """The same ids, the second of a kind with -2 at its end, and so on."""
    seen: Counter[str] = Counter()
    apart = []
    for one in ids:
        seen[one] += 1
        apart.append(one if seen[one] == 1 else f"{one}-{seen[one]}")
    return apart


def top(categories: Iterable[str]) -> str:
    """The most frequent of some words with their counts."""
    counts = Counter(category or "no name" for category in categories)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    more = f", {len(ranked) - TOP:,} others" if len(ranked) > TOP else ""
    return ", ".join(f"{category} {count:,}" for category, count in ranked[:TOP]) + more


def doubt_crs(config: SitesConfig, file: Path, crs: Any, ground: Ground, xy: Floats) -> list[Note]:
    """A note where outlets of China lie much nearer to the streets when read as another kind of degrees."""
    if not crs.is_geographic or len(xy) < ENOUGH:
        return []
    near: Bools = np.asarray(shapely.dwithin(shapely.points(xy), ground.bounds, 1000.0))
    lonlat = to_degrees(ground.streets, xy[near])
    if len(lonlat) < ENOUGH or not inside_china(lonlat).all():
        return []
    asked = config.crs if config.crs in ("gcj02", "bd09") else "EPSG:4326"
    raw = lonlat if asked == "EPSG:4326" else gcj02_from_wgs84(lonlat)
    raw = bd09_from_gcj02(raw) if asked == "bd09" else raw
    read = {"EPSG:4326": raw, "gcj02": wgs84_from_gcj02(raw), "bd09": wgs84_from_bd09(raw)}
    away_m = {kind: middle_m(ground.streets, degrees) for kind, degrees in read.items()}
    best = min(away_m, key=lambda kind: away_m[kind])
    if away_m[best] > NEARER * away_m[asked] or away_m[asked] - away_m[best] < NEARER_M:
        return []
    names = {"EPSG:4326": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
    return [
        Note(
            f"{file}: looks like {names[best]} degrees: the middle one of its outlets lies {away_m[asked]:.0f} m from "
            f"the nearest street as {names[asked]}, but {away_m[best]:.0f} m as {names[best]}; if so, give "
            f"{KEY}.crs={best}."
        )
    ]


def to_degrees(streets: Streets, xy: Floats) -> Floats:
    """WGS-84 degrees of metres of the streets."""
    return np.column_stack(Transformer.from_crs(streets.crs, DEGREES, always_xy=True).transform(*xy.T))


def middle_m(streets: Streets, lonlat: Floats) -> float:
    """The median distance of points in degrees to the nearest street, in metres."""
    xy = np.column_stack(Transformer.from_crs(DEGREES, streets.crs, always_xy=True).transform(*lonlat.T))
    lines = shapely.linestrings(streets.xy[streets.links])
    found = shapely.STRtree(lines).query_nearest(shapely.points(xy), all_matches=False, return_distance=True)[1]
    return float(np.median(found))
