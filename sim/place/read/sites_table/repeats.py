"""Ints that repeat the outlet of another row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sim.columns import Floats, Ints
from sim.place.config import SitesConfig
from sim.place.read.sites_table.columns import (
    EAST,
    IDS,
    LOCATIONS,
    NORTH,
    column_of,
    column_text,
)


def told_apart_by(rows: Any, file: Path, config: SitesConfig) -> pd.Series[str]:
    """What makes rows of one name and format different facilities: their ids, else all that they say but where."""
    ids = column_text(rows, column_of(rows, file, "id", config.id, IDS))
    if ids.nunique() > 1:
        return ids
    where = {*EAST, *NORTH, *LOCATIONS, config.x.lower(), config.y.lower(), config.location.lower(), "geometry"}
    others = [
        name for name in rows.columns if str(name).strip().lower() not in where and "of location" not in str(name)
    ]
    said = pd.Series("", index=rows.index)
    for name in others:
        said = said + "\n" + column_text(rows, name)
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
