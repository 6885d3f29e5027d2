"""Access against PySAL's two-step floating catchment areas, and Gini coefficients against every pair of residents."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from access.fca import two_stage_fca
from access.weights import step_fn
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.measures import EQUITY, access, equity, lorenz
from sim.measures.capacity import errands_a_week, weekly_supply
from sim.measures.catchment import Access
from sim.measures.evenness import curve, gini, palma
from sim.measures.seed_equity import seed_equity
from sim.outlets import Layout, OfferConfig, Outlet, PoolConfig
from sim.outlets.hours import week_windows
from sim.people import Mobility, Residents
from sim.place import Place, WalkClass
from sim.reach import find_reach
from tests.measures.conftest import any_errands, tally_of
from tests.measures.test_coverage import crowd, people_of
from tests.needs.conftest import need
from tests.outlets.conftest import form, places, standing
from tests.people.conftest import examples
from tests.walking import Walks

CATALOGUE = {
    "groceries": need(per_week={15: 3.0, 70: 5.0}, substitutes={"convenience": 1.5}),
    "convenience": need(per_week={6: 1.0}),
    "clinic": need(per_week={60: 0.3}, per_household=True, beside_elder_per_week=1.0, stay_min=10.0),
}
POOLS = {
    "per_day": PoolConfig(servers=0, per_day=40),
    "held": PoolConfig(servers=0, places=12),
    "staff": PoolConfig(servers=2),
    "room": PoolConfig(servers=0, room=9),
}
HOURS = week_windows({0: [[8.0, 12.0]], 5: []}, "")
weights = st.lists(st.floats(0.01, 50), min_size=1, max_size=30)
holdings = st.floats(0, 100).map(lambda value: round(value, 3))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Place, Layout, list[Residents]]:
    place = draw(places(compounds=2))
    outlets = []
    for row in range(draw(st.integers(0, 5))):
        node = draw(st.integers(0, place.streets.n_nodes - 1))
        pool = draw(st.sampled_from(list(POOLS)))
        ages = draw(st.sampled_from([[], [], [62, 200]]))
        offer = OfferConfig(service_min=5.0, pool=pool, ages=ages, walk_in=draw(st.sampled_from([True, True, False])))
        outlets.append(
            standing(
                node,
                draw(st.sampled_from([0.0, 25.0])),
                draw(st.sampled_from([-1, int(place.streets.compound[node]), 0])),
                f"o{row}",
                windows=HOURS,
                pools={pool: POOLS[pool]},
                offers={draw(st.sampled_from(list(CATALOGUE))): offer},
            )
        )
    lift = np.array([draw(st.booleans()) for _ in range(len(place.homes))])
    place = replace(place, homes=replace(place.homes, lift=lift))
    benches = {"all": draw(st.sampled_from([1.0, 1.5]))}
    layout = Layout("plan", "", "", tuple(outlets), {"shop": form()}, range_factor=benches)
    drawn = [draw(people_of(len(place.homes))) for _ in range(draw(st.integers(1, 2)))]
    return place, layout, [replace(one, climb_s=np.where(one.age < 50, 0.0, 250.0)) for one in drawn]


def a_week(key: str, age: int) -> float:
    """The catalogue above, in words."""
    return {
        "groceries": 5.0 if age >= 70 else 3.0 if age >= 15 else 0.0,
        "convenience": 1.0 if age >= 6 else 0.0,
        "clinic": 0.3 if age >= 60 else 1.0 if age >= 18 else 0.0,
    }[key]


def in_a_week(key: str, outlet: Outlet) -> float:
    """What the pools above do in five mornings of four hours, five minutes for each errand and ten more at a clinic."""
    [pool] = outlet.pools
    stay_min = 10 if key == "clinic" else 0
    return {"per_day": 200.0, "held": 60.0, "staff": 2 * 1200 / 5, "room": 9 * 1200 / (5 + stay_min)}[pool]


def by_library(place: Place, layout: Layout, drawn: list[Residents], key: str) -> tuple[list[float], list[float]]:
    """Errands wanted and access by cell: cells by hand, walks by networkx, catchments by PySAL's `access`."""
    offered = {key, "convenience"} if key == "groceries" else {key}
    serving = {o: offer for o in range(len(layout)) for k, offer in layout.outlets[o].offers.items() if k in offered}
    serving = {o: offer for o, offer in serving.items() if offer.walk_in}
    age_from = sorted({0, 3, 6, 15, 60, 70, 80, *(age for offer in serving.values() for age in offer.ages)})
    cells: dict[tuple[int, int, int], list[tuple[float, float, float]]] = {}
    for residents in drawn:
        for row in range(len(residents)):
            band = max(age for age in age_from if age <= residents.age[row])
            cell = int(residents.home[row]), band, int(residents.mobility[row])
            wanted, speed = a_week(key, int(residents.age[row])) / len(drawn), float(residents.speed_m_s[row])
            climb_s = 0.0 if place.homes.lift[cell[0]] or residents.age[row] < 50 else 250.0
            cells.setdefault(cell, []).append((wanted, speed, climb_s * speed))
    rows = sorted(cell for cell, members in cells.items() if any(wanted for wanted, _, _ in members))
    slow_m = 200 * layout.range_factor["all"]
    costs = []
    for (row, (home, age, mobility)), (o, offer) in product(enumerate(rows), serving.items()):
        node, outlet = int(place.homes.node[home]), layout.outlets[o]
        let_in = outlet.admits in (-1, place.streets.compound[node]) and (not offer.ages or age >= offer.ages[0])
        walks = Walks(place.streets, WalkClass.STEP_FREE if mobility == Mobility.SLOW else WalkClass.ABLE)
        _, speed, climb_m = np.mean(cells[rows[row]], axis=0)
        metres = walks.metres(node, outlet.node) + outlet.snap_m + climb_m
        range_m = {Mobility.INDEPENDENT: np.inf, Mobility.SLOW: slow_m, Mobility.HOUSEBOUND: -1}[mobility]
        if let_in and metres <= range_m and metres / speed <= 15 * 60:
            costs.append((row, o, metres / speed / 60))
    wanted = [sum(n for n, _, _ in cells[cell]) for cell in rows]
    if not costs:
        return wanted, [0.0] * len(rows)
    found = two_stage_fca(
        demand_df=pd.DataFrame({"geoid": range(len(rows)), "demand": wanted}),
        supply_df=pd.DataFrame({"supply": {o: in_a_week(key, layout.outlets[o]) for o in serving}}),
        cost_df=pd.DataFrame(costs, columns=["origin", "dest", "cost"]),
        weight_fn=step_fn({5: 1.00, 10: 0.68, 15: 0.22}),
    )
    return wanted, found.reindex(range(len(rows)), fill_value=0.0).tolist()


