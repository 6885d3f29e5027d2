"""Layouts drawn in a GIS: there and back unchanged, and what changed are edits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from sim.errors import InputError
from sim.gis.geopackage import layers
from sim.outlets import DrawnConfig, Layout, LayoutConfig, geojson
from sim.outlets.edits.drawing import drawn_base
from sim.place import Place
from sim.scene import Scene
from tests.outlets.conftest import by_id, formats, laid, sites, town, verbs

EAST, NORTH, UTM = 400_000.0, 3_320_000.0, "EPSG:32649"

Change = Callable[[gpd.GeoDataFrame], Any]


def grown() -> Place:
    return town(sites=sites(a=("shop", 0, 0), b=("kiosk", 300, 200), inside=("shop", 200, 250), c=("shop", 150, 3)))


def mapped() -> Place:
    at = {"a": (0, 0), "b": (300, 200), "inside": (200, 250), "c": (150, 3)}
    form = {"b": "kiosk"}
    known = sites(**{one: (form.get(one, "shop"), EAST + x, NORTH + y) for one, (x, y) in at.items()})
    return town(UTM, EAST, NORTH, sites=known)


def base() -> LayoutConfig:
    return LayoutConfig(formats=formats())


def exported(place: Place, layout: Layout) -> Any:
    """The layer of outlets that `lifecircle export` writes."""
    return dict(layers(place, [Scene(place, layout, None, "")], {}))[f"outlets_{layout.name}"]


def drawn(place: Place, file: Path, layer: str | None = None, **more: Any) -> Layout:
    return laid(place, "mine", base=base(), mine=LayoutConfig(base="base", drawn=DrawnConfig(str(file), layer), **more))


def redrawn(place: Place, tmp_path: Path, change: Change, suffix: str = "gpkg") -> Layout:
    rows = exported(place, laid(place, "base", base=base()))
    file = tmp_path / f"mine.{suffix}"
    change(rows).to_file(file, engine="pyogrio")
    return drawn(place, file)


@pytest.mark.parametrize("place", [grown(), mapped()], ids=["grown", "mapped"])
@pytest.mark.parametrize("suffix", ["gpkg", "geojson"])
def test_exported_and_given_back_nothing_is_edited(place: Place, suffix: str, tmp_path: Path) -> None:
    before = laid(place, "base", base=base())
    file = tmp_path / f"mine.{suffix}"
    if suffix == "gpkg":
        exported(place, before).to_file(file, layer="outlets_base", engine="pyogrio")
    else:
        file.write_text(json.dumps(geojson(place, before), ensure_ascii=False), encoding="utf-8")
    after = drawn(place, file)
    assert after.outlets == before.outlets
    assert after.edits == ()
    assert after.cost_yuan == 0
    assert drawn_base(DrawnConfig(str(file))) == "base"


@pytest.mark.parametrize("place", [grown(), mapped()], ids=["grown", "mapped"])
def test_rows_gone_new_and_moved_are_edits(place: Place, tmp_path: Path) -> None:
    dx, dy = (0.0, 0.0) if place.local else (EAST, NORTH)

    def change(rows: Any) -> Any:
        rows = rows[rows["id"] != "a"].copy()
        rows.loc[rows["id"] == "c", "geometry"] = shapely.Point(dx + 200, dy + 100)
        new = pd.DataFrame({"id": [None, "own"], "format": ["kiosk", "诊所"], "name": ["新亭", None]})
        at = [shapely.Point(dx + 100, dy + 4), shapely.Point(dx + 100, dy + 240)]
        return pd.concat([rows, gpd.GeoDataFrame(new, geometry=at, crs=rows.crs)], ignore_index=True)

    def named(place: Place) -> Layout:
        rows = change(exported(place, laid(place, "base", base=base())))
        rows.loc[rows["format"] == "诊所", "format"] = "clinic"
        file = tmp_path / "mine.gpkg"
        rows.to_file(file, engine="pyogrio")
        return drawn(place, file)

    layout = named(place)
    made = next(one for one in by_id(layout) if one.startswith("kiosk-"))
    assert by_id(layout).keys() == {"b", "c", "inside", "own", made}
    assert verbs(layout) == [("remove", "a"), ("add", made), ("add", "own"), ("move", "c")]
    assert [edit.values.get("format") for edit in layout.edits] == [None, "kiosk", "clinic", None]
    assert layout.cost_yuan == 50
    assert by_id(layout)[made].name == "新亭"
    assert by_id(layout)[made].node == 1
    assert by_id(layout)["own"].admits == 0
    assert by_id(layout)["c"].node == 6
    assert set(layout.touched) == {made, "own", "c"}
    assert named(place) == layout


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    def new(rows: Any) -> Any:
        more = pd.DataFrame({"id": ["", ""], "format": ["kiosk", "kiosk"]})
        at = [shapely.Point(100, 0), shapely.Point(200, 0)]
        return pd.concat([rows, gpd.GeoDataFrame(more, geometry=at, crs=rows.crs)], ignore_index=True)

    one = redrawn(grown(), tmp_path, new)
    other = redrawn(grown(), tmp_path, lambda rows: new(rows).iloc[::-1])
    assert one.outlets == other.outlets


def test_a_format_may_be_given_by_its_name(tmp_path: Path) -> None:
    layout = redrawn(grown(), tmp_path, lambda rows: rows.assign(format=["Shop", "Shop", "店", "shop"]))
    assert {outlet.format for outlet in layout.outlets} <= {"shop", "kiosk", "clinic"}


def test_another_format_or_admission_replaces(tmp_path: Path) -> None:
    def change(rows: Any) -> Any:
        rows = rows.copy()
        rows.loc[rows["id"] == "a", "format"] = "clinic"
        rows.loc[rows["id"] == "inside", "admits"] = "everyone"
        return rows

    layout = redrawn(grown(), tmp_path, change)
    assert verbs(layout) == [("remove", "a"), ("remove", "inside"), ("add", "a"), ("add", "inside")]
    assert by_id(layout)["a"].format == "clinic"
    assert by_id(layout)["inside"].admits == -1


def test_a_drawn_layout_may_be_edited_on(tmp_path: Path) -> None:
    place = grown()
    file = tmp_path / "mine.gpkg"
    exported(place, laid(place, "base", base=base())).to_file(file, engine="pyogrio")
    layout = drawn(place, file, remove=["a"])
    assert verbs(layout) == [("remove", "a")]


def test_points_without_ids_are_all_new(tmp_path: Path) -> None:
    layout = redrawn(grown(), tmp_path, lambda rows: rows[["format", "geometry"]])
    assert len(layout) == 4
    assert not by_id(layout).keys() & {"a", "b", "c", "inside"}
    assert len(layout.edits) == 8


def faulty(column: str, value: Any, row: int = 1) -> Change:
    def change(rows: Any) -> Any:
        rows = rows.copy()
        rows.loc[row, column] = value
        return rows

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (faulty("format", "kiosc"), r"mine\.gpkg: row 2: format 'kiosc' is not known; did you mean kiosk"),
        (faulty("format", None), r"mine\.gpkg: row 2: no format; one of shop, kiosk, clinic"),
        (faulty("id", "a"), r"rows 1 and 2 have the id 'a'; clear the id of those that are new"),
        (faulty("geometry", shapely.Point(9000, 0)), r"row 2 \(b\).*m from the nearest street"),
        (faulty("geometry", None), r"row 2 has no point"),
        (faulty("admits", "members"), r"row 2 \(b\).*admits 'members'; everyone or compound"),
        (lambda rows: rows.drop(columns="format"), r"no column 'format'"),
        (
            lambda rows: rows.set_crs(UTM, allow_override=True),
            r"is in WGS 84 / UTM zone 49N, but this place has metres",
        ),
    ],
)
def test_what_cannot_be_an_outlet_is_refused_by_its_row(change: Change, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        redrawn(grown(), tmp_path, change)


def test_local_metres_are_no_place_on_a_map(tmp_path: Path) -> None:
    place = grown()
    file = tmp_path / "mine.gpkg"
    exported(place, laid(place, "base", base=base())).to_file(file, engine="pyogrio")
    with pytest.raises(InputError, match=r"no coordinate system that says where on earth.*EPSG:32649"):
        drawn(mapped(), file)


def test_the_base_is_what_the_layer_says(tmp_path: Path) -> None:
    place = grown()
    rows = exported(place, laid(place, "base", base=base()))
    file = tmp_path / "mine.gpkg"
    rows.assign(layout="kiosks").to_file(file, layer="one", engine="pyogrio")
    assert drawn_base(DrawnConfig(str(file))) == "kiosks"
    rows.drop(columns="layout").to_file(file, layer="two", engine="pyogrio")
    with pytest.raises(InputError, match=r"several layers.*mine\.gpkg:one\]; they are one, two"):
        drawn_base(DrawnConfig(str(file)))
    assert drawn_base(DrawnConfig(str(file), "two")) == "base"
    rows.assign(layout=["base", "kiosks", "base", None]).to_file(file, layer="two", engine="pyogrio")
    with pytest.raises(InputError, match="names base, kiosks; one layout"):
        drawn_base(DrawnConfig(str(file), "two"))
    (tmp_path / "text.gpkg").write_text("no layer")
    with pytest.raises(InputError, match=r"text\.gpkg: not read as a layer of points"):
        drawn_base(DrawnConfig(str(tmp_path / "text.gpkg")))
    with pytest.raises(InputError, match=r"gone\.gpkg: not there"):
        drawn_base(DrawnConfig(str(tmp_path / "gone.gpkg")))
