"""`lifecircle export`: layers for a GIS, before a study was run and after, and a layout that comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import CRS

from sim.__main__ import main
from tests.conftest import SMALL
from tests.place.test_osm import Drawing
from tests.place.test_sites import SHOP, amap, write

ASKED = [*SMALL, "study.layouts=[base,kiosks]", "study.name=plan", "study.seeds=1", "study.days=1"]
PLACE = ["streets", "homes", "communities", "compounds", "outlets_base", "outlets_kiosks"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a small study, exported."""
    root = tmp_path_factory.mktemp("exported")
    assert main([*ASKED, f"results={root}"]) == 0
    assert main(["export", *ASKED, f"results={root}"]) == 0
    return root


def layer_names(file: Path) -> list[str]:
    return [str(name) for name, _ in pyogrio.list_layers(file)]


def test_before_a_study_was_run_the_place_and_layouts_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", *ASKED, f"results={tmp_path}"]) == 0
    file = tmp_path / "plan/plan.gpkg"
    assert layer_names(file) == PLACE
    said = capsys.readouterr().out
    assert str(file) in said
    assert "has not been run yet" in said
    assert sorted(path.name for path in (tmp_path / "plan").rglob("[!.]*") if path.is_file()) == [
        "base.geojson", "kiosks.geojson", "plan.gpkg",
    ]  # fmt: skip
    streets = gpd.read_file(file, layer="streets")
    assert CRS(streets.crs).is_engineering
    assert streets.length.to_numpy() == pytest.approx(streets["length_m"], abs=1e-6)
    homes = gpd.read_file(file, layer="homes")
    assert {*homes["zone"]} == {"north", "middle", "south"}
    communities = gpd.read_file(file, layer="communities")
    assert communities["homes"].sum() == len(homes)
    for row in communities.itertuples():
        assert homes[homes["zone"] == row.zone].within(row.geometry).all()


def test_after_it_the_results_are_there_too(results: Path) -> None:
    file = results / "plan/plan.gpkg"
    found = [f"{kind}_{layout}" for layout in ("base", "kiosks") for kind in ("outlets", "homes", "streets_flow")]
    assert layer_names(file) == [*PLACE[:4], *found]
    tables = results / "plan/tables"
    homes, served = gpd.read_file(file, layer="homes_kiosks"), gpd.read_file(file, layer="outlets_kiosks")
    known = pd.read_csv(tables / "homes.csv").query("layout == 'kiosks'")
    assert homes["unmet_share"].to_numpy() == pytest.approx(known["unmet_share"].to_numpy(), nan_ok=True)
    assert homes.geometry.x.to_numpy() == pytest.approx(known["x"].to_numpy(), rel=1e-4, abs=1e-2)
    known = pd.read_csv(tables / "outlets.csv").query("layout == 'kiosks'")
    assert dict(zip(served["id"], served["served_per_day"], strict=True)) == pytest.approx(
        dict(zip(known["outlet"], known["served_per_day"], strict=True))
    )
    flow = gpd.read_file(file, layer="streets_flow_base")
    known = pd.read_csv(tables / "streets.csv").query("layout == 'base'")
    assert flow["walkers_per_day"].sum() == pytest.approx(known["walkers_per_day"].sum())


