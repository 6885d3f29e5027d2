"""The record: what became of every errand, and every walk. All that follows only reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sim.clock_times import DAY_S
from sim.columns import Rows, short_repr
from sim.needs import Errands, NeedsConfig, Tours
from sim.outlets import Layout
from sim.people import AGE_GROUPS, Residents
from sim.place import Place
from sim.record.outcomes import Outcome, Reason

NOT_SERVED: Final = -1  # days late


@dataclass(frozen=True)
class Record:
    """`errands`: a row per errand of `Errands`, in its order; `legs`: a row per walk, in the order in which
    they began.

    Errand columns: `day need age_group resident walker home zone wanted_s outcome reason outlet pool attempts
    set_out_s arrive_s start_s service_s end_s walk_m speed_m_s tries days_late cut_off not_on_foot`; times are seconds
    since the start of day 0, NaN for what did not happen; `outlet` is its id; `walker` is the resident who really
    went, -1 where nobody did. Attempts, metres and speed are those of the last occasion. Leg columns: `walker errand
    tour walk_class from_node to_node outlet depart_s arrive_s metres ended`; `errand` is -1 on the way home, `ended`
    why an attempt failed; `tour` is -1 for what was put off, handed on or ridden. Texts are pandas categories.
    """

    errands: pd.DataFrame
    legs: pd.DataFrame

    __repr__ = short_repr


def _text(codes: np.ndarray, names: list[str]) -> pd.Categorical:
    """Codes as the texts that they stand for; -1 as missing."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))


def _enum(codes: np.ndarray, names: type[Outcome] | type[Reason]) -> pd.Categorical:
    return _text(codes, [member.key for member in names])


def _not_on_foot(diary: Rows) -> np.ndarray:
    """What stood in the way on foot, for errands that were not met so; where nobody set out, why they are unmet."""
    reason = np.where(diary["on_foot"] == Reason.NONE, diary["reason"], diary["on_foot"])
    none = np.isin(diary["outcome"], (Outcome.PENDING, Outcome.MET_WALK, Outcome.MET_ONLINE))
    return np.where(none, np.int8(Reason.NONE), reason)


def _days_late(diary: Rows, day: np.ndarray) -> np.ndarray:
    """On how much later a day an errand was served than it was wanted; -1 for what was not served."""
    late = np.where(diary["outcome"] == Outcome.MET_ONLINE, 0, NOT_SERVED).astype(np.int16)
    served = np.isfinite(diary["start_s"])
    late[served] = diary["start_s"][served] // DAY_S - day[served]
    return late


def _speed_m_s(diary: Rows, errands: Errands, tours: Tours) -> np.ndarray:
    """At what speed they went last: at that of their tour, but where they went otherwise; NaN where nobody goes."""
    speed = np.full(len(errands), np.nan)
    walks = errands.tour >= 0
    speed[walks] = tours.speed_m_s[errands.tour[walks]]
    return np.where(diary["speed_m_s"] > 0, diary["speed_m_s"], speed)


def write_record(
    place: Place,
    residents: Residents,
    needs: NeedsConfig,
    layout: Layout,
    errands: Errands,
    tours: Tours,
    diary: Rows,
    legs: Rows,
) -> Record:
    """The record of a run that has ended, with what a reader needs to know of each errand and walk."""
    outlet_ids = [outlet.id for outlet in layout.outlets]
    pool_keys = [key for outlet in layout.outlets for key in outlet.pools]
    pool_names, pool_of = np.unique(np.array(pool_keys, dtype=str), return_inverse=True)
    home = residents.home[errands.resident]
    errand_rows = pd.DataFrame(
        {
            "day": errands.day,
            "need": _text(errands.need, list(needs.catalogue)),
            "age_group": _text(residents.age_group[errands.resident], list(AGE_GROUPS)),
            "resident": errands.resident,
            "walker": diary["walker"],
            "home": home,
            "zone": _text(place.homes.zone[home], list(place.zones)),
            "wanted_s": errands.wanted_s,
            "outcome": _enum(diary["outcome"], Outcome),
            "reason": _enum(diary["reason"], Reason),
            "outlet": _text(diary["outlet"], outlet_ids),
            "pool": _text(np.append(pool_of, -1)[diary["pool"]], pool_names.tolist()),
            "attempts": diary["attempts"],
            "set_out_s": diary["set_out_s"],
            "arrive_s": diary["arrive_s"],
            "start_s": diary["start_s"],
            "service_s": diary["service_s"],
            "end_s": diary["end_s"],
            "walk_m": diary["walk_m"],
            "speed_m_s": _speed_m_s(diary, errands, tours),
            "tries": diary["tries"],
            "days_late": _days_late(diary, errands.day),
            "cut_off": diary["cut_off"],
            "not_on_foot": _enum(_not_on_foot(diary), Reason),
        }
    )
    leg_rows = pd.DataFrame(
        {
            "walker": legs["walker"],
            "errand": legs["errand"],
            "tour": legs["tour"],
            "walk_class": legs["walk_class"],
            "from_node": legs["from_node"],
            "to_node": legs["to_node"],
            "outlet": _text(legs["outlet"], outlet_ids),
            "depart_s": legs["depart_s"],
            "arrive_s": legs["arrive_s"],
            "metres": legs["metres"],
            "ended": _enum(legs["ended"], Reason),
        }
    )
    return Record(errand_rows, leg_rows)
