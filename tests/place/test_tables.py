"""Tables as planners save them: encodings, spreadsheets, files cut off, and what is a number of people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import InputError
from sim.place.read.tables import count_people, read_number, read_table

TEXT = "小区,常住人口\n甲,300\n乙,１２\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_table_is_read_in_every_encoding(encoding: str, separator: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(TEXT.replace(",", separator).encode(encoding))
    table = read_table(tmp_path / "a.csv")
    assert table.to_dict("list") == {"小区": ["甲", "乙"], "常住人口": ["300", "１２"]}


def test_a_spreadsheet_is_read_as_the_table_that_it_shows(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame({"小区": ["甲", "乙"], "人口": [300.0, np.nan]}).to_excel(book, sheet_name="一", index=False)
        pd.DataFrame({"小区": ["丙"], "人口": [7]}).to_excel(book, sheet_name="二", index=False)
    assert read_table(tmp_path / "a.xlsx").to_dict("list") == {"小区": ["甲", "乙"], "人口": ["300", ""]}
    assert read_table(tmp_path / "a.xlsx", "二")["人口"].tolist() == ["7"]
    with pytest.raises(InputError, match=r"no sheet '三'; its sheets are 一, 二"):
        read_table(tmp_path / "a.xlsx", "三")
    (tmp_path / "a.csv").write_bytes((tmp_path / "a.xlsx").read_bytes())
    with pytest.raises(InputError, match=r"a\.csv: is no text, but a spreadsheet"):
        read_table(tmp_path / "a.csv")
    (tmp_path / "b.xlsx").write_text(TEXT, encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.xlsx: not read as a spreadsheet"):
        read_table(tmp_path / "b.xlsx")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty table"),
        ("\n \n", "an empty table"),
        ("name\nA\n", "its first row has 1 column"),
        ("name,people,zone\nA,5,x\nB,6", "row 2 has 2 fields and the header 3"),
        ("name,people\nA,5,6\n", "row 1 has 3 fields and the header 2"),
        ('name,people\nA,5\n"B,6\n', "row 2: a quote is not closed"),
    ],
)
def test_what_is_no_whole_table_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_table(tmp_path / "a.csv")


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_table(tmp_path)


def test_empty_fields_beyond_the_header_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,people\nA,5,,\n\nB,6\n", encoding="utf-8")
    assert read_table(tmp_path / "a.csv").to_dict("list") == {"name": ["A", "B"], "people": ["5", "6"]}


@pytest.mark.parametrize(
    ("text", "value"),
    [("300", 300), ("３００", 300), ("1,234", 1234), ("1，234", 1234), ("1 234 567", 1234567), ("300人", 300),
     ("12.5", 12.5), (".5", 0.5), ("1e3", 1000), ("-300", -300), ("−3", -3), (7, 7), (" 300 ", 300),
     ("三百", None), ("nan", None), ("inf", None), ("12%", None), ("12,34", None), ("约300", None), ("3.5万", None),
     ("", None), (None, None), ("0x10", None), ("1_000", None), ("1e999", None)],
)  # fmt: skip
def test_numbers_are_those_that_leave_no_doubt(text: object, value: float | None) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize("value", ["-300", "三百", "nan", "inf", "12%", "*"])
def test_what_is_no_count_is_refused_with_its_row(value: str) -> None:
    column = pd.Series(["5", "", value], name="人口")
    with pytest.raises(InputError) as refused:
        count_people(column, "compounds.csv", (), "; mend it")
    assert str(refused.value).startswith(f"compounds.csv: row 3, column '人口': '{value}'; a number of people")
    assert str(refused.value).endswith("; mend it")


def test_empty_cells_and_codes_are_no_counts() -> None:
    column = pd.Series(["5", "", "—", "-9"], name="people")
    assert np.isnan(count_people(column, "a.csv", [-9], "")).tolist() == [False, True, True, True]
