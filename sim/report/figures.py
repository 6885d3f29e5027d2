"""All figures of a study: which there are, what they are called, how they are read, and each drawn by its name."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.errors import InputError
from sim.folders import folder_beside
from sim.report import charts, curves, hourly, maps, outcome_chart, outlet_map
from sim.report.answer import few_drawn
from sim.report.base_map import cells_m
from sim.report.communities import draw_communities, draw_ranked
from sim.report.faces import Style, find_style
from sim.report.given_names import name_things
from sim.report.results import FEW_ZONES, Results
from sim.report.words import Words

CLIPPED = re.compile(r'(?<=[#"])p[0-9a-f]{10}(?=[)"])')  # how matplotlib names the area that something is clipped to
NUMBER_SIGNS = "0123456789.,:+−–%·×"  # what numbers are written in


@dataclass(frozen=True)
class Picture:
    """A figure that can be drawn: its name, and the key of its title and caption with the values that fill them.

    `name` the stem of its files.
    `title` and `caption` the keys of its words, after `fig.` and `cap.`.
    `values` keys of layouts and needs, the metres of a `width`, what is said of few `seeds`.
    `draw` makes the figure.
    """

    name: str
    title: str
    caption: str
    values: dict[str, str]
    draw: Callable[[], Figure]


def pictures(results: Results) -> list[Picture]:
    """The figures of a study in the order of the page; none is drawn yet."""
    return [*_maps(results), *_communities(results), *_charts(results)]


def names(results: Results) -> list[str]:
    """The names of the figures of a study, in the order of the page."""
    return [picture.name for picture in pictures(results)]


def draw(results: Results, name: str, font: str | None = None) -> Figure:
    """One figure of a study by its name (`names` has them); raises `InputError` for a name that there is not.

    `font` a file with Chinese characters; without it one is looked for.
    """
    drawn, style = drawable(results, find_style(font, results.words.language))
    found = {picture.name: picture for picture in pictures(drawn)}
    if name not in found:
        raise InputError(f"figure {name!r}: there is none; this study has {', '.join(found)}")
    with style.drawing():
        return found[name].draw()


def drawable(results: Results, style: Style) -> tuple[Results, Style]:
    """Results with words and names that can be drawn, and the faces that they are drawn in.

    Where no installed face has Chinese, a Chinese figure is labelled in English, and a message says so.
    """
    words = results.words
    if words.language == "zh" and not style.draws(words("title", place="")):
        print(f"lifecircle: {words('no_cjk')}", file=sys.stderr)
        words = Words("en")
    drawn = replace(results, words=words, names=name_things(results.subject, words, style.draws))
    return drawn, style.just_for(f"{drawn.words} {drawn.names} {NUMBER_SIGNS}")


def save_figures(results: Results, style: Style, root: Path, dpi: int) -> list[Picture]:
    """Every figure as PNG and SVG in `figures/`, which appears whole; one after the other, so that memory holds one."""
    shown = pictures(results)
    with style.drawing(), folder_beside(root / "figures") as folder:
        for picture in shown:
            figure = picture.draw()
            fix_layout(figure, dpi)
            figure.savefig(folder / f"{picture.name}.png", dpi=dpi, metadata={"Software": "lifecircle"})
            svg = StringIO()
            figure.savefig(svg, format="svg", dpi=dpi, metadata={"Date": None})
            (folder / f"{picture.name}.svg").write_text(
                with_steady_names(svg.getvalue()), encoding="utf-8", newline="\n"
            )
    return shown


def with_steady_names(svg: str) -> str:
    """An SVG of matplotlib's with its clipped areas named by their order.

    Matplotlib names them by where they are, down to the last digit, which is another in each process: the solver of the
    layout adds up in the order of addresses in memory.
    """
    order = {name: f"clip{row}" for row, name in enumerate(dict.fromkeys(CLIPPED.findall(svg)))}
    return CLIPPED.sub(lambda found: order[found[0]], svg)


def fix_layout(figure: Figure, dpi: int) -> None:
    """Lay a figure out once for all its files: savefig would lay it out, and draw it blind before, for each."""
    FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)
    figure.set_layout_engine(None)


def _gathered(results: Results) -> tuple[str, dict[str, str]]:
    """What the captions of maps of hexagons have at their end, and how wide those are; nothing of other maps."""
    width_m = cells_m(results)
    return ("", {}) if width_m is None else ("_cells", {"width": str(width_m)})


def _maps(results: Results) -> Iterator[Picture]:
    """What each layout is, and where demand stays unmet under each."""
    cells, width = _gathered(results)
    need = next(iter(results.subject.needs.catalogue))
    for laid in results.subject.layouts:
        values = {"layout": laid.name, "need": need, **width}
        drawing = partial(outlet_map.draw_layout, results, laid, need)
        yield Picture(f"layout_{laid.name}", "layout", f"layout{cells}", values, drawing)
    unmet = f"unmet{cells or '_homes'}"
    yield Picture("unmet_by_home", unmet, unmet, width, partial(maps.draw_unmet_homes, results))


def _communities(results: Results) -> Iterator[Picture]:
    """The communities, where they are too many for a table."""
    if len(results.subject.place.zones) > FEW_ZONES:
        first = {"layout": results.first}
        yield Picture("unmet_by_community", "ranked", "ranked", first, partial(draw_ranked, results))
        yield Picture("communities", "communities", "communities", first, partial(draw_communities, results))


def _charts(results: Results) -> Iterator[Picture]:
    """Why demand stays unmet, what differs between layouts, and when, how soon and how evenly residents are served."""
    first = {"layout": results.first}
    yield Picture("outcomes", "outcomes", "outcomes", {}, partial(outcome_chart.draw_outcomes, results))
    yield Picture("unmet_by_reason", "reasons", "reasons", {}, partial(charts.draw_reasons, results))
    yield from _differences(results)
    yield Picture("time_to_service", "times", "times", {}, partial(curves.draw_times, results))
    yield Picture("coverage_and_met", "coverage", "coverage", first, partial(charts.draw_coverage, results))
    if curves.uneven_needs(results):
        yield Picture("lorenz", "lorenz", "lorenz", first, partial(curves.draw_lorenz, results))
    yield Picture("unmet_by_hour", "hours", "hours", {}, partial(hourly.draw_by_hour, results))
    yield Picture("walkers", "streets", "streets", {}, partial(maps.draw_streets, results))


def _differences(results: Results) -> Iterator[Picture]:
    """Each alternative against the first layout: by need, and by home."""
    cells, width = _gathered(results)
    over = "paired_places" if results.subject.places > 1 else "paired"
    paired = "paired_one_seed" if results.subject.drawn == 1 else over
    few = {"seeds": "".join(f" {caution}" for caution in few_drawn(results))}
    for layout in results.layouts[1:]:
        values = {"layout": layout, "base": results.first, **few}
        yield Picture(f"paired_{layout}", "paired", paired, values, partial(charts.draw_paired, results, layout))
    for layout in results.layouts[1:]:
        values = {"layout": layout, "base": results.first, **width}
        yield Picture(
            f"change_{layout}", "change", f"change{cells}", values, partial(maps.draw_change, results, layout)
        )
