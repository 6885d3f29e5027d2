"""Tours: walks from home over one or more errands and home again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.by_age import ByAge
from sim.clock_times import MINUTE_S
from sim.columns import Bools, Codes, Floats, Ints, seal
from sim.needs.batch import Batch
from sim.needs.catalogue import NeedsConfig
from sim.needs.chance import are_drawn
from sim.needs.channel import Channel
from sim.needs.errands import Errands
from sim.people import Party, PeopleConfig, Residents, walk_together
from sim.place import WalkClass
from sim.randomness import CHAINING, CYCLING


@dataclass(frozen=True)
class Tours:
    """Walks from home over one or more errands and home again, ordered by walker and time.

    `first` (tour + 1,) rows of errands; `of_walker` (resident + 1,) rows of tours; `walker`; `speed_m_s` of the
    slowest of the party; `walk_class` and `range_m` of its least able.
    """

    first: Ints
    of_walker: Ints
    walker: Ints
    speed_m_s: Floats
    walk_class: Codes
    range_m: Floats

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.walker)


def sets_out(batch: Batch, need: Codes, residents: Residents, needs: NeedsConfig, seed: int, n_walks: int) -> Bools:
    """Whether each walking errand begins a tour or is chained to the one before it.

    Errands of one walker and day that are wanted within `chain_within_min` of each other are chained by chance. After
    bringing or fetching somebody the next errand always is; a time to bring or fetch at is kept, so it begins a tour.
    """
    if not n_walks:
        return np.zeros(0, dtype=bool)
    timed = np.array([need.collect is not None for need in needs.catalogue.values()])[need[:n_walks]]
    timed &= batch.accompanied[:n_walks]
    walker, wanted_s = batch.walker[:n_walks], batch.wanted_s[:n_walks]
    chained = are_drawn(batch.key[:n_walks], ByAge(needs.chain_share).at(residents.age[walker]), CHAINING, seed)
    chained[1:] |= timed[:-1]
    chained[1:] &= (walker[1:] == walker[:-1]) & (batch.day[1:n_walks] == batch.day[: n_walks - 1])
    chained[1:] &= wanted_s[1:] - wanted_s[:-1] <= needs.chain_within_min * MINUTE_S
    chained[0] = False
    return ~chained | timed


def join_tours(
    errands: Errands,
    residents: Residents,
    people: PeopleConfig,
    needs: NeedsConfig,
    first: Ints,
    bad_weather: Bools,
    seed: int,
) -> Tours:
    """The tours that begin at the rows `first` (tour,); a party goes at the pace of its slowest all the way.

    Those who go alone and are not slow cycle by chance. In bad weather (`bad_weather`, (day,)) all are slower, nobody
    cycles, and a walk may take half of the time for which its party is outdoors at most, a quarter where the stay is
    outdoors too: the rest is for the stay and the way home.
    """
    n_walks = int(np.count_nonzero(errands.channel == Channel.WALK))
    if not n_walks:
        none = np.empty(0)
        no_tours = np.zeros(len(residents) + 1, np.int32)
        whole = np.empty(0, np.int32)
        return Tours(np.zeros(1, np.int32), no_tours, whole, none, none.astype(np.int8), none)
    walker = errands.walker[:n_walks]
    along = np.where(errands.accompanied[:n_walks], errands.resident[:n_walks], walker)
    each = walk_together(residents, walker, along)
    party = Party(
        speed_m_s=np.minimum.reduceat(each.speed_m_s, first),
        walk_class=np.maximum.reduceat(each.walk_class, first),
        range_m=np.minimum.reduceat(each.range_m, first),
    )
    bad = bad_weather[errands.day[first]]
    if people.cycle_share:
        share = ByAge(people.cycle_share).at(residents.age[walker[first]])
        share = np.where(party.walk_class == WalkClass.ABLE, share, 0.0)
        share[np.logical_or.reduceat(errands.accompanied[:n_walks], first) | bad] = 0.0
        party = cycled(party, are_drawn(errands.key[first], share, CYCLING, seed), people)
    if bad_weather.any():
        outdoors_min = ByAge(needs.weather.outdoors_min, np.inf).at(residents.age)
        outdoors_s = MINUTE_S * np.minimum.reduceat(np.minimum(outdoors_min[walker], outdoors_min[along]), first)
        stays_out = np.array([need.outdoors for need in needs.catalogue.values()])[errands.need[:n_walks]]
        party = slowed(party, bad, needs, outdoors_s, np.logical_or.reduceat(stays_out, first))
    return Tours(
        first=np.append(first, n_walks).astype(np.int32),
        of_walker=np.searchsorted(walker[first], np.arange(len(residents) + 1)).astype(np.int32),
        walker=walker[first],
        speed_m_s=party.speed_m_s,
        walk_class=party.walk_class.astype(np.int8),
        range_m=party.range_m,
    )


def cycled(party: Party, cycles: Bools, people: PeopleConfig) -> Party:
    """The same parties, some of them on bicycles."""
    return party._replace(
        speed_m_s=np.where(cycles, people.cycle_m_s, party.speed_m_s),
        walk_class=np.where(cycles, WalkClass.CYCLE, party.walk_class),
    )


def slowed(party: Party, bad: Bools, needs: NeedsConfig, outdoors_s: Floats, stays_out: Bools) -> Party:
    """The same parties, those that go in bad weather slower and less far, as `join_tours` says."""
    speed = np.where(bad, party.speed_m_s * needs.weather.speed_factor, party.speed_m_s)
    share = np.where(stays_out, 0.25, 0.5)
    range_m = np.where(bad, np.minimum(party.range_m, outdoors_s * share * speed), party.range_m)
    return party._replace(speed_m_s=speed, range_m=range_m)
