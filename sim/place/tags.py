"""What the tags of OpenStreetMap say of a way: whether it is walked, by whom, and what is lost at a crossing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.place.config import OsmConfig

ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL"

# Values of `highway`, by which a column is known to hold them.
HIGHWAYS: Final = (
    *("footway", "path", "pedestrian", "steps", "living_street", "residential", "service", "unclassified", "tertiary"),
    *("tertiary_link", "secondary", "secondary_link", "primary", "primary_link", "trunk", "trunk_link", "motorway"),
    *("motorway_link", "track", "road", "cycleway", "bridleway", "busway", "corridor", "construction", "proposed"),
)
WELCOME: Final = ("yes", "designated", "permissive", "official")
# Ways that, where they are not listed as walkable, are walked if the map says so.
BY_INVITATION: Final = ("trunk", "trunk_link", "motorway", "motorway_link", "cycleway", "bridleway", "busway")
SIDEWALK_KEYS: Final = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
SIDEWALKS: Final = ("both", "left", "right", "yes", "separate")
OPEN_AIR: Final = ("", "no", "building_passage")
# Tags that say how a way is used, beside `highway`.
TAGS: Final = (
    *("access", "foot", "bicycle", "service", "tunnel", "bridge", "layer", "level", "indoor", "crossing", "footway"),
    *("barrier", "gate", *SIDEWALK_KEYS),
)
NUMBERS: Final = ("layer", "level")
TRUE: Final = ("1", "1.0", "t", "true", "y", "yes", "是", "有")
FALSE: Final = ("0", "0.0", "f", "false", "n", "no", "none", "nan", "<na>", "null", "否", "无")
UNKNOWN_KIND: Final = "road"
STRANGE: Final = "not for walkers"
GATES: Final = ("gate", "lift_gate", "swing_gate", "sliding_gate", "kissing_gate", "hampshire_gate", "wicket_gate")


@dataclass(frozen=True)
class Manner:
    """How a way is used: the reason why it is `barred` to walkers, or ""; whether it is `stairs`, may be cycled, is a
    `bridge`.
    """

    barred: str
    stairs: bool
    cycling: bool
    bridge: bool


def manner_of(tags: Mapping[str, str], walkable: Sequence[str]) -> Manner:
    """How a way with a tag `highway` is used, where the values `walkable` of it are walked."""
    return Manner(
        barred=why_not_walked(tags, walkable),
        stairs=tags["highway"] == "steps",
        cycling=may_cycle(tags),
        bridge=tags.get("bridge", "no") not in ("", "no"),
    )


def why_not_walked(tags: Mapping[str, str], walkable: Sequence[str]) -> str:
    """Why a way is not walked, or "" where it is.

    One-way does not bind walkers. The outline of a square is walked: without it, walks past squares are too
    long.
    """
    kind, foot = tags["highway"], tags.get("foot", "")
    if kind not in walkable:
        invited = foot in WELCOME or any(tags.get(key, "") in SIDEWALKS for key in SIDEWALK_KEYS)
        if not (kind in BY_INVITATION and invited):
            return STRANGE
    if foot in ("no", "private") or tags.get("service", "") == "private":
        return "closed to walkers"
    if tags.get("access", "yes") in ("no", "private") and foot not in WELCOME:
        return "closed to walkers"
    below = any(re.match(r"(.*;)?\s*-", tags.get(key, "")) for key in ("layer", "level"))
    if below or tags.get("tunnel", "") not in OPEN_AIR or tags.get("indoor", "") not in ("", "no"):
        return "underground or indoors"
    return ""


def plain(key: str, value: str) -> str:
    """The value of a tag, or of a column of its name, with yes and no said in one way."""
    word = value.strip()
    if key in NUMBERS:
        return word
    return "yes" if word.lower() in TRUE else "no" if word.lower() in FALSE else word


def strange_kinds(kinds: Counter[str]) -> str:
    """A note on the kinds of ways that are not walked."""
    listed = ", ".join(f"{kind or 'no value'} ({count:,})" for kind, count in kinds.most_common(8))
    return f"Streets left out because their kind is not in place.osm.walkable: {listed}."


def may_cycle(tags: Mapping[str, str]) -> bool:
    """Whether a walkable way may be cycled: not on steps, and on ways for walkers only where the map says so."""
    bicycle, kind = tags.get("bicycle", ""), tags["highway"]
    if kind == "steps" or bicycle in ("no", "dismount", "private"):
        return False
    return kind not in ("footway", "pedestrian", "corridor") or bicycle in WELCOME


def crossing_delay(tags: Mapping[str, str], osm: OsmConfig) -> float:
    """Seconds lost at a node: at signals, at another crossing, or none."""
    kind = tags.get("highway", "")
    signals = tags.get("crossing", "") == "traffic_signals" or tags.get("crossing:signals", "") == "yes"
    if kind == "traffic_signals" or (kind == "crossing" and signals):
        return osm.signal_crossing_s
    return osm.crossing_s if kind == "crossing" else 0.0
