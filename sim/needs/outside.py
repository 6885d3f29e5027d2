"""Needs that a place says are had beyond its edge: whether they are needs, and whether anybody has them so."""

from __future__ import annotations

from sim.errors import InputError
from sim.needs.catalogue import NeedsConfig
from sim.notes import Note
from sim.place import Place


def beyond_notes(place: Place, needs: NeedsConfig) -> list[Note]:
    """Needs of `place.beyond` that nobody has there. Raises `InputError` for what is no need."""
    notes = []
    for key in place.beyond:
        if key not in needs.catalogue:
            raise InputError(f"place.beyond: {key!r} is not in the catalogue of needs ({', '.join(needs.catalogue)})")
        beyond = needs.catalogue[key].beyond
        if not beyond.car_share and not any(beyond.share.values()):
            notes.append(
                Note(
                    f"place.beyond.{key}: nobody goes there, because nobody has {key} beyond the place.",
                    remedy=f"Say who does: needs.catalogue.{key}.beyond.share by age, or car_share.",
                )
            )
    return notes