@examples(40)
@given(worlds())
def test_access_is_what_pysal_makes_of_the_walks(world: tuple[Place, Layout, list[Residents]]) -> None:
    place, layout, drawn = world
    reach = find_reach(place, layout, (15 * 60 * 1.8,) * len(WalkClass))
    found = access(place, layout, reach, CATALOGUE, crowd(place, layout, reach, CATALOGUE, drawn))
    assert list(found) == list(CATALOGUE)
    for key, has in found.items():
        expected_wanted, expected = by_library(place, layout, drawn, key)
        assert has.wanted.tolist() == pytest.approx(expected_wanted)
        assert has.access.tolist() == pytest.approx(expected)


@examples(40)
@given(worlds())
def test_what_is_shared_out_is_what_there_is(world: tuple[Place, Layout, list[Residents]]) -> None:
    place, layout, drawn = world
    reach = find_reach(place, layout, (15 * 60 * 1.8,) * len(WalkClass))
    found = access(place, layout, reach, CATALOGUE, crowd(place, layout, reach, CATALOGUE, drawn))
    for key, has in found.items():
        serving = [outlet for outlet in layout.outlets if outlet.kind.offer_on_foot(key, CATALOGUE[key].substitutes)]
        # Any outlets may be those that somebody reaches; each of them gives away all that it has.
        sums = [0.0]
        for outlet in serving:
            sums += [total + in_a_week(key, outlet) for total in sums]
        assert any(np.dot(has.wanted, has.access) == pytest.approx(total) for total in sums)


def outlet_with(pool: PoolConfig, offers: dict[str, OfferConfig] | None = None, **more: Any) -> Outlet:
    return standing(0, pools={"staff": pool}, offers=offers or {"clinic": OfferConfig(5.0)}, windows=HOURS, **more)


