"""The tables of a study: made of the tallies of its runs, a seed at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim import measures
from sim.folders import folder_beside
from sim.people import Residents
from sim.record import Tally
from sim.scene import Scene
from sim.study.clock import Tell
from sim.study.plan import Plan

ReadTally = Callable[[int, int], Tally]  # the tally of the scene of a row under a seed


def make_tables(plan: Plan, tally: ReadTally, tell: Tell = lambda runs: None) -> dict[str, pd.DataFrame]:
    """All tables of a study by name, from the tallies of its runs."""
    counts = _count(plan, tally, tell)
    merged: dict[str, pd.DataFrame] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        told = list(pool.map(lambda row: _tables_of(plan, row, counts), range(len(plan.scenes))))
    for name in told[0]:
        for scene, parts in zip(plan.scenes, told, strict=True):
            parts[name].insert(0, "layout", scene.name)
        merged[name] = pd.concat([parts[name] for parts in told], ignore_index=True)
    merged["seeds"] = pd.concat([table for tables in counts.values for table in tables], ignore_index=True)[
        ["layout", "seed", "measure", "need", "age_group", "value", "raised"]
    ]
    names, needs = [scene.name for scene in plan.scenes], plan.config.needs.catalogue
    pairs = {name: measures.join_seeds(both) for name, both in zip(names[1:], counts.pairs[1:], strict=True)}
    merged["compare"] = measures.compare_layouts(tuple(needs), pairs, names[0])
    served = np.array([plan.scenes[0].layout.has_offer_for(key, need.substitutes) for key, need in needs.items()], bool)
    merged["headline"] = measures.headline(names, np.array(counts.split), served)
    goal = measures.read_goal(plan.study.goal, needs)
    merged["goal"] = measures.goal_table(goal, names, plan.place.zones, counts.goal)
    return merged


def write_tables(tables: dict[str, pd.DataFrame], root: Path) -> None:
    """Write tables as CSV below the folder of a study: beside their place, then renamed."""
    with folder_beside(root / "tables") as folder:
        for name, table in tables.items():
            measures.write_sheet(table, folder / f"{name}.csv")


@dataclass
class _Counts:
    """What the tables are made of: a list of a row per layout each, of which most hold one thing per seed.

    `goal` holds one thing per seed, of all layouts.
    """

    tallies: list[Tally]
    crowds: list[measures.Crowd]
    values: list[list[pd.DataFrame]]
    equity: list[list[Any]]
    pairs: list[list[Any]]
    split: list[list[Any]]
    goal: list[measures.Sums] = field(default_factory=list)


def _count(plan: Plan, read: ReadTally, tell: Tell) -> _Counts:
    """Go through all runs, a seed at a time: what can be added is added, the rest is kept by seed."""
    needs, rows = plan.config.needs.catalogue, range(len(plan.scenes))
    counts = _Counts([], [], [[] for _ in rows], [[] for _ in rows], [[] for _ in rows], [[] for _ in rows])
    goal = measures.read_goal(plan.study.goal, needs)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        near = list(pool.map(_near, plan.scenes, repeat(needs)))
        for seed in plan.study.seed_list:
            residents = plan.residence.of(seed)

            def of_scene(row: int, seed: int = seed, residents: Residents = residents) -> tuple[Any, ...]:
                place, layout, reach = plan.scenes[row].whole
                tally = read(row, seed)
                crowd = measures.crowd_of(place, layout, near[row], needs, residents)
                access = measures.access(place, layout, reach, needs, crowd)
                return tally, crowd, measures.seed_equity(access, tally)

            found = list(pool.map(of_scene, rows))
            for row, (tally, _, even) in enumerate(found):
                table = measures.seed_measures(tally)
                counts.values[row].append(table.assign(layout=plan.scenes[row].name, seed=seed))
                counts.equity[row].append(even)
                counts.split[row].append(measures.split_of(tally.by_age.sum(axis=1)))
                if row:
                    counts.pairs[row].append(measures.seed_pair(found[0][0], tally))
                tell(1)
            tallies, crowds = [one for one, *_ in found], [crowd for _, crowd, _ in found]
            counts.goal.append(measures.goal_sums(goal, tallies))
            counts.tallies = _added(counts.tallies, tallies)
            counts.crowds = _added(counts.crowds, crowds)
    return counts


def _added(so_far: list[Any], more: list[Any]) -> list[Any]:
    return [a + b for a, b in zip(so_far, more, strict=True)] if so_far else more


def _near(scene: Scene, needs: Any) -> Any:
    return measures.near_outlets(*scene.whole, needs)


def _tables_of(plan: Plan, row: int, counts: _Counts) -> dict[str, pd.DataFrame]:
    """The tables of one layout by name."""
    scene, needs = plan.scenes[row], tuple(plan.config.needs.catalogue)
    tally = counts.tallies[row]
    counted = measures.Counted(scene.place, scene.layout, needs, tally, counts.crowds[row], counts.equity[row])
    return {**measures.tables_of(counted), "layouts": _layout_row(scene, plan.residents, tally)}


def _layout_row(scene: Scene, residents: int, tally: Tally) -> pd.DataFrame:
    """One line on a layout: its outlets, edits and cost, and what became of demand under it."""
    raised, unmet = int(tally.raised_at.sum()), int(tally.unmet_at.sum())
    layout = scene.layout
    return pd.DataFrame(
        {
            "zh": [layout.zh],
            "en": [layout.en],
            "outlets": [len(layout)],
            "edits": [len(layout.edits)],
            "cost_yuan": [layout.cost_yuan],
            "residents": [residents],
            "raised_per_day": [raised / tally.run_days],
            "unmet_per_day": [unmet / tally.run_days],
            "unmet_share": [unmet / max(raised, 1)],
        }
    )
