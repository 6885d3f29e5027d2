"""What happens at the outlets: served, turned away, busy, waited for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.outlets import Layout

DAY_S = 86_400.0
WEEK_S = 7 * DAY_S
AT_HOME = ("met_delivery", "met_home_service")


def open_s(
    windows: tuple[tuple[float, float], ...], first_s: float, last_s: float, every_weeks: int = 1, in_week: int = 0
) -> float:
    """Seconds for which weekly windows are open between two moments, in seconds since a Monday 00:00; of every so many
    weeks in one only, where the week of that Monday is number 0.
    """
    if windows and windows[0][0] == -np.inf:
        return last_s - first_s
    weeks = range(int(first_s // WEEK_S) - 1, int(last_s // WEEK_S) + 2)
    return float(
        sum(
            max(0.0, min(closes + week * WEEK_S, last_s) - max(opens + week * WEEK_S, first_s))
            for week in weeks
            if week % every_weeks == in_week
            for opens, closes in ((max(o, 0.0), min(c, WEEK_S)) for o, c in windows)
        )
    )


def outlets(
    layout: Layout, errands: pd.DataFrame, legs: pd.DataFrame, first_day: int, days: int, seeds: int
) -> pd.DataFrame:
    """Per outlet, over `days` days from `first_day` (0 Monday) and all seeds: people served there and at home, turned
    away, busy share, waits.

    `busy_share` is time serving over staffed time, ways to homes and back in it, NaN for self-service;
    `mean_wait_min`, `p90_wait_min` of those served there, NaN where there were none.
    """
    ids = [outlet.id for outlet in layout.outlets]
    jobs = errands.loc[errands["outcome"].isin(["met_walk", *AT_HOME]), ["outlet", "pool", "outcome", "service_s"]]
    home_jobs = jobs.loc[jobs["outcome"] != "met_walk", "outlet"].astype("object").value_counts()
    met = errands[errands["outcome"] == "met_walk"]
    wait_min = (met["start_s"] - met["arrive_s"]) / 60
    by_outlet = wait_min.groupby(met["outlet"].astype("object"))
    failed = legs[legs["ended"] != "none"]
    away = failed.groupby([failed["outlet"].astype("object"), failed["ended"].astype("object")]).size()
    staff = pd.MultiIndex.from_tuples(
        [(outlet.id, key) for outlet in layout.outlets for key, pool in outlet.pools.items() if pool.servers],
        names=["outlet", "pool"],
    )
    by_pool = jobs.groupby([jobs["outlet"].astype("object"), jobs["pool"].astype("object")])["service_s"].sum()
    serving_s = by_pool.reindex(staff, fill_value=0.0).groupby(level="outlet").sum().reindex(ids, fill_value=0.0)
    staffed_s = [
        sum(pool.servers for pool in outlet.pools.values())
        * open_s(outlet.windows, first_day * DAY_S, (first_day + days) * DAY_S, outlet.every_weeks, outlet.in_week)
        * seeds
        for outlet in layout.outlets
    ]
    turned = away.unstack(fill_value=0) if len(away) else pd.DataFrame(index=pd.Index([], dtype="object"))
    turned = turned.reindex(index=ids, columns=["closed", "full", "queue"], fill_value=0)
    table = pd.DataFrame(
        {
            "outlet": ids,
            "format": [outlet.format for outlet in layout.outlets],
            "name": [outlet.name for outlet in layout.outlets],
            "x": [outlet.xy[0] for outlet in layout.outlets],
            "y": [outlet.xy[1] for outlet in layout.outlets],
            "served": by_outlet.size().reindex(ids, fill_value=0).to_numpy(),
            "served_per_day": by_outlet.size().reindex(ids, fill_value=0).to_numpy() / (days * seeds),
            "served_at_home": home_jobs.reindex(ids, fill_value=0).to_numpy(),
            "turned_away": turned.sum(axis=1).to_numpy(),
            "turned_away_closed": turned["closed"].to_numpy(),
            "turned_away_full": turned["full"].to_numpy(),
            "turned_away_queue": turned["queue"].to_numpy(),
        }
    )
    staffed = np.array(staffed_s)
    table["busy_share"] = np.divide(serving_s.to_numpy(), staffed, out=np.full(len(ids), np.nan), where=staffed > 0)
    table["mean_wait_min"] = by_outlet.mean().reindex(ids).to_numpy()
    table["p90_wait_min"] = by_outlet.quantile(0.9).reindex(ids).to_numpy()
    return table
