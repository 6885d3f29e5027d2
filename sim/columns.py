"""Columns: plain NumPy arrays in frozen dataclasses that nobody may write to."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.signedinteger[Any]]
Keys = NDArray[np.uint64]
Codes = NDArray[np.signedinteger[Any]]
Shapes = NDArray[np.object_]  # geometries of shapely
Rows = NDArray[np.void]  # a table of records
LONGEST: Final = 60  # characters of a value that is shown whole


def short_repr(thing: Any) -> str:
    """A dataclass in a line or a few: shapes of arrays, lengths of what is long. Classes take it as `__repr__`."""
    told = ", ".join(f"{field.name}={_brief(getattr(thing, field.name))}" for field in fields(thing) if field.repr)
    return f"{type(thing).__name__}({told})"


def _brief(value: Any) -> str:
    """A value in a few words."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype.name if value.dtype.names is None else 'rows'}{list(value.shape)}"
    whole = repr(value) if isinstance(value, str | int | float | None) else ""
    if whole and len(whole) <= LONGEST:
        return whole
    if isinstance(value, str | tuple | list | dict):
        return f"<{type(value).__name__} of {len(value):,}>"
    return f"<{type(value).__name__}>"


def seal(table: Any) -> None:
    """Make every array of a dataclass read-only; called from its `__post_init__`."""
    for field in fields(table):
        value = getattr(table, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
