"""The tables of equity: how evenly residents can reach what serves them, and how evenly they are met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.measures.comparison import Sums, count_having, half_width
from sim.measures.layout_tables import define_table
from sim.measures.seed_equity import STEPS, SeedEquity
from sim.measures.travel import ALL

EQUITY: Final = {
    "gini_access": "0 even to 1 uneven, access weighted by errands wanted",
    "palma_access": "access of the top 10 % over that of the bottom 40 %",
    "gini_met": "0 even to 1 uneven, share of errands met by home, weighted by errands raised",
    "gap_80_adult": "unmet share of errands of ages 80+ less that of ages 15-59",
}

OF_ERRANDS: Final = ("gini_met", "gap_80_adult")  # which there are for all needs together
BOUNDS: Final = {
    "gini_access": (0.0, 1.0),
    "palma_access": (0.0, np.inf),
    "gini_met": (0.0, 1.0),
    "gap_80_adult": (-1.0, 1.0),
}


def equity(needs: Sequence[str], seeds: Sequence[SeedEquity], places: int = 1) -> pd.DataFrame:
    """Measures of `EQUITY` by need, and those of errands also by `all` needs, with their 95 % intervals over seeds, or
    over places where there are several, whose seeds follow each other.

    Columns: `need`, `measure`, `unit`, `value`, `ci_low`, `ci_high`, `seeds` that have one. Gini and Palma are means of
    those of each seed, so that they do not fall as seeds are added, which even homes out; the gap is of all errands.
    """
    spread = np.stack([seed.spread for seed in seeds])
    has = np.isfinite(spread)
    terms = {
        measure: [Sums(has[:, row], np.where(has, spread, 0.0)[:, row], has[:, row])]
        for row, measure in enumerate(("gini_access", "palma_access", "gini_met"))
    }
    raised, unmet = (np.stack([getattr(seed, name) for seed in seeds], axis=1) for name in ("raised", "unmet"))
    terms["gap_80_adult"] = [Sums(raised[age], unmet[age], raised[age]) for age in (0, 1)]
    tables = []
    for measure, sums in terms.items():
        value: Any = 0.0
        with np.errstate(invalid="ignore"):
            for one in sums:
                value = one.total.sum(axis=0) / one.of.sum(axis=0) - value
        half, _ = half_width(sums, is_share=measure.startswith("gap"), places=places)
        table = pd.DataFrame({"need": [*needs, ALL], "measure": measure, "unit": EQUITY[measure], "value": value})
        low, high = BOUNDS[measure]
        table["ci_low"], table["ci_high"] = np.maximum(value - half, low), np.minimum(value + half, high)
        table["seeds"] = count_having(sums)
        tables.append(table if measure in OF_ERRANDS else table.iloc[:-1])
    return pd.concat(tables, ignore_index=True)


def lorenz(needs: Sequence[str], seeds: Sequence[SeedEquity]) -> pd.DataFrame:
    """The Lorenz curve of access in steps, the mean of those of the seeds in which somebody can reach any: `need`,
    `people_share`, `access_share`.
    """
    at = np.arange(STEPS + 1) / STEPS
    rows = []
    for row, key in enumerate(needs):
        curves = np.stack([seed.curves[row] for seed in seeds])
        curves = curves[np.isfinite(curves[:, 0])]
        if len(curves):
            rows += [(key, *point) for point in zip(at, curves.mean(axis=0), strict=True)]
    return pd.DataFrame(rows, columns=["need", "people_share", "access_share"])


define_table("equity", lambda counted: equity(counted.needs, counted.equity, counted.places))
define_table("lorenz", lambda counted: lorenz(counted.needs, counted.equity))
