"""Records of days that nobody lived: every column as the model writes it, filled by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sim.outlets import Layout, PoolConfig
from sim.outlets.hours import week_windows
from sim.people import AGE_GROUPS, Mobility, Residents
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
    """`n` errands with any outcome; what is met by going sets out, arrives, starts and ends in this order, and what is
    met at home is ordered, begun and done there, without an arrival.
    """
    rng = np.random.default_rng(seed)
    on_foot = rng.random(n) < met_share
    outcome = np.where(on_foot, "met_walk", rng.choice([o for o in OUTCOMES if o != "met_walk"], n))
    reason = np.where(outcome == "unmet", rng.choice(REASONS, n), "none")
    in_the_way = np.where(np.isin(outcome, ["met_walk", "met_online"]), "none", rng.choice(REASONS, n))
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
            "walker": rng.integers(0, RESIDENTS, n).astype(np.int32),
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
            "attempts": rng.integers(0, 3, n).astype(np.int8),
            "tries": np.where(rng.random(n) < 0.3, rng.integers(1, 4, n), 0).astype(np.int8),
            "days_late": rng.integers(0, 3, n).astype(np.int16),
            "cut_off": (outcome == "unmet") & (rng.random(n) < 0.2),
            "not_on_foot": pd.Categorical(
                in_the_way, categories=pd.Index([r.name.lower() for r in Reason], dtype="str")
            ),
        }
    )
    went = np.isin(outcome, ["met_walk", "met_household", "met_ride", "met_beyond"])
    served = went | np.isin(outcome, ["met_delivery", "met_home_service"])
    rows.loc[~went, "arrive_s"] = np.nan
    rows.loc[~served, ["set_out_s", "start_s", "service_s", "end_s"]] = np.nan
    rows.loc[~served, "days_late"] = -1
    rows.loc[~served | (outcome == "met_beyond"), ["outlet", "pool"]] = None
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
            "errand": np.full(n, -1, np.int32),
            "walk_class": rng.choice([0, 1, 3], n).astype(np.int8),
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


def any_residents(age_group: Any = None) -> Residents:
    """50 residents of any age, men and women by turns; or of these age groups."""
    nothing, none = np.zeros(RESIDENTS, np.int32), np.full(RESIDENTS, -1, np.int32)
    return Residents(
        home=nothing,
        household=nothing,
        age=nothing,
        age_group=np.arange(RESIDENTS) % len(AGE_GROUPS) if age_group is None else age_group,
        female=np.arange(RESIDENTS) % 2 == 1,
        speed_m_s=np.ones(RESIDENTS),
        mobility=np.full(RESIDENTS, Mobility.INDEPENDENT, np.int8),
        range_m=np.full(RESIDENTS, np.inf),
        carer=none,
        away=np.zeros(RESIDENTS, bool),
    )


def tally_of(errands: pd.DataFrame, legs: pd.DataFrame | None = None, **more: Any) -> Tally:
    """The tally of a record of seven days without a warm-up, of 50 residents of any age."""
    given: dict[str, Any] = {"place": any_place(), "layout": any_layout(), "residents": any_residents(), "days": 7}
    return tally_run(errands=errands, legs=any_legs(0, 1) if legs is None else legs, **given | more)
