"""The page: self-contained, complete in both languages, and safe with hostile names."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from sim.notes import Note
from sim.report import ReportConfig, draw_report, summary
from sim.report.amounts import signed, with_interval
from sim.report.answer import answer, cautions, disagreements
from sim.report.page_tables import age_table, equity_table, need_table, pressure_table, score_table, zone_table
from sim.report.plain_text import type_width
from sim.report.results import headline_row, read_results
from sim.report.summary import summary_head, summary_rows
from sim.report.verdict import best_alternative
from sim.report.words import Words
from tests.report.conftest import Study, page_of
from tests.report.subjects import with_layouts

SECTIONS = {"question", "answer", "layouts", "place", "official", "tables", "definitions", "assumptions", "reproduce"}
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
    root, subject, overrides = study
    reader = Reader(draw_report(root, subject, ReportConfig(language=language, dpi=60), overrides))
    assert reader.resources
    assert all(resource.startswith("data:image/png;base64,") for resource in reader.resources)
    assert not {"script", "link", "iframe"} & set(reader.tags)
    assert SECTIONS | {"figures"} <= reader.ids
    text = " ".join(reader.text)
    assert "url(" not in text.replace("url(data:font/woff;base64,", "")
    assert "@import" not in text
    for override in overrides:
        assert override in text
    assert subject.digest in text
    for layout in subject.layouts:
        assert getattr(layout, language) in text


def test_chinese_page_has_no_english_sentences(study: Study) -> None:
    root, subject, overrides = study
    text = page_of(read_results(root, subject, Words("zh")), overrides)
    before = text[text.index("<body>") : text.index('id="assumptions"')]
    plain = html.unescape(re.sub(r"<[^>]*>", "", before))
    for note in subject.place.notes:  # readers' notes are in English in every report
        plain = plain.replace(note.text, "").replace(note.remedy, "")
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", plain)


def test_the_page_of_one_layout_compares_nothing(one_layout: Study) -> None:
    root, subject, overrides = one_layout
    results = read_results(root, subject, Words("en"))
    page = page_of(results, overrides)
    assert "no second layout to compare it with" in page
    demand = results.tables["demand"]
    for outcome, told in (("met_walk", "are met within a walk"), ("unmet", "left without are")):
        assert f"{demand[outcome].sum() / demand['raised'].sum():.1%}" in answer(results)[0]
        assert told in answer(results)[0]
    assert "data:image" not in page


def test_hostile_names_are_escaped(one_seed: Study) -> None:
    root, subject, overrides = one_seed
    evil = "<script>alert(1)</script>&\"'"
    layouts = (replace(subject.layouts[0], en=evil), *subject.layouts[1:])
    hostile = replace(with_layouts(subject, layouts), place=replace(subject.place, name=evil, notes=(Note(evil),)))
    page = draw_report(root, hostile, ReportConfig(dpi=60), [*overrides, f"place.name={evil}"])
    reader = Reader(page)
    assert "script" not in reader.tags
    assert evil in " ".join(reader.text)


def test_one_seed_is_said_to_have_no_interval(one_seed: Study) -> None:
    root, subject, _ = one_seed
    sentences = answer(read_results(root, subject, Words("en")))
    assert len(sentences) == 3
    assert "single seed" in sentences[0]
    assert "95 % interval" not in " ".join(sentences)
    assert "single seed" in summary(root, subject, ReportConfig())


def test_the_answer_names_the_best_and_its_cost(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    assert best_alternative(results) == "kiosks"
    first, second, third = answer(results)
    assert "Twelve kiosks" in first
    assert "95 % interval" in first
    assert "residents" in second
    cost = subject.layouts[1].cost_yuan
    assert f"{cost:,.0f} yuan" in third
    assert f"{cost / 10_000:g}万元" in answer(read_results(root, subject, Words("zh")))[2]


def test_an_interval_around_zero_is_not_sold_as_a_difference(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    around_zero = {"difference": -0.001, "ci_low": -0.01, "ci_high": 0.008}
    changed = {name: results.tables[name].assign(**around_zero) for name in ("compare", "goal")}
    first, second, third = answer(replace(results, tables={**results.tables, **changed}))
    assert first.startswith("None of the alternatives can be said to serve residents better")
    assert "contains zero" in first
    assert "no age group is shown to be worse off" in second
    assert "no cost of a gain can be given" in third


def test_differences_are_written_with_true_signs() -> None:
    row = pd.Series({"difference": -0.0184, "ci_low": -0.02, "ci_high": -0.0149})
    assert with_interval(Words("en"), row) == "−1.8 points (95 % interval −2.0 to −1.5)"
    assert signed(-0.0001) == "0.0"


def test_scores_are_shown_beside_their_norms(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    table = score_table(results)
    whole = results.tables["scores"]
    whole = whole[whole["zone"] == "all"]
    assert len(table.rows) == whole["score"].nunique()
    assert table.head[2:] == [results.names.layouts[name] for name in results.layouts]
    outlets = next(row for row in table.rows if row[0] == "Outlets per 1,000 residents")
    assert outlets[1] == "11.6 or more"
    for cell, layout in zip(outlets[2:], subject.layouts, strict=True):
        per_1000 = 1000 * len(layout) / subject.residents
        number, verdict = cell.split(" ")
        assert float(number.replace(",", "")) == pytest.approx(per_1000, rel=0.005)
        assert verdict == ("(met)" if per_1000 >= 11.6 else "(below)")


def test_disagreements_are_the_widest_of_each_need(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    rows = results.of("disagreement", "base")
    widest = rows[rows["gap"] > 0].groupby("need")["gap"].max().nlargest(5)
    sentences = disagreements(results, "base")
    assert len(sentences) == len(widest)
    for sentence, (need, gap) in zip(sentences, widest.items(), strict=True):
        row = rows[(rows["need"] == need) & (rows["gap"] == gap)].iloc[0]
        assert sentence.startswith(f"{results.names.needs[str(need)]}, {results.names.zones[row['zone']]}: ")
        assert f"{row['coverage_15']:.0%} of residents" in sentence
        assert f"{row['met_share']:.0%} of errands" in sentence
        assert Words("en")(row["reason"]).lower() in sentence
    met = rows.assign(gap=-0.1)
    assert disagreements(replace(results, tables={**results.tables, "disagreement": met}), "base") == []


def test_equity_is_shown_for_needs_that_somebody_can_reach(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    spread = results.tables["equity"]
    reached = spread[(spread["measure"] == "gini_access")].dropna()["need"].unique()
    table = equity_table(results)
    assert [row[0] for row in table.rows[:-2]] == [
        results.names.needs[key] for key in results.names.needs if key in reached
    ]
    gap = spread[(spread["measure"] == "gap_80_adult") & (spread["need"] == "all")]["value"]
    assert table.rows[-1][1:] == [signed(100 * value) for value in gap]


def test_what_is_done_at_home_is_shown_where_there_is_any(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    outlets = results.tables["outlets"]
    for at_home in (0, 12):
        busy = outlets.assign(served_at_home=at_home, turned_away=4, turned_away_queue=4)
        told = replace(results, tables={**results.tables, "outlets": busy})
        table = pressure_table(told, "base")
        assert ("At home a day" in table.head) == (at_home > 0)
        assert all(len(row) == len(table.head) for row in table.rows)
        if at_home:
            assert {row[table.head.index("At home a day")] for row in table.rows} == {f"{12 / results.run_days:.1f}"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_summary_is_aligned(study: Study, language: str) -> None:
    root, subject, _ = study
    first, table, *_ = summary(root, subject, ReportConfig(language=language)).split("\n\n")
    assert answer(read_results(root, subject, Words(language)))[0].startswith(first)
    lines = table.splitlines()
    assert len(lines) == 1 + len(subject.layouts)
    assert len({type_width(line) for line in lines}) == 1


def test_what_changes_the_answer_stands_before_it_and_on_the_terminal(study: Study) -> None:
    root, subject, overrides = study
    grave = (Note("Left out: nobody."), Note("Left out: many residents.", 0.4, "Give more streets."))
    subject = replace(subject, place=replace(subject.place, notes=grave))
    results = read_results(root, subject, Words("en"))
    told = cautions(results)
    assert any("Problem: Left out: many residents. Give more streets." in one for one in told)
    assert not any("nobody" in one for one in told)
    assert any(one.startswith("Seeds: 2.") for one in told)
    page = page_of(results, overrides)
    box = page[page.index('id="answer"') : page.index('id="layouts"')]
    shown = summary(root, subject, ReportConfig())
    for one in told:
        assert one.split("“")[0] in box
        assert one in shown
    assert "do not cover what the assumptions or the map get wrong" in box
    assert "do not cover what the assumptions or the map get wrong" in " ".join(shown.split())


def test_a_gain_where_nothing_stood_is_told_apart(study: Study) -> None:
    root, subject, _ = study
    laid = subject.layouts[0]
    bare = replace(laid, outlets=tuple(outlet for outlet in laid.outlets if "groceries" not in outlet.offers))
    results = read_results(root, with_layouts(subject, (bare, *subject.layouts[1:])), Words("en"))
    whole = results.tables["headline"]
    whole = whole[whole["outcome"] == "unmet"]
    row = whole[(whole["base"] == "base") & (whole["layout"] == "kiosks") & (whole["part"] == "all")]
    served = row.assign(part="served", difference=0.0001, ci_low=-0.001, ci_high=0.0012)
    apart = row.assign(part="unserved", difference=-0.2, ci_low=-0.21, ci_high=-0.19)
    rest = whole[whole["part"] == "all"]
    by_goal = results.tables["goal"].assign(difference=-0.2, ci_low=-0.21, ci_high=-0.19)
    tables = {**results.tables, "headline": pd.concat([rest, served, apart]), "goal": by_goal}
    first = answer(replace(results, tables=tables))[0]
    assert "only in needs for which no outlet stands" in first
    assert "−20.0 points (95 % interval −21.0 to −19.0)" in first
    assert any("no outlet at all" in one for one in cautions(results))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_and_table_have_one_share(study: Study, language: str) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words(language))
    compare = results.tables["compare"]
    whole = compare[
        (compare["measure"] == "unmet_share") & (compare["need"] == "all") & (compare["age_group"] == "all")
    ]
    pooled = results.tables["layouts"].set_index("layout")["unmet_share"]
    assert whole.set_index("layout")["value"].to_numpy() == pytest.approx(pooled.drop("base").to_numpy(), abs=1e-6)
    assert f"{pooled['base']:.1%}" in answer(results)[0]
    assert f"{pooled['base']:.1%}" in summary(root, subject, ReportConfig(language=language))


def test_the_first_sentence_has_what_is_met_within_a_walk_and_what_is_left_without(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    first = answer(results)[0]
    for outcome in ("on_foot", "unmet"):
        row = headline_row(results, "kiosks", "base", outcome)
        assert row is not None
        assert f"{row['value']:.1%}" in first
        assert f"{row['base_value']:.1%}" in first
        assert with_interval(Words("en"), row) in first
    assert "within a walk" in first
    assert "left without" in first


def test_errands_cut_off_by_the_end_are_said_where_they_are_many(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    demand = results.tables["demand"]
    for per_mille, told in ((4, False), (20, True)):
        cut_off = (demand["layout"] == "kiosks") * demand["raised"] * per_mille / 1000
        tables = {**results.tables, "demand": demand.assign(cut_off=cut_off)}
        found = [one for one in cautions(replace(results, tables=tables)) if "study.days" in one]
        assert len(found) == told
        if told:
            assert found[0].startswith(f"When the simulated days ended, {int(cut_off.sum()):,} errands under “Twelve")
            assert "(2.0% of all)" in found[0]


def test_shares_of_a_row_add_up(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    head, rows = summary_head(results), summary_rows(results)
    parts = ["On foot", "By others", "By ride", "Beyond", "Unmet"]
    at = head.index("On foot")
    assert head[at : at + 5] == parts
    for row in rows:
        assert sum(float(cell.rstrip("%")) for cell in row[at : at + 5]) == pytest.approx(100, abs=0.3)
    of_base = [f"{part}: As it stands" for part in parts]
    for table in (need_table(results), age_table(results), zone_table(results)):
        shown = [table.head.index(head) for head in of_base]
        assert shown == sorted(shown)
        for row in table.rows:
            assert sum(float(row[column].rstrip("%")) for column in shown) == pytest.approx(100, abs=0.3)


def test_where_nobody_wants_anything_the_answer_says_so(study: Study) -> None:
    root, subject, _ = study
    results = read_results(root, subject, Words("en"))
    none = results.tables["demand"].iloc[:0]
    assert answer(replace(results, tables={**results.tables, "demand": none}))[0].startswith("Nobody raised")
