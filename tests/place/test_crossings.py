"""Who crosses a road waits, and who walks along it does not: junctions and crossings drawn as maps draw them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from sim.place.streets import Streets
from tests.place.test_osm import EAST, NORTH, Drawing, Point, streets_drawn

SIGNAL_S, LOOK_S = 20.0, 5.0  # as in configs/place/osm.yaml


def waited_s(streets: Streets, start: Point, end: Point) -> float:
    """Seconds lost at crossings on the shortest walk between two points of the drawing, by networkx."""
    a, b = (int(np.hypot(*(streets.xy - np.add(point, [EAST, NORTH])).T).argmin()) for point in (start, end))
    graph = streets.to_networkx()
    there = nx.dijkstra_path(graph, a, b, weight="length_m")
    back = nx.dijkstra_path(graph, b, a, weight="length_m")
    sums = [
        sum(min(graph[u][v].values(), key=lambda link: link["length_m"])["crossing_s"] for u, v in pairwise(p))
        for p in (there, back)
    ]
    assert sums[0] == pytest.approx(sums[1])
    return float(sums[0])


def with_pavements(signals: bool = True) -> Drawing:
    """A street from west to east, pavements on both sides, and a crossing between them."""
    drawing = Drawing()
    drawing.way([(-200, 0), (0, 0), (200, 0)], highway="secondary")
    for y in (-10, 10):
        drawing.way([(-200, y), (0, y), (200, y)], highway="footway", footway="sidewalk")
    drawing.way([(0, -10), (0, 0), (0, 10)], highway="footway", footway="crossing")
    drawing.node((0, 0), highway="crossing", crossing="traffic_signals" if signals else "uncontrolled")
    return drawing


@pytest.mark.parametrize(("signals", "seconds"), [(True, SIGNAL_S), (False, LOOK_S)])
def test_who_crosses_waits_and_who_passes_does_not(signals: bool, seconds: float, tmp_path: Path) -> None:
    streets = streets_drawn(with_pavements(signals), tmp_path)
    assert waited_s(streets, (0, -10), (0, 10)) == pytest.approx(seconds)
    assert waited_s(streets, (-200, 10), (200, 10)) == 0
    assert waited_s(streets, (-200, 0), (200, 0)) == 0


def test_signals_said_by_the_crossing_way_count_once(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(-200, 0), (0, 0), (200, 0)], highway="secondary")
    drawing.way([(0, -10), (0, 0), (0, 10)], highway="footway", footway="crossing", crossing="traffic_signals")
    assert waited_s(streets_drawn(drawing, tmp_path), (0, -10), (0, 10)) == pytest.approx(SIGNAL_S)


@pytest.mark.parametrize("island", [False, True])
def test_two_carriageways_are_one_crossing(island: bool, tmp_path: Path) -> None:
    drawing = Drawing()
    for y in (-6, 6):
        drawing.way([(-200, y), (0, y), (200, y)], highway="primary", oneway="yes")
        drawing.node((0, y), highway="crossing", crossing="traffic_signals")
    drawing.way([(-200, -6), (-200, 6)], highway="primary")
    if island:
        drawing.way([(0, -15), (0, -6), (0, -2)], highway="footway", footway="crossing")
        drawing.way([(0, -2), (0, 2)], highway="footway", footway="traffic_island")
        drawing.way([(0, 2), (0, 6), (0, 15)], highway="footway", footway="crossing")
    else:
        drawing.way([(0, -15), (0, -6), (0, 6), (0, 15)], highway="footway", footway="crossing")
    streets = streets_drawn(drawing, tmp_path)
    assert waited_s(streets, (0, -15), (0, 15)) == pytest.approx(SIGNAL_S)
    assert waited_s(streets, (-200, 6), (200, 6)) == 0


def test_two_crossings_round_a_corner_are_two(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(-200, 0), (-12, 0), (0, 0), (200, 0)], highway="secondary")
    drawing.way([(0, -200), (0, -12), (0, 0), (0, 200)], highway="secondary")
    drawing.way([(-12, 12), (-12, 0), (-10, -10)], highway="footway", footway="crossing")
    drawing.way([(-10, -10), (0, -12), (12, -12)], highway="footway", footway="crossing")
    for at in ((-12, 0), (0, -12)):
        drawing.node(at, highway="crossing", crossing="traffic_signals")
    assert waited_s(streets_drawn(drawing, tmp_path), (-12, 12), (12, -12)) == pytest.approx(2 * SIGNAL_S)


def crossroads(signals: list[Point], south: bool = True) -> Drawing:
    """Streets without pavements that cross, with nodes for signals."""
    drawing = Drawing()
    drawing.way([(-200, 0), (-15, 0), (0, 0), (15, 0), (200, 0)], highway="secondary")
    drawing.way([*([(0, -200), (0, -15)] if south else []), (0, 0), (0, 15), (0, 200)], highway="secondary")
    for at in signals:
        drawing.node(at, highway="traffic_signals")
    return drawing


@pytest.mark.parametrize(
    "signals", [[(0, 0)], [(-15, 0), (15, 0), (0, -15), (0, 15)], [(0, 0), (-15, 0), (15, 0), (0, -15), (0, 15)]]
)
def test_a_crossroads_costs_one_wait_however_many_signals_are_drawn(signals: list[Point], tmp_path: Path) -> None:
    streets = streets_drawn(crossroads(signals), tmp_path)
    assert waited_s(streets, (-200, 0), (200, 0)) == pytest.approx(SIGNAL_S)
    assert waited_s(streets, (0, -200), (0, 200)) == pytest.approx(SIGNAL_S)


def test_a_t_junction_costs_half_a_wait(tmp_path: Path) -> None:
    streets = streets_drawn(crossroads([(0, 0)], south=False), tmp_path)
    assert waited_s(streets, (-200, 0), (200, 0)) == pytest.approx(SIGNAL_S / 2)


def test_a_junction_of_two_carriageways_costs_one_wait(tmp_path: Path) -> None:
    drawing = Drawing()
    for at in (-7, 7):
        drawing.way([(-200, at), (-7, at), (7, at), (200, at)], highway="primary", oneway="yes")
        drawing.way([(at, -200), (at, -7), (at, 7), (at, 200)], highway="primary", oneway="yes")
    for point in ((-7, -7), (-7, 7), (7, -7), (7, 7)):
        drawing.node(point, highway="traffic_signals")
    streets = streets_drawn(drawing, tmp_path)
    assert waited_s(streets, (-200, 7), (200, 7)) == pytest.approx(SIGNAL_S)
    assert waited_s(streets, (7, -200), (7, 200)) == pytest.approx(SIGNAL_S)


def test_signals_in_the_middle_of_a_street_cost_those_along_it_nothing(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(-200, 0), (0, 0), (200, 0)], highway="secondary")
    drawing.node((0, 0), highway="traffic_signals")
    assert not streets_drawn(drawing, tmp_path).crossing_s.any()
