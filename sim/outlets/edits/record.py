"""Records of edits: what was done, from which a report tells it in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int | float | bool


@dataclass(frozen=True)
class Edit:
    """One edit, as it was carried out.

    `verb` what was done, mostly its key in a layout file; a report has the words `edit.<verb>`.
    `id` of the outlet that it concerns, or "".
    `values` numbers in SI units, texts, and yes or no, by the names that those words have for them.
    `names` keys of the config, several to a name of those words.
    `by_age` a table, if the edit has one.
    """

    verb: str
    id: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_age: Mapping[int, float] = field(default_factory=dict)
