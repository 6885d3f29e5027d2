"""Tables as files: centimetres, whole counts, nothing that a spreadsheet would run, and the same text back."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.measures import read_sheet, write_sheet


def test_numbers_keep_the_digits_that_they_need(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "x": [3546171.126, -0.5],
            "served": [12345678, 1],
            "cost_yuan": [12345678.0, 600000.0],
            "unmet_per_day": [1.23456789, float("nan")],
        }
    )
    write_sheet(table, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["3546171.13,12345678,12345678,1.23457", "-0.50,1,600000,"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-2", "@x", "'=1", "\t=1", "＝1", "'plain", "plain", "", "0-2", "a=b"])
def test_text_is_not_run_and_comes_back(tmp_path: Path, name: str) -> None:
    write_sheet(pd.DataFrame({"name": [name], "difference": [-0.5]}), tmp_path / "t.csv")
    raw = pd.read_csv(tmp_path / "t.csv", dtype=str, keep_default_na=False)
    assert raw["name"][0][:1] not in ("=", "+", "-", "@", "\t", "＝")
    assert raw["difference"][0] == "-0.5"
    assert read_sheet(tmp_path / "t.csv")["name"][0] == name


def test_compared_values_add_up_as_they_are_printed(tmp_path: Path) -> None:
    table = pd.DataFrame({"difference": [-0.000667], "base_value": [12.345678], "value": [12.345011]})
    write_sheet(table, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text().splitlines()[1] == "-0.000667,12.345678,12.345011"


def test_tables_of_a_study_are_within_a_centimetre(small_study: Path) -> None:
    outlets = pd.read_csv(small_study / "tables" / "outlets.csv").set_index(["layout", "outlet"])
    drawn = json.loads((small_study / "layouts" / "base.geojson").read_text(encoding="utf-8"))
    for feature in drawn["features"]:
        row = outlets.loc["base", feature["properties"]["id"]]
        assert (row["x"], row["y"]) == pytest.approx(feature["geometry"]["coordinates"], abs=0.011)


def test_an_empty_table_keeps_the_kinds_of_its_columns(tmp_path: Path) -> None:
    write_sheet(pd.DataFrame({"outlet": [], "turned_away": []}), tmp_path / "t.csv")
    back = read_sheet(tmp_path / "t.csv")
    assert back["turned_away"].dtype == float
    assert back["turned_away"].nlargest(3).empty
