"""The columns of a table of outlets, by the names that exports and map services give them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

from sim.errors import InputError
from sim.place.config import SitesConfig
from sim.place.read.layers import (
    LATITUDES,
    LONGITUDES,
    named_column,
)

OUTLETS_KEY: Final = "place.outlets"
IDS: Final = ("id", "poi_id", "poiid", "uid", "编号", "序号")
OUTLET_NAMES: Final = ("name", "名称", "店名", "网点名称")
CODES: Final = ("typecode", "type_code", "类型编码", "分类编码", "类别编码")
CATEGORIES: Final = ("format", "category", "type", "类别", "类型", "分类", "业态", "tag")
CATEGORY_LEVELS: Final = ("大类", "中类", "小类")
LOCATIONS: Final = ("location", "坐标", "经纬度")
EAST: Final = (*LONGITUDES, "location.lng", "location_lng", "bd09_lng", "gcj02_lng", "wgs84_lng")
NORTH: Final = (*LATITUDES, "location.lat", "location_lat", "bd09_lat", "gcj02_lat", "wgs84_lat")
EMPTY: Final = ("", "[]", "nan", "none", "null", "<na>")


def column_of(table: pd.DataFrame, file: Path, key: str, given: str, usual: Iterable[str]) -> str | None:
    """The column that a key of the config names, or the first of a usual name, or None; raises where it is absent."""
    column = named_column(table, given, tuple(usual))
    if given and column is None:
        there = ", ".join(str(name) for name in table.columns if name != "geometry")
        raise InputError(f"{file}: no column {given!r}, which {OUTLETS_KEY}.{key} names; its columns are {there}")
    return column


def column_text(table: pd.DataFrame, column: str | None) -> pd.Series[str]:
    """A column as text, "" where it is empty in any of the ways in which exports write it."""
    if column is None:
        return pd.Series([""] * len(table), index=table.index, dtype=str)
    words = table[column].astype(object).where(table[column].notna(), "").astype(str).str.strip()
    words = words.str.replace(r"^(\d+)\.0$", r"\1", regex=True)
    return words.where(~words.str.lower().isin(EMPTY), "")


def words_of(table: pd.DataFrame, file: Path, config: SitesConfig) -> pd.Series[str]:
    """The category of each row in words, its levels joined by ";"; "" where columns count outlets instead."""
    if config.counts:
        return column_text(table, None)
    column = column_of(table, file, "category", config.category, CATEGORIES)
    levels = [name for name in CATEGORY_LEVELS if name in table]
    if column is None and levels:
        joined = column_text(table, levels[0])
        for name in levels[1:]:
            joined = joined + ";" + column_text(table, name)
        return joined.str.strip(";")
    if column is None and named_column(table, "", CODES) is None:
        there = ", ".join(str(name) for name in table.columns if name != "geometry")
        raise InputError(f"{file}: no column of categories; name it as {OUTLETS_KEY}.category, one of {there}")
    return column_text(table, column).str.replace("；", ";").str.replace("｜", "|")
