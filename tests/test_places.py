"""Real places as planners bring them: cut, bare, shifted, mislabelled. Each is answered, or what is wrong is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from sim.__main__ import main
from sim.place.read.mapservices import gcj02_from_wgs84
from tests import extracts
from tests.extracts import FUTIAN, GUIXI, HELSINKI, KOTKA, NANJING, PORTO_ALEGRE, spoil

pytestmark = pytest.mark.skipif(not extracts.SHARED.is_dir(), reason=f"no real input at {extracts.SHARED}")

Inspect = Callable[..., str]
GRID = extracts.SHARED / "helsinki" / "Vaestotietoruudukko_2015.shp"


@pytest.fixture
def inspect(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Inspect:
    """What `lifecircle inspect` says of a place; with `status=2`, what it says against it."""
    monkeypatch.chdir(tmp_path)

    def run(*overrides: str, status: int = 0) -> str:
        assert main(["inspect", *overrides]) == status
        said = capsys.readouterr()
        return said.out if status == 0 else said.err

    return run


def findings(said: str, word: str) -> list[str]:
    """The findings in which a word stands, each with its grade."""
    return [line for line in said.splitlines() if line.startswith("- ") and word in line]


def kilometres(said: str) -> float:
    return float(said.split("kilometres ")[1].split(";")[0].replace(",", ""))


def test_map_without_buildings_puts_residents_along_streets(inspect: Inspect, tmp_path: Path) -> None:
    bare = spoil(NANJING, tmp_path / "bare.osm.pbf", extracts.without_buildings)
    said = inspect("place=osm", f"place.streets={bare}", "people.residents=8000")
    assert "8,000" in said
    (line,) = findings(said, "along")
    assert line.startswith(("- Problem", "- Warning"))


def test_street_file_alone_needs_residents_and_nothing_else(inspect: Inspect) -> None:
    assert "people.residents" in inspect("place=files", f"place.streets={FUTIAN}", status=2)
    said = inspect("place=files", f"place.streets={FUTIAN}", "people.residents=5000")
    assert findings(said, "along")
    assert kilometres(said) > 202.8 * 0.99  # its SOURCE.md counts so many without cycleways


def test_map_without_shops_says_that_outlets_are_invented(inspect: Inspect, tmp_path: Path) -> None:
    bare = spoil(NANJING, tmp_path / "bare.osm.pbf", extracts.without_shops)
    asked = ["place=osm", f"place.streets={bare}", "people.residents=8000"]
    (line,) = findings(inspect(*asked), "is invented")
    assert line.startswith("- Problem")
    never = inspect(*asked, "place.outlets.generate=never")
    assert not findings(never, "is invented")
    (none,) = findings(never, "have no outlet at all")
    assert none.startswith("- Problem")


def test_map_of_seven_outlets_is_a_problem(inspect: Inspect) -> None:
    said = inspect("place=osm", f"place.streets={GUIXI}", "people.residents=8000")
    assert any(line.startswith("- Problem") for line in findings(said, "The map knows only"))


def test_trunk_through_a_town_is_walked(inspect: Inspect, tmp_path: Path) -> None:
    before = inspect("place=osm", f"place.streets={NANJING}", "people.residents=8000")
    trunk = spoil(NANJING, tmp_path / "trunk.osm.pbf", extracts.trunk_through_town)
    after = inspect("place=osm", f"place.streets={trunk}", "people.residents=8000")
    assert kilometres(after) == pytest.approx(kilometres(before), rel=0.01)


def test_header_box_that_lies_changes_nothing(inspect: Inspect, tmp_path: Path) -> None:
    plain = spoil(KOTKA, tmp_path / "plain.osm.bz2")
    lying = spoil(KOTKA, tmp_path / "lying.osm.bz2", header=(0.0, 0.0, 180.0, 90.0))
    told = [inspect("place=osm", f"place.streets={file}") for file in (plain, lying)]
    assert kilometres(told[0]) == pytest.approx(kilometres(told[1]), abs=0.05)
    assert findings(told[1], "It is not believed")


def test_cut_through_the_middle_still_answers(inspect: Inspect, tmp_path: Path) -> None:
    corner = (24.9350, 60.1650, 24.9480, 60.1720)
    cut = spoil(HELSINKI, tmp_path / "corner.osm.gz", box=corner, header=corner)
    said = inspect("place=osm", f"place.streets={cut}", "people.residents=3000")
    assert kilometres(said) > 3
    assert "3,000" in said


def merged_grid(folder: Path, bands: dict[int, tuple[int, int]]) -> Path:
    """The population grid of Helsinki with its age bands merged, as bulletins have them; coded cells as they are."""
    grid = gpd.read_file(GRID)
    for low, (first, last) in bands.items():
        columns = [f"IKA{age}_{age + 9}" if age < 80 else "IKA_YLI80" for age in range(first, last, 10)]
        coded = (grid[columns] == 99).any(axis=1)
        grid[f"from_{low}"] = grid[columns].sum(axis=1).where(~coded, 99)
    file = folder / "grid.gpkg"
    grid[["ASUKKAITA", *(f"from_{low}" for low in bands), "geometry"]].to_file(file)
    return file


def shares_by_age(said: str) -> dict[str, float]:
    table = said.split("Residents by age")[1].split("\n\n")[0]
    rows = [line.split() for line in table.splitlines() if "%" in line]
    return {row[0]: float(row[2].rstrip("%")) for row in rows}


def test_open_band_is_split_by_the_profile(inspect: Inspect, tmp_path: Path) -> None:
    asked = ["place=helsinki", f"place.streets={HELSINKI}"]
    fine = shares_by_age(inspect(*asked, f"place.population.file={GRID}"))
    grid = merged_grid(tmp_path, {0: (0, 20), 20: (20, 60), 60: (60, 90)})
    coarse_said = inspect(
        *asked, f"place.population.file={grid}", "place.population.ages={0: from_0, 20: from_20, 60: from_60}"
    )
    coarse = shares_by_age(coarse_said)
    elders = ("60–69", "70–79", "80+")
    assert sum(coarse[age] for age in elders) == pytest.approx(sum(fine[age] for age in elders), abs=0.7)
    assert coarse["60–69"] > coarse["70–79"] > coarse["80+"]
    # 2.54 of 18.7 points of those aged 60 and more are 80 and more in the census of 2020 (people=national).
    assert coarse["80+"] / sum(coarse[age] for age in elders) == pytest.approx(0.136, abs=0.02)
    assert findings(coarse_said, "profile")


def amap_table(folder: Path, columns: tuple[str, ...]) -> Path:
    """The shops of Nanjing's map as a map service exports them, shifted to GCJ-02."""
    from sim.place.config import OsmConfig
    from sim.place.read.osm import read_features

    features, _ = read_features(NANJING, OsmConfig(outlets={"shop=*": "convenience", "amenity=school": "school"}))
    rows = [row for row, form in enumerate(features.format) if form]
    xy = shapely.get_coordinates(shapely.point_on_surface(features.shape[rows]))
    lon, lat = gcj02_from_wgs84(xy).T
    table = pd.DataFrame({"name": [f"铺 {row}" for row in rows]})
    table["type"] = ["购物服务;便民商店/便利店;便民商店/便利店"] * len(rows)
    if columns == ("location",):
        table["typecode"] = "060200"
        table["location"] = [f"{a:.6f},{b:.6f}" for a, b in zip(lon, lat, strict=True)]
    else:
        table["lon"], table["lat"] = np.round(lon, 6), np.round(lat, 6)
    file = folder / "poi.csv"
    table.to_csv(file, index=False, encoding="utf-8-sig")
    return file


