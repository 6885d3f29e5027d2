"""What things are called: the names that the configs give to needs, formats, layouts and communities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.report.subject import Subject
from sim.report.words import Words


@dataclass(frozen=True)
class Names:
    """What the config calls its needs, formats, layouts and communities, in one language, by key.

    `place` its name, and `attribution` whom its sources ask to be named.
    """

    needs: Mapping[str, str]
    formats: Mapping[str, str]
    layouts: Mapping[str, str]
    zones: Mapping[str, str]
    place: str
    attribution: str

    def __str__(self) -> str:
        """All names in a row: every character that they are written in."""
        named = (self.needs, self.formats, self.layouts, self.zones)
        return " ".join([self.place, self.attribution, *(name for names in named for name in names.values())])


def _zone(zone: str, words: Words) -> str:
    """A community by its name, or by its kind and number where it is one of many of a packaged kind (`old_town-07`)."""
    kind, _, number = zone.rpartition("-")
    return words("zone_of_kind", kind=words.of(kind), n=number) if kind in words else words.of(zone)


def name_things(subject: Subject, words: Words, drawable: Callable[[str], bool] = lambda text: True) -> Names:
    """The names of a subject; one that is not `drawable` gives way to its key, and that to its number."""

    def first(*choices: str) -> str:
        return next((choice for choice in choices if choice and drawable(choice)), "")

    own = [getattr(layout, words.language) for layout in subject.layouts]
    layouts = {
        layout.name: first(
            name if own.count(name) == 1 else f"{name} ({layout.name})", layout.name, words("layout_n", n=row)
        )
        for row, (layout, name) in enumerate(zip(subject.layouts, own, strict=True), 1)
    }
    catalogue = subject.needs.catalogue
    formats = {key: form for layout in subject.layouts for key, form in layout.formats.items()}
    return Names(
        needs={key: first(getattr(need, words.language), key) for key, need in catalogue.items()},
        formats={key: first(getattr(form, words.language), key) for key, form in formats.items()},
        layouts=layouts,
        zones={zone: first(_zone(zone, words), str(row)) for row, zone in enumerate(subject.place.zones, 1)},
        place=first(words.of(subject.place.name), words("place")),
        attribution="".join(sign if drawable(sign) else "?" for sign in subject.place.attribution),
    )
