"""Where lines that are drawn apart are one network.

Lines are joined where they share a vertex, and where the end of one lies on another within `place.streets_snap_m`.
Lines that cross without either are bridges, or drawn carelessly: `place.streets_planar` says which. Where it does not,
they are joined only if most crossings of the layer are drawn so. Lines of different levels are never joined where they
cross.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sim.columns import Bools, Floats, Ints, Shapes
from sim.notes import Note
from sim.place.config import PlaceConfig

# Two vertices are one where they are no farther apart than this, in metres: what is left of rounding.
SAME_M: Final = 0.001
# A gap between a line's end and another line that is probably meant to be none, in metres.
GAP_M: Final = 2.0


def once(lines: Shapes, stairs: Bools) -> NDArray[np.int64]:
    """Ints of the lines that differ, whichever way they are drawn, in their order."""
    canon = shapely.to_wkb(shapely.normalize(shapely.transform(lines, lambda xy: np.round(xy, 3))))
    codes, _ = pd.factorize(pd.Series(canon))
    _, row = np.unique(np.column_stack([codes, stairs]), axis=0, return_index=True)
    return np.sort(row)


def join_lines(lines: Shapes, level: NDArray[Any], config: PlaceConfig) -> tuple[Shapes, list[Note]]:
    """The lines with a vertex wherever they are joined, and notes on where they are not."""
    snap_m, planar = config.streets_snap_m, config.streets_planar
    lines = gather_ends(lines, snap_m)
    lines = add_vertices(lines, *touches(lines, snap_m))
    node, xy, first = vertices_of(lines)
    arms = arms_of(node, first)
    at, line, other = crossings(lines, xy[np.bincount(node)[node] > 1])
    open_ = level[line] == level[other]
    at, line, other = at[open_], line[open_], other[open_]
    notes = []
    if len(at) and (planar or (planar is None and len(at) > np.count_nonzero(arms > 2))):
        lines = add_vertices(lines, np.concatenate([at, at]), np.concatenate([line, other]))
        why = "" if planar else "; most crossings of this layer are drawn so, and place.streets_planar=false undoes it"
        notes.append(Note(f"Streets are joined at {len(at):,} crossings where they share no point{why}."))
    elif len(at):
        notes.append(
            Note(
                f"Streets cross at {len(at):,} points without sharing one, and are not joined there; "
                "place.streets_planar=true joins them, bridges apart."
            )
        )
    node, xy, first = vertices_of(lines)
    ends = ends_of(first, len(node))
    dangling = shapely.points(xy[ends[arms_of(node, first)[node[ends]] == 1]])
    near = np.bincount(shapely.STRtree(lines).query(dangling, "dwithin", GAP_M)[0], minlength=1)
    if n_gaps := np.count_nonzero(near > 1):
        notes.append(
            Note(
                f"Ends of streets within {GAP_M:g} m of another street that they do not touch: {n_gaps:,}; "
                f"a larger place.streets_snap_m (now {snap_m:g}) joins them."
            )
        )
    return lines, notes


def vertices_of(lines: Shapes) -> tuple[Ints, Floats, Ints]:
    """Node and xy of each vertex of lines in a row, and the first vertex of each line; one point is one node."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    _, node = np.unique(np.round(xy / SAME_M).astype(np.int64), axis=0, return_inverse=True)
    return node.ravel(), xy, np.searchsorted(line, np.arange(len(lines)))


def ends_of(first: Ints, n_vertices: int) -> Ints:
    """The first and last vertex of each line."""
    return np.concatenate([first, np.append(first[1:], n_vertices) - 1])


def arms_of(node: Ints, first: Ints) -> Ints:
    """How many stretches of line leave each node."""
    return 2 * np.bincount(node) - np.bincount(node[ends_of(first, len(node))], minlength=node.max() + 1)


def gather_ends(lines: Shapes, snap_m: float) -> Shapes:
    """The lines with those ends at one point that lie within `snap_m` of each other."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    ends = ends_of(np.searchsorted(line, np.arange(len(lines))), len(xy))
    pairs = cKDTree(xy[ends]).query_pairs(snap_m, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(ends),) * 2)
    _, cluster = connected_components(graph, directed=False)
    _, one = np.unique(cluster, return_index=True)
    xy[ends] = xy[ends[one[cluster]]]
    return np.asarray(shapely.linestrings(xy, indices=line), dtype=object)


def touches(lines: Shapes, snap_m: float) -> tuple[Floats, Ints]:
    """Ends of lines (point, 2) that lie on a line that has no vertex there, and that line."""
    _, xy, first = vertices_of(lines)
    ends = shapely.points(np.unique(xy[ends_of(first, len(xy))], axis=0))
    end, line = shapely.STRtree(lines).query(ends, "dwithin", snap_m)
    bare = shapely.distance(ends[end], shapely.extract_unique_points(lines[line])) > SAME_M
    return shapely.get_coordinates(ends[end[bare]]), line[bare]


def crossings(lines: Shapes, shared: Floats) -> tuple[Floats, Ints, Ints]:
    """Points (point, 2) where two lines meet other than at the vertices `shared` (vertex, 2), and those lines."""
    line, other = shapely.STRtree(lines).query(lines, "intersects")
    line, other = line[line < other], other[line < other]
    at, pair = shapely.get_coordinates(shapely.intersection(lines[line], lines[other]), return_index=True)
    if len(shared) and len(at):
        far = cKDTree(shared).query(at)[0] > 2 * SAME_M
        at, pair = at[far], pair[far]
    return at, line[pair], other[pair]


def add_vertices(lines: Shapes, at: Floats, line: Ints) -> Shapes:
    """The lines with more vertices `at` (point, 2), each in the line of its row."""
    xy, of_line = shapely.get_coordinates(lines, return_index=True)
    step_m = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    step_m[np.searchsorted(of_line, np.arange(len(lines)))] = 0.0
    along_m = np.cumsum(step_m)
    along_m -= along_m[np.searchsorted(of_line, np.arange(len(lines)))][of_line]
    xy, of_line = np.concatenate([xy, at]), np.concatenate([of_line, line])
    along_m = np.concatenate([along_m, shapely.line_locate_point(lines[line], shapely.points(at))])
    order = np.lexsort((along_m, of_line))
    return np.asarray(shapely.linestrings(xy[order], indices=of_line[order]), dtype=object)
