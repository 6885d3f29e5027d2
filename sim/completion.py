"""Words that the shell may complete: commands, flags, groups with their options, and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sim.config import find_sources, layouts_here
from sim.errors import InputError

SCRIPTS: Final = {
    # bash takes a = for the end of a word: what stands before it is cut off.
    "bash": """\
# lifecircle --completion bash >> ~/.bashrc
_lifecircle() {
    local line=${COMP_LINE:0:COMP_POINT} IFS=$'\\n'
    local word=${line##*[[:space:]]}
    COMPREPLY=($("${COMP_WORDS[0]}" --candidates "$line" 2>/dev/null))
    if [[ $word == *=* && $COMP_WORDBREAKS == *=* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%%=*}="}")
    fi
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} != *[=.] ]]; then
        COMPREPLY=("${COMPREPLY[0]} ")
    fi
}
complete -o nospace -o default -F _lifecircle lifecircle
""",
    "zsh": """\
# lifecircle --completion zsh >> ~/.zshrc, after compinit
_lifecircle() {
    local -a found
    found=(${(f)"$(lifecircle --candidates "$LBUFFER" 2>/dev/null)"})
    (( $#found )) && compadd -S '' -- $found || _files
}
compdef _lifecircle lifecircle
""",
    "fish": """\
# lifecircle --completion fish > ~/.config/fish/completions/lifecircle.fish
complete -c lifecircle -f -a '(lifecircle --candidates (commandline -cp) 2>/dev/null)'
""",
}


def script(shell: str) -> str:
    """What makes a shell (`bash`, `zsh`, `fish`) complete the words of the command."""
    return SCRIPTS[shell]


def completions(line: str, commands: Sequence[str], flags: Sequence[str]) -> list[str]:
    """What the last word of a line may become: a group ends in `=`, a key in `=`, or in `.` where keys lie below it."""
    before, _, word = re.sub(r"\s", " ", line).rpartition(" ")
    words = before.split()[1:]
    if word.startswith("-"):
        return sorted(flag for flag in flags if flag.startswith(word) and flag.startswith("--"))
    try:
        sources = find_sources(_own(words))
    except InputError:  # said when the command is given
        return []
    group, sign, _ = word.partition("=")
    options = {name: sources.options(name) for name in sources.groups}
    options["layout"] = sorted({*options["layout"], *layouts_here()})
    if sign:
        return [
            one
            for one in (f"{group}={option}" for option in options.get(group.lstrip("+"), ()))
            if one.startswith(word)
        ]
    begun = {*commands} & {*words}
    first = [] if begun else [name for name in commands if name.startswith(word)]
    groups = [f"{name}=" for name, known in options.items() if known and name.startswith(word)]
    trees = [(path.split("/")[0], source) for path, source in sources.files.items() if path.count("/") == 1]
    keys = {"results="} | {key for room, source in trees if room in options for key in _keys(_tree(source), f"{room}.")}
    asked = {_one_level(key, word) for key in keys if key.startswith(word) and ("." in word or "." not in key)}
    below = {f"{name}." for name in options if not word or (word and name.startswith(word) and "." not in word)}
    return [*first, *groups, *sorted(asked | (below if word else set()))]


def _own(words: Sequence[str]) -> Path | None:
    """The user's config folder that earlier words name."""
    for flag, value in zip(words, [*words[1:], ""], strict=False):
        if flag.startswith(("--config-dir=", "-cd=")):
            return Path(flag.partition("=")[2]).expanduser()
        if flag in ("--config-dir", "-cd") and value:
            return Path(value).expanduser()
    return None


def _tree(source: Any) -> Any:
    try:
        return source.tree
    except InputError:
        return None


def _keys(tree: Any, above: str) -> Iterator[str]:
    """The keys of plain data, each with `=`; those below a table by words with it."""
    for key, value in tree.items() if isinstance(tree, dict) else ():
        if key == "defaults":
            continue
        yield f"{above}{key}="
        if isinstance(value, dict) and all(isinstance(one, str) for one in value):
            yield from _keys(value, f"{above}{key}.")


def _one_level(key: str, word: str) -> str:
    """A key up to the next dot after what has been written."""
    dot = key.find(".", len(word))
    return key if dot < 0 else key[: dot + 1]
