"""The rows that the benchmark measures, beside what they must reach, and the machine on which it did."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

PACKAGES = ("numpy", "numba", "scipy", "pandas", "mesa", "simpy", "pandana", "networkx")


@dataclass(frozen=True)
class Row:
    """A figure (None: not measured here), its unit, and where there are such: the target and the stretch, which it has
    to be below or, with `at_least`, above.
    """

    work: str
    figure: float | None
    unit: str
    target: float | None = None
    stretch: float | None = None
    at_least: bool = False
    note: str = ""

    def asked(self, bound: float | None) -> str:
        """A bound as text, empty where there is none."""
        return "" if bound is None else f"{'≥' if self.at_least else '≤'} {bound:g} {self.unit}"

    def reached(self) -> str:
        """What the figure reaches: `stretch`, `target` or `no`; empty where nothing is asked."""
        if self.target is None or self.figure is None:
            return ""
        sign = -1 if self.at_least else 1
        for name, bound in (("stretch", self.stretch), ("target", self.target)):
            if bound is not None and sign * self.figure <= sign * bound:
                return name
        return "no"


@dataclass(frozen=True)
class Stage:
    """What a stage of a command took: seconds, and the peak memory of the process during it in MiB."""

    command: str
    stage: str
    seconds: float
    peak_mib: float


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on, and how busy it was before."""

    system: str
    processor: str
    processors: int
    memory_gib: float
    load: float
    python: str
    packages: dict[str, str]
    commit: str

    def __str__(self) -> str:
        packages = ", ".join(f"{name} {number}" for name, number in self.packages.items())
        return (
            f"{self.processor}, {self.processors} processors, {self.memory_gib:.1f} GiB, load before {self.load:.1f}; "
            f"{self.system}, Python {self.python}, {packages}; commit {self.commit}."
        )


def this_machine() -> Machine:
    """The machine, the versions and the commit of this run."""
    about = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in about.splitlines() if line.startswith("model name")]
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12"]
    told = subprocess.run(git, capture_output=True, text=True, check=False)
    return Machine(
        system=platform.platform(),
        processor=names[0] if names else platform.processor() or platform.machine(),
        processors=os.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        load=round(psutil.getloadavg()[0], 1),
        python=platform.python_version(),
        packages={name: version_of(name) for name in PACKAGES},
        commit=told.stdout.strip() or "unknown",
    )


def version_of(package: str) -> str:
    """The version of a package; `absent` where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def number(value: float | None) -> str:
    """A figure with as many digits as can be measured again."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def as_markdown(machine: Machine, rows: Iterable[Row], stages: Sequence[Stage]) -> str:
    """The tables of a run, for the README."""
    lines = [str(machine), "", "| work | measured | target | stretch | reached | |", "|---|---|---|---|---|---|"]
    for row in rows:
        figure = f"{number(row.figure)} {row.unit}".strip()
        cells = (row.work, figure, row.asked(row.target), row.asked(row.stretch), row.reached(), row.note)
        lines.append(f"| {' | '.join(cells)} |")
    if stages:
        names = list(dict.fromkeys(stage.stage for stage in stages))
        lines += ["", "Seconds, and peak memory of the process in MiB:", "", f"| command | {' | '.join(names)} |"]
        lines.append("|---" * (len(names) + 1) + "|")
        taken = {(stage.command, stage.stage): f"{stage.seconds:.1f} s, {stage.peak_mib:,.0f}" for stage in stages}
        for command in dict.fromkeys(stage.command for stage in stages):
            lines.append(f"| {command} | {' | '.join(taken.get((command, name), '') for name in names)} |")
    return "\n".join(lines) + "\n"


def write(folder: Path, machine: Machine, rows: Sequence[Row], stages: Sequence[Stage]) -> None:
    """The run as `benchmark.json` and `benchmark.md` in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "machine": asdict(machine),
        "rows": [asdict(row) for row in rows],
        "stages": [asdict(stage) for stage in stages],
    }
    (folder / "benchmark.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "benchmark.md").write_text(as_markdown(machine, rows, stages), encoding="utf-8")
