"""What Numba compiles of the day: the event loop, and what residents do in it."""

from sim.day.kernels.events import advance, compiled
from sim.day.kernels.state import HOME, LEGS, Loop, new_loop

__all__ = ["HOME", "LEGS", "Loop", "advance", "compiled", "new_loop"]
