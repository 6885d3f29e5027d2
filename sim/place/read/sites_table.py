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
from sim.names import check_name, is_name
from sim.notes import Note
from sim.place.config import SitesConfig
from sim.place.place import Sites
from sim.place.read.ground import Ground
from sim.place.read.layers import (
    DEGREES,
    LATITUDES,
    LOCAL_METRES,
    LONGITUDES,
    named_column,
    place_table,
    read_layer,
)
from sim.place.read.mapservices import (
    MAP_SERVICES,
    bd09_from_gcj02,
    gcj02_from_wgs84,
    inside_china,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from sim.place.read.tables import TABLES, read_table
from sim.place.streets import MILLIMETRE, Streets

KEY: Final = "place.outlets"
IDS: Final = ("id", "poi_id", "poiid", "uid", "编号", "序号")
NAMES: Final = ("name", "名称", "店名", "网点名称")
CODES: Final = ("typecode", "type_code", "类型编码", "分类编码", "类别编码")
CATEGORIES: Final = ("format", "category", "type", "类别", "类型", "分类", "业态", "tag")
LEVELS: Final = ("大类", "中类", "小类")
LOCATIONS: Final = ("location", "坐标", "经纬度")
EAST: Final = (*LONGITUDES, "location.lng", "location_lng", "bd09_lng", "gcj02_lng", "wgs84_lng")
NORTH: Final = (*LATITUDES, "location.lat", "location_lat", "bd09_lat", "gcj02_lat", "wgs84_lat")
EMPTY: Final = ("", "[]", "nan", "none", "null", "<na>")
MOST_OUTLETS: Final = 1_000_000  # of a table; a city of a million residents has 30,000
TOP: Final = 10  # categories named in a note

# Shops stand along streets and in buildings, and a shifted table lies some 100 to 700 m off them. The mean logarithms
# of the metres to both, for this many outlets and buildings, tell by this difference: a third nearer to either [A].
ENOUGH, ENOUGH_BUILDINGS, NEARER, PACE_M = 10, 50, 0.3, 5.0


def read_sites(config: SitesConfig, ground: Ground) -> tuple[Sites, list[Note]]:
    """The outlets of a table or layer within the bounds of the streets, in the order of their ids; and notes.

    A row without coordinates, outside, or of a category that is no outlet or not known is left out and counted by its
    category. Raises `InputError` naming file, column and remedy where no row is left.
    """
    file = Path(config.file or "").expanduser()
    rows, unplaced, n = read_rows(config, file)
    rows, form, counted = count_out(rows, file, config)
    code, category = text(rows, None), form if config.counts else text(rows, None)
    if not config.counts:
        code = text(rows, column_of(rows, file, "category", config.category, CODES))
        category = words_of(rows, file, config)
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
    notes = [Note(f"{file}: {len(c):,} rows {why}: {top(c)}{remedy}.", len(c) / n) for c, why, remedy in said if len(c)]
    suspicion = doubt_crs(config, file, rows.crs, ground, xy[outlet])
    kept = np.flatnonzero(within & outlet)
    if not len(kept):
        why = " ".join(map(str, (*suspicion, *notes)))
        raise InputError(f"{file}: none of its {n:,} rows is an outlet of this place. {why}")

    rows, form, xy = rows.iloc[kept], form.iloc[kept], xy[kept]
    name = text(rows, column_of(rows, file, "name", config.name, NAMES))
    first, repeats = merge(name, form, told_apart_by(rows, file, config), xy, 0.0 if counted else config.duplicates_m)
    ids, id_notes = name_rows(config, file, rows, name, first, repeats)
    if len(repeats):
        notes.append(
            Note(
                f"{file}: {len(repeats):,} rows repeat another of their name and format within "
                f"{config.duplicates_m:g} m and are counted once: {top(name.iloc[repeats])}."
            )
        )
    missing = [] if config.counts else sorted({*config.formats.values()} - {"", *form})
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
        xy=np.round(xy[kept_rows], MILLIMETRE),
    )
    return sites, [Note(f"{file}: {len(sites):,} outlets from {n:,} rows."), *suspicion, *notes, *id_notes]


def count_out(rows: Any, file: Path, config: SitesConfig) -> tuple[Any, pd.Series[str], bool]:
    """The rows, each as often as it counts outlets, the format that a column of `counts` gives them, and whether any
    column counts.

    Raises `InputError` for what is no number of outlets; an empty cell counts none.
    """
    if config.count and config.counts:
        raise InputError(f"{KEY}.count, {KEY}.counts: one of them is accepted")
    columns = config.counts or ({config.count: ""} if config.count else {})
    if not columns:
        return rows, text(rows, None), False
    parts, forms = [], []
    for column, form in columns.items():
        n = whole_numbers(
            text(rows, column_of(rows, file, "counts" if config.counts else "count", column, ())), column, file
        )
        parts.append(rows.loc[rows.index.repeat(n)])
        forms += [form] * int(n.sum())
    out = pd.concat(parts)
    if len(out) > MOST_OUTLETS:
        raise InputError(f"{file}: counts {len(out):,} outlets; up to {MOST_OUTLETS:,} are accepted")
    out = out.reset_index(drop=True)
    return out, pd.Series(forms, index=out.index, dtype=str), True


