"""Times reach and the event loop beside other libraries, in one run and on the same input; prints a table.

    python experiments/benchmark/benchmark.py [RESIDENTS]

Reach: every home of the default district to every outlet within the limit, beside SciPy's and networkx's Dijkstra.
Queue: Poisson arrivals at one outlet with three clerks, beside SimPy's `Resource`, waits compared. Week: the default
district under one layout, stage by stage.
"""

from __future__ import annotations

import platform
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import simpy
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from sim.config import load_config
from sim.day import DayConfig, LifeCircle
from sim.needs import Channel, Errands, NeedConfig, NeedsConfig, Tours, raise_errands
from sim.outlets import Layout, OfferConfig, Outlet, PoolConfig, find_reach, lay_out
from sim.people import settle
from sim.people.residents import Residents
from sim.place import Homes, Place, Streets, WalkClass, build_place
from sim.place.walks import walking_arcs

LIMIT_M = (2160.0, 400.0)


def timed(work: Callable[[], Any], repeats: int = 3) -> tuple[float, Any]:
    """The median seconds of some repeats, after one that is not counted, and the answer."""
    answer = work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds)), answer


def row(what: str, seconds: float, note: str = "") -> None:
    print(f"  {what:<44}{seconds:>10.3f} s   {note}")


def reach_beside_others(place: Place, layout: Layout) -> None:
    """Reach for both walk classes, beside all-pairs searches for the able only."""
    print(f"Reach: {len(place.homes)} homes, {len(layout)} outlets, {place.streets.n_nodes:,} nodes")
    ours, reach = timed(lambda: find_reach(place, layout, LIMIT_M))
    arcs = walking_arcs(place.streets, WalkClass.ABLE)
    n = len(arcs.node)
    tail = np.repeat(np.arange(n), np.diff(arcs.indptr))
    matrix = coo_array((arcs.metres, (tail, arcs.head)), shape=(n, n)).tocsr()
    starts = np.unique(np.append(place.homes.node, [outlet.node for outlet in layout.outlets]))
    scipy_s, table = timed(lambda: dijkstra(matrix, indices=starts, limit=LIMIT_M[0]))
    some = starts[:: max(1, len(starts) // 40)]
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(zip(tail.tolist(), arcs.head.tolist(), arcs.metres.tolist(), strict=True))

    def by_networkx() -> None:
        for start in some:
            nx.single_source_dijkstra_path_length(graph, int(start), cutoff=LIMIT_M[0])

    networkx_s = timed(by_networkx, 1)[0] * len(starts) / len(some)
    row("lifecircle, both walk classes, outlets found", ours)
    row("scipy.sparse.csgraph.dijkstra, able, distances", scipy_s, f"{scipy_s / ours:.1f} x")
    row("networkx, able, distances (from a sample)", networkx_s, f"{networkx_s / ours:.0f} x")
    finite = np.isfinite(table[:, [outlet.node for outlet in layout.outlets]]).sum()
    print(
        f"  walks found: {np.count_nonzero(np.isfinite(reach.metres)):,} (both classes), scipy {finite:,} (street side)"
    )


def one_outlet(n: int, servers: int, seed: int) -> tuple[LifeCircle, np.ndarray]:
    """`n` people come to one outlet next door, a minute of work each, at 80 % of what its clerks can do."""
    wanted_s = np.cumsum(np.random.default_rng(seed).exponential(60 / (0.8 * servers), n))
    streets = Streets(
        xy=np.array([[0.0, 0.0], [10.0, 0.0]]), links=np.array([[0, 1]], np.int32), length_m=np.array([10.0]),
        grade=np.zeros(1), crossing_s=np.zeros(1), stairs=np.zeros(1, bool), gate=np.zeros(1, bool),
        compound=np.full(2, -1, np.int32),
    )  # fmt: skip
    homes = Homes(
        node=np.zeros(1, np.int32), xy=np.zeros((1, 2)), snap_m=np.zeros(1), compound=np.full(1, -1, np.int32),
        zone=np.zeros(1, np.int32), weight=np.ones(1),
    )  # fmt: skip
    place = Place("door", streets, homes, ("all",))
    rows, ones = np.arange(n, dtype=np.int32), np.ones(n)
    people = Residents(
        home=np.zeros(n, np.int32), household=rows, age=np.full(n, 30, np.int32), age_group=np.full(n, 3, np.int8),
        female=np.zeros(n, bool), speed_m_s=ones, mobility=np.zeros(n, np.int8), range_m=np.full(n, np.inf),
        carer=np.full(n, -1, np.int32), away=np.zeros(n, bool),
    )  # fmt: skip
    errands = Errands(
        key=rows.astype(np.uint64) + np.uint64(1), resident=rows, walker=rows, need=np.zeros(n, np.int8),
        day=(wanted_s // 86_400).astype(np.int32), wanted_s=wanted_s, stay_s=np.zeros(n),
        channel=np.full(n, Channel.WALK, np.int8), accompanied=np.zeros(n, bool), follows=np.full(n, -1, np.int32),
        tour=rows,
    )  # fmt: skip
    tours = Tours(
        first=np.arange(n + 1, dtype=np.int32), of_walker=np.arange(n + 1, dtype=np.int32), walker=rows,
        speed_m_s=ones, walk_class=np.zeros(n, np.int8), range_m=np.full(n, np.inf),
    )  # fmt: skip
    needs = NeedsConfig({"work": NeedConfig("事", "Work", limit_min={0: 20}, hours={0: [[0, 24, 1]]})})
    outlet = Outlet(
        "desk", "", "desk", 0, 0.0, (0.0, 0.0), -1, ((-np.inf, np.inf),), {"staff": PoolConfig(servers)},
        {"work": OfferConfig(1.0)}, 1.0, 0.0,
    )  # fmt: skip
    layout = Layout("desk", "", "", (outlet,), {})
    day = DayConfig(patience_unlimited_share=1.0)
    days = int(wanted_s[-1] // 86_400) + 2
    reach = find_reach(place, layout, LIMIT_M)
    model = LifeCircle(
        place, people, needs, errands, tours, layout, reach, day, days=days, seed=seed, agents=False
    )  # fmt: skip
    return model, wanted_s


def by_simpy(wanted_s: np.ndarray, service_s: np.ndarray, servers: int) -> np.ndarray:
    """The waits of the same arrivals with the same service times, by SimPy."""
    env = simpy.Environment()
    desk = simpy.Resource(env, servers)
    waits = np.empty(len(wanted_s))

    def person(i: int) -> Any:
        yield env.timeout(wanted_s[i])
        with desk.request() as turn:
            yield turn
            waits[i] = env.now - wanted_s[i]
            yield env.timeout(service_s[i])

    for i in range(len(wanted_s)):
        env.process(person(i))
    env.run()
    return waits


def queue_beside_simpy(n: int = 100_000, servers: int = 3) -> None:
    """The queue of one outlet: choice, walk and record included on our side."""
    print(f"Queue: {n:,} people, {servers} clerks, 80 % busy")
    one_outlet(1000, servers, 1)[0].run()
    model, wanted_s = one_outlet(n, servers, 1)
    start = time.perf_counter()
    record = model.run().errands
    ours = time.perf_counter() - start
    start = time.perf_counter()
    waits = by_simpy(wanted_s, record["service_s"].to_numpy(), servers)
    simpy_s = time.perf_counter() - start
    our_waits = (record["start_s"] - record["arrive_s"]).to_numpy()
    row("lifecircle", ours, f"{ours / n * 1e6:.2f} us per person")
    row("SimPy", simpy_s, f"{simpy_s / n * 1e6:.2f} us per person, {simpy_s / ours:.0f} x")
    print(f"  largest difference of a wait: {np.abs(waits - our_waits).max():.1e} s")


def week_by_stage(asked: Any, place: Place, layout: Layout) -> None:
    """One seed of one layout, stage by stage."""
    config = asked.config
    n = round(place.population or 0)
    reach = find_reach(place, layout, LIMIT_M)
    weekdays = config.study.weekdays
    settle_s, residents = timed(lambda: settle(place, config.people, 1))
    raise_s, (errands, tours) = timed(lambda: raise_errands(residents, config.people, config.needs, weekdays, 1))

    def live() -> Any:
        return LifeCircle(
            place, residents, config.needs, errands, tours, layout, reach, config.day,
            days=len(weekdays), seed=1, first_weekday=weekdays[0], agents=False,
        ).run()  # fmt: skip

    live_s, record = timed(live)
    print(f"Week: {n:,} residents, {len(weekdays)} days, {len(errands):,} errands, {len(record.legs):,} walks")
    row("residents", settle_s)
    row("errands and tours", raise_s)
    row("the days, and the record", live_s, f"{live_s / len(errands) * 1e6:.2f} us per errand")


def main() -> None:
    """Print all tables for a district of the residents asked for (20,600)."""
    residents = int(sys.argv[1]) if len(sys.argv) > 1 else 20_600
    asked = load_config(["study.layouts=[base]"])
    grown = asked.config.place.grown
    # More residents at the same density.
    asked.config.place.grown = replace(
        grown, residents=residents, area_km2=grown.area_km2 * residents / grown.residents
    )
    place = build_place(asked.config.place)
    place, layout = lay_out("base", asked.layouts, place, residents, asked.config.needs.catalogue, 1)
    print(f"{platform.platform()}, Python {platform.python_version()}, NumPy {np.__version__}")
    reach_beside_others(place, layout)
    queue_beside_simpy()
    week_by_stage(asked, place, layout)
    print(f"Peak memory of all this: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
