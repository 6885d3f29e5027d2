"""The plan of a study: its scenes, what is asked of them, and by which digest each run is known."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sim import memory
from sim.columns import short_repr
from sim.day import DayConfig, crowded_catchments
from sim.errors import InputError
from sim.measures import WITHIN_MIN, read_goal
from sim.needs import NeedsConfig, beyond_notes
from sim.outlets import Layout, LayoutConfig
from sim.people import PeopleConfig, Residents, split_notes, take_census
from sim.place import Place, PlaceConfig, build_place
from sim.reach import count_walks, limits_m
from sim.scene import Scene
from sim.study.clock import Clock
from sim.study.config import StudyConfig
from sim.study.residence import Residence
from sim.study.run import RunConfig
from sim.study.setting import Setting, check_places, lay_all, notes_of_all, set_up, with_notes


@dataclass(frozen=True)
class Case:
    """A scene with what is asked of it: all that a run needs besides a seed.

    `scene`: one layout on its ground.
    `config`: the people, what they want, and for how many days.
    `digest`: of its runs.
    """

    scene: Scene
    config: RunConfig
    digest: str

    __repr__ = short_repr


@dataclass(frozen=True)
class Plan:
    """What a study will do.

    `settings`: its places, each with every layout laid out in it.
    `config`: what is asked of them.
    `study`: which seeds, and where they are done.
    `jobs`: runs at the same time.
    """

    settings: tuple[Setting, ...]
    config: RunConfig
    study: StudyConfig
    jobs: int

    def __repr__(self) -> str:
        places = f"{self.study.places} places × " if self.study.places > 1 else ""
        asked = f"{places}{self.study.seeds} seeds × {self.study.days} days"
        return f"Plan({self.place.name!r}, {self.residents:,} residents: {', '.join(self)}; {asked})"

    def __iter__(self) -> Iterator[str]:
        """The names of the layouts."""
        return (scene.name for scene in self.scenes)

    def __getitem__(self, layout: str) -> Case:
        """The case of a layout in the first place. Raises `InputError` where there is none of that name."""
        for scene, digest in zip(self.scenes, self.digests, strict=True):
            if scene.name == layout:
                return Case(scene, self.config, digest)
        raise InputError(f"{layout!r}: no layout of this study; they are {', '.join(self)}")

    @property
    def place(self) -> Place:
        """The first place, before any layout."""
        return self.settings[0].place

    @property
    def scenes(self) -> tuple[Scene, ...]:
        """The scenes of the first place, one for each layout, in order."""
        return self.settings[0].scenes

    @property
    def digests(self) -> tuple[str, ...]:
        """Of the runs of each scene of the first place."""
        return self.settings[0].digests

    @property
    def residence(self) -> Residence:
        """The residents of each seed in the first place."""
        return self.settings[0].residence

    @property
    def residents(self) -> int:
        """How many residents the first place has."""
        return self.settings[0].residents

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The layouts of the first place; the others are compared with the first."""
        return tuple(scene.layout for scene in self.scenes)

    @property
    def every_scene(self) -> tuple[Scene, ...]:
        """The scenes of all places, place by place: row `r` is layout `r % n` of place `r // n` of `n` layouts."""
        return tuple(scene for setting in self.settings for scene in setting.scenes)

    @property
    def every_digest(self) -> tuple[str, ...]:
        """Of the runs of each of these scenes."""
        return tuple(digest for setting in self.settings for digest in setting.digests)

    def residents_of(self, row: int, seed: int) -> Residents:
        """Those who live in a scene of `every_scene` under a seed."""
        return self.settings[row // len(self.scenes)].residence.of(seed)


def build_plan(
    place_config: PlaceConfig,
    people: PeopleConfig,
    needs: NeedsConfig,
    layouts: Mapping[str, LayoutConfig],
    day: DayConfig,
    study: StudyConfig,
    clock: Clock,
) -> Plan:
    """Check the whole config and build the places, the layouts and their reach; nothing is written.

    Raises `InputError` for anything that cannot be used.
    """
    for config in (people, needs, day, study):
        config.check()
    check_places(place_config, layouts, study)
    read_goal(study.goal, needs.catalogue)
    asked_jobs = min(study.jobs or os.cpu_count() or 1, study.runs)
    about = people.residents or {"city": place_config.city.residents, "grown": place_config.grown.residents}.get(
        place_config.source, 0
    )
    # A study that cannot fit is refused at once, and once more when it is known what stands where.
    days, asked = study.warmup_days + study.days, study.jobs is not None
    memory.jobs_that_fit(memory.estimate(about, days, people, needs), asked_jobs, asked)
    with clock.stage("place"):
        seeds = range(place_config.seed, place_config.seed + study.places)
        places = [build_place(replace(place_config, seed=seed)) for seed in seeds]
        people, notes = take_census(people)
        places = [
            replace(one, notes=(*one.notes, *notes, *split_notes(one, people), *beyond_notes(one, needs)))
            for one in places
        ]
    with clock.stage("layouts"):
        laid = [lay_all(*of, people, study, layouts, needs) for of in zip(places, seeds, strict=True)]
        laid[0] = with_notes(laid, layouts)
    limits = [[limits_m(layout, people, needs, max(WITHIN_MIN)) for layout in one.layouts] for one in laid]
    walks = [
        count_walks(*there)
        for one, limit in zip(laid, limits, strict=True)
        for there in zip(one.grounds, one.layouts, limit, strict=True)
    ]
    n = max(one.residents for one in laid)
    needed = memory.estimate(n, days, people, needs, walks)
    jobs = memory.jobs_that_fit(needed, asked_jobs, asked)
    clock.say(
        f"{n:,} residents, {max(map(len, laid[0].layouts)):,} outlets; runs: {study.runs:,}, {jobs} at a time; "
        f"about {needed.needed(jobs) / memory.GIB:.1f} GiB of memory"
    )
    asked_of = RunConfig(people, needs, day, study.days, study.warmup_days)
    with clock.stage("reach", total=len(walks)) as tell:
        settings = tuple(set_up(one, limit, asked_of, tell) for one, limit in zip(laid, limits, strict=True))
    # The first seed's residents are drawn here, so that what cannot be settled is said before anything is written.
    crowded = [
        [
            note
            for layout in one.layouts
            for note in crowded_catchments(layout, setting.residence.of(study.first_seed), needs)
        ]
        for one, setting in zip(laid, settings, strict=True)
    ]
    first, *others = settings
    place = replace(first.place, notes=(*first.place.notes, *notes_of_all(seeds, crowded)))
    return Plan((replace(first, place=place), *others), asked_of, study, jobs)
