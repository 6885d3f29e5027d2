"""The options of residents: from every start and for every need, the offers within reach, the nearest first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.columns import Floats, Ints, Rows
from sim.day.tables import OPTION
from sim.kernels import kernel
from sim.parallel import in_parts
from sim.reach import Reach


class Around(NamedTuple):
    """What is around each start.

    `indptr`, `outlet`, `metres`: of `Reach`.
    `first`: the offers of outlet j are first[j]..first[j + 1].
    `need`: the row of the need that each offer meets.
    """

    indptr: Ints
    outlet: Ints
    metres: Floats
    first: Ints
    need: Ints


def options_of(reach: Reach, first: Ints, need: Ints, n_needs: int) -> tuple[Ints, Rows]:
    """`Supply.options` and `Supply.option`: the outlets of a reach, told by need.

    The offers of outlet j are first[j]..first[j + 1], and `need` (offer,) is the row of the need that each meets.
    """
    around = Around(reach.indptr, reach.outlet, reach.metres, first, need)
    starts = np.arange(len(reach.indptr) - 1)
    count = np.zeros(len(starts) * n_needs, np.int64)
    in_parts(lambda part: _count_options(part, around, n_needs, count), starts)
    options = np.append(0, np.cumsum(count))
    option = np.empty(options[-1], OPTION)
    in_parts(lambda part: _fill_options(part, around, n_needs, options, option), starts)
    return options, option


@kernel
def _count_options(starts: Ints, around: Around, n_needs: int, count: Ints) -> None:
    """How many options each of the starts has for each need."""
    for r in starts:
        for k in range(around.indptr[r], around.indptr[r + 1]):
            j = around.outlet[k]
            for offer in range(around.first[j], around.first[j + 1]):
                count[r * n_needs + around.need[offer]] += 1


@kernel
def _fill_options(starts: Ints, around: Around, n_needs: int, options: Ints, option: Rows) -> None:
    """Write the options of the starts, in the order of reach."""
    end = np.empty(n_needs, np.int64)
    for r in starts:
        end[:] = options[r * n_needs : (r + 1) * n_needs]
        for k in range(around.indptr[r], around.indptr[r + 1]):
            j = around.outlet[k]
            for offer in range(around.first[j], around.first[j + 1]):
                at = end[around.need[offer]]
                option[at].offer, option[at].metres = offer, around.metres[k]
                end[around.need[offer]] = at + 1
