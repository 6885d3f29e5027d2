"""Edits in words: a line for each edit that led to a layout, in the language of a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sim.outlets import Edit
from sim.report.results import Results

WRITTEN: Final = {"x": ".10g", "y": ".10g", "share": ".1%"}  # how numbers are written that are not written plainly


def edit_line(results: Results, edit: Edit) -> str:
    """An edit in words: those of `edit.<verb>`, filled with its values."""
    values = {name: _value(results, name, value) for name, value in edit.values.items()}
    return results.words(f"edit.{edit.verb}", id=edit.id, **values)


def _value(results: Results, name: str, value: Any) -> str:
    """A value of an edit in words. One that has words of its own, `edit.if.<name>`, is told by them, and only where it
    is neither 0 nor no.
    """
    words = results.words
    if isinstance(value, tuple):
        told = words("comma").join(_name(results, name, one) for one in value) or words("everywhere")
    elif isinstance(value, Mapping):
        told = ", ".join(f"{key}: {one}" for key, one in value.items())
    elif isinstance(value, float):
        told = format(value, WRITTEN.get(name, "g"))
    else:
        told = _name(results, name, str(value))
    own = f"edit.if.{name}"
    if words.of(own) == own:
        return told
    return words(own, n=told) if value else ""


def _name(results: Results, name: str, key: str) -> str:
    """What a key of the config is called; in English an edit reads as in its file, by the keys."""
    if results.words.language == "en":
        return key
    names = results.names
    known = {"format": names.formats, "formats": names.formats, "zones": names.zones, "what": names.needs}
    own = f"{name}.{key}"
    told = results.words.of(own)
    return known[name].get(key, key) if name in known else key if told == own else told
