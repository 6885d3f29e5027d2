"""The tables of a study: made of the tallies of its runs, a seed at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import InitVar, dataclass, field
from itertools import repeat
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd

from sim import measures
from sim.folders import folder_beside
from sim.people import Residents
from sim.record import Tally
from sim.record.outcomes import FIRST_REASON
from sim.scene import OF_TABLES, Scene, content_digest, tables_digest
from sim.study.clock import Tell
from sim.study.plan import Plan

ReadTally = Callable[[int, int, int], Tally]  # the tally of a layout in a place under a seed


def make_tables(plan: Plan, tally: ReadTally, tell: Tell = lambda runs: None) -> dict[str, pd.DataFrame]:
    """All tables of a study by name, from the tallies of its runs.

    Of several places, what is told by community, home, outlet and street is of the first; all else is of all of them.
    """
    counts = _count(plan, tally, tell)
    merged: dict[str, pd.DataFrame] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        told = list(pool.map(lambda row: _tables_of(plan, row, counts), range(len(plan.scenes))))
    for name in told[0]:
        for scene, parts in zip(plan.scenes, told, strict=True):
            parts[name].insert(0, "layout", scene.name)
        merged[name] = pd.concat([parts[name] for parts in told], ignore_index=True)
    run = ["layout", *["place"][: plan.study.places > 1], "seed"]
    merged["seeds"] = pd.concat([table for tables in counts.values for table in tables], ignore_index=True)[
        [*run, "measure", "need", "age_group", "value", "raised"]
    ]
    return merged | _comparisons(plan, counts)


def _comparisons(plan: Plan, counts: _Counts) -> dict[str, pd.DataFrame]:
    """The tables that hold layouts against each other; of several places also how much is their luck."""
    names, needs, places = list(plan), plan.config.needs.catalogue, plan.study.places
    pairs = {name: measures.join_seeds(both) for name, both in zip(names[1:], counts.pairs[1:], strict=True)}
    served = [
        [setting.scenes[0].layout.has_offer_for(key, need.substitutes) for key, need in needs.items()]
        for setting in plan.settings
        for _ in plan.study.seed_list
    ]
    goal = measures.read_goal(plan.study.goal, needs)
    tables = {
        "compare": measures.compare_layouts(tuple(needs), pairs, names[0], places),
        "headline": measures.headline(names, np.array(counts.split), np.array(served, bool), places),
        "goal": measures.goal_table(goal, names, plan.place.zones, counts.goal, places),
    }
    if places > 1:
        tables["places"] = measures.place_spreads(tuple(needs), counts.own, pairs, names[0], places)
    return tables


def write_tables(tables: dict[str, pd.DataFrame], plan: Plan, root: Path) -> None:
    """Write tables as CSV below the folder of a study, with the digest of what they are of: beside their place, then
    renamed.
    """
    with folder_beside(root / "tables") as folder:
        digest = tables_digest(content_digest(plan.every_digest), plan.study.seed_list)
        (folder / OF_TABLES).write_text(f"{digest}\n", encoding="utf-8")
        for name, table in tables.items():
            measures.write_sheet(table, folder / f"{name}.csv")


@dataclass
class _Counts:
    """What the tables are made of: a list of a row per layout each, of which most hold one thing per run, place by
    place. `tallies` and `crowds` are of the first place, `pooled_tallies` and `pooled_crowds` of all; `goal` has one
    thing per run, of all layouts; `own` the sums of each run of the first layout, where there are several places.
    """

    layouts: InitVar[int]
    values: list[list[pd.DataFrame]] = field(init=False)
    equity: list[list[Any]] = field(init=False)
    pairs: list[list[Any]] = field(init=False)
    split: list[list[Any]] = field(init=False)
    goal: list[measures.Sums] = field(default_factory=list)
    own: list[Any] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    crowds: list[measures.Crowd] = field(default_factory=list)
    pooled_tallies: list[Tally] = field(default_factory=list)
    pooled_crowds: list[measures.Crowd] = field(default_factory=list)

    def __post_init__(self, layouts: int) -> None:
        for name in ("values", "equity", "pairs", "split"):
            setattr(self, name, [[] for _ in range(layouts)])


def _count(plan: Plan, read: ReadTally, tell: Tell) -> _Counts:
    """Go through all runs, place by place: what can be added is added, the rest is kept by run."""
    counts = _Counts(len(plan.scenes))
    for place in range(plan.study.places):
        tallies, crowds = _count_place(plan, place, read, tell, counts)
        if place == 0:
            counts.tallies, counts.crowds = tallies, crowds
        if plan.study.places > 1:
            tallies, crowds = [one.anywhere for one in tallies], [one.anywhere for one in crowds]
        counts.pooled_tallies = _added(counts.pooled_tallies, tallies)
        counts.pooled_crowds = _added(counts.pooled_crowds, crowds)
    return counts


def _count_place(
    plan: Plan, place: int, read: ReadTally, tell: Tell, counts: _Counts
) -> tuple[list[Tally], list[measures.Crowd]]:
    """Go through the runs of one place, a seed at a time; the tallies and the crowds of all its seeds by layout."""
    needs, setting = plan.config.needs.catalogue, plan.settings[place]
    goal = measures.read_goal(plan.study.goal, needs)
    tallies: list[Tally] = []
    crowds: list[measures.Crowd] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        near = list(pool.map(_near, setting.scenes, repeat(needs)))
        for seed in plan.study.seed_list:
            residents = setting.residence.of(seed)

            def of_scene(row: int, seed: int = seed, residents: Residents = residents) -> tuple[Any, ...]:
                ground, layout, reach = setting.scenes[row].whole
                tally = read(place, row, seed)
                crowd = measures.crowd_of(ground, layout, near[row], needs, residents)
                access = measures.access(ground, layout, reach, needs, crowd)
                return tally, crowd, measures.seed_equity(access, tally)

            found = list(pool.map(of_scene, range(len(setting.scenes))))
            for row, (tally, _, even) in enumerate(found):
                table = measures.seed_measures(tally)
                counts.values[row].append(table.assign(layout=list(plan)[row], place=setting.seed, seed=seed))
                counts.equity[row].append(even)
                counts.split[row].append(measures.split_of(tally.by_age.sum(axis=1)))
                if row:
                    counts.pairs[row].append(measures.seed_pair(found[0][0], tally))
                tell(1)
            tallies = _added(tallies, [one for one, *_ in found])
            crowds = _added(crowds, [crowd for _, crowd, _ in found])
            counts.goal.append(measures.goal_sums(goal, [one for one, *_ in found]))
            if plan.study.places > 1:
                counts.own.append(measures.sums_of(found[0][0]))
    return tallies, crowds


def _added(so_far: list[Any], more: list[Any]) -> list[Any]:
    return [a + b for a, b in zip(so_far, more, strict=True)] if so_far else more


def _near(scene: Scene, needs: Any) -> Any:
    return measures.near_outlets(*scene.whole, needs)


def _tables_of(plan: Plan, row: int, counts: _Counts) -> dict[str, pd.DataFrame]:
    """The tables of one layout by name."""
    scene, needs = plan.scenes[row], tuple(plan.config.needs.catalogue)
    counted = measures.Counted(
        place=scene.place,
        layout=scene.layout,
        needs=needs,
        tally=counts.tallies[row],
        crowd=counts.crowds[row],
        equity=counts.equity[row],
        places=plan.study.places,
        pooled_tally=counts.pooled_tallies[row],
        pooled_crowd=counts.pooled_crowds[row],
    )
    return {**measures.tables_of(counted), "layouts": _layout_row(plan, row, counts.pooled_tallies[row])}


def _layout_row(plan: Plan, row: int, tally: Tally) -> pd.DataFrame:
    """One line on a layout: its outlets, edits and cost, of several places their means, and what became of demand
    under it.
    """
    ends = tally.by_age
    raised, unmet = int(ends.sum()), int(ends[..., FIRST_REASON:].sum())
    layouts = [setting.scenes[row].layout for setting in plan.settings]
    return pd.DataFrame(
        {
            "zh": [layouts[0].zh],
            "en": [layouts[0].en],
            "outlets": [round(fmean(map(len, layouts)))],
            "edits": [round(fmean(len(layout.edits) for layout in layouts))],
            "cost_yuan": [fmean(layout.cost_yuan for layout in layouts)],
            "residents": [round(fmean(setting.residents for setting in plan.settings))],
            "raised_per_day": [raised / tally.run_days],
            "unmet_per_day": [unmet / tally.run_days],
            "unmet_share": [unmet / max(raised, 1)],
        }
    )
