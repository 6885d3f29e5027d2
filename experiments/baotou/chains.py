"""What the tables of `baotou` do not hold: errands done on one tour, read from the runs. Give the results folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t

from sim.place import WalkClass

WARMUP_DAYS, DAYS = 1, 7  # of study/baotou.yaml
LAYOUTS = {
    "carers": ["pilots", "fresh_kindergarten", "fresh_gates"],
    "repair": ["pilots", "repair_market", "repair_own", "repair_moved"],
}


def read_run(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measured errands, each with the planned tour on which it was walked for (-1: none), and legs with minutes."""
    errands = pd.read_parquet(folder / "errands.parquet")
    legs = pd.read_parquet(folder / "legs.parquet")
    legs["minutes"] = (legs["arrive_s"] - legs["depart_s"]) / 60
    out = legs[legs["errand"] >= 0].drop_duplicates("errand", keep="last")
    errands["tour"] = pd.Series(out["tour"].to_numpy(), out["errand"]).reindex(errands.index, fill_value=-1)
    errands["last_m"] = pd.Series(out["metres"].to_numpy(), out["errand"]).reindex(errands.index)
    return errands[errands["day"] >= WARMUP_DAYS], legs[legs["depart_s"] >= WARMUP_DAYS * 86_400]


def planned(errands: pd.DataFrame) -> pd.Series:
    """The tours of errands that were planned: what comes back, or is ridden for, is on none."""
    return errands.loc[errands["tour"] >= 0, "tour"]


def carers(errands: pd.DataFrame, legs: pd.DataFrame) -> dict[str, float]:
    """Those who walk a child to a kindergarten at least once, and their own groceries, whoever goes for them."""
    bring = errands[(errands["need"] == "kindergarten") & (errands["outcome"] == "met_walk")]
    who = bring["walker"].unique()
    food = errands[(errands["need"] == "groceries") & errands["resident"].isin(who)]
    walked = food[food["outcome"] == "met_walk"]
    shared = walked["tour"].isin(planned(bring))
    minutes = legs.groupby("tour")["minutes"].sum()
    on_foot = legs[legs["walk_class"] != WalkClass.RIDE]
    return {
        "carers": len(who),
        "their groceries not met on foot, %": 100 * (food["outcome"] != "met_walk").mean(),
        "their groceries unmet, %": 100 * (food["outcome"] == "unmet").mean(),
        "bought on a tour with the child, %": 100 * shared.mean(),
        "metres walked for these": walked.loc[shared, "walk_m"].mean(),
        "min of such a tour": minutes.reindex(walked.loc[shared, "tour"]).mean(),
        "min walked a carer and day": on_foot.loc[on_foot["walker"].isin(who), "minutes"].sum() / len(who) / DAYS,
    }


def repair(errands: pd.DataFrame, legs: pd.DataFrame) -> dict[str, float]:
    """Repairs that are done, and how many on a tour that buys food as well."""
    done = errands[(errands["need"] == "repair") & (errands["outcome"] == "met_walk")]
    food = planned(errands[(errands["need"] == "groceries") & (errands["outcome"] == "met_walk")])
    raised = errands["need"] == "repair"
    return {
        "repairs met on foot, %": 100 * (errands.loc[raised, "outcome"] == "met_walk").mean(),
        "repairs unmet, %": 100 * (errands.loc[raised, "outcome"] == "unmet").mean(),
        "done on a tour for food, %": 100 * done["tour"].isin(food).mean(),
        "last walk of no metres, %": 100 * (done["last_m"] == 0).mean(),
        "metres walked for a repair": done["walk_m"].mean(),
        "tried more than one stall, %": 100 * (done["attempts"] > 1).mean(),
    }


def compared(root: Path, about: str) -> list[str]:
    """The layouts to compare that the study has run, the first of them first."""
    return [layout for layout in LAYOUTS[about] if (root / "runs" / layout).is_dir()]


def rows(root: Path, about: str) -> Iterator[pd.DataFrame]:
    """Measures (columns) by seed (rows), a table for each layout."""
    measure = {"carers": carers, "repair": repair}[about]
    for layout in compared(root, about):
        runs = sorted((root / "runs" / layout).glob("seed-*"), key=lambda folder: int(folder.name[5:]))
        yield pd.DataFrame([measure(*read_run(folder)) for folder in runs])


def main(root: Path) -> None:
    """Print the means under the first layout, and the paired differences of the others with 95 % intervals."""
    for about in LAYOUTS:
        layouts = compared(root, about)
        tables = dict(zip(layouts, rows(root, about), strict=True))
        first = tables[layouts[0]]
        for key in first:
            print(f"\n{key}: {first[key].mean():.2f} under {layouts[0]}")
            for layout in layouts[1:]:
                change = tables[layout][key] - first[key]
                half = t.ppf(0.975, len(change) - 1) * change.std() / np.sqrt(len(change))
                print(
                    f"  {layout:<20}{change.mean():+8.2f}  ({change.mean() - half:+.2f} to {change.mean() + half:+.2f})"
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
