"""Returns: errands that came back after somebody found a place closed, full or crowded."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measures.layout_tables import define_table
from sim.people import AGE_GROUPS
from sim.record.tally import RETURNED, Tally


def returns(tally: Tally) -> pd.DataFrame:
    """Errands that came back or were cut off by the end, by need and age group.

    Columns: `came_back`; `met_after`, of these, however; `mean_tries`, how often they came back; `mean_days_late` of
    those met; `cut_off`, unmet errands that would have come back (again) after the last day.
    """
    cells = np.nonzero(tally.returned[..., 0] + tally.cut_off)
    came_back, met, tries, days_late = (tally.returned[..., row][cells] for row in range(len(RETURNED)))
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "need": np.array(tally.needs)[cells[0]],
                "age_group": np.array(AGE_GROUPS)[cells[1]],
                "came_back": came_back,
                "met_after": met,
                "mean_tries": tries / came_back,
                "mean_days_late": days_late / met,
                "cut_off": tally.cut_off[cells],
            }
        )


define_table("returns", lambda counted: returns(counted.pooled_tally))
