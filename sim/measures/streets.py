"""Walkers per street: every walk laid back onto its shortest path."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.place import Place, WalkClass
from sim.place.walks import new_search, spread_walkers, walking_arcs


def streets(place: Place, legs: pd.DataFrame, run_days: int) -> pd.DataFrame:
    """Parties per day and direction-free on each street link: `link`, its ends in metres, `length_m`,
    `walkers_per_day`.

    A party counts once, however many walk in it; `run_days` is days times seeds. A walk and its return use the
    same links.
    """
    ends = np.sort(legs[["from_node", "to_node"]].to_numpy(), axis=1)
    pairs = pd.DataFrame({"walk_class": legs["walk_class"].to_numpy(), "start": ends[:, 0], "end": ends[:, 1]})
    counts = pairs.groupby(["walk_class", "start", "end"], sort=True).size().reset_index(name="walkers")
    on_link = np.zeros(place.streets.n_links)
    for walk_class in WalkClass:
        arcs = walking_arcs(place.streets, walk_class)
        scratch = new_search(arcs)
        for start, rows in counts[counts["walk_class"] == walk_class].groupby("start"):
            ends_here, walkers = rows["end"].to_numpy(np.int32), rows["walkers"].to_numpy(float)
            spread_walkers(arcs, start, ends_here, walkers, np.inf, scratch, on_link)
    first, second = place.streets.links.T
    return pd.DataFrame(
        {
            "link": np.arange(place.streets.n_links),
            "from_x": place.streets.xy[first, 0],
            "from_y": place.streets.xy[first, 1],
            "to_x": place.streets.xy[second, 0],
            "to_y": place.streets.xy[second, 1],
            "length_m": place.streets.length_m,
            "walkers_per_day": on_link / run_days,
        }
    )
