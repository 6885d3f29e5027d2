"""Burden: what it takes those who go for others of their household."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measures.layout_tables import define_table
from sim.measures.travel import ALL
from sim.people import AGE_GROUPS
from sim.record.tally import BY_SEX, Tally


def burden(tally: Tally) -> pd.DataFrame:
    """Errands `met_household` by need, with rows `all`, and by `age_group` and `sex` of those who went for them.

    Columns: `errands_per_day` and `minutes_per_day` of all of them together, and `minutes_per_helper_day`, of those who
    went on this day. Minutes are those from setting out until served and done, and home again where they went for it
    alone.
    """
    helped, helped_s = (
        np.concatenate([cells, cells.sum(axis=0, keepdims=True)]) for cells in (tally.helped, tally.helped_s)
    )
    cells = np.nonzero(helped)
    need, age, sex = cells
    return pd.DataFrame(
        {
            "need": np.array([*tally.needs, ALL])[need],
            "age_group": np.array(AGE_GROUPS)[age],
            "sex": np.array(BY_SEX)[sex],
            "errands_per_day": helped[cells] / tally.run_days,
            "minutes_per_day": helped_s[cells] / 60 / tally.run_days,
            "minutes_per_helper_day": helped_s[cells] / 60 / tally.helper_days[cells],
        }
    )


define_table("burden", lambda counted: burden(counted.pooled_tally))
