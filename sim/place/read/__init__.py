"""Places read from maps, layers and tables, a reader a file.

A name is taken from its file when it is first asked for: the libraries of GIS take a second to load, and a grown place
does without them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.place.read.files import read_place
    from sim.place.read.layers import LOCAL_METRES, open_layer, read_layer
    from sim.place.read.sites_table import column_text, made_id, tell_apart
    from sim.place.read.tables import TABLES, plain, read_number, read_table

__all__ = [
    "LOCAL_METRES",
    "TABLES",
    "column_text",
    "made_id",
    "open_layer",
    "plain",
    "read_layer",
    "read_number",
    "read_place",
    "read_table",
    "tell_apart",
]

_FILE: Final = {
    "read_place": "files",
    **dict.fromkeys(("LOCAL_METRES", "open_layer", "read_layer"), "layers"),
    **dict.fromkeys(("column_text", "made_id", "tell_apart"), "sites_table"),
    **dict.fromkeys(("TABLES", "plain", "read_number", "read_table"), "tables"),
}


def __getattr__(name: str) -> Any:
    """What stands under a name of this room, from its file."""
    if name not in _FILE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILE[name]}"), name)
