"""Errands: what every resident wants on every day. No layout has a say in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np

from sim.by_age import ByAge, age_band
from sim.clock_times import DAY_S, HOUR_S, MINUTE_S, is_weekend
from sim.columns import Bools, Codes, Floats, Ints, Keys, seal
from sim.kernels import kernel
from sim.needs.catalogue import HourShares, NeedConfig, NeedsConfig
from sim.people import ADULT, ELDER, Mobility, PeopleConfig, Residents
from sim.place import WalkClass
from sim.randomness import CHAINING, CYCLING, WEATHER, generator, keyed, text_key, uniform

DAY_KEYS: Final = 2**20  # more than twice the errands of one need that anybody has on a day


class Channel(IntEnum):
    """What an errand needs before any outlet comes into play."""

    WALK = 0
    ONLINE = 1  # ordered before anyone walks
    NO_CARER = 2  # a child with nobody to walk with
    HOUSEBOUND = 3  # somebody who does not walk, and nobody of the household goes for them: an order, if any


@dataclass(frozen=True)
class Errands:
    """One need of one person on one day, a row each; walking errands first, by walker and time.

    `key` stable identity; `resident` whose need; `walker` who goes, or -1; `need` row in the catalogue; `day`
    (0 is the first day, a Monday less the warm-up); `wanted_s` seconds since the start of day 0; `stay_s` time
    there after being served; `channel` a `Channel`; `accompanied`: the resident walks along; `follows` the
    errand to whose outlet this one returns, or -1; `tour` row in `Tours`, or -1.
    """

    key: Keys
    resident: Ints
    walker: Ints
    need: Codes
    day: Ints
    wanted_s: Floats
    stay_s: Floats
    channel: Codes
    accompanied: Bools
    follows: Ints
    tour: Ints

    def __post_init__(self) -> None:
        seal(self)

    def __len__(self) -> int:
        return len(self.key)


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


class Batch(NamedTuple):
    """Errands of one need on one day, before they are put in order."""

    key: Keys
    resident: Ints
    walker: Ints
    day: Ints
    wanted_s: Floats
    stay_s: Floats
    channel: Codes
    accompanied: Bools
    follows: Keys  # key of the errand that it follows, or 0


def raise_errands(
    residents: Residents, people: PeopleConfig, needs: NeedsConfig, weekdays: list[int], seed: int
) -> tuple[Errands, Tours]:
    """All errands of the days with these weekdays (0 Monday), and the tours into which each walker joins them."""
    batches, rows = [], []
    # Needs that take children away for hours come first: what else they want in those hours is not of this place.
    catalogue = sorted(enumerate(needs.catalogue.items()), key=lambda entry: entry[1][1].collect is None)
    regular = {key: _regulars(residents, key, need, seed) for key, need in needs.catalogue.items()}
    bad_weather = weather_days(needs, len(weekdays), seed)
    for day, weekday in enumerate(weekdays):
        absence = _Absence(residents, people, weekday)
        for row, (key, need) in catalogue:
            if weekday in need.days:
                for batch in _raise_need(residents, people, key, need, regular[key], day, weekday, absence, seed):
                    batches.append(_weathered(batch, residents, need, needs, seed) if bad_weather[day] else batch)
                    rows.append(row)
    if not batches:
        batches, rows = [Batch._make(np.empty(0, t) for t in _DTYPES)], [0]
    columns = zip(*batches, strict=True)
    batch = Batch._make(np.concatenate(column).astype(t) for column, t in zip(columns, _DTYPES, strict=True))
    need_row = np.repeat(np.array(rows, np.int8), [len(b.key) for b in batches])

    walks = batch.channel == Channel.WALK
    who = np.where(walks, batch.walker, batch.resident)
    order = np.lexsort((batch.key, batch.wanted_s, who, ~walks))
    batch, need_row = Batch._make(column[order] for column in batch), need_row[order]
    n_walks = int(np.count_nonzero(walks))
    sets_out = _sets_out(batch, need_row, residents, needs, seed, n_walks)
    tour = np.full(len(order), -1, np.int32)
    tour[:n_walks] = np.cumsum(sets_out) - 1
    errands = Errands(
        key=batch.key,
        resident=batch.resident,
        walker=batch.walker,
        need=need_row,
        day=batch.day,
        wanted_s=batch.wanted_s,
        stay_s=batch.stay_s,
        channel=batch.channel,
        accompanied=batch.accompanied,
        follows=_rows_of(batch.follows, batch.key),
        tour=tour,
    )
    return errands, _join(errands, residents, people, needs, np.flatnonzero(sets_out), n_walks, bad_weather, seed)


def weather_days(needs: NeedsConfig, days: int, seed: int) -> Bools:
    """Which days have bad weather, shape (day,)."""
    return np.array([generator(seed, "weather", day).random() < needs.weather.share for day in range(days)], np.bool_)


def _weathered(batch: Batch, residents: Residents, need: NeedConfig, needs: NeedsConfig, seed: int) -> Batch:
    """What is left of a batch in bad weather: fewer discretionary errands, and shorter stays under the sky."""
    weather = needs.weather
    if need.discretionary:
        kept = _drawn(batch.key, np.full(len(batch.key), weather.discretionary_share), WEATHER, seed)
        batch = Batch._make(column[kept] for column in batch)
    if need.outdoors:
        of_resident = ByAge(weather.outdoors_min, np.inf).at(residents.age)
        with_whom = np.where(batch.walker >= 0, batch.walker, batch.resident)
        longest_s = MINUTE_S * np.minimum(of_resident[batch.resident], of_resident[with_whom]) / 2
        batch = batch._replace(stay_s=np.minimum(batch.stay_s, longest_s))
    return batch


class _Absence:
    """Who is elsewhere when on one day: adults who are away, and children between being brought and fetched."""

    def __init__(self, residents: Residents, people: PeopleConfig, weekday: int) -> None:
        away = residents.away & (not is_weekend(weekday))
        self.from_h = np.where(away, people.away_from_h, np.inf)
        self.until_h = np.where(away, people.away_until_h, -np.inf)

    def at(self, who: Ints, hour: Floats) -> Bools:
        """Whether each of `who` (-1 nobody) is elsewhere at the hour."""
        return (who >= 0) & (hour >= self.from_h[who]) & (hour < self.until_h[who])

    def keep(self, who: Ints, from_h: Floats, until_h: Floats) -> None:
        """Have these children elsewhere between two hours."""
        self.from_h[who], self.until_h[who] = from_h, until_h


_DTYPES: Final = (
    np.uint64, np.int32, np.int32, np.int32, np.float64, np.float64, np.int8, np.bool_, np.uint64,
)  # fmt: skip


def _regulars(residents: Residents, key: str, need: NeedConfig, seed: int) -> Floats:
    """Errands per week of each resident: the mean of their age, or for regulars their habit and for others none."""
    per_week = ByAge(need.per_week).at(residents.age)
    if not need.regular_per_week:
        return per_week
    regular = generator(seed, "regulars", key).random(len(residents)) * need.regular_per_week < per_week
    return np.where(regular, need.regular_per_week, 0.0)


def _raise_need(
    residents: Residents,
    people: PeopleConfig,
    key: str,
    need: NeedConfig,
    per_week: Floats,
    day: int,
    weekday: int,
    absence: _Absence,
    seed: int,
) -> list[Batch]:
    """The errands of one need on one day; every resident's draws are their own, whoever else raises what."""
    n = len(residents)
    rng = generator(seed, "errands", key, day)
    draw, when, online, stay, collected = rng.random((5, n))
    per_day = per_week / len(need.days)
    if need.per_household:
        per_day = _goers(residents, need, per_day, rng.random(n))
    count = np.floor(per_day + draw).astype(np.int64)
    weekend = is_weekend(weekday)
    hours = (need.weekend_hours if weekend else {}) or need.hours

    resident = np.repeat(np.arange(n), count)
    ordinal = np.arange(len(resident)) - np.repeat(np.cumsum(count) - count, count)
    # Several on a day are spread over the windows.
    hour = wanted_hours(hours, residents.age[resident], (when[resident] + ordinal / count[resident]) % 1)
    absent = absence.at(resident, hour)
    resident, ordinal, hour = resident[~absent], ordinal[~absent], hour[~absent]

    age = residents.age[resident]
    child = age < max(people.alone_from_age, need.accompanied_below)
    housebound = residents.mobility[resident] == Mobility.HOUSEBOUND
    fetched = housebound & need.by_proxy
    carer = residents.carer[resident]
    helped = child | fetched
    missing = (carer < 0) | absence.at(carer, hour)
    channel = np.select(
        [
            online[resident] < ByAge(need.online_share).at(age),
            fetched & ~missing,
            housebound,
            child & missing,
        ],
        [Channel.ONLINE, Channel.WALK, Channel.HOUSEBOUND, Channel.NO_CARER],
        Channel.WALK,
    )
    walker = np.where(channel == Channel.WALK, np.where(helped, carer, resident), -1)
    wanted_s = day * DAY_S + hour * HOUR_S
    stay_s = need.stay_min * MINUTE_S * (0.5 + stay[resident])
    accompanied = child & ~housebound & (channel == Channel.WALK)
    fetch_hour = np.zeros(0)
    if need.collect:
        fetch_hour = need.collect[0] + collected[resident] * (need.collect[1] - need.collect[0])
        alone = (channel == Channel.WALK) & ~accompanied
        stay_s = np.where(alone, np.maximum((fetch_hour - hour) * HOUR_S, stay_s), stay_s)
    name = text_key(key)
    keys = errand_keys(resident, name, DAY_KEYS * day + 2 * ordinal)
    brought = Batch(
        keys, resident, walker, np.full(len(resident), day), wanted_s, stay_s, channel, accompanied, np.zeros_like(keys)
    )  # fmt: skip
    if not need.collect:
        return [brought]
    there = channel == Channel.WALK
    absence.keep(resident[there], hour[there], fetch_hour[there])
    # Who is brought by a carer is fetched by the same carer.
    with_carer = child & (channel != Channel.ONLINE) & ~housebound
    gone = absence.at(carer, fetch_hour)
    can = with_carer & (channel == Channel.WALK) & ~gone
    fetch = Batch(
        errand_keys(resident, name, DAY_KEYS * day + 2 * ordinal + 1),
        resident,
        np.where(can, carer, -1),
        brought.day,
        day * DAY_S + fetch_hour * HOUR_S,
        stay_s,
        np.where(can, Channel.WALK, Channel.NO_CARER),
        can,
        np.where(can, keys, 0).astype(np.uint64),
    )
    return [brought, Batch._make(column[with_carer] for column in fetch)]


