"""Names: given by the configs in either language, told apart, and replaced where they cannot be drawn."""

from __future__ import annotations

from dataclasses import replace

from sim.report.given_names import name_things
from sim.report.words import Words
from tests.report.conftest import Study
from tests.report.subjects import with_layouts


def test_names_come_from_the_config(study: Study) -> None:
    subject = study[1]
    english, chinese = (name_things(subject, Words(language)) for language in ("en", "zh"))
    assert english.needs["groceries"] == "Groceries"
    assert chinese.needs["groceries"] == "买菜"
    assert chinese.layouts["kiosks"] == "十二个便民服务亭"
    assert chinese.formats["kiosk"] == "便民服务亭"
    assert chinese.zones["north"] == "北片"


def test_two_layouts_of_one_name_are_told_apart(study: Study) -> None:
    subject = study[1]
    copied = tuple(replace(layout, en="Plan") for layout in subject.layouts)
    names = name_things(with_layouts(subject, copied), Words("en"))
    assert len(set(names.layouts.values())) == len(subject.layouts)


def test_a_name_that_cannot_be_drawn_gives_way(study: Study) -> None:
    subject = replace(study[1], place=replace(study[1].place, name="赛罕区", zones=("甲", "乙", "丙")))
    names = name_things(subject, Words("en"), str.isascii)
    assert names.place == "place"
    assert list(names.zones.values()) == ["1", "2", "3"]
