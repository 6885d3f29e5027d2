"""What is lost at crossings: by those who cross a road, and not by those who walk along it.

Where paths are mapped, a path that meets a road at a crossing or at signals carries the wait, half on each side of the
node. Where only roads are, walkers are drawn on their middle lines. Nobody crosses a road by walking along it past a
crossing; at a junction with signals he who goes straight on crosses the other road: once at a crossroads, in half of
the cases at a T-junction, where it lies on his side or not. A junction is all its nodes and signals together, and so is
a crossing of two carriageways: whoever passes pays once. A network without turns cannot know that the one who only
turns the corner crosses nothing; he pays as the others do.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from sim.columns import Bools, Floats, Ints
from sim.notes import Note
from sim.place.read.tags import Road
from sim.place.streets import Streets, WalkClass
from sim.place.walks import clear, new_search, search, walking_arcs

# Signals and crossings this near to a junction are its own: those of its stop lines and its arms [A].
JUNCTION_M: Final = 30.0
# Crossings this near to each other on one path are those of the two carriageways of one road [A].
CARRIAGEWAYS_M: Final = 25.0
# Sine of the angle from which on a crossing leads across a road: 53 degrees [A].
SQUARELY: Final = 0.8
# Of how many walks, from nodes spread over the place to all nodes within how far, the mean wait is told.
SAMPLE: Final = 40
SAMPLE_M: Final = 1000.0


def meeting_waits(delay_s: Floats, wait_s: Floats, road: Ints, node: Ints, way: Ints) -> tuple[Floats, Floats]:
    """Seconds at nodes, and along ways: a way that is a crossing (`wait_s` above 0) loses them at the roads that it
    meets, and along itself only where it meets none. Vertices are given by their `node` and `way`.
    """
    rank = np.zeros(len(delay_s), road.dtype)
    np.maximum.at(rank, node, road[way])
    meets = (wait_s[way] > 0) & ((rank[node] > road[way]) | (delay_s[node] > 0))
    delay_s = delay_s.copy()
    np.maximum.at(delay_s, node[meets], wait_s[way][meets])
    return delay_s, np.where(np.isin(np.arange(len(wait_s)), way[meets]), 0.0, wait_s)


def crossing_waits(xy: Floats, links: Ints, length_m: Floats, road: Ints, delay_s: Floats) -> Floats:
    """Seconds that each link loses at its first and second end, shape (link, 2), of those `delay_s` at nodes."""
    if not (delay_s > 0).any():
        return np.zeros((len(links), 2))
    rank = np.full(len(xy), -1)
    lowest = np.full(len(xy), max(Road) + 1)
    for end in (0, 1):
        np.maximum.at(rank, links[:, end], road)
        np.minimum.at(lowest, links[:, end], road)
    across = (road[:, None] < rank[links]) | (rank[links] == Road.PATH)
    over = (delay_s > 0) & ((lowest < rank) | (rank == Road.PATH))
    on_foot = across & over[links]
    wait_s = np.where(on_foot, delay_s[links] / 2, 0.0)
    wait_s[between_carriageways(xy, links, length_m, road, over, on_foot)] = 0.0
    return wait_s + junction_waits(xy, links, length_m, road, np.where(rank == Road.STREET, delay_s, 0.0))


def between_carriageways(xy: Floats, links: Ints, length_m: Floats, road: Ints, over: Bools, on_foot: Bools) -> Bools:
    """Links on foot that lead from one crossing to the next one of the same road, over the island between."""
    degree = np.bincount(links.ravel(), minlength=len(xy))
    beside = np.zeros(len(xy), bool)
    beside[links[on_foot.any(axis=1)]] = True
    stands = over | ((degree == 2) & beside)
    short = (length_m <= CARRIAGEWAYS_M) & stands[links].all(axis=1) & (on_foot.any(axis=1) | ~over[links].any(axis=1))
    part = parts(len(xy), links[short])
    crossings = np.bincount(part[over], minlength=part.max() + 1)
    crossed = np.flatnonzero(over & (crossings[part] == 2))
    a, b = crossed[np.argsort(part[crossed], kind="stable")].reshape(-1, 2).T
    apart = xy[b] - xy[a]
    near = np.zeros(part.max() + 1, bool)
    one = (np.hypot(*apart.T) <= CARRIAGEWAYS_M) & squarely(xy, links[road > Road.PATH], a, apart)
    near[part[a[one & squarely(xy, links[road > Road.PATH], b, apart)]]] = True
    # A part with an end that leads nowhere is no island, but the pavement at a corner.
    return short & near[part[links[:, 0]]] & between_two(links, short, over)


def squarely(xy: Floats, roads: Ints, node: Ints, way: Floats) -> Bools:
    """Whether the road at each node runs rather across a way (node, 2) than along it: not the one round the corner."""
    run = np.zeros((len(xy), 2))
    for end in (0, 1):
        run[roads[:, end]] = xy[roads[:, 1]] - xy[roads[:, 0]]
    across = np.abs(run[node, 0] * way[:, 1] - run[node, 1] * way[:, 0])
    return np.asarray(across >= SQUARELY * np.hypot(*run[node].T) * np.hypot(*way.T))


def between_two(links: Ints, short: Bools, over: Bools) -> Bools:
    """Those of some links that are left when dead ends that are no crossing are taken away, one after the other."""
    left = short.copy()
    while True:
        degree = np.bincount(links[left].ravel(), minlength=len(over))
        dead = left & ((degree[links] == 1) & ~over[links]).any(axis=1)
        if not dead.any():
            return left
        left &= ~dead


def junction_waits(xy: Floats, links: Ints, length_m: Floats, road: Ints, delay_s: Floats) -> Floats:
    """Seconds lost at the ends (link, 2) of streets that lead into a junction with signals or crossings."""
    wait_s = np.zeros((len(links), 2))
    street = road == Road.STREET
    arms = np.bincount(links[street].ravel(), minlength=len(xy))
    forks, signals = np.flatnonzero(arms > 2), np.flatnonzero(delay_s > 0)
    if not len(forks) or not len(signals):
        return wait_s
    pairs = cKDTree(xy[forks]).sparse_distance_matrix(cKDTree(xy[signals]), JUNCTION_M, output_type="ndarray")
    longest_s = np.zeros(len(forks))
    np.maximum.at(longest_s, pairs["i"], delay_s[signals[pairs["j"]]])
    forks, longest_s = forks[longest_s > 0], longest_s[longest_s > 0]
    if not len(forks):
        return wait_s
    near_m, _ = cKDTree(xy[forks]).query(xy, distance_upper_bound=JUNCTION_M / 2 + 1e-6)
    inside = np.isfinite(near_m) & (arms > 0)
    within = street & inside[links].all(axis=1) & (length_m <= JUNCTION_M)
    part = parts(len(xy), links[within])
    of_part = np.zeros(part.max() + 1)
    np.maximum.at(of_part, part[forks], longest_s)
    signalled = inside & (of_part[part] > 0)
    leads_in = street[:, None] & signalled[links] & (part[links] != part[links[:, ::-1]])
    n_arms = np.bincount(part[links][leads_in], minlength=part.max() + 1)
    crossed = np.clip((n_arms - 2) / 2, 0.0, 1.0)
    return np.where(leads_in, (of_part * crossed)[part[links]] / 2, 0.0)


def parts(n_nodes: int, links: Ints) -> Ints:
    """The connected part of each node."""
    graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(n_nodes, n_nodes))
    part: Ints = connected_components(graph, directed=False)[1]
    return part


def crossing_notes(streets: Streets) -> list[Note]:
    """A note on what crossings cost on average, on shortest walks of up to `SAMPLE_M`."""
    if not streets.crossing_s.any():
        return []
    arcs = walking_arcs(streets, WalkClass.ABLE)
    scratch = new_search(arcs)
    waited_s, walked_m = 0.0, 0.0
    for start in np.unique(np.linspace(0, streets.n_nodes - 1, SAMPLE).astype(int)):
        n = search(arcs, int(start), SAMPLE_M, scratch)
        order = scratch.order[:n]
        number = np.zeros(len(arcs.node), np.int64)
        number[order] = np.arange(n)
        before = number[scratch.at["before"][order[1:]]].tolist()
        link = arcs.link[scratch.at["arc"][order[1:]]]
        clear(scratch, n)
        waited_s += along(before, streets.crossing_s[link])
        walked_m += along(before, streets.length_m[link])
    links = np.count_nonzero(streets.crossing_s)
    text = (
        f"Crossing roads costs {waited_s / max(walked_m, 1.0) * 1000:,.1f} s per km walked on average, on shortest "
        f"walks of up to {SAMPLE_M / 1000:g} km; {links:,} links carry it."
    )
    return [Note(text, 0.0, "place.osm.signal_crossing_s and place.osm.crossing_s say how long one takes.")]


def along(before: list[int], column: Floats) -> float:
    """The sum of a column along the walks to all nodes of a search, each reached from the one `before` it."""
    total = [0.0]
    for row, more in zip(before, column.tolist(), strict=True):
        total.append(total[row] + more)
    return math.fsum(total)
