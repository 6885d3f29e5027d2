"""A row of homes along one street, and people to settle in them.

The examples of Hypothesis are the same on every run. To explore further, give the number of other examples to try:

    EXAMPLES=2000 python -m pytest tests/people tests/needs tests/outlets tests/measures
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from hypothesis import settings

from sim.people import PeopleConfig
from sim.place import Homes, Place, Streets

MORE = int(os.environ.get("EXAMPLES", "0"))


def examples(n: int) -> settings:
    """`n` examples, the same ones every time; or as many new ones as `EXAMPLES` says."""
    return settings(max_examples=MORE or n, derandomize=not MORE, deadline=None, database=None)


def row_of_homes(
    weight: list[float], age_from: tuple[int, ...] = (), age_weight: list[list[float]] | None = None
) -> Place:
    """A street with one home at each of its nodes, 100 m apart."""
    n = len(weight)
    xy = np.column_stack([100.0 * np.arange(n), np.zeros(n)])
    streets = Streets(
        xy=xy,
        links=np.column_stack([np.arange(n - 1), np.arange(1, n)]).astype(np.int32).reshape(-1, 2),
        length_m=np.full(n - 1, 100.0),
        grade=np.zeros(n - 1),
        crossing_s=np.zeros(n - 1),
        stairs=np.zeros(n - 1, dtype=bool),
        gate=np.zeros(n - 1, dtype=bool),
        compound=np.full(n, -1, dtype=np.int32),
    )
    counted = {} if age_weight is None else {"age_from": age_from, "age_weight": np.array(age_weight, dtype=float)}
    homes = Homes(
        node=np.arange(n, dtype=np.int32),
        xy=xy,
        snap_m=np.zeros(n),
        compound=np.full(n, -1, dtype=np.int32),
        zone=np.zeros(n, dtype=np.int32),
        weight=np.array(weight, dtype=float),
        **counted,
    )
    return Place("row", streets, homes, ("all",))


def people(residents: int | None = 20_000, **changes: Any) -> PeopleConfig:
    """A population of our own, so that no test leans on the shipped numbers."""
    numbers: dict[str, Any] = {
        "household_size": 2.5,
        "profile": {0: 4.0, 3: 4.0, 6: 12.0, 15: 55.0, 60: 13.0, 70: 8.0, 80: 4.0},
        "speed_m_s": {0: 0.8, 6: 1.1, 15: 1.25, 60: 1.05, 80: 0.75},
        "speed_sd_m_s": {0: 0.1, 15: 0.15, 60: 0.2},
        "slow_share": {60: 0.05, 70: 0.1, 80: 0.25},
        "housebound_share": {60: 0.02, 70: 0.04, 80: 0.12},
        "away_share": {15: 0.6, 60: 0.0},
    }
    return PeopleConfig(residents=residents, **(numbers | changes))
