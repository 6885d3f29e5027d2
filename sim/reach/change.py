"""Changing a reach: that of a layout, made from that of another on the same ground."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.columns import Floats, Ints
from sim.kernels import kernel
from sim.outlets import Layout
from sim.place import Place
from sim.reach.reach import Reach
from sim.reach.search import doors_of, draft_of, find_walks, limits_of, rows_of, sort_nearest, starts_of, used_classes


def change_reach(before: Reach, base: Layout, place: Place, layout: Layout, limit_m: Sequence[float | Floats]) -> Reach:
    """The reach of a layout, made from that of another on the same ground: only what differs is searched for.

    It is to the last bit what `find_reach` finds. Outlets are the same that have id, node, snap and limits in common.
    """
    limits, doors = limits_of(limit_m, len(layout)), doors_of(layout)
    used = used_classes(limits)
    starts = [starts_of(place, doors, walk_class) for walk_class in used]
    now = _rows_now(before, base, layout, limits)
    new = np.setdiff1d(np.arange(len(layout)), now)
    sizes, pieces = [], []
    for walk_class, own in zip(used, starts, strict=True):
        old = before.row[walk_class, own]
        fresh = np.flatnonzero(old < 0)
        first, last = (np.where(old >= 0, before.indptr[old + after], 0) for after in (0, 1))
        added = find_walks(place, walk_class, own, doors, limits[walk_class], new)
        # Whoever starts where nobody started before has walks to the outlets of before, too.
        kept = np.sort(now[now >= 0])
        more = find_walks(place, walk_class, own[fresh], doors, limits[walk_class], kept, from_starts=True)
        stayed = _kept(first, last, before.outlet, now)
        sizes.append(added.size + stayed)
        sizes[-1][fresh] += more.size
        pieces.append((first, last, stayed, fresh, more, added))
    reach = draft_of(place, starts, limits, sizes)
    for rows, (first, last, stayed, fresh, more, added) in zip(rows_of(starts), pieces, strict=True):
        begin = reach.indptr[rows].copy()
        _write(first, last, before.outlet, before.metres, now, begin, reach.outlet, reach.metres)
        begin += stayed
        more.write(begin[fresh], reach)
        begin[fresh] += more.size
        added.write(begin, reach)
        sort_nearest(reach, rows.start + np.union1d(fresh, np.flatnonzero(added.size)))
    return Reach(*reach, limits)


def _rows_now(before: Reach, base: Layout, layout: Layout, limits: Floats) -> Ints:
    """The row in a layout of each outlet of the one before, shape (outlet,); -1 of one that is not the same there."""
    rows = {
        (outlet.id, outlet.node, outlet.snap_m, *limits[:, row].tolist()): row
        for row, outlet in enumerate(layout.outlets)
    }
    known = zip(base.outlets, before.limit_m.T.tolist(), strict=True)
    return np.array([rows.get((o.id, o.node, o.snap_m, *limit), -1) for o, limit in known], dtype=np.int32)


@kernel
def _kept(first: Ints, last: Ints, outlet: Ints, now: Ints) -> Ints:
    """How many outlets of each row are still there."""
    count = np.zeros(len(first), np.int64)
    for r in range(len(first)):
        for k in range(first[r], last[r]):
            count[r] += now[outlet[k]] >= 0
    return count


@kernel
def _write(
    first: Ints, last: Ints, outlet: Ints, metres: Floats, now: Ints, begin: Ints, out: Ints, out_m: Floats
) -> None:
    """Copy first..last to each row, from `begin` on, with the outlets' rows of `now`; those that have none are left
    out.
    """
    for r in range(len(first)):
        at = begin[r]
        for k in range(first[r], last[r]):
            if now[outlet[k]] >= 0:
                out[at], out_m[at] = now[outlet[k]], metres[k]
                at += 1