def test_tables_of_another_config_are_not_mixed_in(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(results / "plan", tmp_path / "plan")
    kept = (tmp_path / "plan/layouts/kiosks.geojson").read_bytes()
    assert main(["export", *ASKED, "people.residents=400", "place.seed=2", f"results={tmp_path}"]) == 0
    assert "are of another config or version" in capsys.readouterr().out
    assert layer_names(tmp_path / "plan/plan.gpkg") == PLACE
    assert (tmp_path / "plan/layouts/kiosks.geojson").read_bytes() == kept


def test_an_export_is_written_whole_or_not_at_all(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(results / "plan", tmp_path / "plan")
    before = (tmp_path / "plan/plan.gpkg").read_bytes()

    def broken(place: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.gis.geopackage.community_hulls", broken)
    assert main(["export", *ASKED, f"results={tmp_path}"]) == 130
    assert (tmp_path / "plan/plan.gpkg").read_bytes() == before
    monkeypatch.undo()
    assert main(["export", *ASKED, f"results={tmp_path}"]) == 0
    assert not list((tmp_path / "plan").glob("*.writing*"))


def test_a_layout_drawn_over_the_export_comes_back(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = gpd.read_file(results / "plan/plan.gpkg", layer="outlets_kiosks")
    rows.to_file("same.gpkg")
    x, y = rows.geometry.iloc[0].coords[0]
    new = gpd.GeoDataFrame({"id": [None], "format": ["breakfast"]}, geometry=[shapely.Point(x, y)], crs=rows.crs)
    changed = pd.concat([rows[rows["format"] != "pharmacy"].iloc[1:], new], ignore_index=True)
    changed.to_file("plans.gpkg", layer="ours")
    asked = [*SMALL, "study.layouts=[kiosks,same.gpkg,plans.gpkg:ours]", "study.name=drawn"]
    assert main([*asked, "study.seeds=1", "study.days=1", "results=results"]) == 0
    table = pd.read_csv("results/drawn/tables/layouts.csv").set_index("layout")
    assert list(table.index) == ["kiosks", "same", "ours"]
    assert table.loc["same"].drop(["zh", "en"]).equals(table.loc["kiosks"].drop(["zh", "en"]))
    assert table.loc["ours", "edits"] > table.loc["kiosks", "edits"]
    assert table.loc["ours", "outlets"] == len(changed)
    assert "base: kiosks" in Path("results/drawn/config.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("[base,gone.gpkg]", ["gone.gpkg", "not there"]),
        ("[base,base.geojson]", ["there is a layout 'base' already", "another name"]),
        ("[base,mine.geojson]", ["mine.geojson", "row 2", "'kiosc'", "kiosk"]),
        ("[base,other.geojson]", ["started from 'atlantis'", "clear the column"]),
        ("[base,far.geojson]", ["far.geojson", "is in WGS 84 / UTM zone 49N", "metres of its own"]),
    ],
)
def test_a_bad_drawing_is_refused_in_one_message(
    asked: str,
    words: list[str],
    results: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (results / "plan/layouts/base.geojson").read_text(encoding="utf-8")
    Path("base.geojson").write_text(text, encoding="utf-8")
    rows = gpd.read_file(results / "plan/plan.gpkg", layer="outlets_base")
    plain = rows.set_crs("EPSG:4326", allow_override=True)
    plain.loc[1, "format"] = "kiosc"
    plain.to_file("mine.geojson")
    Path("other.geojson").write_text(text.replace('"layout": "base"', '"layout": "atlantis"'), encoding="utf-8")
    rows.set_crs("EPSG:32649", allow_override=True).to_file("far.geojson", driver="GeoJSON")
    assert main([*SMALL, f"study.layouts={asked}"]) == 2
    message = capsys.readouterr().err.strip().splitlines()[-1]
    for word in words:
        assert word in message, (word, message)
    assert not Path("results").exists()


def test_a_mapped_place_is_exported_in_its_coordinate_system(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(-190, 0), (0, 0), (190, 0)], highway="residential")
    for x in (-150, 0, 150):
        drawing.square((x, 10), 20, building="apartments", building__levels="6")
    streets = tmp_path / "map.osm"
    streets.write_text(drawing.xml((-300, -300, 300, 300)), encoding="utf-8")
    table = write(tmp_path / "poi.csv", [amap(1, SHOP, (50, 5), "好邻居")])
    place = ["place=files", f"place.streets={streets}", f"place.outlets.file={table}", "place.outlets.crs=gcj02"]
    asked = [*place, "study.layouts=[base]", "study.name=town", f"results={tmp_path}"]
    assert main(["export", *asked]) == 0
    file = tmp_path / "town/town.gpkg"
    outlets = gpd.read_file(file, layer="outlets_base")
    assert CRS(outlets.crs).to_epsg() == 32649
    assert list(outlets["name"]) == ["好邻居"]
    plain = gpd.read_file(tmp_path / "town/layouts/base.geojson")
    assert plain.to_crs(outlets.crs).distance(outlets.geometry).max() < 0.1
    said = pyogrio.read_info(file, layer="streets")["dataset_metadata"]
    assert said["attribution"] == "© OpenStreetMap contributors, ODbL"


def test_a_word_that_is_no_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exprt", *ASKED]) == 2
    said = capsys.readouterr().err
    assert "exprt: neither a command (" in said
    assert "export" in said
    assert main(["export", "export"]) == 2
    assert main(["export", "--help"]) == 0
    assert "lifecircle export" in capsys.readouterr().out
