"""Whole commands, each in a fresh process: a city cold and warm, what is added to it, its growth, the default study."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import psutil
from table import Row, Stage

STAGED = Path(__file__).parent / "staged.py"
CITY = 1_000_000  # residents
SMALL = 10_000  # residents
GROWTH = (SMALL, 100_000, CITY)  # residents
LONG_S = 1.0  # s; a shorter stage does not show how it grows
KEPT = ("record", "tables")  # what study.keep may be
EDIT = """\
zh: 多一个便民服务亭
en: One kiosk more
base: base
add:
  - {id: kiosk-new, format: kiosk, x: 500, y: 500}
"""


class Measured(NamedTuple):
    """The rows of a part of the benchmark, and the stages of its commands."""

    rows: list[Row]
    stages: list[Stage]


@dataclass(frozen=True)
class Ran:
    """What a command took: seconds on the wall, peak memory in MiB, and both for each stage and for the rest: imports,
    the config, and what lies between stages.
    """

    seconds: float
    peak_mib: float
    stages: dict[str, tuple[float, float]]

    def told(self, command: str) -> list[Stage]:
        """The stages as rows, the whole command first."""
        each = [Stage(command, name, *taken) for name, taken in self.stages.items()]
        return [Stage(command, "whole", self.seconds, self.peak_mib), *each]


def run(words: Sequence[str], folder: Path, cache: Path) -> Ran:
    """Run `lifecircle` with these words in a folder, its results there, compiled code cached in `cache`.

    Raises `RuntimeError` with what the command said where it fails.
    """
    out = folder / "stages.json"
    command = [sys.executable, str(STAGED), str(out), *words]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    print(f"  lifecircle {' '.join(words)}", end="", file=sys.stderr, flush=True)
    start = time.perf_counter()
    with (folder / "said.txt").open("w+") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said)
        sampled_mib = 0.0
        while process.poll() is None:
            sampled_mib = max(sampled_mib, tree_mib(process.pid))
            time.sleep(0.05)
        seconds = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"lifecircle {' '.join(words)}: exit status {process.returncode}\n{said.read()}")
    taken = json.loads(out.read_text())
    peak_mib = max([sampled_mib, *(stage["peak_mib"] for stage in taken.values())])
    print(f": {seconds:.1f} s, {peak_mib:,.0f} MiB", file=sys.stderr)
    taken["rest"]["seconds"] = seconds - sum(stage["seconds"] for stage in taken.values())
    return Ran(seconds, peak_mib, {name: (stage["seconds"], stage["peak_mib"]) for name, stage in taken.items()})


def tree_mib(pid: int) -> float:
    """The resident memory of a process and of all below it, in MiB; pages that they share count for each."""
    try:
        process = psutil.Process(pid)
        return float(sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))) / 2**20
    except psutil.NoSuchProcess:  # one has ended meanwhile
        return 0.0


def size_mib(folder: Path) -> float:
    """What the files of a folder take on disk, in MiB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


def of_city(residents: int) -> list[str]:
    """The words that ask for a city of so many residents."""
    return ["place=city", f"place.city.residents={residents}", "results=results"]


def measure_city(residents: int = CITY) -> Measured:
    """A city from nothing, from a warm cache, and what one more seed and one more kiosk add to it."""
    with TemporaryDirectory() as name:
        cache, cold_at, folder = (Path(name) / part for part in ("cache", "cold", "warm"))
        for path in (cache, cold_at, folder):
            path.mkdir()
        for path in (cold_at, folder):
            (path / "mine.yaml").write_text(EDIT, encoding="utf-8")
        words, layouts = of_city(residents), "study.layouts=[base,mine]"
        seeds, edit = [*words, "study.seeds=2"], [*words, layouts]
        cold = run(words, cold_at, cache)
        disk_mib = size_mib(cold_at / "results")
        run([*of_city(SMALL), layouts, "study.name=small"], cold_at, cache)  # compiles what only an edit needs
        ran = {
            "city, cold": cold,
            "city, warm": run(words, folder, cache),
            "the same again": run(words, folder, cache),
            "one more seed": run(seeds, folder, cache),
            "two seeds again": run(seeds, folder, cache),
            "one kiosk more": run(edit, folder, cache),
            "two layouts again": run(edit, folder, cache),
        }
    _, warm, again, seed, seed_again, kiosk, kiosk_again = ran.values()
    whole = f"a city of {residents:,}"
    beyond = "beyond the city again, with nothing left to run"
    rows = [
        Row(f"{whole}, cold cache", cold.seconds, "s", 120, 45),
        Row(f"{whole}, peak memory", cold.peak_mib / 1024, "GiB", 12, 8, note=f"{disk_mib:,.0f} MiB of results"),
        Row(f"{whole}, warm cache", warm.seconds, "s", note=f"with nothing left to run {again.seconds:.1f} s"),
        added("one more seed of it", seed, again, seed_again, beyond),
        added("one kiosk more in it", kiosk, again, kiosk_again, beyond),
    ]
    return Measured(rows, [stage for command, one in ran.items() for stage in one.told(command)])


