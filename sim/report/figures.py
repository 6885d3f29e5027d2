"""All figures of a study: which there are, what they are called, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.folders import folder_beside
from sim.measures.comparison import FEW_SEEDS
from sim.report import charts, maps
from sim.report.communities import draw_communities, draw_ranked
from sim.report.results import FEW_ZONES, Results
from sim.report.style import Style


@dataclass(frozen=True)
class Drawing:
    """A figure with the stem of its files, and the key of its title and caption with the values that fill them."""

    stem: str
    title: str
    caption: str
    figure: Figure
    values: dict[str, str]  # keys of layouts and needs, the metres of a `width`, what is said of few `seeds`


def each_drawing(results: Results) -> Iterator[Drawing]:
    """The figures of a study one after the other, so that only one is in memory."""
    need = next(iter(results.subject.needs.catalogue))
    alternatives = results.layouts[1:]
    n = results.subject.seeds
    one_seed = "_one_seed" if n == 1 else ""
    few = {"seeds": " " + results.words("caution.few_seeds", n=n, least=FEW_SEEDS) if n < FEW_SEEDS else ""}
    width_m = maps.cells_m(results)
    cells, width = ("", {}) if width_m is None else ("_cells", {"width": str(width_m)})
    for laid in results.subject.layouts:
        figure = maps.draw_layout(results, laid, need)
        values = {"layout": laid.name, "need": need, **width}
        yield Drawing(f"layout_{laid.name}", "layout", f"layout{cells}", figure, values)
    unmet = f"unmet{cells or '_homes'}"
    yield Drawing("unmet_by_home", unmet, unmet, maps.draw_unmet_homes(results), width)
    if len(results.subject.place.zones) > FEW_ZONES:
        first = {"layout": results.first}
        yield Drawing("unmet_by_community", "ranked", "ranked", draw_ranked(results), first)
        yield Drawing("communities", "communities", "communities", draw_communities(results), first)
    yield Drawing("unmet_by_reason", "reasons", "reasons", charts.draw_reasons(results), {})
    for layout in alternatives:
        figure = charts.draw_paired(results, layout)
        yield Drawing(
            f"paired_{layout}", "paired", f"paired{one_seed}", figure, {"layout": layout, "base": results.first, **few}
        )
    for layout in alternatives:
        figure = maps.draw_change(results, layout)
        values = {"layout": layout, "base": results.first, **width}
        yield Drawing(f"change_{layout}", "change", f"change{cells}", figure, values)
    yield Drawing("time_to_service", "times", "times", charts.draw_times(results), {})
    yield Drawing("coverage_and_met", "coverage", "coverage", charts.draw_coverage(results), {"layout": results.first})
    if charts.uneven_needs(results):
        yield Drawing("lorenz", "lorenz", "lorenz", charts.draw_lorenz(results), {"layout": results.first})
    yield Drawing("unmet_by_hour", "hours", "hours", charts.draw_hours(results), {})
    yield Drawing("walkers", "streets", "streets", maps.draw_streets(results), {})


def save_figures(results: Results, style: Style, root: Path, dpi: int) -> list[Drawing]:
    """Every figure as PNG and SVG in `figures/`, which appears whole; the drawings, to be shown on the page."""
    drawings = []
    with style.drawing(), folder_beside(root / "figures") as folder:
        for drawing in each_drawing(results):
            fix_layout(drawing.figure, dpi)
            drawing.figure.savefig(folder / f"{drawing.stem}.png", dpi=dpi, metadata={"Software": "lifecircle"})
            drawing.figure.savefig(folder / f"{drawing.stem}.svg", dpi=dpi, metadata={"Date": None})
            drawings.append(drawing)
    return drawings


def fix_layout(figure: Figure, dpi: int) -> None:
    """Lay a figure out once for all its files: savefig would lay it out, and draw it blind before, for each."""
    FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.execute(figure)
    figure.set_layout_engine(None)
