"""Every number of the packaged configs has its unit, its source and its grade, and the report tells them."""

from __future__ import annotations

from importlib.resources.abc import Traversable

import pytest
import yaml

from sim.config import load_config
from sim.report.assumptions import (
    NUMBER_GRADES,
    assumptions,
    chosen_options,
    count_grades,
    every_file,
    packaged_numbers,
    parse_numbers,
)
from sim.report.results import read_results
from sim.report.words import Words
from tests.report.conftest import Study

TEXT = """\
speed:  # m/s; a survey of 12 streets; weighted [S]
  {0: 0.8, 60: 1.1}
pools: {staff: {servers: 2, per_day: 40}}  # clerks, people; assumption [A]
offers:  # min; assumption, one clerk [A]
  repair: {service_min: 2.0}
  laundry: {service_min: 3.0}  # min; a guide [M]
bare: 7
name: none  # not a number
"""


@pytest.mark.parametrize("file", every_file(), ids=lambda file: file.name)
def test_every_number_has_unit_source_and_grade(file: Traversable) -> None:
    for number in parse_numbers(file.read_text(encoding="utf-8"), file.name):
        where = f"{file.name}: {'.'.join(number.path)} = {number.value:g}"
        assert number.note is not None, f"{where} has no note `# unit; source [grade]`"
        assert number.note.unit, where
        assert number.note.source, where
        assert number.note.grade in NUMBER_GRADES, where


def test_notes_belong_to_the_nearest_key() -> None:
    found = {".".join(number.path): number for number in parse_numbers(TEXT, "text")}
    notes = {path: number.note for path, number in found.items()}
    assert notes["bare"] is None
    assert "name" not in found
    speed = notes["speed.60"]
    assert speed is not None
    assert (speed.unit, speed.source, speed.grade) == ("m/s", "a survey of 12 streets; weighted", "S")
    pools = notes["pools.staff.per_day"]
    assert pools is not None
    assert pools.key == ("pools",)
    repair, laundry = notes["offers.repair.service_min"], notes["offers.laundry.service_min"]
    assert repair is not None
    assert laundry is not None
    assert (repair.grade, laundry.grade) == ("A", "M")


def test_an_option_brings_what_it_starts_from() -> None:
    hohhot = {number.path: number for number in packaged_numbers("people", "hohhot")}
    assert hohhot[("slow_factor",)].note is not None
    profile = hohhot[("profile", "60")].note
    assert profile is not None
    assert profile.file == "people/hohhot.yaml"
    assert packaged_numbers("people", "nowhere") == []


def test_numbers_of_a_city_stand_below_their_kinds() -> None:
    city = {number.path: number for number in packaged_numbers("place", "city")}
    area = city[("city", "kinds", "outskirts", "area_km2")]
    assert area.note is not None
    assert (area.value, area.note.file, area.note.key) == (
        8.2, "place/district/outskirts.yaml", ("city", "kinds", "outskirts", "area_km2"),
    )  # fmt: skip
    assert city[("city", "residents")].value == 1_000_000
    asked = load_config(["place=city", "place.city.kinds.outskirts.area_km2=9"])
    rows = {row.key: row for row in assumptions(yaml.safe_load(asked.yaml), ["place=city"])["place"]}
    assert (rows["city.kinds.outskirts.area_km2"].value, rows["city.kinds.outskirts.area_km2"].by_user) == ("9", True)
    assert (rows["city.kinds.old_town.area_km2"].value, rows["city.kinds.old_town.area_km2"].by_user) == ("2", False)
    assert rows["city.kinds.old_town"].value == "share: 2"
    assert rows["mix.rest"].value == "26666"


def test_a_city_brings_its_study_unless_another_is_asked() -> None:
    assert chosen_options(["place=city"])["study"] == "city"
    assert chosen_options(["place=city", "study=compare_layouts"])["study"] == "compare_layouts"


def test_overrides_choose_options() -> None:
    assert chosen_options(["place=old_town", "people.residents=9"])["place"] == "old_town"


def test_values_of_the_user_are_marked(study: Study) -> None:
    root, subject, overrides = study
    config = read_results(root, subject, Words("en")).config
    found = assumptions(config, overrides)
    place = {row.key: row for row in found["place"]}
    assert place["grown.area_km2"].by_user
    assert place["grown.area_km2"].value == "0.5"
    assert not place["grown.path_m"].by_user
    layout = {row.key: row for row in found["layout"]}
    assert layout["base.formats.convenience.radius_m"].value == "300"
    assert "kiosks.spread.0.count" in layout
    counts = count_grades([row for rows in found.values() for row in rows])
    assert sum(counts.values()) == sum(row.numbers for rows in found.values() for row in rows)
    assert counts["user"] >= 2
    assert counts["A"] > counts["S"]