def _goers(residents: Residents, need: NeedConfig, per_day: Floats, draw: Floats) -> Floats:
    """Errands per day of who goes for each household: one elder if there is one, and beside an elder one adult."""
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


def wanted_hours(hours: Mapping[int, HourShares], age: Ints, draw: Floats) -> Floats:
    """The hour of day wanted by residents of each age: a window by its share, then evenly within it."""
    wanted = np.empty(len(age))
    starts = sorted(hours)
    band = np.maximum(age_band(starts, age), 0)
    for i, start in enumerate(starts):
        rows = np.array(hours[start], dtype=float)
        share = np.concatenate([[0.0], np.cumsum(rows[:, 2] / rows[:, 2].sum())])
        share[-1] = 1.0
        here = band == i
        window = np.searchsorted(share, draw[here], side="right") - 1
        within = (draw[here] - share[window]) / (share[window + 1] - share[window])
        wanted[here] = rows[window, 0] + within * (rows[window, 1] - rows[window, 0])
    return wanted


@kernel
def errand_keys(resident: Ints, need: np.uint64, ordinal: Ints) -> Keys:
    """The identity of each errand: its resident, need, day and number on that day, and nothing else."""
    keys = np.empty(len(resident), np.uint64)
    for i in range(len(resident)):
        keys[i] = keyed(0, np.uint64(0), resident[i], need, ordinal[i])
    return keys


