"""Doors lie on the nearest street, not at the nearest node; the streets stay as long as they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from sim.place.read.entrances import find_entrances, split_at_doors
from sim.place.read.files import read_source_map
from sim.place.streets import METRE_GRAIN, WalkClass
from tests.place.test_osm import EAST, NORTH, SHARED, Drawing, at, needs_data, place_config, read_drawing, walks


def two_sides() -> Drawing:
    """A long street without junctions, and a lane behind a river whose end is nearer than any node of the street."""
    drawing = Drawing()
    drawing.way([(-500, 0), (500, 0)], highway="residential")
    drawing.way([(500, 0), (500, 300), (26, 300), (26, 55)], highway="footway")
    drawing.square((16, 15), 20, building="apartments", building__levels="6")
    for x in (-300, -340, -380):
        drawing.square((x, 10), 20, building="apartments", building__levels="6")
    return drawing


def test_a_home_is_entered_from_the_nearest_street(tmp_path: Path) -> None:
    place = read_drawing(two_sides(), tmp_path)
    home = int(np.argmax(place.homes.xy[:, 0]))
    assert place.homes.node[home] == at(place, (26, 0))
    assert place.homes.snap_m[home] == pytest.approx(25, abs=0.1)
    west = walks(place, [place.homes.node[home]])[0, at(place, (-500, 0))]
    assert west == pytest.approx(526, abs=0.3)


def test_nobody_enters_from_stairs_bridges_tunnels_or_crossings(tmp_path: Path) -> None:
    for tags in (
        {"highway": "steps"},
        {"highway": "footway", "bridge": "yes"},
        {"highway": "footway", "tunnel": "yes"},
        {"highway": "footway", "layer": "-1"},
        {"highway": "footway", "footway": "crossing"},
    ):
        drawing = Drawing()
        drawing.way([(0, 0), (200, 0)], highway="residential")
        drawing.way([(0, 0), (0, 40), (200, 40), (200, 0)], **tags)
        drawing.square((90, 25), 10, building="apartments")
        place = read_drawing(drawing, tmp_path)
        assert place.homes.node[0] == at(place, (95, 0)), tags


def test_parts_are_together_what_the_link_was(tmp_path: Path) -> None:
    drawing = two_sides()
    drawing.node((500, 0), highway="traffic_signals")
    drawing.way([(500, 0), (700, 0)], highway="residential")
    drawing.way([(500, 0), (500, -200)], highway="residential")
    (tmp_path / "map.osm").write_text(drawing.xml(), encoding="utf-8")
    ground = read_source_map(place_config(tmp_path / "map.osm"))
    rng = np.random.default_rng(7)
    xy = rng.uniform([EAST - 600, NORTH - 100], [EAST + 700, NORTH + 400], (400, 2))
    doors = find_entrances(ground, xy)
    streets, node = split_at_doors(ground, doors)
    assert streets.n_nodes > ground.streets.n_nodes + 200
    assert streets.length_m.sum() == pytest.approx(ground.streets.length_m.sum(), abs=1e-9)
    assert streets.crossing_s.sum() == pytest.approx(ground.streets.crossing_s.sum())
    assert ground.streets.crossing_s.any()
    assert streets.length_m.min() > 0
    for walk_class in WalkClass:
        before, after = (one.walking_m(walk_class).sum() for one in (ground.streets, streets))
        assert after == pytest.approx(before, abs=(streets.n_links + 1) * METRE_GRAIN)
    # The door is as far from its node as from the nearest street, but for the metre to which doors are rounded.
    nearest_m = shapely.distance(shapely.points(xy), shapely.union_all(ground.line[ground.streets.entered]))
    assert (doors.snap_m >= nearest_m - 1e-6).all()
    assert (doors.snap_m <= nearest_m + 1.0).all()
    assert np.hypot(*(streets.xy[node] - xy).T) == pytest.approx(doors.snap_m, abs=1e-6)


def test_a_point_of_an_edit_is_entered_from_both_ends_of_its_link(tmp_path: Path) -> None:
    place = read_drawing(two_sides(), tmp_path)
    point = np.add([120.0, 30.0], [EAST, NORTH])
    doors, off_m = place.doors_at(point)
    assert off_m == pytest.approx(30, abs=0.1)
    east, west = at(place, (500, 0)), at(place, (-500, 0))
    metres = walks(place, [east, west])
    for row, straight_m in ((0, 380), (1, 620)):
        assert min(metres[row, node] + snap for node, snap in doors) == pytest.approx(straight_m + 30, abs=0.3)


@needs_data
def test_homes_of_a_real_city_are_as_near_as_its_streets() -> None:
    ground = read_source_map(place_config(SHARED / "china_osm/nanjing.osm.pbf"))
    west, south, east, north = ground.bounds.bounds
    xy = np.random.default_rng(1).uniform([west, south], [east, north], (2000, 2))
    doors = find_entrances(ground, xy)
    nearest_m = shapely.distance(shapely.points(xy), shapely.union_all(ground.line[ground.streets.entered]))
    assert doors.snap_m == pytest.approx(nearest_m, abs=1.0)
    to_node_m = np.hypot(*(xy[:, None] - ground.streets.xy[None]).transpose(2, 0, 1)).min(axis=1)
    assert np.median(to_node_m - doors.snap_m) > 0.1
