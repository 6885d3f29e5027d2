"""The format of an outlet, from the codes and words of its category."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from sim.errors import InputError
from sim.place.read.sites_table.columns import (
    OUTLETS_KEY,
)


def formats_of(code: pd.Series[str], category: pd.Series[str], formats: Mapping[str, str]) -> pd.Series[Any]:
    """The format of each row, "" for what is no outlet, None for what the mapping does not know."""
    if not formats:
        raise InputError(
            f"{OUTLETS_KEY}.formats: empty; give the format of each category, or take place=files, which has a table "
            "for AMap and Baidu"
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
