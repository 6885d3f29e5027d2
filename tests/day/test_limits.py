"""A run is refused a reach that does not cover what it asks; the limits of `limits_m` always do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim import measures
from sim.config import load_config
from sim.day import Calendar, DayConfig, LifeCircle, Wanted, supply_of
from sim.day.demand import demand_of
from sim.day.farthest import asked_m
from sim.errors import InputError
from sim.needs import raise_errands
from sim.outlets import lay_out
from sim.people import PeopleConfig, settle
from sim.place import WalkClass, build_place
from sim.reach import CIRCLE_MIN, Reach, find_reach, limits_m
from sim.scene import scene_of

SMALL = ["people.residents=3000", "place.grown.area_km2=0.6", "study.layouts=[base]"]
asked = load_config(SMALL)
people, needs = replace(asked.config.people, cycle_share={15: 0.5}), asked.config.needs
bare = build_place(asked.config.place)
place, layout = lay_out("base", asked.layouts, bare, 3000, needs.catalogue, 1)
residents = settle(bare, people, 1)
errands, tours = raise_errands(residents, people, needs, [0], 1)
walked_m = needs.longest_walk_min * 60 * people.speed_max_m_s


def model(reach: Reach, **more: object) -> LifeCircle:
    wanted = Wanted(residents, needs, errands, tours, people)
    scene = scene_of(place, layout, reach)
    return LifeCircle(scene, wanted, DayConfig(), Calendar(days=1), seed=1, agents=False, **more)


def test_limits_in_one_call_are_enough_and_more_changes_nothing() -> None:
    limits = limits_m(layout, people, needs)
    within = model(find_reach(place, layout, limits)).run()
    beyond = model(find_reach(place, layout, [limit + 5000 for limit in limits])).run()
    assert within.errands.equals(beyond.errands)
    counts = within.errands["outcome"].value_counts()
    assert counts["met_walk"] > 500
    assert min(counts[how] for how in ("met_ride", "met_household", "met_beyond")) > 0
    assert within.errands["tries"].max() > 0


def test_a_class_that_somebody_goes_in_is_missed() -> None:
    with pytest.raises(InputError, match=r"reach: for those who cycle \(CYCLE\) it has no walk to .* limits_m"):
        model(find_reach(place, layout, (walked_m, people.slow_range_m)))
    with pytest.raises(InputError, match="who take no stairs"):
        model(find_reach(place, layout, (walked_m, -1.0, 20_000.0)))
    walked = limits_m(layout, people, needs)[:3]
    with pytest.raises(InputError, match=r"for those who ride \(RIDE\) it has no walk to .* are asked"):
        model(find_reach(place, layout, walked))


@pytest.mark.parametrize("sigma", [0.0, 0.3])
def test_the_longest_walk_that_anybody_accepts_is_asked_and_no_longer_one(sigma: float) -> None:
    spread = replace(needs, limit_sigma=sigma)
    wanted = Wanted(residents, spread, errands, tours, people)
    reach = find_reach(place, layout, limits_m(layout, people, spread))
    supply = supply_of(layout, reach, spread.catalogue, DayConfig())
    demand = demand_of(place, layout, wanted, DayConfig(), Calendar(days=1), 1)
    asked, granted = asked_m(supply, demand, wanted, 1), limits_m(layout, people, spread)
    for of_class, limit_m in zip(asked, granted, strict=True):
        assert (of_class <= limit_m + 1e-6).all()
    nobody = wanted._replace(people=PeopleConfig(speed_max_m_s=people.speed_max_m_s))
    alone = asked_m(supply, demand_of(place, layout, nobody, DayConfig(), Calendar(days=1), 1), nobody, 1)
    assert (alone[WalkClass.RIDE] < 0).all()
    assert (alone[WalkClass.ABLE] <= asked[WalkClass.ABLE]).all()
    assert (alone[WalkClass.ABLE] < asked[WalkClass.ABLE]).any()  # some who help go farther than who want it


def test_a_reach_that_ends_too_soon_is_refused_with_how_much_it_lacks() -> None:
    limits = limits_m(layout, people, needs)
    with pytest.raises(InputError, match=r"it goes 100 m to .*, and [\d,]+ m are asked \(it is short of .* outlets"):
        model(find_reach(place, layout, (100.0, 100.0, 100.0)))
    # One outlet alone is short.
    row = next(row for row, outlet in enumerate(layout.outlets) if "groceries" in outlet.offers)
    short = [np.array(np.broadcast_to(limit, len(layout)), float) for limit in limits]
    short[0][row] = 300.0
    with pytest.raises(InputError, match=rf"it goes 300 m to {layout.outlets[row].id}, and [\d,]+ m are asked; make"):
        model(find_reach(place, layout, short))


def test_a_reach_of_other_outlets_or_another_place_is_refused() -> None:
    limits = [float(np.max(limit)) for limit in limits_m(layout, people, needs)]
    fewer = replace(layout, outlets=layout.outlets[1:])
    with pytest.raises(InputError, match="outlets, and here are"):
        model(find_reach(place, fewer, limits))
    first, second, *rest = layout.outlets
    moved = replace(layout, outlets=(replace(first, node=second.node), second, *rest))
    assert first.node != second.node
    with pytest.raises(InputError, match=rf"{first.id} does not stand at node {first.node}"):
        model(find_reach(place, moved, limits))
    reach, other = (find_reach(place, layout, limits) for _ in range(2))
    with pytest.raises(InputError, match="supply: it is of another reach"):
        model(reach, supply=supply_of(layout, other, needs.catalogue, DayConfig()))


def test_measures_refuse_a_reach_that_ends_before_their_minutes() -> None:
    assert max(measures.WITHIN_MIN) == CIRCLE_MIN
    limits = limits_m(layout, people, needs)
    reach, short = find_reach(place, layout, limits), find_reach(place, layout, (600.0, 400.0, 3000.0))
    near = measures.near_outlets(place, layout, reach, needs.catalogue)
    crowd = measures.crowd_of(place, layout, near, needs.catalogue, residents)
    assert measures.access(place, layout, reach, needs.catalogue, crowd)
    with pytest.raises(InputError, match=r"\(ABLE\) it goes 600 m to some outlets, and 1,[\d]+ m are looked at"):
        measures.crowd_of(
            place, layout, measures.near_outlets(place, layout, short, needs.catalogue), needs.catalogue, residents
        )
    with pytest.raises(InputError, match=r"\(ABLE\) it goes 600 m"):
        measures.access(place, layout, short, needs.catalogue, crowd)
