"""The command: read its words, and hand them to what they ask for.

Nothing here loads more than the files of the config, so that a wrong word is answered at once, and the first line is
shown before the libraries of a study are loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sim.config import GROUPS, read_choices
from sim.config.kinds import near
from sim.errors import InputError
from sim.terminal import in_one_line

HYDRAS: Final = (
    "--run", "-r", "--multirun", "-m", "--hydra-help", "--info", "-i", "--config-path", "-cp", "--config-name", "-cn",
    "--shell-completion", "-sc", "--experimental-rerun",
)  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """What the words of the command line ask: the command ("" to run the study), its words, the user's config folder,
    what to show instead and of what, in order.
    """

    command: str
    words: list[str]
    own: Path | None
    show: str
    of: str


@dataclass(frozen=True)
class Command:
    """A command: one line of help; what is done with its words and the user's config folder; and what its words must
    be, which raises `InputError` for one that is wrong and is asked before any library is loaded.
    """

    help: str
    run: Callable[[list[str], Path | None], None]
    check: Callable[[list[str], Path | None], None]


def run_command(argv: list[str]) -> int:
    """Run the command; raises `InputError` for input that cannot be used."""
    asking = parse(argv)
    if asking.show:
        print(SHOWS[asking.show](asking), end="")
        return 0
    command = COMMANDS[asking.command]
    command.check(asking.words, asking.own)
    command.run(asking.words, asking.own)
    return 0


def parse(argv: list[str]) -> Asking:
    """What is asked. Raises `InputError` for a flag that there is not."""
    command, show, of = "", "", ""
    own: Path | None = None
    words = []
    rest = iter(argv)
    for word in rest:
        flag, sign, value = word.partition("=") if word.startswith("-") else (word, "", "")
        if flag in FLAGS:
            show = FLAGS[flag]
        elif flag in TAKING:
            show, of = _taken(TAKING[flag], value if sign else next(rest, ""), show, of)
        elif flag in ("--config-dir", "-cd"):
            own = _folder(value if sign else next(rest, ""))
        elif flag == "--resolve":  # every value is: ${…} is not read
            continue
        elif flag in HYDRAS:
            remedy = "study.layouts and study.seeds say what one study compares, results=FOLDER where results go"
            raise InputError(f"{word}: there is none; it is a flag of Hydra, and {remedy}")
        elif word.startswith("-"):
            raise InputError(f"{word}: not an option; see lifecircle --help")
        elif word in COMMANDS and not command:
            command = word
        else:
            words.append(word)
    return Asking(command, words, own, show, of)


def _taken(kind: str, value: str, show: str, of: str) -> tuple[str, str]:
    """What a flag with a value shows, and of what."""
    if kind == "job" and value != "job":
        raise InputError(f"--cfg: {value!r}; job is accepted")
    if kind == "completion" and value not in SHELLS:
        raise InputError(f"--completion: {value!r}; {', '.join(SHELLS)} is accepted")
    if kind == "package" and value not in GROUPS:
        raise InputError(f"--package: {value!r}; one of {', '.join(GROUPS)} is accepted")
    return (show, value) if kind == "package" else (kind, of if kind == "job" else value)


def _folder(folder: str) -> Path:
    """The user's config folder."""
    if not folder or folder.startswith("-") or ("=" in folder and not Path(folder).is_dir()):
        raise InputError(f"--config-dir: {folder!r}; the path of a folder is needed")
    own = Path(folder).expanduser()
    if not own.is_dir():
        raise InputError(f"--config-dir: {own} is not a folder")
    return own


def only_overrides(words: list[str], own: Path | None) -> None:
    """Say what is read; raises `InputError` for a word that is not `KEY=VALUE` or `GROUP=OPTION`, or no option."""
    for word in words:
        if "=" not in word and not word.startswith("~"):
            meant = near(word, [name for name in COMMANDS if name])
            raise InputError(
                f"{word or repr(word)}: neither a command ({', '.join(filter(None, COMMANDS))}) nor of the form "
                f"KEY=VALUE or GROUP=OPTION (groups: {', '.join(GROUPS)}){meant if 'mean' in meant else ''}; "
                "see lifecircle --help"
            )
    asked, _ = read_choices(words, own)
    chosen = [f"{group}={option}" for group, option in asked.options.items()]
    what = f", {', '.join(chosen)}" if chosen else ""
    print(in_one_line(f"lifecircle: reading the config{what}"), file=sys.stderr, flush=True)


def _study(words: list[str], own: Path | None) -> None:
    from sim.studies import study  # the libraries of a study take a second to load; so below

    study(words, own)


def _inspect(words: list[str], own: Path | None) -> None:
    from sim.studies import check_place

    check_place(words, own)


def _export(words: list[str], own: Path | None) -> None:
    from sim.studies import write_layers

    write_layers(words, own)


def _report(words: list[str], own: Path | None) -> None:
    from sim.studies import redraw

    redraw(words, own)


def _check_report(words: list[str], own: Path | None) -> None:
    from sim.studies import check_redraw

    check_redraw(words, own)


def _runs(words: list[str], own: Path | None) -> None:
    from sim.kept import runs

    runs(words, own)


def _check_runs(words: list[str], own: Path | None) -> None:
    from sim.kept import check_runs

    check_runs(words, own)


# A command more is a line here.
COMMANDS: Final = {
    "": Command("run the study", _study, only_overrides),
    "inspect": Command("check the place: what was read, what is wrong with it", _inspect, only_overrides),
    "export": Command("write the same study as layers for QGIS, run or not", _export, only_overrides),
    "report": Command("draw a folder of results anew: lifecircle report results/mine", _report, _check_report),
    "runs": Command("list the runs that are kept; runs remove unused removes some", _runs, _check_runs),
}


def _help(asking: Asking) -> str:
    from sim.usage import usage

    return usage({name: command.help for name, command in COMMANDS.items() if name}, asking.own)


def _version(asking: Asking) -> str:
    return f"{version('lifecircle')}\n"


def _job(asking: Asking) -> str:
    read_choices(asking.words, asking.own)  # a wrong option is answered before the keys are loaded
    from sim.config import compose_yaml
    from sim.config.text import written

    tree = compose_yaml(asking.words, asking.own)
    return written({asking.of: tree[asking.of]} if asking.of else tree)


def _completion(asking: Asking) -> str:
    from sim.completion import script

    return script(asking.of)


def _candidates(asking: Asking) -> str:
    from sim.completion import completions

    return "".join(
        f"{word}\n" for word in completions(asking.of, [name for name in COMMANDS if name], [*FLAGS, *TAKING])
    )


SHOWS: Final = {
    "help": _help, "version": _version, "job": _job, "completion": _completion, "candidates": _candidates,
}  # fmt: skip
SHELLS: Final = ("bash", "zsh", "fish")
FLAGS: Final = {"--help": "help", "-h": "help", "--version": "version"}
# Flags with a value; --candidates is asked by the shell.
TAKING: Final = {
    "--cfg": "job", "-c": "job", "--package": "package", "-p": "package", "--completion": "completion",
    "--candidates": "candidates",
}  # fmt: skip
