"""Where the rule `spread` puts outlets: on foot, for those whom they admit, against walks by networkx."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from sim.config import load_config
from sim.outlets import Edit, FormatConfig, LayoutConfig, lay_out
from sim.outlets.cover import covering_sites
from sim.outlets.edits.rules import SpreadRule
from sim.place import Homes, Place, PlaceConfig, WalkClass, build_place, keep_gates
from sim.place.config import GrownConfig
from tests.outlets.conftest import form, laid, town
from tests.walking import Walks


@pytest.fixture(scope="module")
def district() -> Place:
    """A walled district whose homes differ in weight and in the way from the door."""
    place = build_place(PlaceConfig(name="test", seed=4, grown=GrownConfig(area_km2=2.0, block_m=[250.0, 400.0])))
    dice = np.random.default_rng(1)
    n = len(place.homes)
    homes = replace(place.homes, weight=dice.integers(1, 9, n).astype(float), snap_m=dice.uniform(0, 30, n))
    return replace(place, homes=homes)


def near(place: Place, sites: list[int], within_m: float, inside: bool = False) -> dict[int, np.ndarray]:
    """Which homes each site is near to on foot and admits."""
    walks, homes, compound = Walks(place.streets, WalkClass.ABLE), place.homes, place.streets.compound
    found = {}
    for site in sites:
        metres = np.array([walks.metres(site, node) for node in homes.node.tolist()]) + homes.snap_m
        found[site] = (metres <= within_m) & ((not inside) | (compound[homes.node] == compound[site]))
    return found


def sites_of(place: Place) -> list[int]:
    """Where a spread outlet may stand: before a gate, or at a home that no wall surrounds."""
    compound = place.streets.compound
    gates = {node for link in place.streets.links[place.streets.gate].tolist() for node in link if compound[node] < 0}
    return sorted(gates | {node for node in place.homes.node.tolist() if compound[node] < 0})


@pytest.mark.parametrize("within_m", [80.0, 150.0, 300.0])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_spread_outlets_cover_nearly_as_many_as_any_could(district: Place, count: int, within_m: float) -> None:
    chosen, share = covering_sites(district, count, within_m)
    assert len(set(chosen)) == count
    sites = sites_of(district)
    assert set(chosen) <= set(sites)
    there, weight = near(district, sites, within_m), district.homes.weight

    def covered(nodes: tuple[int, ...]) -> float:
        return float(weight[np.any([there[node] for node in nodes], axis=0)].sum())

    best = max(covered(nodes) for nodes in combinations(sites, count))
    # Greedy covering reaches 1 - (1 - 1/k)^k of the best (Nemhauser, Wolsey and Fisher 1978), and one alone is best.
    assert covered(tuple(chosen)) >= best * (1 - (1 - 1 / count) ** count) - 1e-9
    for k in range(1, count + 1):  # each is the best addition to those before it
        so_far = tuple(chosen[: k - 1])
        assert covered(tuple(chosen[:k])) == max(covered((*so_far, node)) for node in sites)
        assert share[k - 1] == pytest.approx(covered(tuple(chosen[:k])) / weight.sum())


def test_within_compounds_those_count_who_are_admitted(district: Place) -> None:
    chosen, share = covering_sites(district, 4, 250.0, inside=True)
    walled = sorted({node for node in district.homes.node.tolist() if district.streets.compound[node] >= 0})
    there, weight = near(district, walled, 250.0, inside=True), district.homes.weight
    left = weight.copy()
    for node, so_far in zip(chosen, share, strict=True):
        gains = {site: float(left[homes].sum()) for site, homes in there.items()}
        assert gains[node] == max(gains.values())
        left[there[node]] = 0
        assert so_far == pytest.approx(1 - left.sum() / weight.sum())


def test_a_home_just_behind_the_wall_is_as_far_as_its_gate() -> None:
    walled = town()  # compound nodes 12 and 13 behind gate 9; node 13 lies 50 m from corner 10 as the crow flies
    homes = Homes(
        node=np.array([13, 0], np.int32), xy=walled.streets.xy[[13, 0]], snap_m=np.zeros(2),
        compound=np.array([0, -1], np.int32), zone=np.zeros(2, np.int32), weight=np.array([5.0, 1.0]),
    )  # fmt: skip
    place = replace(walled, homes=homes, gates=np.array([9, 10], np.int32))
    assert covering_sites(place, 1, 60.0).nodes == [0]  # nobody's walk through the wall
    assert covering_sites(place, 1, 160.0) == ([9], [5 / 6])


def test_spread_outlets_stand_at_gates_and_at_homes_outside_of_walls() -> None:
    walled = town()  # a gate at corner 9, two homes on the streets, two behind the wall
    assert sites_of(walled) == [0, 3, 9]
    assert sorted(covering_sites(walled, 9, 120.0).nodes) == [0, 3, 9]
    # Sites are those of the walls as built: throwing the walls open takes none away.
    opened = replace(walled, streets=keep_gates(walled.streets, "open", 1, 30.0))
    assert sorted(covering_sites(opened, 9, 120.0).nodes) == [0, 3, 9, 12, 13]


KIOSK: dict[str, FormatConfig] = {"kiosk": form(cost_yuan=50.0)}


def test_a_place_with_too_few_sites_gets_as_many_as_it_has_and_says_so() -> None:
    plan = LayoutConfig(base="base", spread=[SpreadRule("kiosk", 5, 120.0)])
    layout = laid(town(), plan=plan, base=LayoutConfig(formats=KIOSK))
    assert sorted(outlet.node for outlet in layout.outlets) == [0, 3, 9]
    assert layout.cost_yuan == 150.0
    # Home 13 lies 150 m of path behind the gate.
    assert layout.edits[0] == Edit(
        "spread",
        values={
            "n": 3, "most": 5, "format": "kiosk", "share": pytest.approx(2 / 3), "walk_m": 120.0,
            "no_more_sites": True, "idle": 0,
        },
    )  # fmt: skip


def test_outlets_that_bring_nobody_nearer_are_counted() -> None:
    plan = LayoutConfig(base="base", spread=[SpreadRule("kiosk", 3, 1000.0)])
    layout = laid(town(), plan=plan, base=LayoutConfig(formats=KIOSK))
    told = layout.edits[0].values
    assert (told["share"], told["no_more_sites"], told["idle"]) == (1.0, False, 2)


def test_spread_outlets_cost_and_are_numbered_and_admit_everyone(district: Place) -> None:
    plan = LayoutConfig(base="base", spread=[SpreadRule("kiosk", 3, 200.0)])
    layout = laid(district, plan=plan, base=LayoutConfig(formats=KIOSK))
    assert [outlet.id for outlet in layout.outlets] == ["kiosk-plan-01", "kiosk-plan-02", "kiosk-plan-03"]
    assert [outlet.node for outlet in layout.outlets] == covering_sites(district, 3, 200.0).nodes
    assert {outlet.admits for outlet in layout.outlets} == {-1}
    assert layout.cost_yuan == 150.0


def test_the_packaged_kiosks_are_within_300_m_on_foot_of_as_many_as_is_said() -> None:
    asked = load_config(["study.layouts=[base,kiosks]"])
    place = build_place(asked.config.place)
    _, layout = lay_out("kiosks", asked.layouts, place, 20_600, asked.config.needs.catalogue, 1)
    nodes = [outlet.node for outlet in layout.outlets if outlet.format == "kiosk"]
    there = near(place, nodes, 300.0)
    share = place.homes.weight[np.any([*there.values()], axis=0)].sum() / place.homes.weight.sum()
    told = layout.edits[0].values
    assert (told["n"], told["share"], told["walk_m"]) == (12, pytest.approx(share), 300.0)
    assert share == pytest.approx(0.633, abs=0.001)  # straight metres through walls had it at 0.571
