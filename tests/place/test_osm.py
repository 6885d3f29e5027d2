"""Places read from OpenStreetMap: small maps drawn here, and the real extracts where they are at hand."""

from __future__ import annotations

import gzip
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd
import pytest
import yaml
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from sim.config import load_config
from sim.errors import InputError
from sim.people import settle
from sim.place.config import OsmConfig, PlaceConfig, PopulationConfig
from sim.place.place import Place, bands_from_north
from sim.place.read.files import read_place, read_source_map
from sim.place.streets import Streets

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared/data"
CONFIG = yaml.safe_load((ROOT / "configs/place/osm.yaml").read_text(encoding="utf-8"))
HELSINKI = yaml.safe_load((ROOT / "configs/place/helsinki.yaml").read_text(encoding="utf-8"))

needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real input at {SHARED}")

# Maps are drawn in metres east and north of this point of UTM zone 49 (Jiangxi and Hunan).
EAST, NORTH, UTM = 400_000.0, 3_320_000.0, "EPSG:32649"
TO_DEGREES = Transformer.from_crs(UTM, "EPSG:4326", always_xy=True)

Point = tuple[float, float]


@dataclass
class Drawing:
    """A map under construction: points in metres, ways and relations over them."""

    objects: list[str] = field(default_factory=list)
    rows: dict[Point, int] = field(default_factory=dict)
    tags_at: dict[Point, dict[str, str]] = field(default_factory=dict)
    ways: int = 0

    def node(self, point: Point, **tags: str) -> int:
        self.tags_at.setdefault(point, {}).update(tags)
        return self.rows.setdefault(point, len(self.rows) + 1)

    def way(self, points: Sequence[Point], **tags: str) -> int:
        self.ways += 1
        refs = "".join(f'<nd ref="{self.node(point)}"/>' for point in points)
        self.objects.append(f'<way id="{self.ways}" version="1">{refs}{tag_xml(tags)}</way>')
        return self.ways

    def square(self, corner: Point, side_m: float, **tags: str) -> int:
        x, y = corner
        ring = [(x, y), (x + side_m, y), (x + side_m, y + side_m), (x, y + side_m), (x, y)]
        return self.way(ring, **tags)

    def relation(self, ways: dict[int, str], **tags: str) -> None:
        members = "".join(f'<member type="way" ref="{way}" role="{role}"/>' for way, role in ways.items())
        self.objects.append(f'<relation id="1" version="1">{members}{tag_xml(tags)}</relation>')

    def xml(self, box: tuple[float, float, float, float] | None = None) -> str:
        bounds = ""
        if box:
            west, south, east, north = *degrees(box[:2]), *degrees(box[2:])
            bounds = f'<bounds minlat="{south}" minlon="{west}" maxlat="{north}" maxlon="{east}"/>'
        nodes = []
        for point, row in self.rows.items():
            lon, lat = degrees(point)
            nodes.append(
                f'<node id="{row}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{tag_xml(self.tags_at[point])}</node>'
            )
        return f'<osm version="0.6">{bounds}{"".join(nodes)}{"".join(self.objects)}</osm>'


def degrees(point: Sequence[float]) -> Point:
    lon, lat = TO_DEGREES.transform(EAST + point[0], NORTH + point[1])
    return lon, lat


def tag_xml(tags: dict[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k.replace('__', ':'))} v={quoteattr(v)}/>" for k, v in tags.items())


def place_config(streets: Path, **osm: object) -> PlaceConfig:
    keys = {**CONFIG["osm"], **osm}
    return PlaceConfig(name="test", source="files", streets=str(streets), osm=OsmConfig(**keys))


def read_drawing(
    drawing: Drawing, folder: Path, box: tuple[float, float, float, float] | None = None, **osm: object
) -> Place:
    path = folder / "map.osm"
    path.write_text(drawing.xml(box), encoding="utf-8")
    return read_place(place_config(path, **osm))


def streets_drawn(drawing: Drawing, folder: Path) -> Streets:
    """The streets of a drawing before doors are put on them."""
    (folder / "map.osm").write_text(drawing.xml(), encoding="utf-8")
    return read_source_map(place_config(folder / "map.osm")).streets


def at(place: Place, point: Point) -> int:
    """The node of a place at a point of the drawing; fails where there is none within 10 cm."""
    node, metres = place.nearest_node(np.add([point], [EAST, NORTH]))
    assert metres[0] < 0.1, f"no street node at {point}"
    return int(node[0])


