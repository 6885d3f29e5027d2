"""What Numba compiles of the day: the event loop, and what residents do in it."""

from sim.day.kernels.events import advance, compiled, set_out
from sim.day.kernels.state import HOME, LEGS, Day, new_day

__all__ = ["HOME", "LEGS", "Day", "advance", "compiled", "new_day", "set_out"]
