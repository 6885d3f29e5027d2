"""Tables as CSV files: as people open them in a spreadsheet, and as the report reads them back."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

CENTIMETRES: Final = ("x", "y", "from_x", "from_y", "to_x", "to_y")  # columns of metres that are places
# Numbers to six decimals, where values are compared, so that they add up.
ADD_UP: Final = (
    "difference", "ci_low", "ci_high", "base_value", "value", "to_best_difference", "to_best_ci_low", "to_best_ci_high",
)  # fmt: skip
WHOLE_FROM: Final = 999_999.5  # what is larger is written whole and not to six digits
# A spreadsheet runs a cell that begins so, also in the wide signs of Chinese input.
RUNS: Final = re.compile("^'*[=+\\-@\t\r\n＝＋－＠]")
TEXT_COLUMNS: Final = (
    "layout", "base", "part", "need", "age_group", "zone", "measure", "unit", "outlet", "format", "name", "score",
    "met", "mode", "sex", "reason", "few", "zh", "en", "goal", "outcome",
)  # fmt: skip


def write_sheet(table: pd.DataFrame, file: Path | StringIO) -> None:
    """Write a table as CSV in UTF-8.

    Coordinates have centimetres, compared values six decimals, so that they add up, whole numbers all their digits and
    other numbers six. Text that a spreadsheet would run as a formula has an apostrophe before it.
    """
    compared = "base_value" in table.columns
    columns = {name: _texts(name, table[name], compared) for name in table.columns}
    pd.DataFrame(columns, columns=table.columns).to_csv(file, index=False, lineterminator="\n", encoding="utf-8")


def _texts(name: str, column: pd.Series[Any], compared: bool) -> Any:
    if pd.api.types.is_integer_dtype(column):
        return column
    if not pd.api.types.is_float_dtype(column):
        return [safe(cell) if isinstance(cell, str) else cell for cell in column]
    write = centimetres if name in CENTIMETRES else six_decimals if compared and name in ADD_UP else six_digits
    return [write(number) if not np.isnan(number) else "" for number in column.tolist()]


def centimetres(metres: float) -> str:
    """Metres to the centimetre."""
    return f"{metres:.2f}"


def six_decimals(number: float) -> str:
    """A number to six decimals, without the noughts at its end."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def six_digits(number: float) -> str:
    """A number to six digits; a large one to all of its whole digits."""
    return f"{number:.0f}" if WHOLE_FROM <= abs(number) < np.inf else f"{number:.6g}"


def safe(text: str) -> str:
    """Text as a spreadsheet shows it and does not run it."""
    return f"'{text}" if RUNS.match(text) else text


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """A table as `read_sheet` would read it from its file, to the last digit; no file is written."""
    file = StringIO()
    write_sheet(table, file)
    return read_sheet(file)


def read_sheet(file: Path | StringIO) -> pd.DataFrame:
    """A table that `write_sheet` wrote; names stay text whatever they look like."""
    if isinstance(file, StringIO):
        file.seek(0)
    columns = pd.read_csv(file, nrows=0, encoding="utf-8").columns
    if isinstance(file, StringIO):
        file.seek(0)
    text = {name: str for name in columns if name in TEXT_COLUMNS}
    empty = {name: "" for name in columns if name not in text}
    table = pd.read_csv(file, dtype=text, keep_default_na=False, na_values=empty, encoding="utf-8")
    if table.empty:  # which says of no column what it holds
        table = table.astype(dict.fromkeys(empty, float))
    for name in text:
        guarded = table[name].str.match(RUNS.pattern) & table[name].str.startswith("'")
        table.loc[guarded, name] = table.loc[guarded, name].str[1:]
    return table
