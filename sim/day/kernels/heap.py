"""The heap of events to come: a binary heap of walkers, ordered by time and, at the same moment, by walker."""

from __future__ import annotations

from sim.columns import Floats, Ints
from sim.kernels import hot


@hot
def push(heap_s: Floats, heap_walker: Ints, size: int, time_s: float, walker: int) -> int:
    """Add the event of a walker to a heap; returns the new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap_s[parent] < time_s or (heap_s[parent] == time_s and heap_walker[parent] <= walker):
            break
        heap_s[at], heap_walker[at] = heap_s[parent], heap_walker[parent]
        at = parent
    heap_s[at], heap_walker[at] = time_s, walker
    return size + 1


@hot
def pop(heap_s: Floats, heap_walker: Ints, size: int) -> int:
    """Move the first event of a heap to its end, `[size - 1]`; returns the new size."""
    size -= 1
    first_s, first_walker = heap_s[0], heap_walker[0]
    last_s, last_walker = heap_s[size], heap_walker[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            heap_s[right] < heap_s[child]
            or (heap_s[right] == heap_s[child] and heap_walker[right] < heap_walker[child])
        ):
            child = right
        if heap_s[child] > last_s or (heap_s[child] == last_s and heap_walker[child] >= last_walker):
            break
        heap_s[at], heap_walker[at] = heap_s[child], heap_walker[child]
        at = child
    heap_s[at], heap_walker[at] = last_s, last_walker
    heap_s[size], heap_walker[size] = first_s, first_walker
    return size
