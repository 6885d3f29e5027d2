"""What a circle of 750 m says and what its residents get, need by need. Give the results folder of `hohhot`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy.spatial import cKDTree

from sim.people import AGE_GROUPS

CIRCLE_M = 750.0  # radius of Laogangfang's service map
NEEDS = ("convenience", "groceries", "breakfast", "canteen", "pharmacy", "clinic", "repair", "errand", "park", "all")


def in_circle(root: Path, config: dict) -> dict[str, float]:
    """By need, the share of homes with an outlet for it, or for a substitute, within 750 straight metres."""
    outlets, homes = (
        pd.read_csv(root / "tables" / f"{name}.csv").query("layout == 'base'") for name in ("outlets", "homes")
    )
    formats = config["layouts"]["base"]["formats"]
    share = {}
    for key, need in config["needs"]["catalogue"].items():
        serving = [name for name, form in formats.items() if {key, *need["substitutes"]} & form["offers"].keys()]
        spots = outlets.loc[outlets["format"].isin(serving), ["x", "y"]]
        metres = cKDTree(spots).query(homes[["x", "y"]])[0] if len(spots) else np.full(len(homes), np.inf)
        share[key] = float((metres <= CIRCLE_M).mean())
    return share


def main(root: Path) -> None:
    """Print shares in the circle, within official radii, within 15 minutes on foot, and met; and by age."""
    config = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    tables = {name: pd.read_csv(root / "tables" / f"{name}.csv") for name in ("coverage", "demand")}
    coverage, demand = (table[table["layout"] == "base"] for table in tables.values())
    profile = config["people"]["profile"]
    ages = sorted(profile)
    weight = dict(zip(AGE_GROUPS, (profile[age] for age in ages), strict=True))
    circle = in_circle(root, config)
    print(f"{'need':<14}{'in circle':>10}{'radius':>8}{'15 min':>8}{'80+':>6}{'met':>6}{'80+':>6}  main reason")
    for need in NEEDS:
        rows = demand if need == "all" else demand[demand["need"] == need]
        old = rows[rows["age_group"] == "80+"]
        met, met_old = (1 - part["unmet"].sum() / part["raised"].sum() for part in (rows, old))
        if need == "all":
            print(f"{need:<46}{met:>6.0%}{met_old:>6.0%}")
            continue
        near = coverage[coverage["need"] == need].set_index("age_group")
        by_age = near.index.map(weight)
        radius, minutes = (np.average(near[name], weights=by_age) for name in ("straight_line", "network_15_min"))
        reasons = rows.loc[:, "no_outlet":"cannot_walk"].sum()
        near_old = near["network_15_min"].get("80+", np.nan)
        print(
            f"{need:<14}{circle[need]:>10.0%}{radius:>8.0%}{minutes:>8.0%}{near_old:>6.0%}{met:>6.0%}{met_old:>6.0%}"
            f"  {reasons.idxmax()}"
        )
    print(f"\n{'age':<8}{'met':>6}  of the unmet")
    for age, rows in demand.groupby("age_group"):
        reasons = rows.loc[:, "no_outlet":"cannot_walk"].sum() / rows["unmet"].sum()
        why = ", ".join(f"{key} {part:.0%}" for key, part in reasons.nlargest(3).items())
        print(f"{age:<8}{1 - rows['unmet'].sum() / rows['raised'].sum():>6.0%}  {why}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
