"""Runs the command `lifecircle` as it is, and writes what each of its stages took.

    python experiments/benchmark/staged.py OUT.json [WORDS OF THE COMMAND]

OUT.json maps each stage to its seconds and the peak resident memory of the process during it in MiB, as Linux counts
it (0 elsewhere).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.__main__ import main
from sim.study import Clock

PROC = Path("/proc/self")


class Peaks:
    """Seconds and peak memory of each stage, also of one within another; `rest` is what lies outside of all."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.mib: dict[str, float] = {}
        self.open: list[str] = []

    def mark(self) -> None:
        """Count the peak since the last mark towards the stages that are open, and let it begin anew."""
        for stage in self.open or ["rest"]:
            self.mib[stage] = max(self.mib.get(stage, 0.0), peak_mib())
        if (PROC / "clear_refs").exists():
            (PROC / "clear_refs").write_text("5")  # proc(5): 5 resets the peak resident set size

    def watch(self) -> None:
        """Take note of every stage of every `Clock` from now on."""
        stage, peaks = Clock.stage, self

        @contextmanager
        def watched(clock: Clock, name: str, total: float = 0.0) -> Iterator[Any]:
            peaks.mark()
            peaks.open.append(name)
            start = time.perf_counter()
            with stage(clock, name, total) as tell:
                yield tell
            peaks.seconds[name] = peaks.seconds.get(name, 0.0) + time.perf_counter() - start
            peaks.mark()
            peaks.open.remove(name)

        Clock.stage = watched  # type: ignore[method-assign]


def peak_mib() -> float:
    """The peak resident memory of this process since it was last reset, in MiB; 0 where there is no /proc."""
    if not (PROC / "status").exists():
        return 0.0
    line = next(line for line in (PROC / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def run(out: Path, words: list[str]) -> int:
    """Run the command with these words; returns its exit status."""
    peaks = Peaks()
    peaks.watch()
    status = main(words)
    peaks.mark()
    stages = {name: {"seconds": peaks.seconds.get(name, 0.0), "peak_mib": mib} for name, mib in peaks.mib.items()}
    out.write_text(json.dumps(stages), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), sys.argv[2:]))
