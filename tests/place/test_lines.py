"""Streets of line layers: where lines are joined, what their columns say, and that lengths are those on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from sim.errors import InputError
from sim.place.read.files import read_source_map
from sim.place.read.joins import add_vertices, crossings, once, vertices_of
from sim.place.read.source_map import SourceMap
from tests.place.test_osm import EAST, NORTH, SHARED, UTM, needs_data, place_config

Point = tuple[float, float]
CROSS = [[(-95, 0), (0, 0), (95, 0)], [(0, -95), (0, 0), (0, 95)]]
UNJOINED = [[(-95, 0), (95, 0)], [(0, -95), (0, 95)]]


def layer(folder: Path, lines: Sequence[Any], name: str = "streets.gpkg", crs: str = UTM, **columns: Any) -> Path:
    """A file of lines drawn in metres east and north of a point of the UTM zone."""
    shapes = [shapely.LineString(line) if isinstance(line, list) else line for line in lines]
    moved = [shapely.transform(shape, lambda xy: np.add(xy, [EAST, NORTH])) for shape in shapes]
    rows = gpd.GeoDataFrame(columns or {"id": range(len(moved))}, geometry=moved, crs=UTM)
    rows = rows.to_crs(crs)
    path = folder / name
    rows.to_parquet(path) if name.endswith("parquet") else rows.to_file(path)
    return path


def ground_of(path: Path, **keys: Any) -> SourceMap:
    config = place_config(path)
    for key, value in keys.items():
        setattr(config, key, value)
    return read_source_map(config)


def node_at(ground: SourceMap, point: Point) -> int:
    metres = np.hypot(*(ground.streets.xy - np.add(point, [EAST, NORTH])).T)
    assert metres.min() < 0.15, f"no street node at {point}"
    return int(metres.argmin())


def walk_m(ground: SourceMap, start: Point, end: Point) -> float:
    """Metres between two points by networkx."""
    graph = ground.streets.to_networkx()
    return float(nx.dijkstra_path_length(graph, node_at(ground, start), node_at(ground, end), weight="length_m"))


@pytest.mark.parametrize("crs", [UTM, "EPSG:4326", "EPSG:3857", "EPSG:4490", "EPSG:4546"])
@pytest.mark.parametrize("name", ["streets.gpkg", "streets.geojson", "streets.shp", "streets.fgb", "streets.parquet"])
def test_every_format_in_every_system_gives_one_network(name: str, crs: str, tmp_path: Path) -> None:
    crs = "EPSG:4326" if name.endswith("geojson") else crs  # which is always in degrees
    streets = ground_of(layer(tmp_path, CROSS, name, crs)).streets
    assert streets.n_nodes == 9
    assert streets.n_links == 8
    assert streets.length_m == pytest.approx(47.5, rel=1.5e-3)
    assert connected_components(nx.to_scipy_sparse_array(streets.to_networkx()))[0] == 1


def test_an_end_on_another_line_is_joined(tmp_path: Path) -> None:
    lines = [[(0, 0), (200, 0)], [(70, 0.04), (70, 60)], [(200.03, 0), (200, 90)]]
    ground = ground_of(layer(tmp_path, lines))
    assert walk_m(ground, (0, 0), (70, 60)) == pytest.approx(130, abs=0.1)
    assert walk_m(ground, (70, 60), (200, 90)) == pytest.approx(60 + 130 + 90, abs=0.2)


def test_a_gap_is_told_and_joined_by_a_larger_snap(tmp_path: Path) -> None:
    path = layer(tmp_path, [[(0, 0), (200, 0)], [(70, 1.5), (70, 60)], [(200, 0), (200, 90)]])
    ground = ground_of(path)
    assert any("within 2 m of another street that they do not touch: 1;" in note for note in map(str, ground.notes))
    assert any("have no walk to the largest part" in note for note in map(str, ground.notes))
    joined = ground_of(path, streets_snap_m=2.0)
    assert walk_m(joined, (200, 90), (70, 60)) == pytest.approx(90 + 130 + 60, abs=3)
    assert not any("do not touch" in note for note in map(str, joined.notes))


def test_a_bridge_over_a_street_is_not_joined_to_it(tmp_path: Path) -> None:
    square = [[(-95, 0), (95, 0)], [(95, 0), (95, 95), (0, 95)], [(0, 95), (0, -60), (-95, -60), (-95, 0)]]
    path = layer(tmp_path, square, bridge=["no", "no", "yes"])
    for planar in (None, True):
        ground = ground_of(path, streets_planar=planar)
        assert walk_m(ground, (-95, 0), (0, 95)) == pytest.approx(60 + 95 + 155, abs=0.1)
        assert ground.bridge.any()


def test_crossings_without_a_point_are_joined_where_told_or_where_most_are(tmp_path: Path) -> None:
    grid = [[(x, -150), (x, 150)] for x in (-100, 0, 100)] + [[(-150, y), (150, y)] for y in (-100, 0, 100)]
    path = layer(tmp_path, grid)
    ground = ground_of(path)
    assert walk_m(ground, (-150, -100), (100, 150)) == pytest.approx(500, abs=0.1)
    assert any("joined at 9 crossings where they share no point; most" in note for note in map(str, ground.notes))
    apart = ground_of(path, streets_planar=False)
    assert any("cross at 9 points without sharing one" in note for note in map(str, apart.notes))
    assert apart.streets.length_m.sum() == pytest.approx(300, abs=0.1)

    noded = [*CROSS, [(-95, 0), (-95, 95)], [(-95, 95), (0, 95)], [(95, 0), (95, 50)], [(-50, -20), (-50, 20)]]
    few = ground_of(layer(tmp_path, noded, "noded.gpkg"))
    assert any("cross at 1 points without sharing one, and are not joined" in note for note in map(str, few.notes))
    assert ground_of(layer(tmp_path, noded, "noded.gpkg"), streets_planar=True).streets.n_links > few.streets.n_links


def test_columns_say_what_tags_say(tmp_path: Path) -> None:
    lines = [*CROSS, [(95, 0), (125, 0)], [(0, 95), (30, 95)], [(0, -95), (30, -95)], [(-95, 0), (-95, 30)]]
    columns = {
        "fclass": ["residential", "residential", "steps", "service", "motorway", "footway"],
        "tunnel": ["F", "F", "F", "T", "F", "F"],
        "bridge": ["F", "T", "F", "F", "F", "F"],
        "layer": [0, 1, 0, -1, 0, 0],
        "oneway": ["F", "B", "F", "T", "F", "F"],
    }
    ground = ground_of(layer(tmp_path, lines, "streets.shp", "EPSG:4326", **columns))
    streets = ground.streets
    assert streets.length_m.sum() == pytest.approx(380 + 30 + 30, abs=0.3)
    assert streets.length_m[streets.stairs] == pytest.approx([30], abs=0.1)
    assert streets.length_m[~streets.cycling].sum() == pytest.approx(60, abs=0.1)
    assert streets.length_m[ground.bridge].sum() == pytest.approx(190, abs=0.1)
    told = [str(note) for note in ground.notes]
    assert any("nobody walks: 1, 30 m beside 0.4 km walked (motorway 30 m)" in note for note in told)
    assert any("road tunnels without a pavement: 1, 30 m" in note for note in told)
    assert ground.attribution == "© OpenStreetMap contributors, ODbL"


def test_a_layer_that_says_nothing_is_walked_with_a_note(tmp_path: Path) -> None:
    ground = ground_of(layer(tmp_path, CROSS, type=["主干道", "支路"], stairs=[0, 1]))
    assert any("Every line is walked" in note and "type has other words" in note for note in map(str, ground.notes))
    assert np.count_nonzero(ground.streets.stairs) == 4
    assert ground.attribution == ""


def test_rivers_and_fences_of_a_map_are_not_walked(tmp_path: Path) -> None:
    river = [(-95, 0), (-95, 95)]
    tags = ['"surface"=>"asphalt"', None, '"layer"=>"-1"']
    path = layer(
        tmp_path,
        [*CROSS, river],
        highway=["residential", "footway", None],
        waterway=[None, None, "river"],
        other_tags=tags,
    )
    ground = ground_of(path)
    assert ground.streets.length_m.sum() == pytest.approx(380, abs=0.1)
    assert any("(no value " in note for note in map(str, ground.notes))


def test_tags_without_a_column_count_too(tmp_path: Path) -> None:
    lines = [*CROSS, [(95, 0), (125, 0)], [(0, 95), (30, 95)]]
    tags = [None, None, '"tunnel"=>"yes","indoor"=>"yes"', '"access"=>"private"']
    ground = ground_of(layer(tmp_path, lines, highway=["path"] * 4, other_tags=tags))
    assert ground.streets.length_m.sum() == pytest.approx(380, abs=0.1)


def test_a_crossing_costs_its_seconds(tmp_path: Path) -> None:
    lines = [*CROSS, [(95, 0), (105, 0)], [(105, 0), (165, 0)]]
    crossing = [None, None, "zebra", "traffic_signals"]
    streets = ground_of(layer(tmp_path, lines, crossing=crossing)).streets
    assert streets.crossing_s.sum() == pytest.approx(5 + 20)
    assert np.count_nonzero(streets.crossing_s) == 3  # the longer one is cut into two links


def test_what_planners_draw_by_mistake(tmp_path: Path) -> None:
    lines = [
        shapely.MultiLineString([CROSS[0], [(95, 0), (120, 0)]]),
        shapely.LineString([(x, y, 12.5) for x, y in CROSS[1]]),
        shapely.LineString(CROSS[1][::-1]),  # the same street, drawn from the other end
        shapely.LineString([(7, 7), (7, 7)]),
        shapely.Point(3, 3),
        shapely.LineString([(95, 0), (95, 0), (95, 20)]),
    ]
    path = tmp_path / "streets.gpkg"
    moved = [shapely.transform(shape, lambda xy: np.add(xy, [EAST, NORTH])) for shape in lines]
    rows = gpd.GeoDataFrame(geometry=[*moved, None, shapely.LineString()], crs=UTM)
    rows.to_file(path)
    ground = ground_of(path)
    assert ground.streets.length_m.sum() == pytest.approx(380 + 25 + 20, abs=0.01)
    notes = " ".join(map(str, ground.notes))
    assert "that are no lines, left out: 1" in notes
    assert "of no length, left out: 1" in notes
    assert "drawn twice, walked once: 1" in notes


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ([shapely.Point(0, 0)], "holds Point, no lines"),
        ([shapely.box(0, 0, 9, 9)], "holds Polygon, no lines"),
        ([shapely.LineString([(0, 0), (0, 0)])], "of no length"),
    ],
)
def test_a_layer_without_streets_is_refused(shapes: list[Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"streets\.gpkg: .*{message}"):
        ground_of(layer(tmp_path, shapes))


def test_a_layer_of_motorways_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none of its 2 lines is walked.*place\.osm\.walkable"):
        ground_of(layer(tmp_path, CROSS, highway=["motorway", "motorway"]))


def test_one_of_several_layers_is_chosen(tmp_path: Path) -> None:
    path = layer(tmp_path, CROSS)
    rows = gpd.read_file(path)
    rows.to_file(path, layer="others")
    with pytest.raises(InputError, match=r"give place\.streets_layer, one of streets, others"):
        ground_of(path)
    with pytest.raises(InputError, match=r"no layer 'roads'; place\.streets_layer is one of"):
        ground_of(path, streets_layer="roads")
    assert ground_of(path, streets_layer="others").streets.n_links == 8


def test_broken_files_are_refused(tmp_path: Path) -> None:
    for name in ("a.gpkg", "a.geojson", "a.json", "a.shp", "a.fgb", "a.parquet"):
        (tmp_path / name).write_bytes(b"{hello")
        with pytest.raises(InputError, match=rf"{name}: not read as"):
            ground_of(tmp_path / name)


Coordinate = st.tuples(st.integers(-500, 500), st.integers(-500, 500))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(Coordinate, min_size=2, max_size=5, unique=True), min_size=2, max_size=8))
def test_joining_keeps_every_metre_and_leaves_no_crossing_open(drawn: list[list[Point]]) -> None:
    lines = np.array([shapely.LineString(line) for line in drawn], dtype=object)
    lines = lines[once(lines, np.zeros(len(lines), dtype=bool))]
    nothing = np.empty((0, 2))
    at, line, other = crossings(lines, nothing)
    joined = add_vertices(lines, np.concatenate([at, at]), np.concatenate([line, other]))
    assert shapely.length(joined) == pytest.approx(shapely.length(lines), abs=1e-6)
    node, xy, _ = vertices_of(joined)
    assert len(crossings(joined, xy[np.bincount(node)[node] > 1])[0]) == 0


@needs_data
def test_a_real_city_as_lines_is_the_city_as_a_map(tmp_path: Path) -> None:
    rows = pyogrio.read_dataframe(SHARED / "kotka_fi/test.osm.pbf", layer="lines")
    rows.to_crs("EPSG:3857").to_file(tmp_path / "kotka.gpkg")
    as_map = ground_of(SHARED / "kotka_fi/test.osm.pbf").streets
    as_lines = ground_of(tmp_path / "kotka.gpkg").streets
    assert as_lines.length_m.sum() == pytest.approx(as_map.length_m.sum(), rel=0.02)
    assert as_lines.crs == as_map.crs
