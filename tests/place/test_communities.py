"""Communities as zones: polygons, circles, and homes in several or none."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from sim.columns import Floats
from sim.errors import InputError
from sim.place.config import CircleConfig, CommunitiesConfig, PlaceConfig
from sim.place.read.communities import Zones, find_zones

UTM = "EPSG:32649"
EAST, NORTH = 400_000.0, 3_320_000.0


def box(west: float, east: float) -> shapely.Polygon:
    return shapely.box(EAST + west, NORTH, EAST + east, NORTH + 100)


def layer(folder: Path, shapes: list[shapely.Geometry], called: str = "communities.gpkg", /, **columns: object) -> str:
    gpd.GeoDataFrame(columns, geometry=shapes, crs=UTM).to_file(folder / called)
    return str(folder / called)


def zones(
    config: CommunitiesConfig, east: list[float], weight: list[float] | None = None, counted: bool = True
) -> Zones:
    """The zones of homes at metres east of the corner, 50 m north of it."""
    xy: Floats = np.column_stack([EAST + np.array(east, dtype=float), np.full(len(east), NORTH + 50)])
    place = PlaceConfig(name="test", source="files", streets="map.osm", communities=config)
    return find_zones(place, UTM, xy, np.array(weight or [1.0] * len(east), dtype=float), counted)


def named(found: Zones) -> list[str]:
    return [found.names[row] for row in found.zone]


@pytest.mark.parametrize("name", ["communities.gpkg", "communities.geojson", "communities.shp"])
def test_homes_are_in_their_polygon_or_elsewhere(tmp_path: Path, name: str) -> None:
    file = layer(tmp_path, [box(0, 100), box(100, 200), box(900, 999)], name, 社区=["东 ", "西", "空"])
    found = zones(CommunitiesConfig(file=file), [10, 150, 20, 500])
    assert found.names == ("东", "西", "elsewhere")
    assert named(found) == ["东", "西", "东", "elsewhere"]
    assert "1 of 3 communities have no home, and no row in any table: 空" in str(found.notes[0])
    assert "1 of 4 homes (25.0% of the residents) are in no community" in str(found.notes[1])


def test_without_communities_zones_are_bands() -> None:
    found = zones(CommunitiesConfig(), [1, 2, 3])
    assert found.names == ("north", "middle", "south")
    assert found.notes == []


def test_of_several_communities_the_nearest_middle_counts(tmp_path: Path) -> None:
    file = layer(tmp_path, [box(0, 300), box(200, 300)], name=["wide", "narrow"])
    found = zones(CommunitiesConfig(file=file), [10, 190, 210, 290])
    assert named(found) == ["wide", "wide", "narrow", "narrow"]
    assert "2 homes are in several communities" in str(found.notes[0])


def test_polygons_of_one_name_are_one_community(tmp_path: Path) -> None:
    file = layer(tmp_path, [box(0, 200), box(200, 300)], name=["A", "A"], people=[5.0, np.nan])
    assert named(zones(CommunitiesConfig(file=file, people="people"), [10, 250])) == ["A", "A"]


def test_communities_of_one_name_that_lie_apart_are_refused(tmp_path: Path) -> None:
    file = layer(tmp_path, [box(0, 100), box(100, 150), box(200, 300)], name=["A", "B", "A"])
    with pytest.raises(InputError, match=r"rows 1, 3 are all called 'A' and lie apart"):
        zones(CommunitiesConfig(file=file), [10, 250])


def test_circles_are_zones(tmp_path: Path) -> None:
    lonlat = gpd.GeoSeries([shapely.Point(EAST, NORTH + 50)], crs=UTM).to_crs("EPSG:4326")[0]
    circles = [
        CircleConfig("in degrees", lon=lonlat.x, lat=lonlat.y),
        CircleConfig("in metres", x=EAST + 2000, y=NORTH + 50, radius_m=1000),
    ]
    found = zones(CommunitiesConfig(circles=circles, elsewhere="outside"), [0, 749, 760, 1001, 2999, 3001])
    assert named(found) == ["in degrees", "in degrees", "outside", "in metres", "in metres", "outside"]


def test_each_community_has_its_people(tmp_path: Path) -> None:
    file = layer(tmp_path, [box(0, 100), box(100, 200), box(200, 300)], name=["A", "B", "C"], people=[30, 50, np.nan])
    config = CommunitiesConfig(file=file, people="people")
    counted = zones(config, [10, 20, 150, 250, 500], [1, 2, 5, 7, 9])
    assert counted.weight.tolist() == [10, 20, 50, 7, 9]
    estimated = zones(config, [10, 20, 150, 250, 500], [1, 2, 5, 7, 9], counted=False)
    assert estimated.weight.tolist() == [10, 20, 50, 70, 90]
    assert estimated.counted
    assert "80 people are counted by 2 communities" in str(estimated.notes[0])
    assert "160 people live where no community counts them, estimated" in str(estimated.notes[1])


def test_people_of_a_community_without_homes_are_told(tmp_path: Path) -> None:
    file = layer(tmp_path, [box(0, 100), box(800, 900)], name=["A", "B"], people=[30, 50])
    found = zones(CommunitiesConfig(file=file, people="people"), [10])
    assert found.weight.tolist() == [30]
    assert any(
        "50 people are counted in communities without a home, left out: B" in note for note in map(str, found.notes)
    )


def test_what_cannot_be_communities_is_refused(tmp_path: Path) -> None:
    def refused(pattern: str, config: CommunitiesConfig) -> None:
        with pytest.raises(InputError, match=pattern):
            zones(config, [10])

    file = layer(tmp_path, [box(0, 100), box(100, 200)], name=["A", "A"], people=[1, 2], 街道=["x", ""])
    refused("no column 'label'; its columns are name, people, 街道", CommunitiesConfig(file=file, name="label"))
    refused("row 2 has no name in column '街道'", CommunitiesConfig(file=file, name="街道"))
    refused("rows 1, 2 are all called 'A', each with people", CommunitiesConfig(file=file, people="people"))
    refused("is the name of a community; give another", CommunitiesConfig(file=file, elsewhere="A"))
    point = layer(tmp_path, [shapely.Point(EAST, NORTH)], "point.gpkg", name=["P"])
    refused(r"row 1 \(P\) is a Point; communities are polygons", CommunitiesConfig(file=point))
    total = layer(tmp_path, [box(0, 100)], "total.gpkg", name=["合计"])
    refused("row 1 is called '合计'; leave totals out", CommunitiesConfig(file=total))
    away = layer(tmp_path, [box(5000, 5100)], "away.gpkg", name=["A"])
    refused("none of 1 homes is in any community", CommunitiesConfig(file=away))
    refused(
        r"circles\[0\]: lon and lat, or x and y, are needed", CommunitiesConfig(circles=[CircleConfig("A", lon=1.0)])
    )
    refused(r"circles\[0\]\.radius_m: 0", CommunitiesConfig(circles=[CircleConfig("A", x=1.0, y=1.0, radius_m=0)]))
    refused("metres go in x and y", CommunitiesConfig(circles=[CircleConfig("A", lon=EAST, lat=NORTH)]))
    twice = [CircleConfig("A", x=EAST, y=NORTH), CircleConfig("A", x=EAST, y=NORTH)]
    refused(r"circles\[1\]\.name: 'A'", CommunitiesConfig(circles=twice))
    refused("both file and circles", CommunitiesConfig(file=file, circles=twice))
