"""Apportionment: whole numbers in proportion to weights."""

from __future__ import annotations

import numpy as np

from sim.columns import Floats, Ints


def apportion(total: int, weight: Floats) -> Ints:
    """Whole numbers that add up to `total`, in proportion to `weight` (largest remainder)."""
    exact = total * weight / weight.sum()
    whole = np.floor(exact).astype(np.int32)
    short = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:short]] += 1
    return whole
