"""What is generated where no map says what stands, and where rules put outlets."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.config import load_config
from sim.errors import InputError
from sim.outlets import FormatConfig, LayoutConfig, lay_out
from sim.outlets.standing import middle_node, weight_within
from sim.place import Place, PlaceConfig, build_place
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


def test_the_middle_is_a_public_node_outside_of_the_park(district: Place) -> None:
    middle = np.average(district.homes.xy, axis=0, weights=district.homes.weight)
    public = np.setdiff1d(np.flatnonzero(district.streets.compound < 0), district.parks)
    assert middle_node(district) == min(public, key=lambda node: np.hypot(*(district.streets.xy[node] - middle)))


def test_formats_that_are_rounded_away_or_up_are_said_with_their_needs() -> None:
    asked = load_config([])
    needs, place = asked.config.needs.catalogue, build_place(asked.config.place)

    def said(residents: int) -> tuple[str, Counter[str]]:
        layout = lay_out("base", asked.layouts, place, residents, needs, 1)[1]
        return "\n".join(map(str, layout.notes)), Counter(outlet.format for outlet in layout.outlets)

    told, stand = said(20_600)
    assert stand["health_centre"] == 1
    assert "health_centre 0.5, 1 stands" in told
    assert "none stands" not in told
    told, stand = said(5_000)
    formats = asked.layouts["base"].formats
    gone = [key for key, form in formats.items() if form.per_20600 > 0 and not stand[key]]
    assert len(gone) > 3
    assert f"Of {len(gone)} formats" in told
    served = {need for key in stand for need in formats[key].offers}
    without = sorted({need for key in gone for need in formats[key].offers} - served)
    assert without
    assert f"no outlet is left for {', '.join(without)}." in told


@pytest.mark.parametrize("residents", [206_000, 1_000_000])
def test_a_city_has_half_a_health_centre_for_each_circle(residents: int) -> None:
    asked = load_config(["place=city", "place.mix.rest=null"])
    layout = lay_out("base", asked.layouts, town(), residents, asked.config.needs.catalogue, 1)[1]
    stand = Counter(outlet.format for outlet in layout.outlets)
    assert abs(stand["health_centre"] - 0.5 * residents / 20_600) <= 0.5
