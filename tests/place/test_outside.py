"""Outlets beyond the edge of a place: how far they are, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.config import load_config
from sim.errors import InputError
from sim.needs import BeyondConfig, NeedConfig, NeedsConfig, beyond_notes
from sim.place import OutsideConfig, Place, PlaceConfig, build_place
from sim.scene import content_digest
from sim.storage import load_whole, save_whole

HOSPITAL = "place.beyond={clinic: {zh: 医院, en: Hospital, minutes: 25, km: 6.5}}"


def place_of(**beyond: OutsideConfig) -> Place:
    return build_place(PlaceConfig(name="t", beyond=beyond))


def test_a_place_says_how_far_it_is_to_what_lies_beyond_it(tmp_path: Path) -> None:
    place = build_place(load_config([HOSPITAL]).config.place)
    assert dict(place.beyond) == {"clinic": (25.0, 6.5)}
    assert dict(place.beyond_names) == {"clinic": ("医院", "Hospital")}
    assert dict(place_of().beyond) == {}
    save_whole(place, tmp_path / "kept")
    kept = load_whole(Place, tmp_path / "kept")
    assert (kept.beyond, kept.beyond_names) == (place.beyond, place.beyond_names)


def test_what_it_is_called_is_of_no_digest() -> None:
    outsides = (OutsideConfig(minutes=10), OutsideConfig(en="Hospital", minutes=10), OutsideConfig(minutes=20))
    near, named, far = (place_of(clinic=outside) for outside in outsides)
    assert content_digest(near) == content_digest(named) != content_digest(far)


@pytest.mark.parametrize(("minutes", "km", "key"), [(0, 1, "minutes"), (float("inf"), 1, "minutes"), (5, -2, "km")])
def test_ways_that_cannot_be_are_refused(minutes: float, km: float, key: str) -> None:
    with pytest.raises(InputError, match=rf"place\.beyond\.clinic\.{key}: .* a number above 0 is needed"):
        place_of(clinic=OutsideConfig(minutes=minutes, km=km))


def test_what_is_no_need_is_refused_and_what_nobody_has_there_is_told() -> None:
    place = place_of(clinic=OutsideConfig())
    with pytest.raises(InputError, match=r"place\.beyond: 'clinic' is not in the catalogue of needs \(school\)"):
        beyond_notes(place, NeedsConfig({"school": NeedConfig()}))
    [note] = beyond_notes(place, NeedsConfig({"clinic": NeedConfig()}))
    assert "nobody goes there" in note.text
    for beyond in (BeyondConfig(share={60: 0.1}), BeyondConfig(car_share=0.5)):
        assert beyond_notes(place, NeedsConfig({"clinic": NeedConfig(beyond=beyond)})) == []
