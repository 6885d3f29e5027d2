"""What the words of a command line choose: the option of each group, checked before any room is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.config.kinds import near
from sim.config.overrides import Overrides, read_overrides
from sim.config.sources import Sources, find_sources
from sim.errors import InputError


def read_choices(
    words: Sequence[str], own: Path | None, known: Sequence[str] | None = None
) -> tuple[Overrides, Sources]:
    """What `words` ask for, where these keys are `known` (None: keys are not looked at), and the files of the config.

    Raises `InputError` for a word that is wrong, and for an option that its group does not have.
    """
    sources = find_sources(own)
    asked = read_overrides(words, sources.groups, known)
    if "layout" in asked.options:
        sources = find_sources(own, [asked.options["layout"]])
    for group, option in asked.options.items():
        options = sources.options(group)
        if option not in options:
            raise InputError(f"{group}={option}: {option!r} is no option of {group}{near(option, options)}")
    return asked, sources
