"""Weather: which days are bad, and what that leaves of the errands."""

from __future__ import annotations

import numpy as np

from sim.by_age import ByAge
from sim.clock_times import MINUTE_S
from sim.columns import Bools
from sim.needs.batch import Batch
from sim.needs.catalogue import NeedConfig, NeedsConfig
from sim.needs.chance import are_drawn
from sim.people import Residents
from sim.randomness import WEATHER, generator


def weather_days(needs: NeedsConfig, days: int, seed: int) -> Bools:
    """Which days have bad weather, shape (day,)."""
    return np.array([generator(seed, "weather", day).random() < needs.weather.share for day in range(days)], np.bool_)


def weathered(batch: Batch, residents: Residents, need: NeedConfig, needs: NeedsConfig, seed: int) -> Batch:
    """What is left of a batch in bad weather: fewer discretionary errands, and shorter stays under the sky."""
    weather = needs.weather
    if need.discretionary:
        kept = are_drawn(batch.key, np.full(len(batch.key), weather.discretionary_share), WEATHER, seed)
        batch = batch.of(kept)
    if need.outdoors:
        of_resident = ByAge(weather.outdoors_min, np.inf).at(residents.age)
        with_whom = np.where(batch.walker >= 0, batch.walker, batch.resident)
        longest_s = MINUTE_S * np.minimum(of_resident[batch.resident], of_resident[with_whom]) / 2
        batch = batch._replace(stay_s=np.minimum(batch.stay_s, longest_s))
    return batch
