"""Coordinates of Chinese map services: published pairs, and there and back again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from sim.place.read.mapservices import (
    bd09_from_gcj02,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from tests.people.conftest import examples

GEOD = Geod(ellps="WGS84")
TIANANMEN = np.array([[116.404, 39.915]])

# The box of the formula, a little inside: at its very edge a point may be shifted out of it.
china = st.tuples(st.floats(72.1, 137.7), st.floats(0.9, 55.7)).map(lambda point: np.array([point]))


def metres(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray(GEOD.inv(*a.T, *b.T)[2])


def test_published_pairs_are_met() -> None:
    assert gcj02_from_wgs84(TIANANMEN)[0] == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-9)
    assert bd09_from_gcj02(TIANANMEN)[0] == pytest.approx([116.41036949371029, 39.92133699351021], abs=1e-9)
    assert gcj02_from_bd09(TIANANMEN)[0] == pytest.approx([116.39762729119315, 39.90865673957631], abs=1e-9)


@examples(300)
@given(lonlat=china)
def test_there_and_back_is_where_it_was(lonlat: np.ndarray) -> None:
    assert metres(wgs84_from_gcj02(gcj02_from_wgs84(lonlat)), lonlat) < 0.01
    assert metres(wgs84_from_bd09(bd09_from_gcj02(gcj02_from_wgs84(lonlat))), lonlat) < 1.0


@pytest.mark.parametrize(("lon", "lat"), [(126.64, 45.75), (116.4, 39.9), (121.47, 31.23), (113.26, 23.13)])
def test_the_shift_in_cities_is_hundreds_of_metres(lon: float, lat: float) -> None:
    there = np.array([[lon, lat]])
    assert 100 < metres(gcj02_from_wgs84(there), there) < 900
    assert metres(bd09_from_gcj02(gcj02_from_wgs84(there)), there) > 500


def test_outside_china_nothing_is_shifted() -> None:
    there = np.array([[24.94, 60.17], [-51.2, -30.03], [139.7, 35.7]])
    assert np.array_equal(gcj02_from_wgs84(there), there)
    assert np.array_equal(wgs84_from_gcj02(there), there)


def test_what_was_given_is_not_changed() -> None:
    given_points = TIANANMEN.copy()
    wgs84_from_gcj02(given_points)
    gcj02_from_wgs84(given_points)
    wgs84_from_bd09(given_points)
    assert np.array_equal(given_points, TIANANMEN)
