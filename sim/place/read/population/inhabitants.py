"""Inhabitants: where the people of a count live."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from sim.columns import Floats, seal
from sim.notes import Note
from sim.place.config import PopulationConfig
from sim.place.read.layers import read_layer
from sim.place.read.lived_in import Buildings
from sim.place.read.population.cells import allocate_by_place
from sim.place.read.population.compounds import allocate_by_name
from sim.place.read.population.counts import POPULATION_KEY, count_rows, numbers, read_counts
from sim.place.read.population.totals import leave_out_totals
from sim.place.read.tables import TABLES, read_table


@dataclass(frozen=True)
class Inhabitants:
    """Where counted people live, one row for each home.

    Fields:
        xy (home, 2): metres.
        weight (home,): people.
        age_from: the lowest age of each band.
        age_weight (home, band): people by age, as in `Homes`.
        notes: what the count lacks.
    """

    xy: Floats
    weight: Floats
    age_from: tuple[int, ...]
    age_weight: Floats
    notes: tuple[Note, ...]

    def __post_init__(self) -> None:
        seal(self)


def read_population(config: PopulationConfig, crs: str, bounds: shapely.Polygon, buildings: Buildings) -> Inhabitants:
    """The counted people who live within `bounds`.

    `bounds` and `buildings` are in `crs`, in metres. People of a cell live in its residential buildings, else in the
    others, by weight; where there are none, at the middle of the cell. A cell cut by the bounds counts by the share of
    its area inside. A point is a home itself. With `config.compound` people live in the buildings of the compound of
    that name. Raises `InputError` where the file, its CRS or a column is missing, or nobody lives in the bounds.
    """
    rows = read_counts(config) if config.compound else read_layer(config, POPULATION_KEY)
    rows, notes = leave_out_totals(rows, config)
    counts = count_rows(rows, config)
    if config.compound:
        spread = allocate_by_name(rows[config.compound], counts.total, buildings, config)
    else:
        notes += find_unplaced(rows, config)
        shapes = rows.geometry.to_crs(crs)
        spread = allocate_by_place(shapes, counts.total, bounds, buildings, config)
    weight = counts.total[spread.row] * spread.part
    ages = np.where(counts.known[:, None], counts.ages, np.nan)[spread.row] * spread.part[:, None]
    unknown = ~counts.known[spread.row]
    unaged = []
    if config.ages and unknown.any():
        unaged.append(
            Note(
                f"{weight[unknown].sum():,.0f} people live in {len(np.unique(spread.row[unknown])):,} of {spread.n:,} "
                f"{spread.kind} whose ages are not counted; theirs are drawn from the profile of the place.",
                share=float(weight[unknown].sum() / weight.sum()),
                remedy="Give their ages, or the census sheet of the place (people.census).",
            )
        )
    return Inhabitants(
        xy=spread.xy,
        weight=weight,
        age_from=tuple(sorted(config.ages)),
        age_weight=ages,
        notes=(*notes, *counts.notes, *spread.notes, *unaged),
    )


def find_unplaced(rows: Any, config: PopulationConfig) -> list[Note]:
    """A note of the people in those rows of a table that do not say where they lie."""
    path = Path(config.file or "").expanduser()
    if path.suffix.lower() not in TABLES:
        return []
    table, _ = leave_out_totals(read_table(path, config.layer), config)
    lost = ~table.index.isin(rows.index)
    people = np.nan_to_num(numbers(table, config.total, config))
    if not people[lost].sum() > 0:
        return []
    return [
        Note(
            f"{config.file}: {people[lost].sum():,.0f} people of {np.count_nonzero(lost):,} rows without coordinates "
            "are left out.",
            share=people[lost].sum() / people.sum(),
            remedy="Give these rows coordinates.",
        )
    ]
