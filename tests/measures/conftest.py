"""Records of days that nobody lived: every column as the model writes it, filled by chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.day import Outcome, Reason
from sim.measures import OUTCOMES, REASONS
from sim.people import AGE_GROUPS

NEEDS = ("groceries", "clinic", "park")
ZONES = ("north", "south")
OUTLETS = ("a", "b", "c", "d")


def texts(rng: np.random.Generator, n: int, values: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(rng.integers(0, len(values), n), categories=pd.Index(values, dtype="str"))


def any_errands(
    n: int, seed: int, needs: Sequence[str] = NEEDS, n_homes: int = 5, met_share: float = 0.6
) -> pd.DataFrame:
    """`n` errands with any outcome; what is met on foot sets out, arrives, starts and ends in this order, and what is
    met at home is ordered, begun and done there, without an arrival.
    """
    rng = np.random.default_rng(seed)
    on_foot = rng.random(n) < met_share
    outcome = np.where(on_foot, "met_walk", rng.choice([o for o in OUTCOMES if o != "met_walk"], n))
    reason = np.where(outcome == "unmet", rng.choice(REASONS, n), "none")
    wanted_s = np.round(rng.uniform(0, 7 * 86_400, n))
    # Times in steps of a quarter of a minute, so that some are exactly 5, 10 and 15 minutes.
    set_out_s = wanted_s + 15.0 * rng.integers(0, 20, n)
    arrive_s = set_out_s + 15.0 * rng.integers(0, 80, n)
    start_s = arrive_s + 15.0 * rng.integers(0, 30, n) * (rng.random(n) < 0.5)
    service_s = np.round(rng.exponential(200, n))
    rows = pd.DataFrame(
        {
            "day": (wanted_s // 86_400).astype(np.int32),
            "need": texts(rng, n, needs),
            "age_group": texts(rng, n, AGE_GROUPS),
            "resident": rng.integers(0, 50, n).astype(np.int32),
            "home": rng.integers(0, n_homes, n).astype(np.int32),
            "zone": texts(rng, n, ZONES),
            "wanted_s": wanted_s,
            "outcome": pd.Categorical(outcome, categories=pd.Index([o.name.lower() for o in Outcome], dtype="str")),
            "reason": pd.Categorical(reason, categories=pd.Index([r.name.lower() for r in Reason], dtype="str")),
            "outlet": texts(rng, n, OUTLETS),
            "pool": texts(rng, n, ("staff", "shelves")),
            "set_out_s": set_out_s,
            "arrive_s": arrive_s,
            "start_s": start_s,
            "service_s": service_s,
            "end_s": start_s + service_s,
            "walk_m": rng.uniform(0, 1500, n),
            "speed_m_s": rng.uniform(0.4, 1.6, n),
        }
    )
    served = on_foot | np.isin(outcome, ["met_delivery", "met_home_service"])
    rows.loc[~on_foot, "arrive_s"] = np.nan
    rows.loc[~served, ["set_out_s", "start_s", "service_s", "end_s"]] = np.nan
    rows.loc[~served, ["outlet", "pool"]] = None
    return rows
