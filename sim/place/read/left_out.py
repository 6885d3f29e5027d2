"""What is left out of a map of streets: how many ways, of which kinds, and how many kilometres."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from sim.notes import Note
from sim.place.read.tags import CLOSED, STATION, STRANGE, TUNNEL, UNWALKED

REMEDIES: Final = {
    UNWALKED: "",
    STRANGE: "Add those that people walk on to place.osm.walkable.",
    CLOSED: "Give those that residents walk on foot=yes in a copy of the map.",
    TUNNEL: "Give those with a pavement foot=yes in a copy of the map.",
    STATION: "Take indoor, level and location from those that are a public way, in a copy of the map.",
}
KINDS_NAMED: Final = 8


@dataclass
class LeftOut:
    """Ways that are not walked: how many, and their metres, by reason and kind."""

    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    metres: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))

    def add(self, reason: str, kind: str, metres: float) -> None:
        """Leave out one way."""
        self.ways[reason, kind] += 1
        self.metres[reason, kind] += metres

    @property
    def reasons(self) -> dict[str, int]:
        """How many ways were left out by each reason, in the order of the remedies."""
        count = {reason: sum(n for (why, _), n in self.ways.items() if why == reason) for reason in REMEDIES}
        return {reason: n for reason, n in count.items() if n}

    def notes(self, walked_m: float) -> list[Note]:
        """A note for each reason, beside so many metres that are walked. What nobody walks on moves nothing."""
        notes = []
        for reason, count in self.reasons.items():
            kinds = {kind: m for (why, kind), m in self.metres.items() if why == reason}
            metres = sum(kinds.values())
            most = sorted(kinds, key=lambda kind: (-kinds[kind], kind))[:KINDS_NAMED]
            listed = ", ".join(f"{kind} {km(kinds[kind])}" for kind in most)
            more = "" if len(kinds) <= KINDS_NAMED else f" and {len(kinds) - KINDS_NAMED} kinds more"
            text = f"Ways left out, {reason}: {count:,}, {km(metres)} beside {km(walked_m)} walked ({listed}{more})."
            share = 0.0 if reason == UNWALKED or not metres else metres / (metres + walked_m)
            notes.append(Note(text, share, REMEDIES[reason]))
        return notes


def km(metres: float) -> str:
    """Metres as kilometres in words; what is less than 50 m in metres."""
    return f"{metres / 1000:,.1f} km" if metres >= 50 else f"{metres:,.0f} m"
