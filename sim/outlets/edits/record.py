"""Records of edits: what was done, from which a report tells it in either language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Edit:
    """One edit, as it was carried out.

    `verb` what was done, mostly its key in a layout file; a report has the words `edit.<verb>`.
    `id` of the outlet that it concerns, or "".
    `values` by the names that those words have for them: keys of the config, numbers in SI units, tuples and tables.
    """

    verb: str
    id: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
