"""Queues against the theory: one outlet, Poisson arrivals, and what Erlang, Pollaczek and Khinchine say of the wait.

Each row is one run with a fixed seed. Means come with the standard error of 40 batch means; what is compared must lie
within four standard errors, and the standard error must be small enough for that to mean something.
"""

from __future__ import annotations

import csv
from math import factorial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from sim.day import DayConfig
from sim.needs import Errands, NeedConfig, Tours
from sim.outlets import OfferConfig, PoolConfig
from sim.people import Residents
from tests.worlds import DAY_S, Link, Shop, World, layout_of, needs_of, place_of, streets_of

REFERENCE = Path(__file__).parents[3] / "shared/data/queue_analytic/queue_reference.csv"
BATCHES = 40
MINUTE_S = 60.0  # the unit of time of all rates here


class Queue(NamedTuple):
    """A queue in equilibrium: rates per minute, servers, places (0 for no limit), and what theory says of it.

    `wait` mean minutes before service of those who are served, `blocked` the share that is turned away, `waits` the
    share that waits at all; `length` those waiting at a time.
    """

    name: str
    arrivals: float
    services: float
    servers: int
    room: int
    fixed: bool
    wait: float
    length: float
    blocked: float
    waits: float | None


def erlang(arrivals: float, services: float, servers: int, room: int = 0) -> Queue:
    """M/M/c, or M/M/c/K with a room, from the chances of each number of people inside."""
    offered = arrivals / services
    most = room or 2_000
    chance = np.ones(most + 1)
    for inside in range(1, most + 1):
        chance[inside] = chance[inside - 1] * offered / min(inside, servers)
    chance /= chance.sum()
    length = float(np.sum(chance * np.maximum(np.arange(most + 1) - servers, 0)))
    blocked = float(chance[-1]) if room else 0.0
    waits = float(chance[servers:].sum()) if not room else None
    name = f"M/M/{servers}" + (f"/{room}" if room else "")
    wait = length / (arrivals * (1 - blocked))
    return Queue(name, arrivals, services, servers, room, False, wait, length, blocked, waits)


def read_reference() -> list[Queue]:
    """The rows of the reference, computed by others from the same theory."""
    queues = []
    with REFERENCE.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            model, chance = row["model"].split()[0], float(row["P_wait_or_loss"])
            room = int(model.split("/")[3]) if model.count("/") == 3 else 0
            queues.append(
                Queue(
                    name=model,
                    arrivals=float(row["lambda"]),
                    services=float(row["mu"]),
                    servers=int(row["servers"]),
                    room=room,
                    fixed=model.split("/")[1] == "D",
                    wait=float(row["Wq"]),
                    length=float(row["Lq"]),
                    blocked=chance if room else 0.0,
                    waits=None if room else chance,
                )
            )
    return queues


