"""Hexagons against slow tellings: nearest centres, sums by hand, shares weighted by errands."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import KDTree

from sim.report.cells import ACROSS, WIDTHS_M, cell_centres, cell_width_m, gather


def every_centre(width_m: float, reach: int) -> np.ndarray:
    """Centres of all hexagons around the origin: rows half a step apart, as bees lay them."""
    rise = width_m * np.sqrt(3) / 2
    rows = range(-reach, reach + 1)
    return np.array([((i + 0.5 * (j % 2)) * width_m, j * rise) for i in rows for j in rows])


def test_a_point_lies_in_the_hexagon_whose_centre_is_nearest() -> None:
    xy = np.random.default_rng(3).uniform(-2000, 2000, (5000, 2))
    centres = every_centre(250.0, 30)
    _, nearest = KDTree(centres).query(xy)
    assert cell_centres(xy, 250.0) == pytest.approx(centres[nearest], abs=1e-6)
    assert np.hypot(*(xy - cell_centres(xy, 250.0)).T).max() <= 250 / np.sqrt(3) + 1e-9


def test_sums_are_kept_and_told_one_by_one() -> None:
    rng = np.random.default_rng(4)
    rows = pd.DataFrame({"x": rng.uniform(0, 900, 400), "y": rng.uniform(0, 700, 400)})
    rows = rows.assign(raised=rng.integers(0, 30, 400), unmet=rng.integers(0, 9, 400))
    rows.index = pd.Index(rng.permutation(400))
    cells = gather(rows, ["raised", "unmet"], 200.0)
    assert cells[["raised", "unmet"]].sum().tolist() == rows[["raised", "unmet"]].sum().tolist()
    told: dict[tuple[float, float], list[int]] = {}
    centres = every_centre(200.0, 10)
    for row in rows.itertuples():
        near = centres[np.hypot(centres[:, 0] - row.x, centres[:, 1] - row.y).argmin()]
        held = told.setdefault((round(near[0], 3), round(near[1], 3)), [0, 0])
        held[0] += row.raised
        held[1] += row.unmet
    drawn = {(round(c.x, 3), round(c.y, 3)): [c.raised, c.unmet] for c in cells.itertuples()}
    assert drawn == told


@pytest.mark.parametrize("span_m", [100.0, 3000.0, 3001.0, 14_200.0, 60_000.0])
def test_hexagons_are_of_a_round_width_and_not_too_many(span_m: float) -> None:
    width = cell_width_m(span_m)
    assert width in WIDTHS_M
    assert span_m / width <= ACROSS
    assert all(span_m / narrower > ACROSS for narrower in WIDTHS_M if narrower < width)
