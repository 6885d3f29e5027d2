"""Tables on disk: no digit lost, nothing that a spreadsheet runs, and read as they were written."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.tables import read_table, write_table

EVIL = ["=1+1", "+86", "-x", "@SUM(A1)", "'quoted", "plain", "001", "甲, 乙"]


def rows_of(file: Path) -> list[list[str]]:
    """The cells of a table as they stand in it."""
    return list(csv.reader(file.read_text(encoding="utf-8").splitlines()))


def test_coordinates_have_centimetres_and_counts_all_their_digits(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "x": [3_546_172.418, -0.001],
            "to_y": [40_500_000.126, np.nan],
            "raised": [12_345_678, 3],
            "raised_per_day": [1_763_668.2857, 0.1234567],
            "cost_yuan": [50_000_000.0, 600_000.0],
        }
    )
    write_table(table, tmp_path / "t.csv")
    rows = rows_of(tmp_path / "t.csv")
    assert rows[1] == ["3546172.42", "40500000.13", "12345678", "1763668", "50000000"]
    assert rows[2] == ["0.00", "", "3", "0.123457", "600000"]


def test_no_cell_is_a_formula_and_names_come_back(tmp_path: Path) -> None:
    table = pd.DataFrame({"zone": EVIL, "met": EVIL[::-1], "difference": np.arange(len(EVIL)) - 3.5})
    write_table(table, tmp_path / "t.csv")
    for row in rows_of(tmp_path / "t.csv")[1:]:
        assert not row[0].startswith(("=", "+", "-", "@"))
    back = read_table(tmp_path / "t.csv")
    assert back["zone"].tolist() == EVIL
    assert back["difference"].tolist() == table["difference"].tolist()


def test_tables_of_a_study_are_within_a_centimetre(small_study: Path) -> None:
    outlets = pd.read_csv(small_study / "tables" / "outlets.csv").set_index(["layout", "outlet"])
    drawn = json.loads((small_study / "layouts" / "base.geojson").read_text(encoding="utf-8"))
    for feature in drawn["features"]:
        row = outlets.loc["base", feature["properties"]["id"]]
        assert (row["x"], row["y"]) == pytest.approx(feature["geometry"]["coordinates"], abs=0.011)
