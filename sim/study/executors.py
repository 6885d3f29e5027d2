"""Executors: the same runs in threads, in processes, on a Ray cluster or on a SLURM cluster.

Each does tasks by the same `Worker`, so that the same bytes come of all. Threads share scenes in memory, processes and
SLURM jobs map them from disk, and Ray hands them round by its object store. A worker that dies is retried once.
"""

from __future__ import annotations

import multiprocessing
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, ThreadPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any, Final, NamedTuple

from sim.errors import InputError
from sim.folders import WRITING, remove
from sim.scene import Scene
from sim.study.clock import Tell
from sim.study.config import StudyConfig
from sim.study.runs import FolderRuns, Task
from sim.study.worker import SharedDemand, Worker

OneSeed = Sequence[Task]  # runs of one seed, whose residents and errands are the same
TRIES: Final = 2  # of a batch whose worker dies
POLL_S: Final = 0.2


class Job(NamedTuple):
    """What an executor is to do.

    `worker`: does it, here or as a copy elsewhere.
    `batches`: the runs, those of a seed together.
    `at_once`: how many at the same time; None for as many as there are.
    `study`: what was asked of the executor.
    `tell`: told of each hour that has been simulated.
    `say`: told of what goes wrong, and is tried again.
    """

    worker: Worker
    batches: Sequence[OneSeed]
    at_once: int | None
    study: StudyConfig
    tell: Tell
    say: Callable[[str], object]

    def done(self, runs: int) -> None:
        """Tell of runs that another process has done."""
        self.tell(24.0 * len(self.worker.config.weekdays) * runs)


class StoppedError(Exception):
    """Another run failed, or the user wants no more: this one is not written."""


def execute(job: Job) -> None:
    """Do all runs by the executor that was asked for. Raises `InputError` where a worker died twice, or is missing."""
    if job.batches:
        DO_BY[job.study.executor](job)


def in_threads(job: Job) -> None:
    """Runs side by side in threads: the compiled loop lets go of the interpreter, and all read the same scenes."""
    stop = Event()

    def go_on(hours: float) -> None:
        if stop.is_set():
            raise StoppedError
        job.tell(hours)

    with ThreadPoolExecutor(job.at_once) as pool:
        shared = [(batch, SharedDemand(job.worker, batch)) for batch in job.batches]
        tasks = [pool.submit(job.worker.do, task, demand.take, go_on) for batch, demand in shared for task in batch]
        try:
            done, _ = wait(tasks, return_when=FIRST_EXCEPTION)
            for task in sorted(done, key=lambda task: isinstance(task.exception(), StoppedError)):
                task.result()
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def in_processes(job: Job) -> None:
    """Runs in processes of this machine, which map the scenes from disk."""
    with on_disk(job.worker) as worker:
        left = dict(enumerate(job.batches))
        for _ in range(TRIES):
            try:
                for number, runs in _from_pool(worker, left, job.at_once):
                    del left[number]
                    job.done(runs)
                return
            except BrokenProcessPool:
                job.say(f"a worker process died; the runs of {_seeds(left.values())} are tried once more")
    raise InputError(
        f"study.executor: worker processes died twice, at last while they did the runs of {_seeds(left.values())}; "
        "most often for want of memory (fewer study.jobs need less), or killed from outside"
    )


