"""Layouts compared in pairs: the same seed, residents, errands and tastes under each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.columns import Bools, Floats, Ints
from sim.measures.travel import ALL, by_need_and_age, trips_within, with_all
from sim.record.outcomes import ENDS, FIRST_REASON, MET_WALK, MODES, SPLIT, Outcome
from sim.record.tally import NONE, TENTHS, Tally

CONFIDENCE: Final = 0.95
RULE_OF_THREE: Final = 3.0  # errands: what never happened in n of them may still happen in 3 of n, at 95 %
FEW_ERRANDS: Final = 100  # a row that rests on fewer is marked
FEW_SEEDS: Final = 5  # a study of fewer is said to have too few
FIFTEEN_MIN: Final = 15
DIGITS: Final = 6  # decimals to which values are rounded before they are taken from each other, so that tables add up
MEASURES: Final = {
    "unmet_share": "share of errands raised",
    "not_on_foot_share": "share of errands raised that is not met on foot",
    "mean_time_min": "min from setting out to being served, errands met on foot under both",
    "share_15_min": "share of errands met on foot under both, served within 15 min",
    "mean_time_min_each": "min from setting out to being served, all errands met on foot under each",
    "share_15_min_each": "share of all errands met on foot under each, served within 15 min",
    "walk_min_per_day": "min walked per resident and day, ways home included",
}
OF_A_RUN: Final = {
    "unmet_share": "unmet_share",
    "not_on_foot_share": "not_on_foot_share",
    "mean_time_min": "mean_time_min_each",
    "share_15_min": "share_15_min_each",
    "walk_min_per_day": "walk_min_per_day",
}  # what a measure of a single run is called where runs are compared
HEADLINE_PARTS: Final = (ALL, "served", "unserved")
DIFFERENCE: Final = ("difference", "ci_low", "ci_high", "seeds", "raised", "few", "base_value", "value")
_MORE_PLACES: Final = ("places",)  # a column of studies of more than one place


class Sums(NamedTuple):
    """What a measure is made of.

    `of` over how many the total is taken.
    `total` what is added up.
    `raised` the errands behind it.

    Of one run (need, age group), with those of all as `with_all` has them; of several, with the run first: seed by
    seed, place by place.
    """

    of: Ints
    total: Floats
    raised: Ints


def sums_of(tally: Tally) -> dict[str, Sums]:
    """The sums of every measure of one run by itself, by the name of `MEASURES`."""
    ends = with_all(tally.by_age)
    raised, met = ends.sum(axis=2), ends[..., MET_WALK]
    time_s = tally.time_s[list(MODES).index("walk")]
    walked_min, person_days = np.zeros(raised.shape), np.zeros(raised.shape, np.int64)
    # Every walk counts, also those home and those in vain, for those who walk: so it belongs to no need.
    walked_min[-1] = np.append(tally.walked_s, tally.walked_s.sum()) / 60
    person_days[-1] = np.append(tally.residents, tally.residents.sum()) * tally.days
    return {
        "unmet_share": Sums(raised, ends[..., FIRST_REASON:].sum(axis=2), raised),
        "not_on_foot_share": Sums(raised, (raised - met).astype(float), raised),
        "mean_time_min_each": Sums(met, with_all(time_s) / 60, met),
        "share_15_min_each": Sums(met, with_all(trips_within(tally, "walk", FIFTEEN_MIN)), met),
        "walk_min_per_day": Sums(person_days, walked_min, raised),
    }


def seed_measures(tally: Tally) -> pd.DataFrame:
    """The measures of one run by need and age group, with rows `all`.

    Columns: `measure`, `need`, `age_group`, `value`, `raised`. Times are of all errands that this run met on foot.
    """
    own = sums_of(tally)
    tables = []
    for name, key in OF_A_RUN.items():
        with np.errstate(invalid="ignore"):
            columns = {"value": own[key].total / own[key].of, "raised": own[key].raised}
        tables.append(by_need_and_age(tally.needs, own[key].of, columns).assign(measure=name))
    return pd.concat(tables, ignore_index=True)


def sums_on_foot_under_both(one: Tally, other: Tally) -> tuple[dict[str, Sums], dict[str, Sums]]:
    """The sums of the measures of time under either of two layouts, over the errands met on foot under both.

    The tallies are of one seed. Raises `ValueError` where their errands are not the same.
    """
    raised = one.by_age.sum(axis=2)
    if not np.array_equal(raised, other.by_age.sum(axis=2)):
        raise ValueError("two runs of one seed have not the same errands")
    cell = np.repeat(np.arange(raised.size, dtype=np.int16), raised.ravel())
    both = (one.each_ds != NONE) & (other.each_ds != NONE)
    cell = cell[both]

    def added(weight: Any = None) -> Any:
        return with_all(np.bincount(cell, weight, raised.size).reshape(raised.shape))

    of = added().astype(np.int64)
    told = []
    for tally in (one, other):
        time_ds = tally.each_ds[both]
        told.append(
            {
                "mean_time_min": Sums(of, added(time_ds) / (60 * TENTHS), of),
                "share_15_min": Sums(of, added(time_ds <= FIFTEEN_MIN * 60 * TENTHS), of),
            }
        )
    return told[0], told[1]


class Pair(NamedTuple):
    """The sums of one measure under two layouts, seed by seed.

    `base` under the layout that is compared with.
    `other` under the layout that is compared.
    """

    base: Sums
    other: Sums


def seed_pair(one: Tally, other: Tally) -> tuple[dict[str, Sums], dict[str, Sums]]:
    """The sums of every measure under either of two layouts in one seed."""
    first, second = sums_on_foot_under_both(one, other)
    return first | sums_of(one), second | sums_of(other)


def join_seeds(both: Sequence[tuple[dict[str, Sums], dict[str, Sums]]]) -> dict[str, Pair]:
    """What `seed_pair` has of each of several seeds, put together by measure: arrays with the seed first."""

    def joined(side: int, measure: str) -> Sums:
        return Sums(*(np.stack(column) for column in zip(*(pair[side][measure] for pair in both), strict=True)))

    return {measure: Pair(joined(0, measure), joined(1, measure)) for measure in MEASURES}


def by_place(sums: Sums, places: int) -> Sums:
    """The sums of each place, of those of its runs: `places` have as many seeds each, one place after the other. Of one
    place, those of each seed as they are.
    """
    if places == 1:
        return sums
    return Sums(*(part.reshape(places, -1, *part.shape[1:]).sum(axis=1) for part in sums))


def count_having(terms: Sequence[Sums]) -> Ints:
    """How many rows of the first axis have any under all terms, cell by cell."""
    having: Ints = np.logical_and.reduce([sums.of > 0 for sums in terms]).sum(axis=0)
    return having


def half_width(terms: Sequence[Sums], is_share: bool, places: int = 1) -> tuple[Floats, Ints]:
    """Half of the 95 % interval of a pooled value, all runs (the first axis) together, and how many seeds have any; of
    several places, how many places.

    Of two terms, that of the second value less the first. It is Student's t over seeds for ratios (Cochran 1977,
    Sampling Techniques, section 6.3): a seed adds to the spread what its total differs from that which the pooled value
    would give it. Seeds of one place share its luck, so of several places it is the same over the totals of places
    (chapter 11: these hold what differs between places and within them). Of a share it is never less than the rule of
    three allows. NaN from fewer than two seeds or places, and for what is no share where all are alike.
    """
    terms = [by_place(sums, places) for sums in terms]
    units = count_having(terms)
    least = np.minimum.reduce([sums.of.sum(axis=0) for sums in terms])
    residual: Any = 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        for of, total, _ in terms:
            residual = (total - total.sum(axis=0) / of.sum(axis=0) * of) / of.sum(axis=0) - residual
        variance = np.square(residual).sum(axis=0) * units / (units - 1)
        half = stdtrit(np.maximum(units - 1, 1), 0.5 + CONFIDENCE / 2) * np.sqrt(variance)
        half = np.maximum(half, RULE_OF_THREE / least) if is_share else np.where(half > 10.0**-DIGITS, half, np.nan)
    return np.where(units > 1, half, np.nan), units


def differences(pair: Pair, is_share: bool, places: int = 1) -> dict[str, Any]:
    """The pooled values of two layouts, their difference with its interval, and what they rest on, cell by cell; of
    several places, also in how many of them there is any.

    Values are rounded first, so that the difference is exactly that of what is printed. The interval of a share stays
    within ±1. What the base leaves unmet is no bound: it is estimated too, and intervals cut there miss the truth.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        base_value, value = (sums.total.sum(axis=0) / sums.of.sum(axis=0) for sums in pair)
    half, units = half_width(pair, is_share, places)
    rounded, base_rounded = np.round(value, DIGITS), np.round(base_value, DIGITS)
    low, high = value - base_value - half, value - base_value + half
    if is_share:
        low, high = np.maximum(low, -1.0), np.minimum(high, 1.0)
    raised = np.minimum(*(sums.raised.sum(axis=0) for sums in pair))
    difference, low, high = (np.round(number, DIGITS) for number in (rounded - base_rounded, low, high))
    few = np.where(raised < FEW_ERRANDS, "yes", "no")
    told = (difference, low, high, count_having(pair), raised, few, base_rounded, rounded)
    return dict(zip(DIFFERENCE, told, strict=True)) | ({} if places == 1 else {"places": units})


