"""Counted people laid on the homes of their cells."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from sim.errors import InputError
from sim.place.config import PopulationConfig
from sim.place.read.lived_in import Buildings
from sim.place.read.population import Inhabitants, read_population

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
    assert "90 people live in 1 of 2 grid cells where the map has no home" in str(homes.notes[0])


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
    assert "41 people live in 2 of 4 grid cells whose ages are not counted" in str(homes.notes[-1])


def test_negative_and_missing_totals_count_nobody(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(i, 0) for i in range(4)], people=[-1, np.nan, 0, 7])
    with pytest.raises(InputError, match=r"row 1, column 'people': '-1.0'; .*place\.population\.not_counts"):
        settle(file)
    homes = settle(file, not_counts=[-1])
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


def table_file(folder: Path, text: str, encoding: str = "utf-8") -> str:
    path = folder / "compounds.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def compounds(*rows: tuple[float, str]) -> Buildings:
    """Buildings of a floor area in a compound."""
    area = np.array([row[0] for row in rows], dtype=float)
    xy = np.column_stack([EAST + 10.0 * np.arange(len(rows)), np.full(len(rows), NORTH)])
    return Buildings(xy, area, np.ones(len(rows), dtype=bool), tuple(name for _, name in rows))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_compounds_join_by_name_and_spread_by_floor_area(tmp_path: Path, encoding: str) -> None:
    file = table_file(tmp_path, '小区,人口\n乙苑,100\n甲园,"1,200"\n丙里,70\n', encoding)
    where = compounds((1, "甲园"), (3, " 甲园 "), (5, "乙苑"), (9, "丁村"), (2, ""))
    homes = settle(file, where, compound="小区", total="人口")
    assert homes.weight.tolist() == [300, 900, 100]
    assert (homes.xy[:, 0] - EAST).tolist() == [0, 10, 20]
    assert "70 people of 1 compounds of which no home carries the name are left out: 丙里" in str(homes.notes[0])
    assert "2 of 5 homes are in no compound" in str(homes.notes[1])
    assert "1 of them without a name" in str(homes.notes[1])
    assert "丁村" in str(homes.notes[1])


def test_compounds_that_cannot_be_joined_are_refused(tmp_path: Path) -> None:
    where = compounds((1, "A"), (2, "B"))
    with pytest.raises(InputError, match=r"rows 1 and 3 are both called 'A' \(5 and 7 people\)"):
        settle(table_file(tmp_path, "name,people\nA,5\nB,6\nA,7\n"), where, compound="name")
    with pytest.raises(InputError, match="row 2 counts 6 people but its 'name' is empty"):
        settle(table_file(tmp_path, "name,people\nA,5\n,6\n"), where, compound="name")
    with pytest.raises(InputError, match=r"no compound of its column 'name' \(C\) is one of the homes \(A, B\)"):
        settle(table_file(tmp_path, "name,people\nC,5\n"), where, compound="name")
    with pytest.raises(InputError, match=r"homes carry none; give place\.homes\.file"):
        settle(table_file(tmp_path, "name,people\nA,5\n"), buildings((1, 1, 1, True)), compound="name")
    with pytest.raises(InputError, match="no column 'estate'; its columns are name, people"):
        settle(table_file(tmp_path, "name,people\nA,5\n"), where, compound="estate")


@pytest.mark.parametrize("name", ["合计", "合 计", "总计", "Total"])
def test_total_rows_are_no_parts(tmp_path: Path, name: str) -> None:
    file = table_file(tmp_path, f"name,people\nA,5\nB,6\n{name},11\n")
    homes = settle(file, compounds((1, "A"), (2, "B")), compound="name")
    assert homes.weight.tolist() == [5, 6]
    assert "1 rows are totals of others by name, and left out" in str(homes.notes[0])


def test_a_total_row_without_a_name_is_no_part(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(0, 0), *(cell(i % 4, i // 4) for i in range(5))], people=[30, 4, 5, 6, 7, 8])
    homes = settle(file)
    assert homes.weight.tolist() == [4, 5, 6, 7, 8]
    assert "the first row counts 30 people, as many as all others together" in str(homes.notes[0])


def test_points_are_homes_even_where_buildings_are(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(0, 0).centroid, cell(1, 0).centroid], people=[5, 6])
    homes = settle(file, buildings((125, 125, 9, True), (130, 130, 9, True)))
    assert homes.weight.tolist() == [5, 6]
    assert "2 points where people are counted are homes themselves" in str(homes.notes[0])


def test_people_beyond_the_bounds_or_nowhere_are_told(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(0, 0), cell(9, 9)], people=[5, 6])
    assert "6 people are counted beyond the bounds of the streets" in str(settle(file).notes[0])
    lonlat = gpd.GeoSeries([cell(0, 0).centroid], crs=UTM).to_crs("EPSG:4326")[0]
    table = table_file(tmp_path, f"lon,lat,people\n{lonlat.x},{lonlat.y},12\n,,3\n,,\n")
    assert "3 people of 1 rows without coordinates are left out" in str(settle(table).notes[0])


def test_ages_that_do_not_sum_and_rows_without_a_count_are_told(tmp_path: Path) -> None:
    cells = [cell(i, 0) for i in range(3)]
    file = grid_file(tmp_path, cells, people=[100, 50, -9], young=[60, 25, 1], old=[60, 25, 1])
    homes = settle(file, ages={0: "young", 60: "old"}, not_counts=[-9])
    assert homes.weight.tolist() == [100, 50]
    assert "1 of 3 rows have no count in 'people'" in str(homes.notes[0])
    assert "in 1 of 3 rows the ages add up to 120 people, not to the 100" in str(homes.notes[1])


def test_lines_hold_nobody(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(0, 0).boundary], people=[5])
    with pytest.raises(InputError, match="row 1 is a LineString; people are counted by polygons or at points"):
        settle(file)


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
    with pytest.raises(InputError, match="row 1, column 'people': 'many'; a number of people"):
        settle(file)


def test_a_grid_of_another_place_is_refused(tmp_path: Path) -> None:
    file = grid_file(tmp_path, [cell(50, 50)], people=[5])
    with pytest.raises(InputError, match="nobody is counted within the bounds"):
        settle(file)
