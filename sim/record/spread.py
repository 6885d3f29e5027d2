"""How numbers of seconds are spread: how often each whole second came up, group by group."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.columns import Floats, Ints

SECOND_BITS = 32  # of a key: the group stands above them, the second in them


class Spread(NamedTuple):
    """How many `times` each `group` had each whole `second`, both ascending, shape (entry,); 0 is left out.

    A part of a second counts as a whole one, so that what took 300.2 s is at 301, and not within 5 minutes.
    """

    group: Ints
    second: Ints
    times: Ints


def spread_of(group: Ints, seconds: Floats) -> Spread:
    """The spread of `seconds` (row,), each of its `group` (row,)."""
    keys, count = np.unique(_keys(group, np.ceil(seconds).astype(np.int64)), return_counts=True)
    return _from_keys(keys, count)


def add_spreads(one: Spread, other: Spread) -> Spread:
    """The spread of both together."""
    both = Spread(*(np.concatenate(pair) for pair in zip(one, other, strict=True)))
    return regroup(both, both.group)


def regroup(spread: Spread, group: Ints) -> Spread:
    """The same seconds with another `group` (entry,) each."""
    keys = _keys(group, spread.second)
    order = np.argsort(keys, kind="stable")
    keys, count = keys[order], spread.times[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    return _from_keys(keys[first], np.add.reduceat(count, first) if len(first) else count)


def _keys(group: Ints, second: Ints) -> Ints:
    """Numbers that are in the order of group and second."""
    return group.astype(np.int64) << SECOND_BITS | second


def _from_keys(keys: Ints, count: Ints) -> Spread:
    second = keys & ((1 << SECOND_BITS) - 1)
    return Spread((keys >> SECOND_BITS).astype(np.int32), second.astype(np.int32), count.astype(np.int64))


def counts_of(spread: Spread, groups: int) -> Ints:
    """How many seconds each of `groups` groups has, shape (group,)."""
    return np.bincount(spread.group, spread.times, groups).astype(np.int64)


def counts_within(spread: Spread, groups: int, most_s: int) -> Ints:
    """How many of each group took no longer than `most_s`, shape (group,)."""
    return np.bincount(spread.group, spread.times * (spread.second <= most_s), groups).astype(np.int64)


def quantiles_s(spread: Spread, groups: int, share: float) -> Floats:
    """The quantile of each of `groups` groups, seconds, shape (group,); NaN where it has none.

    Between two seconds it is interpolated, as NumPy and pandas do.
    """
    up_to = np.cumsum(spread.times)
    count = counts_of(spread, groups)
    some = np.flatnonzero(count)
    first = (np.cumsum(count) - count)[some]
    rank = (count[some] - 1) * share
    below = np.floor(rank).astype(np.int64)
    above = np.minimum(below + 1, count[some] - 1)
    low_s, high_s = (spread.second[np.searchsorted(up_to, first + at, side="right")] for at in (below, above))
    found = np.full(groups, np.nan)
    found[some] = low_s + (high_s - low_s) * (rank - below)
    return found
