"""Occurrence: how often, when and by whom each need is met on a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from sim.by_age import ByAge, age_band
from sim.clock_times import DAY_S, HOUR_S, MINUTE_S, is_weekend
from sim.columns import Bools, Codes, Floats, Ints, Keys
from sim.needs.absence import Absence
from sim.needs.batch import Batch
from sim.needs.catalogue import HourShares, NeedConfig
from sim.needs.chance import errand_keys
from sim.needs.channel import Channel
from sim.people import ADULT, ELDER, Mobility, PeopleConfig, Residents
from sim.randomness import generator, text_key

DAY_KEYS: Final = 2**20  # more than twice the errands of one need that anybody has on a day


class Population(NamedTuple):
    """The people who have errands, and how they live.

    Fields:
        residents: all residents of the place.
        people: how they live.
        seed: the seed of all draws.
    """

    residents: Residents
    people: PeopleConfig
    seed: int


class Day(NamedTuple):
    """A day on which errands are raised.

    Fields:
        number: how many days after the first.
        weekday: 0 is a Monday.
        absence: those who are elsewhere; children who are brought somewhere are added to them.
    """

    number: int
    weekday: int
    absence: Absence


class Draws(NamedTuple):
    """The draws of every resident for one need and day, numbers evenly from 0 to 1, shape (resident,).

    Fields:
        when: at which hour.
        online: whether it is ordered online.
        stay: how long the stay is.
        collected: when somebody who was brought is fetched.
    """

    when: Floats
    online: Floats
    stay: Floats
    collected: Floats


class Wishes(NamedTuple):
    """What is wanted on one day, a row for each time.

    Fields:
        resident (wish,): the resident who wants it.
        ordinal (wish,): which of the times that they want it on this day, from 0.
        hour (wish,): the hour of the day.
    """

    resident: Ints
    ordinal: Ints
    hour: Floats


class Going(NamedTuple):
    """Those who go for each wish.

    Fields:
        channel (wish,): a `Channel`.
        walker (wish,): the resident who walks, or -1.
        carer (wish,): the carer of the resident who wants it, or -1.
        child (wish,): whether that is a child who does not walk alone.
        housebound (wish,): whether they do not walk.
    """

    channel: Codes
    walker: Ints
    carer: Ints
    child: Bools
    housebound: Bools

    @property
    def accompanied(self) -> Bools:
        """Whether the resident walks along with a carer, shape (wish,)."""
        return self.child & ~self.housebound & (self.channel == Channel.WALK)


def times_a_week(residents: Residents, key: str, need: NeedConfig, seed: int) -> Floats:
    """Errands per week of each resident: the mean of their age, or for regulars their habit and for others none."""
    per_week = ByAge(need.per_week).at(residents.age)
    if not need.regular_per_week:
        return per_week
    regular = generator(seed, "regulars", key).random(len(residents)) * need.regular_per_week < per_week
    return np.where(regular, need.regular_per_week, 0.0)


def raise_need(population: Population, key: str, need: NeedConfig, per_week: Floats, day: Day) -> list[Batch]:
    """The errands of one need on one day; every resident's draws are their own, whoever else raises what.

    `per_week` (resident,) as `times_a_week` has it. Where those who are brought are fetched again, that is a second
    batch.
    """
    draws, count = draw_wishes(population, key, need, per_week, day)
    wishes = wishes_of(population.residents, need, draws, count, day)
    going = find_walkers(population, need, draws, wishes, day.absence)
    resident, hour = wishes.resident, wishes.hour
    stay_s = need.stay_min * MINUTE_S * (0.5 + draws.stay[resident])
    fetch_hour = np.zeros(0)
    if need.collect:
        fetch_hour = need.collect[0] + draws.collected[resident] * (need.collect[1] - need.collect[0])
        alone = (going.channel == Channel.WALK) & ~going.accompanied
        stay_s = np.where(alone, np.maximum((fetch_hour - hour) * HOUR_S, stay_s), stay_s)
    keys = errand_keys(resident, text_key(key), DAY_KEYS * day.number + 2 * wishes.ordinal)
    brought = Batch(
        key=keys,
        resident=resident,
        walker=going.walker,
        day=np.full(len(resident), day.number),
        wanted_s=day.number * DAY_S + hour * HOUR_S,
        stay_s=stay_s,
        channel=going.channel,
        accompanied=going.accompanied,
        follows=np.zeros_like(keys),
    )
    if not need.collect:
        return [brought]
    there = going.channel == Channel.WALK
    day.absence.keep(resident[there], hour[there], fetch_hour[there])
    fetch_keys = errand_keys(resident, text_key(key), DAY_KEYS * day.number + 2 * wishes.ordinal + 1)
    return [brought, fetch(brought, fetch_keys, going, fetch_hour, day)]


def draw_wishes(population: Population, key: str, need: NeedConfig, per_week: Floats, day: Day) -> tuple[Draws, Ints]:
    """The draws of every resident for a need and day, and how many times they want it, shape (resident,)."""
    n = len(population.residents)
    rng = generator(population.seed, "errands", key, day.number)
    draw, *others = rng.random((5, n))
    per_day = per_week / len(need.days)
    if need.per_household:
        per_day = go_for_all(population.residents, need, per_day, rng.random(n))
    return Draws(*others), np.floor(per_day + draw).astype(np.int64)


def wishes_of(residents: Residents, need: NeedConfig, draws: Draws, count: Ints, day: Day) -> Wishes:
    """What is wanted at hours at which those who want it are there; several on a day are spread over the windows."""
    hours = (need.weekend_hours if is_weekend(day.weekday) else {}) or need.hours
    resident = np.repeat(np.arange(len(residents)), count)
    ordinal = np.arange(len(resident)) - np.repeat(np.cumsum(count) - count, count)
    hour = wanted_hours(hours, residents.age[resident], (draws.when[resident] + ordinal / count[resident]) % 1)
    there = ~day.absence.at(resident, hour)
    return Wishes(resident[there], ordinal[there], hour[there])


def find_walkers(population: Population, need: NeedConfig, draws: Draws, wishes: Wishes, absence: Absence) -> Going:
    """Those who go for each wish: a small child's carer with it, a housebound resident's carer for them, else they
    themselves; or why nobody does.
    """
    residents, resident = population.residents, wishes.resident
    age = residents.age[resident]
    child = age < max(population.people.alone_from_age, need.accompanied_below)
    housebound = residents.mobility[resident] == Mobility.HOUSEBOUND
    fetched = housebound & need.by_proxy
    carer = residents.carer[resident]
    missing = (carer < 0) | absence.at(carer, wishes.hour)
    channel = np.select(
        [
            draws.online[resident] < ByAge(need.online_share).at(age),
            fetched & ~missing,
            housebound,
            child & missing,
        ],
        [Channel.ONLINE, Channel.WALK, Channel.HOUSEBOUND, Channel.NO_CARER],
        Channel.WALK,
    )
    walker = np.where(channel == Channel.WALK, np.where(child | fetched, carer, resident), -1)
    return Going(channel, walker, carer, child, housebound)


def fetch(brought: Batch, keys: Keys, going: Going, fetch_hour: Floats, day: Day) -> Batch:
    """The errands of fetching those who were brought by a carer; the same carer fetches them."""
    with_carer = going.child & (going.channel != Channel.ONLINE) & ~going.housebound
    gone = day.absence.at(going.carer, fetch_hour)
    can = with_carer & (going.channel == Channel.WALK) & ~gone
    return Batch(
        key=keys,
        resident=brought.resident,
        walker=np.where(can, going.carer, -1),
        day=brought.day,
        wanted_s=day.number * DAY_S + fetch_hour * HOUR_S,
        stay_s=brought.stay_s,
        channel=np.where(can, Channel.WALK, Channel.NO_CARER),
        accompanied=can,
        follows=np.where(can, brought.key, 0).astype(np.uint64),
    ).of(with_carer)


def go_for_all(residents: Residents, need: NeedConfig, per_day: Floats, draw: Floats) -> Floats:
    """Errands per day of those who go for each household: one elder if there is one, and beside an elder one adult."""
    can_walk = residents.mobility != Mobility.HOUSEBOUND
    elder = (residents.age >= ELDER) & can_walk
    adult = (residents.age >= ADULT) & ~elder & can_walk
    rank = np.select([elder, adult & ~residents.away, adult], [0, 1, 2], 3)
    order = np.lexsort((draw, rank, residents.household))
    first = order[np.unique(residents.household[order], return_index=True)[1]]
    goes = np.zeros(len(residents))
    goes[first] = per_day[first]
    if need.beside_elder_per_week:
        with_elder = elder[first][residents.household]
        beside = order[(adult & with_elder)[order]]
        beside = beside[np.unique(residents.household[beside], return_index=True)[1]]
        goes[beside] = need.beside_elder_per_week / len(need.days)
    return goes


def windows_of(hours: HourShares) -> tuple[Floats, Floats]:
    """Windows of hours, a row each, and the shares of trips before each and, at the end, all of them."""
    rows = np.array(hours, dtype=float)
    share = np.concatenate([[0.0], np.cumsum(rows[:, 2] / rows[:, 2].sum())])
    share[-1] = 1.0
    return rows, share


def wanted_hours(hours: Mapping[int, HourShares], age: Ints, draw: Floats) -> Floats:
    """The hour of day wanted by residents of each age: a window by its share, then evenly within it."""
    wanted = np.empty(len(age))
    starts = sorted(hours)
    band = np.maximum(age_band(starts, age), 0)
    for i, start in enumerate(starts):
        rows, share = windows_of(hours[start])
        here = band == i
        window = np.searchsorted(share, draw[here], side="right") - 1
        within = (draw[here] - share[window]) / (share[window + 1] - share[window])
        wanted[here] = rows[window, 0] + within * (rows[window, 1] - rows[window, 0])
    return wanted
