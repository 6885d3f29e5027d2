"""Walkers per street."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.measures.tables import table
from sim.place import Place
from sim.record.tally import Tally


def streets(place: Place, tally: Tally) -> pd.DataFrame:
    """Parties per day and direction-free on each street link: `link`, its ends in metres, `length_m`,
    `walkers_per_day`.

    A party counts once, however many walk in it; `place` as the layout leaves it.
    """
    first, second = place.streets.links.T
    return pd.DataFrame(
        {
            "link": np.arange(place.streets.n_links),
            "from_x": place.streets.xy[first, 0],
            "from_y": place.streets.xy[first, 1],
            "to_x": place.streets.xy[second, 0],
            "to_y": place.streets.xy[second, 1],
            "length_m": place.streets.length_m,
            "walkers_per_day": tally.walkers / tally.run_days,
        }
    )


table("streets", lambda counted: streets(counted.place, counted.tally))
