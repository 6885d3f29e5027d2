"""A study: layouts times seeds become runs, runs become tables. Resumable, and the same bytes however it was run."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from itertools import repeat
from pathlib import Path
from threading import Event, Lock, RLock
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from sim import measures, memory
from sim.columns import Floats
from sim.day import DayConfig, LifeCircle
from sim.day.supply import Supply, supply_of
from sim.errors import InputError
from sim.folders import folder_beside, sweep
from sim.names import check_folder_name
from sim.needs import Errands, NeedsConfig, Tours, raise_errands
from sim.outlets import Layout, LayoutConfig, geojson, lay_out
from sim.people import PeopleConfig, Residents, settle, split_notes, take_census
from sim.place import Place, PlaceConfig, build_place
from sim.reach import Reach, change_reach, find_reach, limits_m
from sim.reach.search import count_walks
from sim.record import Tally, tally_run
from sim.record import read_tally as tally_of_file
from sim.record import store as runs
from sim.record.store import KEEP, write_run

ROOMS = ("place", "people", "needs", "outlets", "reach", "record", "day")
MOST_RUNS = 100_000  # of a study: their rows of the table of seeds take some 10 GB
MOST_DAYS = 3_660  # ten years, in which residents do not grow older
BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {remaining} to go"
PACKAGES = ("hydra-core", "mesa", "numba", "numpy", "networkx", "pandas", "pyarrow", "scipy")


# Bars are drawn by this process only. The lock that tqdm makes itself is one of several processes, whose semaphore a
# killed command would leave behind, with a warning.
tqdm.set_lock(RLock())


@dataclass
class StudyConfig:
    """Which layouts, over how many seeds and days, and where the results go.

    `seeds` how many, from `first_seed` on; `days` measured, beginning on a Monday, after `warmup_days` that are
    not; `jobs` runs at the same time (null: one per processor); `overwrite` replaces runs that an earlier
    config left in the folder; `keep` the `record` of each run, or only its tally, of which the `tables` are made.
    """

    name: str = "study"
    layouts: list[str] = field(default_factory=list)
    seeds: int = 10
    first_seed: int = 1
    days: int = 7
    warmup_days: int = 1
    jobs: int | None = None
    overwrite: bool = False
    keep: str = "record"

    def check(self) -> None:
        """Raise `InputError` where a value cannot be."""
        check_folder_name("study.name", self.name)
        if not self.layouts:
            raise InputError("study.layouts: empty; give at least one, as in study.layouts=[base,kiosks]")
        twice = sorted({name for name in self.layouts if self.layouts.count(name) > 1})
        if twice:
            raise InputError(f"study.layouts: {', '.join(twice)} is named twice")
        for key, least, most in (
            ("seeds", 1, MOST_RUNS), ("first_seed", 0, 2**31 - 1), ("days", 1, MOST_DAYS), ("warmup_days", 0, MOST_DAYS)
        ):  # fmt: skip
            if getattr(self, key) < least:
                raise InputError(f"study.{key}: {getattr(self, key)}; {least} or more is needed")
            if getattr(self, key) > most:
                raise InputError(f"study.{key}: {getattr(self, key)}; at most {most:,} is accepted")
        if self.seeds * len(self.layouts) > MOST_RUNS:
            raise InputError(
                f"study.seeds: {self.seeds:,} of {len(self.layouts)} layouts are {self.seeds * len(self.layouts):,} "
                f"runs; at most {MOST_RUNS:,} are accepted, so study.seeds={MOST_RUNS // len(self.layouts)} fits"
            )
        if self.jobs is not None and self.jobs < 1:
            raise InputError(f"study.jobs: {self.jobs}; 1 or more is needed")
        if self.keep not in KEEP:
            raise InputError(f"study.keep: {self.keep!r}; {' or '.join(KEEP)} is accepted")

    @property
    def weekdays(self) -> list[int]:
        """The weekday (0 Monday) of each simulated day; the first measured day is a Monday."""
        return [(day - self.warmup_days) % 7 for day in range(self.warmup_days + self.days)]

    @property
    def seed_list(self) -> list[int]:
        """The seeds."""
        return list(range(self.first_seed, self.first_seed + self.seeds))


@dataclass(frozen=True)
class World:
    """Everything that the layouts of a study share, the layouts laid over it, and the place as each leaves it."""

    place: Place
    people: PeopleConfig
    needs: NeedsConfig
    day: DayConfig
    study: StudyConfig
    layouts: tuple[Layout, ...]
    places: tuple[Place, ...]
    reaches: tuple[Reach, ...]
    supplies: tuple[Supply, ...]
    residents: int
    jobs: int
    digest: str
    layout_digests: tuple[str, ...]


Tell = Callable[[float], object]


class _Bar(tqdm):  # type: ignore[type-arg]
    """A progress bar with a lock of threads: that of processes, which is not needed, is said to leak at a kill."""


_Bar.set_lock(RLock())


@dataclass
class Clock:
    """Seconds per stage; shows how far each is and how long it may still take, and says what is to be known."""

    seconds: dict[str, float] = field(default_factory=dict)
    say: Callable[[str], object] = lambda text: None

    @contextmanager
    def stage(self, name: str, total: float = 0.0) -> Iterator[Tell]:
        """Time one stage; of one with a total, what is told of it is shown as a share."""
        start = time.perf_counter()
        shown = _Bar(
            total=total,
            desc=name,
            disable=not total,
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


def build_world(
    place_config: PlaceConfig,
    people: PeopleConfig,
    needs: NeedsConfig,
    layouts: Mapping[str, LayoutConfig],
    day: DayConfig,
    study: StudyConfig,
    clock: Clock,
) -> World:
    """Check the whole config and build the place, the layouts and their reach; nothing is written.

    Raises `InputError` for anything that cannot be used.
    """
    for config in (people, needs, day, study):
        config.check()
    asked_jobs = min(study.jobs or os.cpu_count() or 1, study.seeds * len(study.layouts))
    about = people.residents or {"city": place_config.city.residents, "grown": place_config.grown.residents}.get(
        place_config.source, 0
    )
    # A study that cannot fit is refused at once, and once more when it is known what stands where.
    days, asked = len(study.weekdays), study.jobs is not None
    memory.jobs_that_fit(memory.estimate(about, days, people, needs), asked_jobs, asked)
    with clock.stage("place"):
        place = build_place(place_config)
        people, notes = take_census(people)
        place = replace(place, notes=(*place.notes, *notes, *split_notes(place, people)))
    n = people.residents or round(place.population or 0)
    with clock.stage("layouts"):
        both = [lay_out(name, layouts, place, n, needs.catalogue, place_config.seed) for name in study.layouts]
        places, laid = (tuple(column) for column in zip(*both, strict=True))
        of_layouts = dict.fromkeys(note for layout in laid for note in layout.notes)
        place = replace(place, notes=(*place.notes, *of_layouts))
    limits = [limits_m(layout, people, needs, max(measures.WITHIN_MIN)) for layout in laid]
    walks = [count_walks(*there) for there in zip(places, laid, limits, strict=True)]
    needed = memory.estimate(n, days, people, needs, walks)
    jobs = memory.jobs_that_fit(needed, asked_jobs, asked)
    clock.say(
        f"{n:,} residents, {max(map(len, laid)):,} outlets; runs: {len(laid) * study.seeds:,}, {jobs} at a time; "
        f"about {needed.needed(jobs) / memory.GIB:.1f} GiB of memory"
    )
    with clock.stage("reach", total=len(laid)) as tell:
        reaches = reaches_of(places, laid, limits, tell)
        supplies = tuple(
            supply_of(layout, reach, needs.catalogue, day) for layout, reach in zip(laid, reaches, strict=True)
        )
    # The first seed's residents are drawn here, so that what cannot be settled is said before anything is written.
    settle(place, people, study.first_seed)
    # Input files count by what is in them, not by where they lie.
    layers = ("homes", "outlets", "communities", "population")
    inputs = [place_config.streets, place_config.elevation, *(getattr(place_config, key).file for key in layers)]
    unnamed = {key: replace(getattr(place_config, key), file=None) for key in layers}
    told = replace(place_config, streets=None, elevation=None, **unnamed)
    told_all = {
        "code": code_digest(),
        "place": asdict(told),
        "inputs": [name and file_digest(name) for name in inputs],
        "people": asdict(people),
        "needs": asdict(needs),
        "day": asdict(day),
        "days": study.days,
        "warmup_days": study.warmup_days,
    }
    world = digest(told_all)
    digests = tuple(layout_digest(world, layout) for layout in laid)
    return World(place, people, needs, day, study, laid, places, reaches, supplies, n, jobs, world, digests)


def reaches_of(
    places: Sequence[Place], layouts: Sequence[Layout], limits: Sequence[Sequence[Floats]], tell: Tell
) -> tuple[Reach, ...]:
    """The reach of every layout, made from that of the first where both stand on the same ground."""
    reaches = [find_reach(places[0], layouts[0], limits[0], tell)]
    for place, layout, limit_m in zip(places[1:], layouts[1:], limits[1:], strict=True):
        if place.streets.same_as(places[0].streets):
            reaches.append(change_reach(reaches[0], layouts[0], place, layout, limit_m))
            tell(1.0)
        else:
            reaches.append(find_reach(place, layout, limit_m, tell))
    return tuple(reaches)


def digest(thing: Any) -> str:
    """A short SHA-256 of anything JSON can write."""
    text = json.dumps(thing, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_digest(path: str) -> str:
    """SHA-256 of a file, of those beside it that belong to a Shapefile, or of all in a folder (a geodatabase)."""
    file = Path(path).expanduser()
    files = [file]
    if file.suffix.lower() == ".shp":
        files = sorted(file.parent.glob(f"{glob.escape(file.stem)}.*"))
    elif file.is_dir():
        files = sorted(part for part in file.rglob("*") if part.is_file())
    return digest([hashlib.sha256(part.read_bytes()).hexdigest() for part in files])


def code_digest() -> str:
    """SHA-256 of the rooms that a run goes through: a record is only as old as the rules that made it."""
    here = Path(__file__).parent
    ground = [here / name for name in ("columns.py", "kernels.py", "parallel.py", "randomness.py")]
    sources = [*sorted(file for room in ROOMS for file in (here / room).rglob("*.py")), *ground]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in sources)).hexdigest()


def layout_digest(world: str, layout: Layout) -> str:
    """What a run depends on besides its seed: the world, the outlets of the layout, and what it did to the ground."""
    known = [sorted(layout.known_share.items()), sorted(layout.range_factor.items())]
    # Outlets of a format share what they offer, which is told once.
    alike = {id(shared): shared for outlet in layout.outlets for shared in (outlet.pools, outlet.offers)}
    told = {key: digest({name: asdict(one) for name, one in shared.items()}) for key, shared in alike.items()}
    outlets = [
        {**vars(outlet), "pools": told[id(outlet.pools)], "offers": told[id(outlet.offers)]}
        for outlet in layout.outlets
    ]
    return digest([world, outlets, layout.ground, known])


def run_folder(root: Path, layout: str, seed: int) -> Path:
    """The folder of one run."""
    return root / "runs" / layout / f"seed-{seed}"


def run_study(world: World, root: Path, clock: Clock) -> None:
    """Do every run that the folder does not hold yet, then write all tables.

    A run is written beside and renamed, so that an interrupted study leaves only finished runs. Raises
    `InputError` where the folder holds runs of another config and `study.overwrite` is not set.
    """
    for folder in (root, *root.glob("runs/*")):
        sweep(folder)
    todo = _missing_runs(world, root, clock.say)
    hours = 24.0 * len(world.study.weekdays) * sum(len(rows) for rows in todo.values())
    with clock.stage("runs", total=hours) as tell:
        _do_runs(world, root, todo, tell)
    with clock.stage("tables", total=world.study.seeds * len(world.layouts)) as tell:
        write_tables(world, root, tell)


def _missing_runs(world: World, root: Path, say: Callable[[str], object]) -> dict[int, list[int]]:
    """Rows of the layouts that each seed has still to run under; what is damaged is said."""
    todo: dict[int, list[int]] = {}
    for row, layout in enumerate(world.layouts):
        for seed in world.study.seed_list:
            folder, about = run_folder(root, layout.name, seed), about_run(world, row, seed)
            found = runs.digest_of(folder)
            if found is not None and found != about["digest"] and not world.study.overwrite:
                raise InputError(
                    f"{folder} holds a run of another config or version (its digest {found}, now {about['digest']}); "
                    "give study.overwrite=true to replace such runs, or another study.name to keep them"
                )
            state = runs.look_at(folder, about, world.study.keep)
            if state.damage:
                remedy = "it is done again" if state.missing else "its tally is counted again from its record"
                say(f"{folder}: {state.damage}; {remedy}")
            if state.missing:
                todo.setdefault(seed, []).append(row)
    return todo


def _do_runs(world: World, root: Path, todo: dict[int, list[int]], tell: Tell) -> None:
    """Do runs side by side in threads: the compiled loop lets go of the interpreter, and all read the same world."""
    stop = Event()
    with ThreadPoolExecutor(world.jobs) as pool:
        demands = {seed: _Demand(world, seed, len(rows)) for seed, rows in todo.items()}
        tasks = [
            pool.submit(_do_run, world, root, row, demands[seed], stop, tell)
            for seed, rows in todo.items()
            for row in rows
        ]
        try:
            done, _ = wait(tasks, return_when=FIRST_EXCEPTION)
            for task in sorted(done, key=lambda task: isinstance(task.exception(), _StoppedError)):
                task.result()
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


class _StoppedError(Exception):
    """Another run failed, or the user wants no more: this one is not written."""


class _Demand:
    """The residents of a seed, their errands and tours: raised for its first run, and dropped after its last."""

    def __init__(self, world: World, seed: int, runs: int) -> None:
        self.world, self.seed, self.runs = world, seed, runs
        self.lock = Lock()
        self.raised: tuple[Residents, Errands, Tours] | None = None

    def take(self) -> tuple[Residents, Errands, Tours]:
        """The demand, for one of the runs."""
        with self.lock:
            if self.raised is None:
                world = self.world
                residents = settle(world.place, world.people, self.seed)
                errands = raise_errands(residents, world.people, world.needs, world.study.weekdays, self.seed)
                self.raised = residents, *errands
            raised = self.raised
            self.runs -= 1
            if not self.runs:
                self.raised = None
            return raised


def _do_run(world: World, root: Path, row: int, demand: _Demand, stop: Event, tell: Tell) -> None:
    """One run: a seed under a layout, tallied and written."""

    def go_on(hours: float) -> None:
        if stop.is_set():
            raise _StoppedError
        tell(hours)

    layout, weekdays, seed = world.layouts[row], world.study.weekdays, demand.seed
    go_on(0.0)
    residents, errands, tours = demand.take()
    model = LifeCircle(
        world.places[row], residents, world.needs, errands, tours, layout, world.reaches[row], world.day,
        days=len(weekdays), seed=seed, first_weekday=weekdays[0], warmup_days=world.study.warmup_days,
        agents=False, supply=world.supplies[row],
    )  # fmt: skip
    record = model.run(go_on)
    tally = tally_run(
        world.places[row], layout, residents.age_group, record.errands, record.legs,
        days=world.study.days, warmup_days=world.study.warmup_days,
    )  # fmt: skip
    about = about_run(world, row, seed)
    write_run(run_folder(root, layout.name, seed), tally, record if world.study.keep == "record" else None, about)


def about_run(world: World, row: int, seed: int) -> dict[str, Any]:
    """What a run is of: its digest, its layout and its seed."""
    return {"digest": world.layout_digests[row], "layout": world.layouts[row].name, "seed": seed}


def read_tally(world: World, root: Path, row: int, residents: Residents, seed: int) -> Tally:
    """The tally of a run under a layout; counted again from its record where it is damaged or of other rules."""
    layout = world.layouts[row]
    folder, about = run_folder(root, layout.name, seed), about_run(world, row, seed)
    if runs.tally_fits(folder, about):
        return tally_of_file(folder / runs.TALLY)
    tally = tally_run(
        world.places[row], layout, residents.age_group, *map(pd.read_parquet, (folder / name for name in runs.RECORD)),
        days=world.study.days, warmup_days=world.study.warmup_days,
    )  # fmt: skip
    runs.write_tally(folder, tally, about)
    return tally


def write_tables(world: World, root: Path, tell: Tell = lambda runs: None) -> None:
    """All tables of a study from the tallies of its runs, and the layouts as GeoJSON; written beside and renamed."""
    counts = _count(world, root, tell)
    merged: dict[str, pd.DataFrame] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        told = list(pool.map(lambda row: _tables_of(world, row, counts), range(len(world.layouts))))
    for name in told[0]:
        for layout, parts in zip(world.layouts, told, strict=True):
            parts[name].insert(0, "layout", layout.name)
        merged[name] = pd.concat([parts[name] for parts in told], ignore_index=True)
    merged["seeds"] = pd.concat([table for tables in counts.values for table in tables], ignore_index=True)[
        ["layout", "seed", "measure", "need", "age_group", "value", "raised"]
    ]
    names, needs = [layout.name for layout in world.layouts], world.needs.catalogue
    pairs = {name: measures.join_seeds(both) for name, both in zip(names[1:], counts.pairs[1:], strict=True)}
    merged["compare"] = measures.compare(tuple(needs), pairs, names[0])
    served = np.array([measures.offered(world.layouts[0], key, need) for key, need in needs.items()], bool)
    merged["headline"] = measures.headline(names, np.array(counts.raised[0]), np.array(counts.unmet), served)
    with folder_beside(root / "tables") as folder:
        for name, table in merged.items():
            measures.write_sheet(table, folder / f"{name}.csv")
    write_layouts(world, root)


@dataclass
class _Counts:
    """What the tables are made of: a list of a row per layout each, of which most hold one thing per seed."""

    tallies: list[Tally]
    crowds: list[measures.Crowd]
    values: list[list[pd.DataFrame]]
    equity: list[list[Any]]
    pairs: list[list[Any]]
    raised: list[list[Any]]
    unmet: list[list[Any]]


def _count(world: World, root: Path, tell: Tell) -> _Counts:
    """Go through all runs, a seed at a time: what can be added is added, the rest is kept by seed."""
    needs, rows = world.needs.catalogue, range(len(world.layouts))
    counts = _Counts([], [], [[] for _ in rows], *([[] for _ in rows] for _ in range(4)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        near = list(pool.map(measures.near_outlets, world.places, world.layouts, world.reaches, repeat(needs)))
        for seed in world.study.seed_list:
            residents = settle(world.place, world.people, seed)

            def of_layout(row: int, seed: int = seed, residents: Residents = residents) -> tuple[Any, ...]:
                place, layout, reach = world.places[row], world.layouts[row], world.reaches[row]
                tally = read_tally(world, root, row, residents, seed)
                crowd = measures.crowd_of(place, layout, near[row], needs, residents)
                access = measures.access(place, layout, reach, needs, crowd)
                return tally, crowd, measures.seed_equity(access, tally)

            found = list(pool.map(of_layout, rows))
            for row, (tally, _, even) in enumerate(found):
                table = measures.seed_measures(tally)
                counts.values[row].append(table.assign(layout=world.layouts[row].name, seed=seed))
                counts.equity[row].append(even)
                counts.raised[row].append(tally.raised_at.sum(axis=1))
                counts.unmet[row].append(tally.unmet_at.sum(axis=1))
                if row:
                    counts.pairs[row].append(measures.seed_pair(found[0][0], tally))
                tell(1)
            tallies, crowds = [one for one, *_ in found], [crowd for _, crowd, _ in found]
            counts.tallies = (
                [a + b for a, b in zip(counts.tallies, tallies, strict=True)] if counts.tallies else tallies
            )
            counts.crowds = [a + b for a, b in zip(counts.crowds, crowds, strict=True)] if counts.crowds else crowds
    return counts


def _tables_of(world: World, row: int, counts: _Counts) -> dict[str, pd.DataFrame]:
    """The tables of one layout by name."""
    place, layout, needs = world.places[row], world.layouts[row], tuple(world.needs.catalogue)
    tally = counts.tallies[row]
    counted = measures.Counted(place, layout, needs, tally, counts.crowds[row], counts.equity[row])
    return {**measures.tables_of(counted), "layouts": _layout_row(world, layout, tally)}


def write_layouts(world: World, root: Path) -> None:
    """The layouts as GeoJSON, a line for each outlet; written beside and renamed."""
    with folder_beside(root / "layouts") as folder:
        for layout in world.layouts:
            whole = geojson(world.place, layout)
            features = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in whole.pop("features"))
            head = json.dumps(whole, ensure_ascii=False).removesuffix("}")
            text = f'{head}, "features": [\n{features}\n]}}\n'
            (folder / f"{layout.name}.geojson").write_text(text, encoding="utf-8")


def _layout_row(world: World, layout: Layout, tally: Tally) -> pd.DataFrame:
    """One line on a layout: its outlets, edits and cost, and what became of demand under it."""
    raised, unmet = int(tally.raised_at.sum()), int(tally.unmet_at.sum())
    return pd.DataFrame(
        {
            "zh": [layout.zh],
            "en": [layout.en],
            "outlets": [len(layout)],
            "edits": [len(layout.log)],
            "cost_yuan": [layout.cost_yuan],
            "residents": [world.residents],
            "raised_per_day": [raised / tally.run_days],
            "unmet_per_day": [unmet / tally.run_days],
            "unmet_share": [unmet / max(raised, 1)],
        }
    )


def provenance(world: World, clock: Clock, finished: bool) -> dict[str, Any]:
    """What was run: versions, commit, machine, seeds, digests, seconds per stage."""
    return {
        "lifecircle": version("lifecircle"),
        "commit": _commit(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "machine": {"system": platform.platform(), "processors": os.cpu_count()},
        "command": " ".join(["lifecircle", *sys.argv[1:]]),
        "seeds": world.study.seed_list,
        "digest": world.digest,
        "layouts": {layout.name: told for layout, told in zip(world.layouts, world.layout_digests, strict=True)},
        "notes": [asdict(note) for note in world.place.notes],
        "seconds": clock.seconds,
        "finished": finished,
    }


def _commit() -> str | None:
    """The commit of the checkout that this code runs from, `+` where it has been changed since; None where
    there is none.
    """
    here = Path(__file__).resolve().parents[1]
    if not (here / ".git").exists():
        return None
    git = ["git", "-C", str(here)]
    try:
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True, timeout=10)
        status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return None
    return head.stdout.strip() + ("+" if status.stdout.strip() else "")
