"""The checks of experiments/checks, small: what must hold by construction or by theory."""

from __future__ import annotations

import importlib.util
import sys
from itertools import combinations
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim.reach import find_reach

SCRIPT = Path(__file__).parents[1] / "experiments" / "checks" / "checks.py"


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("checks", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["checks"] = module  # dataclasses and tuples look their module up
    spec.loader.exec_module(module)
    return module


# ---- V1 to V3: clinics ----


@pytest.fixture(scope="module", params=["old_town", "new_district"])
def city(checks: ModuleType, request: pytest.FixtureRequest) -> object:
    """A small city of two centres."""
    return checks.grow_city(request.param, circles=4, candidates=20, seed=1)


def test_assigning_better_and_building_more_never_lengthen_the_mean_walk(checks: ModuleType, city: object) -> None:
    found = checks.clinics(city, (1, 2, 4))
    minutes = [found.now[0], found.assigned[0], *(found.more[count][0] for count in (1, 2, 4))]
    assert minutes == sorted(minutes, reverse=True)
    assert found.nearest[0] <= found.assigned[0] + 1e-9


def test_building_covers_more_than_assigning_better(checks: ModuleType, city: object) -> None:
    found = checks.clinics(city, (2,))
    assert found.now[1] <= found.assigned[1] < found.more[2][1]
    assert found.more[2][1] - found.assigned[1] > found.assigned[1] - found.now[1]


def test_sub_districts_are_of_equal_people(checks: ModuleType, city: object) -> None:
    of_each = np.bincount(city.district, city.people)  # type: ignore[attr-defined]
    assert of_each.max() - of_each.min() < 3 * city.people.max()  # type: ignore[attr-defined]


def test_transport_keeps_ceilings_and_sends_everybody(checks: ModuleType) -> None:
    rng = np.random.default_rng(1)
    minutes, people = rng.uniform(1, 30, (3, 12)), rng.uniform(1, 5, 12)
    capacity = np.full(3, people.sum() * 0.4)
    sent = checks.by_transport(minutes, people, capacity)
    np.testing.assert_allclose(sent.sum(axis=0), people)
    assert (sent.sum(axis=1) <= capacity + 1e-6).all()
    assert (sent >= 0).all()


def test_transport_without_a_ceiling_is_the_nearest(checks: ModuleType) -> None:
    rng = np.random.default_rng(2)
    minutes, people = rng.uniform(1, 30, (4, 15)), rng.uniform(1, 5, 15)
    sent = checks.by_transport(minutes, people, np.full(4, people.sum()))
    assert (sent * minutes).sum() == pytest.approx(minutes.min(axis=0) @ people)


def test_transport_of_two_by_two_by_hand(checks: ModuleType) -> None:
    # Both want the first site, which has room for one of them: the one with more to lose gets it.
    sent = checks.by_transport(np.array([[1.0, 1.0], [2.0, 9.0]]), np.ones(2), np.ones(2))
    np.testing.assert_allclose(sent, [[0, 1], [1, 0]])


def test_too_little_room_is_said(checks: ModuleType) -> None:
    with pytest.raises(ValueError, match="transport problem"):
        checks.by_transport(np.ones((2, 3)), np.ones(3), np.ones(2))


@pytest.mark.parametrize("seed", range(8))
def test_no_exchange_of_one_new_site_is_better(checks: ModuleType, seed: int) -> None:
    rng = np.random.default_rng(seed)
    minutes, people = rng.uniform(1, 30, (12, 20)), rng.uniform(1, 5, 20)
    chosen = checks.add_sites(minutes, people, 2, 3).tolist()
    assert chosen[:2] == [0, 1]
    best = min(checks.total_min(minutes, people, [0, 1, *more]) for more in combinations(range(12), 3))
    found = checks.total_min(minutes, people, chosen)
    assert best <= found <= 1.1 * best
    for at in (2, 3, 4):
        others = chosen[:at] + chosen[at + 1 :]
        assert all(checks.total_min(minutes, people, [*others, site]) >= found - 1e-6 for site in range(12))


@pytest.mark.parametrize("preset", ["old_town", "new_district"])
def test_walks_are_those_of_the_package(checks: ModuleType, preset: str) -> None:
    place, layout = checks.laid_out(checks.grow(preset, 1))
    outlets = [j for j, outlet in enumerate(layout.outlets) if not outlet.doors][:40]
    reach = find_reach(place, layout, (checks.EVERYWHERE_M,))
    ours = checks.walk_m(place, np.array([layout.outlets[j].node for j in outlets]))
    for home in range(0, len(place.homes), 197):
        found, metres = reach.from_node(int(place.homes.node[home]))
        theirs = dict(zip(found.tolist(), metres.tolist(), strict=True))
        np.testing.assert_allclose(ours[:, home], [theirs[j] for j in outlets])


# ---- V4: gates ----


def test_opening_a_compound_lengthens_nobodys_way(checks: ModuleType) -> None:
    opened = checks.open_compounds(1)
    assert (opened.gates >= -1e-6).all()
    assert (opened.through >= opened.gates - 1e-6).all()
    assert (opened.walls >= opened.through - 1e-6).all()
    share = [checks.gaining([saved])[0] for saved in opened]
    assert 0 < share[0] < share[2]


def test_a_district_without_walls_has_nothing_to_open(checks: ModuleType) -> None:
    opened = checks.open_compounds(1, walled_share=0.0)
    assert all(np.abs(saved).max() < 1e-6 for saved in opened)


def test_outlets_stand_alike_however_open_the_place_is(checks: ModuleType) -> None:
    place = checks.grow("new_district", 1)
    stand = []
    for gates in ("few", "all", "open"):
        streets = checks.keep_gates(place.streets, gates, 1, place.open_wall_m)
        _, layout = checks.laid_out(checks.replace(place, streets=streets))
        stand.append([(outlet.id, *outlet.xy) for outlet in layout.outlets])
    assert stand[0] == stand[1] == stand[2]


# ---- V6: supply ----


def test_supply_above_demand_leaves_some_unmet(checks: ModuleType) -> None:
    found = {balance.need: balance for balance in checks.balances(checks.week_in("new_district"))}
    clinic = found["clinic"]
    assert clinic.supply > 1
    assert clinic.met < 0.9
    assert "too_far" in clinic.reasons
    assert found["restaurant"].met > clinic.met


# ---- V7: canteens ----


def test_by_car_everybody_has_about_the_same(checks: ModuleType) -> None:
    place = checks.grow("new_district", 1)
    walk, car = (checks.canteen_access(place, by_car, seeds=(1,)) for by_car in (False, True))
    assert walk.gini > 0.5 > 0.2 > car.gini
    assert walk.none > 0
    assert car.none == 0
    assert walk.lower < car.lower <= 0.8


# ---- V14, V16: arithmetic ----


def test_outlets_per_thousand_are_those_of_the_country(checks: ModuleType) -> None:
    (row,) = checks.check_outlets()
    assert row.holds == "yes, by construction"


def test_eight_hundred_metres_are_a_quarter_of_an_hour(checks: ModuleType) -> None:
    assert checks.radius_m() == pytest.approx(800)


@pytest.mark.parametrize("preset", ["new_district", "old_town", "outskirts"])
def test_no_walk_is_shorter_than_the_straight_line(checks: ModuleType, preset: str) -> None:
    place = checks.grow(preset, 1)
    plain, crossing = (checks.detours(place, crossings, n=60) for crossings in (False, True))
    assert len(plain) > 100
    assert plain.min() >= 1 - 1e-9
    assert plain.mean() < crossing.mean()


def test_walls_make_detours(checks: ModuleType) -> None:
    walled = checks.detours(checks.grow("new_district", 1), crossings=False)
    open_ = checks.detours(checks.grow("new_district", 1, walled_share=0.0), crossings=False)
    assert open_.mean() + 0.1 < walled.mean()


@pytest.mark.parametrize("name", ["Helsinki", "Haidian, Beijing", "Nanjing"])
def test_detours_of_real_streets(checks: ModuleType, name: str) -> None:
    file = checks.MAP_FILES[name]
    if not file.exists():
        pytest.skip(f"{file} is not there")
    place = checks.build_place(checks.asked_for("osm", str(file)).config.place)
    assert 1.2 < checks.detours(place, crossings=False).mean() < 1.6
