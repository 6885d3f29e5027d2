"""Real extracts, cut and spoilt as planners have them: without buildings, without shops, with a header that lies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import osmium
from osmium.osm import Box, Location

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
HELSINKI = SHARED / "helsinki" / "Helsinki.osm.pbf"
KOTKA = SHARED / "kotka_fi" / "test.osm.pbf"
NANJING = SHARED / "china_osm" / "nanjing.osm.pbf"
HAIDIAN = SHARED / "china_osm" / "haidian_beijing.osm.pbf"
GUIXI = SHARED / "china_osm" / "guixi.osm.pbf"
FUTIAN = SHARED / "shenzhen_futian_graphml" / "futian_walk.graphml"
PORTO_ALEGRE = SHARED / "porto_alegre" / "poa_osm.pbf"

Tags = dict[str, str]
SHOP_KEYS = ("shop", "amenity", "leisure", "office", "craft", "healthcare", "social_facility", "tourism")


def spoil(
    source: Path,
    target: Path,
    change: Callable[[Tags], Tags | None] = lambda tags: tags,
    box: tuple[float, float, float, float] | None = None,
    header: tuple[float, float, float, float] | None = None,
) -> Path:
    """An extract written again with other tags, in the format that the name of `target` says.

    `change` gives the tags of each thing that has any, None to leave the thing out; nodes outside `box` (west, south,
    east, north) are left out, so that ways are cut there; `header` is what the file says of its box.
    """
    head = osmium.io.Header()
    if header or box:
        west, south, east, north = header or box or (0.0, 0.0, 0.0, 0.0)
        head.add_box(Box(Location(west, south), Location(east, north)))
    elif (told := osmium.io.Reader(str(source)).header().box()).valid():
        head.add_box(told)
    with osmium.SimpleWriter(str(target), header=head, overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(source)):
            if box and thing.is_node() and not inside(thing, box):
                continue
            tags = dict(thing.tags)
            changed = change(tags) if tags else tags
            if changed is not None:
                writer.add(thing.replace(tags=changed))
    return target


def inside(node: osmium.osm.Node, box: tuple[float, float, float, float]) -> bool:
    """Whether a node lies within west, south, east, north."""
    west, south, east, north = box
    return west <= node.lon <= east and south <= node.lat <= north


def without_buildings(tags: Tags) -> Tags | None:
    """A map on which nobody drew houses."""
    return None if "building" in tags else {key: value for key, value in tags.items() if not key.startswith("addr:")}


def without_shops(tags: Tags) -> Tags:
    """A map on which nobody drew shops, schools or clinics."""
    return {key: value for key, value in tags.items() if key not in SHOP_KEYS}


def trunk_through_town(tags: Tags) -> Tags:
    """A map on which the main streets of the town are called trunk roads, as in many Chinese towns."""
    main = tags.get("highway") in ("primary", "secondary")
    return (
        {key: value for key, value in tags.items() if "sidewalk" not in key and key != "foot"} | {"highway": "trunk"}
        if main
        else tags
    )
