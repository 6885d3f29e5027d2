"""What the command line changes of a config: `GROUP=OPTION` and `KEY=VALUE`, in the grammar of Hydra."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from sim.config.kinds import near
from sim.config.text import DEEPEST, check_words
from sim.errors import InputError

LONGEST_VALUE: Final = 100_000  # signs of one value
# A quoted text, or a word between the signs of a list or a table of Hydra's.
WORD: Final = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|[^\s,:\[\]{}'"][^,:\[\]{}'"]*"""
HOW: Final = (
    "put a value with signs such as , : = [ ] {{ }} in quotes, and the whole in others, as in '{key}=\"a, b\"'; a list "
    "is [a, b], a table {{0: 1, 60: 2}}"
)


@dataclass
class Overrides:
    """The option chosen for each group, and what is asked of keys: the word itself, the path of keys, the value."""

    options: dict[str, str] = field(default_factory=dict)
    values: list[tuple[str, list[str], Any]] = field(default_factory=list)


def read_overrides(words: Sequence[str], groups: Sequence[str], known: Sequence[str] | None) -> Overrides:
    """The words of a command line, where these groups and keys are known (None: keys are not looked at).

    Raises `InputError` for one that is not `GROUP=OPTION` or `KEY=VALUE`.
    """
    asked = Overrides()
    for word in words:
        check_words(word, f"{word.partition('=')[0][:60]}: ")
        key, sign, value = word.partition("=")
        key = key.strip()
        if key.startswith("~"):
            raise InputError(f"{word}: nothing can be deleted; give it another value, null or {{}} for none")
        key = key.lstrip("+")
        if not sign:
            raise InputError(f"{word}: {key} has no value; KEY=VALUE or GROUP=OPTION is accepted")
        if key.split(".")[0].split("/")[0] == "hydra":
            raise InputError(
                f"{word}: {key} is a key of Hydra, and Hydra's are not used; results=FOLDER and study.name=NAME say "
                "where results go, study.jobs=N how many runs go side by side"
            )
        if key.partition("@")[0] in groups and "@" in key:
            raise InputError(
                f"{word}: an option goes to the keys of its group; {key.partition('@')[0]}=OPTION is accepted"
            )
        if key in groups:
            asked.options[key] = str(read_value(word, key, value))
            continue
        if not re.fullmatch(r"[^\s.\[\]/@]+([.][^\s.\[\]]+|\[\d+\])*", key):
            raise InputError(
                f"{word}: {key!r} is neither a key nor a group; the groups are {', '.join(groups)}, keys are written "
                "people.residents"
            )
        path = [part for part in re.split(r"[.\[\]]+", key) if part]
        if known is not None and path[0] not in known:
            raise InputError(f"{word}: {key} is neither a group nor a key{_meant(path, groups, known)}")
        asked.values.append((word, path, read_value(word, key, value)))
    return asked


def _meant(path: Sequence[str], groups: Sequence[str], known: Sequence[str]) -> str:
    """The end of a message on a key that is none: keys of that name, or near it, or the groups."""
    key = ".".join(path)
    alike = get_close_matches(key, known, 1, cutoff=0.9) if len(path) > 1 else []
    alike = alike or [one for one in known if one.rpartition(".")[2] == path[-1]]
    if alike:
        return f"; did you mean {' or '.join(alike[:3])}?"
    hint = near(key, [*groups, *known])
    return hint if "did you mean" in hint else f"; the groups are {', '.join(groups)}"


def read_value(word: str, key: str, value: str) -> Any:
    """The value of `KEY=VALUE`: a word, a number, true or false, null, a list or a table."""
    short = word if len(word) <= 120 else f"{word[:117]}…"
    if len(value) > LONGEST_VALUE:
        raise InputError(f"{short}: {len(value):,} signs; a value of at most {LONGEST_VALUE:,} is read")
    if max(value.count("["), value.count("{"), value.count("(")) > DEEPEST and _depth(value) > DEEPEST:
        raise InputError(f"{short}: lists and tables stand more than {DEEPEST} deep in each other")
    try:
        parsed = OverridesParser.create().parse_override(f"x={quoted(value)}")
        if parsed.is_sweep_override():
            raise InputError(f"{short}: several values; one is needed, and a list is written {key}=[a,b]")
        told = parsed.value()
    except (HydraException, ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{short}: the value {value[:60]!r} is not understood; {HOW.format(key=key)}") from None
    check_words(told, f"{key}: ")
    return told


def _depth(value: str) -> int:
    depth = deepest = 0
    for sign in value:
        depth += (sign in "[{(") - (sign in ")}]")
        deepest = max(deepest, depth)
    return deepest


def quoted(value: str) -> str:
    """A value with its words quoted that hold other letters than ASCII, which Hydra does not take otherwise."""
    if value.isascii() or value.lstrip()[:1] in ("'", '"'):
        return value
    if value.lstrip()[:1] not in ("[", "{"):
        return _in_quotes(value)
    return re.sub(WORD, lambda word: word[0] if word[0].isascii() or word[1] else _in_quotes(word[0]), value)


def _in_quotes(text: str) -> str:
    return "'" + text.strip().replace("'", "\\'") + "'"
