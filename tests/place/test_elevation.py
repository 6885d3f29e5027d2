"""Slopes of streets from rasters: planes of known tilt, holes, feet, and the hills of Porto Alegre."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from sim.errors import InputError
from sim.place.read.files import read_source_map
from sim.place.read.layers import LOCAL_METRES
from sim.place.read.source_map import SourceMap
from sim.place.streets import WalkClass
from tests.place.test_osm import EAST, NORTH, SHARED, UTM, needs_data, place_config

rasterio = pytest.importorskip("rasterio", reason="the extra `elevation` is not installed")
NODATA = -9999.0


def raster(folder: Path, heights_m: np.ndarray, crs: str | None = UTM, cell_m: float = 10.0, **keys: Any) -> Path:
    """A GeoTIFF whose north-west corner is 200 m west and north of the crossing."""
    path = folder / "heights.tif"
    corner = rasterio.Affine(cell_m, 0, EAST - 200, 0, -cell_m, NORTH + 200)
    rows, columns = heights_m.shape
    shape = {"height": rows, "width": columns, "count": 1, "dtype": "float64"}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=corner, nodata=NODATA, **shape) as file:
        file.write(heights_m, 1)
        for key, value in keys.items():
            setattr(file, key, value)
    return path


def tilted(east: float, north: float, cells: int = 40) -> np.ndarray:
    """Heights that rise by `east` metres a metre to the east, and `north` to the north."""
    middle = (np.arange(cells) + 0.5) * 10 - 200
    return 100 + east * middle[None, :] - north * middle[:, None]


def crossroads(folder: Path, elevation: Path, crs: str = UTM, **columns: Any) -> SourceMap:
    """Two streets of 190 m, one to the east and one to the north."""
    lines = [shapely.LineString([(-95, 0), (0, 0), (95, 0)]), shapely.LineString([(0, -95), (0, 0), (0, 95)])]
    moved = [shapely.transform(line, lambda xy: np.add(xy, [EAST, NORTH])) for line in lines]
    rows = gpd.GeoDataFrame(columns or {"id": [1, 2]}, geometry=moved, crs=UTM)
    (rows.set_crs(crs, allow_override=True) if crs == LOCAL_METRES else rows.to_crs(crs)).to_file(folder / "s.gpkg")
    config = place_config(folder / "s.gpkg")
    config.elevation = str(elevation)
    return read_source_map(config)


@pytest.mark.parametrize("crs", [UTM, "EPSG:4326", "EPSG:3857"])
def test_a_tilted_plane_gives_its_tilt(crs: str, tmp_path: Path) -> None:
    streets = crossroads(tmp_path, raster(tmp_path, tilted(0.06, -0.1)), crs).streets
    along = streets.xy[streets.links[:, 1]] - streets.xy[streets.links[:, 0]]
    assert streets.grade == pytest.approx((along @ [0.06, -0.1]) / streets.length_m, abs=1e-3)
    flat = streets.length_m
    up = np.exp(3.5 * (0.06 + 0.05)), np.exp(3.5 * abs(0.06 - 0.05))
    east = np.abs(along[:, 0]) > 1
    expected = flat[east] * np.mean(up) / np.exp(3.5 * 0.05)
    assert streets.walking_m(WalkClass.ABLE)[east] == pytest.approx(expected, rel=2e-3)


def test_heights_in_feet_and_scaled_heights_are_metres(tmp_path: Path) -> None:
    feet = crossroads(tmp_path, raster(tmp_path, tilted(0.06, 0) / 0.3048, units=("ft",))).streets
    assert np.abs(feet.grade).max() == pytest.approx(0.06, abs=1e-6)
    scaled = crossroads(tmp_path, raster(tmp_path, tilted(0.06, 0) * 10, scales=(0.1,), offsets=(5.0,))).streets
    assert np.abs(scaled.grade).max() == pytest.approx(0.06, abs=1e-6)


def test_unknown_heights_are_level_with_a_note(tmp_path: Path) -> None:
    heights_m = tilted(0.06, 0)
    heights_m[:, 22:] = NODATA
    ground = crossroads(tmp_path, raster(tmp_path, heights_m))
    east = ground.streets.xy[ground.streets.links].mean(axis=1)[:, 0] > EAST + 20
    assert (ground.streets.grade[east] == 0).all()
    assert (np.abs(ground.streets.grade) > 0.05).any()
    assert any("knows no height, taken as level: 2 (" in note for note in map(str, ground.notes))


def test_a_raster_that_ends_is_not_continued(tmp_path: Path) -> None:
    ground = crossroads(tmp_path, raster(tmp_path, tilted(0.06, 0)[:, :25]))
    assert any("knows no height, taken as level: 1 (" in note for note in map(str, ground.notes))


def test_what_is_too_steep_is_clipped_and_bridges_are_level(tmp_path: Path) -> None:
    steep = raster(tmp_path, tilted(0.5, 0.1))
    ground = crossroads(tmp_path, steep)
    assert np.abs(ground.streets.grade).max() == 0.35
    assert any("steeper than 35% by" in note and ": 4 (" in note for note in map(str, ground.notes))
    bridged = crossroads(tmp_path, steep, bridge=["yes", "no"])
    assert (bridged.streets.grade[bridged.bridge] == 0).all()
    assert np.abs(bridged.streets.grade).max() == pytest.approx(0.1, abs=1e-6)
    assert any("Links on bridges, taken as level: 4 (" in note for note in map(str, bridged.notes))


def test_no_elevation_is_level(tmp_path: Path) -> None:
    ground = crossroads(tmp_path, raster(tmp_path, tilted(0.06, 0)))
    config = place_config(tmp_path / "s.gpkg")
    assert (read_source_map(config).streets.grade == 0).all()
    assert (ground.streets.grade != 0).any()


def test_rasters_that_do_not_fit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"heights\.tif: does not say its coordinate system"):
        crossroads(tmp_path, raster(tmp_path, tilted(0, 0), crs=None))
    with pytest.raises(InputError, match=r"heights\.tif: none of the streets lies on it"):
        crossroads(tmp_path, raster(tmp_path, tilted(0, 0), crs="EPSG:32650"))
    with pytest.raises(InputError, match=r"heights\.tif: the streets have a coordinate system of their own"):
        crossroads(tmp_path, raster(tmp_path, tilted(0, 0)), LOCAL_METRES)
    with pytest.raises(InputError, match=r"no\.tif: not there; place\.elevation"):
        crossroads(tmp_path, tmp_path / "no.tif")
    (tmp_path / "bad.tif").write_bytes(b"hello")
    with pytest.raises(InputError, match=r"bad\.tif: not read as a raster"):
        crossroads(tmp_path, tmp_path / "bad.tif")
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(InputError, match=r'pip install "lifecircle\[elevation\]"'):
        crossroads(tmp_path, tmp_path / "bad.tif")


@needs_data
def test_the_hills_of_porto_alegre_slow_walks() -> None:
    config = place_config(SHARED / "porto_alegre/poa_osm.pbf")
    config.elevation = str(SHARED / "porto_alegre/poa_elevation.tif")
    ground = read_source_map(config)
    streets = ground.streets
    assert 0.02 < np.average(np.abs(streets.grade), weights=streets.length_m) < 0.08
    assert np.mean(np.abs(streets.grade) > 0.2) < 0.05
    slower = streets.walking_m(WalkClass.ABLE).sum() / (streets.length_m + streets.crossing_s * 1.25).sum()
    assert 1.0 < slower < 1.1
