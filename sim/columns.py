"""Columns: plain NumPy arrays in frozen dataclasses that nobody may write to."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.signedinteger[Any]]
Keys = NDArray[np.uint64]
Codes = NDArray[np.signedinteger[Any]]
Shapes = NDArray[np.object_]  # geometries of shapely
Rows = NDArray[np.void]  # a table of records


def seal(table: Any) -> None:
    """Make every array of a dataclass read-only; called from its `__post_init__`."""
    for field in fields(table):
        value = getattr(table, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
