"""What Numba compiles of the day."""
