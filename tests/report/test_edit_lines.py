"""Edits in words: every verb that a layout may record is told in both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.outlets import Edit, Layout, LayoutConfig, OfferConfig
from sim.outlets.edits.awareness import AwarenessConfig, SignsRule
from sim.outlets.edits.barriers import BenchesEdit, GroundConfig, GroundEdit, HomesEdit
from sim.outlets.edits.catchments import CatchmentsConfig
from sim.outlets.edits.extending import ExtendEdit, RehourEdit
from sim.outlets.edits.placing import AddEdit, MoveEdit
from sim.outlets.edits.spreading import GatherRule, SpreadRule
from sim.report.edit_lines import edit_line
from sim.report.results import read_results
from sim.report.words import Words, texts_of
from sim.storage import load_whole, save_whole
from tests.outlets.conftest import formats, laid, sites, town
from tests.report.conftest import Study

SHARES = {0: 0.9, 60: 0.5}
SPREAD = {"n": 3, "most": 5, "format": "kiosk", "share": 2 / 3, "walk_m": 120.0, "no_more_sites": True, "idle": 0}
LINES = [
    (Edit("gates", values={"gates": "few"}), "gates few", "小区出入口 减半"),
    (
        Edit("open_gates", values={"x": 620.0, "y": -90.0, "within_m": 0.0}),
        "open_gates (620, -90)",
        "新开出入口 （620，-90）",
    ),
    (
        Edit("open_walls", values={"x": 620.25, "y": 12345678.5, "within_m": 150.0}),
        "open_walls (620.25, 12345678.5) within 150 m",
        "拆除围墙 （620.25，12345678.5）周围150米",
    ),
    (
        Edit("close_gates", values={"x": 1.0, "y": 2.0, "within_m": 0.5}),
        "close_gates (1, 2) within 0.5 m",
        "关闭出入口 （1，2）周围0.5米",
    ),
    (Edit("ramps", values={"x": 0.0, "y": 0.0, "within_m": 0.0}), "ramps (0, 0)", "台阶改坡道 （0，0）"),
    (Edit("lifts", names={"zones": ("north", "middle")}), "lifts north, middle", "加装电梯 北片、中片"),
    (Edit("lifts", names={"zones": ()}), "lifts everywhere", "加装电梯 各处"),
    (Edit("benches", values={"factor": 1.5}, names={"zones": ("south",)}), "benches south: 1.5", "增设座椅 南片：1.5"),
    (
        Edit("signs", values={"familiar_m": 200.0}, names={"formats": ("pharmacy",)}),
        "signs pharmacy: 200 m",
        "设置指示牌 药店：200 米",
    ),
    (
        Edit("catchment", "a", {"share": 0.25}),
        "catchment of a: 25.0% of residents",
        "划定招生范围 a：25.0%的居民",
    ),
    (
        Edit("online_map", by_age=SHARES),
        "online map: {0: 0.9, 60: 0.5}",
        "线上地图 0: 0.9, 60: 0.5",
    ),
    (
        Edit("spread", values=SPREAD),
        "spread 3 of 5 kiosk: 66.7% of residents within 120 m on foot; the place has no more sites",
        "布设3个便民服务亭（计划5个）：66.7%的居民步行120米内可达；已无更多可用地点",
    ),
    (
        Edit("spread", values=SPREAD | {"no_more_sites": False, "idle": 2}),
        "spread 3 of 5 kiosk: 66.7% of residents within 120 m on foot; the last 2 bring nobody nearer",
        "布设3个便民服务亭（计划5个）：66.7%的居民步行120米内可达；最后2个没有让更多居民受益",
    ),
    (Edit("gather", values={"n": 7, "node": 131}), "gather 7 outlets at node 131", "将7个网点集中到节点131"),
    (Edit("add", "k-01", {"format": "kiosk"}), "add k-01 (kiosk)", "新增 k-01（便民服务亭）"),
    (Edit("remove", "k-01"), "remove k-01", "撤除 k-01"),
    (Edit("move", "k-01"), "move k-01", "迁移 k-01"),
    (
        Edit("extend", "parcel-01", names={"what": ("pharmacy", "staff")}),
        "extend parcel-01 with pharmacy, staff",
        "扩充 parcel-01：买药、staff",
    ),
    (Edit("rehour", "k-01"), "rehour k-01", "调整营业时间 k-01"),
]


@pytest.mark.parametrize(("edit", "english", "chinese"), LINES, ids=lambda one: getattr(one, "verb", ""))
def test_an_edit_is_told_in_both_languages(study: Study, edit: Edit, english: str, chinese: str) -> None:
    root, subject, _ = study
    for language, line in (("en", english), ("zh", chinese)):
        assert edit_line(read_results(root, subject, Words(language)), edit) == line


def changed(**edits: object) -> Layout:
    """A town of one compound, with stairs at its gate, under a plan of these edits."""
    place = town(sites=sites(a=("shop", 0.0, 0.0), b=("clinic", 300.0, 0.0), c=("shop", 0.0, 200.0)))
    stairs = np.arange(place.streets.n_links) == place.streets.n_links - 1
    place = replace(place, streets=replace(place.streets, stairs=stairs))
    configs = {"base": LayoutConfig(formats=formats()), "plan": LayoutConfig(base="base", **edits)}  # type: ignore[arg-type]
    return laid(place, **configs)


def of_every_kind() -> tuple[Layout, Layout]:
    """Two layouts that between them have every edit that there is."""
    gate = GroundEdit(x=200.0, y=225.0)
    ground = GroundConfig(
        gates="few", open_gates=[gate], close_gates=[gate], ramps=[gate], lifts=[HomesEdit()], benches=[BenchesEdit()]
    )
    one = changed(
        ground=ground,
        spread=[SpreadRule("kiosk", 1)],
        gather=[GatherRule(["clinic"])],
        remove=["c"],
        add=[AddEdit(node=1, id="new", format="kiosk")],
        move=[MoveEdit(node=2, id="new")],
        extend=[ExtendEdit("new", {"groceries": OfferConfig()})],
        rehour=[RehourEdit("new", {0: [[1, 2]]})],
        catchments=CatchmentsConfig(zones={"b": ["all"]}),
        awareness=AwarenessConfig(SHARES, signs=[SignsRule(familiar_m=9.0)]),
    )
    return one, changed(ground=GroundConfig(open_walls=[gate]))


def test_every_verb_has_words_and_every_word_a_verb() -> None:
    one, other = of_every_kind()
    verbs = {f"edit.{edit.verb}" for edit in (*one.edits, *other.edits)}
    assert verbs == {key for key in texts_of("en") if key.startswith("edit.") and not key.startswith("edit.if.")}
    told = {edit.verb: {*edit.values, *edit.names} for edit, *_ in LINES}
    assert told == {edit.verb: {*edit.values, *edit.names} for edit in (*one.edits, *other.edits)}


def test_edits_are_kept_with_their_layout(tmp_path: Path) -> None:
    for number, layout in enumerate(of_every_kind()):
        save_whole(layout, tmp_path / str(number))
        assert load_whole(Layout, tmp_path / str(number)).edits == layout.edits
