"""Names that a user gives: of studies, layouts, outlets, zones and formats. One rule for all of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from sim.errors import InputError

LONGEST_NAME: Final = 100  # signs; three bytes each in UTF-8, and a file system takes 255 bytes with an ending
# What no folder of Windows may hold or be called, so that results can be copied anywhere.
RESERVED_SIGNS: Final = ':*?"<>|'
RESERVED_NAMES: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def check_name(where: str, name: str) -> None:
    """Raise `InputError` for what cannot be a name: empty, longer than 100 signs, a part of a path (`/`, `\\`, `..`),
    with spaces at an end, or with a sign that cannot be seen. `where` is the key, or the file and row, for the message.
    """
    why = _fault(name)
    if why:
        raise InputError(
            f"{where}: {_short(name)} {why}; a name of 1 to {LONGEST_NAME} signs without / \\ .. is accepted"
        )


def is_name(name: str) -> bool:
    """Whether a text can be a name."""
    return not _fault(name)


def check_folder_name(where: str, name: str) -> None:
    """As `check_name`, for a name that becomes a folder: it must be one on Windows too."""
    check_name(where, name)
    found = [sign for sign in RESERVED_SIGNS if sign in name]
    if found:
        raise InputError(f"{where}: {name!r} holds {found[0]}; a name of a folder without {RESERVED_SIGNS} is accepted")
    if name.startswith(".") or name.endswith(".") or name.partition(".")[0].lower() in RESERVED_NAMES:
        raise InputError(f"{where}: {name!r} cannot be a folder on every system; another name is needed")


def check_apart(where: str, names: Iterable[str]) -> None:
    """Raise `InputError` where two names are the same, or differ only in capitals or in how a sign is made up: many
    file systems and readers hold them for one.
    """
    seen: dict[str, str] = {}
    for name in names:
        alike = unicodedata.normalize("NFKC", name).casefold()
        if alike in seen:
            told = f"{name} is named twice" if seen[alike] == name else f"{seen[alike]} and {name} are one name"
            raise InputError(f"{where}: {told}; names that differ in more than capitals are accepted")
        seen[alike] = name


def _fault(name: str) -> str:
    """What is wrong with a name, as the end of a sentence about it; "" where nothing is."""
    if not name.strip():
        return "is empty"
    if len(name) > LONGEST_NAME:
        return f"has {len(name):,} signs"
    if "/" in name or "\\" in name or name in (".", ".."):
        return "is a path"
    if ".." in name:
        return "holds .."
    if name != name.strip():
        return "has spaces at an end"
    # Control signs, signs without a shape, halves of signs, and line breaks.
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in name):
        return "holds a sign that cannot be seen"
    return ""


def _short(name: str) -> str:
    return repr(name if len(name) <= LONGEST_NAME else f"{name[:30]}…")
