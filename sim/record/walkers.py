"""Walkers on streets: every walk of a record laid back onto its shortest way."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_array

from sim.columns import Bools, Floats, Ints
from sim.parallel import in_parts
from sim.place import Place, WalkClass
from sim.place.walks import Arcs, new_search, spread_walkers, walking_arcs

BEYOND_M: Final = 1.0  # a search goes so much farther than the longest walk, added up in another order


def walkers_on_links(place: Place, legs: pd.DataFrame, measured: Bools) -> Ints:
    """Parties on each street link, both ways, shape (link,): every measured walk laid back onto its shortest way.

    A walk and its return use the same links. Rides are no walks and count nowhere.
    """
    start, end = np.sort(legs[["from_node", "to_node"]].to_numpy(), axis=1).T
    metres, of_class = legs["metres"].to_numpy(), legs["walk_class"].to_numpy()
    walked = measured & (start != end)
    n_nodes, on_link = place.streets.n_nodes, np.zeros(place.streets.n_links, np.int64)
    for walk_class in set(WalkClass) - {WalkClass.RIDE}:
        own = walked & (of_class == walk_class)
        if own.any():
            limit_m = np.zeros(n_nodes)
            np.maximum.at(limit_m, start[own], metres[own] + BEYOND_M)
            pairs = coo_array((np.ones(own.sum(), np.int64), (start[own], end[own])), shape=(n_nodes, n_nodes)).tocsr()
            arcs = walking_arcs(place.streets, walk_class)
            walks = pairs.indptr, pairs.indices, pairs.data, limit_m
            found = in_parts(
                partial(_walkers_from, arcs, walks, len(on_link)), np.flatnonzero(np.diff(pairs.indptr)), 8
            )
            if missed := sum(part for part, _ in found):
                raise ValueError(f"{missed} walks of class {walk_class} are shorter than any way between their ends")
            on_link += sum(part for _, part in found)
    return on_link


def _walkers_from(arcs: Arcs, walks: tuple[Ints, Ints, Ints, Floats], n_links: int, starts: Ints) -> tuple[int, Ints]:
    """How many of the walks from some of the starts are missed, and the parties of the others on each link."""
    on_link = np.zeros(n_links, np.int64)
    return spread_walkers(arcs, starts, *walks, new_search(arcs), on_link), on_link
