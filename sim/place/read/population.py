"""People counted by cells, at points or by compounds, laid on the homes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from sim.columns import Bools, Floats, seal
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import PopulationConfig
from sim.place.read.layers import open_layer, read_layer
from sim.place.read.tables import TABLES, count_people, plain, read_table

Shapes = NDArray[np.object_]
Rows = NDArray[np.int64]

KEY: Final = "place.population"
TOTALS: Final = ("合计", "总计", "总数", "共计", "小计", "total", "subtotal", "sum", "grandtotal")
# A first or last row that is the sum of this many others is their total, named or not [A].
PARTS_OF_A_TOTAL: Final = 4
# Ages that add up to within this share of all residents, or one of them, are rounded [A].
ROUNDED_SHARE: Final = 0.01


@dataclass(frozen=True)
class Buildings:
    """Buildings where people may live, one row each.

    `xy` (building, 2) metres; `weight` room for residents, which is an estimate of them where `sized` by floor area,
    else a proportion; `residential` where the source says so; `compound` names, "" for none, or () where not told;
    `guessed` whose storeys nobody told, and the `guess` that was made of them, in words.
    """

    xy: Floats
    weight: Floats
    residential: Bools
    compound: tuple[str, ...] = ()
    sized: bool = True
    guessed: Bools = field(default_factory=lambda: np.empty(0, np.bool_))
    guess: str = ""

    def __post_init__(self) -> None:
        if not len(self.guessed):
            object.__setattr__(self, "guessed", np.zeros(len(self.xy), np.bool_))
        seal(self)

    def __len__(self) -> int:
        return len(self.xy)


@dataclass(frozen=True)
class Inhabitants:
    """Where counted people live, one row per home, and notes of what the count lacks.

    `xy` (home, 2) metres; `weight` people; `age_from` and `age_weight` (home, band) as in `Homes`.
    """

    xy: Floats
    weight: Floats
    age_from: tuple[int, ...]
    age_weight: Floats
    notes: tuple[Note, ...]

    def __post_init__(self) -> None:
        seal(self)


class Counts(NamedTuple):
    """People of each row `total` (row,), by age band `ages` (row, band), and whether the ages are `known` (row,)."""

    total: Floats
    ages: Floats
    known: Bools
    notes: list[Note]


class Spread(NamedTuple):
    """Homes of counted rows: the `row` that each belongs to, its `xy` (home, 2), and the `part` of the row's people
    there; `n` rows of what `kind` that were spread.
    """

    row: Rows
    xy: Floats
    part: Floats
    n: int
    kind: str
    notes: list[Note]


def read_population(config: PopulationConfig, crs: str, bounds: shapely.Polygon, buildings: Buildings) -> Inhabitants:
    """The people of a count who live within `bounds`.

    `bounds` and `buildings` are in `crs`, in metres. People of a cell live in its residential buildings, else in the
    others, by weight; where there are none, at the middle of the cell. A cell cut by the bounds counts by the share of
    its area inside. A point is a home itself. With `config.compound` people live in the buildings of the compound of
    that name. Raises `InputError` where the file, its CRS or a column is missing, or nobody lives in the bounds.
    """
    rows = read_counts(config) if config.compound else read_layer(config, KEY)
    rows, notes = leave_out_totals(rows, config)
    counts = count_rows(rows, config)
    if config.compound:
        spread = spread_by_name(rows[config.compound], counts.total, buildings, config)
    else:
        notes += find_unplaced(rows, config)
        shapes = rows.geometry.to_crs(crs)
        spread = spread_by_place(shapes, counts.total, bounds, buildings, config)
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


def read_counts(config: PopulationConfig) -> pd.DataFrame:
    """The rows of a table that need not say where they lie."""
    path = Path(config.file or "").expanduser()
    if not path.exists():
        raise InputError(f"{path}: not there; {KEY}.file is the path of a GIS layer or a table")
    rows: pd.DataFrame = (
        read_table(path, config.layer) if path.suffix.lower() in TABLES else open_layer(path, config, KEY)
    )
    if config.compound not in rows:
        raise InputError(f"{path}: no column {config.compound!r}; its columns are {columns_of(rows)}")
    return rows


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


def spread_by_place(
    rows: Any, total: Floats, bounds: shapely.Polygon, buildings: Buildings, config: PopulationConfig
) -> Spread:
    """Homes of the cells and points within the bounds where somebody is counted."""
    shapes: Shapes = np.asarray(rows.array)
    dimension = shapely.get_dimensions(shapes)
    if (dimension == 1).any():
        line = int(np.argmax(dimension == 1))
        raise InputError(
            f"{config.file}: row {rows.index[line] + 1} is a {shapes[line].geom_type}; people are counted by "
            "polygons or at points"
        )
    at = np.flatnonzero((total > 0) & shapely.intersects(shapes, bounds))
    if not len(at):
        raise InputError(
            f"{config.file}: nobody is counted within the bounds of the streets; give the grid of this "
            "place, and check that its coordinate system is the one that it says"
        )
    cells = dimension[at] == 2
    whole = shapely.make_valid(shapes[at])
    inside = shapely.intersection(whole, bounds)
    area = shapely.area(whole)
    share = np.divide(shapely.area(inside), area, out=np.ones(len(at)), where=area > 0)
    notes = []
    beyond = total.sum() - (total[at] * share).sum()
    if beyond >= 0.5:
        notes.append(
            Note(
                f"{config.file}: {beyond:,.0f} people are counted beyond the bounds of the streets, and left out.",
                remedy="If they are of this place, give streets that reach them.",
            )
        )
    inside[~cells] = shapely.centroid(whole[~cells])
    place, xy, part, unbuilt = spread_over_buildings(inside, buildings, cells)
    empty = unbuilt[cells[unbuilt]]
    if len(empty):
        homeless, everybody = (total[at] * share)[empty].sum(), (total[at] * share).sum()
        notes.append(
            Note(
                f"{homeless:,.0f} people live in {len(empty):,} of {len(at):,} grid cells where the map has no home; "
                "they start from the middle of their cell.",
                share=float(homeless / everybody),
                remedy="Give the buildings as place.homes.file, or a finer grid.",
            )
        )
    if len(buildings) and not cells.all():
        notes.append(
            Note(
                f"{np.count_nonzero(~cells):,} points where people are counted are homes themselves; no building is "
                "looked up for them."
            )
        )
    kind = "grid cells" if cells.all() else "points"
    return Spread(at[place], xy, part * share[place], len(at), kind, notes)


def spread_over_buildings(cells: Shapes, buildings: Buildings, areas: Bools) -> tuple[Rows, Floats, Floats, Rows]:
    """Homes for the people of each cell, and the cells without a building, among them all that are no `areas`.

    Returns the cell of each home, its xy (home, 2), the share of the cell's people there, and rows of cells.
    """
    row, building = shapely.STRtree(shapely.points(buildings.xy)).query(cells[areas], predicate="intersects")
    cell = np.flatnonzero(areas)[row]
    homely = buildings.residential[building]
    chosen = homely | ~np.isin(cell, cell[homely])
    cell, building = cell[chosen], building[chosen]
    weight = buildings.weight[building]
    part = weight / np.bincount(cell, weights=weight, minlength=len(cells))[cell]
    unbuilt = np.setdiff1d(np.arange(len(cells)), cell)
    middles = shapely.get_coordinates(shapely.centroid(cells[unbuilt]))
    return (
        np.concatenate([cell, unbuilt]),
        np.concatenate([buildings.xy[building], middles]),
        np.concatenate([part, np.ones(len(unbuilt))]),
        unbuilt,
    )


def spread_by_name(names: pd.Series, total: Floats, buildings: Buildings, config: PopulationConfig) -> Spread:
    """Homes of the compounds of a table: the buildings that carry its name, by weight.

    Raises `InputError` where a row has no name, two have the same, or no building carries any of them.
    """
    if not any(buildings.compound):
        raise InputError(
            f"{KEY}.compound: {config.compound!r} joins people to homes by the name of their compound, but homes carry "
            "none; give place.homes.file and the column of names as place.homes.compound"
        )
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
    named = [plain(name) for name in buildings.compound]
    row = np.array([row_of.get(name, -1) for name in named], dtype=np.int64)
    if not (row >= 0).any():
        raise InputError(
            f"{config.file}: no compound of its column {config.compound!r} ({some(list(row_of))}) is one of the homes "
            f"({some(sorted(set(named) - {''}))}); names are compared as a whole"
        )
    notes = []
    homeless = [(name, at) for name, at in row_of.items() if at not in row and total[at] > 0]
    if homeless:
        notes.append(
            Note(
                f"{sum(total[at] for _, at in homeless):,.0f} people of {len(homeless):,} compounds of which no home "
                f"carries the name are left out: {some([name for name, _ in homeless])}.",
                share=float(sum(total[at] for _, at in homeless) / total.sum()),
                remedy="Write the names alike in both files, or give the buildings that are missing.",
            )
        )
    uncounted = [name for name, at in zip(named, row, strict=True) if at < 0]
    if uncounted:
        without = f", {uncounted.count(''):,} of them without a name" if "" in uncounted else ""
        notes.append(
            Note(
                f"{len(uncounted):,} of {len(named):,} homes are in no compound that {config.file} counts{without}; "
                f"nobody lives there: {some(sorted(set(uncounted) - {''})) or 'no names'}.",
                share=float(buildings.weight[row < 0].sum() / buildings.weight.sum()),
                remedy="Write the names alike in both files, or add rows for these compounds.",
            )
        )
    home = np.flatnonzero((row >= 0) & (total[np.maximum(row, 0)] > 0))
    if not len(home):
        raise InputError(f"{config.file}: column {config.total!r} counts nobody in any compound where homes are")
    row, weight = row[home], buildings.weight[home]
    part = weight / np.bincount(row, weights=weight, minlength=len(total))[row]
    return Spread(row, buildings.xy[home], part, len(np.unique(row)), "compounds", notes)


def some(names: Sequence[str], most: int = 5) -> str:
    """The first few of some names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


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
                f"code of {KEY}.not_counts; nobody is placed there."
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
        what = f"no column {column!r}" if column else f"{KEY}.total is not given"
        raise InputError(f"{config.file}: {what}; its columns are {columns_of(grid)}")
    values = count_people(
        grid[column], config.file, config.not_counts, f"; codes that are no counts go in {KEY}.not_counts"
    )
    if not np.isfinite(values).any():
        raise InputError(f"{config.file}: column {column!r} holds no numbers; its columns are {columns_of(grid)}")
    return values


def columns_of(rows: pd.DataFrame) -> str:
    """The columns that are there, for messages."""
    return ", ".join(name for name in map(str, rows.columns) if name != "geometry")
