"""Walkers per street: every walk laid back onto its shortest path."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.place import Place, WalkClass
from sim.place.walks import new_search, spread_walkers, walking_arcs


def streets(place: Place, legs: pd.DataFrame, run_days: int) -> pd.DataFrame:
    """Parties per day and direction-free on each street link: `link`, its ends in metres, `length_m`, `walkers_per_day`.

    A party counts once, however many walk in it; `run_days` is days times seeds. A walk and its return use the same links.
    """
    ends = np.sort(legs[["from_node", "to_node"]].to_numpy(), axis=1)
    pairs = pd.DataFrame({"walk_class": legs["walk_class"].to_numpy(), "start": ends[:, 0], "end": ends[:, 1]})
    counts = pairs.groupby(["walk_class", "start", "end"], sort=True).size()
    on_link = np.zeros(place.streets.n_links)
    for walk_class in WalkClass:
        if walk_class not in counts.index.get_level_values(0):
            continue
        arcs = walking_arcs(place.streets, walk_class)
        scratch = new_search(arcs)
        for start, walkers in counts.loc[int(walk_class)].groupby(level=0):
            there = walkers.index.get_level_values(1).to_numpy().astype(np.int32)
            spread_walkers(arcs, int(start), there, walkers.to_numpy(float), np.inf, scratch, on_link)
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
