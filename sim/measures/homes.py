"""Demand and walking by home, for maps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.columns import Floats, Ints
from sim.measures.tables import table
from sim.place import Place
from sim.record.tally import Tally


def homes(place: Place, tally: Tally) -> pd.DataFrame:
    """Per home and day: errands `raised` and `unmet`, `unmet_share`, mean `time_min` of those met on foot (NaN
    where none).
    """
    n = len(place.homes)
    raised, unmet = tally.raised_at.sum(axis=0), tally.unmet_at.sum(axis=0)

    def over(top: Floats | Ints, bottom: Ints) -> Floats:
        return np.divide(top, bottom, out=np.full(n, np.nan), where=bottom > 0)

    return pd.DataFrame(
        {
            "home": np.arange(n),
            "x": place.homes.xy[:, 0],
            "y": place.homes.xy[:, 1],
            "compound": place.homes.compound,
            "zone": np.array(place.zones)[place.homes.zone],
            "raised_per_day": raised / tally.run_days,
            "unmet_per_day": unmet / tally.run_days,
            "unmet_share": over(unmet, raised),
            "mean_time_min": over(tally.time_s_at / 60, tally.met_at),
        }
    )


table("homes", lambda counted: homes(counted.place, counted.tally))
