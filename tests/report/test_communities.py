"""A place of many communities: hexagons, ranks and small maps against the tables, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, PolyCollection

from sim.report import ReportConfig, base_map, communities, draw_report, maps, outlet_map
from sim.report.base_map import map_bounds
from sim.report.cells import cell_centres, cell_width_m
from sim.report.faces import chinese_family, find_style
from sim.report.figures import pictures
from sim.report.page import told_zones
from sim.report.results import Results, kinds_of, read_results
from sim.report.tables import zone_table
from sim.report.words import Words
from tests.report.conftest import Study, page_of
from tests.report.test_figures import axes_of, by_gid, legend_of

ZONES = [f"{kind}-{n:02d}" for kind, n_zones in (("old_town", 9), ("outskirts", 16)) for n in range(1, n_zones + 1)]


@pytest.fixture(scope="module")
def many(new_study: Callable[..., Study]) -> Study:
    """Two layouts of a place of 25 communities of two kinds under one seed."""
    zones = f"place.zones=[{','.join(ZONES)}]"
    return new_study("study.seeds=1", "study.layouts=[base,kiosks]", "people.residents=1500", zones)


@pytest.fixture
def city(many: Study, monkeypatch: pytest.MonkeyPatch) -> Iterator[Results]:
    """The same in English, gathered as a city is."""
    monkeypatch.setattr(base_map, "MANY_SPOTS", 1)
    results = read_results(many[0], many[1], Words("en"))
    with find_style(None, "en").drawing():
        yield results


def width_of(results: Results) -> int:
    left, right, *_ = map_bounds(results.subject.place)
    return cell_width_m(right - left)


def told_shares(results: Results, layout: str) -> dict[tuple[float, ...], float]:
    """Of each hexagon, unmet over raised, home by home."""
    homes, sums = results.of("homes", layout), {}
    centres = cell_centres(homes[["x", "y"]].to_numpy(float), width_of(results))
    for centre, raised, unmet in zip(centres, homes["raised_per_day"], homes["unmet_per_day"], strict=True):
        before = sums.get(tuple(centre), (0.0, 0.0))
        sums[tuple(centre)] = (before[0] + raised, before[1] + unmet)
    return {centre: unmet / raised for centre, (raised, unmet) in sums.items() if raised > 0}


def test_hexagons_show_weighted_shares_on_one_scale(city: Results) -> None:
    marks = [m for m in by_gid(maps.draw_unmet_homes(city), "cells") if isinstance(m, PolyCollection)]
    assert len(marks) == len(city.layouts)
    assert len({m.get_clim() for m in marks}) == 1
    for layout, mark in zip(city.layouts, marks, strict=True):
        told = told_shares(city, layout)
        drawn = dict(zip(map(tuple, np.asarray(mark.get_offsets())), np.asarray(mark.get_array()), strict=True))
        assert drawn == pytest.approx(told)


def test_changes_are_differences_of_weighted_shares(city: Results) -> None:
    [mark] = [m for m in by_gid(maps.draw_change(city, "kiosks"), "cells") if isinstance(m, PolyCollection)]
    before, after = told_shares(city, "base"), told_shares(city, "kiosks")
    drawn = dict(zip(map(tuple, np.asarray(mark.get_offsets())), np.asarray(mark.get_array()), strict=True))
    assert drawn == pytest.approx({centre: 100 * (after[centre] - before[centre]) for centre in before})


def test_outlets_of_each_class_are_all_in_some_hexagon(city: Results) -> None:
    layout = city.subject.layouts[1]
    figure = outlet_map.draw_layout(city, layout, "groceries")
    tiers = [layout.formats[outlet.format].tier for outlet in layout.outlets]
    marks = [m for m in by_gid(figure, "cells") if isinstance(m, PolyCollection)]
    assert [np.asarray(m.get_array()).sum() for m in marks] == [tiers.count(t) for t in ("basic", "quality", "public")]
    edited = [m for tier in ("basic", "quality", "public") for m in by_gid(figure, f"edited-{tier}")]
    assert sum(len(m.get_offsets()) for m in edited if isinstance(m, PathCollection)) == len(layout.touched)
    assert "Added, moved or changed" in legend_of(figure)
    assert not by_gid(figure, "radius")


def shares_of(results: Results, layout: str) -> pd.Series:
    demand = results.of("demand_by_zone", layout).groupby("zone")[["raised", "unmet"]].sum()
    return demand["unmet"] / demand["raised"]


def test_ranks_are_by_kind_with_the_reasons_and_the_other_layouts(city: Results) -> None:
    figure = communities.draw_ranked(city)
    panels, shares = axes_of(figure), shares_of(city, "base")
    named = {name: zone for zone, name in city.names.zones.items()}
    shown = []
    for axes in panels:
        zones = [named[label.get_text()] for label in axes.get_yticklabels()]
        assert len({zone.rpartition("-")[0] for zone in zones}) == 1
        assert list(shares[zones]) == sorted(shares[zones])
        widths = np.zeros(len(zones))
        for bar in axes.patches:
            widths[round(bar.get_y() + bar.get_height() / 2)] += bar.get_width()  # type: ignore[attr-defined]
        assert widths == pytest.approx(shares[zones].to_numpy())
        [other] = [line for line in axes.lines if line.get_gid() == "other"]
        assert np.asarray(other.get_xdata(), float) == pytest.approx(shares_of(city, "kiosks")[zones].to_numpy())
        shown += zones
    assert sorted(shown) == sorted(ZONES)
    assert city.names.layouts["kiosks"] in legend_of(figure)


def test_every_community_has_its_map_share_and_residents(city: Results) -> None:
    figure = communities.draw_communities(city)
    texts = [text.get_text() for text in by_gid(figure, "community")]  # type: ignore[attr-defined]
    shares, people = shares_of(city, "base"), city.residents["zone"].value_counts()
    order = shares.sort_values(ascending=False, kind="stable").index
    assert texts == [f"{city.names.zones[zone]}\n{shares[zone]:.1%} · {people[zone]:,}" for zone in order]
    [marks] = [m for m in by_gid(figure, "homes") if isinstance(m, PathCollection)]
    homes = city.of("homes", "base").dropna(subset="unmet_share")
    assert sorted(np.asarray(marks.get_array())) == pytest.approx(sorted(homes["unmet_share"]))
    assert len(by_gid(figure, "scale_bar")) == 1


def test_small_maps_do_not_lie_on_each_other_or_on_their_texts(city: Results) -> None:
    figure = communities.draw_communities(city)
    FigureCanvasAgg(figure).draw()
    texts = [text.get_window_extent() for text in by_gid(figure, "community")]
    assert not any(one.overlaps(other) for row, one in enumerate(texts) for other in texts[:row])
    [marks] = [m for m in by_gid(figure, "homes") if isinstance(m, PathCollection)]
    assert marks.axes is not None
    spots = marks.axes.transData.transform(np.asarray(marks.get_offsets()))
    for box in texts:
        assert not box.count_contains(spots)


def test_communities_without_kinds_stand_in_columns(city: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(communities, "kinds_of", lambda zones: {"": list(zones)})
    monkeypatch.setattr(communities, "MOST_BARS", 10)
    order = communities.ranked(city)
    columns = communities.columns_of_zones(city, order)
    assert [len(zones) for _, zones in columns] == [10, 10, 5]
    assert [zone for _, zones in columns for zone in reversed(zones)] == list(order.index)


def test_kinds_are_those_that_every_name_carries() -> None:
    assert kinds_of(["old_town-01", "outskirts-02", "old_town-11"]) == {
        "old_town": ["old_town-01", "old_town-11"],
        "outskirts": ["outskirts-02"],
    }
    assert kinds_of(["old_town-01", "Riverside"]) == {"": ["old_town-01", "Riverside"]}


def test_communities_are_named_by_kind_and_number(many: Study) -> None:
    english, chinese = (read_results(many[0], many[1], Words(language)) for language in ("en", "zh"))
    assert english.names.zones["old_town-07"] == "old town 07"
    assert chinese.names.zones["old_town-07"] == "老城07"
    assert told_zones(english) == "25 (9 of old town, 16 of outskirts)"
    assert told_zones(chinese) == "共25个（老城9个、城市远郊16个）"


def test_a_long_table_shows_its_ends_and_folds_the_whole(many: Study) -> None:
    results = read_results(many[0], many[1], Words("en"))
    table = zone_table(results)
    order = shares_of(results, "base").sort_values(ascending=False, kind="stable").index
    assert [row[0] for row in table.rows] == [results.names.zones[zone] for zone in order]
    assert table.ends is not None
    assert table.ends.rows == [*table.rows[:10], ["…"] * len(table.head), *table.rows[-10:]]
    assert "<summary>All 25</summary>" in page_of(results, [])


@pytest.mark.skipif(chinese_family(None) is None, reason="no face with Chinese on this machine")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_of_many_communities_are_drawn_whole(
    many: Study, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_map, "MANY_SPOTS", 1)
    root, subject, overrides = many
    page = draw_report(root, subject, ReportConfig(language=language), overrides)  # a missing glyph is an error
    shown = pictures(read_results(root, subject, Words(language)))
    assert {"communities", "unmet_by_community"} < {picture.name for picture in shown}
    for picture in shown:
        assert f"fig.{picture.title}" in Words("en")
        assert f"cap.{picture.caption}" in Words("en")
        for suffix, most_bytes in (("png", 1_000_000), ("svg", 3_000_000)):
            assert 10_000 < (root / "figures" / f"{picture.name}.{suffix}").stat().st_size < most_bytes
    text = page.read_text(encoding="utf-8")
    assert Words(language)("cap.unmet_cells", width=width_of(read_results(root, subject, Words(language)))) in text


def test_three_communities_need_no_maps_of_their_own(one_layout: Study) -> None:
    results = read_results(one_layout[0], one_layout[1], Words("en"))
    with find_style(None, "en").drawing():
        assert not {"communities", "unmet_by_community"} & {picture.name for picture in pictures(results)}
