"""Batches: errands of one need on one day, before all are put in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from sim.columns import Bools, Codes, Floats, Ints, Keys


class Batch(NamedTuple):
    """Errands of one need on one day, a row each; the columns are those of `Errands`.

    Fields:
        key (errand,): stable identity.
        resident (errand,): whose need it is.
        walker (errand,): the resident who goes, or -1.
        day (errand,): the day on which it is raised, from 0.
        wanted_s (errand,): when it is wanted, seconds since the start of day 0.
        stay_s (errand,): time there after being served, seconds.
        channel (errand,): a `Channel`.
        accompanied (errand,): whether the resident walks along with the walker.
        follows (errand,): the key of the errand to whose outlet this one returns, or 0.
    """

    key: Keys
    resident: Ints
    walker: Ints
    day: Ints
    wanted_s: Floats
    stay_s: Floats
    channel: Codes
    accompanied: Bools
    follows: Keys

    def of(self, rows: Ints | Bools) -> Batch:
        """Some of the errands, by row or by whether they are kept."""
        return Batch._make(column[rows] for column in self)


DTYPES: Final = (
    np.uint64, np.int32, np.int32, np.int32, np.float64, np.float64, np.int8, np.bool_, np.uint64,
)  # fmt: skip


def put_together(batches: Sequence[Batch]) -> Batch:
    """The errands of some batches, one after the other."""
    batches = batches or [Batch._make(np.empty(0, kind) for kind in DTYPES)]
    columns = zip(*batches, strict=True)
    return Batch._make(np.concatenate(column).astype(kind) for column, kind in zip(columns, DTYPES, strict=True))
