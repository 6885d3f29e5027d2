"""The numbers in a row of a census sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from sim.errors import InputError
from sim.place.read import read_number

PEOPLE: Final = (
    "人口数_合计",
    "总人口",
    "常住人口",
    "人口数",
    "人口",
    "合计",
    "总计",
    "total",
    "population",
    "people",
    "pop",
)
IN_HOUSEHOLDS: Final = ("家庭户人口数", "家庭户人口", "household_population")
HOUSEHOLDS: Final = ("家庭户数", "家庭户户数", "households")
SIZE: Final = ("户规模", "平均家庭户规模", "household_size")


def people_of_band(row: pd.Series, columns: dict[str, str], path: Path, at: int) -> tuple[float, float | None]:
    """All people of a group of ages in a row, and the women among them, None where sexes are not told."""
    told = {}
    for sex, column in columns.items():
        value = read_number(str(row[column]))
        if value is None or value < 0:
            raise InputError(
                f"{path}: row {at + 1}, column {column!r}: {row[column]!r}; a number of people from 0 up is needed"
            )
        told[sex] = value
    if {"male", "female"} <= told.keys():
        return told["male"] + told["female"], told["female"]
    if "both" not in told:
        other = "women" if "male" in told else "men"
        raise InputError(f"{path}: column {next(iter(columns.values()))!r} has no partner that counts the {other}")
    if "male" in told or "female" in told:
        women = told["female"] if "female" in told else told["both"] - told["male"]
        if not 0 <= women <= told["both"]:
            raise InputError(
                f"{path}: row {at + 1}: {', '.join(f'{columns[sex]} {told[sex]:,.0f}' for sex in told)}; one sex "
                "cannot be more than both"
            )
        return told["both"], women
    return told["both"], None


def household_size(row: pd.Series, path: Path, at: int) -> float | None:
    """People per family household, from both their numbers, else as the sheet says; None where it does not."""
    people, households = first_number(row, IN_HOUSEHOLDS), first_number(row, HOUSEHOLDS)
    size = people / households if people and households else first_number(row, SIZE)
    if size is not None and not 1 <= size <= 20:
        raise InputError(f"{path}: row {at + 1}: {size:.2f} people per household; 1 to 20 are accepted")
    return size


def first_number(row: pd.Series, names: tuple[str, ...]) -> float | None:
    """The number in the first column that has one of some names, or None."""
    named = {str(column).lower(): column for column in row.index}
    found = [read_number(str(row[named[name]])) for name in names if name in named]
    return found[0] if found else None
