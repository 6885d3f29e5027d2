"""experiment=walk_only is the model of version 0.2.0: counts and sums of a run are those that version gave."""

from __future__ import annotations

import pytest

import sim
from sim.record import Record
from sim.study import run

MIX = (
    "{convenience: 2, supermarket: 1, fresh_store: 1, breakfast: 1, barber: 1, repair: 1, pharmacy: 1, parcel: 1, "
    "canteen: 1, health_station: 1, kindergarten: 1, primary_school: 1, elder_care: 1, service_station: 1, park: 1}"
)
WORDS = [
    "place.grown.area_km2=0.8",
    "place.mix.per_residents=2000",
    f"place.mix.counts={MIX}",
    "people.residents=2000",
    "needs.weather.share=0.5",
    "study.days=3",
    "study.warmup_days=0",
]
# What version 0.2.0 wrote for these words and seed 3, by outcome and by reason.
OUTCOMES = {"met_walk": 5267, "met_delivery": 8, "met_online": 363, "unmet": 1662}
REASONS = {
    "none": 5638, "no_outlet": 93, "too_far": 995, "limited": 160, "closed": 188, "queue": 102, "no_carer": 100,
    "cannot_walk": 24,
}  # fmt: skip


def lived(*asked: str) -> Record:
    """The days of seed 3 under the kiosks, as these words ask for."""
    case = sim.build(sim.load(*asked, *WORDS, layouts=["kiosks"]))["kiosks"]
    return run(case.scene, case.config, seed=3).record


def counted(record: Record, column: str) -> dict[str, int]:
    counts = record.errands[column].value_counts()
    return {str(name): int(count) for name, count in counts.items() if count}


def test_nothing_but_the_first_walk_is_what_version_0_2_0_had() -> None:
    record = lived("experiment=walk_only")
    assert counted(record, "outcome") == OUTCOMES
    assert counted(record, "reason") == REASONS
    errands, legs = record.errands, record.legs
    assert errands["walk_m"].sum() == pytest.approx(2431816.141276124, rel=1e-12)
    assert errands["start_s"].sum() == pytest.approx(702928810.8951874, rel=1e-12)
    assert (int(errands["attempts"].sum()), len(legs)) == (5456, 10360)
    assert legs["metres"].sum() == pytest.approx(4706942.1101632025, rel=1e-12)
    assert legs["arrive_s"].sum() == pytest.approx(1399019786.1210787, rel=1e-12)


def test_every_rule_is_on_by_default() -> None:
    met = counted(lived(), "outcome")
    assert min(met[name] for name in ("met_household", "met_ride", "met_beyond")) > 0
    assert met["unmet"] < OUTCOMES["unmet"]
    assert sum(met.values()) == sum(OUTCOMES.values())


def test_every_need_of_the_catalogue_is_walked_for_only() -> None:
    needs = sim.load("experiment=walk_only").config.needs
    for key, need in needs.catalogue.items():
        assert (need.returns, need.ride_share, need.beyond.car_share) == (0, 0, 0), key
        assert not any(need.beyond.share.values()), key
