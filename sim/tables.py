"""Tables on disk: CSV that a spreadsheet opens without running it, with no digit lost that somebody will copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.columns import Floats

COORDINATES: Final = ("x", "y", "from_x", "from_y", "to_x", "to_y")  # metres, written to the centimetre
# Columns of names, which stay text whatever they look like.
TEXT_COLUMNS: Final = (
    "layout",
    "base",
    "need",
    "age_group",
    "zone",
    "measure",
    "unit",
    "outlet",
    "format",
    "name",
    "score",
    "met",
    "reason",
    "zh",
    "en",
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is run by a spreadsheet
SHIELD: Final = "'"


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table as CSV in UTF-8.

    Coordinates have centimetres, other numbers six significant digits and never fewer than all that stand before the
    decimal point. A text that a spreadsheet would take for a formula has an apostrophe in front; `read_table` takes it
    off again.
    """
    told = {name: _cells(str(name), table[name]) for name in table.columns}
    pd.DataFrame(told, columns=table.columns).to_csv(file, index=False, lineterminator="\n", encoding="utf-8")


def read_table(file: Path) -> pd.DataFrame:
    """A table as it was written: names as text, and missing numbers as NaN."""
    columns = pd.read_csv(file, nrows=0, encoding="utf-8").columns
    text = {name: str for name in columns if name in TEXT_COLUMNS}
    missing = {name: "" for name in columns if name not in text}
    table = pd.read_csv(file, dtype=text, keep_default_na=False, na_values=missing, encoding="utf-8")
    return table.assign(**{name: table[name].map(_without_shield) for name in text})


def _cells(name: str, column: pd.Series) -> Any:
    """A column as it is written."""
    if pd.api.types.is_float_dtype(column):
        numbers = column.to_numpy(float)
        return _written(numbers, "%.2f" if name in COORDINATES else "%.6g")
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column
    return column.astype(object).map(lambda cell: f"{SHIELD}{cell}" if str(cell).startswith(FORMULA) else cell)


def _written(numbers: Floats, form: str) -> Any:
    """Numbers as text, those that have more than six digits before the point to the unit; an empty cell for NaN."""
    shown = np.round(numbers, 2) + 0.0 if form == "%.2f" else numbers
    text = np.char.mod(form, shown).astype(object)
    large = np.abs(numbers) >= 999_999.5
    if form != "%.2f" and large.any():
        text[large] = np.char.mod("%.0f", numbers[large])
    text[np.isnan(numbers)] = ""
    return text


def _without_shield(cell: str) -> str:
    return cell[1:] if cell.startswith(SHIELD) and cell[1:].startswith(FORMULA) else cell
