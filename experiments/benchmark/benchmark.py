"""Measures how fast lifecircle is, beside other libraries in the same run; prints a table and writes it.

    python experiments/benchmark/benchmark.py [reach] [queue] [growth] [city] [study]

Without a word all parts run, which takes about a quarter of an hour. `results/benchmark/` gets `benchmark.json` and
`benchmark.md`, after every part.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from commands import Measured, measure_city, measure_growth, measure_study
from loop import measure_loops
from queues import measure_queue
from reach import DATA, measure_reach
from table import Row, Stage, as_markdown, this_machine, write

RESULTS = Path(__file__).parents[2] / "results" / "benchmark"


def reach() -> Measured:
    """Reach beside its peers, where the data and pandana are there."""
    if not DATA.exists():
        return absent(f"reach: {DATA} is not there")
    try:
        import pandana  # noqa: F401
    except ImportError as error:
        return absent(f"reach: no pandana here ({error}); it has wheels for Linux and Windows")
    return Measured(measure_reach(), [])


def absent(why: str) -> Measured:
    """Say why a part is left out."""
    print(f"  {why}", file=sys.stderr)
    return Measured([Row(why, None, "")], [])


PARTS: dict[str, Callable[[], Measured]] = {
    "city": measure_city,
    "queue": lambda: Measured([*measure_queue(), *measure_loops()], []),
    "reach": reach,
    "growth": measure_growth,
    "study": measure_study,
}


def main(words: list[str]) -> int:
    """Measure the parts named, all where none is; returns the exit status."""
    unknown = [word for word in words if word not in PARTS]
    if unknown:
        print(f"benchmark: {unknown[0]!r} is no part; {', '.join(PARTS)} are", file=sys.stderr)
        return 2
    machine = this_machine()
    rows: list[Row] = []
    stages: list[Stage] = []
    for name, part in PARTS.items():
        if not words or name in words:
            print(name, file=sys.stderr)
            measured = part()
            rows += measured.rows
            stages += measured.stages
            write(RESULTS, machine, rows, stages)
    print(as_markdown(machine, rows, stages))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
