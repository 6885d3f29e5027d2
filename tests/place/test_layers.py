"""Where layers lie: every coordinate system that a planner's file may have, and those that it cannot have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from sim.errors import InputError
from sim.place.config import LayerConfig
from sim.place.read.layers import LOCAL_METRES, read_layer, to_metres, why_doubted

# A corner of Nanchang, and one of San Francisco.
NANCHANG, SAN_FRANCISCO = (115.86, 28.68), (-122.42, 37.77)
SITE_WKT = (
    'PROJCS["site grid",GEOGCS["own",DATUM["own",SPHEROID["Krassowsky",6378245,298.3]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
    'PARAMETER["central_meridian",115.8],PARAMETER["scale_factor",1],PARAMETER["false_easting",50000],'
    'PARAMETER["false_northing",-3100000],UNIT["metre",1]]'
)


def bent_line(lonlat: tuple[float, float]) -> tuple[shapely.LineString, float]:
    """A line of two bends in degrees, and its metres on the ellipsoid."""
    at = np.add(lonlat, [(0, 0), (0.004, 0.001), (0.005, 0.006), (0.002, 0.007)])
    return shapely.LineString(at), Geod(ellps="WGS84").line_length(*at.T)


def save(folder: Path, shape: Any, crs: Any, name: str = "streets.gpkg") -> Path:
    gpd.GeoDataFrame({"id": [1]}, geometry=[shape], crs=crs).to_file(folder / name)
    return folder / name


def metres_of(path: Path, crs: str | None = None) -> tuple[float, str]:
    """The length of the first row of a file in the metres of its place, and its coordinate system there."""
    rows, metric = to_metres(read_layer(LayerConfig(str(path), crs=crs), "place.streets"), path, "place.streets")
    return float(rows.length.iloc[0]), metric


@pytest.mark.parametrize(
    ("lonlat", "crs", "metric"),
    [
        (NANCHANG, "EPSG:4326", "EPSG:32650"),
        (NANCHANG, "EPSG:4490", "EPSG:32650"),  # CGCS2000 in degrees
        (NANCHANG, "EPSG:4547", "EPSG:4547"),  # CGCS2000, metres of a 3-degree zone
        (NANCHANG, "EPSG:4526", "EPSG:4526"),  # with the zone in front of the easting
        (NANCHANG, "EPSG:2436", "EPSG:2436"),  # Beijing 1954
        (NANCHANG, "EPSG:32650", "EPSG:32650"),
        (NANCHANG, "EPSG:3857", "EPSG:32650"),  # web Mercator metres are 1.14 times too long here
        (NANCHANG, "EPSG:6933", "EPSG:32650"),  # equal area, not equal length
        (NANCHANG, SITE_WKT, None),
        (SAN_FRANCISCO, "EPSG:2227", "EPSG:32610"),  # US survey feet
        (SAN_FRANCISCO, "EPSG:6420", "EPSG:32610"),
        (SAN_FRANCISCO, "EPSG:32610+5703", "EPSG:32610"),  # with heights
    ],
)
def test_lengths_are_those_on_the_ground(
    lonlat: tuple[float, float], crs: str, metric: str | None, tmp_path: Path
) -> None:
    line, true_m = bent_line(lonlat)
    shape = gpd.GeoSeries([line], crs="EPSG:4326").to_crs(crs)[0]
    length_m, found = metres_of(save(tmp_path, shape, crs))
    assert length_m == pytest.approx(true_m, rel=1.5e-3)
    assert found == metric if metric else CRS(found).name == "site grid"


@settings(max_examples=25, deadline=None)
@given(lon=st.floats(-175, 175), lat=st.floats(-70, 70))
def test_web_mercator_is_never_measured(lon: float, lat: float) -> None:
    line, true_m = bent_line((lon, lat))
    rows = gpd.GeoDataFrame(geometry=[line], crs="EPSG:4326").to_crs("EPSG:3857")
    metric, crs = to_metres(rows, Path("a.gpkg"), "place.streets")
    assert metric.length.iloc[0] == pytest.approx(true_m, rel=1.5e-3)
    assert crs.startswith("EPSG:32")


@pytest.mark.parametrize(("unit", "metre"), [("metre", 1.0), ("foot", 0.3048)])
def test_local_coordinates_are_measured_in_their_unit(unit: str, metre: float, tmp_path: Path) -> None:
    line = shapely.LineString([(1000, 1000), (1300, 1400)])
    path = save(tmp_path, line, f'LOCAL_CS["site",UNIT["{unit}",{metre}]]')
    length_m, crs = metres_of(path)
    assert length_m == pytest.approx(500 * metre)
    assert CRS(crs).is_engineering


@pytest.mark.parametrize("name", ["streets.gpkg", "streets.fgb", "streets.shp"])
def test_metres_without_a_system_may_be_called_local(name: str, tmp_path: Path) -> None:
    path = save(tmp_path, shapely.LineString([(1000, 1000), (1300, 1400)]), LOCAL_METRES, name)
    if name.endswith("shp"):
        path.with_suffix(".prj").unlink()
        with pytest.raises(InputError, match=r"streets\.shp: does not say.*no \.prj.*give place\.streets_crs"):
            metres_of(path)
    assert metres_of(path, "local")[0] == pytest.approx(500)


REFUSED = {
    "metres labelled as degrees": ("EPSG:4326", (400_000, 3_320_000), 500, r"no degrees but metres or feet"),
    "latitude before longitude": ("EPSG:4326", (28.68, 115.86), 0.01, r"latitude and longitude are swapped"),
    "degrees labelled as metres": ("EPSG:32650", (115.86, 28.68), 0.01, r"give place\.streets_crs=EPSG:4326"),
    "degrees labelled as web Mercator": ("EPSG:3857", (115.86, 28.68), 0.01, r"give place\.streets_crs=EPSG:4326"),
    "degrees labelled as local metres": (LOCAL_METRES, (115.86, 28.68), 0.01, r"give place\.streets_crs=EPSG:4326"),
    "degrees labelled as feet": ("EPSG:2227", (-122.42, 37.77), 0.01, r"give place\.streets_crs=EPSG:4326"),
    "local metres labelled as web Mercator": ("EPSG:3857", (2_000, 3_000), 800, r"open sea.*which is local"),
    "a city's own metres labelled as web Mercator": ("EPSG:3857", (500_000, 300_000), 800, r"open sea"),
    "metres of a zone labelled as feet": ("EPSG:2227", (400_000, 3_320_000), 500, r"give the coordinate system"),
    "zone in front of the easting, not said": ("EPSG:4547", (38_500_000, 3_170_000), 500, r"no such place"),
    "northing before easting": ("EPSG:4547", (3_170_000, 500_000), 500, r"are x and y swapped"),
    "a zone of the other side": ("EPSG:27700", (39_500_000, 3_170_000), 500, r"give the coordinate system"),
    "nowhere": ("EPSG:4326", (0, 0), 0.01, r"open sea"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused(case: str, tmp_path: Path) -> None:
    crs, (x, y), extent, message = REFUSED[case]
    path = save(tmp_path, shapely.LineString([(x, y), (x + extent, y + extent)]), crs)
    with pytest.raises(InputError, match=message) as refused:
        metres_of(path)
    assert "streets.gpkg" in str(refused.value)


def test_a_missing_system_is_named_by_its_key(tmp_path: Path) -> None:
    path = save(tmp_path, shapely.Point(500_000, 3_170_000), "EPSG:4547", "homes.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError, match=r"homes\.shp: does not say.*give place\.homes\.crs"):
        read_layer(LayerConfig(str(path)), "place.homes")
    assert read_layer(LayerConfig(str(path), crs="EPSG:4547"), "place.homes").crs == "EPSG:4547"


def test_a_row_that_is_no_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "homes.gpkg"
    points = [shapely.Point(115.8, 28.7), shapely.Point(115.8, np.inf)]
    gpd.GeoDataFrame(geometry=points, crs="EPSG:4326").to_file(path)
    with pytest.raises(InputError, match=r"homes\.gpkg: row 2 of 2"):
        read_layer(LayerConfig(str(path)), "place.homes")


def test_a_map_service_must_give_degrees(tmp_path: Path) -> None:
    (tmp_path / "shops.csv").write_text("lon,lat\n500000,3170000\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"shops\.csv: .*no degrees but metres"):
        read_layer(LayerConfig(str(tmp_path / "shops.csv"), crs="gcj02"), "place.outlets")


def test_an_unknown_system_is_refused_with_those_accepted(tmp_path: Path) -> None:
    path = save(tmp_path, shapely.LineString([(0, 0), (9, 9)]), LOCAL_METRES)
    with pytest.raises(InputError, match=r"place\.streets_crs: 'EPSG:hello' is no coordinate system; .*gcj02.*local"):
        metres_of(path, "EPSG:hello")


def test_streets_of_a_continent_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path, shapely.LineString([(0, 10), (80, 70)]), "EPSG:4326")
    with pytest.raises(InputError, match=r"farther than streets of one place; give .*place\.streets_crs"):
        metres_of(path)


@settings(max_examples=50, deadline=None)
@given(
    lon=st.floats(73, 135),
    lat=st.floats(18, 53),
    crs=st.sampled_from(["EPSG:4326", "EPSG:4490", "EPSG:3857", "utm"]),
)
def test_no_place_in_china_is_doubted(lon: float, lat: float, crs: str) -> None:
    code = f"EPSG:{32600 + int((lon + 180) // 6) + 1}" if crs == "utm" else crs
    to_crs = Transformer.from_crs("EPSG:4326", code, always_xy=True)
    x, y = to_crs.transform([lon, lon + 0.02], [lat, lat + 0.02])
    assert why_doubted(CRS(code), np.array([min(x), min(y), max(x), max(y)])) == ""


def test_rows_without_a_shape_are_not_left_out_without_a_word(tmp_path: Path) -> None:
    shapes = [shapely.Point(118.8, 32.04), None, shapely.Point()]
    gpd.GeoDataFrame({"people": [1, 5_000, 2]}, geometry=shapes, crs="EPSG:4326").to_file(tmp_path / "p.gpkg")
    with pytest.raises(InputError, match=r"p\.gpkg: 2 of 3 rows have no shape, the first is row 2"):
        read_layer(LayerConfig(file=str(tmp_path / "p.gpkg")), "place.population")
