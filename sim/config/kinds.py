"""Plain data and the kinds of config: what each key holds, how two configs become one, and how one value is set.

A table by age or weekday is a value like any other: what is given later takes its whole place. What is named by words
(groups, needs, formats, pools) is joined key by key, and what is not named stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from sim.errors import InputError

NOT_GIVEN: Final = "???"  # the default of a field that has to be given
OLDEST: Final = 120  # years; a table by age or weekday has no key above
LARGEST: Final = 2**63 - 1


def keys_of(kind: Any) -> dict[str, Any]:
    """The keys of a dataclass, and what each holds."""
    return _keys_of(kind)


@cache
def _keys_of(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def within(kind: Any, key: Any) -> Any:
    """What a config of a kind holds under a key; `Any` where it has no such key."""
    kind = needed(kind)
    if is_dataclass(kind):
        return keys_of(kind).get(key, Any)
    if get_origin(kind) in (dict, list):
        return get_args(kind)[-1]
    return Any


def needed(kind: Any) -> Any:
    """What a kind is where it is not null."""
    if get_origin(kind) in (UnionType, Union):
        return next(part for part in get_args(kind) if part is not NoneType)
    return kind


def is_table(kind: Any) -> bool:
    """Whether a kind is a table by age or weekday."""
    kind = needed(kind)
    return get_origin(kind) is dict and get_args(kind)[0] is int


def join(kind: Any, old: Any, new: Any) -> Any:
    """Two configs of a kind as one: the new one counts where both say something."""
    if not (isinstance(old, dict) and isinstance(new, dict)) or is_table(kind):
        return new
    told = {key: join(within(kind, key), old[key], value) if key in old else value for key, value in new.items()}
    return {**old, **told}


def put(kind: Any, tree: Any, path: Sequence[str], value: Any, word: str, above: str = "") -> Any:
    """The config with a value at a path of keys that lies below `above`.

    Raises `InputError` naming the `word` that asks for it.
    """
    if not path:
        if value == {} and isinstance(tree, dict) and tree and not is_table(kind):
            raise InputError(
                f"{word}: an empty table changes nothing here, since what is not named stays; name what is to "
                f"change, as {above}.{next(iter(tree))}=..."
            )
        return join(kind, tree, value)
    key: Any = path[0]
    kind = needed(kind)
    here = f"{above}.{key}" if above else key
    if get_origin(kind) is list and isinstance(tree, list):
        if not key.isdigit() or int(key) >= len(tree):
            raise InputError(f"{word}: {above} has no row {key}; it has {len(tree)}, counted from 0")
        rows = list(tree)
        rows[int(key)] = put(within(kind, key), rows[int(key)], path[1:], value, word, here)
        return rows
    if is_table(kind):
        if not key.lstrip("-").isdigit():
            raise InputError(f"{word}: {key} is no age or weekday; a whole number is needed, as in {above}.60=…")
        key = int(key)
    elif not (is_dataclass(kind) or get_origin(kind) is dict):
        raise InputError(f"{word}: {here} is not a key of the config, as nothing lies below {above}")
    tree = tree if isinstance(tree, dict) else {}
    known = list(keys_of(kind)) if is_dataclass(kind) else list(tree)
    may_be_new = not is_dataclass(kind) and (len(path) == 1 or is_table(kind))
    if key not in known and not may_be_new:
        raise InputError(f"{word}: {here} is not a key of the config{_meant(kind, key, above, known)}")
    return {**tree, key: put(within(kind, key), tree.get(key), path[1:], value, word, here)}


def _meant(kind: Any, key: str, above: str, known: Sequence[str]) -> str:
    """The end of a message on a key that is none: what was probably meant, with all that is above it."""
    below = [name for name in all_keys(kind) if name.endswith(f".{key}")] if is_dataclass(kind) else []
    if below and key not in known:
        return f"; did you mean {' or '.join(f'{above}.{name}' if above else name for name in below[:3])}?"
    hint = near(f"{above}.{key}" if above else key, [f"{above}.{name}" if above else name for name in known])
    return hint or "; `lifecircle --cfg job` lists the keys"


def read(kind: Any, given: Any, where: str = "", whole: bool = True) -> Any:
    """What is given, as its kind. Raises `InputError` with the key, the value and what would be accepted.

    Where it is not the `whole`, what has to be given may still come from elsewhere.
    """
    if get_origin(kind) in (UnionType, Union):
        return None if given is None else read(needed(kind), given, where, whole)
    if kind is Any:
        return given
    if is_dataclass(kind):
        return _read_dataclass(kind, given, where, whole)
    if get_origin(kind) is list:
        if not isinstance(given, list):
            raise wrong(where, given, "a list is needed, as in [a, b]")
        return [read(get_args(kind)[0], value, f"{where}[{row}]", whole) for row, value in enumerate(given)]
    if get_origin(kind) is dict:
        return _read_dict(kind, given, where, whole)
    return READERS[kind](given, where)


def _read_dataclass(kind: Any, given: Any, where: str, whole: bool) -> Any:
    if not isinstance(given, dict):
        raise wrong(where, given, f"a table is needed with keys such as {', '.join(list(keys_of(kind))[:3])}")
    known = keys_of(kind)
    for key in given:
        if key not in known:
            raise InputError(f"{at(where, key)}: {key} is not a key here{near(str(key), list(known))}")
    told = {key: read(held, given[key], at(where, key), whole) for key, held in known.items() if key in given}
    if whole:
        missing = [field.name for field in fields(kind) if field.default == NOT_GIVEN and field.name not in told]
        missing += [key for key, value in told.items() if isinstance(value, str) and value == NOT_GIVEN]
        if missing:
            raise InputError(f"{at(where, missing[0])}: not given; it is needed")
    return kind(**told)


def _read_dict(kind: Any, given: Any, where: str, whole: bool) -> dict[Any, Any]:
    of, held = get_args(kind)
    if not isinstance(given, dict):
        example = "{0: …, 60: …}" if of is int else "{name: …}"
        raise wrong(where, given, f"a table is needed, as in {example}")
    told = {}
    for key, value in given.items():
        read_key = READERS[of](key, at(where, key))
        if isinstance(read_key, int) and not 0 <= read_key <= OLDEST:
            raise InputError(f"{at(where, key)}: {key}; a table by age or weekday has keys from 0 to {OLDEST}")
        told[read_key] = read(held, value, at(where, key), whole)
    return told


def _read_int(given: Any, where: str) -> int:
    number = _number(given, int)
    if isinstance(number, float) and isfinite(number) and number == int(number):
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int):
        raise wrong(where, given, "a whole number is needed")
    if abs(number) > LARGEST:
        raise wrong(where, given, f"a whole number of at most {LARGEST:.1e} is accepted")
    return number


def _read_float(given: Any, where: str) -> float:
    number = _number(given, float)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise wrong(where, given, "a number is needed")
    if (isinstance(number, int) and abs(number) > LARGEST) or not isfinite(number):
        raise wrong(where, given, "a finite number is needed")
    return float(number)


def _number(given: Any, kind: Callable[[str], float]) -> Any:
    """What is given, a word that is a number as this number."""
    try:
        return kind(given) if isinstance(given, str) else given
    except ValueError:
        return given


def _read_bool(given: Any, where: str) -> bool:
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    truth = words.get(given.lower(), given) if isinstance(given, str) else given
    if not isinstance(truth, bool):
        raise wrong(where, given, "true or false is accepted")
    return truth


def _read_str(given: Any, where: str) -> str:
    if isinstance(given, bool | float):
        raise wrong(where, given, f"a word is needed; put it in quotes if it is one, as in '{given}'")
    if not isinstance(given, str | int):
        raise wrong(where, given, "a word is needed")
    return str(given)


READERS: Final = {int: _read_int, float: _read_float, bool: _read_bool, str: _read_str}


def wrong(where: str, given: Any, remedy: str) -> InputError:
    """The error of a value that is not of the kind of its key."""
    told = "null" if given is None else repr(given)
    return InputError(f"{where}: {told if len(told) <= 80 else f'{told[:77]}…'}; {remedy}")


def at(where: str, key: Any) -> str:
    """The place of a key below another, as messages name it."""
    return f"{where}{key}" if not where or where.endswith(": ") else f"{where}.{key}"


def near(key: str, known: Sequence[Any]) -> str:
    """The end of a message on a word that is not known: what was probably meant, or what is."""
    meant = get_close_matches(str(key), [str(one) for one in known], 1, cutoff=0.5)
    if meant:
        return f"; did you mean {meant[0]}?"
    listed = ", ".join(map(str, known[:12]))
    return f"; one of {listed}{', …' if len(known) > 12 else ''} is accepted" if known else ""


def all_keys(kind: Any, prefix: str = "") -> Iterator[str]:
    """Every key of a kind that is no table of words, with those below it."""
    for key, held in keys_of(kind).items():
        yield f"{prefix}{key}"
        if is_dataclass(needed(held)):
            yield from all_keys(needed(held), f"{prefix}{key}.")
