"""The tables of a layout: each measure names its own where it is defined, and all of them are made here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import pandas as pd

import sim.measures
from sim.measures.crowd import Crowd
from sim.measures.seed_equity import SeedEquity
from sim.outlets import Layout
from sim.place import Place
from sim.record.tally import Tally


@dataclass(frozen=True)
class Counted:
    """What the tables of one layout are made of, all seeds together.

    `place` as the layout leaves it; the first, where there are several.
    `layout` with its outlets there.
    `needs` keys of the catalogue, in its order.
    `tally` of all runs there.
    `crowd` residents of all seeds there.
    `equity` of each seed of each place, place by place.
    `places` how many.
    `pooled_tally` of all places.
    `pooled_crowd` the same.
    """

    place: Place
    layout: Layout
    needs: tuple[str, ...]
    tally: Tally
    crowd: Crowd
    equity: Sequence[SeedEquity]
    places: int
    pooled_tally: Tally
    pooled_crowd: Crowd


Make = Callable[[Counted], pd.DataFrame]
_TABLES: dict[str, Make] = {}


def define_table(name: str, make: Make) -> None:
    """Name a table and say how it is made; raises `ValueError` where two have one name."""
    if name in _TABLES:
        raise ValueError(f"two tables are called {name}")
    _TABLES[name] = make


def tables_of(counted: Counted) -> dict[str, pd.DataFrame]:
    """The tables of a layout by name."""
    return {name: make(counted) for name, make in every_table().items()}


@cache
def every_table() -> dict[str, Make]:
    """How each table is made, by name in the order of the alphabet, of all modules of this room."""
    for module in iter_modules(sim.measures.__path__):
        import_module(f"sim.measures.{module.name}")
    return dict(sorted(_TABLES.items()))
