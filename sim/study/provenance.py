"""Provenance: what was run, by which versions, on what machine, and how long it took."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from sim.scene import content_digest
from sim.study.clock import Clock
from sim.study.plan import Plan

PACKAGES: Final = ("hydra-core", "mesa", "numba", "numpy", "networkx", "pandas", "pyarrow", "scipy")


def provenance(plan: Plan, clock: Clock, finished: bool) -> dict[str, Any]:
    """What was run: versions, commit, machine, seeds, digests, seconds per stage."""
    return {
        "lifecircle": version("lifecircle"),
        "commit": _commit(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "machine": {"system": platform.platform(), "processors": os.cpu_count()},
        "command": " ".join(["lifecircle", *sys.argv[1:]]),
        "executor": plan.study.executor,
        "seeds": plan.study.seed_list,
        "digest": content_digest(plan.every_digest),
        "places": {setting.seed: dict(zip(plan, setting.digests, strict=True)) for setting in plan.settings},
        "layouts": {scene.name: told for scene, told in zip(plan.scenes, plan.digests, strict=True)},
        "notes": [asdict(note) for note in plan.place.notes],
        "seconds": clock.seconds,
        "finished": finished,
    }


def _commit() -> str | None:
    """The commit of the checkout that this code runs from, `+` where it has been changed since; None where
    there is none.
    """
    here = Path(__file__).resolve().parents[2]
    if not (here / ".git").exists():
        return None
    git = ["git", "-C", str(here)]
    try:
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10)
        status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return head.stdout.strip() + ("+" if status.stdout.strip() else "")
