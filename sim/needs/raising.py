"""Raising: all errands of some days, and the tours into which they are joined. No layout has a say in them."""

from __future__ import annotations

import numpy as np

from sim.columns import Bools, Codes, Ints, Keys
from sim.needs.absence import Absence
from sim.needs.batch import Batch, put_together
from sim.needs.catalogue import NeedsConfig
from sim.needs.channel import Channel
from sim.needs.errands import Errands
from sim.needs.occurrence import Day, Population, raise_need, times_a_week
from sim.needs.tours import Tours, join_tours, sets_out
from sim.needs.weather import weather_days, weathered
from sim.people import PeopleConfig, Residents


def raise_errands(
    residents: Residents, people: PeopleConfig, needs: NeedsConfig, weekdays: list[int], seed: int
) -> tuple[Errands, Tours]:
    """All errands of the days with these weekdays (0 Monday), and the tours into which each walker joins them."""
    bad_weather = weather_days(needs, len(weekdays), seed)
    batch, need_row = raise_in_turn(residents, people, needs, weekdays, bad_weather, seed)
    walks = batch.channel == Channel.WALK
    goer = np.where(walks, batch.walker, batch.resident)
    order = np.lexsort((batch.key, batch.wanted_s, goer, ~walks))
    batch, need_row = batch.of(order), need_row[order]
    n_walks = int(np.count_nonzero(walks))
    begins = sets_out(batch, need_row, residents, needs, seed, n_walks)
    tour = np.full(len(order), -1, np.int32)
    tour[:n_walks] = np.cumsum(begins) - 1
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
        follows=rows_of_keys(batch.follows, batch.key),
        tour=tour,
    )
    return errands, join_tours(errands, residents, people, needs, np.flatnonzero(begins), bad_weather, seed)


def raise_in_turn(
    residents: Residents, people: PeopleConfig, needs: NeedsConfig, weekdays: list[int], bad_weather: Bools, seed: int
) -> tuple[Batch, Codes]:
    """The errands of all needs and days as they come, and the row of the need of each.

    Needs that take children away for hours come first on each day: what else these children want in those hours is not
    of this place.
    """
    batches, rows = [], []
    population = Population(residents, people, seed)
    catalogue = sorted(enumerate(needs.catalogue.items()), key=lambda entry: entry[1][1].collect is None)
    often = {key: times_a_week(residents, key, need, seed) for key, need in needs.catalogue.items()}
    for number, weekday in enumerate(weekdays):
        day = Day(number, weekday, Absence(residents, people, weekday))
        for row, (key, need) in catalogue:
            if weekday in need.days:
                for batch in raise_need(population, key, need, often[key], day):
                    bad = bad_weather[number]
                    batches.append(weathered(batch, residents, need, needs, seed) if bad else batch)
                    rows.append(row)
    counts = np.array([len(batch.key) for batch in batches], np.int64)
    return put_together(batches), np.repeat(np.array(rows, np.int8), counts)


def rows_of_keys(follows: Keys, key: Keys) -> Ints:
    """The row of each followed errand, or -1."""
    rows = np.full(len(key), -1, np.int32)
    has = np.flatnonzero(follows)
    order = np.argsort(key)
    rows[has] = order[np.searchsorted(key[order], follows[has])]
    return rows
