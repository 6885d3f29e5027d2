"""Cities grown from numbers: their ground, their people, their streets, and that they go through the command."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sim.__main__ import main
from sim.config import Config, load_config
from sim.errors import InputError
from sim.people import settle
from sim.place import Place, PlaceConfig, build_place
from sim.place.config import CityConfig, KindConfig
from sim.place.grow.city import Plot, plots_of
from sim.place.grow.district import grow
from sim.place.walls import GATES
from tests.people.conftest import examples

SMALL = ["place=city", "place.city.residents=86000"]  # six circles, two of each kind


@cache
def packaged(*overrides: str) -> Config:
    return load_config(overrides).config


def asked(changes: dict[str, Any] | None = None) -> PlaceConfig:
    """The small city with other values at dotted keys of the group `place`."""
    config = deepcopy(packaged(*SMALL).place)
    for key, value in (changes or {}).items():
        *path, last = key.split(".")
        thing: Any = config
        for step in path:
            thing = thing[step] if isinstance(thing, dict) else getattr(thing, step)
        if isinstance(thing, dict):
            thing[last] = value
        else:
            assert hasattr(thing, last)
            setattr(thing, last, value)
    return config


@pytest.fixture(scope="module")
def city() -> Place:
    return build_place(asked())


def kinds_of(plots: list[Plot]) -> list[str]:
    return [plot.name.rpartition("-")[0] for plot in plots]


def test_a_million_live_in_seventy_circles_with_the_outlets_of_baotou() -> None:
    config = packaged("place=city")
    city, mix = config.place.city, config.place.mix
    assert (city.residents, mix.per_residents) == (1_000_000, 1_000_000)
    assert Counter(kinds_of(plots_of(city))) == {"old_town": 20, "new_district": 30, "outskirts": 20}
    assert sum(mix.counts.values()) + (mix.rest or 0) == 30_503
    study = config.study
    assert (study.name, study.layouts, study.seeds, study.days, study.warmup_days) == ("city", ["base"], 1, 1, 0)


def test_the_command_line_wins_over_the_study_of_a_city() -> None:
    assert packaged("place=city", "study.days=3").study.days == 3
    assert packaged("study=compare_layouts", "place=city").study.seeds == 10


def test_kinds_of_a_city_have_the_numbers_of_their_districts() -> None:
    kinds = packaged("place=city").place.city.kinds
    assert [*kinds] == ["old_town", "new_district", "outskirts"]
    for name, kind in kinds.items():
        district = packaged(f"place={name}").place.grown
        assert {key.name: getattr(kind, key.name) for key in fields(district)} == vars(district)


kind_configs = st.builds(
    KindConfig, residents=st.integers(1_000, 50_000), area_km2=st.floats(0.5, 20.0), share=st.floats(0.1, 5.0)
)


@examples(100)
@given(
    residents=st.integers(1_000, 2_000_000),
    circle_residents=st.integers(5_000, 40_000),
    kinds=st.dictionaries(st.sampled_from(["mill", "port", "hill", "lake"]), kind_configs, min_size=1),
)
def test_plots_tile_a_square_at_the_density_of_their_kinds(
    residents: int, circle_residents: int, kinds: dict[str, KindConfig]
) -> None:
    plots = plots_of(CityConfig(residents, circle_residents, kinds))
    n = max(1, round(residents / circle_residents))
    assert len(plots) == len({plot.name for plot in plots}) == n
    boxes = np.array([plot.box for plot in plots])
    ground = [shapely.box(west, south, east, north) for west, east, south, north in boxes]
    for plot, box in zip(plots, ground, strict=True):
        assert residents / n / (box.area / 1e6) == pytest.approx(plot.kind.residents / plot.kind.area_km2)
    side = boxes.max()
    assert boxes.min() == 0.0
    assert side**2 == pytest.approx(sum(box.area for box in ground))  # no ground twice, so none is left over
    assert shapely.union_all(ground, grid_size=1e-6).area == pytest.approx(side**2)
    counts = Counter(kinds_of(plots))
    parts = sum(kind.share for kind in kinds.values())
    assert all(abs(counts[name] - n * kind.share / parts) < 1 for name, kind in kinds.items())


def test_the_first_kind_lies_in_the_middle() -> None:
    plots = plots_of(packaged("place=city").place.city)
    middle = np.array([((p.box[0] + p.box[1]) / 2, (p.box[2] + p.box[3]) / 2) for p in plots])
    off_m = np.linalg.norm(middle - middle.mean(axis=0), axis=1)
    mean_off = pd.Series(off_m).groupby(kinds_of(plots)).mean()
    assert mean_off["old_town"] < mean_off["new_district"] < mean_off["outskirts"]


def test_a_city_is_one_network_and_its_circles_are_joined_across_arterials_only(city: Place) -> None:
    config, streets = asked().city, city.streets
    assert nx.is_connected(nx.Graph(streets.links.tolist()))
    assert streets.n_nodes == 1 + streets.links.max()
    boxes = np.array([plot.box for plot in plots_of(config)])
    x, y = streets.xy[:, 0, None], streets.xy[:, 1, None]
    inside = (boxes[:, 0] < x) & (x < boxes[:, 1]) & (boxes[:, 2] < y) & (y < boxes[:, 3])
    assert (inside.sum(axis=1) == 1).all()
    circle = inside.argmax(axis=1)
    first, second = streets.links.T
    across = circle[first] != circle[second]
    length_m = np.linalg.norm(streets.xy[first] - streets.xy[second], axis=1)
    np.testing.assert_allclose(streets.length_m, length_m)
    assert streets.length_m[across].min() >= config.arterial_m - 1e-6
    assert streets.length_m[across].max() <= config.arterial_m + 100
    assert (streets.crossing_s[across] == config.crossing_s).all()
    assert (streets.compound[streets.links[across]] == -1).all()
    lines = shapely.linestrings(streets.xy[streets.links[across]])
    for a, b in shapely.STRtree(lines).query(lines, predicate="crosses").T:
        assert not lines[a].crosses(lines[b])


def test_nobody_on_a_rim_is_nearer_to_another_circle_than_to_the_one_joined(city: Place) -> None:
    """The slow telling: for each node of a link between circles, the nearest node of any other circle."""
    streets = city.streets
    boxes = np.array([plot.box for plot in plots_of(asked().city)])
    x, y = streets.xy[:, 0, None], streets.xy[:, 1, None]
    circle = ((boxes[:, 0] < x) & (x < boxes[:, 1]) & (boxes[:, 2] < y) & (y < boxes[:, 3])).argmax(axis=1)
    pairs = {tuple(sorted(pair)) for pair in streets.links[np.diff(circle[streets.links], axis=1)[:, 0] != 0].tolist()}
    joined = set()
    for node in {node for pair in pairs for node in pair}:
        others = np.flatnonzero(circle != circle[node])
        nearest = others[np.argmin(np.linalg.norm(streets.xy[others] - streets.xy[node], axis=1))]
        joined.add(tuple(sorted((node, int(nearest)))))
    assert joined == pairs


def test_circles_are_districts_side_by_side(city: Place) -> None:
    """Streets, homes, walls and gates of one circle are those of a district grown by itself on its ground."""
    config = asked()
    half = config.city.arterial_m / 2
    for row, (name, kind, (west, east, south, north)) in enumerate(plots_of(config.city)):
        alone = grow(name, config.seed, kind, (west + half, east - half, south + half, north - half), [name])
        homes = np.flatnonzero(city.homes.zone == row)
        assert city.zones[row] == name
        np.testing.assert_array_equal(city.homes.xy[homes], alone.homes.xy)
        np.testing.assert_array_equal(city.homes.lift[homes], alone.homes.lift)
        np.testing.assert_array_equal(city.streets.xy[city.homes.node[homes]], alone.homes.xy)
        np.testing.assert_array_equal(city.streets.compound[city.homes.node[homes]], city.homes.compound[homes])
        for compound, whole in zip(alone.homes.compound, city.homes.compound[homes], strict=True):
            assert (compound < 0) == (whole < 0)
            if compound >= 0:
                np.testing.assert_array_equal(city.walls[whole], alone.walls[compound])
        for whole, part in ((city.gates, alone.gates), (city.parks, alone.parks)):
            there = city.streets.xy[whole]
            of_circle = (there > (west, south)).all(axis=1) & (there < (east, north)).all(axis=1)
            np.testing.assert_array_equal(there[of_circle], alone.streets.xy[part])


def test_every_circle_has_as_many_residents(city: Place) -> None:
    assert np.bincount(city.homes.zone, city.homes.weight) == pytest.approx(len(city.homes) / 6)
    assert city.homes.weight.mean() == pytest.approx(1.0)
    residents = settle(city, packaged(*SMALL).people, seed=1)
    assert len(residents) == 86_000
    assert np.bincount(city.homes.zone[residents.home]) == pytest.approx(86_000 / 6, rel=0.05)


@pytest.mark.parametrize("gates", GATES)
def test_gates_of_a_city_are_kept_as_in_a_district(city: Place, gates: str) -> None:
    streets = build_place(asked({"gates": gates})).streets
    behind = city.streets.compound[city.streets.links].max(axis=1)[city.streets.gate]
    built = Counter(behind.tolist())
    kept = Counter(streets.compound[streets.links].max(axis=1)[streets.gate].tolist())
    wanted = {
        "all": built,
        "few": Counter({compound: -(-n // 2) for compound, n in built.items()}),
        "one": Counter(dict.fromkeys(built, 1)),
        "open": Counter(),
    }
    assert len(built) == len(city.walls) > 10
    assert kept == wanted[gates]
    assert nx.is_connected(nx.Graph(streets.links.tolist()))


def test_a_city_grows_the_same_again_and_another_for_another_seed(city: Place) -> None:
    again, other = build_place(asked()), build_place(asked({"seed": 2}))
    for key in fields(city.streets):
        np.testing.assert_array_equal(getattr(again.streets, key.name), getattr(city.streets, key.name))
    for key in fields(city.homes):
        np.testing.assert_array_equal(getattr(again.homes, key.name), getattr(city.homes, key.name))
    assert other.streets.n_nodes != city.streets.n_nodes


def test_one_circle_is_a_city_too() -> None:
    place = build_place(asked({"city.residents": 9_000}))
    assert place.zones == ("new_district-01",)
    assert nx.is_connected(nx.Graph(place.streets.links.tolist()))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"city.residents": 0}, ["place.city.residents: 0", "above 0"]),
        ({"city.circle_residents": -1}, ["place.city.circle_residents: -1", "above 0"]),
        ({"city.arterial_m": 2000}, ["place.city.arterial_m: 2000", "wider"]),
        ({"city.crossing_s": -1}, ["place.city.crossing_s: -1", "from 0 up"]),
        ({"city.kinds.outskirts.share": -1}, ["place.city.kinds.outskirts.share: -1"]),
        ({"city.kinds.old_town.area_km2": 0}, ["place.city.kinds.old_town.area_km2: 0"]),
        ({"city.kinds.old_town.settled_share": 0}, ["old_town-01", "no block is settled"]),
        ({"mix.per_residents": 0}, ["place.mix.per_residents: 0", "1 or more"]),
        ({"mix.counts.gym": -3}, ["place.mix.counts.gym: -3", "from 0 up"]),
        ({"mix.rest": -3}, ["place.mix.rest: -3", "from 0 up"]),
        ({"homes.file": "homes.gpkg"}, ["place.homes.file", "place.source=files"]),
    ],
)
def test_impossible_cities_are_refused(changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InputError) as refused:
        build_place(asked(changes))
    for word in words:
        assert word in str(refused.value)


def test_a_city_without_kinds_is_refused() -> None:
    with pytest.raises(InputError, match=r"place\.city\.kinds.*at least one"):
        build_place(asked({"city.kinds": {}}))


def test_a_small_city_goes_through_the_command(tmp_path: Path) -> None:
    assert main(["place=city", "place.city.residents=43000", "people.residents=600", f"results={tmp_path}"]) == 0
    demand = pd.read_csv(tmp_path / "city" / "tables" / "demand_by_zone.csv")
    assert set(demand["zone"]) == {"old_town-01", "new_district-01", "outskirts-01"}
    assert (tmp_path / "city" / "runs" / "base" / "seed-1" / "run.json").is_file()
    assert (tmp_path / "city" / "report.html").is_file()
