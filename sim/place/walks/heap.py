"""A binary heap in two arrays, ordered by metres, and by vertex where these are equal."""

from __future__ import annotations

from sim.columns import Floats, Ints
from sim.kernels import kernel


@kernel
def push(metres: Floats, vertex: Ints, size: int, new_metres: float, new_vertex: int) -> int:
    """Add to a binary heap ordered by (metres, vertex); returns the new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if metres[parent] < new_metres or (metres[parent] == new_metres and vertex[parent] <= new_vertex):
            break
        metres[at], vertex[at] = metres[parent], vertex[parent]
        at = parent
    metres[at], vertex[at] = new_metres, new_vertex
    return size + 1


@kernel
def pop(metres: Floats, vertex: Ints, size: int) -> int:
    """Move the least (metres, vertex) of a binary heap to its end, `[size - 1]`; returns the new size."""
    size -= 1
    top_metres, top_vertex = metres[0], vertex[0]
    last_metres, last_vertex = metres[size], vertex[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            metres[right] < metres[child] or (metres[right] == metres[child] and vertex[right] < vertex[child])
        ):
            child = right
        if metres[child] > last_metres or (metres[child] == last_metres and vertex[child] >= last_vertex):
            break
        metres[at], vertex[at] = metres[child], vertex[child]
        at = child
    metres[at], vertex[at] = last_metres, last_vertex
    metres[size], vertex[size] = top_metres, top_vertex
    return size
