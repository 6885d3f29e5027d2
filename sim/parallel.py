"""Work on parts of rows, side by side in threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import numpy as np

from sim.columns import Ints

PART: Final = 128  # rows that a thread takes at a time

T = TypeVar("T")


def in_parts(work: Callable[[Ints], T], rows: Ints, n_parts: int | None = None) -> list[T]:
    """The work on parts of the rows (of `PART` where not given), on all processors; neither the parts nor their order
    depend on how many.
    """
    parts = np.array_split(rows, n_parts or max(1, len(rows) // PART))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, parts))
