"""What happens at the outlets: served, turned away, busy, waited for."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from sim.clock_times import DAY_S
from sim.columns import Floats, Ints
from sim.measures.opening import open_s
from sim.measures.tables import table
from sim.outlets import Layout, Outlet
from sim.outlets.hours import Window
from sim.record.outcomes import TURNED_AWAY
from sim.record.spread import quantiles_s
from sim.record.tally import Tally


def outlets(layout: Layout, tally: Tally) -> pd.DataFrame:
    """Per outlet, over all days and runs of the tally: people served there and at home, turned away, busy share, waits.

    The first measured day is a Monday. `busy_share` is time serving over staffed time, ways to homes and back in it,
    NaN for self-service; `mean_wait_min`, `p90_wait_min` of those served there, NaN where there were none.
    """
    n = len(layout)
    staffed_s = np.array([staffed_of(outlet, tally.days) for outlet in layout.outlets]) * tally.runs

    def over(top: Floats, bottom: Floats | Ints) -> Floats:
        return np.divide(top, bottom, out=np.full(n, np.nan), where=bottom > 0)

    return pd.DataFrame(
        {
            "outlet": tally.outlets,
            "format": [outlet.format for outlet in layout.outlets],
            "name": [outlet.name for outlet in layout.outlets],
            "x": [outlet.xy[0] for outlet in layout.outlets],
            "y": [outlet.xy[1] for outlet in layout.outlets],
            "served": tally.served,
            "served_per_day": tally.served / tally.run_days,
            "served_at_home": tally.served_at_home,
            "turned_away": tally.turned_away.sum(axis=1),
            **{f"turned_away_{reason}": tally.turned_away[:, row] for row, reason in enumerate(TURNED_AWAY)},
            "busy_share": over(tally.service_s, staffed_s),
            "mean_wait_min": over(tally.queued_s / 60, tally.served),
            "p90_wait_min": quantiles_s(tally.waits, n, 0.9) / 60,
        }
    )


def staffed_of(outlet: Outlet, days: int) -> float:
    """Seconds of all staff of an outlet while it is open in so many days from a Monday on."""
    servers = sum(pool.servers for pool in outlet.pools.values())
    return servers * days_s(outlet.windows, days, outlet.every_weeks, outlet.in_week)


@cache
def days_s(windows: tuple[Window, ...], days: int, every_weeks: int, in_week: int) -> float:
    """Seconds open in so many days from a Monday on; outlets of a format share their hours."""
    return open_s(windows, 0.0, days * DAY_S, every_weeks, in_week)


table("outlets", lambda counted: outlets(counted.layout, counted.tally))
