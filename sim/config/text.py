"""YAML as users write it: decoded, kept small, and read as plain data that says only what stands there."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from sim.errors import InputError

if TYPE_CHECKING:
    PlainLoader = yaml.SafeLoader
    PlainDumper = yaml.SafeDumper
else:  # the compiled ones where PyYAML has them
    PlainLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    PlainDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

MOST_BYTES: Final = 20_000_000
MOST_NODES: Final = 1_000_000  # with what aliases repeat; the packaged layout has 3,000
DEEPEST: Final = 50  # lists and tables within each other; the packaged ones have 8
BOMS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


class Loader(PlainLoader):
    """Safe YAML whose words are what they look like: 050000 and 9:30 are words, 1e5 is a number, a key stands once."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node; raises `ConstructorError` for a key that stands there twice."""
        seen = set()
        for key_node, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            key = (key_node.tag, str(key_node.value))
            if key in seen and key_node.tag != "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value} stands there twice", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


Loader.yaml_implicit_resolvers = {}
for kind, pattern, first in (
    ("bool", r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO"),
    ("int", r"[-+]?(0|[1-9][0-9_]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)"
        r"|\.(nan|NaN|NAN)",
        "-+0123456789.",
    ),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", "<<", "<"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"^(?:{pattern})$"), list(first))


def read_file(file: Path, shown: str) -> Any:
    """The plain data of a YAML file: `None`, a mapping, a list or a word.

    The file is UTF-8, UTF-16 with its mark, or GB18030. Raises `InputError` naming it, the line and the remedy.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError(f"{shown}: {file.stat().st_size:,} bytes; a text of at most {MOST_BYTES:,} is read")
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(f"{shown}: not read ({error.strerror or error})") from None
    return read_text(decoded(raw, shown), shown)


def decoded(raw: bytes, shown: str) -> str:
    """The text of a file in UTF-8 with or without a mark, UTF-16 with one, or GB18030."""
    marked = next((encoding for mark, encoding in BOMS.items() if raw.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{shown}: neither UTF-8 nor GB18030; save the text in UTF-8")


@lru_cache(maxsize=256)
def read_text(text: str, shown: str) -> Any:
    """The plain data of a YAML text, which is shared by all that read it: nobody may change it."""
    try:
        check_size(text, shown)
        tree = yaml.load(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise InputError(f"{shown}: {told(error, text)}") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; an alias within itself
        raise InputError(f"{shown}: not read as YAML ({error})") from None
    check_words(tree, f"{shown}: ")
    return tree


def written(tree: Any) -> str:
    """Plain data as YAML, its keys in their order."""
    return yaml.dump(tree, Dumper=PlainDumper, sort_keys=False, allow_unicode=True)


def check_size(text: str, shown: str) -> None:
    """Raise `InputError` for a text that would be huge, or deeper than any config, before anything is made of it."""
    nodes, depth = 0, 0
    begun: list[tuple[str | None, int]] = []
    sizes: dict[str, int] = {}
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in sizes:
                raise InputError(f"{shown}: the alias *{event.anchor} stands for nothing, or for itself")
            nodes += sizes[event.anchor]
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            begun.append((event.anchor, nodes))
            depth = max(depth, len(begun))
            nodes += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = begun.pop()
            if anchor:
                sizes[anchor] = nodes - before
        if depth > DEEPEST:
            raise InputError(f"{shown}: lists and tables stand more than {DEEPEST} deep in each other")
        if nodes > MOST_NODES:
            raise InputError(f"{shown}: stands for more than {MOST_NODES:,} values, with what its aliases repeat")


def told(error: yaml.YAMLError, text: str) -> str:
    """What is wrong with a YAML text, and in which line."""
    if isinstance(error, yaml.reader.ReaderError):
        sign = error.character if isinstance(error.character, int) else ord(error.character[:1] or "?")
        return f"holds the sign U+{sign:04X}, which is no text; delete it"
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return f"not read as YAML ({error})"
    line, column = error.problem_mark.line, error.problem_mark.column
    lines = text.splitlines()
    here = lines[line] if line < len(lines) else ""
    remedy = "; indent with spaces, not with tabs" if "\t" in here[: column + 1] else ""
    return f"line {line + 1}: {error.problem}{remedy}{f' ({here.strip()[:60]!r})' if here.strip() else ''}"


def check_words(tree: Any, where: str) -> None:
    """Raise `InputError` for a word that asks for something outside of the text (`${…}`), or cannot be seen."""
    if isinstance(tree, str):
        if "${" in tree:
            raise InputError(f"{where}{tree[:60]!r}: ${{…}} is not read; write the value itself")
        bad = next((sign for sign in tree if sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cs")), None)
        if bad is not None:
            raise InputError(f"{where}{tree[:60]!r} holds the sign U+{ord(bad):04X}, which is no text; delete it")
    elif isinstance(tree, dict):
        for key, value in tree.items():
            check_words(key, where)
            check_words(value, f"{where}{key}: ")
    elif isinstance(tree, list):
        for row, value in enumerate(tree):
            check_words(value, f"{where}[{row}] ")
    elif not (tree is None or isinstance(tree, bool | int | float)):
        raise InputError(f"{where}{str(tree)[:60]!r}; a word, a number, a list or a table is needed")
