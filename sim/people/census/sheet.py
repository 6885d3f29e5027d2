"""The census sheet of a district: how many people of which age and sex, and how large the households are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import fsum
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from sim.errors import InputError
from sim.notes import Note
from sim.people.ages import AGES_END
from sim.people.census.columns import Band, age_columns, lay_flat, leave_out_sums
from sim.people.census.numbers import PEOPLE, first_number, household_size, people_of_band
from sim.people.census.rows import find_row
from sim.people.config import CENSUS_KEY, CensusConfig, PeopleConfig
from sim.place.read import plain, read_table

# Groups that add up to the total within this share, or ten people, are rounded [A].
SUM_TOLERANCE: Final = 0.001


class Sheet(NamedTuple):
    """A district in numbers: people by the lowest age of their group, the share of women in each (empty where the sheet
    does not tell sexes), the mean size of family households (None where it does not tell), and notes.
    """

    profile: dict[int, float]
    female_share: dict[int, float]
    household_size: float | None
    notes: tuple[Note, ...]


def read_census(config: CensusConfig, within: Mapping[int, float]) -> Sheet:
    """The district of a census sheet; `within` tells how many people are older than its last group.

    Raises `InputError` where the file or the row is missing, or its ages have gaps, overlap, or are no counts.
    """
    path = Path(config.file or "").expanduser()
    table, bands = open_sheet(path, config)
    bands, notes = leave_out_sums(bands, path)
    at, told = find_row(table, bands, config, path)
    row = pd.Series(table.loc[at])
    people = {band: people_of_band(row, columns, path, at) for band, columns in bands.items()}
    added = fsum(both for both, _ in people.values())
    if not added > 0:
        raise InputError(f"{path}: row {at + 1}: the age groups count nobody")
    notes += check_total(added, first_number(row, PEOPLE), path, at)
    profile, older = profile_of({band: both for band, (both, _) in people.items()}, within, path)
    size = household_size(row, path, at)
    return Sheet(profile, female_shares(people), size, (*told, *notes, *older))


def open_sheet(path: Path, config: CensusConfig) -> tuple[pd.DataFrame, dict[Band, dict[str, str]]]:
    """The rows of a sheet, one for a district, and its columns by group of ages and sex."""
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
    return table, bands


def check_total(added: float, total: float | None, path: Path, at: int) -> list[Note]:
    """A note where the groups of ages add up to another number of people than the row says."""
    if total is None or abs(added - total) <= max(10.0, SUM_TOLERANCE * total):
        return []
    return [
        Note(
            f"{path}: the age groups of row {at + 1} add up to {added:,.0f} people, the row says {total:,.0f}; the "
            "groups are taken.",
            share=min(abs(added - total) / max(added, total), 1.0),
            remedy="Look for a group of ages that is missing, or is counted twice, in the sheet.",
        )
    ]


def profile_of(
    people: Mapping[Band, float], within: Mapping[int, float], path: Path
) -> tuple[dict[int, float], list[Note]]:
    """People by the lowest age of their group, and a note where the last group has an end."""
    profile: dict[int, float] = {}
    for band, both in sorted(people.items()):
        low = band.low if band.low < AGES_END else max(profile)  # the few people in the last groups of a long sheet
        profile[low] = profile.get(low, 0.0) + both
    ends = max(people).high
    if ends >= AGES_END:
        return profile, []
    profile[ends] = 0.0
    older = sum(share for age, share in within.items() if age >= ends) / max(sum(within.values()), 1e-9)
    note = Note(
        f"{path}: nobody is counted from age {ends} on, so nobody that old lives in the place.",
        share=older,
        remedy=f"Add the column of those aged {ends} or more, such as {ends}+ or {ends}岁以上.",
    )
    return profile, [note]


def female_shares(people: Mapping[Band, tuple[float, float | None]]) -> dict[int, float]:
    """The share of women by the lowest age of each group, or nothing where a group does not tell sexes."""
    if any(women is None for _, women in people.values()):
        return {}
    return {band.low: (women or 0.0) / both if both else 0.5 for band, (both, women) in sorted(people.items())}


def take_census(config: PeopleConfig) -> tuple[PeopleConfig, tuple[Note, ...]]:
    """The config with the ages, sexes and household size of its census sheet, where one is given; and notes."""
    if config.census.file is None:
        return config, ()
    sheet = read_census(config.census, config.ages_within)
    counted = replace(
        config,
        census=CensusConfig(),
        profile=sheet.profile,
        female_share=sheet.female_share or config.female_share,
        household_size=sheet.household_size or config.household_size,
    )
    return counted, sheet.notes
