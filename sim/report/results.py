"""What a report is drawn from: the tables on disk, the subject, and the words of one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from sim.columns import short_repr
from sim.errors import InputError
from sim.measures import ALL, Goal, read_goal, read_sheet, unmet_share
from sim.place import Place
from sim.record import REASONS
from sim.record.outcomes import SPLIT
from sim.report.given_names import Names, name_things
from sim.report.subject import Subject
from sim.report.words import PLAIN_LOADER, Words

MIN_CHANGE = 0.01  # of errands: a home's unmet share has changed where it moved by a point or more
FEW_ZONES = 6  # communities up to which a table of them says it all


@dataclass(frozen=True)
class Results:
    """A study's tables by name, its effective `config`, and the `words` and `names` of one language.

    `residents` of the first seed, one row each: home, age_group, zone, mobility.
    """

    subject: Subject
    tables: Mapping[str, pd.DataFrame]
    config: Mapping[str, Any]
    residents: pd.DataFrame
    words: Words
    names: Names

    __repr__ = short_repr

    @property
    def layouts(self) -> list[str]:
        """Layouts by name; the first is what the others are compared with."""
        return [layout.name for layout in self.subject.layouts]

    @property
    def first(self) -> str:
        """The layout that the others are compared with."""
        return self.layouts[0]

    @property
    def goal(self) -> Goal:
        """The measure by which the study is decided."""
        return read_goal(self.config["study"]["goal"], self.subject.needs.catalogue)

    @property
    def run_days(self) -> int:
        """Days measured, over all seeds and places: what counts are divided by to be per day of one place."""
        return self.first_place_days * self.subject.places

    @property
    def first_place_days(self) -> int:
        """The same of the first place: for what is told by community, home, outlet and street."""
        return self.subject.days * self.subject.seeds

    @property
    def place_seeds(self) -> tuple[int, int]:
        """The first and the last seed that the places were grown from."""
        first = int(self.config["place"]["seed"])
        return first, first + self.subject.places - 1

    def of(self, table: str, layout: str) -> pd.DataFrame:
        """The rows of a table for one layout."""
        rows = self.tables[table]
        return rows[rows["layout"] == layout]

    def place(self, layout: str) -> Place:
        """The place as a layout leaves it."""
        return self.subject.scenes[self.layouts.index(layout)].place

    def runs(self) -> str:
        """How much was simulated, in words."""
        key = "seed_days" if self.subject.seeds == 1 else "seeds_days"
        told = self.words(key, seeds=self.subject.seeds, days=self.subject.days)
        return self.words("places_runs", places=self.subject.places, runs=told) if self.subject.places > 1 else told

    def source(self) -> str:
        """The line under every figure: where the place comes from, and what simulated it."""
        number = version("lifecircle")
        if self.names.attribution:
            where = self.words("source.map", place=self.names.place, attribution=self.names.attribution)
        else:
            first, last = self.place_seeds
            key = "source.grown" if first == last else "source.grown_places"
            where = self.words(key, place=self.names.place, seed=first, last=last, version=number)
        if not self.tables:
            return where
        return f"{where} · {self.words('source.run', version=number, runs=self.runs())}"


def read_results(root: Path, subject: Subject, words: Words) -> Results:
    """The results folder `root` of a study, with names in the language of `words`.

    Raises `InputError` for the results of a version that had no goals.
    """
    tables = {file.stem: read_sheet(file) for file in sorted((root / "tables").glob("*.csv"))}
    if "goal" not in tables:
        raise InputError(f"{root / 'tables' / 'goal.csv'}: missing; run the study again with this version")
    return results_of(subject, tables, (root / "config.yaml").read_text(encoding="utf-8"), words)


def results_of(subject: Subject, tables: Mapping[str, pd.DataFrame], config: str, words: Words) -> Results:
    """The results of a study, of its tables and its config as YAML."""
    told = yaml.load(config, Loader=PLAIN_LOADER)
    return Results(subject, tables, told, subject.dwellers, words, name_things(subject, words))


def difference(results: Results, layout: str, measure: str, need: str = ALL, age_group: str = ALL) -> pd.Series | None:
    """The paired difference of a layout to the first: a row of `compare`, or None where there is none."""
    rows = results.of("compare", layout)
    keys = (rows["measure"] == measure) & (rows["need"] == need) & (rows["age_group"] == age_group)
    return rows[keys].iloc[0] if keys.any() else None


def goal_row(results: Results, layout: str) -> pd.Series:
    """How a layout does by the goal: its row of `goal`."""
    return results.of("goal", layout).iloc[0]


def headline_row(results: Results, layout: str, base: str, outcome: str = "unmet", part: str = ALL) -> pd.Series | None:
    """The share of all errands with an outcome of `SPLIT` under a layout against another: a row of `headline`, or None.

    A `part` is that of needs for which an outlet stands under the first layout (`served`), or of the others.
    """
    rows = results.of("headline", layout)
    rows = rows[(rows["base"] == base) & (rows["outcome"] == outcome) & (rows["part"] == part)]
    return rows.iloc[0] if len(rows) else None


def luck(results: Results, layout: str, measure: str = "unmet_share") -> pd.Series | None:
    """The spread over places and over seeds, all errands together: a row of `places`, or None where there is none."""
    if "places" not in results.tables:
        return None
    rows = results.of("places", layout)
    rows = rows[(rows["measure"] == measure) & (rows["need"] == ALL) & (rows["age_group"] == ALL)]
    return rows.iloc[0] if len(rows) else None


def split_by(results: Results, layout: str, by: str | None = None, table: str = "demand") -> pd.DataFrame:
    """By `by` (rows; one row of all without it), the share of errands raised with each outcome of `SPLIT` (columns)."""
    rows = results.of(table, layout)
    keys = rows[by] if by else pd.Series(ALL, rows.index)
    counts = rows.groupby(keys)[["raised", *(name for names in SPLIT.values() for name in names)]].sum()
    parts = {part: counts[list(names)].sum(axis=1) / counts["raised"] for part, names in SPLIT.items()}
    return pd.DataFrame(parts)


def unmet_by(results: Results, by: str, table: str = "demand") -> pd.DataFrame:
    """Unmet share by `by` (rows) and layout (columns), over everything else."""
    share = unmet_share(results.tables[table], ["layout", by])
    return share.pivot(index=by, columns="layout", values="unmet_share").reindex(columns=results.layouts)


def raised_by(results: Results, by: str) -> pd.Series:
    """Errands raised a day by `by`; the same under every layout."""
    return results.of("demand", results.first).groupby(by)["raised"].sum() / results.run_days


def reason_shares(results: Results, layout: str, by: str = "need", table: str = "demand") -> pd.DataFrame:
    """By need, or by `by`, the share of errands raised that stays unmet for each reason."""
    counts = results.of(table, layout).groupby(by)[["raised", *REASONS]].sum()
    return counts[list(REASONS)].div(counts["raised"], axis=0)


def coverage_and_met(results: Results, layout: str) -> pd.DataFrame:
    """By need: shares of residents covered, weighted by residents of each age group, and the share of errands met."""
    people = results.residents["age_group"].value_counts()
    rows = results.of("coverage", layout).copy()
    columns = [name for name in rows.columns if name.startswith("network_") or name == "straight_line"]
    weight = rows["age_group"].map(people).fillna(0).to_numpy(float)
    rows[columns] = rows[columns].mul(weight, axis=0)
    total = rows.assign(weight=weight).groupby("need")[[*columns, "weight"]].sum()
    covered = total[columns].div(total["weight"].where(total["weight"] > 0), axis=0)
    return covered.assign(met_share=1 - unmet_by(results, "need")[layout])


def equity_of(results: Results, measure: str) -> pd.DataFrame:
    """A measure of equity by need (rows), and `all` where it has one, under each layout (columns)."""
    table = results.tables["equity"]
    rows = table[table["measure"] == measure]
    return rows.pivot(index="need", columns="layout", values="value").reindex(columns=results.layouts)


def change_by_home(results: Results, layout: str) -> pd.DataFrame:
    """Per home: the change of its unmet share from the first layout to another, and its residents."""
    before = results.of("homes", results.first).set_index("home")
    after = results.of("homes", layout).set_index("home")
    living = results.residents["home"].value_counts().reindex(before.index, fill_value=0)
    change = after["unmet_share"] - before["unmet_share"]
    return before[["x", "y"]].assign(change=change, residents=living)


def gain_and_lose(changes: pd.DataFrame) -> tuple[int, int, int]:
    """Residents whose home gains, stays about the same, loses."""
    gain = int(changes.loc[changes["change"] <= -MIN_CHANGE, "residents"].sum())
    lose = int(changes.loc[changes["change"] >= MIN_CHANGE, "residents"].sum())
    return gain, int(changes["residents"].sum()) - gain - lose, lose


def kinds_of(zones: Iterable[str]) -> dict[str, list[str]]:
    """Communities by the kind that their names carry (`old_town-07`); by no kind where any name carries none."""
    named = {zone: re.fullmatch(r"(.+)-\d+", zone) for zone in zones}
    kinds: dict[str, list[str]] = {}
    for zone, found in named.items():
        kinds.setdefault(found[1] if found and all(named.values()) else "", []).append(zone)
    return kinds


def has_radius(results: Results, layout: str) -> set[str]:
    """Needs for which an outlet of the layout, its own or a substitute, has an official radius."""
    laid = next(one for one in results.subject.layouts if one.name == layout)
    kinds = {outlet.kind for outlet in laid.outlets if laid.formats[outlet.format].radius_m}
    catalogue = results.subject.needs.catalogue
    return {key for key, need in catalogue.items() if any(kind.offer_for(key, need.substitutes) for kind in kinds)}
