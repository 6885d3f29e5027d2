"""Rules: what the modules of a program say, as a digest; docstrings, comments and layout of the text say nothing.

A module counts with all that it imports at its top. What a function imports when it is called does not: files are read
and figures drawn by such modules, and what they give is counted by its values.
"""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

FOLDER: Final = Path(__file__).parent
HEX_DIGITS: Final = 16
UNSAID: Final = ("ctx", "kind", "type_comment", "type_ignores", "type_params")  # say nothing, or nothing of ours


@cache
def rules_digest(*roots: str) -> str:
    """A short SHA-256 of what some modules (`sim.day`, `sim.record.tally`) and all that they import say.

    It is kept in the user's folder for caches, for exactly these bytes of all modules, since reading it out takes a
    fifth of a second.
    """
    kept = user_cache_path("lifecircle") / "rules" / f"{_bytes_digest()}-{'-'.join(roots)}"
    with suppress(OSError, ValueError):
        found = kept.read_text(encoding="ascii")
        if len(found) == HEX_DIGITS:
            return found
    told = hashlib.sha256()
    for file in modules_of(*roots):
        told.update(f"\0{file.relative_to(FOLDER).as_posix()}\0{says(file)}".encode())
    digest = told.hexdigest()[:HEX_DIGITS]
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_name(f"{kept.name}.{os.getpid()}")
        beside.write_text(digest, encoding="ascii")
        beside.replace(kept)
    return digest


@cache
def _bytes_digest() -> str:
    """SHA-256 of every module here, as it is written."""
    told = hashlib.sha256()
    for file in sorted(FOLDER.rglob("*.py")):
        told.update(f"\0{file.relative_to(FOLDER).as_posix()}\0".encode())
        told.update(file.read_bytes())
    return told.hexdigest()


def modules_of(*roots: str) -> list[Path]:
    """The files of some modules and of all that they import at their top, in order of their names.

    A name that a room hands on is looked up where it is defined, so that the rest of the room does not count.
    """
    found: set[Path] = set()
    ahead = [file for root in roots for file in _files_of(root, None)]
    while ahead:
        file = ahead.pop()
        if file not in found:
            found.add(file)
            ahead += [there for module, name in _imports(file) for there in _files_of(module, name)]
    return sorted(found)


@cache
def says(file: Path) -> str:
    """SHA-256 of the syntax tree of a file; the same on every Python that reads it."""
    told = hashlib.sha256()
    for word in _words(_tree(file)):
        told.update(word.encode())
        told.update(b"\0")
    return told.hexdigest()


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes())


def _words(node: object) -> Iterator[str]:
    """A syntax tree as words, without what is empty and without docstrings."""
    if isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for name, value in ast.iter_fields(node):
            if name not in UNSAID and value is not None and value != []:
                yield name
                yield from _words(value)
        yield ")"
    elif isinstance(node, list):
        for one in node:
            if not _is_docstring(one):
                yield from _words(one)
    else:
        yield repr(node)


def _is_docstring(node: object) -> bool:
    """Whether a statement is only text: a docstring, or what is said below a constant."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _imports(file: Path) -> Iterator[tuple[str, str | None]]:
    """Module and name of every import of ours at the top of a file."""
    for node in _tree(file).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "sim":
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names if alias.name.split(".")[0] == "sim")


def _files_of(module: str, name: str | None) -> list[Path]:
    """The files in which a name of a module is defined, or that of the module."""
    path = FOLDER.joinpath(*module.split(".")[1:])
    if not path.is_dir():
        return [path.with_suffix(".py")]
    room = path / "__init__.py"
    if name is None:
        return [room]
    inner = path / name
    if inner.is_dir() or inner.with_suffix(".py").is_file():
        return _files_of(f"{module}.{name}", None)
    handed_on = [there for there, known in _imports(room) if known == name]
    return _files_of(handed_on[-1], name) if handed_on else [room]
