"""Figures of a place with many homes, outlets and communities: hexagons hold the sums of what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PathCollection, PolyCollection

from sim.report import base_map, maps, outlet_map
from sim.report.cells import ACROSS, cell_centres, cell_width_m, gather
from sim.report.communities import draw_communities, draw_ranked, ranked
from sim.report.faces import Style
from sim.report.figures import pictures
from sim.report.results import Results, read_results
from sim.report.words import Words
from tests.report.conftest import Study
from tests.report.test_figures import by_gid

ZONES = [f"{kind}-{n:02d}" for kind in ("old_town", "outskirts") for n in range(1, 6)]


@pytest.fixture(scope="module")
def city(new_study: Callable[..., Study]) -> Results:
    """A small study in ten communities of two kinds."""
    root, subject, _ = new_study("study.seeds=1", "study.layouts=[base,kiosks]", f"place.zones=[{','.join(ZONES)}]")
    return read_results(root, subject, Words("en"))


@pytest.fixture(autouse=True)
def _drawing(style: Style, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(base_map, "MANY_SPOTS", 3)
    with style.drawing():
        yield


points = st.lists(st.tuples(st.floats(-5e3, 5e3), st.floats(-5e3, 5e3)), min_size=1, max_size=30)


@given(points, st.sampled_from([50, 300, 1000]))
def test_a_point_is_in_a_hexagon_no_centre_of_which_is_nearer(spots: list[tuple[float, float]], width: int) -> None:
    xy = np.array(spots)
    centres = cell_centres(xy, width)
    away = np.linalg.norm(xy - centres, axis=1)
    assert (away <= width / np.sqrt(3) + 1e-6).all()  # no farther than a corner
    turns = np.deg2rad(np.arange(0, 360, 60))
    for turn in turns:  # the six hexagons around are no nearer
        beside = centres + width * np.array([np.cos(turn), np.sin(turn)])
        assert (np.linalg.norm(xy - beside, axis=1) >= away - 1e-6).all()
        assert cell_centres(beside, width) == pytest.approx(beside, abs=1e-6)


@given(points)
def test_hexagons_add_up_to_the_points_in_them(spots: list[tuple[float, float]]) -> None:
    rows = pd.DataFrame(spots, columns=["x", "y"]).assign(n=np.arange(len(spots)) + 1.0)
    cells = gather(rows, ["n"], 300)
    assert cells["n"].sum() == pytest.approx(rows["n"].sum())
    assert len(cells.drop_duplicates(["x", "y"])) == len(cells)


def test_hexagons_are_of_a_round_width_and_not_too_many() -> None:
    assert cell_width_m(14_500.0) == 250
    assert all(cell_width_m(span) * ACROSS >= span for span in (10.0, 900.0, 14_500.0, 250_000.0))


def test_unmet_shares_of_hexagons_are_weighted_by_errands(city: Results) -> None:
    width = base_map.cells_m(city)
    assert width is not None
    homes = city.of("homes", "base")
    cells = maps.unmet_spots(city, "base", width)
    at = pd.DataFrame(cell_centres(homes[["x", "y"]].to_numpy(), width), columns=["x", "y"], index=homes.index)
    for cell in cells.dropna(subset="unmet_share").itertuples():
        own = homes[(at["x"] == cell.x) & (at["y"] == cell.y)]
        assert cell.unmet_share == pytest.approx(own["unmet_per_day"].sum() / own["raised_per_day"].sum())
    marks = [mark for mark in by_gid(maps.draw_unmet_homes(city), "cells") if isinstance(mark, PolyCollection)]
    assert len({mark.get_clim() for mark in marks}) == 1


def test_outlets_are_counted_by_hexagon_and_class(city: Results) -> None:
    layout = city.subject.layouts[1]
    figure = outlet_map.draw_layout(city, layout, "groceries")
    tiers = [layout.formats[outlet.format].tier for outlet in layout.outlets]
    counts = [np.sum(mark.get_array()) for mark in by_gid(figure, "cells") if isinstance(mark, PolyCollection)]
    assert sorted(counts) == sorted(tiers.count(tier) for tier in ("basic", "quality", "public"))
    edited = [mark for tier in ("basic", "quality", "public") for mark in by_gid(figure, f"edited-{tier}")]
    assert sum(len(mark.get_offsets()) for mark in edited) == len(layout.touched)  # type: ignore[attr-defined]


def test_communities_stand_side_by_side_the_worst_first(city: Results) -> None:
    shares = ranked(city)
    homes = city.of("homes", "base")
    for zone, share in shares.items():
        own = homes[homes["zone"] == zone]
        assert share == pytest.approx(own["unmet_per_day"].sum() / own["raised_per_day"].sum(), rel=1e-5)
    assert list(shares) == sorted(shares, reverse=True)
    figure = draw_communities(city)
    texts = [text.get_text().split("\n")[0] for text in by_gid(figure, "community")]  # type: ignore[attr-defined]
    assert texts == [city.names.zones[str(zone)] for zone in shares.index]
    [marks] = by_gid(figure, "homes")
    assert isinstance(marks, PathCollection)
    assert len(marks.get_offsets()) == homes["unmet_share"].notna().sum()
    assert by_gid(figure, "scale_bar")


def test_the_ranked_chart_names_every_community(city: Results) -> None:
    figure = draw_ranked(city)
    shown = [tick.get_text() for part in figure.subfigs for axes in part.axes for tick in axes.get_yticklabels()]
    assert sorted(shown) == sorted(city.names.zones.values())


def test_communities_of_one_kind_are_named_in_both_languages(city: Results) -> None:
    assert city.names.zones["old_town-01"] == "old town 01"
    assert Words("zh").of("my-05") == "my-05"


def test_every_figure_of_a_city_has_its_title_and_caption(city: Results) -> None:
    shown = {picture.name: picture for picture in pictures(city)}
    assert {"communities", "unmet_by_community", "layout_base", "unmet_by_home"} <= shown.keys()
    for picture in shown.values():
        assert f"fig.{picture.title}" in Words("en")
        assert f"cap.{picture.caption}" in Words("en")
