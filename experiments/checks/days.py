"""Patterns of whole days that others have published, by all ways of going; prints a table.

    python experiments/checks/days.py

How long and how far elders go, how often, who is enrolled and how children come to school, how much of what is bought
is had near home, and who walks to the park in winter. README.md says what to make of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import pandas as pd
from checks import ELDERS, PLACES, Row, Week, asked_for, show, week_in, yes

from sim.clock_times import DAY_S
from sim.measures.enrolment import enrolment
from sim.record import tally_run

ELDERS_WITHIN = {"minutes": (20.0, 0.625, 27.0), "metres": (2000.0, 0.755, 2896.0)}  # share, mean; facts 3.4 [S63]
WALKS_A_DAY = 17.1 / 7  # walks of an elder in Hong Kong, JAPA 2015 [S64]
# Gross enrolment of 2023 (Ministry of Education, 2024-03-01), and who stay through nine years of school (statistical
# communiqué of 2023) [S].
ENROLLED = {"kindergarten": (0.911, 0.90), "school": (0.957, 0.957)}  # published, and the least that holds
PUPILS_WITHIN = {10.0: 0.322, 20.0: 0.700}  # min; Beijing, municipal bureau of statistics 2023, n = 823 [S]
PUPILS_BY = {"on foot": 0.343, "two wheels": 0.521, "car": 0.373}  # the same, several answers each [S]
NEARBY = (0.14, 0.42)  # of trips to shops within 15 min: US median, New York; Abbiasov et al. 2024 [S27]
NEARBY_CHINA = (0.5, 0.8)  # what was expected of China before anybody looked, facts 5 [A]
HARBIN = 0.8065  # of park users walk there in winter [S59]
NEAR_M = 15 * 60 * 1.25  # a quarter of an hour at an adult's speed
BUYING = (
    "groceries", "convenience", "breakfast", "restaurant", "canteen", "laundry", "barber", "photo_print", "repair",
    "pharmacy",
)  # fmt: skip
GONE = {"met_walk": "on foot", "met_household": "on foot", "met_ride": "ride", "met_beyond": "beyond"}
CLOSE = 0.10  # two shares that differ by less are alike


@cache
def lived(place: str, needs: str = "daily") -> Week:
    """A week with all rules on, as the default study has it."""
    return week_in(place, needs=needs)


def trips_of_elders(week: Week) -> pd.DataFrame:
    """Every trip of those aged 60 and more in the measured days, out, on, or home: `minutes`, `metres`, `mode`.

    A way by bus or car to what is had beyond the place is no leg of the record: it counts once out and once home.
    """
    first, age = asked_for().config.study.warmup_days, week.residents.age
    legs, errands = week.record.legs, week.record.errands
    legs = legs[(age[legs["walker"]] >= ELDERS[0]) & (legs["depart_s"] >= first * DAY_S)]
    far = errands[(errands["outcome"] == "met_beyond") & (errands["start_s"] >= first * DAY_S)]
    far = far[age[far["walker"]] >= ELDERS[0]]
    out = pd.DataFrame(
        {"minutes": (far["arrive_s"] - far["set_out_s"]) / 60, "metres": far["walk_m"], "mode": "beyond"}
    )
    near = pd.DataFrame(
        {
            "minutes": (legs["arrive_s"] - legs["depart_s"]) / 60,
            "metres": legs["metres"],
            "mode": np.where(legs["walk_class"] == 3, "ride", "on foot"),
        }
    )
    return pd.concat([near, out, out], ignore_index=True)


def elders_and_days(week: Week) -> float:
    """Residents aged 60 and more, each for each measured day."""
    return float(np.sum(week.residents.age >= ELDERS[0])) * asked_for().config.study.days


def check_elders(places: Sequence[str] = PLACES) -> Iterator[Row]:
    """V10: how long and how far elders go by all modes, and V11: how often they walk."""
    for place in places:
        trips = trips_of_elders(lived(place))
        modes = ", ".join(f"{mode} {share:.1%}" for mode, share in trips["mode"].value_counts(normalize=True).items())
        for name, (within, published, mean) in ELDERS_WITHIN.items():
            share = float(np.mean(trips[name] <= within))
            yield Row("V10", f"elders of {place}: trips up to {within:.0f} {name}", f"{published:.1%}, mean {mean:.0f}",
                      f"{share:.1%}, mean {trips[name].mean():.1f} ({modes})", alike(share, published))  # fmt: skip
    for place in places:
        trips, days = trips_of_elders(lived(place)), elders_and_days(lived(place))
        on_foot = float(np.sum(trips["mode"] == "on foot")) / days
        yield Row("V11", f"elders of {place}: walks a day", f"{WALKS_A_DAY:.2f}, Hong Kong",
                  f"{on_foot:.2f}, trips by all modes {len(trips) / days:.2f}",
                  yes(abs(on_foot / WALKS_A_DAY - 1) <= CLOSE))  # fmt: skip


def enrolled(week: Week) -> pd.DataFrame:
    """Shares of those who applied for a place, by need: on foot, by ride, beyond, none."""
    config = asked_for().config
    needs = [key for key, need in config.needs.catalogue.items() if need.enrolled]
    tally = tally_run(week.place, week.layout, week.residents, week.record.errands, week.record.legs,
                      days=config.study.days, warmup_days=config.study.warmup_days, enrolled=needs)  # fmt: skip
    return enrolment(tally).set_index("need")


def check_enrolment(places: Sequence[str] = PLACES) -> Iterator[Row]:
    """V19: who is enrolled, and who comes on foot."""
    for need, (published, least) in ENROLLED.items():
        for place in places:
            [shares] = enrolled(lived(place)).loc[[need]].to_dict("records")
            none, *parts = (shares[f"{how}_share"] for how in ("none", "on_foot", "by_ride", "beyond"))
            told = ", ".join(
                f"{how} {part:.0%}" for how, part in zip(("on foot", "ride", "beyond"), parts, strict=True)
            )
            yield Row("V19", f"{need} of {place}: enrolled", f"{published:.1%}", f"{1 - none:.1%}: {told}",
                      yes(1 - none > least))  # fmt: skip


def ways_to_school(week: Week) -> pd.DataFrame:
    """The way of each pupil who was at school, fetching left out: `minutes`, `way`."""
    errands = week.record.errands[week.errands.follows < 0]
    there = errands[(errands["need"] == "school") & errands["outcome"].isin(list(GONE))]
    minutes = (there["arrive_s"] - there["set_out_s"]) / 60
    return pd.DataFrame({"minutes": minutes, "way": there["outcome"].astype(str).map(GONE)})


def check_pupils(places: Sequence[str] = PLACES) -> Iterator[Row]:
    """V20: how long pupils go to school, and how."""
    published = ", ".join(f"{way} {share / sum(PUPILS_BY.values()):.0%}" for way, share in PUPILS_BY.items())
    for place in places:
        ways = ways_to_school(lived(place))
        for within, share in PUPILS_WITHIN.items():
            found = float(np.mean(ways["minutes"] <= within))
            yield Row("V20", f"to school in {place} within {within:.0f} min", f"{share:.1%}, Beijing", f"{found:.1%}",
                      alike(found, share))  # fmt: skip
        told = ", ".join(f"{way} {share:.0%}" for way, share in ways["way"].value_counts(normalize=True).items())
        yield Row("", "  how they come", f"{published} of answers", told,
                  alike(float(np.mean(ways["way"] == "on foot")), PUPILS_BY["on foot"]))  # fmt: skip


def near_share(week: Week) -> float:
    """Of trips to buy something, the share that ends within a quarter of an hour's walk, by whatever mode."""
    errands = week.record.errands
    bought = errands[errands["need"].isin(BUYING) & errands["outcome"].isin(list(GONE))]
    return float(np.mean(bought["walk_m"] <= NEAR_M))


