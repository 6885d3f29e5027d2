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
    formats = config["formats"]
    share = {}
    for key, need in config["needs"]["catalogue"].items():
        serving = [name for name, form in formats.items() if {key, *need["substitutes"]} & form["offers"].keys()]
        spots = outlets.loc[outlets["format"].isin(serving), ["x", "y"]]
        metres = cKDTree(spots).query(homes[["x", "y"]])[0] if len(spots) else np.full(len(homes), np.inf)
        share[key] = float((metres <= CIRCLE_M).mean())
    return share


def share(rows: pd.DataFrame, column: str) -> float:
    """The share of errands raised that a column of `demand` or `not_on_foot` counts."""
    return float(rows[column].sum() / rows["raised"].sum())


def main(root: Path) -> None:
    """Print shares in the circle, within radii, within 15 minutes on foot, met on foot, and unmet; and by age."""
    config = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    tables = {name: pd.read_csv(root / "tables" / f"{name}.csv") for name in ("coverage", "demand", "not_on_foot")}
    coverage, demand, on_foot = (table[table["layout"] == "base"] for table in tables.values())
    profile = config["people"]["profile"]
    ages = sorted(profile)
    weight = dict(zip(AGE_GROUPS, (profile[age] for age in ages), strict=True))
    circle = in_circle(root, config)
    print(f"{'need':<14}{'in circle':>10}{'radius':>8}{'15 min':>8}{'80+':>6}", end="")
    print(f"{'on foot':>9}{'80+':>6}{'unmet':>7}{'80+':>6}  main reason on foot")
    for need in NEEDS:
        rows, walks = (table if need == "all" else table[table["need"] == need] for table in (demand, on_foot))
        parts = (rows, rows[rows["age_group"] == "80+"])
        met, met_old = (share(part, "met_walk") for part in parts)
        unmet, unmet_old = (share(part, "unmet") for part in parts)
        ends = f"{met:>9.0%}{met_old:>6.0%}{unmet:>7.1%}{unmet_old:>6.0%}"
        if need == "all":
            print(f"{need:<46}{ends}")
            continue
        near = coverage[coverage["need"] == need].set_index("age_group")
        by_age = near.index.map(weight)
        radius, minutes = (np.average(near[name], weights=by_age) for name in ("straight_line", "network_15_min"))
        near_old = near["network_15_min"].get("80+", np.nan)
        reason = walks.loc[:, "no_outlet":"cannot_walk"].sum().idxmax()
        print(f"{need:<14}{circle[need]:>10.0%}{radius:>8.0%}{minutes:>8.0%}{near_old:>6.0%}{ends}  {reason}")
    print(f"\n{'age':<8}{'on foot':>8}{'others':>8}{'ride':>6}{'beyond':>8}{'unmet':>7}  of what is not met on foot")
    for age, rows in demand.groupby("age_group"):
        walks = on_foot[on_foot["age_group"] == age]
        reasons = walks.loc[:, "no_outlet":"cannot_walk"].sum() / walks["not_on_foot"].sum()
        why = ", ".join(f"{key} {part:.0%}" for key, part in reasons.nlargest(3).items())
        others = sum(share(rows, f"met_{way}") for way in ("delivery", "home_service", "online", "household"))
        print(
            f"{age:<8}{share(rows, 'met_walk'):>8.0%}{others:>8.1%}{share(rows, 'met_ride'):>6.1%}"
            f"{share(rows, 'met_beyond'):>8.1%}{share(rows, 'unmet'):>7.1%}  {why}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
