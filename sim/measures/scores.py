"""Scores as officials count them, and where they disagree with what residents get."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from sim.measures.crowd import HAVE, WALK_MIN, WITHIN_MIN, Crowd
from sim.measures.demand import demand
from sim.measures.tables import table
from sim.measures.travel import ALL
from sim.outlets import Layout, Outlet
from sim.place import Place
from sim.record.outcomes import REASONS

COVERED: Final = 0.8  # of residents, for a domain to count: the national target, Song et al. 2022, 10.3390/ijgi11080436
CHILDCARE: Final = ("nursery", "minding")  # how the needs begin that a childcare place meets


@dataclass(frozen=True)
class Norm:
    """What a score is held against: met by `value` or more, or only `above` it; its `unit`."""

    value: float
    unit: str
    above: bool = False


NORMS: Final = {
    # The average circle has more than 15 basic and more than 20 quality formats: MOFCOM, press notes of 2025-09.
    "basic_formats": Norm(15, "formats", above=True),
    "quality_formats": Norm(20, "formats", above=True),
    # 1.954 million outlets for 168 million residents at the end of 2025: People's Daily 2026-01-20.
    "outlets_per_1000": Norm(11.6, "outlets per 1000 residents"),
    # The national target for 2025; Wuhai had 3.8 in 2024.
    "childcare_places_per_1000": Norm(4.5, "places per 1000 residents"),
    # Wuhai in 2024; there is no national number.
    "meal_points_per_1000": Norm(0.16, "outlets per 1000 residents"),
    # The notice of nine departments of 2025-09.
    "space_m2_per_100_households": Norm(30, "m2 per 100 households"),
    # All of them; eight is what the default catalogue has.
    "domains": Norm(8, "domains"),
}


def scores(place: Place, layout: Layout, crowd: Crowd) -> pd.DataFrame:
    """The scores of `NORMS` by community, and for `all`: `zone`, `score`, `value`, `norm`, `unit`, `met` (yes or no).

    An outlet belongs to the community of the home nearest to it; residents and households are means over the draws of
    the crowd. `domains` counts those that reach at least 80 % of who wants something of them: with an outlet for one
    such need within 15 minutes at their own speed.
    """
    stands = place.homes.zone[cKDTree(place.homes.xy).query(layout.xy)[1]]
    in_zone: list[list[Outlet]] = [[] for _ in place.zones]
    for outlet, zone in zip(layout.outlets, stands.tolist(), strict=True):
        in_zone[zone].append(outlet)
    norms = NORMS | {"domains": Norm(len(crowd.domain_names), "domains")}
    rows = []
    for name, of in {**{name: [row] for row, name in enumerate(place.zones)}, ALL: [*range(len(place.zones))]}.items():
        outlets = [outlet for row in of for outlet in in_zone[row]]
        thousands, hundreds = (
            people[of].sum() / crowd.draws / unit for people, unit in ((crowd.residents, 1000), (crowd.households, 100))
        )
        tiers = [layout.formats[form].tier for form in {outlet.format for outlet in outlets}]
        wants, has = crowd.domains[:, of].sum(axis=1).T
        value: dict[str, float] = {
            "basic_formats": tiers.count("basic"),
            "quality_formats": tiers.count("quality"),
            "outlets_per_1000": _per(len(outlets), thousands),
            "childcare_places_per_1000": _per(sum(childcare_places(outlet) for outlet in outlets), thousands),
            "meal_points_per_1000": _per(sum("canteen" in outlet.offers for outlet in outlets), thousands),
            "space_m2_per_100_households": _per(fsum(service_m2(layout, outlet) for outlet in outlets), hundreds),
            "domains": int(np.count_nonzero(has[wants > 0] / wants[wants > 0] >= COVERED)),
        }
        rows += [(name, key, value[key], norm.value, norm.unit, _met(value[key], norm)) for key, norm in norms.items()]
    return pd.DataFrame(rows, columns=["zone", "score", "value", "norm", "unit", "met"])


def _per(count: float, of: float) -> float:
    return count / of if of else np.nan


def _met(value: float, norm: Norm) -> str:
    if np.isnan(value):
        return ""
    return "yes" if value > norm.value or (value == norm.value and not norm.above) else "no"


def childcare_places(outlet: Outlet) -> int:
    """Places for small children: those that are held, or children taken on a day."""
    pools = {offer.pool for key, offer in outlet.offers.items() if key.startswith(CHILDCARE)}
    return sum(outlet.pools[key].places or outlet.pools[key].per_day for key in pools)


def service_m2(layout: Layout, outlet: Outlet) -> float:
    """Square metres of community service space: of public outlets, parks not counted."""
    indoors = layout.formats[outlet.format].tier == "public" and "park" not in outlet.offers
    return outlet.area_m2 if indoors else 0.0


def disagreement(place: Place, crowd: Crowd, demand: pd.DataFrame) -> pd.DataFrame:
    """By need and community, where errands were raised: the share of residents covered, and of errands met.

    `coverage_15` of residents who have the need, with an outlet for it within 15 minutes at their own speed;
    `met_share` of errands; `gap` is the first less the second; `reason` the most frequent one among the unmet, and its
    `reason_share` of them. `demand` is that by zone and need.
    """
    counts = crowd.near.sum(axis=1)
    has, near = counts[..., HAVE], counts[..., HAVE + 1 + WITHIN_MIN.index(WALK_MIN)]
    share = np.divide(near, has, out=np.full(has.shape, np.nan), where=has > 0)
    cell = tuple(
        pd.Index(names).get_indexer(pd.Index(demand[column]))
        for column, names in (("need", crowd.needs), ("zone", place.zones))
    )
    reasons = demand[list(REASONS)]
    unmet = demand["unmet"].where(demand["unmet"] > 0)
    table = pd.DataFrame(
        {
            "need": demand["need"],
            "zone": demand["zone"],
            "coverage_15": share[cell],
            "met_share": 1 - demand["unmet"] / demand["raised"],
        }
    )
    table["gap"] = table["coverage_15"] - table["met_share"]
    table["reason"] = reasons.idxmax(axis=1).where(unmet.notna(), "")
    table["reason_share"] = reasons.max(axis=1) / unmet
    return table


table("scores", lambda counted: scores(counted.place, counted.layout, counted.crowd))
table(
    "disagreement",
    lambda counted: disagreement(counted.place, counted.crowd, demand(counted.tally, ["zone", "need"])),
)