def added(work: str, more: Ran, before: Ran, after: Ran, note: str) -> Row:
    """What a command takes beyond the one before it, which had nothing left to run."""
    alone = f"beyond itself repeated {more.seconds - after.seconds:.1f} s"
    return Row(work, more.seconds - before.seconds, "s", 25, 10, note=f"{note}; whole {more.seconds:.1f} s, {alone}")


def exponent(residents: Sequence[float], taken: Sequence[float]) -> float:
    """The power of the residents with which something grows, by least squares of the logarithms."""
    return float(np.polyfit(np.log(residents), np.log(taken), 1)[0])


def measure_growth(residents: Sequence[int] = GROWTH) -> Measured:
    """Time and memory of cities at the same density, and the powers with which they grow.

    The fixed costs are those of a process that composes the config and stops.
    """
    with TemporaryDirectory() as name:
        cache = Path(name) / "cache"
        folders = [Path(name) / str(n) for n in ("warm", *residents)]
        for path in (cache, *folders):
            path.mkdir()
        run(of_city(min(residents)), folders[0], cache)  # compiles
        fixed = run([*of_city(min(residents)), "--cfg", "job"], folders[0], cache)
        ran = [run(of_city(n), folder, cache) for n, folder in zip(residents, folders[1:], strict=True)]
    span = f"from {min(residents):,} to {max(residents):,} residents"
    last = f"from {residents[-2]:,} residents on"
    rows = []
    for what, unit, of in (("time", "s", "seconds"), ("memory", "MiB", "peak_mib")):
        taken, alone = [getattr(one, of) for one in ran], getattr(fixed, of)
        beyond = [one - alone for one in taken]
        listed = f"{', '.join(f'{one:,.1f}' for one in taken)} {unit}"
        note = f"fixed {alone:,.1f} {unit}; {last} {exponent(residents[-2:], beyond[-2:]):.2f}"
        rows += [
            Row(f"growth of {what}, {span}: power", exponent(residents, taken), "", 1.05, note=listed),
            Row(f"growth of {what}, fixed costs left out: power", exponent(residents, beyond), "", 1.05, note=note),
        ]
    for name, (seconds, _) in ran[-1].stages.items():
        if seconds >= LONG_S:
            taken = [one.stages[name][0] for one in ran[-2:]]
            listed = f"{', '.join(f'{one:,.1f}' for one in taken)} s"
            rows.append(Row(f"growth of {name}, {last}: power", exponent(residents[-2:], taken), "", note=listed))
    stages = [stage for n, one in zip(residents, ran, strict=True) for stage in one.told(f"{n:,} residents")]
    return Measured(rows, stages)


def measure_study(words: Sequence[str] = ()) -> Measured:
    """The default study, its code compiled before, and what it leaves on disk."""
    rows, stages = [], []
    with TemporaryDirectory() as name:
        cache, compiled = Path(name) / "cache", Path(name) / "compiled"
        for path in (cache, compiled):
            path.mkdir()
        few = ["study.seeds=1", "study.days=1", "results=results"]
        run([*words, *few], compiled, cache)
        for keep in KEPT:
            folder = Path(name) / keep
            folder.mkdir()
            ran = run([*words, f"study.keep={keep}", "results=results"], folder, cache)
            note = f"{size_mib(folder / 'results'):,.0f} MiB of results, peak memory {ran.peak_mib:,.0f} MiB"
            rows.append(Row(f"default study, study.keep={keep}, warm", ran.seconds, "s", 45, 20, note=note))
            stages += ran.told(f"study, keep={keep}")
    return Measured(rows, stages)