def busy_outlet(queue: Queue, n: int, seed: int) -> World:
    """One outlet that never closes, and `n` residents at its door, each with one errand and all the patience."""
    wanted_s = np.cumsum(np.random.default_rng(seed).exponential(MINUTE_S / queue.arrivals, n))
    place = place_of(streets_of([-1, -1], [Link(0, 1)]), [(0, 0.0)])
    everybody, nobody, nothing = np.arange(n, dtype=np.int32), np.full(n, -1, np.int32), np.zeros(n, np.int32)
    residents = Residents(
        home=nothing, household=everybody, age=np.full(n, 40, np.int32), age_group=np.full(n, 3, np.int8),
        female=np.zeros(n, bool), speed_m_s=np.ones(n), mobility=np.zeros(n, np.int8), range_m=np.full(n, np.inf),
        carer=nobody, away=np.zeros(n, bool),
    )  # fmt: skip
    errands = Errands(
        key=np.random.default_rng([seed, 1]).integers(0, 2**64, n, dtype=np.uint64), resident=everybody,
        walker=everybody, need=np.zeros(n, np.int8), day=(wanted_s // DAY_S).astype(np.int32), wanted_s=wanted_s,
        stay_s=np.zeros(n), channel=np.zeros(n, np.int8), accompanied=np.zeros(n, bool), follows=nobody, tour=everybody,
    )  # fmt: skip
    tours = Tours(
        first=np.arange(n + 1, dtype=np.int32), of_walker=np.arange(n + 1, dtype=np.int32), walker=everybody,
        speed_m_s=np.ones(n), walk_class=np.zeros(n, np.int8), range_m=np.full(n, np.inf),
    )  # fmt: skip
    service = OfferConfig(service_min=1 / queue.services, service="fixed" if queue.fixed else "exponential")
    outlet = Shop("counter", 0, {"bread": service}, {"staff": PoolConfig(queue.servers, room=queue.room)})
    return World(
        place=place,
        residents=residents,
        needs=needs_of(bread=NeedConfig(limit_min={0: 5.0})),
        errands=errands,
        tours=tours,
        layout=layout_of([outlet]),
        day=DayConfig(retries=0, patience_unlimited_share=1.0),
        days=int(wanted_s[-1] // DAY_S) + 1,
        seed=seed,
    )


def check_mean(name: str, seen: np.ndarray, expected: float, within: float) -> None:
    """The mean of a long series, missing values left out, is the expected one.

    It lies within four standard errors of batch means, and the standard error is at most `within` of the expected mean.
    """
    means = np.array([np.nanmean(batch) for batch in np.array_split(seen, BATCHES)])
    error = means.std(ddof=1) / np.sqrt(BATCHES)
    assert error <= within * expected, f"{name}: standard error {error:.4g} of {expected:.4g}; a longer run is needed"
    assert abs(means.mean() - expected) <= 4 * error, f"{name}: {means.mean():.5g} +- {error:.2g}, not {expected:.5g}"


def check_queue(queue: Queue) -> None:
    """Wait, share that waits, share turned away and length of the queue, from half a million arrivals."""
    n = 500_000
    rows = busy_outlet(queue, n, seed=7).run().errands
    settled = rows.iloc[n // 20 :]  # the queue begins empty
    met = (settled["outcome"] == "met_walk").to_numpy()
    assert set(settled["reason"][~met]) <= {"full"}
    wait_min = (settled["start_s"] - settled["arrive_s"]).to_numpy() / MINUTE_S
    check_mean("wait", wait_min, queue.wait, within=0.04)
    if queue.room:
        check_mean("blocked", (~met).astype(float), queue.blocked, within=0.02)
    if queue.waits is not None:
        check_mean("waits", wait_min > 0, queue.waits, within=0.02)
    # Little's law, from the time that all spend waiting
    span_min = (settled["wanted_s"].iloc[-1] - settled["wanted_s"].iloc[0]) / MINUTE_S
    assert np.nansum(wait_min) / span_min == pytest.approx(queue.length, rel=0.13)
    service_min = settled["service_s"].to_numpy() / MINUTE_S
    if queue.fixed:
        assert service_min == pytest.approx(1 / queue.services)
    else:
        check_mean("service", service_min, 1 / queue.services, within=0.01)


def test_erlang_formula() -> None:
    """The chances used here give Erlang's C in its textbook form."""
    for arrivals, servers in ((0.8, 1), (2.4, 3), (9.0, 10)):
        busy = arrivals / servers
        last = arrivals**servers / factorial(servers) / (1 - busy)
        waits = last / (sum(arrivals**k / factorial(k) for k in range(servers)) + last)
        queue = erlang(arrivals, 1.0, servers)
        assert queue.waits == pytest.approx(waits)
        assert queue.wait == pytest.approx(waits / (servers - arrivals))


@pytest.mark.parametrize(
    "queue",
    [erlang(0.7, 1, 1), erlang(1.7, 1, 2), erlang(0.5, 0.15, 4), erlang(2, 1, 1, room=3), erlang(3, 1, 3, room=3)],
    ids=lambda queue: f"{queue.name} at {queue.arrivals / queue.services / queue.servers:.2f}",
)
def test_erlang(queue: Queue) -> None:
    if queue.room == queue.servers:  # Erlang's loss system: nobody ever waits
        rows = busy_outlet(queue, 300_000, seed=7).run().errands
        check_mean("blocked", (rows["outcome"] == "unmet").to_numpy(float), queue.blocked, within=0.02)
        assert (rows["start_s"] == rows["arrive_s"])[rows["outcome"] == "met_walk"].all()
    else:
        check_queue(queue)


@pytest.mark.skipif(not REFERENCE.is_file(), reason=f"no reference at {REFERENCE}")
@pytest.mark.parametrize("row", range(13))
def test_reference(row: int) -> None:
    queues = read_reference()
    assert len(queues) == 13
    check_queue(queues[row])
