"""How evenly something is spread: the Lorenz curve, the Gini coefficient, the Palma ratio."""

from __future__ import annotations

import numpy as np

from sim.columns import Floats


def curve(value: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The Lorenz curve from (0, 0) to (1, 1): shares of people, those with least first, and of what they hold."""
    order = np.argsort(value, kind="stable")
    people = np.append(0.0, np.cumsum(weight[order]))
    held = np.append(0.0, np.cumsum((weight * value)[order]))
    with np.errstate(invalid="ignore"):
        return people / people[-1], held / held[-1]


def gini(people: Floats, held: Floats) -> float:
    """The Gini coefficient: one less twice the area under the Lorenz curve; NaN where nobody holds anything."""
    # The end of the curve is 1, or NaN where there is none.
    return float(np.maximum(held[-1] - np.sum(np.diff(people) * (held[1:] + held[:-1])), 0.0))


def palma(people: Floats, held: Floats) -> float:
    """What the top 10 % hold over what the bottom 40 % hold on a Lorenz curve; NaN where those hold nothing."""
    bottom, below_top = np.interp([0.4, 0.9], people, held)
    return float((1 - below_top) / bottom) if bottom > 0 else np.nan
