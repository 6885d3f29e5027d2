"""The page: self-contained, complete in both languages, and safe with hostile names."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from sim.report import ReportConfig, draw_report, summary
from sim.report.labels import Words
from sim.report.page import log_line
from sim.report.results import read_results
from sim.report.style import columns_of
from sim.report.text import answer, best_alternative, signed, with_interval
from tests.report.conftest import Study

SECTIONS = {"question", "answer", "layouts", "place", "tables", "definitions", "assumptions", "reproduce"}
VOID = {"meta", "img", "br", "link", "hr", "input"}


class Reader(HTMLParser):
    """Tags, resources, ids and text of a page; every tag must be closed in its turn."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.resources: list[str] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.resources += [values[key] or "" for key in ("src", "href", "srcset", "data") if key in values]
        self.ids |= {values["id"] or ""} if "id" in values else set()
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_is_self_contained_and_complete(study: Study, language: str) -> None:
    root, world, overrides = study
    reader = Reader(draw_report(root, world, ReportConfig(language=language, dpi=60), overrides))
    assert reader.resources
    assert all(resource.startswith("data:image/png;base64,") for resource in reader.resources)
    assert not {"script", "link", "iframe"} & set(reader.tags)
    assert SECTIONS | {"figures"} <= reader.ids
    text = " ".join(reader.text)
    assert "url(" not in text.replace("url(data:font/woff;base64,", "")
    assert "@import" not in text
    for override in overrides:
        assert override in text
    assert world.digest in text
    for layout in world.layouts:
        assert getattr(layout, language) in text


def test_chinese_page_has_no_english_sentences(study: Study) -> None:
    root, world, overrides = study
    page = draw_report(root, world, ReportConfig(language="zh", figures=False), overrides)
    text = page.read_text(encoding="utf-8")
    before = text[text.index("<body>") : text.index('id="assumptions"')]
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", re.sub(r"<[^>]*>", "", before))


def test_without_figures(one_layout: Study) -> None:
    root, world, overrides = one_layout
    reader = Reader(draw_report(root, world, ReportConfig(figures=False), overrides))
    assert not reader.resources
    assert "figures" not in reader.ids
    assert "no second layout to compare it with" in " ".join(reader.text)


def test_hostile_names_are_escaped(one_seed: Study) -> None:
    root, world, overrides = one_seed
    evil = "<script>alert(1)</script>&\"'"
    layouts = (replace(world.layouts[0], en=evil), *world.layouts[1:])
    hostile = replace(world, layouts=layouts, place=replace(world.place, name=evil, notes=(evil,)))
    page = draw_report(root, hostile, ReportConfig(dpi=60), [*overrides, f"place.name={evil}"])
    reader = Reader(page)
    assert "script" not in reader.tags
    assert evil in " ".join(reader.text)


def test_one_seed_is_said_to_have_no_interval(one_seed: Study) -> None:
    root, world, _ = one_seed
    sentences = answer(read_results(root, world, Words("en")))
    assert len(sentences) == 3
    assert "single seed" in sentences[0]
    assert "95 % interval" not in " ".join(sentences)
    assert "single seed" in summary(root, world, ReportConfig())


def test_the_answer_names_the_best_and_its_cost(study: Study) -> None:
    root, world, _ = study
    results = read_results(root, world, Words("en"))
    assert best_alternative(results) == "kiosks"
    first, second, third = answer(results)
    assert "Twelve kiosks" in first
    assert "95 % interval" in first
    assert "residents" in second
    cost = world.layouts[1].cost_yuan
    assert f"{cost:,.0f} yuan" in third
    assert f"{cost / 10_000:g}万元" in answer(read_results(root, world, Words("zh")))[2]


def test_an_interval_around_zero_is_not_sold_as_a_difference(study: Study) -> None:
    root, world, _ = study
    results = read_results(root, world, Words("en"))
    compare = results.tables["compare"].copy()
    compare["difference"], compare["ci_low"], compare["ci_high"] = -0.001, -0.01, 0.008
    first, second, third = answer(replace(results, tables={**results.tables, "compare": compare}))
    assert first.startswith("None of the alternatives can be said to serve residents better")
    assert "contains zero" in first
    assert "no age group is shown to be worse off" in second
    assert "no cost per errand can be given" in third


def test_differences_are_written_with_true_signs() -> None:
    row = pd.Series({"difference": -0.0184, "ci_low": -0.02, "ci_high": -0.0149})
    assert with_interval(Words("en"), row) == "−1.8 points (95 % interval −2.0 to −1.5)"
    assert signed(-0.0001) == "0.0"


def test_edits_are_told_in_chinese(study: Study) -> None:
    root, world, _ = study
    results = read_results(root, world, Words("zh"))
    kiosks, centre = world.layouts[1], world.layouts[2]
    assert log_line(results, kiosks, "add kiosk-kiosks-01 (kiosk)") == "新增 kiosk-kiosks-01（便民服务亭）"
    for layout in world.layouts:
        for line in layout.log:
            assert re.match(r"[\u4e00-\u9fff]", log_line(results, layout, line)), line
    assert re.fullmatch(r"将\d+个网点集中到节点\d+", log_line(results, centre, centre.log[0]))
    assert log_line(results, kiosks, "extend parcel-01 with pharmacy, staff") == "扩充 parcel-01：买药、staff"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_summary_is_aligned(study: Study, language: str) -> None:
    root, world, _ = study
    lines = summary(root, world, ReportConfig(language=language)).split("\n\n")[0].splitlines()
    assert len(lines) == 1 + len(world.layouts)
    assert len({columns_of(line) for line in lines}) == 1
