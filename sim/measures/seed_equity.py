"""Equity in one seed: how evenly residents can reach what serves them, and how evenly they are met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from sim.columns import Floats, Ints
from sim.measures.catchment import Access
from sim.measures.evenness import curve, gini, palma
from sim.people import AGE_GROUPS
from sim.record.outcomes import FIRST_REASON
from sim.record.tally import Tally

STEPS: Final = 20  # of the Lorenz curve


class SeedEquity(NamedTuple):
    """Equity in one seed.

    `spread` (measure, need and all) `gini_access`, `palma_access` and `gini_met`, NaN where there is none.
    `raised` and `unmet` (age, need and all) errands of ages 15-59 and 80+.
    `curves` (need, step) Lorenz curves of access, NaN where nobody reaches any.
    """

    spread: Floats
    raised: Ints
    unmet: Ints
    curves: Floats


def seed_equity(found: Mapping[str, Access], tally: Tally) -> SeedEquity:
    """The equity of one run; the needs are those of the tally, in its order."""
    raised_at, unmet_at = (np.vstack([at, at.sum(axis=0)]) for at in (tally.raised_at, tally.unmet_at))
    by_age = np.concatenate([tally.by_age, tally.by_age.sum(axis=0, keepdims=True)])
    with np.errstate(invalid="ignore"):
        met_at = 1 - unmet_at / raised_at
    met = [curve(met[n > 0], n[n > 0]) for met, n in zip(met_at, raised_at, strict=True)]
    curves = [found[key].curve for key in tally.needs]
    ages = [AGE_GROUPS.index(group) for group in ("15-59", "80+")]
    at = np.arange(STEPS + 1) / STEPS
    reached = [found[key].access.any() for key in tally.needs]
    drawn = [
        np.interp(at, *held) if some else np.full_like(at, np.nan) for held, some in zip(curves, reached, strict=True)
    ]
    return SeedEquity(
        spread=np.array(
            [
                [*(gini(*points) for points in curves), np.nan],
                [*(palma(*points) for points in curves), np.nan],
                [gini(*points) for points in met],
            ]
        ),
        raised=by_age.sum(axis=2).T[ages],
        unmet=by_age[..., FIRST_REASON:].sum(axis=2).T[ages],
        curves=np.array(drawn).reshape(-1, STEPS + 1),
    )
