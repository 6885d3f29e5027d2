"""Records of days that nobody lived: every column as the model writes it, filled by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sim.outlets import Layout, PoolConfig
from sim.outlets.hours import week_windows
from sim.people import AGE_GROUPS
from sim.place import Place
from sim.record import OUTCOMES, REASONS, Outcome, Reason, Tally, tally_run
from tests.outlets.conftest import form, standing
from tests.people.conftest import row_of_homes

NEEDS = ("groceries", "clinic", "park")
ZONES = ("north", "south")
OUTLETS = ("a", "b", "c", "d")
HOMES = 5
RESIDENTS = 50
DAILY = week_windows({0: [[8.0, 20.0]]}, "")


def any_place() -> Place:
    """A street with a home at each of its nodes, 100 m apart."""
    return replace(row_of_homes([1.0] * HOMES), zones=ZONES)


def any_layout() -> Layout:
    """`a` has two clerks, `b` is self-service, `c` has two pools and never closes, `d` never opens."""
    return Layout(
        "plan",
        "",
        "",
        (
            standing(0, outlet_id="a", windows=DAILY, pools={"staff": PoolConfig(servers=2)}, xy=(1.0, 2.0)),
            standing(0, outlet_id="b", windows=DAILY, pools={"staff": PoolConfig(servers=0)}),
            standing(0, outlet_id="c", pools={"staff": PoolConfig(servers=1), "shelves": PoolConfig(servers=3)}),
            standing(0, outlet_id="d", windows=()),
        ),
        {"shop": form()},
    )


def texts(rng: np.random.Generator, n: int, values: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(rng.integers(0, len(values), n), categories=pd.Index(values, dtype="str"))


def any_errands(
    n: int, seed: int, needs: Sequence[str] = NEEDS, n_homes: int = HOMES, met_share: float = 0.6
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
            "resident": rng.integers(0, RESIDENTS, n).astype(np.int32),
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


def any_legs(n: int, seed: int) -> pd.DataFrame:
    """`n` walks along the street, home and to outlets, some of them in vain."""
    rng = np.random.default_rng(seed)
    from_node, to_node = rng.integers(0, HOMES, (2, n)).astype(np.int32)
    depart_s = np.round(rng.uniform(0, 7 * 86_400, n))
    ended = np.where(rng.random(n) < 0.5, "none", rng.choice(["closed", "full", "queue"], n))
    legs = pd.DataFrame(
        {
            "walker": rng.integers(0, RESIDENTS, n).astype(np.int32),
            "walk_class": rng.integers(0, 2, n).astype(np.int8),
            "from_node": from_node,
            "to_node": to_node,
            "outlet": texts(rng, n, OUTLETS),
            "depart_s": depart_s,
            "arrive_s": depart_s + rng.uniform(0, 1200, n),
            "metres": 100.0 * np.abs(from_node - to_node),
            "ended": pd.Categorical(ended, categories=pd.Index([r.name.lower() for r in Reason], dtype="str")),
        }
    )
    legs.loc[(ended == "none") & (rng.random(n) < 0.5), "outlet"] = None  # on the way home
    return legs


def tally_of(errands: pd.DataFrame, legs: pd.DataFrame | None = None, **more: Any) -> Tally:
    """The tally of a record of seven days without a warm-up, of 50 residents of any age."""
    age_group = np.arange(RESIDENTS) % len(AGE_GROUPS)
    given: dict[str, Any] = {"place": any_place(), "layout": any_layout(), "age_group": age_group, "days": 7} | more
    return tally_run(errands=errands, legs=any_legs(0, 1) if legs is None else legs, **given)
