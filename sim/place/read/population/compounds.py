"""People who are counted by compounds, laid on the homes that carry the same name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.notes import Note, name_some
from sim.place.config import PopulationConfig
from sim.place.read.lived_in import Buildings
from sim.place.read.population.allocation import Allocation
from sim.place.read.population.counts import POPULATION_KEY
from sim.place.read.tables import plain


def allocate_by_name(names: pd.Series, total: Floats, buildings: Buildings, config: PopulationConfig) -> Allocation:
    """Homes of the compounds of a table: the buildings that carry its name, by weight.

    Raises `InputError` where a row has no name, two have the same, or no building carries any of them.
    """
    if not any(buildings.compound):
        raise InputError(
            f"{POPULATION_KEY}.compound: {config.compound!r} joins people to homes by the name of their compound, but "
            "homes carry none; give place.homes.file and the column of names as place.homes.compound"
        )
    row_of = rows_by_name(names, total, config)
    named = [plain(name) for name in buildings.compound]
    row = np.array([row_of.get(name, -1) for name in named], dtype=np.int64)
    if not (row >= 0).any():
        raise InputError(
            f"{config.file}: no compound of its column {config.compound!r} ({name_some(list(row_of))}) is one of the "
            f"homes ({name_some(sorted(set(named) - {''}))}); names are compared as a whole"
        )
    notes = notes_homeless(row_of, row, total) + notes_uncounted(named, row, buildings.weight, config)
    home = np.flatnonzero((row >= 0) & (total[np.maximum(row, 0)] > 0))
    if not len(home):
        raise InputError(f"{config.file}: column {config.total!r} counts nobody in any compound where homes are")
    row, weight = row[home], buildings.weight[home]
    part = weight / np.bincount(row, weights=weight, minlength=len(total))[row]
    return Allocation(row, buildings.xy[home], part, len(np.unique(row)), "compounds", notes)


def rows_by_name(names: pd.Series, total: Floats, config: PopulationConfig) -> dict[str, int]:
    """The row of each compound by its name."""
    row_of: dict[str, int] = {}
    for at, name in enumerate(map(plain, names)):
        if not name and total[at] > 0:
            raise InputError(
                f"{config.file}: row {names.index[at] + 1} counts {total[at]:,.0f} people but its "
                f"{config.compound!r} is empty; give the name of the compound"
            )
        if name and name in row_of:
            raise InputError(
                f"{config.file}: rows {names.index[row_of[name]] + 1} and {names.index[at] + 1} are both called "
                f"{name!r} ({total[row_of[name]]:,.0f} and {total[at]:,.0f} people); keep one, or tell them apart"
            )
        if name:
            row_of[name] = at
    return row_of


def notes_homeless(row_of: dict[str, int], row: Ints, total: Floats) -> list[Note]:
    """A note of the people of compounds whose name no home carries."""
    homeless = [(name, at) for name, at in row_of.items() if at not in row and total[at] > 0]
    if not homeless:
        return []
    people = sum(total[at] for _, at in homeless)
    return [
        Note(
            f"{people:,.0f} people of {len(homeless):,} compounds of which no home "
            f"carries the name are left out: {name_some([name for name, _ in homeless])}.",
            share=float(people / total.sum()),
            remedy="Write the names alike in both files, or give the buildings that are missing.",
        )
    ]


def notes_uncounted(named: list[str], row: Ints, weight: Floats, config: PopulationConfig) -> list[Note]:
    """A note of the homes of compounds that the table does not count."""
    uncounted = [name for name, at in zip(named, row, strict=True) if at < 0]
    if not uncounted:
        return []
    without = f", {uncounted.count(''):,} of them without a name" if "" in uncounted else ""
    return [
        Note(
            f"{len(uncounted):,} of {len(named):,} homes are in no compound that {config.file} counts{without}; "
            f"nobody lives there: {name_some(sorted(set(uncounted) - {''})) or 'no names'}.",
            share=float(weight[row < 0].sum() / weight.sum()),
            remedy="Write the names alike in both files, or add rows for these compounds.",
        )
    ]
