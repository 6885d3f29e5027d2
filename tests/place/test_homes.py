"""Homes from buildings, addresses and counts, on small maps drawn here and on the real ones where they are at hand."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from sim.errors import InputError
from sim.place import Place, WalkClass, build_place
from sim.place.config import CommunitiesConfig, HomesConfig, PlaceConfig, PopulationConfig
from sim.reach import find_reach
from tests.place.test_osm import EAST, NORTH, SHARED, UTM, Drawing, needs_data, place_config
from tests.worlds import Shop, layout_of

Row = tuple[float, float, float]


def street(folder: Path) -> PlaceConfig:
    """A street of 600 m and one across, without buildings."""
    drawing = Drawing()
    drawing.way([(0, 0), (300, 0), (600, 0)], highway="residential")
    drawing.way([(300, 0), (300, 200)], highway="residential")
    path = folder / "map.osm"
    path.write_text(drawing.xml(), encoding="utf-8")
    return place_config(path)


def squares(*corners: tuple[float, float], side_m: float = 10.0) -> list[shapely.Polygon]:
    return [shapely.box(EAST + x, NORTH + y, EAST + x + side_m, NORTH + y + side_m) for x, y in corners]


def layer(folder: Path, shapes: Sequence[shapely.Geometry], called: str = "homes.gpkg", /, **columns: object) -> str:
    path = folder / called
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=UTM).to_file(path)
    return str(path)


def with_homes(folder: Path, file: str, **keys: object) -> Place:
    return build_place(replace(street(folder), homes=HomesConfig(**{"file": file, **keys})))


THREE = squares((10, 10), (100, 10), (200, 10))


def test_floor_area_is_the_weight(tmp_path: Path) -> None:
    place = with_homes(tmp_path, layer(tmp_path, THREE, levels=[4, 2, 6]), levels="levels")
    assert place.homes.weight == pytest.approx([10, 5, 15])
    assert place.population == pytest.approx(30)
    assert place.homes.snap_m == pytest.approx([15, 15, 15], abs=0.2)
    assert any("30 are estimated from the floor area" in note for note in map(str, place.notes))


@pytest.mark.parametrize("told", [["4", "2层", "６"], ["4F", "2 层", "6.0"], ["4", "2", "6 floors"]])
def test_storeys_are_read_as_they_are_written(tmp_path: Path, told: list[str]) -> None:
    place = with_homes(tmp_path, layer(tmp_path, THREE, 层数=told))
    assert place.homes.weight == pytest.approx([10, 5, 15])


def test_a_few_known_storeys_say_nothing_of_the_others(tmp_path: Path) -> None:
    place = with_homes(tmp_path, layer(tmp_path, THREE, levels=["4", "-1", "?"]))
    assert place.homes.weight == pytest.approx([10, 5, 5])  # 100 m² are a house, and a house has two
    (note,) = [note for note in place.notes if "Storeys are not known for 2 of 3 homes" in note.text]
    assert "2 (2 of kind house)" in note.text
    assert "places about 10 of 20 residents" in note.text
    assert note.share == pytest.approx(0.5)
    assert note.grade == "problem"


@pytest.mark.parametrize(("known", "storeys"), [(9, 5), (10, 8)])
def test_storeys_are_the_median_of_their_kind_where_enough_are_known(
    tmp_path: Path, known: int, storeys: float
) -> None:
    blocks = squares(*((30 * x, 10) for x in range(12)), side_m=20)
    told = ["8"] * known + [""] * (12 - known)
    place = with_homes(tmp_path, layer(tmp_path, blocks, levels=told))
    assert place.homes.weight == pytest.approx([10 * 8] * known + [10 * storeys] * (12 - known))


@pytest.mark.parametrize(
    ("building", "side_m", "storeys"),
    [("apartments", 20, 6), ("apartments", 15, 2), ("house", 20, 2), ("bungalow", 10, 1), ("dormitory", 30, 6)],
)
def test_storeys_by_kind_of_building(tmp_path: Path, building: str, side_m: float, storeys: float) -> None:
    drawing = Drawing()
    drawing.way([(0, 0), (300, 0)], highway="residential")
    drawing.square((10, 10), side_m, building=building)
    (tmp_path / "map.osm").write_text(drawing.xml(), encoding="utf-8")
    place = build_place(place_config(tmp_path / "map.osm"))
    assert place.population == pytest.approx(side_m**2 * storeys / 40, rel=0.01)


def test_only_residential_uses_are_homes(tmp_path: Path) -> None:
    file = layer(tmp_path, THREE, use=["住宅", "school", " 住宅 "], levels=[1, 1, 1])
    place = with_homes(tmp_path, file, use="use", residential=["住宅"])
    assert len(place.homes) == 2
    assert any("1 of 3 rows are no homes by their 'use' (school)" in note for note in map(str, place.notes))
    with pytest.raises(InputError, match="no row has flat as its 'use'; there are 住宅, school"):
        with_homes(tmp_path, file, use="use", residential=["flat"])
    with pytest.raises(InputError, match=r"place\.homes\.use: given, but not which values"):
        with_homes(tmp_path, file, use="use")


def test_addresses_weigh_one_or_their_dwellings(tmp_path: Path) -> None:
    points = shapely.centroid(THREE)
    file = layer(tmp_path, points, flats=[1, 20, 0])
    place = with_homes(tmp_path, file)
    assert place.homes.weight.tolist() == [1, 1, 1]
    assert place.population is None
    assert any("people.residents sets their number" in note for note in map(str, place.notes))
    assert with_homes(tmp_path, file, dwellings="flats").homes.weight.tolist() == [1, 20]


def test_a_table_of_addresses_is_read(tmp_path: Path) -> None:
    points = gpd.GeoSeries(shapely.centroid(THREE), crs=UTM).to_crs("EPSG:4326")
    path = tmp_path / "addresses.csv"
    rows = "".join(f"{point.x},{point.y}\n" for point in points)
    path.write_bytes(f"经度,纬度\n{rows}".encode("gb18030"))
    assert len(with_homes(tmp_path, str(path)).homes) == 3


def test_outlines_that_stand_there_twice_count_once(tmp_path: Path) -> None:
    place = with_homes(tmp_path, layer(tmp_path, [*THREE, shapely.reverse(THREE[0])], levels=[4, 2, 6, 4]))
    assert place.homes.weight == pytest.approx([10, 5, 15])
    assert any("1 outlines stand there twice" in note for note in map(str, place.notes))


def test_what_cannot_be_homes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"row 2 is a LineString; homes are given as polygons or points"):
        with_homes(tmp_path, layer(tmp_path, [THREE[0], THREE[1].boundary], "line.gpkg", a=[1, 2]))
    with pytest.raises(InputError, match=r"row 2 is a Point; homes are given as polygons only or points only"):
        with_homes(tmp_path, layer(tmp_path, [THREE[0], THREE[1].centroid], "both.gpkg", a=[1, 2]))
    with pytest.raises(InputError, match=r"row 2, column 'levels': 1800 storeys; up to 200"):
        with_homes(tmp_path, layer(tmp_path, THREE, "high.gpkg", levels=[1, 1800, 3]))
    with pytest.raises(InputError, match=r"no column 'floors' \(place\.homes\.levels\); its columns are levels"):
        with_homes(tmp_path, layer(tmp_path, THREE, "low.gpkg", levels=[1, 1, 1]), levels="floors")
    with pytest.raises(InputError, match=r"row 3, column 'flats': .*; a number of dwellings from 0 up"):
        with_homes(tmp_path, layer(tmp_path, THREE, "flats.gpkg", flats=[1.0, 2.0, -3.0]), dwellings="flats")
    with pytest.raises(InputError, match="none of its 1 homes lies within the bounds"):
        with_homes(tmp_path, layer(tmp_path, squares((90_000, 0)), "far.gpkg", a=[1]))


def test_people_by_compound_are_laid_on_its_buildings(tmp_path: Path) -> None:
    file = layer(tmp_path, THREE, levels=[1, 3, 2], estate=["A", "A", "B"])
    table = tmp_path / "people.csv"
    table.write_text("estate,people\nB,50\nA,100\n总计,150\n", encoding="utf-8")
    config = replace(
        street(tmp_path),
        homes=HomesConfig(file=file, compound="estate"),
        population=PopulationConfig(file=str(table), total="people", compound="estate"),
    )
    place = build_place(config)
    assert place.homes.weight == pytest.approx([25, 75, 50])
    assert place.population == pytest.approx(150)


def test_people_of_communities_come_before_people_of_cells(tmp_path: Path) -> None:
    grid = layer(tmp_path, squares((0, 0), (90, 0), (190, 0), side_m=60), "grid.gpkg", people=[10, 20, 30])
    parts = [shapely.box(EAST, NORTH, EAST + 150, NORTH + 99)]
    communities = layer(tmp_path, parts, "communities.gpkg", name=["west"], people=[90])
    config = replace(
        street(tmp_path),
        homes=HomesConfig(file=layer(tmp_path, THREE, levels=[1, 1, 1])),
        population=PopulationConfig(file=grid, total="people"),
        communities=CommunitiesConfig(file=communities, people="people"),
    )
    place = build_place(config)
    assert place.homes.weight == pytest.approx([30, 60, 30])
    assert [place.zones[row] for row in place.homes.zone] == ["west", "west", "elsewhere"]


def test_a_grown_place_reads_no_homes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"place\.homes\.file: a grown place reads no file"):
        build_place(PlaceConfig(source="grown", homes=HomesConfig(file="homes.gpkg")))


def partly_tagged(folder: Path, tagged_m: float) -> Place:
    """Two residential buildings of a side, two of 20 m without a use, and a school that says no more."""
    drawing = Drawing()
    drawing.way([(0, 0), (300, 0), (600, 0)], highway="residential")
    for corner in ((10, 10), (100, 10)):
        drawing.square(corner, tagged_m, building="apartments")
    for corner in ((200, 10), (300, 10)):
        drawing.square(corner, 20, building="yes")
    drawing.square((400, 10), 20, building="yes", amenity="school")
    path = folder / f"{tagged_m}.osm"
    path.write_text(drawing.xml(), encoding="utf-8")
    return build_place(place_config(path))


def test_untagged_buildings_are_homes_where_few_are_tagged(tmp_path: Path) -> None:
    few, many = partly_tagged(tmp_path, 10), partly_tagged(tmp_path, 30)
    assert len(few.homes) == 4
    assert any("Only 2 buildings, with 9% of the floor area" in note for note in map(str, few.notes))
    assert len(many.homes) == 2
    assert any("2 buildings mapped only as building=yes are not taken" in note for note in map(str, many.notes))


@needs_data
@pytest.mark.parametrize(
    ("file", "homes", "population"),
    [
        ("china_osm/haidian_beijing.osm.pbf", (400, 500), (80_000, 110_000)),
        ("china_osm/nanjing.osm.pbf", (1000, 1200), (100_000, 250_000)),
        ("china_osm/guixi.osm.pbf", (100, 161), (5_000, 12_000)),
        ("kotka_fi/test.osm.pbf", (1100, 1170), (12_000, 17_000)),
    ],
)
def test_real_buildings_are_homes(file: str, homes: tuple[int, int], population: tuple[int, int]) -> None:
    place = build_place(place_config(SHARED / file))
    assert homes[0] <= len(place.homes) <= homes[1]
    assert population[0] <= (place.population or 0) <= population[1]
    assert any("Storeys are not known for" in note for note in map(str, place.notes))


@needs_data
def test_porto_alegre_reaches_schools_and_health_care_as_measured_independently() -> None:
    folder = SHARED / "porto_alegre"
    hexagons = pd.read_csv(folder / "poa_hexgrid.csv")
    config = replace(
        place_config(folder / "poa_osm.pbf", signal_crossing_s=0.0, crossing_s=0.0),
        far_home_m=10_000.0,
        population=PopulationConfig(file=str(folder / "poa_hexgrid.csv"), total="population"),
    )
    start = time.perf_counter()
    place = build_place(config)
    assert time.perf_counter() - start < 20
    assert place.population == pytest.approx(hexagons["population"].sum()) == 812_935
    for column, shares in (("schools", [58.7, 88.4, 96.0, 98.6]), ("healthcare", [40.1, 69.8, 81.6, 90.7])):
        there = hexagons[hexagons[column] > 0]
        node, snap_m = place.nearest_node(place.from_lonlat(there[["lon", "lat"]].to_numpy()))
        shops = [
            Shop(f"{row:04d}", int(n), {}, snap_m=float(m)) for row, (n, m) in enumerate(zip(node, snap_m, strict=True))
        ]
        reach = find_reach(place, layout_of(shops), (1200.0, -1.0))
        nearest_m = np.array([reach.from_node(n, WalkClass.ABLE)[1].min(initial=np.inf) for n in place.homes.node])
        nearest_m += place.homes.snap_m
        found = [
            100 * place.homes.weight[nearest_m <= m].sum() / place.homes.weight.sum() for m in (500, 800, 1000, 1200)
        ]
        assert found == pytest.approx(shares, abs=3.0), column


@needs_data
def test_homes_far_from_any_street_are_told() -> None:
    folder = SHARED / "porto_alegre"
    population = PopulationConfig(file=str(folder / "poa_hexgrid.csv"), total="population")
    place = build_place(replace(place_config(folder / "poa_osm.pbf"), population=population))
    assert 811_000 < (place.population or 0) < 812_935
    assert place.homes.snap_m.max() <= 200
    told = [re.search(r"farther than 200 m from any street, the farthest ([\d,]+) m", str(n)) for n in place.notes]
    (farthest,) = [int(found[1].replace(",", "")) for found in told if found]
    assert 1600 < farthest <= 1672
