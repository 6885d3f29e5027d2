"""Outlets of a planner's own: exports of Chinese map services and other tables, and what is wrong with them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
import yaml

from sim.config import load_config
from sim.errors import InputError
from sim.place import build_place
from sim.place.config import PlaceConfig, SitesConfig
from sim.place.place import Place
from sim.place.read.files import read_place
from sim.place.read.mapservices import bd09_from_gcj02, gcj02_from_wgs84
from sim.place.read.sites_table import find_format, short
from tests.place.test_osm import EAST, NORTH, ROOT, SHARED, UTM, Drawing, degrees, needs_data, place_config

FILES = yaml.safe_load((ROOT / "configs/place/files.yaml").read_text(encoding="utf-8"))
NATIONAL = yaml.safe_load((ROOT / "configs/formats/national.yaml").read_text(encoding="utf-8"))
FORMATS: dict[str, str] = FILES["outlets"]["formats"]

HEADER = ["id", "name", "type", "typecode", "address", "location", "tel"]
SHOP = ("购物服务;便民商店/便利店;便民商店/便利店", "060200")
MARKET = ("购物服务;超级市场;超市", "060400")
CLINIC = ("医疗保健服务;诊所;诊所", "090300")
SCHOOL = ("科教文化服务;学校;小学", "141203")
PARKING = ("交通设施服务;停车场;公共停车场", "150904")

Row = Sequence[object]


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A map of four streets around a block of 400 m, with houses and one shop."""
    drawing = Drawing()
    ring = [(-200, -200), (200, -200), (200, 200), (-200, 200), (-200, -200)]
    for a, b in pairwise(ring):
        drawing.way([a, b], highway="residential")
        drawing.square(((a[0] + b[0]) / 2 + 10, (a[1] + b[1]) / 2 + 10), 20, building="apartments")
    drawing.node((0, -195), shop="convenience", name="地图上的店")
    path = tmp_path_factory.mktemp("map") / "map.osm"
    path.write_text(drawing.xml((-900, -900, 900, 900)), encoding="utf-8")
    return path


