"""Words: complete in both languages, and told apart from names."""

from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter

import pytest

from sim.measures import EQUITY, MEASURES, NORMS
from sim.needs.catalogue import TIERS
from sim.people import AGE_GROUPS, Mobility
from sim.record import OUTCOMES, REASONS
from sim.record.outcomes import Outcome, Reason
from sim.report.labels import WORDS, Words, name_things
from tests.report.conftest import Study

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    "key",
    [
        *OUTCOMES,
        *REASONS,
        *(f"{key}.means" for key in (*OUTCOMES, *REASONS)),
        *AGE_GROUPS,
        *MEASURES,
        *EQUITY,
        *NORMS,
        *TIERS,
        *(mobility.name.lower() for mobility in Mobility),
    ],
)
def test_every_code_has_words(key: str) -> None:
    english, chinese = WORDS[key]
    assert english
    assert chinese
    assert not HAN.search(english)
    assert HAN.search(chinese)


def test_outcomes_and_reasons_are_those_of_the_day() -> None:
    assert set(OUTCOMES) == {outcome.name.lower() for outcome in Outcome} - {"pending"}
    assert set(REASONS) == {reason.name.lower() for reason in Reason} - {"none"}


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_take_the_same_values(key: str) -> None:
    english, chinese = ({field for _, field, *_ in Formatter().parse(text) if field} for text in WORDS[key])
    assert english == chinese, key


def test_english_has_no_chinese_and_chinese_no_ascii_commas() -> None:
    for key, (english, chinese) in WORDS.items():
        assert not HAN.search(english), key
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", chinese), key


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        Words("en")("nothing")


def test_names_come_from_the_config(study: Study) -> None:
    world = study[1]
    english, chinese = (name_things(world, Words(language)) for language in ("en", "zh"))
    assert english.needs["groceries"] == "Groceries"
    assert chinese.needs["groceries"] == "买菜"
    assert chinese.layouts["kiosks"] == "十二个便民服务亭"
    assert chinese.formats["kiosk"] == "便民服务亭"
    assert chinese.zones["north"] == "北片"


def test_two_layouts_of_one_name_are_told_apart(study: Study) -> None:
    world = study[1]
    copied = tuple(replace(layout, en="Plan") for layout in world.layouts)
    names = name_things(replace(world, layouts=copied), Words("en"))
    assert len(set(names.layouts.values())) == len(world.layouts)


def test_a_name_that_cannot_be_drawn_gives_way(study: Study) -> None:
    world = replace(study[1], place=replace(study[1].place, name="赛罕区", zones=("甲", "乙", "丙")))
    names = name_things(world, Words("en"), str.isascii)
    assert names.place == "place"
    assert list(names.zones.values()) == ["1", "2", "3"]