def compare_layouts(
    needs: tuple[str, ...], found: Mapping[str, Mapping[str, Pair]], first: str, places: int = 1
) -> pd.DataFrame:
    """Each layout against the first, by measure, need and age group: pooled values, their difference and its interval.

    `found` by layout and measure, as `join_seeds` has it.
    """
    columns = [
        "measure", "unit", "need", "age_group", "layout", "difference", "ci_low", "ci_high", "seeds", "raised", "few",
        "base", "base_value", "value", *_MORE_PLACES[:places > 1],
    ]  # fmt: skip
    tables = [pd.DataFrame(columns=columns)] if not found else []
    for layout, by_measure in found.items():
        for measure in sorted(by_measure):
            pair = by_measure[measure]
            has = np.minimum(pair.base.of.sum(axis=0), pair.other.of.sum(axis=0))
            cells = differences(pair, "share" in measure, places)
            rows = by_need_and_age(needs, has, cells)
            tables.append(rows.assign(measure=measure, unit=MEASURES[measure], layout=layout, base=first)[columns])
    return pd.concat(tables, ignore_index=True)


def split_of(ends: Ints) -> Ints:
    """Errands by how they ended (…, end) as errands by the parts of `SPLIT` (…, part)."""
    own = {name: row for row, part in enumerate(SPLIT.values()) for name in part}
    part = [own.get(name, own[Outcome.UNMET.key]) for name in ENDS]
    return ends @ np.eye(len(SPLIT), dtype=np.int64)[part]


