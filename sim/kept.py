"""The command that goes through the runs that are kept: it lists them, and removes some."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

from sim.errors import InputError
from sim.record import About, Kept, Store, read_note
from sim.terminal import shown

REMOVE: Final = "remove"
WHICH: Final = ("unused", "damaged", "all")
MIB: Final = 2.0**20


def runs(words: list[str], own: Path | None) -> None:
    """List the runs below a root of results, or remove some of them."""
    root, which = _asked(words)
    store = Store(root)
    kept, lent = list(store.runs()), studies_of(root)
    if not which:
        print(shown("\n".join(listed(kept, lent))))
        return
    gone = [one for one in kept if _is_meant(one, which, lent)]
    if not gone and which not in WHICH:
        raise InputError(f"runs: {which!r} is the digest of no run below {root}; lifecircle runs lists them")
    removed = [one for one in gone if store.remove(one.about)]
    size = sum(one.size for one in removed) / MIB
    print(f"{len(removed):,} runs, {size:,.1f} MiB, are no longer in {root}; studies still have those that they use")
    if len(removed) < len(gone):
        print(f"{len(gone) - len(removed):,} runs stay, since another process is doing them now")


def check_runs(words: list[str], own: Path | None) -> None:
    """Raise `InputError` for words that do not say what to list or remove."""
    root, _ = _asked(words)
    if not root.is_dir():
        raise InputError(f"results: {root} is not there; results=FOLDER names the root of all results")


def studies_of(root: Path) -> dict[About, list[str]]:
    """The studies below a root of results that use each run."""
    users: dict[About, list[str]] = defaultdict(list)
    for note in sorted(root.glob("*/runs/**/run.json")):
        if told := read_note(note.parent):
            users[About(told["digest"], told["seed"])].append(note.relative_to(root).parts[0])
    return users


def listed(kept: list[Kept], lent: dict[About, list[str]]) -> list[str]:
    """Lines that tell of runs: those of one digest together."""
    if not kept:
        return ["no runs are kept here"]
    lines = [f"{'digest':<16}  {'seeds':>5}  {'MiB':>8}  {'kept':<6}  studies"]
    for digest in dict.fromkeys(one.about.digest for one in kept):
        own = [one for one in kept if one.about.digest == digest]
        users = sorted({name for one in own for name in lent.get(one.about, ())})
        what = "record" if all(one.has_record for one in own) else "tables"
        damaged = [f"seed {one.about.seed}: {one.state.damage}" for one in own if one.state.damage]
        size = sum(one.size for one in own) / MIB
        lines.append(f"{digest:<16}  {len(own):>5,}  {size:>8,.1f}  {what:<6}  {', '.join(users) or 'none'}")
        lines += [f"  damaged, {line}" for line in damaged]
    total = sum(one.size for one in kept) / MIB
    return [*lines, f"{len(kept):,} runs, {total:,.1f} MiB; what a study uses lies on the disk once"]


def _is_meant(one: Kept, which: str, lent: dict[About, list[str]]) -> bool:
    if which == "unused":
        return one.about not in lent
    if which == "damaged":
        return bool(one.state.damage)
    return which in ("all", one.about.digest)


def _asked(words: list[str]) -> tuple[Path, str]:
    """The root of results, and which runs are to be removed ("" for none)."""
    given = [word.partition("=")[2] for word in words if word.startswith("results=")]
    rest = [word for word in words if not word.startswith("results=")]
    if rest and (rest[0] != REMOVE or len(rest) != 2):
        raise InputError(
            f"runs: {' '.join(rest)!r}; nothing, to list them, or {REMOVE} and one of {', '.join(WHICH)} or a digest, "
            "is accepted, and results=FOLDER"
        )
    return Path(given[-1] if given else "results").expanduser(), rest[1] if rest else ""