def has_node(place: Place, point: Point) -> bool:
    return bool(place.nearest_node(np.add([point], [EAST, NORTH]))[1][0] < 0.1)


def walks(place: Place, starts: Sequence[int]) -> np.ndarray:
    """Metres from some nodes to all, without crossing delays, by SciPy."""
    streets = place.streets
    order = np.argsort(-streets.length_m)  # the last of parallel links to be written is the shortest
    a, b = streets.links[order].T
    lengths = dict(zip(zip(np.minimum(a, b), np.maximum(a, b), strict=True), streets.length_m[order], strict=True))
    ends = np.array(list(lengths)).T
    graph = coo_array((list(lengths.values()), (ends[0], ends[1])), shape=(streets.n_nodes,) * 2)
    return dijkstra(graph.tocsr(), directed=False, indices=list(starts))


@pytest.fixture
def crossroads() -> Drawing:
    """Two streets of 380 m that cross, with a house by each end."""
    drawing = Drawing()
    drawing.way([(-190, 0), (0, 0), (190, 0)], highway="residential", name="East Road")
    drawing.way([(0, -190), (0, 0), (0, 190)], highway="residential", oneway="yes")
    for corner in ((-190, 10), (170, 10), (10, 170), (10, -190)):
        drawing.square(corner, 20, building="apartments", building__levels="6")
    return drawing


def test_streets_are_cut_into_equal_links(crossroads: Drawing, tmp_path: Path) -> None:
    place = read_drawing(crossroads, tmp_path)
    streets = streets_drawn(crossroads, tmp_path)
    assert streets.crs == UTM
    assert streets.n_nodes == 17
    assert streets.n_links == 16
    assert streets.length_m == pytest.approx(47.5, abs=0.05)
    middle = at(place, (0, 0))
    assert np.count_nonzero(place.streets.links == middle) == 4
    assert walks(place, [at(place, (-190, 0))])[0, at(place, (0, 190))] == pytest.approx(380, abs=0.2)
    assert not streets.gate.any()
    assert (streets.compound == -1).all()
    assert (streets.grade == 0).all()
    assert place.attribution == "© OpenStreetMap contributors, ODbL"


