"""Needs as the loop knows them, whatever the layout: when they are wanted, and how they are met if not on foot."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from sim.by_age import age_band
from sim.clock_times import DAY_S, HOUR_S, MINUTE_S
from sim.columns import Ints, Rows
from sim.day.tables import HOURS, KEPT_SPAN, WANT, fill_rows
from sim.day.wanted import Wanted
from sim.needs import NeedConfig, NeedsConfig, windows_of
from sim.randomness import text_key

KM_M = 1000.0


def want_rows(needs: NeedsConfig, outside: Mapping[str, tuple[float, float]]) -> Rows:
    """The needs; `outside` has the minutes and kilometres to where some are had beyond the place, instead of theirs."""
    found = needs.catalogue.values()
    beyond = [outside.get(key, (need.beyond.minutes, need.beyond.km)) for key, need in needs.catalogue.items()]
    return fill_rows(
        WANT,
        len(found),
        key=np.array([text_key(key) for key in needs.catalogue], np.uint64),
        ride_share=[need.ride_share for need in found],
        ride_s=[need.ride_limit_min * MINUTE_S for need in found],
        car_share=[need.beyond.car_share for need in found],
        beyond_s=[minutes * MINUTE_S for minutes, _ in beyond],
        beyond_m=[km * KM_M for _, km in beyond],
        returns=[need.returns for need in found],
        return_days=[need.return_days for need in found],
        weekdays=[sum(1 << day for day in need.days) for need in found],
        by_proxy=[need.by_proxy for need in found],
        outdoors=[need.outdoors for need in found],
    )


def wanted_windows(needs: Collection[NeedConfig], ages: Ints) -> tuple[Ints, Rows]:
    """`Demand.hours` and `Demand.hour`: windows as `wanted_hours` has them."""
    spans = np.zeros((len(needs), 2, len(ages), 2), np.int32)
    rows: list[tuple[float, float, float, float]] = []
    for of_need, need in zip(spans, needs, strict=True):
        for of_kind, hours in zip(of_need, (need.hours, need.weekend_hours or need.hours), strict=True):
            starts = sorted(hours)
            band = np.maximum(age_band(starts, ages), 0)
            for i, start in enumerate(starts):
                windows, share = windows_of(hours[start])
                of_kind[band == i] = len(rows), len(rows) + len(windows)
                rows += zip(windows[:, 0], windows[:, 1], share[:-1], np.diff(share), strict=True)
    columns = np.array(rows, float).reshape(-1, 4).T
    return spans, fill_rows(HOURS, len(rows), from_h=columns[0], to_h=columns[1], below=columns[2], share=columns[3])


def kept_away(wanted: Wanted) -> tuple[Rows, Ints]:
    """When children are where they were brought, at the latest, in the order of residents; and those of each resident
    are from the one to the next number on.
    """
    errands, residents = wanted.errands, wanted.residents
    fetched_h = np.array([need.collect[1] if need.collect else -1.0 for need in wanted.needs.catalogue.values()])
    there = np.flatnonzero((fetched_h[errands.need] >= 0) & (errands.tour >= 0) & (errands.follows < 0))
    there = there[np.lexsort((errands.wanted_s[there], errands.resident[there]))]
    until_s = errands.day[there] * DAY_S + fetched_h[errands.need[there]] * HOUR_S
    spans = fill_rows(KEPT_SPAN, len(there), from_s=errands.wanted_s[there], until_s=until_s)
    first = np.searchsorted(errands.resident[there], np.arange(len(residents) + 1))
    return spans, first.astype(np.int32)
