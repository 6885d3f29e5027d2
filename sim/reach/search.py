"""Reach: from every place that a walk can start, all outlets within the walking limit, and the metres to each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sim.columns import Floats, Ints
from sim.kernels import kernel
from sim.outlets import Layout
from sim.parallel import in_parts
from sim.place import Place, WalkClass
from sim.place.walks import SLACK_M, WalkMatrix, walking_arcs, walks_from
from sim.reach.reach import NEVER_M, Reach

SIDE_BY_SIDE = 8  # parts of the outlets whose walks are turned around side by side


class Doors(NamedTuple):
    """The street nodes at which outlets stand: `node` (door,), `of` (outlet,) the door of each outlet, its `snap_m`."""

    node: Ints
    of: Ints
    snap_m: Floats


def find_reach(
    place: Place,
    layout: Layout,
    limit_m: Sequence[float | Floats],
    tell: Callable[[float], object] = lambda share: None,
) -> Reach:
    """Reach from every home and outlet of a layout, within `limit_m` metres for each class, or each of them.

    Rides start at homes only. A class without a limit, or with one below 0, is nobody's: it has no rows. `tell` is told
    of each share of the search that is done.
    """
    limits, doors = limits_of(limit_m, len(layout)), doors_of(layout)
    used = used_classes(limits)
    starts = [starts_of(place, doors, walk_class) for walk_class in used]
    found = [
        find_walks(place, walk_class, own, doors, limits[walk_class], tell=lambda share: tell(share / len(used)))
        for walk_class, own in zip(used, starts, strict=True)
    ]
    reach = draft_of(place, starts, limits, [some.size for some in found])
    for rows, some in zip(rows_of(starts), found, strict=True):
        some.write(reach.indptr[rows], reach)
    sort_nearest(reach, np.arange(len(reach.indptr) - 1))
    return Reach(*reach, limits)


def count_walks(place: Place, layout: Layout, limit_m: Sequence[float | Floats], sample: int = 200) -> float:
    """About how many walks the reach of a layout has, from a sample of its starts."""
    limits, doors = limits_of(limit_m, len(layout)), doors_of(layout)
    total = 0.0
    for walk_class in used_classes(limits):
        starts = starts_of(place, doors, walk_class)
        some = starts[:: max(1, len(starts) // sample)]
        walks = find_walks(place, walk_class, some, doors, limits[walk_class], from_starts=True)
        total += float(walks.size.sum()) * len(starts) / max(len(some), 1)
    return total


def draft_of(place: Place, starts: Sequence[Ints], limits: Floats, sizes: Sequence[Ints]) -> Draft:
    """A draft with room for so many outlets around each start, class by class in use; `starts` are those of each."""
    row = np.full((len(WalkClass), place.streets.n_nodes), -1, dtype=np.int32)
    for walk_class, own, rows in zip(used_classes(limits), starts, rows_of(starts), strict=True):
        row[walk_class, own] = np.arange(rows.start, rows.stop)
    indptr = np.cumsum(np.concatenate([[0], *sizes])).astype(np.int64)
    return Draft(row, indptr, np.empty(indptr[-1], np.int32), np.empty(indptr[-1]))


def limits_of(limit_m: Sequence[float | Floats], n_outlets: int) -> Floats:
    """The limits of every class, shape (walk class, outlet)."""
    limits = np.full((len(WalkClass), n_outlets), NEVER_M)
    for walk_class, limit in enumerate(limit_m):
        limits[walk_class] = limit
    return limits


def doors_of(layout: Layout) -> Doors:
    """The doors of a layout."""
    node, of = np.unique(np.array([outlet.node for outlet in layout.outlets], dtype=np.int32), return_inverse=True)
    return Doors(node, of.astype(np.int32), np.array([outlet.snap_m for outlet in layout.outlets], dtype=float))


def starts_of(place: Place, doors: Doors, walk_class: WalkClass) -> Ints:
    """The nodes at which walks of a class start, ascending: homes and doors, and for rides homes only."""
    others = doors.node if walk_class != WalkClass.RIDE else doors.node[:0]
    return np.union1d(place.homes.node, others).astype(np.int32)


def rows_of(starts: Sequence[Ints]) -> list[slice]:
    """The rows of the starts of each class, one class after the other."""
    ends = np.cumsum([len(own) for own in starts]).tolist()
    return [slice(end - len(own), end) for end, own in zip(ends, starts, strict=True)]


def used_classes(limits: Floats) -> list[WalkClass]:
    """The classes that somebody walks in: all where there is nothing to walk to."""
    return [walk_class for walk_class in WalkClass if not limits.shape[1] or (limits[walk_class] >= 0).any()]


class Draft(NamedTuple):
    """A reach in the making: its `row`, `indptr`, `outlet` and `metres`."""

    row: Ints
    indptr: Ints
    outlet: Ints
    metres: Floats


class Targets(NamedTuple):
    """Outlets that are walked to, a row each.

    `outlet`: their rows in the layout.
    `door`: those of their doors.
    `snap_m`: from the door to its node.
    `limit_m`: of the walk.
    """

    outlet: Ints
    door: Ints
    snap_m: Floats
    limit_m: Floats


class Found(NamedTuple):
    """Walks that were found from doors, and how many outlets they mean for each start.

    `outlet` the rows that are looked for, `door` (outlet,) of the walks, `snap_m` and `limit_m` of each; `counts`
    (part, start), where the outlets are parted so that parts can be written side by side.
    """

    walks: WalkMatrix
    outlet: Ints
    door: Ints
    snap_m: Floats
    limit_m: Floats
    counts: Ints

    @property
    def size(self) -> Ints:
        """How many of the outlets each start reaches, shape (start,)."""
        return np.asarray(self.counts.sum(axis=0))

    def write(self, begin: Ints, reach: Draft) -> None:
        """Write what each start reaches into a draft, from `begin` (start,) on, by row of the outlet."""
        at = begin + np.cumsum(self.counts, axis=0) - self.counts

        def turn(part: Ints) -> None:
            for p in part:
                rows = _outlets_of_part(len(self.outlet), p)
                some = Targets(self.outlet[rows], self.door[rows], self.snap_m[rows], self.limit_m[rows])
                _turn(self.walks, some, at[p].copy(), reach.outlet, reach.metres)

        in_parts(turn, np.arange(SIDE_BY_SIDE), SIDE_BY_SIDE)


def _outlets_of_part(n_outlets: int, part: int) -> slice:
    return slice(n_outlets * part // SIDE_BY_SIDE, n_outlets * (part + 1) // SIDE_BY_SIDE)


def find_walks(
    place: Place,
    walk_class: WalkClass,
    starts: Ints,
    doors: Doors,
    limit_m: Floats,
    outlet: Ints | None = None,
    from_starts: bool = False,
    tell: Callable[[float], object] = lambda share: None,
) -> Found:
    """The walks of a class between some starts and some of the outlets (all), searched from the one side or the other.

    A walk and its return are the same walk, so both sides find the same; from the fewer nodes it is faster.
    """
    outlet = np.arange(len(doors.of)) if outlet is None else outlet
    door, of = np.unique(doors.of[outlet], return_inverse=True)
    node, snap_m, limit_m = doors.node[door], doors.snap_m[outlet], limit_m[outlet]
    arcs = walking_arcs(place.streets, walk_class)
    longest = np.full(len(node), NEVER_M)
    np.maximum.at(longest, of, limit_m - snap_m + SLACK_M)
    if from_starts:
        longest = np.full(len(starts), longest.max(initial=NEVER_M))
        walks = walks_from(arcs, starts, longest, _rows(node, place.streets.n_nodes), tell).turned(len(node))
    else:
        walks = walks_from(arcs, node, longest, _rows(starts, place.streets.n_nodes), tell)

    def count(part: Ints) -> Ints:
        rows = _outlets_of_part(len(outlet), part[0])
        return _count(*walks, of[rows], snap_m[rows], limit_m[rows], len(starts))

    counted = in_parts(count, np.arange(SIDE_BY_SIDE), SIDE_BY_SIDE)
    return Found(walks, outlet.astype(np.int32), of, snap_m, limit_m, np.array(counted))


def sort_nearest(reach: Draft, rows: Ints) -> None:
    """Put the outlets of these rows in order."""
    in_parts(lambda some: _sort_rows(reach.indptr, some, reach.outlet, reach.metres), rows)


def _rows(node: Ints, n_nodes: int) -> Ints:
    """The row of each node in `node`, -1 of one that is not there."""
    row = np.full(n_nodes, -1, np.int32)
    row[node] = np.arange(len(node))
    return row


@kernel
def _count(
    walks: Ints, start: Ints, metres: Floats, door: Ints, snap_m: Floats, limit_m: Floats, n_starts: int
) -> Ints:
    """How many of some outlets each start reaches; `walks` is the CSR of the walks from doors."""
    count = np.zeros(n_starts, np.int64)
    for j in range(len(door)):
        for k in range(walks[door[j]], walks[door[j] + 1]):
            if metres[k] + snap_m[j] <= limit_m[j]:
                count[start[k]] += 1
    return count


@kernel
def _turn(walks: WalkMatrix, targets: Targets, at: Ints, out: Ints, out_m: Floats) -> None:
    """Write the walks from doors as walks from starts to outlets, each start's from `at` on, which grows."""
    for j in range(len(targets.door)):
        door, snap_m, limit_m = targets.door[j], targets.snap_m[j], targets.limit_m[j]
        for k in range(walks.indptr[door], walks.indptr[door + 1]):
            metres = walks.metres[k] + snap_m
            if metres <= limit_m:
                to = at[walks.end[k]]
                out[to], out_m[to] = targets.outlet[j], metres
                at[walks.end[k]] = to + 1


