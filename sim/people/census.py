"""The census sheet of a district: how many people of which age and sex, and how large the households are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import fsum
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from sim.errors import InputError
from sim.notes import Note
from sim.people.ages import AGES_END
from sim.place.read import plain, read_number, read_table

CENSUS_KEY: Final = "people.census"
SEXES: Final = {
    **dict.fromkeys(("男", "男性", "男性人口", "male", "males", "m", "men"), "male"),
    **dict.fromkeys(("女", "女性", "女性人口", "female", "females", "f", "women"), "female"),
    **dict.fromkeys(("", "合计", "小计", "计", "总计", "人口", "人口数", "常住人口", "总人口", "人数"), "both"),
    **dict.fromkeys(("total", "people", "persons", "population", "pop", "all", "both"), "both"),
}
CALLED_TOTAL: Final = ("合计", "总计", "总数", "共计", "total", "sum")
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

# What is left of a header once a band of ages is taken out says whom it counts.
FILLERS: Final = re.compile(r"周?岁|years?( old)?|ages?d?|年龄组?|人$|[\s_()\[\]/:,.]")
SPAN: Final = re.compile(r"(?<![\d.])(\d{1,3})\s*周?岁?\s*(?:[-–—―−~至到]|_(?=\d)|\bto\b)+\s*(\d{1,3})(?![\d.])")
OPEN: Final = re.compile(
    r"(?<![\d.])(\d{1,3})\s*(?:周?岁|years?)?\s*[_ ]?(?:\+|及以上|以上|plus|and[ _]?(?:over|older)|or[ _]?more)"
)
SINGLE: Final = re.compile(r"(?<![\d.])(\d{1,3})(?![\d.])")
NO_END: Final = 130  # where an open group of ages ends
# Groups that add up to the total within this share, or ten people, are rounded [A].
SUM_TOLERANCE: Final = 0.001


@dataclass
class CensusConfig:
    """A census sheet: `file`, a table with a row per district and columns of ages by sex; `row` is the district's name
    or code; `name` the column where it stands (not given: any).
    """

    file: str | None = None
    row: str | None = None
    name: str = ""


class Sheet(NamedTuple):
    """A district in numbers: people by the lowest age of their group, the share of women in each (empty where the sheet
    does not tell sexes), the mean size of family households (None where it does not tell), and notes.
    """

    profile: dict[int, float]
    female_share: dict[int, float]
    household_size: float | None
    notes: tuple[Note, ...]


class Band(NamedTuple):
    """Ages from `low` up to but not including `high`."""

    low: int
    high: int


def read_census(config: CensusConfig, within: Mapping[int, float]) -> Sheet:
    """The district of a census sheet; `within` tells how many people are older than its last group.

    Raises `InputError` where the file or the row is missing, or
    its ages have gaps, overlap, or are no counts.
    """
    path = Path(config.file or "").expanduser()
    if not path.exists():
        raise InputError(f"{path}: not there; {CENSUS_KEY}.file is the path of a table")
    table = read_table(path).map(plain)
    if not len(table):
        raise InputError(f"{path}: a header without rows; a row of the district is needed")
    table.columns = pd.Index([plain(name) for name in table.columns])
    bands = age_columns(list(table.columns))
    if not bands and (lain := lay_flat(table)) is not None:
        if config.row is not None:
            raise InputError(f"{path}: has ages in its rows, so it is of one district; leave {CENSUS_KEY}.row out")
        table = lain
        bands = age_columns(list(table.columns))
    if not bands:
        raise InputError(
            f"{path}: no column of an age group by sex, such as 男_0到4岁, 0-4岁 or 5_9_female, 85+; its columns are "
            f"{', '.join(map(str, table.columns[:12]))}{', …' if len(table.columns) > 12 else ''}"
        )
    bands, notes = leave_out_sums(bands, path)
    at, told = find_row(table, bands, config, path)
    row = pd.Series(table.loc[at])
    people = {band: people_of_band(row, columns, path, at) for band, columns in bands.items()}
    added = fsum(both for both, _ in people.values())
    if not added > 0:
        raise InputError(f"{path}: row {at + 1}: the age groups count nobody")
    total = first_number(row, PEOPLE)
    if total is not None and abs(added - total) > max(10.0, SUM_TOLERANCE * total):
        notes.append(
            Note(
                f"{path}: the age groups of row {at + 1} add up to {added:,.0f} people, the row says {total:,.0f}; the "
                "groups are taken.",
                share=min(abs(added - total) / max(added, total), 1.0),
                remedy="Look for a group of ages that is missing, or is counted twice, in the sheet.",
            )
        )
    profile: dict[int, float] = {}
    for band, (both, _) in sorted(people.items()):
        low = band.low if band.low < AGES_END else max(profile)  # the few people in the last groups of a long sheet
        profile[low] = profile.get(low, 0.0) + both
    ends = max(people).high
    if ends < AGES_END:
        profile[ends] = 0.0
        older = sum(share for age, share in within.items() if age >= ends) / max(sum(within.values()), 1e-9)
        notes.append(
            Note(
                f"{path}: nobody is counted from age {ends} on, so nobody that old lives in the place.",
                share=older,
                remedy=f"Add the column of those aged {ends} or more, such as {ends}+ or {ends}岁以上.",
            )
        )
    size = household_size(row, path, at)
    by_sex = all(women is not None for _, women in people.values())
    return Sheet(
        profile=profile,
        female_share={
            band.low: (women or 0.0) / both if both else 0.5 for band, (both, women) in sorted(people.items())
        }
        if by_sex
        else {},
        household_size=size,
        notes=(*told, *notes),
    )


def read_band(header: str) -> tuple[Band, str] | None:
    """The ages and the sex (male, female, both) that a column counts, or None where it counts something else."""
    text = header.strip().lower()
    for pattern, closed in ((OPEN, False), (SPAN, True), (SINGLE, True)):
        found = pattern.search(text)
        if not found:
            continue
        rest = text[: found.start()] + " " + text[found.end() :]
        sex = SEXES.get(FILLERS.sub("", rest))
        if sex is None or (pattern is SINGLE and not re.search(r"岁|年龄|age|year|male|男|女", text)):
            return None
        low = int(found[1])
        high = (int(found[2]) if pattern is SPAN else low) + 1 if closed else NO_END
        return (Band(low, high), sex) if low < high <= NO_END else None
    return None


def age_columns(headers: list[str]) -> dict[Band, dict[str, str]]:
    """For each group of ages, in their order, the columns that count it by sex."""
    bands: dict[Band, dict[str, str]] = {}
    for header in headers:
        if read := read_band(header):
            bands.setdefault(read[0], {}).setdefault(read[1], header)
    return dict(sorted(bands.items()))


def lay_flat(table: pd.DataFrame) -> pd.DataFrame | None:
    """A sheet of one district, with a row per group of ages and columns by sex, as one row; None where it is none."""
    word = {column: FILLERS.sub("", column.lower()) for column in table.columns}
    ages = next((column for column in table.columns if not word[column]), None)
    sexes = [column for column in table.columns if word[column] in SEXES and word[column]]
    if ages is None or not sexes:
        return None
    return pd.DataFrame(
        [
            {
                f"{sex} {ages} {cell}": row[sex]
                for cell, (_, row) in zip(table[ages], table.iterrows(), strict=True)
                for sex in sexes
            }
        ]
    )


def leave_out_sums(bands: dict[Band, dict[str, str]], path: Path) -> tuple[dict[Band, dict[str, str]], list[Note]]:
    """The groups of ages without those that other columns divide, such as 0-14 beside 0-4, 5-9 and 10-14; and notes.

    Raises `InputError` where what is left has gaps or overlaps, or does not begin at age 0.
    """
    divided = []
    for band in bands:
        inside = [one for one in bands if one != band and band.low <= one.low and one.high <= band.high]
        covered = {age for one in inside for age in range(one.low, one.high)}
        if len(covered) == band.high - band.low:
            divided.append(band)
    kept = {band: columns for band, columns in bands.items() if band not in divided}
    reached = 0
    for band, columns in kept.items():
        if band.low != reached:
            what = "count some ages twice" if band.low < reached else f"leave out ages {reached} to {band.low - 1}"
            raise InputError(
                f"{path}: its age groups {what}, at column {next(iter(columns.values()))!r}; groups that follow each "
                "other from age 0 on are needed"
            )
        reached = band.high
    if not divided:
        return kept, []
    names = ", ".join(next(iter(bands[band].values())) for band in divided[:5])
    return kept, [Note(f"{path}: {len(divided):,} age groups are sums of others, and left out ({names}).")]


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
