"""Ids of outlets: those of the table, or made of name and position."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.names import check_name, is_name
from sim.notes import Note
from sim.place.config import SitesConfig
from sim.place.read.layers import (
    DEGREES,
)
from sim.place.read.sites_table.columns import (
    IDS,
    OUTLETS_KEY,
    column_of,
    column_text,
)


def name_rows(
    config: SitesConfig, file: Path, rows: Any, name: pd.Series[str], first: Ints, repeats: Ints
) -> tuple[list[str], list[Note]]:
    """A stable id for each of the rows `first`: the table's where it has them, else made of name and position; notes.

    Raises `InputError` naming rows where a column of ids that is asked for has one twice or none.
    """
    column = column_of(rows, file, "id", config.id, IDS)
    ids = column_text(rows, column).iloc[first]
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
            f"own, or leave {OUTLETS_KEY}.id out to have ids made of name and position"
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
