"""Those who walk together, and what a house spares them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.config import load_config
from sim.people import Mobility, settle, walk_together
from sim.place import WalkClass, build_place


def test_a_party_walks_as_its_slowest_and_least_able() -> None:
    config = load_config(["people.residents=3000"]).config
    people = settle(build_place(config.place), config.people, 1)
    rng = np.random.default_rng(1)
    walker, along = rng.integers(0, len(people), (2, 500))
    along[:100] = walker[:100]  # alone
    party = walk_together(people, walker, along)
    for row, pair in enumerate(zip(walker.tolist(), along.tolist(), strict=True)):
        assert party.speed_m_s[row] == min(people.speed_m_s[one] for one in pair)
        slow = any(people.mobility[one] == Mobility.SLOW for one in pair)
        assert party.walk_class[row] == (WalkClass.STEP_FREE if slow else WalkClass.ABLE)
        assert party.range_m[row] == (config.people.slow_range_m if slow else np.inf)
    assert {*party.walk_class.tolist()} == {WalkClass.ABLE, WalkClass.STEP_FREE}


def test_a_lift_saves_the_stairs_of_its_own_house_alone() -> None:
    config = load_config(["people.residents=2000", "place.grown.floors=6", "people.floor_s={0: 20}"]).config
    place = build_place(config.place)
    people = settle(place, config.people, 1)
    homes = replace(place.homes, lift=np.arange(len(place.homes)) % 2 == 0)
    seconds = people.climb_s_in(homes)
    assert people.climb_s[homes.lift[people.home]].max() == 5 * 20
    assert not seconds[people.home % 2 == 0].any()
    np.testing.assert_array_equal(seconds[people.home % 2 == 1], people.climb_s[people.home % 2 == 1])