def check_buying(places: Sequence[str] = PLACES) -> Iterator[Row]:
    """V21: how much of what is bought on a trip is had near home."""
    published = "US {:.0%}, New York {:.0%}; China {:.0%} to {:.0%} guessed".format(*NEARBY, *NEARBY_CHINA)
    for place in places:
        share = near_share(lived(place))
        yield Row("V21", f"trips to buy in {place} that end within 15 min on foot", published, f"{share:.1%}",
                  yes(NEARBY_CHINA[0] <= share <= NEARBY_CHINA[1]))  # fmt: skip


def on_foot_to_the_park(week: Week) -> float:
    """Of those who were at the park, the share who walked there."""
    errands = week.record.errands
    there = errands[(errands["need"] == "park") & errands["outcome"].isin(list(GONE))]
    return float(np.mean(there["outcome"].isin(["met_walk", "met_household"])))


def check_winter(places: Sequence[str] = PLACES) -> Iterator[Row]:
    """V22: who walks to the park in winter, and otherwise."""
    for place in places:
        cold, mild = (on_foot_to_the_park(lived(place, needs)) for needs in ("winter", "daily"))
        yield Row("V22", f"park users of {place} who walk there in winter", f"{HARBIN:.1%}, Harbin",
                  f"{cold:.1%}; on other days {mild:.1%}", alike(cold, HARBIN))  # fmt: skip


def alike(share: float, published: float) -> str:
    """Whether two shares are within ten points."""
    return yes(abs(share - published) <= CLOSE)


def main() -> None:
    """Print every check."""
    show(iter([Row("", "what", "published", "model", "holds")]))
    for check in (check_elders, check_enrolment, check_pupils, check_buying, check_winter):
        show(check())


if __name__ == "__main__":
    main()