@pytest.mark.parametrize(
    ("outlet", "errands"),
    [
        # Five mornings of four hours, five minutes of service and ten of staying on.
        (outlet_with(PoolConfig(servers=0, places=12)), 12 * 5),
        (outlet_with(PoolConfig(servers=0, per_day=40)), 40 * 5),
        (outlet_with(PoolConfig(servers=3)), 3 * 1200 / 5),
        (outlet_with(PoolConfig(servers=0, room=9)), 9 * 1200 / 15),
        # The tightest limit counts.
        (outlet_with(PoolConfig(servers=3, per_day=40)), 40 * 5),
        (outlet_with(PoolConfig(servers=3, per_day=400)), 3 * 1200 / 5),
        # One clerk for two things has half of the time for each; what only comes to the home takes none of it.
        (outlet_with(PoolConfig(servers=3), {"clinic": OfferConfig(5.0), "errand": OfferConfig(1.0)}), 3 * 1200 / 10),
        (
            outlet_with(PoolConfig(servers=3), {"clinic": OfferConfig(5.0), "x": OfferConfig(1.0, walk_in=False)}),
            3 * 1200 / 5,
        ),
        # One week in four, and never.
        (outlet_with(PoolConfig(servers=0, per_day=40), every_weeks=4, in_week=1), 40 * 5 / 4),
        (standing(0, pools={"staff": PoolConfig()}, offers={"clinic": OfferConfig()}, windows=()), 0.0),
        (outlet_with(PoolConfig(), {"errand": OfferConfig()}), 0.0),
        # Nothing limits who serves themselves, or is served in no time.
        (outlet_with(PoolConfig(servers=0)), np.inf),
        (outlet_with(PoolConfig(servers=1), {"clinic": OfferConfig(0.0)}), np.inf),
    ],
)
def test_supply_is_the_tightest_limit_of_a_week(outlet: Outlet, errands: float) -> None:
    assert errands_a_week(outlet, "clinic", CATALOGUE["clinic"]) == pytest.approx(errands)


def test_where_nothing_limits_an_outlet_sizes_are_compared() -> None:
    park = outlet_with(PoolConfig(servers=0), size=4.0)
    pocket_park = outlet_with(PoolConfig(servers=0, room=9), size=1.5)
    assert weekly_supply([park, pocket_park], "clinic", CATALOGUE["clinic"]).tolist() == [4.0, 1.5]
    assert weekly_supply([pocket_park], "clinic", CATALOGUE["clinic"]).tolist() == [pytest.approx(720)]


def every_pair(value: np.ndarray, weight: np.ndarray) -> float:
    """The Gini coefficient as half the mean difference of all pairs over the mean."""
    apart = sum(
        a * b * abs(x - y)
        for (x, a), (y, b) in product(zip(value, weight, strict=True), zip(value, weight, strict=True))
    )
    return apart / (2 * weight.sum() * np.dot(weight, value))


@examples(100)
@given(st.lists(st.tuples(holdings, st.floats(0.01, 50)), min_size=1, max_size=30))
def test_gini_is_the_mean_difference_of_all_pairs(pairs: list[tuple[float, float]]) -> None:
    value, weight = np.array(pairs).T
    if not value.any():
        value = value + 1.0
    assert gini(*curve(value, weight)) == pytest.approx(every_pair(value, weight), abs=1e-9)
    assert gini(*curve(value * 7.0, weight * 3.0)) == pytest.approx(gini(*curve(value, weight)), abs=1e-9)
    doubled = gini(*curve(np.append(value, value), np.append(weight, weight)))
    assert doubled == pytest.approx(gini(*curve(value, weight)), abs=1e-9)


def test_gini_of_known_hands() -> None:
    even = np.full(10, 3.0)
    one_has_all = np.eye(10)[0]
    assert gini(*curve(even, np.ones(10))) == pytest.approx(0.0)
    assert gini(*curve(one_has_all, np.ones(10))) == pytest.approx(0.9)
    assert np.isnan(gini(*curve(np.zeros(4), np.ones(4))))
    assert np.isnan(gini(*curve(np.empty(0), np.empty(0))))


@examples(50)
@given(weights, weights)
def test_a_curve_through_15_percent_at_80_is_at_least_065(poor: list[float], rich: list[float]) -> None:
    """Canteens of Nanjing: 80 % of elders have 15 % of the places. However the rest is spread, Gini is 0.65 or more."""
    groups = [(np.array(sizes), share) for sizes, share in ((poor, 0.15), (rich, 0.85))]
    people = [np.full(len(sizes), of / len(sizes)) for (sizes, _), of in zip(groups, (0.8, 0.2), strict=True)]
    each = [sizes / sizes.sum() * share / n for (sizes, share), n in zip(groups, people, strict=True)]
    if each[0].max() > each[1].min():  # then the first group is not the 80 % with least
        each = [np.full(len(n), share / of) for n, share, of in zip(people, (0.15, 0.85), (0.8, 0.2), strict=True)]
    value, weight = np.concatenate(each), np.concatenate(people)
    assert np.interp(0.8, *curve(value, weight)) == pytest.approx(0.15)
    assert gini(*curve(value, weight)) >= 0.65 - 1e-9


def test_the_bound_is_reached_by_two_even_groups() -> None:
    assert gini(*curve(np.array([0.15 / 0.8, 0.85 / 0.2]), np.array([0.8, 0.2]))) == pytest.approx(0.65)


