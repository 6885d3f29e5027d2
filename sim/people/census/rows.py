"""The row of a census sheet that counts the district that is asked for."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Final

import pandas as pd

from sim.errors import InputError
from sim.notes import Note
from sim.people.census.columns import Band
from sim.people.config import CENSUS_KEY, CensusConfig
from sim.place.read import plain, read_number

CALLED_TOTAL: Final = ("合计", "总计", "总数", "共计", "total", "sum")


def find_row(
    table: pd.DataFrame, bands: dict[Band, dict[str, str]], config: CensusConfig, path: Path
) -> tuple[int, list[Note]]:
    """The row that is asked for, and a note where it is a total beside its parts.

    Of several rows that carry the name it is their total: the one that counts as many as all others together, or is
    called a total. Raises `InputError` where there is none, or several and no total.
    """
    ages = {column for columns in bands.values() for column in columns.values()}
    places = [name for name in table.columns if name not in ages]
    if config.name:
        if config.name not in table:
            raise InputError(
                f"{path}: no column {config.name!r} ({CENSUS_KEY}.name); its columns are {', '.join(places)}"
            )
        places = [config.name]
    if config.row is None:
        rows = list(table.index)
    else:
        rows = list(table.index[table[places].map(lambda cell: is_named(cell, plain(config.row))).any(axis=1)])
    if not rows:
        names = [cell for name in places for cell in table[name].unique() if cell and read_number(cell) is None]
        near = get_close_matches(plain(config.row), names, 5, cutoff=0.3) or names[:5]
        raise InputError(
            f"{path}: no row has {config.row!r} as a name or code ({CENSUS_KEY}.row); there are {', '.join(near)}"
        )
    if len(rows) == 1:
        return rows[0], []
    held = table.loc[rows, [column for columns in bands.values() for column in columns.values()]].map(read_number)
    sizes = held.astype(float).sum(axis=1, skipna=False)
    whole = [at for at in rows if abs(2 * sizes[at] - sizes.sum(skipna=False)) < 0.5]
    if len(rows) == 2 and len(whole) == 2 and (held.iloc[0] == held.iloc[1]).all():
        whole = whole[:1]  # a city of one district
    called = [
        at for at in rows if any("".join(str(cell).split()).lower() in CALLED_TOTAL for cell in table.loc[at, places])
    ]
    for totals in (whole, called):
        if len(totals) == 1:
            note = f"row {totals[0] + 1} is taken, the total of {len(rows) - 1:,} others, which are not added to it."
            return totals[0], [Note(f"{path}: {note}")]
    words = [" ".join(cell for cell in table.loc[at, places[:4]] if cell) for at in rows[:8]]
    asked = (
        f"{config.row!r} stands in {len(rows):,} rows" if config.row else f"not given, and there are {len(rows):,} rows"
    )
    raise InputError(
        f"{path}: {CENSUS_KEY}.row: {asked}, none of them the total of the others: {'; '.join(words)}"
        f"{'; …' if len(rows) > 8 else ''}; give a name or code that only one of them has, or its column "
        f"as {CENSUS_KEY}.name"
    )


def is_named(cell: str, asked: str) -> bool:
    """Whether a cell is the name or code that is asked for; the codes 150300 and 150300.0 are one."""
    if cell == asked:
        return True
    code = read_number(cell) if asked.isdigit() else None
    return code is not None and code == float(asked)
