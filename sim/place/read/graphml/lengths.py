"""The lengths of edges, as they are drawn and as the graph says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from sim.columns import Floats, Shapes
from sim.notes import Note
from sim.place.read.graphml.edges import values_of

# Lengths in metres are as long as the shapes drawn, or, where shapes are lost, a little longer.
LENGTH_RATIO: Final = (0.95, 1.5)
# A shape that ends farther from its node, in metres, is not quite the node's.
SHAPE_GAP_M: Final = 20.0
# What the length of a straight edge on the globe and in a projection may differ by.
SAME_LENGTH: Final = 0.01


def length_ratio(edges: list[Mapping[str, Any]], lines: Shapes) -> tuple[Floats, list[Note]]:
    """How much longer each edge is than drawn, and notes. Only the `length` of an edge without a shape can say so."""
    drawn_m = shapely.length(lines)
    said_m = pd.to_numeric(pd.Series([data.get("length") for data in edges], dtype=object), errors="coerce")
    both = np.isfinite(said_m) & (said_m > 0) & (drawn_m > 0)
    longer = np.ones(len(lines))
    if not both.any():
        return longer, []
    ratio = np.divide(said_m, drawn_m, out=np.ones(len(lines)), where=both.to_numpy())
    usual = float(np.median(ratio[both]))
    if not LENGTH_RATIO[0] <= usual <= LENGTH_RATIO[1]:
        return longer, [
            Note(f"The lengths of edges are not in metres ({usual:.3g} times those drawn), and are not used.")
        ]
    shapeless = np.array([not values_of(data.get("geometry")) for data in edges])
    used = shapeless & (ratio > 1 + SAME_LENGTH)
    other = ~shapeless & (np.abs(ratio - 1) > 0.05)
    longer[used] = ratio[used]
    notes = []
    if used.any():
        notes.append(Note(f"Edges without a shape that are longer than straight, by their length: {used.sum():,}."))
    if other.any():
        notes.append(Note(f"Edges whose length and shape differ by more than 5 %: {other.sum():,}; the shape counts."))
    return longer, notes


def far_shapes(lines: Shapes) -> list[Note]:
    """A note on edges whose shape ends far from their nodes."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    first = np.searchsorted(of, np.arange(len(lines)))
    last = np.append(first[1:], len(xy)) - 1
    shaped = last - first > 2
    ends = np.concatenate([first[shaped], last[shaped] - 1])
    far = np.count_nonzero(np.hypot(*(xy[ends + 1] - xy[ends]).T) > SHAPE_GAP_M)
    if not far:
        return []
    return [
        Note(f"Ends of edges whose shape is more than {SHAPE_GAP_M:g} m from their node: {far:,}; the gap is walked.")
    ]