@examples(50)
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=20), st.integers(1, 5))
def test_palma_is_the_top_tenth_over_the_bottom_four(tenths: list[float], times: int) -> None:
    value = np.array((tenths * 10)[: 10 * len(tenths)])
    ranked = np.sort(value)
    n = len(value) // 10
    expected = ranked[-n:].sum() / ranked[: 4 * n].sum()
    assert palma(*curve(value, np.full(len(value), float(times)))) == pytest.approx(expected)


def test_palma_has_no_number_where_the_bottom_has_nothing() -> None:
    assert np.isnan(palma(*curve(np.array([0.0, 1.0]), np.ones(2))))


@examples(50)
@given(st.lists(st.tuples(holdings, st.floats(0.01, 50)), min_size=1, max_size=30))
def test_lorenz_curves_rise_ever_faster_from_nothing_to_all(pairs: list[tuple[float, float]]) -> None:
    value, weight = np.array(pairs).T
    hands = {"groceries": Access(weight, value * 0), "clinic": Access(weight, value * 0), "park": Access(weight, value)}
    table = lorenz(tuple(hands), [seed_equity(hands, tally_of(any_errands(20, 1)))])
    assert set(table["need"]) == ({"park"} if value.any() else set())
    if value.any():
        held = table["access_share"].to_numpy()
        assert table["people_share"].tolist() == pytest.approx(np.linspace(0, 1, 21))
        assert held[[0, -1]] == pytest.approx([0, 1])
        assert np.all(np.diff(held, 2) >= -1e-9)
        # A curve of 20 straight pieces lies above the exact one.
        assert 1 - np.sum(held[1:] + held[:-1]) / 20 <= gini(*curve(value, weight)) + 1e-9


@examples(15)
@given(st.builds(any_errands, st.integers(0, 300), st.integers(0, 10_000)))
def test_equity_of_what_is_met_is_counted_from_the_errands(errands: Any) -> None:
    hands = Access(np.array([1.0, 3.0]), np.array([2.0, 0.5]))
    found = {"groceries": hands, "clinic": hands, "park": hands}
    table = equity(tuple(found), [seed_equity(found, tally_of(errands))])
    assert dict(zip(table["measure"], table["unit"], strict=True)) == EQUITY
    found = table.set_index(["need", "measure"])["value"].to_dict()
    for key in ("groceries", "clinic", "park", "all"):
        own = errands[(errands["need"] == key) | (key == "all")]
        unmet = own["outcome"] == "unmet"
        by_home = unmet.groupby(own["home"]).agg(["mean", "size"])
        spread = np.nan
        if (by_home["mean"] < 1).any():
            spread = every_pair(1 - by_home["mean"].to_numpy(), by_home["size"].to_numpy(float))
        assert found[key, "gini_met"] == pytest.approx(spread, abs=1e-9, nan_ok=True)
        old, adult = (unmet[(own["age_group"] == group).to_numpy()] for group in ("80+", "15-59"))
        gap = old.mean() - adult.mean() if len(old) and len(adult) else np.nan
        assert found[key, "gap_80_adult"] == pytest.approx(gap, nan_ok=True)
        if key != "all":
            assert found[key, "gini_access"] == pytest.approx(gini(*curve(hands.access, hands.wanted)))
            assert found[key, "palma_access"] == pytest.approx(palma(*curve(hands.access, hands.wanted)))
    assert ("all", "gini_access") not in found


def test_gini_does_not_depend_on_how_many_seeds_are_pooled() -> None:
    needs = ("groceries", "clinic", "park")
    hands = Access(np.array([1.0, 3.0]), np.array([2.0, 0.5]))
    runs = [seed_equity(dict.fromkeys(needs, hands), tally_of(any_errands(60, seed))) for seed in range(30)]

    def mean_gini(n: int) -> float:
        tables = [equity(needs, runs[first : first + n]) for first in range(0, 30, n)]
        each = [table.set_index(["need", "measure"])["value"]["all", "gini_met"] for table in tables]
        return float(np.mean(each))

    # One value of ten seeds is the mean of ten of one; pooled errands would be spread far more evenly.
    assert mean_gini(1) == pytest.approx(mean_gini(10)) == pytest.approx(mean_gini(3))
    table = equity(needs, runs)
    own = [run.spread[2, -1] for run in runs]
    row = table[(table["measure"] == "gini_met") & (table["need"] == "all")].iloc[0]
    interval = stats.ttest_1samp(own, 0).confidence_interval(0.95)
    assert [row["ci_low"], row["ci_high"]] == pytest.approx([interval.low, interval.high])
    assert row["seeds"] == 30
