"""Counts: the people of each row of a grid or table, in all and by age."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from sim.columns import Bools, Floats
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import PopulationConfig
from sim.place.read.layers import open_layer
from sim.place.read.tables import TABLES, column_names, count_people, read_table

POPULATION_KEY: Final = "place.population"
# Ages that add up to within this share of all residents, or one of them, are rounded [A].
ROUNDED_SHARE: Final = 0.01


class Counts(NamedTuple):
    """People of each row `total` (row,), by age band `ages` (row, band), and whether the ages are `known` (row,)."""

    total: Floats
    ages: Floats
    known: Bools
    notes: list[Note]


def read_counts(config: PopulationConfig) -> pd.DataFrame:
    """The rows of a table that need not say where they lie."""
    path = Path(config.file or "").expanduser()
    if not path.exists():
        raise InputError(f"{path}: not there; {POPULATION_KEY}.file is the path of a GIS layer or a table")
    rows: pd.DataFrame = (
        read_table(path, config.layer) if path.suffix.lower() in TABLES else open_layer(path, config, POPULATION_KEY)
    )
    if config.compound not in rows:
        raise InputError(f"{path}: no column {config.compound!r}; its columns are {column_names(rows)}")
    return rows


def count_rows(grid: pd.DataFrame, config: PopulationConfig) -> Counts:
    """All people of each row, the people by age band, whether the ages are known, and notes.

    A row with an empty total counts nobody. Ages are not known where a band is empty or one of `not_counts`; but bands
    that add up to the total are counts, whatever their numbers (99 may be 99 people).
    """
    told = numbers(grid, config.total, config)
    total = np.nan_to_num(told)
    notes = []
    if uncounted := np.count_nonzero(np.isnan(told)):
        notes.append(
            Note(
                f"{config.file}: {uncounted:,} of {len(grid):,} rows have no count in {config.total!r}, empty or a "
                f"code of {POPULATION_KEY}.not_counts; nobody is placed there."
            )
        )
    bands = [numbers(grid, column, config) for _, column in sorted(config.ages.items())]
    ages = np.stack(bands, axis=1) if bands else np.empty((len(grid), 0))
    coded = np.isin(ages, config.not_counts).any(axis=1)
    added = ages.sum(axis=1)
    known = (ages >= 0).all(axis=1) & (added > 0) & (~coded | np.isclose(added, total))
    odd = known & (total > 0) & (np.abs(added - total) > np.maximum(1.0, ROUNDED_SHARE * total))
    if odd.any():
        notes.append(
            Note(
                f"{config.file}: in {np.count_nonzero(odd):,} of {len(grid):,} rows the ages add up to "
                f"{added[odd].sum():,.0f} people, not to the {total[odd].sum():,.0f} of {config.total!r}; the ages are "
                "taken as proportions of it.",
                share=float(np.abs(added[odd] - total[odd]).sum() / total.sum()),
                remedy="Check the columns of place.population.ages: one may be missing or counted twice.",
            )
        )
    return Counts(total, ages, known, notes)


def numbers(grid: pd.DataFrame, column: str, config: PopulationConfig) -> Floats:
    """People of a column, NaN where it is empty or a negative code of `not_counts`.

    Raises `InputError` where the column is missing, holds something else, or nothing.
    """
    if column not in grid:
        what = f"no column {column!r}" if column else f"{POPULATION_KEY}.total is not given"
        raise InputError(f"{config.file}: {what}; its columns are {column_names(grid)}")
    values = count_people(
        grid[column], config.file, config.not_counts, f"; codes that are no counts go in {POPULATION_KEY}.not_counts"
    )
    if not np.isfinite(values).any():
        raise InputError(f"{config.file}: column {column!r} holds no numbers; its columns are {column_names(grid)}")
    return values
