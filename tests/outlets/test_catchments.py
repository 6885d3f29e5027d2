"""Catchments of schools: by community, by format, or by polygons drawn in a GIS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from sim.errors import InputError
from sim.needs import NeedConfig
from sim.outlets import Layout, LayoutConfig, OfferConfig, PoolConfig, lay_out
from sim.outlets.edits.catchments import CatchmentsConfig
from sim.outlets.edits.placing import AddEdit
from sim.place import Place
from sim.place.read import LOCAL_METRES
from sim.scene import content_digest
from sim.storage import load_whole, save_whole
from tests.outlets.conftest import form, sites, town

# Homes 0 and 1 at the corners in the south-west and south-east, 2 and 3 in the compound in the north.
NEEDS = {"school": NeedConfig(limit_min={0: 15.0}, enrolled=True), "groceries": NeedConfig(limit_min={0: 15.0})}
SCHOOL = form(offers={"school": OfferConfig()}, pools={"staff": PoolConfig(0, places=9)})
STANDING = {"formats": {"school": SCHOOL, "shop": form()}}


def schools() -> Place:
    place = town(sites=sites(a=("school", 0.0, 0.0), b=("school", 300.0, 0.0), shop=("shop", 100.0, 0.0)))
    homes = replace(place.homes, zone=np.array([0, 0, 1, 1], np.int32))
    return replace(place, zones=("street", "compound"), homes=homes)


def drawn_up(zones: dict[str, list[str]] | None = None, *, place: Place | None = None, **config: Any) -> Layout:
    """The plan of these catchments."""
    configs = {
        "base": LayoutConfig(**STANDING),
        "plan": LayoutConfig(base="base", catchments=CatchmentsConfig(zones=zones or {}, **config)),
    }
    return lay_out("plan", configs, place or schools(), 20_600, NEEDS, 1)[1]


def homes_of(layout: Layout) -> dict[str, list[int]]:
    return {key: rows.tolist() for key, rows in layout.catchments.items()}


def layer(folder: Path, *rows: tuple[Any, shapely.Geometry], column: str = "outlet") -> str:
    """A file of polygons with the ids of their outlets, in metres of the town."""
    path = folder / "catchments.gpkg"
    outlets, polygons = zip(*rows, strict=True)
    shapes = gpd.GeoDataFrame({column: outlets}, geometry=list(polygons), crs=LOCAL_METRES)
    shapes.to_file(path)
    return str(path)


def test_communities_are_the_catchment_of_an_outlet_or_of_a_format() -> None:
    assert homes_of(drawn_up()) == {}
    assert homes_of(drawn_up({"a": ["street"], "b": ["street", "compound"]})) == {"a": [0, 1], "b": [0, 1, 2, 3]}
    assert homes_of(drawn_up({"school": ["compound"]})) == {"a": [2, 3], "b": [2, 3]}


def test_an_edit_says_how_many_residents_live_there() -> None:
    told = [edit for edit in drawn_up({"a": ["street"]}).edits if edit.verb == "catchment"]
    assert [(edit.id, dict(edit.values)) for edit in told] == [("a", {"share": 2 / 6})]  # weights 1, 1, 2 and 2


def test_residents_in_no_catchment_are_told() -> None:
    [note] = drawn_up({"a": ["street"]}).notes
    assert (note.share, "66.7% of residents live in no catchment for school" in note.text) == (4 / 6, True)
    assert drawn_up({"a": ["street"], "b": ["compound"]}).notes == ()
    assert drawn_up().notes == ()


def test_polygons_are_the_catchment_of_the_outlet_that_they_name(tmp_path: Path) -> None:
    west, east = shapely.box(-10, -10, 150, 300), shapely.box(150, -10, 300, 300)  # home 1 lies on the edge, at x 300
    assert homes_of(drawn_up(file=layer(tmp_path, ("a", west), ("b", east)))) == {"a": [0, 2], "b": [1, 3]}
    two = layer(tmp_path, ("a", shapely.box(-10, -10, 10, 10)), ("a", shapely.box(190, 240, 210, 260)), column="school")
    assert homes_of(drawn_up(file=two, column="school")) == {"a": [0, 3]}
    assert homes_of(drawn_up({"a": ["street"]}, file=two, column="school")) == {"a": [0, 1, 3]}  # both


def test_a_catchment_is_kept_with_its_layout_and_is_of_its_digest(tmp_path: Path) -> None:
    layout = drawn_up({"a": ["street"]})
    save_whole(layout, tmp_path / "kept")
    assert homes_of(load_whole(Layout, tmp_path / "kept")) == {"a": [0, 1]}
    assert len({content_digest(drawn_up(zones)) for zones in (None, {"a": ["street"]}, {"a": ["compound"]})}) == 3


def test_a_later_layout_replaces_it_and_who_is_gone_has_none() -> None:
    configs = {
        "base": LayoutConfig(**STANDING, catchments=CatchmentsConfig(zones={"school": ["street"]})),
        "plan": LayoutConfig(base="base", catchments=CatchmentsConfig(zones={"b": ["compound"]})),
        "later": LayoutConfig(base="plan", remove=["a"], add=[AddEdit(id="a", format="school", node=1)]),
    }
    laid = {name: lay_out(name, configs, schools(), 20_600, NEEDS, 1)[1] for name in configs}
    assert {name: homes_of(layout) for name, layout in laid.items()} == {
        "base": {"a": [0, 1], "b": [0, 1]},
        "plan": {"a": [0, 1], "b": [2, 3]},
        "later": {"b": [2, 3]},
    }


@pytest.mark.parametrize(
    ("zones", "message"),
    [
        ({"c": ["street"]}, r"catchments\.zones: no outlet 'c' stands in this layout"),
        ({"a": ["streets"]}, r"catchments\.zones\.a: 'streets' is no community of this place.*street"),
        ({"a": []}, r"catchments\.zones\.a: no communities; one or more of street, compound"),
        ({"shop": ["street"]}, r"shop holds no places; .* here of school"),
    ],
)
def test_what_is_not_there_is_refused(zones: dict[str, list[str]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        drawn_up(zones)


def test_layers_that_are_no_catchments_are_refused(tmp_path: Path) -> None:
    box = shapely.box(0, 0, 10, 10)
    for rows, more, message in (
        ([("a", box)], {"column": "school"}, r"no column 'school' .* it has outlet: give one of them"),
        ([("a", shapely.Point(0, 0))], {}, "row 1 is a Point; a catchment is a polygon"),
        ([("a", box), (None, box)], {}, "row 2 names no outlet in the column 'outlet'"),
        ([("c", box)], {}, r"catchments\.file: .*: no outlet 'c' stands in this layout"),
    ):
        with pytest.raises(InputError, match=message):
            drawn_up(file=layer(tmp_path, *rows), **more)
    with pytest.raises(InputError, match="not there"):
        drawn_up(file=str(tmp_path / "nowhere.gpkg"))