def write(path: Path, rows: Sequence[Row], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def amap(row: int, kind: tuple[str, str], point: tuple[float, float], name: str = "") -> Row:
    """A row as AMap exports it, of a point of the drawing."""
    lon, lat = gcj02_from_wgs84(np.array([degrees(point)]))[0]
    return [f"B{row:04d}", name or f"店{row}", *kind, "[]", f"{lon:.6f},{lat:.6f}", "[]"]


def along(n: int) -> list[tuple[float, float]]:
    """Points 8 m off the southern street."""
    return [(-190.0 + 380.0 * i / max(n - 1, 1), -192.0) for i in range(n)]


def read(streets: Path, file: Path, **keys: Any) -> Place:
    sites = SitesConfig(**{"file": str(file), "formats": FORMATS, "crs": "gcj02", **keys})
    return read_place(replace(place_config(streets), outlets=sites))


def found(place: Place) -> dict[str, tuple[str, str]]:
    assert place.sites is not None
    return {place.sites.id[i]: (place.sites.format[i], place.sites.name[i]) for i in range(len(place.sites))}


def note(place: Place, word: str) -> str:
    matching = [said for said in map(str, place.notes) if word in said]
    assert len(matching) == 1, (word, place.notes)
    return matching[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_amap_export_goes_in_as_it_is(streets: Path, tmp_path: Path, encoding: str) -> None:
    kinds = [SHOP, MARKET, CLINIC, SCHOOL, PARKING, ("外星;外星人", "[]")]
    rows = [amap(i, kind, point) for i, (kind, point) in enumerate(zip(kinds, along(6), strict=True))]
    place = read(streets, write(tmp_path / "poi.csv", rows, encoding=encoding))
    assert found(place) == {
        "B0000": ("convenience", "店0"),
        "B0001": ("supermarket", "店1"),
        "B0002": ("health_station", "店2"),
        "B0003": ("primary_school", "店3"),
    }
    assert place.sites is not None
    assert place.sites.xy == pytest.approx(np.add(along(6)[:4], [EAST, NORTH]), abs=0.2)
    assert "停车场;公共停车场 1" in note(place, "are no outlets")
    assert "外星;外星人 1" in note(place, "does not know")
    assert "4 outlets from 6 rows" in note(place, "outlets from")
    assert "instead of them" in note(place, "Outlets of the map are not used")


def test_the_command_line_of_the_readme_just_works(streets: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "poi.csv", [amap(0, SHOP, (0, -192))])
    asked = ["place=files", f"place.streets={streets}", f"place.outlets.file={file}", "place.outlets.crs=gcj02"]
    assert found(build_place(load_config(asked).config.place)) == {"B0000": ("convenience", "店0")}


def test_baidu_columns_and_words_go_in(streets: Path, tmp_path: Path) -> None:
    lon, lat = bd09_from_gcj02(gcj02_from_wgs84(np.array([degrees((50, -192))])))[0]
    file = write(tmp_path / "baidu.csv", [["好邻居", "购物;便利店", lat, lon]], ["名称", "类别", "纬度", "经度"])
    place = read(streets, file, crs="bd09")
    assert place.sites is not None
    assert place.sites.format == ("convenience",)
    assert place.sites.xy[0] == pytest.approx([EAST + 50, NORTH - 192], abs=1.0)


def test_categories_in_three_columns_go_in(streets: Path, tmp_path: Path) -> None:
    lon, lat = degrees((50, -192))
    header = ["名称", "大类", "中类", "小类", "经度", "纬度"]
    file = write(tmp_path / "poi.csv", [["一小", "科教文化服务", "学校", "小学", lon, lat]], header)
    assert [*found(read(streets, file, crs=None)).values()] == [("primary_school", "一小")]


def test_own_columns_and_categories_go_in(streets: Path, tmp_path: Path) -> None:
    lon, lat = degrees((50, -192))
    rows = [["老王", "小超市", lon, lat, "s1"], ["老李", "便利店", lon, lat, "s2"]]
    file = write(tmp_path / "own.csv", rows, ["店主", "我的类", "E", "N", "号"])
    columns = {"name": "店主", "category": "我的类", "x": "E", "y": "N", "id": "号"}
    place = read(streets, file, crs=None, formats={**FORMATS, "小超市": "supermarket"}, **columns)
    assert found(place) == {"s1": ("supermarket", "老王"), "s2": ("convenience", "老李")}
    with pytest.raises(InputError, match=r"own\.csv: no column 'lon', which place\.outlets\.x names.*店主"):
        read(streets, file, crs=None, **{**columns, "x": "lon"})
    with pytest.raises(InputError, match=r"no columns of coordinates.*place\.outlets\.location"):
        read(streets, file, crs=None, category="我的类")
    with pytest.raises(InputError, match=r"no column of categories; name it as place\.outlets\.category"):
        read(streets, file, crs=None, x="E", y="N")
    with pytest.raises(InputError, match=r"place\.outlets\.formats: empty.*place=files"):
        read(streets, file, crs=None, formats={}, **columns)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_points_and_polygons_of_a_layer_go_in(streets: Path, tmp_path: Path, suffix: str) -> None:
    shapes = [shapely.Point(EAST, NORTH - 192), shapely.Point(EAST + 60, NORTH - 192)]
    if suffix != "shp":  # which holds one kind of shape
        shapes[1] = shapely.box(EAST + 50, NORTH - 195, EAST + 70, NORTH - 185)
    rows = gpd.GeoDataFrame({"name": ["甲", "乙"], "format": ["barber", "park"]}, geometry=shapes, crs=UTM)
    file = tmp_path / f"own.{suffix}"
    (rows.to_crs("EPSG:4326") if suffix == "geojson" else rows).to_file(file, encoding="utf-8")
    place = read(streets, file, crs=None)
    assert sorted(found(place).values()) == [("barber", "甲"), ("park", "乙")]
    assert place.sites is not None
    nearest = np.sort(place.sites.xy[:, 0] - EAST)
    assert nearest == pytest.approx([0, 60], abs=0.1)


def test_codes_count_by_their_longest_beginning_and_before_words() -> None:
    table = {"06": "other", "0602": "convenience", "060411": "", "超市": "supermarket", "购物服务": "other"}
    assert find_format("060200", "", table) == "convenience"
    assert find_format("060999", "购物服务;超级市场;超市", table) == "other"
    assert find_format("", "购物服务;超级市场;超市", table) == "supermarket"
    assert find_format("", "购物服务;别的;别的", table) == "other"
    assert find_format("60200", "", table) == "convenience"  # a spreadsheet dropped the zero
    assert find_format("060411", "", table) == ""
    assert find_format("060411|060200", "", table) == "convenience"
    assert find_format("", "外星;外星人|购物服务;超级市场;超市", table) == "supermarket"
    assert find_format("", "convenience", table) == "convenience"
    assert find_format("", "外星", table) is None
    assert find_format("", "", table) is None


def test_a_code_of_a_class_may_be_written_in_full() -> None:
    assert [short(key) for key in ("060000", "060200", "060202", "100000", "0602", "小学", "300")] == [
        "06", "0602", "060202", "10", "0602", "小学", "300",
    ]  # fmt: skip


def test_the_table_of_categories_leads_to_formats_that_there_are() -> None:
    assert {*FORMATS.values()} - {""} <= NATIONAL.keys()
    for key in ("060200", "060400", "090300", "141203", "071100", "070500", "090601", "050300", "141204", "060703"):
        assert find_format(key, "", FORMATS), key
    for form in NATIONAL.values():
        if form["zh"] in FORMATS:
            assert NATIONAL[FORMATS[form["zh"]]]["zh"] == form["zh"]


def test_repeated_rows_are_one_outlet_whatever_their_order(streets: Path, tmp_path: Path) -> None:
    rows = [
        amap(1, SHOP, (0, -192), "好邻居"),
        amap(2, SHOP, (8, -192), "好邻居"),  # another id: another shop
        amap(3, SHOP, (100, -192), "好邻居"),
        amap(4, MARKET, (0, -192), "好邻居"),
        amap(5, SHOP, (1, -192), "坏邻居"),
        amap(1, SHOP, (0, -192), "好邻居"),  # the tiles of a download overlap
    ]
    place = read(streets, write(tmp_path / "poi.csv", rows))
    assert sorted(found(place)) == ["B0001", "B0002", "B0003", "B0004", "B0005"]
    assert "1 rows repeat another" in note(place, "repeat another")
    assert "好邻居 1" in note(place, "repeat another")
    turned = read(streets, write(tmp_path / "turned.csv", rows[::-1]))
    assert found(turned) == found(place)
    assert turned.sites is not None
    assert place.sites is not None
    assert np.array_equal(turned.sites.xy, place.sites.xy)
    apart = read(streets, write(tmp_path / "poi.csv", rows[:5]), duplicates_m=0.0)
    assert len(found(apart)) == 5


def test_two_schools_of_one_cell_are_two_and_the_same_row_twice_is_one(streets: Path, tmp_path: Path) -> None:
    lon, lat = degrees((0, -192))
    header = ["name", "format", "pupils", "lon", "lat"]
    two = [["小学", "primary_school", pupils, lon, lat] for pupils in (300, 540)]
    assert len(found(read(streets, write(tmp_path / "cells.csv", two, header), crs=None))) == 2
    assert len(found(read(streets, write(tmp_path / "cells.csv", two[:1] * 2, header), crs=None))) == 1


def test_ids_that_are_made_do_not_depend_on_other_rows(streets: Path, tmp_path: Path) -> None:
    header = HEADER[1:]
    rows = [amap(i, SHOP, point)[1:] for i, point in enumerate(along(5))]
    ids = found(read(streets, write(tmp_path / "poi.csv", rows, header)))
    assert len(ids) == 5
    assert all(one.startswith("site-") for one in ids)
    assert found(read(streets, write(tmp_path / "poi.csv", rows[::-1], header))) == ids
    fewer = found(read(streets, write(tmp_path / "poi.csv", rows[2:], header)))
    assert fewer.items() <= ids.items()


def test_ids_that_are_there_twice_are_refused_or_made(streets: Path, tmp_path: Path) -> None:
    rows = [["7", *amap(i, SHOP, point)[1:]] for i, point in enumerate(along(3))]
    file = write(tmp_path / "poi.csv", rows)
    place = read(streets, file)
    assert "column 'id' does not tell its rows apart" in note(place, "does not tell")
    assert len(found(place)) == 3
    with pytest.raises(InputError, match=r"poi\.csv: row 1, 2, 3 of column 'id': the id '7' must be there once"):
        read(streets, file, id="id")


def test_rows_without_coordinates_and_outside_are_counted_by_category(streets: Path, tmp_path: Path) -> None:
    nowhere = [["", "", *CLINIC, "", place, ""] for place in ("[]", "", "nan", "116.3")]
    far = [amap(10 + i, SCHOOL, (5000.0, 0.0)) for i in range(2)]
    place = read(streets, write(tmp_path / "poi.csv", [*nowhere, *far, amap(1, SHOP, (0, -192))]))
    assert "4 rows without coordinates are left out: 医疗保健服务;诊所;诊所 4" in note(place, "without coordinates")
    assert "2 rows lie outside the place and are left out: 科教文化服务;学校;小学 2" in note(place, "outside the place")


def test_a_note_names_ten_categories(streets: Path, tmp_path: Path) -> None:
    rows = [amap(100 + i, (f"类{i:02d}", ""), (0, -192)) for i in range(14)]
    said = note(read(streets, write(tmp_path / "poi.csv", [*rows, amap(1, SHOP, (0, -192))])), "does not know")
    assert said.count("类") == 10
    assert "4 others" in said


def test_a_table_of_which_nothing_is_left_is_refused(streets: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "poi.csv", [amap(i, SHOP, (9000.0 + i, 0.0)) for i in range(3)])
    with pytest.raises(InputError, match=r"poi\.csv: none of its 3 rows is an outlet.*3 rows lie outside the place"):
        read(streets, file)
    with pytest.raises(InputError, match="nowhere"):
        read(streets, tmp_path / "nowhere.csv")


def test_coordinates_of_another_kind_are_doubted(streets: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "poi.csv", [amap(i, SHOP, point) for i, point in enumerate(along(15))])
    assert not any("looks like" in said for said in map(str, read(streets, file).notes))
    said = note(read(streets, file, crs="EPSG:4326"), "looks like")  # as said, and doubted
    assert "looks like GCJ-02" in said
    assert "give place.outlets.crs=gcj02" in said
    plain = [[f"s{i}", "店", *SHOP, "", f"{lon},{lat}", ""] for i, (lon, lat) in enumerate(map(degrees, along(15)))]
    file = write(tmp_path / "plain.csv", plain)
    assert not any("looks like" in said for said in map(str, read(streets, file, crs="EPSG:4326").notes))
    assert "looks like WGS-84" in note(read(streets, file), "looks like")


def test_swapped_columns_and_metres_as_degrees_are_refused(streets: Path, tmp_path: Path) -> None:
    lon, lat = degrees((0, -192))
    file = write(tmp_path / "poi.csv", [["店", *SHOP, lat, lon]], ["name", "type", "typecode", "经度", "纬度"])
    for crs in ("gcj02", None):
        with pytest.raises(InputError, match=r"columns '经度' and '纬度' look swapped.*place\.outlets\.x"):
            read(streets, file, crs=crs)
    file = write(tmp_path / "poi.csv", [["店", *SHOP, EAST, NORTH]], ["name", "type", "typecode", "x", "y"])
    with pytest.raises(InputError, match=r"are no degrees.*place\.outlets\.crs, such as EPSG:4547"):
        read(streets, file)
    assert len(found(read(streets, write(file, [["店", *SHOP, EAST, NORTH]], ["name", "type", "typecode", "x", "y"]),
                          crs=UTM))) == 1  # fmt: skip


def test_a_map_without_shops_says_so_and_where_to_have_them_from(streets: Path) -> None:
    place = read_place(place_config(streets))
    said = note(place, "lacks")
    assert "supermarket" in said
    assert "place.outlets.file" in said


def test_a_grown_place_takes_no_table() -> None:
    with pytest.raises(InputError, match=r"place\.outlets\.file"):
        build_place(PlaceConfig(name="grown", outlets=SitesConfig(file="poi.csv")))


@needs_data
def test_guixi_has_its_shops_from_a_table(tmp_path: Path) -> None:
    asked = ["place=files", f"place.streets={SHARED / 'china_osm/guixi.osm.pbf'}"]
    bare = build_place(load_config(asked).config.place)
    said = note(bare, "lacks")
    assert "convenience" in said
    assert "place.outlets.file" in said

    rng = np.random.default_rng(1)
    kinds = [SHOP, MARKET, CLINIC, SCHOOL]
    xy = bare.streets.xy[rng.choice(bare.streets.n_nodes, 80, replace=False)] + rng.normal(0, 5, (80, 2))
    shifted = gcj02_from_wgs84(bare.to_lonlat(xy))
    rows = [
        [f"B{i:03d}", f"贵溪第{i}店", *kinds[i % 4], "[]", f"{lon:.6f},{lat:.6f}", "[]"]
        for i, (lon, lat) in enumerate(shifted)
    ]
    file = write(tmp_path / "guixi.csv", rows, encoding="gb18030")
    place = build_place(load_config([*asked, f"place.outlets.file={file}", "place.outlets.crs=gcj02"]).config.place)
    assert place.sites is not None
    assert {*place.sites.format} == {"convenience", "supermarket", "health_station", "primary_school"}
    rows_of = [int(one[1:]) for one in place.sites.id]
    assert place.sites.xy == pytest.approx(xy[rows_of], abs=0.2)
    assert "贵溪第1店" in place.sites.name
    with pytest.raises(InputError, match=r"those of AMap.*give place\.outlets\.crs=gcj02, or"):
        build_place(load_config([*asked, f"place.outlets.file={file}"]).config.place)


SERVICES = {
    "gcj02": (["name", "type", "typecode", "lon", "lat"], ["name", "type", "pname", "adname", "lon", "lat"]),
    "bd09": (["name", "type", "std_tag", "lon", "lat"], ["name", "tag", "uid", "location.lng", "location.lat"]),
}


@pytest.mark.parametrize(("crs", "header"), [(crs, header) for crs, two in SERVICES.items() for header in two])
def test_columns_of_a_map_service_ask_for_its_crs(streets: Path, tmp_path: Path, crs: str, header: list[str]) -> None:
    lon, lat = degrees((0, -192))
    row = ["店", "购物服务;便民商店/便利店;便利店", *[""] * (len(header) - 4), lon, lat]
    file = write(tmp_path / "poi.csv", [row], header)
    with pytest.raises(InputError, match=rf"poi\.csv: its columns .*give place\.outlets\.crs={crs}, or .*EPSG:4326"):
        read(streets, file, crs=None)
    assert len(found(read(streets, file, crs="EPSG:4326"))) == 1
    plain = write(tmp_path / "plain.csv", [["店", "便利店", lon, lat]], ["name", "type", "lon", "lat"])
    assert len(found(read(streets, plain, crs=None))) == 1


@needs_data
@pytest.mark.parametrize("city", ["nanjing", "haidian_beijing"])
def test_outlets_of_a_real_map_are_doubted_where_they_are_shifted_and_only_there(city: str, tmp_path: Path) -> None:
    streets = SHARED / f"china_osm/{city}.osm.pbf"
    mapped = build_place(load_config(["place=files", f"place.streets={streets}"]).config.place)
    assert mapped.sites is not None
    true = mapped.to_lonlat(mapped.sites.xy)
    shifted = {"EPSG:4326": true, "gcj02": gcj02_from_wgs84(true)}
    shifted["bd09"] = bd09_from_gcj02(shifted["gcj02"])
    for is_in, degrees_of in shifted.items():
        rows = [[*row] for row in zip(mapped.sites.id, mapped.sites.format, *degrees_of.T, strict=True)]
        file = write(tmp_path / f"{is_in[:4]}.csv", rows, ["id", "format", "lon", "lat"])
        for crs in shifted:
            place = read(streets, file, crs=crs)
            doubts = [str(said) for said in place.notes if "looks like" in str(said)]
            assert bool(doubts) == (crs != is_in), (is_in, crs)
            assert all(f"place.outlets.crs={is_in}" in said for said in doubts)


def test_a_map_without_outlets_has_invented_ones_or_none_and_says_which(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(-200, 0), (200, 0)], highway="residential")
    drawing.square((0, 20), 20, building="apartments")
    path = tmp_path / "bare.osm"
    path.write_text(drawing.xml((-900, -900, 900, 900)), encoding="utf-8")
    invented = build_place(place_config(path))
    never = build_place(replace(place_config(path), outlets=SitesConfig(generate="never")))
    assert invented.sites is None
    assert never.sites is not None
    assert len(never.sites) == 0
    for place, word in ((invented, "is invented"), (never, "no outlet stands there")):
        [said] = [one for one in place.notes if word in one.text]
        assert said.grade == "problem"
        assert "place.outlets.file" in said.remedy
        assert "place.outlets.generate" in str(said)
    with pytest.raises(InputError, match=r"place\.outlets\.generate: 'some' is none of auto, never"):
        build_place(PlaceConfig(name="grown", outlets=SitesConfig(generate="some")))


def test_outlets_that_are_counted_by_cell_stand_in_their_cell(streets: Path, tmp_path: Path) -> None:
    lon, lat = degrees((0, -192))
    header = ["cell", "schools", "health", "lon", "lat"]
    cells = [["c1", 2, "", lon, lat], ["c2", 0, 1, lon + 0.001, lat]]
    counts = {"schools": "primary_school", "health": "health_station"}
    place = read(streets, write(tmp_path / "cells.csv", cells, header), crs=None, counts=counts)
    assert place.sites is not None
    assert sorted(place.sites.format) == ["health_station", "primary_school", "primary_school"]
    assert len({*place.sites.id}) == 3
    turned = read(streets, write(tmp_path / "turned.csv", cells[::-1], header), crs=None, counts=counts)
    assert found(turned) == found(place)

    rows = [["便利店", 3, lon, lat], ["药店", 1, lon, lat]]
    file = write(tmp_path / "count.csv", rows, ["type", "n", "lon", "lat"])
    place = read(streets, file, crs=None, count="n")
    assert place.sites is not None
    assert sorted(place.sites.format) == ["convenience"] * 3 + ["pharmacy"]
    for wrong in (-1, 0.5, "三", "inf", 10**12):
        file = write(
            tmp_path / "wrong.csv", [["便利店", 1, lon, lat], ["药店", wrong, lon, lat]], ["type", "n", "lon", "lat"]
        )
        with pytest.raises(InputError, match=r"wrong\.csv: row 2 of column 'n': .* whole numbers from 0 up"):
            read(streets, file, crs=None, count="n")
    with pytest.raises(InputError, match=r"no column 'm', which place\.outlets\.count names"):
        read(streets, file, crs=None, count="m")
