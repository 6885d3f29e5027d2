"""Otherwise than on foot: why walks failed, what came back and what was cut off, and how places are held."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import numpy as np

from sim.clock_times import DAY_S, HOUR_S, HOURS_OF_DAY
from sim.columns import Codes, Ints
from sim.kernels import kernel
from sim.people import AGE_GROUPS
from sim.record.outcomes import FIRST_REASON, HAD_BEYOND, HELPED, MET_WALK, ONLINE, REASONS, RIDDEN, Reason
from sim.record.rows import ErrandRows
from sim.record.tally import ENROLLED, NONE, RETURNED

_CLOSED, _FULL, _QUEUE, _TOO_FAR, _NO_CARER, _CANNOT_WALK = (
    REASONS.index(reason.key)
    for reason in (Reason.CLOSED, Reason.FULL, Reason.QUEUE, Reason.TOO_FAR, Reason.NO_CARER, Reason.CANNOT_WALK)
)
NO_APPLICANT: Final = 0  # instead of how an applicant holds a place: 1 for the last of `ENROLLED`, 4 for the first


def otherwise(rows: ErrandRows, n_needs: int, n_zones: int) -> dict[str, Any]:
    """Why walks failed, what came back, and what was cut off by the end."""
    n_ages = len(AGE_GROUPS)
    shapes = {
        "cut_off": (n_needs, n_ages),
        "cut_off_by_zone": (n_zones, n_needs),
        "cut_off_by_hour": (n_needs, HOURS_OF_DAY),
        "not_on_foot": (n_needs, n_ages, len(REASONS)),
        "returned": (n_needs, n_ages, len(RETURNED)),
    }
    found = {name: np.zeros(shape, np.int64) for name, shape in shapes.items()}
    count_otherwise(rows, *found.values())
    return found


@kernel
def count_otherwise(
    errands: ErrandRows, cut_off: Ints, cut_off_by_zone: Ints, cut_off_by_hour: Ints, not_on_foot: Ints, returned: Ints
) -> None:
    """Count why errands were not met on foot, those that came back and what became of them, and those cut off."""
    for i in range(len(errands.end)):
        if errands.end[i] == NONE:
            continue
        need, age = errands.need[i], errands.age[i]
        if errands.not_on_foot[i] != NONE:
            not_on_foot[need, age, errands.not_on_foot[i]] += 1
        if errands.cut_off[i]:
            cut_off[need, age] += 1
            cut_off_by_zone[errands.zone[i], need] += 1
            cut_off_by_hour[need, int(errands.wanted_s[i] % DAY_S // HOUR_S)] += 1
        if errands.tries[i] > 0:
            returned[need, age, 0] += 1
            returned[need, age, 2] += errands.tries[i]
            if errands.end[i] < FIRST_REASON:
                returned[need, age, 1] += 1
                returned[need, age, 3] += errands.days_late[i]


def enrolment_of(
    rows: ErrandRows, age_group: Codes, needs: tuple[str, ...], enrolled: Collection[str]
) -> dict[str, Any]:
    """Those who applied for a place, by how they hold one, for the needs that are met by a place that is held."""
    row = np.cumsum([key in enrolled for key in needs]) - 1
    row[[key not in enrolled for key in needs]] = NONE
    held = np.full((row.max(initial=NONE) + 1, len(age_group)), NO_APPLICANT, np.int8)
    if len(held):
        find_places(rows, row, held)
    counts = np.zeros((len(needs), len(AGE_GROUPS), len(ENROLLED)), np.int64)
    for need in np.flatnonzero(row != NONE):
        cell = age_group.astype(np.int64) * (len(ENROLLED) + 1) + held[row[need]]
        table = np.bincount(cell, minlength=len(AGE_GROUPS) * (len(ENROLLED) + 1)).reshape(len(AGE_GROUPS), -1)
        counts[need] = table[:, :NO_APPLICANT:-1]
    return {"enrolled": counts}


@kernel
def find_places(errands: ErrandRows, row: Ints, held: Ints) -> None:
    """Find how each resident holds a place at best, `held` (enrolled need, resident); `row` (need,) is its first.

    Only those who hold a place go to an outlet for such a need, and nobody else finds it closed. Those who hold one
    farther off than a walk have `too_far` as what stood in the way on foot.
    """
    for i in range(len(errands.end)):
        at, end, why = row[errands.need[i]], errands.end[i], errands.not_on_foot[i]
        if at == NONE or end in (NONE, ONLINE) or why in (_NO_CARER, _CANNOT_WALK):
            continue
        went = errands.attempts[i] > 0
        if end in (MET_WALK, HELPED) or why in (_CLOSED, _QUEUE) or (why == _FULL and went):
            how = 4
        elif end == RIDDEN or (why == _TOO_FAR and went):
            how = 3
        elif end == HAD_BEYOND:
            how = 2
        else:
            how = 1
        held[at, errands.resident[i]] = max(held[at, errands.resident[i]], how)
