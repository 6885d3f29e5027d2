"""What the tags of OpenStreetMap say of a way: whether it is walked, by whom, and what is lost at a crossing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sim.place.config import OsmConfig

ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL"

# Values of `highway`, by which a column is known to hold them.
HIGHWAYS: Final = (
    *("footway", "path", "pedestrian", "steps", "living_street", "residential", "service", "unclassified", "tertiary"),
    *("tertiary_link", "secondary", "secondary_link", "primary", "primary_link", "trunk", "trunk_link", "motorway"),
    *("motorway_link", "track", "road", "cycleway", "bridleway", "busway", "corridor", "construction", "proposed"),
)
LIVED_ALONG: Final = ("residential", "living_street")  # streets whose purpose is the homes beside them
WELCOME: Final = ("yes", "designated", "permissive", "official")
# Ways that, where they are not listed as walkable, are walked if the map says so.
BY_INVITATION: Final = ("trunk", "trunk_link", "motorway", "motorway_link", "cycleway", "bridleway", "busway")
# Kinds on which nobody walks, or which are no ways yet or any more; OSMnx's walking network has none of them either,
# but for lifts and corridors.
NEVER_WALKED: Final = (
    *("motorway", "motorway_link", "construction", "proposed", "planned", "abandoned", "razed", "raceway", "no"),
    *("platform", "bus_guideway", "escape", "rest_area", "services", "elevator", "escalator", "corridor"),
)
PATHS: Final = ("footway", "path", "pedestrian", "steps", "cycleway", "bridleway", "corridor", "track")
# A tunnel of these is for cars, unless the map says that it has a pavement.
CAR_TUNNELS: Final = (
    *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
    *("service", "busway"),
)
SIDEWALK_KEYS: Final = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
SIDEWALKS: Final = ("both", "left", "right", "yes")
OPEN_AIR: Final = ("", "no", "building_passage")
INDOORS: Final = ("indoor", "underground")
STATION_KEYS: Final = ("railway", "public_transport", "subway", "train", "station")
# Tags that say how a way is used, beside `highway`.
TAGS: Final = (
    *("access", "foot", "bicycle", "service", "tunnel", "bridge", "layer", "level", "indoor", "crossing", "footway"),
    *("barrier", "gate", "segregated", "location", *STATION_KEYS, *SIDEWALK_KEYS),
)
NUMBERS: Final = ("layer", "level")
TRUE: Final = ("1", "1.0", "t", "true", "y", "yes", "是", "有")
FALSE: Final = ("0", "0.0", "f", "false", "n", "no", "none", "nan", "<na>", "null", "否", "无")
UNKNOWN_KIND: Final = "road"
# Why ways are left out.
UNWALKED: Final = "of kinds on which nobody walks"
STRANGE: Final = "of kinds that place.osm.walkable does not name"
CLOSED: Final = "closed to walkers"
TUNNEL: Final = "road tunnels without a pavement"
STATION: Final = "indoors or within stations"
GATE_BARRIERS: Final = (
    "gate",
    "lift_gate",
    "swing_gate",
    "sliding_gate",
    "kissing_gate",
    "hampshire_gate",
    "wicket_gate",
)


class Road(IntEnum):
    """What is crossed by what: a street from paths and from ways that serve houses, these from paths."""

    PATH = 0
    SERVICE = 1
    STREET = 2


@dataclass(frozen=True)
class Manner:
    """How a way is used: the reason why it is `barred` to walkers, or ""; whether it is `stairs`, may be cycled, is a
    `bridge`, is `entered` from the doors beside it, is mostly `lived` along; and what kind of `road` it is.
    """

    barred: str
    stairs: bool
    cycling: bool
    bridge: bool
    entered: bool
    lived: bool
    road: Road


def manner_of(tags: Mapping[str, str], walkable: Sequence[str], chosen: bool = False) -> Manner:
    """How a way with a tag `highway` is used, where the values `walkable` of it are walked; `chosen`: whoever made the
    file took only what is walked, so that a tunnel in it is.

    Doors lie on ways on the ground: not on stairs, bridges, in tunnels, under the ground, or on a crossing.
    """
    kind = tags["highway"]
    stairs, bridge = kind == "steps", tags.get("bridge", "no") not in ("", "no")
    below = under(tags, "layer") or tags.get("tunnel", "") not in OPEN_AIR
    return Manner(
        barred=why_not_walked(tags, walkable, chosen),
        stairs=stairs,
        cycling=may_cycle(tags),
        bridge=bridge,
        entered=not (stairs or bridge or below or is_crossing(tags)),
        lived=kind in LIVED_ALONG,
        road=Road.PATH if kind in PATHS else Road.SERVICE if kind == "service" else Road.STREET,
    )


def why_not_walked(tags: Mapping[str, str], walkable: Sequence[str], chosen: bool) -> str:
    """Why a way is not walked, or "" where it is.

    One-way does not bind walkers. The outline of a square is walked: without it, walks past squares are too
    long. What lies lower than the ground is walked as what lies on it: an underpass for walkers, a street in a cutting.
    """
    kind, foot = tags["highway"], tags.get("foot", "")
    invited = foot in WELCOME or any(tags.get(key, "") in SIDEWALKS for key in SIDEWALK_KEYS)
    if kind == "cycleway":  # only where walkers share it is there anything to keep apart, or not
        invited = invited or tags.get("segregated", "") in ("yes", "no")
    if kind not in walkable and not (kind in BY_INVITATION and invited):
        return UNWALKED if kind in NEVER_WALKED else STRANGE
    if foot in ("no", "private") or tags.get("service", "") == "private":
        return CLOSED
    if tags.get("access", "yes") in ("no", "private") and foot not in WELCOME:
        return CLOSED
    if in_station(tags):
        return STATION
    if kind in CAR_TUNNELS and tags.get("tunnel", "") not in OPEN_AIR and not invited and not chosen:
        return TUNNEL
    return ""


def in_station(tags: Mapping[str, str]) -> bool:
    """Whether a way is inside a building: said to be, on a floor below the ground, or underground in a station.

    The floor of a street is only how it lies to the buildings beside it.
    """
    if tags.get("indoor", "") not in ("", "no") or tags.get("location", "") == "indoor":
        return True
    if under(tags, "level") and tags["highway"] in (*PATHS, "service"):
        return True
    hidden = under(tags, "layer") or tags.get("tunnel", "") not in OPEN_AIR or tags.get("location", "") in INDOORS
    return hidden and any(tags.get(key, "no") not in ("", "no") for key in STATION_KEYS)


def under(tags: Mapping[str, str], key: str) -> bool:
    """Whether a tag that counts floors or layers says one below 0."""
    return re.match(r"(.*;)?\s*-\s*\d", tags.get(key, "")) is not None


def is_crossing(tags: Mapping[str, str]) -> bool:
    """Whether a way is a crossing of a road."""
    return tags["highway"] in PATHS and "crossing" in (tags.get("footway"), tags.get("path"), tags.get("cycleway"))


def tag_value(key: str, value: str) -> str:
    """The value of a tag, or of a column of its name, with yes and no said in one way."""
    word = value.strip()
    if key in NUMBERS:
        return word
    return "yes" if word.lower() in TRUE else "no" if word.lower() in FALSE else word


def may_cycle(tags: Mapping[str, str]) -> bool:
    """Whether a walkable way may be cycled: not on steps, and on ways for walkers only where the map says so."""
    bicycle, kind = tags.get("bicycle", ""), tags["highway"]
    if kind == "steps" or bicycle in ("no", "dismount", "private"):
        return False
    return kind not in ("footway", "pedestrian", "corridor") or bicycle in WELCOME


def crossing_delay(tags: Mapping[str, str], osm: OsmConfig) -> float:
    """Seconds lost at a node: at signals, at another crossing, or none."""
    kind = tags.get("highway", "")
    if kind == "traffic_signals" or (kind == "crossing" and has_signals(tags)):
        return osm.signal_crossing_s
    return osm.crossing_s if kind == "crossing" else 0.0


def crossing_way_delay(tags: Mapping[str, str], osm: OsmConfig) -> float:
    """Seconds lost on a way that is a crossing, where its nodes do not say it; 0 on any other way."""
    if not is_crossing(tags):
        return 0.0
    return osm.signal_crossing_s if has_signals(tags) else osm.crossing_s


def has_signals(tags: Mapping[str, str]) -> bool:
    """Whether a crossing has signals."""
    return tags.get("crossing", "") == "traffic_signals" or tags.get("crossing:signals", "") == "yes"
