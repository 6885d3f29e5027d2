"""Edits in words: a line for each edit that led to a layout, in the language of a report."""

from __future__ import annotations

from typing import Final

from sim.outlets import Edit
from sim.report.results import Results

WRITTEN: Final = {"x": ".10g", "y": ".10g", "share": ".1%"}  # how numbers are written that are not written plainly


def edit_line(results: Results, edit: Edit) -> str:
    """An edit in words: those of `edit.<verb>`, filled with what its record holds."""
    words = results.words
    told = {name: _value(results, name, value) for name, value in edit.values.items()}
    for name, keys in edit.names.items():
        told[name] = words("comma").join(_called(results, name, key) for key in keys) or words("everywhere")
    by_age = ", ".join(f"{age}: {value}" for age, value in edit.by_age.items())
    return words(f"edit.{edit.verb}", id=edit.id, by_age=by_age, **told)


def _value(results: Results, name: str, value: str | int | float | bool) -> str:
    """A value in words. One that has words of its own, `edit.if.<name>`, is told by those, unless it is 0 or no."""
    told = format(value, WRITTEN.get(name, "g")) if isinstance(value, float) else _called(results, name, str(value))
    own = f"edit.if.{name}"
    if own not in results.words:
        return told
    return results.words(own, n=told) if value else ""


def _called(results: Results, name: str, key: str) -> str:
    """What a key of the config is called. In English an edit reads as in its file, by the keys."""
    if results.words.language == "en":
        return key
    names = results.names
    known = {"format": names.formats, "formats": names.formats, "zones": names.zones, "what": names.needs}
    if name in known:
        return known[name].get(key, key)
    own = f"{name}.{key}"
    return results.words(own) if own in results.words else key
