"""The Mesa model: stepping, looking, collecting, and going away when nobody holds it."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.config import load_config
from sim.day import Calendar, LifeCircle, OutletAgent, ResidentAgent, Wanted
from sim.errors import InputError
from sim.needs import raise_errands
from sim.outlets import lay_out
from sim.people import settle
from sim.place import build_place
from sim.reach import find_reach, limits_m
from sim.scene import scene_of

asked = load_config(["place.grown.area_km2=0.6", "people.residents=3000", "study.layouts=[base]"])
config = asked.config
place = build_place(config.place)
residents = settle(place, config.people, 1)
errands, tours = raise_errands(residents, config.people, config.needs, [0, 1], 1)
place, layout = lay_out("base", asked.layouts, place, len(residents), config.needs.catalogue, 1)
scene = scene_of(place, layout, find_reach(place, layout, limits_m(layout, config.people, config.needs)))
wanted = Wanted(residents, config.needs, errands, tours, config.people)


def new_model(**kwargs: object) -> LifeCircle:
    return LifeCircle(scene, wanted, config.day, Calendar(days=2), seed=1, **kwargs)


def test_the_length_of_a_step_changes_nothing() -> None:
    whole = new_model(agents=False).run()
    for step_min in (7.0, 60.0):
        model = new_model(agents=False, step_min=step_min)
        while model.running:
            model.step()
        pd.testing.assert_frame_equal(model.record().errands, whole.errands)
        pd.testing.assert_frame_equal(model.record().legs, whole.legs)


def test_time_series_agree_with_the_record() -> None:
    model = new_model(step_min=30.0)
    while model.running:
        model.step()
    series = model.datacollector.get_model_vars_dataframe()
    rows, legs = model.record().errands, model.record().legs
    assert len(series) == 96
    for _, at in series.iterrows():
        now_s = at["hour"] * 3600
        assert at["walking"] == ((legs["depart_s"] < now_s) & (now_s <= legs["arrive_s"])).sum()
        assert at["waiting"] == ((rows["arrive_s"] <= now_s) & (now_s < rows["start_s"])).sum()
        assert at["staying"] == ((rows["start_s"] <= now_s) & (now_s < rows["end_s"])).sum()
        assert at["met_on_foot"] == ((rows["outcome"] == "met_walk") & (rows["start_s"] <= now_s)).sum()
    assert series["walking"].max() > 5
    assert series["unmet"].iloc[-1] == (rows["outcome"] == "unmet").sum()


def test_residents_and_outlets_can_be_looked_at() -> None:
    model = new_model()
    while model.hour < 9:
        model.step()
    people = model.agents_by_type[ResidentAgent]
    assert len(people) == len(residents)
    old = people.select(lambda r: r.age >= 70)
    assert len(old) == int((residents.age >= 70).sum()) > 0
    outlets = model.agents_by_type[OutletAgent]
    places = {outlet.id for outlet in outlets} | {"home", "walking", "beyond"}
    where = pd.Series([r.whereabouts for r in people])
    assert set(where) <= places
    assert (where == "walking").sum() == model.walking
    assert len(set(where)) > 2
    rows = model.record().errands
    at_outlets = rows["outcome"].isin(["met_walk", "met_household", "met_ride"]) & (rows["start_s"] <= model.now_s)
    assert sum(outlet.served for outlet in outlets) == at_outlets.sum() > model.met_on_foot > 0
    assert sum(outlet.waiting for outlet in outlets) == model.waiting
    wanted = errands.wanted_s <= model.now_s
    told = pd.DataFrame([r.errands for r in people]).sum()
    assert told.sum() == wanted.sum()
    on_foot = (rows["outcome"] == "met_walk") & (rows["start_s"] <= model.now_s)
    assert told["met_walk"] == (wanted & on_foot).sum()
    someone = next(iter(old))
    assert someone.age_group in ("70-79", "80+")
    assert someone.mobility in ("independent", "slow", "housebound")
    assert set(someone.home_xy) <= set(place.homes.xy.ravel())


def test_a_finished_model_is_collected() -> None:
    model = new_model()
    model.run()
    held = weakref.ref(model)
    del model
    gc.collect()
    assert held() is None


def test_two_models_at_once_do_not_disturb_each_other() -> None:
    first, second = new_model(agents=False), new_model(agents=False)
    for _ in range(40):
        first.step()
    second.run()
    first.run()
    pd.testing.assert_frame_equal(first.record().errands, second.record().errands)


def test_a_step_takes_time() -> None:
    with pytest.raises(InputError, match="step_min"):
        new_model(step_min=0.0)


def test_columns_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        residents.age[0] = 3
    with pytest.raises(ValueError, match="read-only"):
        errands.wanted_s[0] = 3
    younger = replace(residents, age=np.zeros(len(residents), np.int32))
    assert younger.age.sum() == 0
