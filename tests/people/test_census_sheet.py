"""Census sheets: the row of a district, its ages by sex, and residents drawn from it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.config import load_config
from sim.errors import InputError
from sim.people import settle, take_census
from sim.people.census import Band, Sheet, read_band, read_census
from sim.people.config import CensusConfig
from sim.place.read.tables import plain
from tests.people.conftest import people, row_of_homes
from tests.people.test_census import COUNTIES, needs_counties

WITHIN = {0: 80.0, 80: 3.0, 85: 1.0}
LOW = [0, 1, *range(5, 90, 5)]


@pytest.mark.parametrize(
    ("header", "band", "sex"),
    [
        ("0-4岁", (0, 5), "both"),
        ("0—4", (0, 5), "both"),
        ("０～４岁", (0, 5), "both"),
        ("0_4_male", (0, 5), "male"),
        ("m_10_14", (10, 15), "male"),
        ("F 15–19", (15, 20), "female"),
        ("男_0岁", (0, 1), "male"),
        ("1到4岁女", (1, 5), "female"),
        ("1至4岁（女）", (1, 5), "female"),
        ("Age 5 to 9, total", (5, 10), "both"),
        ("age_0_4", (0, 5), "both"),
        ("85+", (85, 130), "both"),
        ("女_85岁以上", (85, 130), "female"),
        ("85岁及以上", (85, 130), "both"),
        ("male_85_plus", (85, 130), "male"),
        ("85 and over female", (85, 130), "female"),
    ],
)
def test_headers_of_ages_are_read(header: str, band: tuple[int, int], sex: str) -> None:
    assert read_band(plain(header)) == (Band(*band), sex)


@pytest.mark.parametrize(
    "header",
    [
        "2020",
        "5",
        "一人户数",
        "人口比重_0-14岁",
        "15岁及以上文盲人口",
        "15-64岁妇女平均活产子女数",
        "有65岁及以上老年人口的户数",
    ],
)
def test_other_headers_are_not(header: str) -> None:
    assert read_band(plain(header)) is None


def sheet_file(folder: Path, rows: list[str], encoding: str = "utf-8") -> str:
    path = folder / "sheet.csv"
    path.write_bytes("\n".join([*rows, ""]).encode(encoding))
    return str(path)


def read(folder: Path, rows: list[str], row: str | None = None, encoding: str = "utf-8", name: str = "") -> Sheet:
    return read_census(CensusConfig(sheet_file(folder, rows, encoding), row, name), WITHIN)


HEADER = "代码,市,区,男_0-59岁,女_0-59岁,男_60岁以上,女_60岁以上,家庭户数,家庭户人口数"
CITY = [
    HEADER,
    "1,甲市,甲市,150,130,60,60,160,380",
    "2,甲市,东区,100,80,30,40,100,240",
    "3,甲市,西区,50,50,30,20,60,140",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_row_of_a_district_is_read(tmp_path: Path, encoding: str) -> None:
    sheet = read(tmp_path, CITY, "东区", encoding)
    assert sheet.profile == {0: 180, 60: 70}
    assert sheet.female_share == pytest.approx({0: 80 / 180, 60: 40 / 70})
    assert sheet.household_size == pytest.approx(2.4)
    assert sheet.notes == ()


def test_a_city_is_its_total_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, CITY, "甲市")
    assert sheet.profile == {0: 280, 60: 120}
    assert "row 1 is taken, the total of 2 others, which are not added to it" in str(sheet.notes[0])
    assert read(tmp_path, CITY).profile == sheet.profile
    assert read(tmp_path, CITY, "甲市", name="区").notes == ()
    assert read(tmp_path, CITY, "3").profile == {0: 100, 60: 50}


def test_a_row_that_is_called_a_total_is_one(tmp_path: Path) -> None:
    rows = [HEADER, "1,甲市,合计,151,130,60,60,160,380", *CITY[2:]]
    assert read(tmp_path, rows, "甲市").profile == {0: 281, 60: 120}


def test_rows_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    rows = [HEADER, "1,甲市,新区,1,1,1,1,1,2", "2,乙市,新区,2,2,2,2,1,2", "3,丙市,新区,3,3,3,9,1,2"]
    with pytest.raises(
        InputError, match="'新区' stands in 3 rows, none of them the total of the others: 1 甲市 新区 1; 2"
    ):
        read(tmp_path, rows, "新区")
    with pytest.raises(InputError, match=r"people\.census\.row: not given, and there are 3 rows"):
        read(tmp_path, rows)
    with pytest.raises(InputError, match="no row has '旧区' as a name or code"):
        read(tmp_path, rows, "旧区")
    with pytest.raises(InputError, match=r"no column 'county' \(people\.census\.name\); its columns are 代码, 市, 区"):
        read(tmp_path, rows, "新区", name="county")


def test_sums_of_other_groups_are_left_out(tmp_path: Path) -> None:
    rows = ["name,total,0-4,5-9,10-14,0-14,15-59,60+,15-64", "A,100,5,6,7,18,60,22,70"]
    with pytest.raises(InputError, match="its age groups count some ages twice, at column '15-64'"):
        read(tmp_path, rows, "A")
    sheet = read(tmp_path, [row.rsplit(",", 1)[0] for row in rows], "A")
    assert sheet.profile == {0: 5, 5: 6, 10: 7, 15: 60, 60: 22}
    assert sheet.female_share == {}
    assert sheet.household_size is None
    assert "1 age groups are sums of others, and left out (0-14)" in str(sheet.notes[0])


def test_ages_that_are_missing_or_do_not_add_up_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leave out ages 5 to 9, at column '10-14'"):
        read(tmp_path, ["name,0-4,10-14,15+", "A,1,2,3"], "A")
    short = read(tmp_path, ["name,total,0-59,60-79", "A,1000,700,200"], "A")
    assert "add up to 900 people, the row says 1,000" in str(short.notes[0])
    assert "nobody is counted from age 80 on" in str(short.notes[1])


@pytest.mark.parametrize("value", ["", "*", "-1", "nan"])
def test_suppressed_counts_are_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(InputError, match=r"row 2, column '60\+': .*; a number of people from 0 up"):
        read(tmp_path, ["name,0-59,60+", "A,1,2", f"B,1,{value}"], "B")
    assert read(tmp_path, ["name,0-59,60+", "A,1,2", f"B,1,{value}"], "A").profile == {0: 1, 60: 2}


def test_one_sex_alone_is_no_count_but_both_and_one_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no partner that counts the women"):
        read(tmp_path, ["name,0-59 male,60+ male", "A,1,2"], "A")
    sheet = read(tmp_path, ['name,"0-59","60+",0-59 male,60+ male', 'A,"1,000",200,400,100'], "A")
    assert sheet.profile == {0: 1000, 60: 200}
    assert sheet.female_share == pytest.approx({0: 0.6, 60: 0.5})


def test_a_sheet_with_ages_in_its_rows_is_read(tmp_path: Path) -> None:
    rows = ["年龄,合计,男,女", "合计,100,52,48", "0-14岁,20,11,9", "15-59岁,60,31,29", "60岁及以上,20,10,10"]
    sheet = read(tmp_path, rows)
    assert sheet.profile == {0: 20, 15: 60, 60: 20}
    assert sheet.female_share == pytest.approx({0: 0.45, 15: 29 / 60, 60: 0.5})
    with pytest.raises(InputError, match=r"leave people\.census\.row out"):
        read(tmp_path, rows, "甲市")


def test_what_is_no_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: not there; people\.census\.file"):
        read_census(CensusConfig(str(tmp_path / "nowhere.csv")), WITHIN)
    with pytest.raises(InputError, match=r"no column of an age group by sex.*its columns are name, people"):
        read(tmp_path, ["name,people", "A,5"], "A")
    with pytest.raises(InputError, match=r"people\.census: a row is named, but no sheet"):
        people(census=CensusConfig(row="A")).check()


def test_residents_match_a_sheet(tmp_path: Path) -> None:
    groups = ["0岁", "1-4岁", *(f"{age}-{age + 4}岁" for age in range(5, 85, 5)), "85岁以上"]
    header = "区," + ",".join(f"男_{group},女_{group}" for group in groups) + ",家庭户数,家庭户人口数"
    men, women = np.arange(20, 20 + 19) * 3, np.arange(40, 40 - 19, -1) * 4
    row = "甲区," + ",".join(f"{m},{w}" for m, w in zip(men, women, strict=True)) + ",1000,2600"
    config = people(20_000, census=CensusConfig(sheet_file(tmp_path, [header, row], "gb18030"), "甲区"))
    drawn = settle(row_of_homes([1.0] * 50), config, seed=1)
    both = men + women
    band = np.searchsorted(LOW, drawn.age, side="right") - 1
    assert np.bincount(band, minlength=19) == pytest.approx(20_000 * both / both.sum(), abs=1)
    assert_women(band, drawn.female, women / both)
    assert np.bincount(drawn.household).mean() == pytest.approx(2.6, abs=0.05)


def assert_women(band: np.ndarray, female: np.ndarray, share: np.ndarray) -> None:
    """The women of every group are within four standard errors of their share."""
    n = np.bincount(band, minlength=len(share))
    found = np.bincount(band, weights=female, minlength=len(share))
    assert (np.abs(found - n * share) <= 4 * np.sqrt(n * share * (1 - share)) + 1).all()


@needs_counties
@pytest.mark.parametrize("name", ["呼和浩特市", "包头市", "乌海市", "运城市", "东河区", "盐湖区"])
def test_residents_match_the_census_of_2020(name: str) -> None:
    table = pd.read_csv(COUNTIES)
    row = table[table["区县"] == name].iloc[0]
    groups = ["0岁", "1到4岁", *(f"{age}到{age + 4}岁" for age in range(5, 85, 5)), "85岁以上"]
    women = np.array([row[f"女_{group}"] for group in groups], dtype=float)
    both = women + [row[f"男_{group}"] for group in groups]
    n = 20_600
    asked = load_config([f"people.census.file={COUNTIES}", f"people.census.row={name}", f"people.residents={n}"])
    config, _ = take_census(asked.config.people)
    assert sum(config.profile.values()) == pytest.approx(row["人口数_合计"])
    drawn = settle(row_of_homes([1.0] * 50), config, seed=1)
    band = np.searchsorted(LOW, drawn.age, side="right") - 1
    assert np.bincount(band, minlength=19) == pytest.approx(n * both / both.sum(), abs=1)
    assert_women(band, drawn.female, women / both)
    assert np.bincount(drawn.household).mean() == pytest.approx(row["户规模"], abs=0.05)


@needs_counties
@pytest.mark.parametrize("coarse", [(0, 15, 60), (0, 15, 65)])
@pytest.mark.parametrize("name", ["呼和浩特市", "包头市", "乌海市", "运城市", "东河区", "盐湖区"])
def test_a_census_cut_to_three_groups_leaves_about_as_many_of_the_oldest(
    name: str, coarse: tuple[int, ...], tmp_path: Path
) -> None:
    table = pd.read_csv(COUNTIES)
    row = table[table["区县"] == name].iloc[0]
    groups = ["0岁", "1到4岁", *(f"{age}到{age + 4}岁" for age in range(5, 85, 5)), "85岁以上"]
    people_of = np.array([float(row[f"男_{group}"] + row[f"女_{group}"]) for group in groups])
    ends = np.searchsorted(LOW, [*coarse[1:], 200])
    sums = [part.sum() for part in np.split(people_of, ends[:-1])]
    header = ",".join(["区", *(f"{low}-{end - 1}岁" for low, end in pairwise(coarse)), f"{coarse[-1]}岁以上"])
    sheet = sheet_file(tmp_path, [header, ",".join(["甲", *map(str, sums)])])
    asked = load_config([f"people.census.file={sheet}", "people.residents=50000"]).config.people
    drawn = settle(row_of_homes([1.0] * 50), asked, seed=1)
    found = np.histogram(drawn.age, [70, 80, 200])[0] / 500
    counted = np.histogram(LOW, [70, 80, 200], weights=people_of)[0] / people_of.sum() * 100
    # Spread evenly up to 95 they came out 4 to 7 points apart.
    assert found == pytest.approx(counted, abs=1.2)


def test_a_sheet_without_the_oldest_has_none_and_says_so(tmp_path: Path) -> None:
    rows = ["区,0-14,15-59,60-79", "甲,20,60,20"]
    config = people(2_000, census=CensusConfig(sheet_file(tmp_path, rows)), ages_within=WITHIN)
    counted, notes = take_census(config)
    assert settle(row_of_homes([1.0] * 9), counted, 1).age.max() == 79
    assert [note.grade for note in notes] == ["warning"]
    assert notes[0].share == pytest.approx(4 / 84)
    assert "80岁以上" in notes[0].remedy
