"""Streets of GraphML files as every OSMnx saves them, and as other tools do."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Transformer

from sim.errors import InputError
from sim.place.read.files import read_source_map
from sim.place.read.layers import LOCAL_METRES
from sim.place.read.source_map import SourceMap
from tests.place.test_osm import CONFIG, EAST, NORTH, SHARED, UTM, degrees, needs_data, place_config

FUTIAN = SHARED / "shenzhen_futian_graphml/futian_walk.graphml"
# Corners of a square of 90 m, and an end 45 m east of one.
CORNERS = {"1": (0.0, 0.0), "2": (90.0, 0.0), "3": (90.0, 90.0), "4": (0.0, 90.0), "5": (135.0, 0.0)}
Edge = tuple[str, str, dict[str, Any]]
SQUARE: list[Edge] = [(a, b, {"highway": "residential"}) for a, b in ("12", "23", "34", "41", "25")]


def square(*more: Edge, projected: bool = False, both_ways: bool = True, **graph_keys: Any) -> nx.MultiDiGraph:
    """A graph of the square as OSMnx has it: every attribute is text."""
    place = (lambda point: np.add(point, [EAST, NORTH])) if projected else degrees
    keys = {"crs": UTM.lower() if projected else "epsg:4326", "created_with": "OSMnx 1.2.2", **graph_keys}
    graph = nx.MultiDiGraph(**keys)
    for node, point in CORNERS.items():
        x, y = place(point)
        graph.add_node(node, x=str(x), y=str(y), osmid_original=node)
    for a, b, data in (*SQUARE, *more):
        length = str(float(np.hypot(*np.subtract(CORNERS[a], CORNERS[b]))))
        tags = {"osmid": "7", "oneway": "True", "reversed": "False", "length": length, **data}
        if "geometry" in tags:
            points = [place(point) for point in tags["geometry"]]
            tags["geometry"] = shapely.LineString(points).wkt
        graph.add_edge(a, b, **tags)
        if both_ways and not data.get("lone"):
            graph.add_edge(b, a, **{**tags, "reversed": "True"})
    return graph


def ground_of(graph: Any, folder: Path, **keys: Any) -> SourceMap:
    nx.write_graphml(graph, folder / "streets.graphml")
    config = place_config(folder / "streets.graphml")
    for key, value in keys.items():
        setattr(config, key, value)
    return read_source_map(config)


def walk_m(ground: SourceMap, start: tuple[float, float], end: tuple[float, float]) -> float:
    a, b = (int(np.hypot(*(ground.streets.xy - np.add(point, [EAST, NORTH])).T).argmin()) for point in (start, end))
    return float(nx.dijkstra_path_length(ground.streets.to_networkx(), a, b, weight="length_m"))


@pytest.mark.parametrize("projected", [False, True])
@pytest.mark.parametrize("both_ways", [False, True])
def test_edges_and_their_reverses_are_one_street_walked_both_ways(
    projected: bool, both_ways: bool, tmp_path: Path
) -> None:
    ground = ground_of(square(projected=projected, both_ways=both_ways), tmp_path)
    assert ground.streets.length_m.sum() == pytest.approx(405, abs=0.05)
    assert ground.streets.n_links == 9
    assert walk_m(ground, (90, 90), (135, 0)) == pytest.approx(135, abs=0.05)
    assert walk_m(ground, (135, 0), (90, 90)) == pytest.approx(135, abs=0.05)
    assert ground.streets.crs == UTM
    assert ground.attribution == "© OpenStreetMap contributors, ODbL"


def test_a_shape_is_walked_as_drawn_whichever_way_it_runs(tmp_path: Path) -> None:
    bend = [CORNERS["5"], (165.0, 40.0), (135.0, 80.0), (90.0, 90.0)]
    drawn = Geod(ellps="WGS84").line_length(*np.array([degrees(point) for point in bend]).T)
    for shape in (bend, bend[::-1]):
        ground = ground_of(square(("5", "3", {"highway": "footway", "geometry": shape})), tmp_path)
        assert ground.streets.length_m.sum() == pytest.approx(405 + drawn, abs=0.3)
        walks = [(x, y) for x, y in ground.streets.xy - [EAST, NORTH] if x > 140]
        assert walks, "the bend has no node"


def test_a_street_that_lost_its_shape_is_as_long_as_it_says(tmp_path: Path) -> None:
    ground = ground_of(square(("5", "3", {"highway": "footway", "length": "140.5"})), tmp_path)
    assert ground.streets.length_m.sum() == pytest.approx(405 + 140.5, abs=0.3)
    assert any(
        "Edges without a shape that are longer than straight, by their length: 2" in n for n in map(str, ground.notes)
    )


def test_lengths_in_feet_are_not_believed(tmp_path: Path) -> None:
    graph = square()
    for _, _, data in graph.edges(data=True):
        data["length"] = str(float(data["length"]) / 0.3048)
    ground = ground_of(graph, tmp_path)
    assert ground.streets.length_m.sum() == pytest.approx(405, abs=0.1)
    assert any("are not in metres (3.28 times those drawn)" in note for note in map(str, ground.notes))


def test_of_parallel_streets_the_longer_keeps_its_length(tmp_path: Path) -> None:
    around = [CORNERS["1"], (45.0, -60.0), CORNERS["2"]]
    ground = ground_of(square(("1", "2", {"highway": "footway", "geometry": around})), tmp_path)
    assert ground.streets.length_m.sum() == pytest.approx(405 + 150, abs=0.1)
    assert walk_m(ground, (0, 0), (90, 0)) == pytest.approx(90, abs=0.05)


def test_streets_that_only_cross_are_not_joined(tmp_path: Path) -> None:
    over = [CORNERS["1"], (60.0, 60.0), (30.0, 60.0), CORNERS["3"]]
    graph = square(("1", "3", {"highway": "path", "geometry": over}), ("2", "4", {"highway": "path", "bridge": "yes"}))
    ground = ground_of(graph, tmp_path)
    assert (np.bincount(ground.streets.links.ravel()) <= 5).all()
    assert ground.streets.length_m[ground.bridge].sum() == pytest.approx(90 * np.sqrt(2), abs=0.05)


@pytest.mark.parametrize(
    ("tags", "walked", "stairs"),
    [
        ({"highway": "steps"}, True, True),
        ({"highway": "['steps', 'footway']"}, True, True),
        ({"highway": "['path', 'footway']"}, True, False),
        ({"highway": "['path', 'motorway']"}, False, False),
        ({"highway": "motorway"}, False, False),
        ({"highway": "service", "tunnel": "yes"}, True, False),
        ({"highway": "footway", "tunnel": "True"}, True, False),
        ({"highway": "trunk"}, True, False),
        ({"highway": "['cycleway', 'service']"}, True, False),
        ({"highway": "trunk", "foot": "no"}, False, False),
        ({"highway": "footway", "indoor": "yes"}, False, False),
        ({"highway": "service", "tunnel": "False", "bridge": "False"}, True, False),
        ({"highway": "service", "tunnel": "building_passage"}, True, False),
        ({"highway": "service", "tunnel": "['yes', 'building_passage']"}, True, False),
        ({"highway": "service", "access": "private"}, False, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True, False),
        ({"highway": "cycleway", "foot": "designated"}, True, False),
        ({"highway": "nan"}, True, False),
        ({}, True, False),
    ],
)
def test_tags_count_as_on_a_map(tags: dict[str, str], walked: bool, stairs: bool, tmp_path: Path) -> None:
    ground = ground_of(square(("5", "3", tags)), tmp_path)
    more_m = np.hypot(45, 90) if walked else 0
    assert ground.streets.length_m.sum() == pytest.approx(405 + more_m, abs=0.1)
    assert ground.streets.stairs.any() == stairs


def test_signals_and_crossings_at_nodes_cost_their_seconds(tmp_path: Path) -> None:
    graph = square()
    graph.nodes["2"]["highway"] = "traffic_signals"
    graph.nodes["5"]["highway"] = "crossing"
    streets = ground_of(graph, tmp_path).streets
    # A T-junction of streets with signals, on half of whose passages a street is crossed; nobody crosses at the other.
    assert streets.crossing_s.sum() == pytest.approx(3 * 20 / 4)


def test_what_is_walked_for_being_in_the_graph_is_said(tmp_path: Path) -> None:
    ground = ground_of(square(("5", "3", {"highway": "trunk", "tunnel": "yes"})), tmp_path)
    told = [note for note in ground.notes if "for being in the graph" in note.text]
    assert "trunk in tunnels 0.1 km" in told[0].text
    assert told[0].share == pytest.approx(100.6 / 505.6, abs=0.01)


@pytest.mark.parametrize("crs", ["{'init': 'epsg:4326'}", "EPSG:4326", "epsg:4326", CRS(4326).to_wkt()])
def test_a_system_is_read_as_any_version_wrote_it(crs: str, tmp_path: Path) -> None:
    assert ground_of(square(crs=crs), tmp_path).streets.length_m.sum() == pytest.approx(405, abs=0.05)


def test_an_old_projected_graph_is_read(tmp_path: Path) -> None:
    proj = "{'datum': 'WGS84', 'ellps': 'WGS84', 'proj': 'utm', 'zone': 49, 'units': 'm'}"
    streets = ground_of(square(projected=True, crs=proj), tmp_path).streets
    assert streets.length_m.sum() == pytest.approx(405, abs=0.05)


def test_numbers_and_undirected_graphs_of_other_tools_are_read(tmp_path: Path) -> None:
    graph = nx.Graph(crs=LOCAL_METRES)
    graph.add_node("a", x=0, y=0.0)
    graph.add_node("b", x=300, y=400.0)
    graph.add_edge("a", "b", stairs=False, length=500)
    ground = ground_of(graph, tmp_path)
    assert ground.streets.length_m.sum() == pytest.approx(500)
    assert ground.streets.crs is not None
    assert CRS(ground.streets.crs).is_engineering
    assert ground.attribution == ""


def test_positions_called_lon_and_lat_are_degrees(tmp_path: Path) -> None:
    graph = square()
    del graph.graph["crs"]
    for _, data in graph.nodes(data=True):
        data["lon"], data["lat"] = data.pop("x"), data.pop("y")
    assert ground_of(graph, tmp_path).streets.length_m.sum() == pytest.approx(405, abs=0.05)


def test_a_missing_system_is_asked_for(tmp_path: Path) -> None:
    graph = square()
    del graph.graph["crs"]
    with pytest.raises(InputError, match=r"streets\.graphml: does not say its coordinate system.*place\.streets_crs"):
        ground_of(graph, tmp_path)
    assert ground_of(graph, tmp_path, streets_crs="EPSG:4326").streets.n_links == 9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda g: g.graph.update(crs="hello"), r"crs='hello', which is no coordinate system; give place\.streets_crs"),
        (lambda g: g.graph.update(crs="epsg:32649"), r"these are no metres but degrees"),
        (lambda g: g.nodes["3"].update(x="here"), r"node '3' \(1 such\) has x='here'"),
        (lambda g: [data.pop("x") for _, data in g.nodes(data=True)], r"its nodes have no x and y, but"),
        (lambda g: g.edges["1", "2", 0].update(geometry="LINE 1 2"), r"edge 1-2 \(1 such\) has a geometry that is no"),
        (lambda g: g.edges["1", "2", 0].update(geometry="POINT (1 2)"), r"edge 1-2 \(1 such\) has a geometry that is"),
        (lambda g: g.remove_edges_from(list(g.edges)), r"a graph without edges"),
        (lambda g: [d.update(highway="motorway") for *_, d in g.edges(data=True)], r"none of its 10 edges is walked"),
    ],
)
def test_what_cannot_be_read_is_refused(change: Any, message: str, tmp_path: Path) -> None:
    graph = square()
    change(graph)
    with pytest.raises(InputError, match=rf"streets\.graphml: .*{message}"):
        ground_of(graph, tmp_path)


@pytest.mark.parametrize("content", ["", "hello", "<graphml></graphml>", "<html/>"])
def test_what_is_no_graphml_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.graphml").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.graphml: not read as GraphML"):
        read_source_map(place_config(tmp_path / "a.graphml"))


@needs_data
def test_futian_is_walked_as_far_as_networkx_finds() -> None:
    ground = read_source_map(place_config(FUTIAN))
    raw = nx.read_graphml(FUTIAN)
    graph = nx.Graph()
    walkable = {*CONFIG["osm"]["walkable"], "cycleway"}
    for a, b, data in raw.edges(data=True):
        kinds = ast.literal_eval(data["highway"]) if data["highway"].startswith("[") else [data["highway"]]
        shut = data.get("access") in ("private", "no")
        if set(kinds) <= walkable and not shut and a != b:
            metres = min(float(data["length"]), graph.get_edge_data(a, b, {"m": np.inf})["m"])
            graph.add_edge(a, b, m=metres)
    graph = graph.subgraph(max(nx.connected_components(graph), key=len))
    lonlat = np.array([(float(raw.nodes[n]["x"]), float(raw.nodes[n]["y"])) for n in graph])
    xy = np.column_stack(Transformer.from_crs("EPSG:4326", ground.streets.crs, always_xy=True).transform(*lonlat.T))
    ours = ground.streets.to_networkx()
    near = [int(np.hypot(*(ground.streets.xy - point).T).argmin()) for point in xy]
    assert max(np.hypot(*(ground.streets.xy[near] - xy).T)) < 0.01
    names = list(graph)
    for start in (0, 500, 1000):
        metres = nx.single_source_dijkstra_path_length(ours, near[start], weight="length_m")
        theirs = nx.single_source_dijkstra_path_length(graph, names[start], weight="m")
        ratio = [metres[near[i]] / theirs[name] for i, name in enumerate(names) if i != start]
        assert np.median(ratio) == pytest.approx(1, abs=0.005)
        assert np.quantile(ratio, 0.01) > 0.98
        assert np.quantile(ratio, 0.99) < 1.02
    assert 210_000 < ground.streets.length_m.sum() < 228_900
    assert ground.streets.stairs.any()
