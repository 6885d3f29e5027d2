"""Figures of a place with many homes, outlets and communities: hexagons hold the sums of what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure

from sim.report import ground, maps
from sim.report.figures import each_drawing
from sim.report.labels import WORDS, Words
from sim.report.results import Results, read_results, unmet_by_zone
from sim.report.style import Style
from tests.report.conftest import Study
from tests.report.test_figures import by_gid

ZONES = [f"{kind}-{n:02d}" for kind in ("old_town", "outskirts") for n in range(1, 6)]


@pytest.fixture(scope="module")
def city(new_study: Callable[..., Study]) -> Results:
    """A small study in ten communities."""
    root, world, _ = new_study("study.seeds=1", "study.layouts=[base,kiosks]", f"place.zones=[{','.join(ZONES)}]")
    return read_results(root, world, Words("en"))


@pytest.fixture(autouse=True)
def _drawing(style: Style, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(ground, "MOST_HOMES", 10)
    monkeypatch.setattr(maps, "MOST_OUTLETS", 3)
    with style.drawing():
        yield


def hexagons_of(figure: Figure, gid: str) -> list[PolyCollection]:
    return [mark for mark in by_gid(figure, gid) if isinstance(mark, PolyCollection)]


def test_hexagons_add_up_to_the_points_in_them(city: Results) -> None:
    homes = city.of("homes", "base")
    place = city.world.place
    axes = Figure().add_subplot()
    marks = ground.hexagons(axes, place, homes, homes["raised_per_day"].to_numpy())
    assert np.sum(marks.get_array()) == pytest.approx(homes["raised_per_day"].sum())
    # A point is in the hexagon whose middle is nearest.
    middles = np.asarray(marks.get_offsets())
    away = np.linalg.norm(homes[["x", "y"]].to_numpy()[:, None] - middles[None], axis=2)
    told = np.bincount(away.argmin(axis=1), homes["raised_per_day"], len(middles))
    assert np.asarray(marks.get_array()) == pytest.approx(told)
    width = ground.hexagon_m(place)
    gaps = np.linalg.norm(middles[:, None] - middles[None], axis=2)
    assert gaps[gaps > 0].min() == pytest.approx(width)


def test_unmet_shares_of_hexagons_are_weighted_by_errands(city: Results) -> None:
    figure = maps.draw_unmet_homes(city)
    for layout, marks in zip(("base", "kiosks"), hexagons_of(figure, "homes"), strict=True):
        homes = city.of("homes", layout).dropna(subset="unmet_share")
        middles = np.asarray(marks.get_offsets())
        away = np.linalg.norm(homes[["x", "y"]].to_numpy()[:, None] - middles[None], axis=2)
        unmet, raised = (
            np.bincount(away.argmin(axis=1), homes[name], len(middles)) for name in ("unmet_per_day", "raised_per_day")
        )
        assert np.asarray(marks.get_array()) == pytest.approx(unmet / raised, rel=1e-5)


def test_a_layout_of_many_outlets_is_drawn_by_their_density(city: Results) -> None:
    layout = city.world.layouts[1]
    figure = maps.draw_layout(city, layout, "groceries")
    [marks] = hexagons_of(figure, "outlets")
    km2 = (ground.hexagon_m(city.world.place) / 1000) ** 2 * np.sqrt(3) / 2
    assert np.sum(marks.get_array()) * km2 == pytest.approx(len(layout))
    [edited] = by_gid(figure, "edited")
    assert isinstance(edited, PathCollection)
    assert len(edited.get_offsets()) == len(layout.touched)
    assert not by_gid(figure, "radius")


def test_communities_stand_side_by_side_the_worst_first(city: Results) -> None:
    share = unmet_by_zone(city)
    homes = city.of("homes", "base")
    for zone, row in share.iterrows():
        own = homes[homes["zone"] == zone]
        assert row["unmet_share"] == pytest.approx(own["unmet_per_day"].sum() / own["raised_per_day"].sum())
    assert list(share["unmet_share"]) == sorted(share["unmet_share"], reverse=True)
    assert share["residents"].sum() == len(city.residents)
    figure = maps.draw_circles(city)
    [marks] = by_gid(figure, "homes")
    assert isinstance(marks, PathCollection)
    assert len(marks.get_offsets()) == homes["zone"].isin(share.index).sum()
    shown = [text.get_text().split("\n")[0] for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]
    names = [city.names.zones[str(zone)] for zone in share.index]
    assert [text for text in shown if text in names] == names
    assert by_gid(figure, "scale_bar")


def test_communities_of_one_kind_are_named_in_both_languages(city: Results) -> None:
    assert city.names.zones["old_town-01"] == "old town 01"
    assert Words("zh").of("outskirts-05") == "城市远郊 05"
    assert Words("zh").of("my-05") == "my-05"


def test_every_figure_of_a_city_has_its_title_and_caption(city: Results) -> None:
    drawings = {drawing.stem: drawing for drawing in each_drawing(city)}
    assert {"circles", "layout_base", "unmet_by_home"} <= drawings.keys()
    assert drawings["layout_kiosks"].caption == "density"
    assert drawings["unmet_by_home"].caption == "unmet_hexagons"
    for drawing in drawings.values():
        assert f"fig.{drawing.title}" in WORDS
        assert f"cap.{drawing.caption}" in WORDS