def whole_numbers(words: pd.Series[str], column: str, file: Path) -> Ints:
    """Words as whole numbers from 0 up, "" as 0; raises `InputError` naming the row of another."""
    n = pd.to_numeric(words.where(words != "", "0"), errors="coerce").to_numpy(float)
    bad = np.flatnonzero(~((n >= 0) & (n <= MOST_OUTLETS) & (n == np.floor(n))))
    if len(bad):
        row = words.index[bad[0]] + 1
        raise InputError(
            f"{file}: row {row} of column {column!r}: {words.iloc[bad[0]]!r} is no number of outlets; whole numbers "
            "from 0 up are accepted"
        )
    return n.astype(np.int64)


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
    x, y = (column_of(table, file, *keys) for keys in (("x", config.x, EAST), ("y", config.y, NORTH)))
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
    """The category of each row in words, its levels joined by ";"; "" where columns count outlets instead."""
    if config.counts:
        return text(table, None)
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


def told_apart_by(rows: Any, file: Path, config: SitesConfig) -> pd.Series[str]:
    """What makes rows of one name and format different facilities: their ids, else all that they say but where."""
    ids = text(rows, column_of(rows, file, "id", config.id, IDS))
    if ids.nunique() > 1:
        return ids
    where = {*EAST, *NORTH, *LOCATIONS, config.x.lower(), config.y.lower(), config.location.lower(), "geometry"}
    others = [
        name for name in rows.columns if str(name).strip().lower() not in where and "of location" not in str(name)
    ]
    said = pd.Series("", index=rows.index)
    for name in others:
        said = said + "\n" + text(rows, name)
    return said


def merge(
    name: pd.Series[str], form: pd.Series[str], other: pd.Series[str], xy: Floats, within_m: float
) -> tuple[Ints, Ints]:
    """The rows that stand for an outlet each, and the rows that repeat one: alike in name, format and what `other`
    tells them apart by, within metres.

    Which of them stands does not depend on the order of the rows: the most western, then southern.
    """
    n = len(name)
    pairs = cKDTree(xy).query_pairs(within_m, output_type="ndarray") if within_m > 0 else np.empty((0, 2), np.int64)
    key = pd.factorize(name + "\n" + form + "\n" + other)[0]
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
    unfit = ids[~ids.map(is_name) & (ids != "")]
    if column is not None and not len(twice) and not len(unfit) and (ids != "").all():
        return list(ids), []
    notes = []
    if config.id and len(unfit):
        check_name(f"{file}: row {unfit.index[0] + 1} of column {column!r}", unfit.iloc[0])
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
    away_m = {kind: metres_off(ground, degrees) for kind, degrees in read.items()}
    off = {kind: sum(float(np.log(metres + PACE_M).mean()) for metres in away_m[kind].values()) for kind in away_m}
    best = min(off, key=lambda kind: off[kind])
    if off[asked] - off[best] < NEARER:
        return []
    names = {"EPSG:4326": "WGS-84", "gcj02": "GCJ-02", "bd09": "BD-09"}
    told = [
        f"{np.median(away_m[asked][what]):.0f} m from the nearest {what} as {names[asked]}, but "
        f"{np.median(away_m[best][what]):.0f} m as {names[best]}"
        for what in away_m[asked]
    ]
    nearer = np.mean([np.mean(away_m[best][what] < away_m[asked][what]) for what in away_m[asked]])
    return [
        Note(
            f"{file}: looks like {names[best]} degrees: the middle one of its outlets lies {', and '.join(told)}.",
            share=float(nearer),
            remedy=f"If so, give {KEY}.crs={best}.",
        )
    ]


def to_degrees(streets: Streets, xy: Floats) -> Floats:
    """WGS-84 degrees of metres of the streets."""
    return np.column_stack(Transformer.from_crs(streets.crs, DEGREES, always_xy=True).transform(*xy.T))


def metres_off(ground: Ground, lonlat: Floats) -> dict[str, Floats]:
    """The distance of points in degrees to the nearest street, and building if the map has enough, metres."""
    to_metres = Transformer.from_crs(DEGREES, ground.streets.crs, always_xy=True)
    points = shapely.points(np.column_stack(to_metres.transform(*lonlat.T)))
    marks = {"street": shapely.linestrings(ground.streets.xy[ground.streets.links])}
    if ground.features is not None:
        built = np.array([kind != "" for kind in ground.features.building], bool)
        if np.count_nonzero(built) >= ENOUGH_BUILDINGS:
            marks["building"] = np.asarray(ground.features.shape, dtype=object)[built]
    return {
        what: shapely.STRtree(shapes).query_nearest(points, all_matches=False, return_distance=True)[1]
        for what, shapes in marks.items()
    }
