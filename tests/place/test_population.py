"""Counted people laid on the homes of their cells."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from sim.errors import InputError
from sim.place.config import PopulationConfig
from sim.place.population import Buildings, Inhabitants, read_population

UTM = "EPSG:32649"
EAST, NORTH = 400_000.0, 3_320_000.0
CELL_M = 250.0
BOUNDS = shapely.box(EAST, NORTH, EAST + 1000, NORTH + 1000)
NO_BUILDINGS = Buildings(np.empty((0, 2)), np.empty(0), np.empty(0, dtype=bool))


def cell(column: float, row: float) -> shapely.Polygon:
    west, south = EAST + column * CELL_M, NORTH + row * CELL_M
    return shapely.box(west, south, west + CELL_M, south + CELL_M)


def grid_file(folder: Path, cells: list[shapely.Geometry], name: str = "grid.gpkg", **columns: list[float]) -> str:
    path = folder / name
    frame = gpd.GeoDataFrame(columns, geometry=cells, crs=UTM)
    frame.to_file(path)
    return str(path)


def buildings(*rows: tuple[float, float, float, bool]) -> Buildings:
    """Buildings at (east, north) metres of the corner, with a weight, residential or not."""
    table = np.array([row[:3] for row in rows], dtype=float)
    return Buildings(table[:, :2] + [EAST, NORTH], table[:, 2], np.array([row[3] for row in rows]))


def settle(file: str, where: Buildings = NO_BUILDINGS, **keys: object) -> Inhabitants:
    config = PopulationConfig(**{"file": file, "total": "people", **keys})
    return read_population(config, UTM, BOUNDS, where)


def test_people_live_in_residential_buildings_by_weight(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(0, 0), cell(1, 0)], people=[90, 10])
    where = buildings((50, 50, 2, True), (60, 60, 1, True), (70, 70, 99, False), (300, 50, 5, False))
    homes = settle(file, where)
    found = {tuple(xy): weight for xy, weight in zip(homes.xy - [EAST, NORTH], homes.weight, strict=True)}
    assert found == pytest.approx({(50, 50): 60, (60, 60): 30, (300, 50): 10})
    assert homes.notes == ()


def test_a_cell_without_buildings_has_a_home_in_its_middle(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(0, 0), cell(1, 0)], people=[90, 10])
    homes = settle(file, buildings((300, 50, 5, True)))
    assert homes.weight.tolist() == [10, 90]
    assert homes.xy[1] == pytest.approx([EAST + 125, NORTH + 125])
    assert "90 people live in 1 of 2 grid cells where the map has no home" in homes.notes[0]


def test_a_cut_cell_counts_by_its_share_inside(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(-0.8, 0), cell(9, 9)], people=[100, 1000], a0=[40, 0], a60=[60, 0])
    homes = settle(file, ages={60: "a60", 0: "a0"})
    assert homes.weight == pytest.approx([20])
    assert homes.age_from == (0, 60)
    assert homes.age_weight == pytest.approx(np.array([[8, 12]]))
    assert homes.xy[0] == pytest.approx([EAST + 25, NORTH + 125])


def test_suppressed_ages_are_not_counts(tmp_path: Path) -> None:
    # suppressed; 99 people who are 99 people; a band missing; bands that do not add up, without a code
    people, young, old = [11, 150, 30, 50], [99, 99, np.nan, 20], [99, 51, 30, 20]
    file = grid_file(tmp_path, [cell(i, 0) for i in range(4)], people=people, young=young, old=old)
    homes = settle(file, ages={0: "young", 60: "old"}, not_counts=[99])
    assert homes.weight.tolist() == [11, 150, 30, 50]
    assert np.isnan(homes.age_weight[0]).all()
    assert homes.age_weight[1].tolist() == [99, 51]
    assert np.isnan(homes.age_weight[2]).all()
    assert homes.age_weight[3].tolist() == [20, 20]
    assert "41 people live in 2 of 4 grid cells whose ages are not counted" in homes.notes[-1]


def test_negative_and_missing_totals_count_nobody(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(i, 0) for i in range(4)], people=[-1, np.nan, 0, 7])
    homes = settle(file)
    assert homes.weight.tolist() == [7]
    assert homes.age_from == ()
    assert homes.age_weight.shape == (1, 0)


def test_points_and_other_crs_are_read(tmp_path: Path) -> None:
    points = [cell(0, 0).centroid, cell(1, 1).centroid, cell(9, 9).centroid]
    path = tmp_path / "points.geojson"
    gpd.GeoDataFrame({"people": [5, 6, 7]}, geometry=points, crs=UTM).to_crs("EPSG:4326").to_file(path)
    homes = settle(str(path))
    assert homes.weight.tolist() == [5, 6]
    assert homes.xy[0] == pytest.approx([EAST + 125, NORTH + 125], abs=0.01)


def test_a_table_is_placed_by_longitude_and_latitude(tmp_path: Path) -> None:
    lonlat = gpd.GeoSeries([cell(0, 0).centroid], crs=UTM).to_crs("EPSG:4326")[0]
    path = tmp_path / "table.csv"
    path.write_text(f"id,Lon,Lat,people\na,{lonlat.x},{lonlat.y},12\nb,,,3\n", encoding="utf-8")
    homes = settle(str(path))
    assert homes.weight.tolist() == [12]
    assert homes.xy[0] == pytest.approx([EAST + 125, NORTH + 125], abs=0.01)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.shp: not there; place\.population\.file"):
        settle(str(tmp_path / "nowhere.shp"))


def test_what_is_no_vector_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "grid.gpkg"
    path.write_bytes(b"not a database")
    with pytest.raises(InputError, match=r"grid\.gpkg: not read as a vector file"):
        settle(str(path))


def test_a_missing_crs_is_refused(tmp_path: Path) -> None:
    path = grid_file(tmp_path, [cell(0, 0)], name="grid.shp", people=[5])
    Path(path).with_suffix(".prj").unlink()
    with pytest.raises(InputError, match=r"grid\.shp: does not say its coordinate system.*place\.population\.crs"):
        settle(path)


def test_metres_labelled_as_degrees_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "grid.gpkg"
    gpd.GeoDataFrame({"people": [5]}, geometry=[cell(0, 0)], crs="EPSG:4326").to_file(path)
    with pytest.raises(InputError, match=r"grid\.gpkg: .*no degrees but metres or feet"):
        settle(str(path))


def test_a_missing_column_is_refused_with_those_there(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(0, 0)], people=[5], young=[1])
    with pytest.raises(InputError, match="no column 'residents'; its columns are people, young"):
        settle(file, total="residents")
    with pytest.raises(InputError, match="no column 'old'; its columns are people, young"):
        settle(file, ages={0: "young", 60: "old"})
    with pytest.raises(InputError, match=r"place\.population\.total is not given; its columns are people"):
        settle(file, total="")


def test_a_column_of_words_is_refused(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(0, 0)], people=["many"])
    with pytest.raises(InputError, match="column 'people' holds no numbers"):
        settle(file)


def test_a_grid_of_another_place_is_refused(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(50, 50)], people=[5])
    with pytest.raises(InputError, match="nobody is counted within the bounds"):
        settle(file)
