"""The goal of a study: the measure by which it is decided, named before it runs, and the layouts ranked by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.by_age import ByAge
from sim.columns import Floats, Ints
from sim.errors import InputError
from sim.measures.comparison import Pair, Sums, differences, sums_on_foot_under_both
from sim.measures.travel import ALL
from sim.needs import NeedConfig
from sim.people import AGE_GROUPS, GROUP_FROM
from sim.record.outcomes import FIRST_REASON, MET_WALK
from sim.record.tally import Tally

GOALS: Final = {
    "unmet": "share of errands raised that stays unmet",
    "not_on_foot": "share of errands raised that is not met on foot",
    "minutes": "min from setting out to being served, errands met on foot under both",
}
WORST: Final = "worst community"
GOAL_AGES: Final = {**{group: (group,) for group in AGE_GROUPS}, "60+": AGE_GROUPS[-3:], "70+": AGE_GROUPS[-2:]}
LAST_AGE: Final = 120  # years, beyond which nobody is asked what they want


@dataclass(frozen=True)
class Goal:
    """The measure by which a study is decided; less of it is better.

    `measure`: one of `GOALS`.
    `need`: the only one whose errands count, or `all`.
    `ages`: one of `GOAL_AGES` whose errands count, or `all`.
    `worst`: whether it is that of the community in which it is highest, and not that of the whole place.
    """

    measure: str = "unmet"
    need: str = ALL
    ages: str = ALL
    worst: bool = False

    def __str__(self) -> str:
        """As `study.goal` has it."""
        parts = [self.need] * (self.need != ALL) + [self.ages] * (self.ages != ALL) + [WORST] * self.worst
        return " ".join([self.measure, *parts])

    @property
    def is_share(self) -> bool:
        """Whether it is a share of errands, and not minutes."""
        return self.measure != "minutes"

    @property
    def is_whole(self) -> bool:
        """Whether the errands of everybody in all of the place count."""
        return self.need == self.ages == ALL and not self.worst

    @property
    def groups(self) -> tuple[str, ...]:
        """The age groups whose errands count."""
        return GOAL_AGES.get(self.ages, AGE_GROUPS)


def read_goal(text: str, catalogue: Mapping[str, NeedConfig]) -> Goal:
    """The goal that `study.goal` names: a measure, then a need, ages or the worst community, or none of them.

    Raises `InputError` for a word that is none of these, for what the tables do not hold, and where nobody of those
    ages wants anything that counts.
    """
    measure, *words = text.replace(WORST, "").split() or [""]
    if measure not in GOALS:
        raise InputError(f"study.goal: {text!r} begins with {measure!r}; one of {', '.join(GOALS)} is accepted first")
    found: dict[str, str] = {}
    for word in words:
        key = "need" if word in catalogue else "ages" if word in GOAL_AGES else ""
        if not key or key in found:
            wrong = f"a second {'need' if key == 'need' else 'age group'}" if key else "no need and no age group"
            raise InputError(
                f"study.goal: {text!r}: {word!r} is {wrong}; after the measure, one need ({', '.join(catalogue)}), one "
                f"of the ages {', '.join(GOAL_AGES)}, and {WORST!r} are accepted"
            )
        found[key] = word
    goal = Goal(measure, found.get("need", ALL), found.get("ages", ALL), WORST in text)
    _check_goal(goal, text, catalogue)
    return goal


def _check_goal(goal: Goal, text: str, catalogue: Mapping[str, NeedConfig]) -> None:
    if goal.worst and (goal.ages != ALL or not goal.is_share):
        raise InputError(
            f"study.goal: {text!r}: communities are not told apart by age, nor by minutes; {WORST!r} is accepted after "
            "unmet or not_on_foot, with a need or without"
        )
    wanted = [key for key, need in catalogue.items() if goal.need in (ALL, key) and _wants(need, goal.groups)]
    if not wanted:
        others = [key for key, need in catalogue.items() if _wants(need, goal.groups)]
        raise InputError(
            f"study.goal: {text!r}: nobody aged {goal.ages} wants {goal.need} (needs.catalogue.{goal.need}.per_week); "
            f"they want {', '.join(others) or 'nothing'}"
        )


def _wants(need: NeedConfig, groups: Sequence[str]) -> bool:
    """Whether anybody of these age groups may have errands for a need."""
    ages = [age for group, low, high in zip(AGE_GROUPS, GROUP_FROM, (*GROUP_FROM[1:], LAST_AGE), strict=True)
            if group in groups for age in range(low, high)]  # fmt: skip
    return bool((ByAge(need.per_week).at(ages) > 0).any())


def goal_sums(goal: Goal, tallies: Sequence[Tally]) -> Sums:
    """What the goal is made of in one seed, (layout, beside, community): of a layout beside each layout.

    `tallies` one for each layout. Beside which layout it is matters to minutes alone, which are of errands met on foot
    under both; shares have one row. The whole place is one community unless the worst counts.
    """
    if not goal.is_share:
        return _minutes(goal, tallies)
    needs = _needs(goal, tallies[0])
    if goal.worst:
        ends = np.stack([tally.by_zone[:, needs].sum(axis=1) for tally in tallies])[:, None]
    else:
        groups = [AGE_GROUPS.index(group) for group in goal.groups]
        ends = np.stack([tally.by_age[needs][:, groups].sum(axis=(0, 1)) for tally in tallies])[:, None, None]
    raised = ends.sum(axis=-1)
    missed = ends[..., FIRST_REASON:].sum(axis=-1) if goal.measure == "unmet" else raised - ends[..., MET_WALK]
    return Sums(raised, missed.astype(float), raised)


def _needs(goal: Goal, tally: Tally) -> Any:
    """The rows of the needs that count."""
    return slice(None) if goal.need == ALL else [tally.needs.index(goal.need)]


def _minutes(goal: Goal, tallies: Sequence[Tally]) -> Sums:
    """`goal_sums` of minutes."""
    shape = len(tallies), len(tallies), 1
    of, total = np.zeros(shape, np.int64), np.zeros(shape)
    need = -1 if goal.need == ALL else tallies[0].needs.index(goal.need)
    ages = [-1] if goal.ages == ALL else [AGE_GROUPS.index(group) for group in goal.groups]
    for row, one in enumerate(tallies):
        for beside, other in enumerate(tallies[: row + 1]):
            for at, both in zip(((row, beside), (beside, row)), sums_on_foot_under_both(one, other), strict=True):
                minutes = both["mean_time_min"]
                of[at], total[at] = minutes.of[need, ages].sum(), minutes.total[need, ages].sum()
    return Sums(of, total, of)


def goal_table(
    goal: Goal, layouts: Sequence[str], zones: Sequence[str], runs: Sequence[Sums], places: int = 1
) -> pd.DataFrame:
    """The layouts by the goal: value, difference to the first and to the one of rank 1, with intervals over seeds, of
    several places over these.

    `runs` as `goal_sums` has them, seed by seed, place by place; `zones` of the first place. `rank` is by the
    difference to the first, the least 1, and the same where it is the same. `n` are the errands behind the difference:
    where that is 0 there is no value, no difference and no rank. `zone` is the worst community under the layout; which
    it is comes of all seeds of a place together. Several places have each its own, whose errands are added up, and
    `zone` is empty.
    """
    each = len(runs) // places
    found_in = [_worst_in(runs[first : first + each], len(layouts)) for first in range(0, len(runs), each)]
    of, total = (np.concatenate([one[side] for one in found_in]) for side in (0, 1))
    zone_of = [zones[at] if goal.worst and places == 1 else "" for at in found_in[0][2]]

    def sums(row: int, beside: int) -> Sums:
        return Sums(of[:, row, beside], total[:, row, beside], of[:, row, beside])

    def against(row: int, base: int) -> dict[str, Any]:
        return differences(Pair(sums(base, row), sums(row, base)), goal.is_share, places)

    to_first = [against(row, 0) for row in range(len(layouts))]
    rank = pd.Series([float(found["difference"]) for found in to_first]).rank(method="min").astype("Int64")
    best = int(rank.fillna(len(layouts) + 1).argmin())
    rows = []
    for row, (layout, found) in enumerate(zip(layouts, to_first, strict=True)):
        to_best = against(row, best)
        told: dict[str, Any] = {
            "layout": layout,
            "goal": str(goal),
            "unit": GOALS[goal.measure],
            "zone": zone_of[row],
            **{name: found[name] for name in ("value", "base_value", "difference", "ci_low", "ci_high")},
            "rank": rank[row],
            **{f"to_best_{name}": to_best[name] for name in ("difference", "ci_low", "ci_high")},
            "n": found["raised"],
            "few": str(found["few"]),
            **{name: found[name] for name in ("seeds", "places") if name in found},
        }
        # A layout has no difference to itself.
        itself = ("ci_low", "ci_high") * (row == 0) + ("to_best_ci_low", "to_best_ci_high") * (row == best)
        rows.append({**told, **dict.fromkeys(itself, np.nan)})
    return pd.DataFrame(rows).astype({"rank": "Int64"})


def _worst_in(seeds: Sequence[Sums], layouts: int) -> tuple[Ints, Floats, list[int]]:
    """Of one place, the errands behind the goal and the total, (seed, layout, beside), in the worst community under
    each layout; and which that is.
    """
    of, total = (np.stack(column) for column in zip(*((sums.of, sums.total) for sums in seeds), strict=True))
    shape = len(seeds), layouts, layouts, of.shape[-1]
    of, total = np.broadcast_to(of, shape), np.broadcast_to(total, shape)
    zone_of = [_worst_of(of[:, row, row], total[:, row, row]) for row in range(layouts)]
    rows = np.arange(layouts)
    return of[:, rows, :, zone_of].swapaxes(0, 1), total[:, rows, :, zone_of].swapaxes(0, 1), zone_of


def _worst_of(of: Ints, total: Floats) -> int:
    """The community with the largest share, all seeds (the first axis) together; one without errands is none."""
    behind, added = of.sum(axis=0), total.sum(axis=0)
    return int(np.where(behind > 0, added / np.maximum(behind, 1), -1.0).argmax())
