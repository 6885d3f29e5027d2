"""Colours, faces, and the way out where no face has Chinese."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.errors import InputError
from sim.needs.catalogue import TIERS
from sim.record import REASONS
from sim.report import ReportConfig, draw_report, faces
from sim.report.faces import find_style
from sim.report.plain_text import fold, type_width
from sim.report.style import LAYOUT_COLOURS, REASON_COLOURS, TIER_COLOURS, few_ticks
from tests.report.conftest import Study

DEJAVU = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def test_colours_are_distinct_and_complete() -> None:
    assert len(set(LAYOUT_COLOURS)) == len(LAYOUT_COLOURS)
    assert tuple(REASON_COLOURS) == REASONS
    assert len(set(REASON_COLOURS.values())) == len(REASONS)
    assert set(TIER_COLOURS) == set(TIERS)


@pytest.mark.skipif(faces.chinese_family(None) is None, reason="no face with Chinese on this machine")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_chinese_is_drawn_without_missing_glyphs(language: str) -> None:
    style = find_style(None, language)
    assert style.draws("一刻钟便民生活圈 −12.5 % Groceries")
    with style.drawing():
        figure = Figure()
        figure.text(0.5, 0.5, "一刻钟便民生活圈：邻里中心 −1.8 (95 %) “×”")
        FigureCanvasAgg(figure).draw()  # a missing glyph warns, and a warning is an error


@pytest.mark.skipif(faces.chinese_family(None) is None, reason="no face with Chinese on this machine")
def test_a_second_face_is_kept_only_where_it_is_needed() -> None:
    style = find_style(None, "en")
    assert style.just_for("Groceries −1.8 %").families == style.families[:1]
    assert style.just_for("Groceries 买菜") == style


def test_a_face_without_chinese_is_not_taken() -> None:
    assert not faces.has_chinese(DEJAVU)
    assert not faces.has_chinese(Path(__file__))
    with pytest.raises(InputError, match=r"report\.font"):
        ReportConfig(font=str(DEJAVU)).check()
    with pytest.raises(InputError, match=r"report\.font"):
        ReportConfig(font="nowhere.otf").check()


def test_bare_machine_draws_english_figures_and_says_so(
    study: Study, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root, subject, overrides = study
    monkeypatch.setattr(faces, "packaged_faces", list)
    monkeypatch.setattr(faces, "installed_faces", lambda: [DEJAVU])
    page = draw_report(root, subject, ReportConfig(language="zh", dpi=60), overrides)
    said = capsys.readouterr().err
    assert said.count("lifecircle:") == 1
    assert "lifecircle[zh]" in said
    text = page.read_text(encoding="utf-8")
    assert "一刻钟便民生活圈" in text
    assert "未满足" in text


def test_likely_faces_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ["/f/arial.ttf", "/f/msyh.ttc", "/f/NotoSansCJK-Bold.ttc", "/f/NotoSansCJK-Regular.ttc"]
    monkeypatch.setattr(faces.font_manager, "findSystemFonts", lambda: found)
    assert [path.name for path in faces.installed_faces()] == [
        "NotoSansCJK-Regular.ttc",
        "NotoSansCJK-Bold.ttc",
        "msyh.ttc",
        "arial.ttf",
    ]


def test_a_face_that_draws_boxes_is_not_taken() -> None:
    for entry in faces.font_manager.fontManager.ttflist:
        if entry.name.startswith("Last Resort"):
            assert not faces.has_chinese(Path(entry.fname))


def test_ticks_are_few_round_and_rising() -> None:
    for top in (0.07, 1.0, 3.2, 812.0, 31_000.0):
        ticks = few_ticks(top)
        assert ticks == sorted(set(ticks))
        assert ticks[-1] <= top
        assert len(ticks) <= 5


def test_lines_are_folded_by_width() -> None:
    assert type_width("圈a") == 3
    assert fold("one two three", 7) == ["one two", "three"]
    assert fold("集中式邻里中心 plan", 8) == ["集中式邻", "里中心", "plan"]
