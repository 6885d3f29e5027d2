"""The columns of a census sheet: which of them count which ages of which sex."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from sim.errors import InputError
from sim.notes import Note

SEXES: Final = {
    **dict.fromkeys(("男", "男性", "男性人口", "male", "males", "m", "men"), "male"),
    **dict.fromkeys(("女", "女性", "女性人口", "female", "females", "f", "women"), "female"),
    **dict.fromkeys(("", "合计", "小计", "计", "总计", "人口", "人口数", "常住人口", "总人口", "人数"), "both"),
    **dict.fromkeys(("total", "people", "persons", "population", "pop", "all", "both"), "both"),
}
# What is left of a header once a band of ages is taken out says whom it counts.
FILLERS: Final = re.compile(r"周?岁|years?( old)?|ages?d?|年龄组?|人$|[\s_()\[\]/:,.]")
SPAN: Final = re.compile(r"(?<![\d.])(\d{1,3})\s*周?岁?\s*(?:[-–—―−~至到]|_(?=\d)|\bto\b)+\s*(\d{1,3})(?![\d.])")
OPEN: Final = re.compile(
    r"(?<![\d.])(\d{1,3})\s*(?:周?岁|years?)?\s*[_ ]?(?:\+|及以上|以上|plus|and[ _]?(?:over|older)|or[ _]?more)"
)
SINGLE: Final = re.compile(r"(?<![\d.])(\d{1,3})(?![\d.])")
NO_END: Final = 130  # where an open group of ages ends


class Band(NamedTuple):
    """Ages from `low` up to but not including `high`."""

    low: int
    high: int


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