@kernel
def _sort_rows(indptr: Ints, rows: Ints, outlet: Ints, metres: Floats) -> None:
    """Put the outlets of each row in order of metres, and of row where these are equal.

    They are spread over as many bins as there are outlets, and what is left out of order moves up by insertion.
    """
    longest = 0
    for r in rows:
        longest = max(longest, indptr[r + 1] - indptr[r])
    slot = np.empty(longest, np.int64)
    old_outlet, old_m = np.empty(longest, np.int32), np.empty(longest)
    end = np.empty(longest + 1, np.int64)
    for r in rows:
        at, n = indptr[r], indptr[r + 1] - indptr[r]
        if n < 2:
            continue
        most = metres[at : at + n].max()
        end[: n + 1] = 0
        for k in range(n):
            old_outlet[k], old_m[k] = outlet[at + k], metres[at + k]
            # Areas grow with the square of the distance, and so does the number of outlets.
            share = old_m[k] / most if most > 0 else 0.0
            slot[k] = min(int(share * share * n), n - 1)
            end[slot[k] + 1] += 1
        for i in range(n):
            end[i + 1] += end[i]
        for k in range(n):
            to = at + end[slot[k]]
            end[slot[k]] += 1
            outlet[to], metres[to] = old_outlet[k], old_m[k]
        for k in range(at + 1, at + n):
            j, m, to = outlet[k], metres[k], k
            while to > at and (metres[to - 1] > m or (metres[to - 1] == m and outlet[to - 1] > j)):
                outlet[to], metres[to] = outlet[to - 1], metres[to - 1]
                to -= 1
            outlet[to], metres[to] = j, m