def headline(layouts: Sequence[str], split: Ints, served: Bools, places: int = 1) -> pd.DataFrame:
    """Every layout against every other: the share of all errands with each `outcome` of `SPLIT`, with the interval of
    the difference.

    `split` (layout, run, need, outcome) errands. Against the first layout also in two `part`s that add up to it, as
    shares of all errands: needs that outlets of the first layout stand for in the place of the run (`served`, (run,
    need) or (need,)), and the others.
    """
    raised = split[0].sum(axis=-1)
    of = raised.sum(axis=1)
    masks = {ALL: np.ones_like(served), "served": served, "unserved": ~served}
    rows = []
    for (one, base), (other, layout) in permutations(enumerate(layouts), 2):
        for part in HEADLINE_PARTS if one == 0 else HEADLINE_PARTS[:1]:
            mask = masks[part]
            behind = (raised * mask).sum(axis=1)
            if not behind.any():
                continue
            both = [(split[row] * mask[..., None]).sum(axis=1) for row in (one, other)]
            for at, outcome in enumerate(SPLIT):
                pair = Pair(*(Sums(of, ended[:, at], behind) for ended in both))
                found = differences(pair, is_share=True, places=places)
                rows.append({"layout": layout, "base": base, "outcome": outcome, "part": part, **found})
    columns = ["layout", "base", "outcome", "part", *DIFFERENCE, *_MORE_PLACES[: places > 1]]
    return pd.DataFrame(rows, columns=columns)
