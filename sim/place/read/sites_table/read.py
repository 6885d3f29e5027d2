"""Outlets of a planner's own, from a table or layer whose categories become formats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from sim.columns import Bools
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import SitesConfig
from sim.place.place import Sites
from sim.place.read.sites_table.columns import (
    CODES,
    OUTLET_NAMES,
    column_of,
    column_text,
    words_of,
)
from sim.place.read.sites_table.datum import doubt_crs
from sim.place.read.sites_table.formats import formats_of
from sim.place.read.sites_table.ids import name_rows
from sim.place.read.sites_table.repeats import merge, told_apart_by
from sim.place.read.sites_table.rows import count_out, in_metres, read_rows
from sim.place.read.source_map import SourceMap
from sim.place.streets import MILLIMETRE

TOP: Final = 10  # categories named in a note


def read_sites(config: SitesConfig, ground: SourceMap) -> tuple[Sites, list[Note]]:
    """The outlets of a table or layer within the bounds of the streets, in the order of their ids; and notes.

    A row without coordinates, outside, or of a category that is no outlet or not known is left out and counted by its
    category. Raises `InputError` naming file, column and remedy where no row is left.
    """
    file = Path(config.file or "").expanduser()
    rows, unplaced, n = read_rows(config, file)
    rows, form, counted = count_out(rows, file, config)
    form, shown = categorise(rows, form, file, config)
    points = np.asarray(shapely.point_on_surface(in_metres(rows, ground.streets, file)), dtype=object)
    xy = shapely.get_coordinates(points).reshape(-1, 2)
    within = np.asarray(shapely.intersects(points, ground.bounds))
    known, outlet = form.notna().to_numpy(), form.fillna("").to_numpy() != ""
    notes = notes_left_out(file, n, unplaced, shown, within, known, outlet)
    suspicion = doubt_crs(config, file, rows.crs, ground, xy[outlet])
    kept = np.flatnonzero(within & outlet)
    if not len(kept):
        why = " ".join(map(str, (*suspicion, *notes)))
        raise InputError(f"{file}: none of its {n:,} rows is an outlet of this place. {why}")

    rows, form, xy = rows.iloc[kept], form.iloc[kept], xy[kept]
    name = column_text(rows, column_of(rows, file, "name", config.name, OUTLET_NAMES))
    first, repeats = merge(name, form, told_apart_by(rows, file, config), xy, 0.0 if counted else config.duplicates_m)
    ids, id_notes = name_rows(config, file, rows, name, first, repeats)
    notes += notes_of_formats(config, file, form, name.iloc[repeats])
    order = np.argsort(ids)
    kept_rows = first[order]
    sites = Sites(
        id=tuple(ids[i] for i in order),
        format=tuple(form.iloc[kept_rows]),
        name=tuple(name.iloc[kept_rows]),
        xy=np.round(xy[kept_rows], MILLIMETRE),
    )
    return sites, [Note(f"{file}: {len(sites):,} outlets from {n:,} rows."), *suspicion, *notes, *id_notes]


def categorise(
    rows: Any, form: pd.Series[str], file: Path, config: SitesConfig
) -> tuple[pd.Series[Any], pd.Series[str]]:
    """The format of each row, as `formats_of` or columns of counts have it, and its category in words for notes."""
    code, category = column_text(rows, None), form if config.counts else column_text(rows, None)
    if not config.counts:
        code = column_text(rows, column_of(rows, file, "category", config.category, CODES))
        category = words_of(rows, file, config)
        form = formats_of(code, category, config.formats)
    return form, category.where(category != "", code).where(lambda column: column != "", "no category")


def notes_left_out(
    file: Path, n: int, unplaced: pd.Series[str], shown: pd.Series[str], within: Bools, known: Bools, outlet: Bools
) -> list[Note]:
    """Notes of the rows that are left out, each reason with its share of all `n`."""
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
    return [Note(f"{file}: {len(c):,} rows {why}: {top(c)}{remedy}.", len(c) / n) for c, why, remedy in said if len(c)]


def notes_of_formats(config: SitesConfig, file: Path, form: pd.Series[Any], repeated: pd.Series[str]) -> list[Note]:
    """Notes of the rows that repeat another, by their names, and of the formats that no row has."""
    notes = []
    if len(repeated):
        notes.append(
            Note(
                f"{file}: {len(repeated):,} rows repeat another of their name and format within "
                f"{config.duplicates_m:g} m and are counted once: {top(repeated)}."
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
    return notes


def top(categories: Iterable[str]) -> str:
    """The most frequent of some words with their counts."""
    counts = Counter(category or "no name" for category in categories)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    more = f", {len(ranked) - TOP:,} others" if len(ranked) > TOP else ""
    return ", ".join(f"{category} {count:,}" for category, count in ranked[:TOP]) + more
