"""Enrolment: those who hold a place, and how they come to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measures.layout_tables import define_table
from sim.people import AGE_GROUPS
from sim.record.tally import ENROLLED, Tally


def enrolment(tally: Tally) -> pd.DataFrame:
    """Residents who applied for a place (`applicants`, over all runs), by need and age group, for needs that are met by
    a place that is held, and the shares of them by how they hold one.

    `place_share` hold one at an outlet of the layout: `on_foot_share` of them all on foot, `by_ride_share` by e-bike or
    bicycle. `beyond_share` have one outside the place, `none_share` have none.
    """
    applicants = tally.enrolled.sum(axis=2)
    cells = np.nonzero(applicants)
    shares = dict(zip(ENROLLED, (tally.enrolled[cells] / applicants[cells][:, None]).T, strict=True))
    return pd.DataFrame(
        {
            "need": np.array(tally.needs)[cells[0]],
            "age_group": np.array(AGE_GROUPS)[cells[1]],
            "applicants": applicants[cells],
            "place_share": shares["on_foot"] + shares["by_ride"],
            **{f"{name}_share": share for name, share in shares.items()},
        }
    )


define_table("enrolment", lambda counted: enrolment(counted.pooled_tally))
