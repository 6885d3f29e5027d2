"""What is generated where no map says what stands, and where rules put outlets."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.config import load_config
from sim.errors import InputError
from sim.outlets import FormatConfig, LayoutConfig, lay_out
from sim.outlets.edits import SpreadRule
from sim.outlets.standing import covering_sites, middle_node, weight_within
from sim.place import Place, PlaceConfig, build_place, keep_gates
from sim.place.config import GrownConfig, MixConfig
from sim.randomness import generator
from tests.outlets.conftest import by_id, form, laid, town
from tests.people.conftest import examples

SITINGS = ("street", "crossing", "gate", "compound", "park")


@pytest.fixture(scope="module")
def district() -> Place:
    return build_place(PlaceConfig(name="test", seed=4, grown=GrownConfig(area_km2=2.0, block_m=[250.0, 400.0])))


def mix(per_circle: float = 8.0) -> dict[str, FormatConfig]:
    return {siting: form(siting=siting, per_20600=per_circle) for siting in SITINGS}


@examples(100)
@given(per_circle=st.floats(0, 40), residents=st.integers(1, 60_000))
def test_generated_outlets_are_in_proportion_to_the_residents(per_circle: float, residents: int) -> None:
    layout = laid(town(), "base", residents, base=LayoutConfig(formats={"shop": form(per_20600=per_circle)}))
    assert abs(len(layout) - per_circle * residents / 20_600) <= 0.5 + 1e-9


def test_generated_outlets_stand_where_their_format_does(district: Place) -> None:
    layout = laid(district, "base", base=LayoutConfig(formats=mix()))
    assert Counter(outlet.format for outlet in layout.outlets) == dict.fromkeys(SITINGS, 8)
    streets = district.streets
    degree = Counter(streets.links.ravel().tolist())
    gates = {node for link in streets.links[streets.gate].tolist() for node in link if streets.compound[node] < 0}
    parks, homes = set(district.parks.tolist()), set(district.homes.node.tolist())
    stands = {
        "street": lambda node: streets.compound[node] < 0 and node not in parks and node not in homes,
        "crossing": lambda node: degree[node] > 2 and node not in parks and streets.compound[node] < 0,
        "gate": gates.__contains__,
        "compound": homes.__contains__,
        "park": parks.__contains__,
    }
    for outlet in layout.outlets:
        if outlet.format == "park":  # an area, entered wherever a street leads to it
            doors = [node for node, _ in outlet.doors]
            assert set(doors) <= parks
            assert outlet.node >= streets.n_nodes
            assert outlet.xy == pytest.approx(tuple(streets.xy[doors].mean(axis=0)))
            assert outlet.admits == -1
            continue
        assert stands[outlet.format](outlet.node), outlet
        assert outlet.xy == tuple(streets.xy[outlet.node])
        assert outlet.admits == streets.compound[outlet.node]
    assert layout.cost_yuan == 0
    assert layout.touched == ()


def test_generated_outlets_keep_their_ids_and_places(district: Place) -> None:
    def generated(residents: int, seed: int, formats: dict[str, FormatConfig]) -> dict[str, int]:
        config = LayoutConfig(formats=formats)
        return {i: o.node for i, o in by_id(laid(district, "base", residents, seed, base=config)).items()}

    small = generated(20_600, 1, mix())
    assert small == generated(20_600, 1, mix())
    assert small != generated(20_600, 2, mix())
    # More residents bring more outlets, and those that stood stay; so do they beside another format.
    assert small.items() < generated(41_200, 1, mix()).items()
    assert small.items() < generated(20_600, 1, {"first": form(per_20600=3.0), **mix()}).items()


def test_generated_outlets_are_those_that_numpy_draws(district: Place) -> None:
    """The slow telling: eight sites by rng.choice, of which the one farthest from its like is taken."""
    streets, homes = district.streets, district.homes
    nodes = district.gates
    near = np.hypot(*(streets.xy[nodes][:, None] - homes.xy[None]).transpose(2, 0, 1)) <= 300.0
    drawn_to = near @ homes.weight + 1.0
    rng = generator(3, "standing", "gate")
    chosen: list[int] = []
    for _ in range(40):
        tries = rng.choice(nodes, 8, p=drawn_to / drawn_to.sum())
        apart = [min((np.hypot(*(streets.xy[t] - streets.xy[c])) for c in chosen), default=0.0) for t in tries]
        chosen.append(int(tries[np.argmax(apart)]))
    mix = {"gate": form(siting="gate", per_20600=40.0)}
    layout = laid(district, "base", 20_600, seed=3, base=LayoutConfig(formats=mix))
    assert [by_id(layout)[f"gate-{row:02d}"].node for row in range(1, 41)] == chosen


points = arrays(np.float64, st.tuples(st.integers(1, 30), st.just(2)), elements=st.integers(-900, 900).map(float))


@examples(100)
@given(at=points, xy=points, within_m=st.sampled_from([1.0, 50.0, 300.0, 5_000.0]))
def test_weight_within_reach_is_that_of_all_pairs(at: np.ndarray, xy: np.ndarray, within_m: float) -> None:
    weight = np.arange(1.0, len(xy) + 1)
    apart = np.hypot(*(at[:, None] - xy[None]).transpose(2, 0, 1))
    np.testing.assert_array_equal(weight_within(at, xy, weight, within_m), (apart <= within_m) @ weight)


def counted(residents: int, mix: MixConfig, formats: dict[str, FormatConfig]) -> Counter[str]:
    layout = laid(replace(town(), mix=mix), "base", residents, base=LayoutConfig(formats=formats))
    return Counter(outlet.format for outlet in layout.outlets)


def test_a_place_may_say_how_many_of_each_format_stand_in_it() -> None:
    shops = {"a": form(per_20600=3.0), "b": form(per_20600=10.0), "c": form(per_20600=20.0), "d": form(per_20600=0.0)}
    assert counted(20_600, MixConfig(), shops) == {"a": 3, "b": 10, "c": 20}
    assert counted(20_600, MixConfig(20_600, {"a": 7}), shops) == {"a": 7, "b": 10, "c": 20}
    assert counted(20_600, MixConfig(20_600, {"a": 7}, rest=10), shops) == {"a": 7, "b": 3, "c": 7}
    assert counted(1_000, MixConfig(10_000, {"a": 70}, rest=100), shops) == {"a": 7, "b": 3, "c": 7}
    named = {"a": 1, "b": 2, "c": 3, "d": 4}
    assert counted(20_600, MixConfig(20_600, named), shops) == named
    with pytest.raises(InputError, match=r"place\.mix\.rest: 9; no other format"):
        counted(20_600, MixConfig(20_600, named, rest=9), shops)


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_the_mix_of_the_city_is_baotous(scale: float) -> None:
    asked = load_config(["place=city"])
    place = replace(town(), mix=asked.config.place.mix)
    layout = lay_out("base", asked.layouts, place, round(1e6 * scale), asked.config.needs.catalogue, 1)[1]
    found = Counter(outlet.format for outlet in layout.outlets)
    assert sum(found.values()) == pytest.approx(30_503 * scale, abs=0 if scale == 1 else 5)
    told = {"convenience": 1212, "supermarket": 217, "wet_market": 79, "fresh_store": 774, "breakfast": 1054}
    told |= {"repair": 215, "nursery": 155, "elder_care": 64, "gym": 67}
    assert {key: found[key] for key in told} == pytest.approx({key: n * scale for key, n in told.items()}, abs=0.5)


def test_a_format_of_the_mix_that_is_not_known_is_refused() -> None:
    with pytest.raises(InputError, match=r"place\.mix\.counts: format 'gem' is none of shop"):
        counted(100, MixConfig(100, {"gem": 1}), {"shop": form()})


@pytest.mark.parametrize(
    ("change", "says"),
    [({"siting": "roof"}, "formats.shop.siting: 'roof'"), ({"per_20600": -1.0}, "formats.shop.per_20600: -1.0")],
)
def test_an_impossible_mix_is_refused(change: dict, says: str) -> None:
    with pytest.raises(InputError) as refused:
        laid(town(), "base", base=LayoutConfig(formats={"shop": form(**change)}))
    assert says in str(refused.value)


def covered(place: Place, nodes: tuple[int, ...], within_m: float) -> float:
    """The weight of the homes within so many straight metres of any of the nodes."""
    apart = np.hypot(*(place.homes.xy[:, None] - place.streets.xy[list(nodes)][None]).transpose(2, 0, 1))
    return float(place.homes.weight[(apart <= within_m).any(axis=1)].sum())


def sites_of(place: Place) -> list[int]:
    """Where a spread outlet may stand: before a gate, or at a home that no wall surrounds."""
    compound = place.streets.compound
    gates = {node for link in place.streets.links[place.streets.gate].tolist() for node in link if compound[node] < 0}
    return sorted(gates | {node for node in place.homes.node.tolist() if compound[node] < 0})


@pytest.mark.parametrize("within_m", [80.0, 150.0, 300.0])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_spread_outlets_cover_nearly_as_many_homes_as_any_could(district: Place, count: int, within_m: float) -> None:
    chosen = covering_sites(district, count, within_m)
    assert len(set(chosen)) == count
    sites = sites_of(district)
    assert set(chosen) <= set(sites)
    best = max(covered(district, nodes, within_m) for nodes in combinations(sites, count))
    reached = covered(district, tuple(chosen), within_m)
    # Greedy covering reaches 1 - (1 - 1/k)^k of the best (Nemhauser, Wolsey and Fisher 1978), and one alone is best.
    assert reached >= best * (1 - (1 - 1 / count) ** count) - 1e-9
    for k in range(1, count + 1):  # each is the best addition to those before it
        so_far = tuple(chosen[: k - 1])
        assert covered(district, tuple(chosen[:k]), within_m) == max(
            covered(district, (*so_far, node), within_m) for node in sites
        )


def test_spread_outlets_stand_at_gates_and_at_homes_outside_of_walls() -> None:
    walled = town()  # a gate at corner 9, two homes on the streets, two behind the wall
    assert sites_of(walled) == [0, 3, 9]
    assert sorted(covering_sites(walled, 9, 120.0)) == [0, 3, 9]
    # Sites are those of the walls as built: throwing the walls open takes none away.
    opened = replace(walled, streets=keep_gates(walled.streets, "open", 1, 30.0))
    assert sorted(covering_sites(opened, 9, 120.0)) == [0, 3, 9, 12, 13]


def test_a_place_with_too_few_sites_gets_as_many_as_it_has_and_says_so() -> None:
    base = LayoutConfig(formats={"kiosk": form(cost_yuan=50.0)})
    layout = laid(town(), plan=LayoutConfig(base="base", spread=[SpreadRule("kiosk", 5, 120.0)]), base=base)
    assert sorted(outlet.node for outlet in layout.outlets) == [0, 3, 9]
    assert layout.cost_yuan == 150.0
    assert any("3 of 5 kiosk" in line for line in layout.log)


def test_spread_outlets_cost_and_are_numbered_and_admit_everyone(district: Place) -> None:
    base = LayoutConfig(formats={"kiosk": form(cost_yuan=50.0)})
    plan = LayoutConfig(base="base", spread=[SpreadRule("kiosk", 3, 200.0)])
    layout = laid(district, plan=plan, base=base)
    assert [outlet.id for outlet in layout.outlets] == ["kiosk-plan-01", "kiosk-plan-02", "kiosk-plan-03"]
    assert [outlet.node for outlet in layout.outlets] == covering_sites(district, 3, 200.0)
    assert {outlet.admits for outlet in layout.outlets} == {-1}
    assert layout.cost_yuan == 150.0


def test_the_middle_is_a_public_node_outside_of_the_park(district: Place) -> None:
    middle = np.average(district.homes.xy, axis=0, weights=district.homes.weight)
    public = np.setdiff1d(np.flatnonzero(district.streets.compound < 0), district.parks)
    assert middle_node(district) == min(public, key=lambda node: np.hypot(*(district.streets.xy[node] - middle)))
