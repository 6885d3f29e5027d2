"""Ints of a count that are the total of others."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from sim.notes import Note
from sim.place.config import PopulationConfig
from sim.place.read.population.counts import numbers
from sim.place.read.tables import plain

TOTALS: Final = ("合计", "总计", "总数", "共计", "小计", "total", "subtotal", "sum", "grandtotal")
# A first or last row that is the sum of this many others is their total, named or not [A].
PARTS_OF_A_TOTAL: Final = 4


def leave_out_totals(rows: Any, config: PopulationConfig) -> tuple[Any, list[Note]]:
    """The rows without those that are the total of others, and notes of what was left out.

    A total is called so in a column of text, or is the first or the last row and the sum of all others.
    """
    named = np.zeros(len(rows), bool)
    for name in rows.columns:
        if name != "geometry" and not pd.api.types.is_numeric_dtype(rows[name]):
            named |= np.array([is_total(value) for value in rows[name]], dtype=bool)
    notes = []
    if named.any():
        notes.append(
            Note(f"{config.file}: {np.count_nonzero(named):,} rows are totals of others by name, and left out.")
        )
        rows = rows[~named]
    people = np.nan_to_num(numbers(rows, config.total, config))
    if len(rows) > PARTS_OF_A_TOTAL:
        for at, which in ((0, "first"), (len(rows) - 1, "last")):
            if people[at] > 0 and np.isclose(people[at], np.delete(people, at).clip(min=0).sum(), rtol=1e-9):
                notes.append(
                    Note(
                        f"{config.file}: the {which} row counts {people[at]:,.0f} people, as many as all others "
                        "together; it is taken for their total, and left out."
                    )
                )
                return rows.drop(rows.index[at]), notes
    return rows, notes


def is_total(value: object) -> bool:
    """Whether a cell says that its row is a total."""
    return isinstance(value, str) and "".join(plain(value).split()).casefold() in TOTALS
