"""The faces by which others enter the room of places."""

from __future__ import annotations

import pytest

from sim.place import read, walks


@pytest.mark.parametrize("name", read.__all__)
def test_every_name_of_the_readers_is_found_when_it_is_asked_for(name: str) -> None:
    thing = getattr(read, name)
    if callable(thing):
        assert thing.__name__ == name
        assert thing.__module__.startswith("sim.place.read.")


def test_a_name_that_no_reader_has_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        read.nothing  # noqa: B018


def test_walks_have_what_they_promise() -> None:
    assert all(hasattr(walks, name) for name in walks.__all__)
