"""What each step of a ladder of layouts adds, and costs. Give the results folder and the layouts, the least first."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t


def main(root: Path, names: list[str]) -> None:
    """Print errands newly met a day from one layout to the next, paired by seed, and yuan for each of them."""
    layouts = pd.read_csv(root / "tables" / "layouts.csv").set_index("layout")
    seeds = pd.read_csv(root / "tables" / "seeds.csv")
    unmet = seeds[(seeds["measure"] == "unmet_share") & (seeds["need"] == "all") & (seeds["age_group"] == "all")]
    share = unmet.pivot(index="seed", columns="layout", values="value")
    for less, more in pairwise(names):
        gain = (share[less] - share[more]) * layouts.loc[less, "raised_per_day"]
        half = t.ppf(0.975, len(gain) - 1) * gain.std() / np.sqrt(len(gain))
        cost = layouts.loc[more, "cost_yuan"] - layouts.loc[less, "cost_yuan"]
        low, mean, high = (cost / errands for errands in (gain.mean() + half, gain.mean(), gain.mean() - half))
        print(
            f"{less} to {more}: {gain.mean():.1f} errands a day more ({gain.mean() - half:.1f} to "
            f"{gain.mean() + half:.1f}) for {cost:,.0f} yuan, {mean:,.0f} each ({low:,.0f} to {high:,.0f})"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