def _rows_of(follows: Keys, key: Keys) -> Ints:
    """The row of each followed errand, or -1."""
    rows = np.full(len(key), -1, np.int32)
    has = np.flatnonzero(follows)
    order = np.argsort(key)
    rows[has] = order[np.searchsorted(key[order], follows[has])]
    return rows


def _sets_out(batch: Batch, need: Codes, residents: Residents, needs: NeedsConfig, seed: int, n_walks: int) -> Bools:
    """Whether each walking errand begins a tour or is chained to the one before it.

    Errands of one walker and day that are wanted within `chain_within_min` of each other are chained by chance. After
    bringing or fetching somebody the next errand always is; a time to bring or fetch at is kept, so it begins a tour.
    """
    if not n_walks:
        return np.zeros(0, dtype=bool)
    timed = np.array([need.collect is not None for need in needs.catalogue.values()])[need[:n_walks]]
    timed &= batch.accompanied[:n_walks]
    walker, wanted_s = batch.walker[:n_walks], batch.wanted_s[:n_walks]
    chained = _drawn(batch.key[:n_walks], ByAge(needs.chain_share).at(residents.age[walker]), CHAINING, seed)
    chained[1:] |= timed[:-1]
    chained[1:] &= (walker[1:] == walker[:-1]) & (batch.day[1:n_walks] == batch.day[: n_walks - 1])
    chained[1:] &= wanted_s[1:] - wanted_s[:-1] <= needs.chain_within_min * MINUTE_S
    chained[0] = False
    return ~chained | timed


