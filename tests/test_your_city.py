"""The guide for a planner's own city, from its folder of files to a layout drawn in QGIS, as it is written."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from sim.__main__ import main
from tests.city import COMPOUNDS, write_city
from tests.test_docs import ROOT, commands

PAGE = ROOT / "docs" / "your-city.md"
SMALL = ["study.seeds=2", "study.days=1"]
EXTRACT = ROOT.parent / "shared" / "data" / "kotka_fi" / "test.osm.pbf"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The planner's folder after every command of the page."""
    folder, before = tmp_path_factory.mktemp("my-city"), Path.cwd()
    write_city(folder)
    config = re.search(r"`configs/place/my_city.yaml`:\n\n```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert config
    (folder / "configs" / "place").mkdir(parents=True)
    (folder / "configs" / "place" / "my_city.yaml").write_text(config[1], encoding="utf-8")
    os.chdir(folder)
    try:
        for _, words in commands(PAGE):
            if "study.name=drawn" in words:
                _draw(folder / "results" / "my_city" / "my_city.gpkg")
            assert main([*words, *SMALL]) == 0, words
        yield folder
    finally:
        os.chdir(before)


def _draw(file: Path) -> None:
    """What a planner does in QGIS: delete the barber, move the market, add a kiosk."""
    points = gpd.read_file(file, layer="outlets_base")
    points = points[points["format"] != "barber"]
    market = points["format"] == "wet_market"
    points.loc[market, "geometry"] = points.loc[market, "geometry"].translate(200, 0)
    kiosk = points.iloc[[0]].assign(id=None, name=None, format="kiosk")
    pd.concat([points, kiosk]).to_file(file, layer="outlets_base")


def test_every_command_of_the_guide_runs_one_after_the_other(here: Path) -> None:
    assert (here / "results" / "my_city" / "inspection.html").is_file()
    assert (here / "results" / "my_city" / "report.html").is_file()


def test_residents_are_those_of_the_compounds_by_name(here: Path) -> None:
    homes = gpd.read_file(here / "results" / "my_city" / "my_city.gpkg", layer="homes")
    told = dict(zip(COMPOUNDS[::-1], (300, 250, 200, 150), strict=True))
    column = next(name for name in ("residents", "people", "weight") if name in homes)
    buildings = gpd.read_file(here / "data" / "buildings.gpkg")
    at = homes.to_crs(buildings.crs).sjoin_nearest(buildings[["小区", "geometry"]])
    counted = at.groupby("小区")[column].sum()
    assert counted.to_dict() == pytest.approx(told, rel=0.02)


def test_what_was_drawn_is_the_layout(here: Path) -> None:
    drawn = pd.read_csv(here / "results" / "drawn" / "tables" / "layouts.csv").set_index("layout")
    base, other = drawn.loc["base"], drawn.drop("base").iloc[0]
    assert other["outlets"] == base["outlets"]  # one gone, one new
    assert other["edits"] == 3
    assert other["cost_yuan"] == 50_000


def test_rows_shown_are_those_of_the_files(here: Path) -> None:
    block = re.search(r"A row of each.*?```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert block
    shown = {}
    for part in block[1].strip().split("\n\n"):
        head, row = part.splitlines()
        shown[head.split()[0]] = head.split()[1], row.split(maxsplit=1)[0]
    assert shown.keys() == {file.name for file in (here / "data").iterdir()}
    for name, (head, row) in shown.items():
        file = here / "data" / name
        if file.suffix == ".csv":
            text = file.read_bytes().decode("utf-8-sig" if name == "poi.csv" else "gb18030")
            assert text.startswith(head.rstrip(",")), name
            assert f"\n{row}" in text, name
        else:
            rows = gpd.read_file(file)[head.split(",")].astype(str)
            assert row in rows.agg(",".join, axis=1).tolist(), name


@pytest.mark.skipif(not EXTRACT.is_file(), reason=f"{EXTRACT} is not there")
@pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="ogr2ogr of GDAL is not installed")
def test_buildings_are_cut_out_of_an_extract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (command,) = re.findall(r"^(ogr2ogr .*)$", PAGE.read_text(encoding="utf-8"), re.M)
    (tmp_path / "data").mkdir()
    (tmp_path / "city.osm.pbf").symlink_to(EXTRACT)
    subprocess.run(shlex.split(command), cwd=tmp_path, check=True, capture_output=True)
    cut = pyogrio.read_info(tmp_path / "data" / "buildings.gpkg", layer="buildings")
    assert {"name", "building", "levels"} <= {*cut["fields"]}
    assert cut["features"] == 2219  # as its SOURCE.md counts them