def test_columns_of_a_map_service_ask_for_their_coordinates(inspect: Inspect, tmp_path: Path) -> None:
    asked = ["place=files", f"place.streets={NANJING}", "people.residents=8000"]
    table = amap_table(tmp_path, ("location",))
    said = inspect(*asked, f"place.outlets.file={table}", status=2)
    assert "place.outlets.crs" in said
    assert "gcj02" in said
    assert "outlets from" in inspect(*asked, f"place.outlets.file={table}", "place.outlets.crs=gcj02")


def test_shifted_table_of_plain_columns_is_a_warning(inspect: Inspect, tmp_path: Path) -> None:
    table = amap_table(tmp_path, ("lon", "lat"))
    said = inspect("place=files", f"place.streets={NANJING}", "people.residents=8000", f"place.outlets.file={table}")
    (line,) = findings(said, "GCJ-02")
    assert not line.startswith("- Remark")


def test_lines_of_a_metric_layer_are_the_same_streets(inspect: Inspect, tmp_path: Path) -> None:
    corner = (-51.2350, -30.0400, -51.2150, -30.0250)
    cut = spoil(PORTO_ALEGRE, tmp_path / "cut.osm.pbf", box=corner, header=corner)
    osm = inspect("place=osm", f"place.streets={cut}", "people.residents=5000")
    lines = gpd.read_file(cut, layer="lines").to_crs("EPSG:31982")
    lines[lines["highway"].notna()].to_file(tmp_path / "lines.gpkg")
    layer = inspect("place=files", f"place.streets={tmp_path / 'lines.gpkg'}", "people.residents=5000")
    assert kilometres(layer) == pytest.approx(kilometres(osm), rel=0.04)  # of squares, only lines are in it


def test_one_way_out_of_every_place_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    assert main(["inspect", "place=files", f"place.streets={tmp_path / 'empty.geojson'}"]) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "compiling" not in line and "reading" not in line]
    assert len(told) == 1
    assert "empty.geojson" in told[0]
