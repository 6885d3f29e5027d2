"""The entry of the command: however it ends, it ends with one message and an exit status, never with a traceback."""

from __future__ import annotations

import os
import platform
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Final

from sim.errors import InputError
from sim.terminal import in_one_line, show_all_signs

# Signals that end the command as Ctrl-C does.
ENDING: Final = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
TOLD_PACKAGES: Final = ("lifecircle", "numpy", "numba", "pandas", "pyarrow", "scipy", "hydra-core", "mesa", "geopandas")


NO_MEMORY: Final = (
    "the memory is not enough; give study.jobs=1, fewer people.residents or fewer study.days, end other programs, or "
    "give the process more (ulimit -v, or the limit of its container)"
)


class _Ended(KeyboardInterrupt):
    """A signal that ends the command came in."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status.

    0; 1 where something went wrong that was not foreseen, or memory is too small; 2 for input that cannot be used; 128
    and the number of the signal that ended it, as 130 for Ctrl-C, 143 for SIGTERM.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        show_all_signs()
        with _signals_end_it():
            from sim.command import (
                run_command,
            )  # its libraries take a second to load, in which Ctrl-C ends with a message too

            status = run_command(words)
            sys.stdout.flush()
            return status
    except InputError as error:
        return _told(str(error), 2)
    except KeyboardInterrupt as end:
        number = end.number if isinstance(end, _Ended) else int(signal.SIGINT)
        print(file=sys.stderr)
        return _told("interrupted; finished runs are kept, and the same command goes on from there", 128 + number)
    except BrokenPipeError:  # whoever read the output, as `head`, has enough of it
        _close_output()
        return 128 + 13
    except MemoryError:
        return _told(NO_MEMORY, 1)
    except Exception as error:
        try:
            return _told(_crash(error, words), 1)
        except MemoryError:  # of which not even this much is left
            return _told(NO_MEMORY, 1)


@contextmanager
def _signals_end_it() -> Iterator[None]:
    """SIGTERM and SIGHUP raise `_Ended` in here, where nobody else has said what they do."""

    def end(number: int, frame: FrameType | None) -> None:
        raise _Ended(number)

    before = {}
    with suppress(ValueError):  # not in the main thread, to which signals come
        before = {number: signal.signal(number, end) for number in ENDING if signal.getsignal(number) == signal.SIG_DFL}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(message: str, status: int) -> int:
    print(f"lifecircle: {in_one_line(message)}", file=sys.stderr)
    return status


def _crash(error: Exception, words: Sequence[str]) -> str:
    """The message on an error that was not foreseen, and a file with what is needed to mend it."""
    packages = {}
    for name in TOLD_PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "not installed"
    lines = [
        f"command: lifecircle {' '.join(words)}",
        f"python: {platform.python_version()}, {platform.platform()}, {sys.stdout.encoding}",
        *(f"{name}: {number}" for name, number in packages.items()),
        "",
        *traceback.format_exception(error),
    ]
    said = str(error) or type(error).__name__
    what = f"not foreseen: {type(error).__name__}: {said if len(said) <= 300 else f'{said[:299]}…'}"
    if isinstance(error, UnicodeEncodeError):
        what += "; this system takes no such names, PYTHONUTF8=1 before the command may help"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="lifecircle-error-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write("\n".join(lines))
        return f"{what}; please send the file {file.name} to those who maintain lifecircle"
    except OSError:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{what} ({Path(where.filename).name}, line {where.lineno}); please report it"


def _close_output() -> None:
    """Nothing is written any more, not even what Python writes at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
