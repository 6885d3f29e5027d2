"""Coverage: residents who have an outlet near, whether or not it would be open, free or chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measures.crowd import HAVE, IN_RADIUS, WITHIN_MIN, Crowd
from sim.measures.layout_tables import define_table
from sim.people import AGE_GROUPS


def coverage(crowd: Crowd) -> pd.DataFrame:
    """Shares of residents with an outlet near, by need and age group, over all draws of the crowd.

    `network_5_min`, `_10_min`, `_15_min`: within so many minutes at the resident's own speed, walls, stairs and
    admission counted; the housebound have none near, and slow walkers none beyond their range. `straight_line`:
    within the official radius of the outlet's format, as the crow flies, for everybody. Only age groups that
    have the need.
    """
    counts = crowd.near.sum(axis=2)
    need, group = np.nonzero(counts[:, :, HAVE])
    share = counts[need, group] / counts[need, group, HAVE, None]
    return pd.DataFrame(
        {
            "need": np.array(crowd.needs)[need],
            "age_group": np.array(AGE_GROUPS)[group],
            **{f"network_{m}_min": share[:, HAVE + 1 + row] for row, m in enumerate(WITHIN_MIN)},
            "straight_line": share[:, IN_RADIUS],
        }
    )


define_table("coverage", lambda counted: coverage(counted.pooled_crowd))