def _from_pool(worker: Worker, left: Mapping[int, OneSeed], at_once: int | None) -> Iterator[tuple[int, int]]:
    """The number of each batch as it is done, and how many runs it had."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(at_once, mp_context=spawn, initializer=_begin, initargs=(worker,)) as pool:
        futures = {pool.submit(_do_here, batch): number for number, batch in left.items()}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            for child in multiprocessing.active_children():
                child.terminate()
            pool.shutdown(cancel_futures=True)
            raise


_HERE: list[Worker] = []  # the worker of this process


def _begin(worker: Worker) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it says when to stop
    _HERE[:] = [worker]


def _do_here(batch: OneSeed) -> int:
    return _HERE[0].do_batch(batch)


def in_ray(job: Job) -> None:
    """Runs on a Ray cluster (`RAY_ADDRESS`), or on one that is started here; all see the folder of results."""
    ray = _installed("ray")
    ours = not ray.is_initialized()
    if ours:
        ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        scenes = [ray.put(scene) for scene in job.worker.scenes]
        do = ray.remote(num_cpus=1, max_retries=TRIES - 1)(_do_far)
        waiting = list(job.batches)
        asked: dict[Any, OneSeed] = {}
        while waiting or asked:
            while waiting and len(asked) < (job.at_once or len(job.batches)):
                batch = waiting.pop(0)
                asked[do.remote(job.worker.config, job.worker.runs, batch, *scenes)] = batch
            (done, *_), _ = ray.wait(list(asked))
            batch = asked.pop(done)
            try:
                job.done(ray.get(done))
            except ray.exceptions.WorkerCrashedError:
                raise _died_twice(batch) from None
            except ray.exceptions.RayTaskError as error:
                raise error.cause if isinstance(error.cause, InputError) else error from None
    finally:
        if ours:
            ray.shutdown()


def _do_far(config: Any, runs: FolderRuns, batch: OneSeed, *scenes: Scene) -> int:
    """Do a batch in a worker of Ray, which keeps what it has packed for the next."""
    known = [scene.digest for scene in scenes]
    if not _HERE or [one.digest for one in _HERE[0].scenes if isinstance(one, Scene)] != known:
        _begin(Worker(scenes, config, runs))
    return _do_here(batch)


def in_slurm(job: Job) -> None:
    """Runs as jobs of a SLURM cluster, each of one seed, which read the scenes from the folder of results."""
    submitit = _installed("submitit")
    asked = job.study.slurm
    runs = job.worker.runs
    assert isinstance(runs, FolderRuns)
    executor = submitit.AutoExecutor(folder=runs.root / "slurm", cluster=asked.cluster)
    partition = {} if asked.partition is None else {"slurm_partition": asked.partition}
    executor.update_parameters(
        name="lifecircle", timeout_min=asked.timeout_min, mem_gb=asked.mem_gb, cpus_per_task=asked.cpus, **partition
    )
    with on_disk(job.worker) as worker:
        waiting = [(batch, 1) for batch in job.batches]
        begun: list[tuple[Any, OneSeed, int]] = []
        try:
            while waiting or begun:
                while waiting and len(begun) < (job.at_once or len(job.batches)):
                    batch, tried = waiting.pop(0)
                    begun.append((executor.submit(worker.do_batch_or_say, batch), batch, tried))
                ended = [one for one in begun if one[0].done()]
                begun = [one for one in begun if one not in ended]
                for one, batch, tried in ended:
                    _take_up(one, batch, tried, waiting, job)
                if not ended:
                    time.sleep(POLL_S)
        finally:
            for one, *_ in begun:
                one.cancel(check=False)


def _take_up(one: Any, batch: OneSeed, tried: int, waiting: list[tuple[OneSeed, int]], job: Job) -> None:
    """What came of a job: done, to be tried once more, or an error."""
    utils = _installed("submitit").core.utils
    try:
        came = one.result()
    except utils.FailedJobError:  # what it raised is told in its log, which the message holds
        raise
    except utils.UncompletedJobError:
        if tried == TRIES:
            raise _died_twice(batch) from None
        job.say(f"the job of {_seeds([batch])} died; it is tried once more")
        waiting.append((batch, tried + 1))
        return
    if isinstance(came, str):
        raise InputError(came)
    job.done(came)


DO_BY: Final[Mapping[str, Callable[[Job], None]]] = {
    "threads": in_threads,
    "processes": in_processes,
    "ray": in_ray,
    "slurm": in_slurm,
}


@contextmanager
def on_disk(worker: Worker) -> Iterator[Worker]:
    """The same worker with its scenes on disk, beside the runs, for as long as they are done."""
    assert isinstance(worker.runs, FolderRuns)
    folder = worker.runs.root / f"scenes.{secrets.token_hex(4)}{WRITING}"
    paths = [folder / str(row) for row in range(len(worker.scenes))]
    try:
        for scene, path in zip(worker.scenes, paths, strict=True):
            assert isinstance(scene, Scene)
            scene.save(path)
        yield replace(worker, scenes=paths, residents=None)
    finally:
        remove(folder)


def _seeds(batches: Any) -> str:
    seeds = sorted({task.about.seed for batch in batches for task in batch})
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"


def _died_twice(batch: OneSeed) -> InputError:
    return InputError(
        f"study.executor: the worker of {_seeds([batch])} died twice; most often for want of memory or of time"
    )


def _installed(name: str) -> Any:
    """A library that only its executor needs."""
    extra = {"submitit": "slurm"}.get(name, name)
    try:
        return __import__(name)
    except ImportError:
        raise InputError(
            f"study.executor: {extra} needs {name}, which is not installed: pip install 'lifecircle[{extra}]'"
        ) from None
