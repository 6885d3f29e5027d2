"""Every word of the report as data: `en.yaml` and `zh.yaml` hold the same keys with the same {values}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

PLAIN_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the compiled one where PyYAML has it


@cache
def texts_of(language: str) -> Mapping[str, str]:
    """All texts of a language (`en` or `zh`) by key, read once."""
    text = (files("sim.report.words") / f"{language}.yaml").read_text(encoding="utf-8")
    return MappingProxyType(yaml.load(text, Loader=PLAIN_LOADER))


@dataclass(frozen=True)
class Words:
    """The words of one language (`en` or `zh`), called by key with the values that fill them."""

    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The words of a key; raises `KeyError` for a key that there is not, and for a value that is missing."""
        texts = texts_of(self.language)
        if key not in texts:
            raise KeyError(f"{key!r} is no key of {self.language}.yaml")
        try:
            return texts[key].format(**values)
        except KeyError as missing:
            raise KeyError(f"{key!r} of {self.language}.yaml needs a value for {missing}") from missing

    def __contains__(self, key: str) -> bool:
        """Whether there are words for a key."""
        return key in texts_of(self.language)

    def __str__(self) -> str:
        """All words in a row: every character that they are written in."""
        return " ".join(texts_of(self.language).values())

    def of(self, name: str) -> str:
        """The words for a name of the packaged configs, or the name itself where it is the user's own."""
        return self(name) if name in self else name

    def listed(self, items: list[str]) -> str:
        """Items in a row, with the word for `and` before the last."""
        if len(items) < 2:
            return "".join(items)
        return self("comma").join(items[:-1]) + self("and") + items[-1]
