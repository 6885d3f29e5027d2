"""The shipped populations against China's census of 2020 (Dong, Du and Liu 2022, MIT licence)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.config import load_config
from sim.people import PeopleConfig, settle
from tests.people.conftest import row_of_homes

CENSUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "census_cn_2020"
COUNTIES = CENSUS / "county_age_sex_2020_hohhot_baotou_wuhai_yuncheng.csv"
CITIES = CENSUS / "city_2010_2020_all_china.csv"
ROWS = {"hohhot": "呼和浩特市", "wuhai": "乌海市", "yuncheng": "运城市", "baotou_old_town": "东河区"}

needs_counties = pytest.mark.skipif(not COUNTIES.is_file(), reason=f"the census tables are not at {COUNTIES}")
needs_cities = pytest.mark.skipif(not CITIES.is_file(), reason=f"the census tables are not at {CITIES}")


@cache
def shipped(name: str) -> PeopleConfig:
    return load_config([f"people={name}"]).config.people


def county(name: str) -> pd.Series:
    """The census row of a city as a whole, or of one of its districts."""
    table = pd.read_csv(COUNTIES)
    return table[table["区县"] == ROWS[name]].iloc[0]


def census_shares(row: pd.Series) -> dict[int, float]:
    """Per cent of all people by our age groups; bands that we cut are taken as even."""

    def people(band: str) -> float:
        return float(row[f"男_{band}"] + row[f"女_{band}"])

    bands = {
        0: people("0岁") + people("1到4岁") * 2 / 4,
        3: people("1到4岁") * 2 / 4 + people("5到9岁") * 1 / 5,
        6: people("5到9岁") * 4 / 5 + people("10到14岁"),
        15: sum(people(f"{age}到{age + 4}岁") for age in range(15, 60, 5)),
        60: people("60到64岁") + people("65到69岁"),
        70: people("70到74岁") + people("75到79岁"),
        80: people("80到84岁") + people("85岁以上"),
    }
    assert sum(bands.values()) == pytest.approx(float(row["人口数_合计"]))
    return {age: 100 * n / sum(bands.values()) for age, n in bands.items()}


@needs_counties
@pytest.mark.parametrize("name", ROWS)
def test_shipped_profiles_are_the_census(name: str) -> None:
    row, config = county(name), shipped(name)
    assert config.profile.keys() == {0, 3, 6, 15, 60, 70, 80}
    for age, share in census_shares(row).items():
        assert config.profile[age] == pytest.approx(share, abs=0.0051), age
    assert config.household_size == pytest.approx(float(row["户规模"]), abs=0.0051)


@needs_counties
@pytest.mark.parametrize("name", ROWS)
def test_synthetic_residents_match_the_census(name: str) -> None:
    row, n = county(name), 20_600
    drawn = settle(row_of_homes([1.0] * 50), replace(shipped(name), residents=n), seed=1)
    counts = np.bincount(drawn.age_group, minlength=7)
    assert 100 * counts / n == pytest.approx(list(census_shares(row).values()), abs=0.015)
    size = np.bincount(drawn.household)
    assert size.mean() == pytest.approx(float(row["户规模"]), abs=0.05)
    # The census counts those who live alone; a Poisson law of sizes comes within six points of them.
    assert np.mean(size == 1) == pytest.approx(float(row["一人户数"] / row["家庭户数"]), abs=0.06)


@needs_cities
def test_the_national_profile_is_that_of_all_prefectures_together() -> None:
    cities = pd.read_csv(CITIES).dropna(subset=["popu_2020", "age_0_14_2020", "age_15_59_2020", "age_60_2020"])
    profile = shipped("national").profile
    assert sum(profile.values()) == pytest.approx(100, abs=0.02)
    for column, ours in (
        ("age_0_14_2020", profile[0] + profile[3] + profile[6]),
        ("age_15_59_2020", profile[15]),
        ("age_60_2020", profile[60] + profile[70] + profile[80]),
    ):
        # A few prefectures have no ages in the table.
        assert ours == pytest.approx(np.average(cities[column], weights=cities["popu_2020"]), abs=0.1)