@kernel
def _drawn(key: Keys, share: Floats, stream: np.uint64, seed: int) -> Bools:
    """Whether the number that belongs to each errand in a stream is below its share."""
    drawn = np.empty(len(key), np.bool_)
    for i in range(len(key)):
        drawn[i] = uniform(seed, stream, key[i], 0, 0) < share[i]
    return drawn


def _join(
    errands: Errands,
    residents: Residents,
    people: PeopleConfig,
    needs: NeedsConfig,
    first: Ints,
    n_walks: int,
    bad_weather: Bools,
    seed: int,
) -> Tours:
    """The tours that begin at these rows; a party goes at the pace of its slowest all the way.

    Who goes alone and is not slow cycles by chance. In bad weather all are slower, nobody cycles, and a walk may take
    half of the time for which its party is outdoors at most, a quarter where the stay is outdoors too: the rest is for
    the stay and the way home.
    """
    if not n_walks:
        none = np.empty(0)
        no_tours = np.zeros(len(residents) + 1, np.int32)
        whole = np.empty(0, np.int32)
        return Tours(np.zeros(1, np.int32), no_tours, whole, none, none.astype(np.int8), none)
    walker = errands.walker[:n_walks]
    along = np.where(errands.accompanied[:n_walks], errands.resident[:n_walks], walker)
    speed = np.minimum.reduceat(np.minimum(residents.speed_m_s[walker], residents.speed_m_s[along]), first)
    walk_class = np.maximum.reduceat(np.maximum(residents.walk_class[walker], residents.walk_class[along]), first)
    range_m = np.minimum.reduceat(np.minimum(residents.range_m[walker], residents.range_m[along]), first)
    if people.cycle_share:
        share = np.where(walk_class == WalkClass.ABLE, ByAge(people.cycle_share).at(residents.age[walker[first]]), 0.0)
        share[np.logical_or.reduceat(errands.accompanied[:n_walks], first) | bad_weather[errands.day[first]]] = 0.0
        cycles = _drawn(errands.key[first], share, CYCLING, seed)
        walk_class = np.where(cycles, WalkClass.CYCLE, walk_class)
        speed = np.where(cycles, people.cycle_m_s, speed)
    if bad_weather.any():
        bad = bad_weather[errands.day[first]]
        speed = np.where(bad, speed * needs.weather.speed_factor, speed)
        outdoors = ByAge(needs.weather.outdoors_min, np.inf).at(residents.age)
        outdoors_s = MINUTE_S * np.minimum.reduceat(np.minimum(outdoors[walker], outdoors[along]), first)
        stays_out = np.array([need.outdoors for need in needs.catalogue.values()])[errands.need[:n_walks]]
        share = np.where(np.logical_or.reduceat(stays_out, first), 0.25, 0.5)
        range_m = np.where(bad, np.minimum(range_m, outdoors_s * share * speed), range_m)
    return Tours(
        first=np.append(first, n_walks).astype(np.int32),
        of_walker=np.searchsorted(walker[first], np.arange(len(residents) + 1)).astype(np.int32),
        walker=walker[first],
        speed_m_s=speed,
        walk_class=walk_class.astype(np.int8),
        range_m=range_m,
    )
