"""The clock of a study: seconds for each stage, how far each is, and what is to be known."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Final

from tqdm.auto import tqdm

from sim import memory
from sim.errors import InputError

BAR: Final = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {remaining} to go"

# Bars are drawn by this process only. The lock that tqdm makes itself is one of several processes, whose semaphore a
# killed command would leave behind, with a warning.
tqdm.set_lock(RLock())

Tell = Callable[[float], object]


@dataclass
class Clock:
    """Seconds per stage; shows how far each is and how long it may still take, and says what is to be known.

    `seconds`: of each stage so far.
    `say`: what is called with a line to be shown.
    `shown`: whether bars are drawn.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    say: Callable[[str], object] = lambda text: None
    shown: bool = True

    @contextmanager
    def stage(self, name: str, total: float = 0.0) -> Iterator[Tell]:
        """Time one stage; of one with a total, what is told of it is shown as a share."""
        start = time.perf_counter()
        shown = tqdm(
            total=total,
            desc=name,
            disable=not (total and self.shown),
            bar_format=BAR,
            dynamic_ncols=True,
            smoothing=0.0,
            mininterval=0.5,
        )
        try:
            with shown as bar:
                # Shares add up to the total but for the last digits.
                yield lambda done: bar.update(min(done, total - bar.n))
        except MemoryError:
            raise InputError(f"memory: none was left in the stage {name!r}; {memory.REMEDY}") from None
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - start, 3)
