"""Tables: rows of text, from CSV files and spreadsheets, and the numbers in them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from sim.columns import Floats
from sim.errors import InputError

TABLES: Final = (".csv", ".txt", ".tsv", ".xlsx")
SEPARATORS: Final = ",\t;|"
BYTE_ORDER_MARKS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS: Final = ("utf-8-sig", "gb18030")
# A cell so long is a quote that was never closed.
LONGEST_CELL: Final = 1_000_000
# What stands in a cell that says nothing.
NOTHING: Final = ("", "-", "–", "—")
# Words of counting that may follow a number.
COUNTED: Final = re.compile(r"(?<=\d)\s*(?:人|口|户|名|个|people|persons)$", re.IGNORECASE)
# 1,234 and 1 234 567 are numbers; 12,34 is none.
THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?")
PLAIN_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def read_table(path: Path, sheet: str | None = None) -> pd.DataFrame:
    """The rows of a table as columns of text: CSV in UTF-8 (with or without a BOM), UTF-16 with one, or GB18030; or a
    sheet of a spreadsheet in .xlsx, the first where none is named.

    Raises `InputError` where the file is a folder, cannot be read, is empty, has one column only, or rows that do not
    fit its header.
    """
    if path.is_dir():
        raise InputError(f"{path}: is a folder; the path of a table is needed ({', '.join(TABLES)})")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: not read ({error.strerror or error}); a file that you may read is needed") from None
    rows = sheet_rows(path, raw, sheet) if path.suffix.lower() == ".xlsx" else text_rows(path, raw)
    if not rows:
        raise InputError(f"{path}: an empty table; a header and rows are needed")
    header, *body = rows
    named = sum(bool(name.strip()) for name in header)
    if named < 2:
        raise InputError(
            f"{path}: its first row has {named} column{'s' * (named != 1)} ({' '.join(header).strip()[:60]!r}); a "
            "header of two columns or more is needed, separated by a comma, semicolon or tab"
        )
    for number, row in enumerate(body, start=1):
        if len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
            raise InputError(
                f"{path}: row {number} has {len(row)} fields and the header {len(header)} "
                f"({', '.join(row)[:60]!r}): is the file cut off, or a comma not in quotes? Mend the row, or save the "
                "table again"
            )
    width = len(header)
    return pd.DataFrame([row[:width] for row in body], columns=unlike(header), dtype=object)


def text_rows(path: Path, raw: bytes) -> list[list[str]]:
    """The rows of a table of text that are not blank."""
    if (
        raw[:4] == b"PK\x03\x04"
        or raw[:4] == b"\xd0\xcf\x11\xe0"
        or (b"\0" in raw[:4096] and raw[:2] not in BYTE_ORDER_MARKS)
    ):
        raise InputError(f"{path}: is no text, but a spreadsheet or another kind of file; save it as CSV or as .xlsx")
    text = decode(path, raw)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    csv.field_size_limit(LONGEST_CELL)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if any(cell.strip() for cell in row):
                rows.append(row)
    except csv.Error as error:
        raise InputError(
            f"{path}: row {len(rows)}: a quote is not closed or stands within a cell ({error}); is the file cut off? "
            "Mend the row, or save the table again"
        ) from None
    return rows


def decode(path: Path, raw: bytes) -> str:
    """The text of a file, by its BOM, else in the first encoding that it fits."""
    marked = BYTE_ORDER_MARKS.get(raw[:2])
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path}: neither UTF-8 nor GB18030; save the table in one of them")


def sheet_rows(path: Path, raw: bytes, sheet: str | None) -> list[list[str]]:
    """The rows of a sheet of a spreadsheet that are not blank, as text; short rows are filled."""
    try:
        book = pd.ExcelFile(io.BytesIO(raw), engine="openpyxl")
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not read as a spreadsheet ({error}); save it as .xlsx again, or as CSV") from None
    names = [str(name) for name in book.sheet_names]
    if sheet is not None and sheet not in names:
        raise InputError(f"{path}: no sheet {sheet!r}; its sheets are {', '.join(names)}")
    cells = pd.read_excel(book, sheet_name=sheet or names[0], header=None, dtype=object, na_filter=False)
    rows = [[cell_text(cell) for cell in row] for row in cells.itertuples(index=False)]
    return [row for row in rows if any(cell.strip() for cell in row)]


def cell_text(cell: object) -> str:
    """A cell of a spreadsheet as a table of text has it: 300, where it is kept as 300.0."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def unlike(header: Sequence[str]) -> list[str]:
    """Names of columns of which no two are alike: a second `pop` is `pop.1`, an empty one `Unnamed: 3`."""
    names: list[str] = []
    for at, cell in enumerate(header):
        name = cell.strip() or f"Unnamed: {at}"
        again = name
        while again in names:
            again = f"{name}.{names.count(again) + sum(known.startswith(f'{name}.') for known in names)}"
        names.append(again)
    return names


def plain(text: object) -> str:
    """A name as it is compared: without spaces around it, its letters and digits of one width."""
    return "" if text is None or text != text else unicodedata.normalize("NFKC", str(text)).strip()


def read_number(text: object) -> float | None:
    """The number that a cell says beyond doubt, or None: 1,234, １２３ and 300人 are numbers, 12,34 and 三百 not."""
    word = COUNTED.sub("", plain(text).replace("\u2212", "-"))
    if THOUSANDS.fullmatch(word):
        word = re.sub(r"[, ]", "", word)
    elif not PLAIN_NUMBER.fullmatch(word):
        return None
    value = float(word)
    return value if np.isfinite(value) else None


def as_numbers(column: pd.Series) -> Floats:
    """A column as numbers, NaN where there is none."""
    if pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        return np.where(np.isfinite(values), values, np.nan)
    return np.array([np.nan if (value := read_number(cell)) is None else value for cell in column], dtype=float)


def count_people(column: pd.Series, file: object, codes: Collection[float], remedy: str) -> Floats:
    """People in each row of a column, NaN where its cell is empty or a code that is no count.

    Raises `InputError` with row, column and value where it holds anything else than a number from 0 up.
    """
    values = as_numbers(column)
    if pd.api.types.is_numeric_dtype(column):
        told = ~column.isna().to_numpy()
    else:
        told = np.array([plain(cell) not in NOTHING for cell in column], dtype=bool)
    bad = told & ~(values >= 0) & ~np.isin(values, list(codes))
    if bad.any():
        at = int(np.argmax(bad))
        value = str(column.iloc[at])
        also = f" ({np.count_nonzero(bad):,} such)" if np.count_nonzero(bad) > 1 else ""
        raise InputError(
            f"{file}: row {column.index[at] + 1}, column {str(column.name)!r}: {value!r}{also}; a number "
            f"of people from 0 up is needed, or an empty cell for nobody{remedy}"
        )
    return np.where(values >= 0, values, np.nan)


def column_names(rows: pd.DataFrame) -> str:
    """The columns that are there, for messages."""
    return ", ".join(name for name in map(str, rows.columns) if name != "geometry")
