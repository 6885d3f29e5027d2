"""Demand and walking by home, for maps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.place import Place


def homes(place: Place, errands: pd.DataFrame, run_days: int) -> pd.DataFrame:
    """Per home and day: errands `raised` and `unmet`, `unmet_share`, mean `time_min` of those met on foot (NaN
    where none).
    """
    n = len(place.homes)
    home = errands["home"].to_numpy()
    unmet = (errands["outcome"] == "unmet").to_numpy()
    met = (errands["outcome"] == "met_walk").to_numpy()
    time_min = ((errands["start_s"] - errands["set_out_s"]) / 60).to_numpy()
    raised_by_home = np.bincount(home, minlength=n)
    unmet_by_home = np.bincount(home[unmet], minlength=n)
    met_by_home = np.bincount(home[met], minlength=n)
    total_min = np.bincount(home[met], weights=time_min[met], minlength=n)

    def over(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
        return np.divide(top, bottom, out=np.full(n, np.nan), where=bottom > 0)

    return pd.DataFrame(
        {
            "home": np.arange(n),
            "x": place.homes.xy[:, 0],
            "y": place.homes.xy[:, 1],
            "compound": place.homes.compound,
            "zone": [place.zones[z] for z in place.homes.zone],
            "raised_per_day": raised_by_home / run_days,
            "unmet_per_day": unmet_by_home / run_days,
            "unmet_share": over(unmet_by_home, raised_by_home),
            "mean_time_min": over(total_min, met_by_home),
        }
    )
