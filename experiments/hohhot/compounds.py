"""Where food is far: metres from the homes of each compound of `hohhot` to the nearest food shop, on foot, and to the
wet market, as the crow flies. So the compounds of `walk_4`, `walk_8` and `market_4` were chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.config import load_config
from sim.measures.nearness import nearest_m
from sim.outlets import lay_out
from sim.place import WalkClass, build_place
from sim.reach import find_reach

LIMIT_M = 2000.0  # no home is farther from food


def main(folder: Path) -> None:
    """Print a row per compound, the longest walk first."""
    asked = load_config(["study.layouts=[base]"], folder)
    config = asked.config
    place = build_place(config.place)
    residents = config.people.residents or round(place.population or 0)
    laid, layout = lay_out("base", asked.layouts, place, residents, config.needs.catalogue, config.place.seed)
    selling = np.array([["groceries" in outlet.offers for outlet in layout.outlets]])
    [walk_m] = nearest_m(laid, layout, find_reach(laid, layout, (LIMIT_M, LIMIT_M)), selling)[:, WalkClass.ABLE]
    market = next(outlet.xy for outlet in layout.outlets if outlet.format == "wet_market")
    rows = []
    for compound in range(len(place.walls)):
        here = place.homes.compound == compound
        middle = place.homes.xy[here].mean(axis=0)
        rows.append((walk_m[here].mean(), np.linalg.norm(middle - market), *middle))
    print(f"{'on foot':>8}{'to the market':>15}{'x':>7}{'y':>7}")
    for on_foot, straight, x, y in sorted(rows, reverse=True):
        print(f"{on_foot:>8.0f}{straight:>15.0f}{x:>7.0f}{y:>7.0f}")


if __name__ == "__main__":
    main(Path(__file__).parent)
