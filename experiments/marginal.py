"""What each step of a ladder of layouts adds, and costs. Give the results folder and the layouts, the least first."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import pandas as pd


def main(root: Path, names: list[str]) -> None:
    """Print errands newly met a day from one layout to the next, paired by seed, and yuan for each of them."""
    layouts = pd.read_csv(root / "tables" / "layouts.csv").set_index("layout")
    found = pd.read_csv(root / "tables" / "headline.csv")
    found = found[(found["outcome"] == "unmet") & (found["part"] == "all")].set_index(["base", "layout"])
    for less, more in pairwise(names):
        row = -found.loc[(less, more), ["ci_high", "difference", "ci_low"]] * layouts.loc[less, "raised_per_day"]
        cost = layouts.loc[more, "cost_yuan"] - layouts.loc[less, "cost_yuan"]
        least, mean, most = row.astype(float)
        print(
            f"{less} to {more}: {mean:.1f} errands a day more ({least:.1f} to {most:.1f}) for {cost:,.0f} yuan, "
            f"{cost / mean:,.0f} each ({cost / most:,.0f} to {cost / least:,.0f})"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
