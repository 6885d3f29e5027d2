"""Figures checked for what they contain."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from io import StringIO
from pathlib import Path
from shutil import copytree

import numpy as np
import pandas as pd
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.errors import InputError
from sim.record import REASONS
from sim.report import ReportConfig, charts, curves, draw_report, figures, hourly, maps, outcome_chart, outlet_map
from sim.report.base_map import draw_links
from sim.report.faces import Style
from sim.report.figures import pictures, save_figures
from sim.report.outlet_map import set_apart
from sim.report.results import Results, change_by_home, coverage_and_met, gain_and_lose, read_results
from sim.report.words import Words
from tests.report.conftest import Study


@pytest.fixture(autouse=True)
def _drawing(style: Style) -> Iterator[None]:
    with style.drawing():
        yield


def by_gid(figure: Figure, gid: str) -> list[Artist]:
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def axes_of(figure: Figure) -> list[Axes]:
    return [axes for part in figure.subfigs for axes in part.axes]


def legend_of(figure: Figure) -> list[str]:
    return [text.get_text() for part in figure.subfigs for legend in part.legends for text in legend.get_texts()]


def test_every_figure_has_a_title_a_caption_and_its_source(results: Results) -> None:
    shown = pictures(results)
    assert len({picture.name for picture in shown}) == len(shown)
    for picture in shown:
        assert f"fig.{picture.title}" in Words("en")
        assert f"cap.{picture.caption}" in Words("en")
        [source] = by_gid(picture.draw(), "source")
        assert "grown from seed 1" in source.get_text()  # type: ignore[attr-defined]
        assert "2 seeds × 2 days" in source.get_text().replace("\n", " ")  # type: ignore[attr-defined]


def test_the_map_of_a_layout(results: Results) -> None:
    layout = results.subject.layouts[1]
    figure = outlet_map.draw_layout(results, layout, "groceries")
    tiers = [layout.formats[outlet.format].tier for outlet in layout.outlets]
    for tier in ("basic", "quality", "public"):
        shown = [*by_gid(figure, f"outlets-{tier}"), *by_gid(figure, f"edited-{tier}")]
        marks = [mark for mark in shown if isinstance(mark, PathCollection)]
        assert sum(len(mark.get_offsets()) for mark in marks) == tiers.count(tier)
    [edited] = by_gid(figure, "edited-basic")
    assert isinstance(edited, PathCollection)
    assert len(edited.get_offsets()) == len(layout.touched) > 0
    offering = [o for o in layout.outlets if "groceries" in o.offers and layout.formats[o.format].radius_m]
    assert len(by_gid(figure, "radius")) == len(offering)
    [gates] = by_gid(figure, "gates")
    assert isinstance(gates, PathCollection)
    assert len(gates.get_offsets()) == len(results.subject.place.gates)
    assert any("Groceries" in text for text in legend_of(figure))
    assert "Added, moved or changed" in legend_of(figure)


@pytest.mark.parametrize("draw", [maps.draw_unmet_homes, maps.draw_streets])
def test_maps_have_a_scale_and_north_for_every_layout(results: Results, draw: object) -> None:
    figure = draw(results)  # type: ignore[operator]
    n = len(results.layouts)
    bars, labels = by_gid(figure, "scale_bar"), by_gid(figure, "scale_label")
    assert len(bars) == len(labels) == len(by_gid(figure, "north")) == n
    for bar, label in zip(bars, labels, strict=True):
        assert isinstance(bar, Line2D)
        length = np.ptp(np.asarray(bar.get_xdata(), dtype=float))
        assert label.get_text().strip() in (f"{length:.0f} m", f"{length / 1000:.0f} km")  # type: ignore[attr-defined]
        assert bar.axes is not None
        assert bar.axes.get_aspect() == 1.0
    titles = [axes.get_title(loc="left") for axes in axes_of(figure)[:n]]
    assert titles == [results.names.layouts[name] for name in results.layouts]


def test_maps_of_one_measure_share_their_scale(results: Results) -> None:
    marks = [m for m in by_gid(maps.draw_unmet_homes(results), "homes") if isinstance(m, PathCollection)]
    assert len({m.get_clim() for m in marks}) == 1


def test_streets_are_drawn_by_class_of_flow(results: Results) -> None:
    figure = maps.draw_streets(results)
    bounds = maps.flow_bounds(float(results.tables["streets"]["walkers_per_day"].max()))
    assert len(legend_of(figure)) == len(bounds) + 1
    table, place = results.of("streets", results.first), results.place(results.first)
    into_areas = [any(end in place.areas for end in place.streets.links[link]) for link in table["link"]]
    walked = table["walkers_per_day"][table["walkers_per_day"].gt(0) & ~np.array(into_areas)]
    classes = pd.cut(walked, [0, *bounds, np.inf], right=False).value_counts(sort=False)
    panel = axes_of(figure)[0]
    lines = [m for m in panel.collections if m.get_gid() == "walkers" and isinstance(m, PathCollection)]
    assert [sum(len(path.vertices) // 2 for path in m.get_paths()) for m in lines] == classes.tolist()
    widths = [float(np.ravel(m.get_linewidths())[0]) for m in lines]
    assert widths == sorted(set(widths))
    [legend] = [legend for part in figure.subfigs for legend in part.legends]
    assert [line.get_linewidth() for line in legend.get_lines()] == pytest.approx(widths)


def test_bounds_of_flow_are_the_round_numbers_below_the_top() -> None:
    assert maps.flow_bounds(9000) == [30, 100, 300, 1000, 3000]
    assert maps.flow_bounds(3000) == [10, 30, 100, 300, 1000]
    assert maps.flow_bounds(0.5) == [0.003, 0.01, 0.03, 0.1, 0.3]


def test_many_links_are_few_paths_and_pixels_in_the_svg() -> None:
    ends = np.random.default_rng(1).uniform(0, 1, (3500, 2, 2))
    links = draw_links(Figure().add_subplot(), ends, "black", 1.0)
    assert links.get_rasterized()
    assert len(links.get_paths()) == 4
    drawn = np.concatenate([np.asarray(path.vertices) for path in links.get_paths()])
    assert drawn.reshape(-1, 2, 2).tolist() == ends.tolist()
    assert all(path.codes is not None and path.codes.tolist()[:4] == [1, 2, 1, 2] for path in links.get_paths())


def test_gains_and_losses_are_centred_on_zero(results: Results) -> None:
    changes = change_by_home(results, "centre")
    assert sum(gain_and_lose(changes)) == results.subject.residents
    figure = maps.draw_change(results, "centre")
    [marks] = [m for m in by_gid(figure, "homes") if isinstance(m, PathCollection)]
    low, high = marks.get_clim()
    assert low == -high
    bars = axes_of(figure)[1].patches
    known = changes.dropna(subset="change")["residents"].sum()
    assert sum(bar.get_width() for bar in bars) == pytest.approx(known)  # type: ignore[attr-defined]


def test_reasons_add_up_to_the_unmet_share(results: Results) -> None:
    figure = charts.draw_reasons(results)
    shown = set(legend_of(figure))
    assert shown <= {Words("en")(reason) for reason in REASONS}
    demand = results.of("demand", results.first).groupby("need")[["raised", "unmet"]].sum()
    axes = axes_of(figure)[0]
    widths: dict[float, float] = {}
    for bar in axes.patches:
        middle = round(bar.get_y() + bar.get_height() / 2, 6)  # type: ignore[attr-defined]
        widths[middle] = widths.get(middle, 0.0) + bar.get_width()  # type: ignore[attr-defined]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    for row, label in enumerate(labels):
        need = next(key for key, name in results.names.needs.items() if name == label)
        assert widths[row] == pytest.approx(demand.loc[need, "unmet"] / demand.loc[need, "raised"])


def test_outcomes_fill_each_bar_to_the_whole(results: Results) -> None:
    figure = outcome_chart.draw_outcomes(results)
    assert legend_of(figure) == ["On foot", "By others", "By ride", "Beyond", "Unmet"]
    axes = axes_of(figure)[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[:2] == ["80+", "70–79"]
    on_foot, whole = [0.0] * len(labels), [0.0] * len(labels)
    for bar in axes.patches:
        row = round(bar.get_y() + bar.get_height() / 2)  # type: ignore[attr-defined]
        whole[row] += bar.get_width()  # type: ignore[attr-defined]
        on_foot[row] += bar.get_width() if bar.get_x() == 0 else 0.0  # type: ignore[attr-defined]
    demand = results.of("demand", results.first)
    for label, share, total in zip(labels, on_foot, whole, strict=True):
        assert total == pytest.approx(1 if label else 0)
        need = next((key for key, name in results.names.needs.items() if name == label), "")
        rows = demand[demand["need"] == need]
        if rows["met_walk"].sum():
            assert share == pytest.approx(rows["met_walk"].sum() / rows["raised"].sum())


def test_curves_end_where_nothing_more_is_met_on_foot(results: Results) -> None:
    curve = curves.served_curves(results, results.first)["all"]
    demand = results.of("demand", results.first)
    to_the_home = demand[["met_delivery", "met_home_service", "met_online"]].sum().sum()
    walked_for = demand["raised"].sum() - to_the_home
    assert curve.iloc[-1] == pytest.approx(demand["met_walk"].sum() / walked_for)
    assert curve.is_monotonic_increasing
    figure = curves.draw_times(results)
    assert all(line.get_xdata()[0] == 15 for line in by_gid(figure, "fifteen"))  # type: ignore[attr-defined]
    assert legend_of(figure) == [results.names.layouts[name] for name in results.layouts]


def test_forest_shows_every_difference_with_its_interval(results: Results) -> None:
    figure = charts.draw_paired(results, "kiosks")
    rows = results.of("compare", "kiosks")
    rows = rows[(rows["age_group"] == "all") & rows["measure"].isin(["unmet_share", "mean_time_min"])]
    assert len(by_gid(figure, "difference")) == len(rows)
    assert len(by_gid(figure, "interval")) == rows["ci_low"].notna().sum()


def test_one_seed_has_no_interval(one_seed: Study) -> None:
    results = read_results(one_seed[0], one_seed[1], Words("en"))
    figure = charts.draw_paired(results, "kiosks")
    assert not by_gid(figure, "interval")
    assert {mark.get_markerfacecolor() for mark in by_gid(figure, "difference")} == {"white"}  # type: ignore[attr-defined]


def test_coverage_chart_shows_the_table(results: Results) -> None:
    table = coverage_and_met(results, results.first)
    assert table.min().min() >= 0
    assert table.max().max() <= 1
    figure = charts.draw_coverage(results)
    [met] = by_gid(figure, "met_share")
    assert isinstance(met, Line2D)
    drawn = np.asarray(met.get_xdata(), dtype=float)
    assert sorted(drawn[~np.isnan(drawn)]) == pytest.approx(sorted(table["met_share"].dropna()))


def test_lorenz_curves_are_those_of_the_table(results: Results) -> None:
    needs = curves.uneven_needs(results)
    ginis = results.of("equity", results.first)
    ginis = ginis[ginis["measure"] == "gini_access"].set_index("need")["value"].dropna()
    assert 0 < len(needs) <= 6
    assert ginis[needs].tolist() == sorted(ginis, reverse=True)[:6]
    figure = curves.draw_lorenz(results)
    panels = axes_of(figure)
    assert [axes.get_title(loc="left") for axes in panels[: len(needs)]] == [results.names.needs[key] for key in needs]
    assert len(by_gid(figure, "even")) == len(needs)
    for need, axes in zip(needs, panels, strict=False):
        for layout, curve in zip(results.layouts, by_gid(figure, f"curve-{need}"), strict=True):
            assert isinstance(curve, Line2D)
            table = results.of("lorenz", layout)
            held = table[table["need"] == need]["access_share"].tolist()
            assert np.asarray(curve.get_ydata(), dtype=float).tolist() == held
        assert any(text.get_text() == f"{ginis[need]:.2f}" for text in axes.texts)
    assert legend_of(figure) == [results.names.layouts[name] for name in results.layouts]


def test_a_place_where_nothing_can_be_reached_has_no_lorenz_curves(results: Results) -> None:
    equity = results.tables["equity"].assign(value=np.nan)
    nowhere = replace(results, tables={**results.tables, "equity": equity})
    assert curves.uneven_needs(nowhere) == []
    assert "lorenz" not in {picture.name for picture in pictures(nowhere)}


def test_hours_add_up(results: Results) -> None:
    figure = hourly.draw_by_hour(results)
    bars = [bar.get_height() for bar in by_gid(figure, "unmet")]  # type: ignore[attr-defined]
    unmet = results.tables["demand_by_hour"]["unmet"].sum() / results.run_days
    assert sum(bars) == pytest.approx(unmet)


def test_outlets_on_one_spot_are_drawn_apart() -> None:
    points = set_apart([(0.0, 0.0)] * 40 + [(500.0, 0.0)], 10.0, 30.0)
    assert len(np.unique(points.round(6), axis=0)) == 41
    assert np.linalg.norm(points[:40], axis=1).max() <= 30
    assert points[40].tolist() == [500.0, 0.0]


def test_figures_are_written_as_png_and_svg(one_layout: Study, style: Style) -> None:
    root, subject, _ = one_layout
    shown = save_figures(read_results(root, subject, Words("en")), style, root, 60)
    for picture in shown:
        assert (root / "figures" / f"{picture.name}.png").read_bytes().startswith(b"\x89PNG")
        assert "<svg" in (root / "figures" / f"{picture.name}.svg").read_text(encoding="utf-8")[:2000]
    assert not (root / "figures.writing").exists()
    assert not any(picture.title in ("paired", "change") for picture in shown)


def test_a_figure_is_drawn_by_its_name(results: Results) -> None:
    assert figures.names(results) == [picture.name for picture in pictures(results)]
    figure = figures.draw(results, "unmet_by_reason")
    [title] = by_gid(figure, "title")
    assert title.get_text() == Words("en")("fig.reasons")  # type: ignore[attr-defined]
    assert legend_of(figure) == legend_of(charts.draw_reasons(results))
    with pytest.raises(InputError, match=r"figure 'unmet': there is none; this study has layout_base, .*walkers"):
        figures.draw(results, "unmet")


def test_without_figures_there_is_no_page_and_nothing_of_what_draws_is_loaded(
    one_layout: Study, tmp_path: Path
) -> None:
    root, subject, overrides = one_layout
    copytree(root / "tables", tmp_path / "tables")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures/unmet_by_reason.png").write_bytes(b"of earlier tables")
    (tmp_path / "report.html").write_text("of earlier tables", encoding="utf-8")
    assert draw_report(tmp_path, subject, ReportConfig(figures=False), overrides) == tmp_path / "tables"
    assert {path.name for path in tmp_path.iterdir()} == {"tables"}
    program = "import sys, sim.report, sim.config; sim.report.ReportConfig(figures=False).check(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"matplotlib", "jinja2", "fontTools"} & set(done.stdout.split())


def test_the_names_in_an_svg_do_not_hang_on_the_last_digits_of_positions(results: Results) -> None:
    figure = charts.draw_reasons(results)
    figures.fix_layout(figure, 60)
    file = StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    svg = file.getvalue()
    names = re.findall(r'<clipPath id="(\w+)"', svg)
    assert names
    moved = svg
    for name in names:  # as matplotlib names them where they are a hair elsewhere
        moved = moved.replace(name, f"p{sha256(name.encode()).hexdigest()[:10]}")
    assert moved != svg
    steady = figures.with_steady_names(svg)
    assert steady == figures.with_steady_names(moved)
    clips = re.findall(r'<clipPath id="(\w+)"', steady)
    assert set(clips) == set(re.findall(r"url\(#(clip\d+)\)", steady)) == {f"clip{row}" for row in range(len(names))}
    assert re.sub(r"clip\d+", "", steady) == re.sub("|".join(names), "", svg)
