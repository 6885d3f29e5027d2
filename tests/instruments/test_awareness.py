"""Who has heard of which outlet (facts 8.1, rows 7 and 36): the near ones surely, the far ones by map and by sign.

Eight outlets stand 100 to 800 m from home, each the only one of its need, and everybody wants all of them.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Any

import pytest

from sim.outlets import LayoutConfig
from sim.outlets.edits.awareness import AwarenessConfig, SignsRule
from sim.outlets.edits.placing import AddEdit
from tests.instruments.conftest import (
    CALM,
    Ground,
    assert_same,
    assert_same_run,
    assert_share,
    each,
    ends,
    form,
    laid,
    offer,
    persons,
    row,
    rows_of,
    world,
)
from tests.worlds import HOUR_S, World

N = 600
NODES = range(1, 9)
YOUNG, OLD = persons(N, age=30), persons(N, age=70)
FORMATS = {f"f{node}": form({f"n{node}": offer()}) for node in NODES}
BASE = LayoutConfig(formats=FORMATS, add=[AddEdit(id=f"o{node}", format=f"f{node}", node=node) for node in NODES])
WISHES = [wish for node in NODES for wish in each([*YOUNG, *OLD], f"n{node}", node * HOUR_S)]


def town(awareness: AwarenessConfig | None = None, known: Any = 0.5, familiar_m: float = 0.0) -> World:
    day = replace(CALM, known_share=known if isinstance(known, dict) else {0: known}, familiar_m=familiar_m)
    return world(informed(awareness), [*YOUNG, *OLD], WISHES, day=day)


def informed(awareness: AwarenessConfig | None = None) -> Ground:
    return laid(row(), BASE, awareness=awareness or AwarenessConfig())


def heard(world: World, node: int, old: bool = False) -> list[bool]:
    """Of the young or the old, who has heard of an outlet."""
    first = 2 * N * (node - 1) + N * old
    told = ends(rows_of(world))[first : first + N]
    assert set(told) <= {f"o{node}", "unknown"}
    return [end != "unknown" for end in told]


def map_of(known_share: dict[int, float]) -> AwarenessConfig:
    return AwarenessConfig(known_share=known_share, cost_yuan=100_000.0)


# ---- by distance and age


@pytest.mark.parametrize(("share", "familiar_m"), [(0.6, 0.0), (0.3, 300.0), (0.0, 300.0), (0.6, 1000.0)])
def test_the_nearer_the_better_known(share: float, familiar_m: float) -> None:
    there = town(known=share, familiar_m=familiar_m)
    rows = rows_of(there)
    for node in NODES:
        near = exp(-100.0 * node / familiar_m) if familiar_m else 0.0
        of_need = rows["need"] == f"n{node}"
        assert_share(int((rows["outcome"][of_need] == "met_walk").sum()), 2 * N, share + (1 - share) * near)


def test_the_old_may_know_less() -> None:
    there = town(known={0: 0.8, 60: 0.3})
    assert_share(sum(heard(there, 4)), N, 0.8)
    assert_share(sum(heard(there, 4, old=True)), N, 0.3)


def test_who_knows_all_is_nowhere_unfamiliar() -> None:
    assert set(rows_of(town(known=1.0))["outcome"]) == {"met_walk"}
    assert_same_run(town(known=1.0), town(known=1.0, familiar_m=300.0))


# ---- the online map


def test_an_online_map_only_adds() -> None:
    before, after = rows_of(town()), rows_of(town(map_of({0: 0.95})))
    knew = before["outcome"] == "met_walk"
    knows = after["outcome"] == "met_walk"
    assert_share(int(knew.sum()), len(WISHES), 0.5)
    assert_share(int(knows.sum()), len(WISHES), 0.95)
    assert_same(before, after, knew | ~knows)


def test_it_reaches_those_who_read_it() -> None:
    before, after = rows_of(town()), rows_of(town(map_of({0: 0.9, 60: 0.2})))
    old = before["resident"] >= N
    assert_same(before, after, old)  # 0.2 is less than they know anyway
    assert_share(int((after["outcome"][~old] == "met_walk").sum()), len(NODES) * N, 0.9)


@pytest.mark.parametrize("known_share", [{}, {0: 0.5}, {0: 0.0}, {121: 1.0}])
def test_a_map_that_tells_nothing_new_changes_nothing(known_share: dict[int, float]) -> None:
    assert_same_run(town(), town(map_of(known_share)))


def test_a_map_costs_what_it_costs() -> None:
    assert informed(map_of({0: 0.9}))[1].cost_yuan == 100_000.0
    assert informed()[1].cost_yuan == 0.0


# ---- signs


def test_signs_make_their_outlets_known_around() -> None:
    signed = AwarenessConfig(signs=[SignsRule(["f2", "f3"], 300.0, 5_000.0)])
    before, after = town(known=0.3), town(signed, known=0.3)
    for node in (2, 3):
        knew, knows = heard(before, node), heard(after, node)
        assert all(now for now, then in zip(knows, knew, strict=True) if then)
        assert_share(sum(knows), N, 0.3 + 0.7 * exp(-node / 3))
    others = ~rows_of(before)["need"].isin(["n2", "n3"])
    assert_same(rows_of(before), rows_of(after), others)
    assert informed(signed)[1].cost_yuan == 5_000.0


def test_signs_everywhere_are_like_a_familiar_neighbourhood() -> None:
    everywhere = AwarenessConfig(signs=[SignsRule([], 300.0)])
    assert_same_run(town(known=0.3, familiar_m=300.0), town(everywhere, known=0.3))


def test_signs_tell_nothing_to_who_knows() -> None:
    assert_same_run(town(known=1.0), town(AwarenessConfig(signs=[SignsRule([], 300.0)]), known=1.0))


def test_signs_never_hide() -> None:
    signs = AwarenessConfig(signs=[SignsRule([], 100.0)])
    before, after = town(known=0.3, familiar_m=600.0), town(signs, known=0.3, familiar_m=600.0)
    assert_same_run(before, after)