def test_length_follows_the_bends(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.way([(190, 0), (220, 40), (190, 80)], highway="footway")
    place = read_drawing(crossroads, tmp_path)
    assert walks(place, [at(place, (190, 0))])[0, at(place, (190, 80))] == pytest.approx(100, abs=0.1)


def test_ways_that_nobody_walks_are_left_out(crossroads: Drawing, tmp_path: Path) -> None:
    barred = [
        {"highway": "service", "tunnel": "yes", "layer": "-4"},
        {"highway": "service", "tunnel": "yes"},
        {"highway": "trunk", "tunnel": "yes"},
        {"highway": "primary", "tunnel": "yes", "layer": "-1"},
        {"highway": "footway", "tunnel": "yes", "layer": "-2", "subway": "yes"},
        {"highway": "corridor"},
        {"highway": "steps", "level": "0;-1"},
        {"highway": "footway", "indoor": "yes"},
        {"highway": "residential", "foot": "no"},
        {"highway": "service", "access": "private"},
        {"highway": "motorway"},
        {"highway": "cycleway"},
        {"highway": "construction", "foot": "yes"},
        {"highway": "platform"},
        {"building": "yes"},
        {"waterway": "river"},
    ]
    for row, tags in enumerate(barred):
        crossroads.way([(0, 0), (300, 20.0 + row)], **tags)
    place = read_drawing(crossroads, tmp_path)
    for row in range(len(barred)):
        assert not has_node(place, (300, 20.0 + row)), barred[row]
    told = {note.text.split(":")[0]: note for note in place.notes if note.text.startswith("Ways left out")}
    counts = {
        "closed to walkers": 2,
        "road tunnels without a pavement": 4,
        "indoors or within stations": 3,
        "of kinds that place.osm.walkable does not name": 1,
        "of kinds on which nobody walks": 4,
    }
    assert set(told) == {f"Ways left out, {reason}" for reason in counts}
    for reason, count in counts.items():
        note = told[f"Ways left out, {reason}"]
        km = count * 0.3
        assert f": {count}, {km:.1f} km beside 0.8 km walked" in note.text
        nobody = reason == "of kinds on which nobody walks"
        assert note.share == pytest.approx(0 if nobody else km / (km + 0.76), abs=0.01)
        assert bool(note.remedy) != nobody


def test_ways_that_the_map_opens_to_walkers_are_walked(crossroads: Drawing, tmp_path: Path) -> None:
    walked = [
        {"highway": "trunk", "sidewalk": "both"},
        {"highway": "trunk"},
        {"highway": "trunk", "tunnel": "yes", "sidewalk": "right"},
        {"highway": "cycleway", "foot": "designated"},
        {"highway": "cycleway", "segregated": "no"},
        {"highway": "cycleway", "sidewalk": "right"},
        {"highway": "footway", "layer": "-1"},
        {"highway": "footway", "tunnel": "yes", "layer": "-1"},
        {"highway": "steps", "tunnel": "yes"},
        {"highway": "path", "location": "underground"},
        {"highway": "residential", "tunnel": "yes", "layer": "-1"},
        {"highway": "trunk", "layer": "-1"},
        {"highway": "service", "access": "private", "foot": "permissive"},
        {"highway": "service", "tunnel": "building_passage"},
        {"highway": "pedestrian", "area": "yes"},
        {"highway": "footway", "layer": "1", "bridge": "yes"},
        {"highway": "secondary", "oneway": "yes"},
    ]
    for row, tags in enumerate(walked):
        crossroads.way([(0, 0), (300, 20.0 + row)], **tags)
    for row in range(10):
        crossroads.square((-300, 20.0 * row), 10, building="house")
    place = read_drawing(crossroads, tmp_path)
    for row in range(len(walked)):
        assert has_node(place, (300, 20.0 + row)), walked[row]


def test_tunnel_draws_no_home(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.way([(0, 0), (180, 25)], highway="service", tunnel="yes", layer="-4")
    place = read_drawing(crossroads, tmp_path)
    east = np.argmax(place.homes.xy[:, 0])
    assert place.streets.xy[place.homes.node[east]] == pytest.approx([EAST + 180, NORTH], abs=0.6)
    assert place.homes.snap_m[east] == pytest.approx(20, abs=0.1)


def test_stairs_are_marked_and_a_ramp_beside_them_is_kept(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.way([(190, 0), (220, 0)], highway="steps")
    crossroads.way([(190, 0), (205, 15), (220, 0)], highway="footway")
    streets = streets_drawn(crossroads, tmp_path)
    assert streets.length_m[streets.stairs] == pytest.approx([30], abs=0.05)
    assert streets.length_m[~streets.stairs].min() == pytest.approx(np.hypot(15, 15) * 2, abs=0.05)


def test_duplicate_links_keep_the_shortest_and_loops_to_oneself_go(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.way([(190, 0), (205, 15), (220, 0)], highway="footway")
    crossroads.way([(190, 0), (220, 0)], highway="footway")
    crossroads.way([(220, 0), (225, 0), (225, 5), (220, 0)], highway="footway")
    crossroads.way([(220, 0), (220, 0)], highway="footway")
    streets = streets_drawn(crossroads, tmp_path)
    assert streets.n_links == 17
    assert streets.length_m.min() == pytest.approx(30, abs=0.05)


def test_fragments_are_left_out_with_a_note(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.way([(60, 60), (155, 60)], highway="footway")
    place = read_drawing(crossroads, tmp_path)
    assert streets_drawn(crossroads, tmp_path).n_nodes == 17
    assert place.streets.length_m.sum() == pytest.approx(760, abs=0.5)
    assert any(note.startswith("3 of 20 street nodes (0.1 of 0.9 km, in 1 parts)") for note in map(str, place.notes))


def test_homes_weigh_their_floor_area(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.square((60, 10), 10, building="house", building__levels="2")
    crossroads.square((90, 10), 10, building="house")
    crossroads.square((120, 10), 10, building="retail")
    crossroads.square((140, 10), 10, building="yes")
    place = read_drawing(crossroads, tmp_path, level_m2_per_resident=50.0)
    # 400 m² on six storeys; 100 m² on two, and on those of a house
    assert sorted(place.homes.weight) == pytest.approx([4, 4, 48, 48, 48, 48], rel=2e-3)
    assert (place.homes.compound == -1).all()
    assert place.population == pytest.approx(place.homes.weight.sum())
    assert any("1 buildings mapped only as building=yes are not taken" in note for note in map(str, place.notes))


def test_buildings_of_no_said_use_are_homes_where_none_is_residential(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(0, 0), (200, 0)], highway="residential")
    drawing.square((0, 10), 20, building="yes")
    drawing.square((100, 10), 20, building="office")
    place = read_drawing(drawing, tmp_path)
    assert len(place.homes) == 1
    assert any("all 1 of building=yes" in note for note in map(str, place.notes))


def test_a_multipolygon_is_one_home_less_its_yard(crossroads: Drawing, tmp_path: Path) -> None:
    ring, yard = crossroads.square((50, 20), 40), crossroads.square((60, 30), 20)
    tags = {"type": "multipolygon", "building": "dormitory", "building__levels": "1"}
    crossroads.relation({ring: "outer", yard: "inner"}, **tags)
    place = read_drawing(crossroads, tmp_path, level_m2_per_resident=1.0)
    assert place.homes.weight.min() == pytest.approx(1600 - 400, rel=2e-3)


def test_far_homes_are_left_out_and_reported(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.square((600, 600), 20, building="apartments", building__levels="6")
    place = read_drawing(crossroads, tmp_path)
    assert len(place.homes) == 4
    assert place.homes.snap_m.max() < 200
    assert any("1 of 5 homes (20.0% of the residents) are farther than 200 m" in note for note in map(str, place.notes))


def test_communities_are_bands_of_equal_weight_from_north_to_south(crossroads: Drawing, tmp_path: Path) -> None:
    place = read_drawing(crossroads, tmp_path)
    assert place.zones == ("north", "middle", "south")
    assert place.homes.zone[np.argmax(place.homes.xy[:, 1])] == 0
    assert place.homes.zone[np.argmin(place.homes.xy[:, 1])] == 2
    north_m, weight = np.arange(90.0), np.ones(90)
    assert np.bincount(bands_from_north(north_m, weight, 3)).tolist() == [30, 30, 30]
    assert (np.diff(bands_from_north(north_m, weight, 3)) <= 0).all()


def test_outlets_have_stable_ids_formats_and_names(crossroads: Drawing, tmp_path: Path) -> None:
    shop = crossroads.node((-50, 5), shop="convenience", name="好邻居")
    both = crossroads.node((-60, 5), shop="clothes;supermarket")
    crossroads.node((-70, 5), shop="vacant")
    crossroads.node((-80, 5), amenity="bench")
    clothes = crossroads.node((-90, 5), shop="clothes")
    school = crossroads.square((60, 60), 40, amenity="school", name='No. 1 "Sun" School')
    park = crossroads.square((-160, 60), 80, leisure="park")
    sites = read_drawing(crossroads, tmp_path).sites
    assert sites is not None
    found = {sites.id[i]: (sites.format[i], sites.name[i]) for i in range(len(sites))}
    assert found == {
        f"osm-n{shop}": ("convenience", "好邻居"),
        f"osm-n{both}": ("supermarket", ""),
        f"osm-n{clothes}": ("other", ""),
        f"osm-w{school}": ("primary_school", 'No. 1 "Sun" School'),
        f"osm-w{park}": ("park", ""),
    }
    assert list(sites.id) == sorted(sites.id)
    assert sites.xy[sites.id.index(f"osm-w{school}")] == pytest.approx([EAST + 80, NORTH + 80], abs=1)


def test_the_first_line_of_the_table_wins(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.node((-50, 5), shop="convenience", amenity="post_office")
    post_first = {"amenity=post_office": "parcel", "shop=convenience": "convenience"}
    place = read_drawing(crossroads, tmp_path, outlets=post_first)
    assert place.sites is not None
    assert place.sites.format == ("parcel",)
    assert any("knows 1 outlets here but no convenience." in note for note in map(str, place.notes))


def test_a_map_without_outlets_says_so(crossroads: Drawing, tmp_path: Path) -> None:
    place = read_drawing(crossroads, tmp_path)
    assert place.sites is None
    assert any("knows no outlet" in note for note in map(str, place.notes))


def test_ways_overhang_the_box_but_homes_and_outlets_do_not(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.way([(190, 0), (900, 0)], highway="residential")
    crossroads.square((800, 10), 20, building="apartments")
    crossroads.node((810, 5), shop="convenience")
    inside = crossroads.node((100, 5), shop="convenience")
    place = read_drawing(crossroads, tmp_path, box=(-300, -300, 300, 300))
    assert has_node(place, (900, 0))
    assert len(place.homes) == 4
    assert place.sites is not None
    assert place.sites.id == (f"osm-n{inside}",)


def test_a_way_that_leaves_the_extract_is_cut_there(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.objects.append(
        '<way id="900" version="1"><nd ref="1"/><nd ref="777"/><nd ref="2"/><tag k="highway" v="path"/></way>'
        '<way id="901" version="1"><nd ref="1"/><nd ref="777"/><nd ref="2"/><nd ref="1"/>'
        '<tag k="building" v="house"/></way>'
    )
    place = read_drawing(crossroads, tmp_path)
    assert streets_drawn(crossroads, tmp_path).n_links == 16
    assert len(place.homes) == 4
    (lost,) = [note for note in place.notes if "nodes that are not in the file: 1, with 1 such" in note.text]
    assert lost.share == pytest.approx(1 / 7)


@pytest.mark.parametrize("box", [(0, 0, 180, 90), (10, 10, 11, 11)])
def test_a_header_that_does_not_fit_its_map_is_not_believed(
    box: tuple[float, ...], crossroads: Drawing, tmp_path: Path
) -> None:
    west, south, east, north = box
    head = '<osm version="0.6">'
    bounds = f'<bounds minlat="{south}" minlon="{west}" maxlat="{north}" maxlon="{east}"/>'
    (tmp_path / "map.osm").write_text(crossroads.xml().replace(head, head + bounds), encoding="utf-8")
    ground = read_source_map(place_config(tmp_path / "map.osm"))
    assert not ground.boxed
    assert ground.bounds.area < 1_000_000
    assert any("It is not believed" in note.text for note in ground.notes)


def test_a_square_of_several_ways_is_walked_round(crossroads: Drawing, tmp_path: Path) -> None:
    half = crossroads.way([(190, 0), (230, 0), (230, 40)])
    other = crossroads.way([(230, 40), (190, 40), (190, 0)])
    before = streets_drawn(crossroads, tmp_path).length_m.sum()
    crossroads.relation({half: "outer", other: "outer"}, type="multipolygon", highway="pedestrian")
    assert streets_drawn(crossroads, tmp_path).length_m.sum() == pytest.approx(before + 160, abs=0.3)


def test_an_area_that_does_not_close_is_told(crossroads: Drawing, tmp_path: Path) -> None:
    side = crossroads.way([(50, 20), (90, 20), (90, 60)])
    crossroads.relation({side: "outer"}, type="multipolygon", building="apartments")
    place = read_drawing(crossroads, tmp_path)
    assert len(place.homes) == 4
    assert any("relations that do not close, left out: 1 of 5." in note.text for note in place.notes)


def test_order_and_compression_of_the_file_do_not_matter(crossroads: Drawing, tmp_path: Path) -> None:
    crossroads.node((-50, 5), shop="convenience")
    place = read_drawing(crossroads, tmp_path)
    text = crossroads.xml()
    nodes, ways = text[: text.index("<way")], text[text.index("<way") : -len("</osm>")]
    head = '<osm version="0.6">'
    shuffled = tmp_path / "overpass.osm.gz"
    shuffled.write_bytes(gzip.compress(f"{head}{ways}{nodes.removeprefix(head)}</osm>".encode()))
    other = read_place(place_config(shuffled))
    assert np.array_equal(place.streets.xy, other.streets.xy)
    assert np.array_equal(place.streets.links, other.streets.links)
    assert np.array_equal(place.homes.xy, other.homes.xy)
    assert place.sites is not None
    assert other.sites is not None
    assert place.sites.id == other.sites.id


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("hello.osm", b"hello", "not read as OpenStreetMap data"),
        ("hello.osm.pbf", b"hello, this is no protocol buffer", "not read as OpenStreetMap data"),
        ("zero.osm", b"", "not read as OpenStreetMap data"),
        ("page.osm", b"<html></html>", "not read as OpenStreetMap data"),
        ("table.txt", b"lon,lat", "no file of streets by its name"),
        ("lat.osm", b'<osm version="0.6"><node id="1" lat="x" lon="2"/></osm>', "not read as OpenStreetMap"),
        ("empty.osm", b'<osm version="0.6"></osm>', "no walkable way"),
    ],
)
def test_what_is_no_map_is_refused(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as refused:
        read_place(place_config(path))
    assert name in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.osm\.pbf: not there; place\.streets"):
        read_place(place_config(tmp_path / "nowhere.osm.pbf"))


def test_streets_without_homes_are_lived_along(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(0, 0), (400, 0)], highway="residential")
    drawing.way([(400, 0), (400, 300)], highway="primary")
    place = read_drawing(drawing, tmp_path)
    assert place.population is None
    assert len(place.homes) == 8  # one every 50 m of the residential street
    assert np.ptp(place.homes.xy[:, 1]) < 0.1
    assert np.diff(np.sort(place.homes.xy[:, 0])) == pytest.approx([50] * 7, abs=0.1)
    (note,) = [note for note in place.notes if "doors along" in note.text]
    assert note.grade == "problem"
    assert "8 doors along 0.4 km of streets for homes" in note.text
    with pytest.raises(InputError, match=r"people\.residents.*place\.population\.file.*place\.homes\.file"):
        settle(place, load_config(["place=osm", "place.streets=x.osm"]).config.people, 1)


def test_buildings_are_counted_where_streets_are(tmp_path: Path) -> None:
    """A street that leaves the box of the extract has no buildings beside it, and asks for none."""
    drawing = Drawing()
    drawing.way([(0, 0), (400, 0), (9_000, 0)], highway="residential")
    for x in range(4):
        drawing.square((100 * x, 10), 20, building="apartments")
    place = read_drawing(drawing, tmp_path, box=(-10, -100, 410, 100))
    assert len(place.homes) == 4


def test_a_grid_gives_streets_their_people(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(0, 0), (190, 0)], highway="residential")
    lon, lat = degrees((95, 30))
    (tmp_path / "grid.csv").write_text(f"lon,lat,people,old\n{lon},{lat},120,30\n", encoding="utf-8")
    (tmp_path / "map.osm").write_text(drawing.xml(), encoding="utf-8")
    config = place_config(tmp_path / "map.osm")
    config.population = PopulationConfig(
        file=str(tmp_path / "grid.csv"), total="people", ages={60: "old"}, attribution="Census office"
    )
    place = read_place(config)
    assert place.population == 120
    assert place.homes.snap_m == pytest.approx([30], abs=0.1)
    assert place.homes.age_weight.tolist() == [[30]]
    assert place.attribution == "© OpenStreetMap contributors, ODbL; Census office"


def test_floor_area_per_resident_must_be_above_zero() -> None:
    with pytest.raises(InputError, match=r"place\.osm\.level_m2_per_resident"):
        PlaceConfig(source="files", streets="a.osm", osm=OsmConfig(level_m2_per_resident=0.0)).check()


def test_homes_far_from_every_street_are_refused(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.way([(0, 0), (200, 0)], highway="residential")
    drawing.square((0, 500), 20, building="house")
    with pytest.raises(InputError, match=r"none of its 1 homes is within 200 m.*place\.far_home_m"):
        read_drawing(drawing, tmp_path, box=(-900, -900, 900, 900))


# Real maps


@needs_data
@pytest.mark.parametrize(
    ("file", "homes", "sites", "crs"),
    [
        ("china_osm/guixi.osm.pbf", 20, 1, "EPSG:32650"),
        ("china_osm/haidian_beijing.osm.pbf", 140, 100, "EPSG:32650"),
        ("china_osm/nanjing.osm.pbf", 80, 100, "EPSG:32650"),
        ("kotka_fi/test.osm.pbf", 1100, 3, "EPSG:32635"),
        ("helsinki/Helsinki.osm.pbf", 25, 800, "EPSG:32635"),
    ],
)
def test_real_maps_are_read(file: str, homes: int, sites: int, crs: str) -> None:
    place = read_place(place_config(SHARED / file))
    assert len(place.homes) >= homes
    assert place.sites is not None
    assert len(place.sites) >= sites
    assert place.streets.crs == crs
    assert place.streets.length_m.min() > 0
    assert place.streets.length_m.max() < 50.01
    assert np.isfinite(place.homes.weight).all()
    shares = np.bincount(place.homes.zone, weights=place.homes.weight) / place.homes.weight.sum()
    assert shares == pytest.approx([1 / 3] * 3, abs=0.08)
    allowed = {*CONFIG["osm"]["outlets"].values()}
    assert set(place.sites.format) <= allowed


@needs_data
def test_a_city_without_buildings_lives_along_its_streets() -> None:
    place = read_place(place_config(SHARED / "porto_alegre/poa_osm.pbf"))
    assert place.population is None
    assert any("doors along" in note.text and "streets for homes" in note.text for note in place.notes)


@needs_data
def test_a_city_is_read_within_seconds_and_reaches_its_schools() -> None:
    config = place_config(SHARED / "porto_alegre/poa_osm.pbf")
    grid = SHARED / "porto_alegre/poa_hexgrid.csv"
    config.population = PopulationConfig(file=str(grid), total="population")
    config.far_home_m = 5000.0
    start = time.perf_counter()
    place = read_place(config)
    assert time.perf_counter() - start < 15
    assert place.population == pytest.approx(812_935)
    assert place.streets.length_m.sum() > 1_700_000

    # The network metres of our own independent check, snaps counted (SOURCE.md)
    table = pd.read_csv(grid)
    to_metres = Transformer.from_crs("EPSG:4326", place.streets.crs, always_xy=True)
    schools = table[table.schools > 0]
    node, snap_m = place.nearest_node(np.column_stack(to_metres.transform(schools.lon, schools.lat)))
    metres = (walks(place, node)[:, place.homes.node] + snap_m[:, None]).min(axis=0) + place.homes.snap_m
    for limit_m, share in ((500, 0.587), (800, 0.884), (1000, 0.960), (1200, 0.986)):
        within = place.homes.weight[metres <= limit_m].sum() / place.homes.weight.sum()
        assert within == pytest.approx(share, abs=0.03)


@pytest.fixture(scope="module")
def helsinki() -> Place:
    """The centre of Helsinki with no crossing delays."""
    config = place_config(SHARED / "helsinki/Helsinki.osm.pbf", signal_crossing_s=0.0, crossing_s=0.0)
    return read_place(config)


def nodes_of(place: Place, lon: pd.Series, lat: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    to_metres = Transformer.from_crs("EPSG:4326", place.streets.crs, always_xy=True)
    return place.nearest_node(np.column_stack(to_metres.transform(lon, lat)))


@needs_data
def test_walks_to_the_station_are_as_long_as_published(helsinki: Place) -> None:
    cells = pd.read_csv(SHARED / "helsinki/published_walk_to_railway_station_27cells.csv")
    node, snap_m = nodes_of(helsinki, cells.lon, cells.lat)
    station = int(np.flatnonzero(cells.walk_d == 0)[0])
    metres = walks(helsinki, [node[station]])[0, node] + snap_m + snap_m[station]
    others = np.arange(len(cells)) != station
    ratio = metres[others] / cells.walk_d[others]
    assert 0.95 <= np.median(ratio) <= 1.05
    assert np.mean(np.abs(ratio - 1) <= 0.15) >= 0.75


@needs_data
def test_walks_take_as_long_as_r5_finds(helsinki: Place) -> None:
    pairs = pd.read_csv(SHARED / "helsinki/published_r5_walk_minutes_272pairs.csv")
    start, start_m = nodes_of(helsinki, pairs.o_lon, pairs.o_lat)
    end, end_m = nodes_of(helsinki, pairs.d_lon, pairs.d_lat)
    metres = walks(helsinki, start)[np.arange(len(pairs)), end] + start_m + end_m
    # R5 gives whole minutes, rounded down, at 3.6 km/h
    ratio = metres / ((pairs.r5_minutes + 0.5) * 60)
    assert 0.95 <= np.median(ratio) <= 1.05
    assert np.mean(np.abs(ratio - 1) <= 0.15) >= 0.75
    assert np.corrcoef(metres, pairs.r5_minutes)[0, 1] > 0.95


@needs_data
def test_people_of_helsinki_live_by_age_in_its_buildings() -> None:
    config = place_config(SHARED / "helsinki/Helsinki.osm.pbf")
    grid = SHARED / "helsinki/Vaestotietoruudukko_2015.shp"
    config.population = PopulationConfig(file=str(grid), **HELSINKI["population"])
    place = read_place(config)
    assert place.population == pytest.approx(5337, abs=60)
    assert place.homes.age_from == (0, 10, 20, 30, 40, 50, 60, 70, 80)
    assert place.homes.age_weight.shape == (len(place.homes), 9)
    known = np.isfinite(place.homes.age_weight).all(axis=1)
    assert 0.9 < place.homes.weight[known].sum() / place.population < 1
    assert place.homes.age_weight[known].sum(axis=1) == pytest.approx(place.homes.weight[known])
    assert "HSY" in place.attribution
    assert place.attribution.startswith("© OpenStreetMap contributors, ODbL; ")
