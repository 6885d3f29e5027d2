"""The plan of a study: its scenes, what is asked of them, and by which digest each run is known."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sim import memory
from sim.columns import Floats, short_repr
from sim.day import DayConfig, crowded_catchments
from sim.errors import InputError
from sim.measures import WITHIN_MIN, read_goal
from sim.needs import NeedsConfig, beyond_notes
from sim.outlets import Layout, LayoutConfig, lay_out
from sim.people import PeopleConfig, split_notes, take_census
from sim.place import Place, PlaceConfig, build_place
from sim.reach import Reach, change_reach, count_walks, find_reach, limits_m
from sim.record import About
from sim.scene import Scene, scene_of
from sim.study.clock import Clock, Tell
from sim.study.config import StudyConfig
from sim.study.residence import Residence
from sim.study.run import RunConfig, run_digest


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

    `place`: before any layout, with what its readers noted.
    `scenes`: one for each layout, in order.
    `config`: what is asked of them.
    `study`: which seeds, and where they are done.
    `digests`: of the runs of each scene.
    `residence`: the residents of each seed.
    `residents`: how many they are.
    `jobs`: runs at the same time.
    """

    place: Place
    scenes: tuple[Scene, ...]
    config: RunConfig
    study: StudyConfig
    digests: tuple[str, ...]
    residence: Residence
    residents: int
    jobs: int

    def __repr__(self) -> str:
        asked = f"{self.study.seeds} seeds × {self.study.days} days"
        return f"Plan({self.place.name!r}, {self.residents:,} residents: {', '.join(self)}; {asked})"

    def __iter__(self) -> Iterator[str]:
        """The names of the layouts."""
        return (scene.name for scene in self.scenes)

    def __getitem__(self, layout: str) -> Case:
        """The case of a layout. Raises `InputError` where there is none of that name."""
        for scene, digest in zip(self.scenes, self.digests, strict=True):
            if scene.name == layout:
                return Case(scene, self.config, digest)
        raise InputError(f"{layout!r}: no layout of this study; they are {', '.join(self)}")

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The layouts; the others are compared with the first."""
        return tuple(scene.layout for scene in self.scenes)

    def about(self, row: int, seed: int) -> About:
        """What the run of a scene and a seed is known by."""
        return About(self.digests[row], seed)


def build_plan(
    place_config: PlaceConfig,
    people: PeopleConfig,
    needs: NeedsConfig,
    layouts: Mapping[str, LayoutConfig],
    day: DayConfig,
    study: StudyConfig,
    clock: Clock,
) -> Plan:
    """Check the whole config and build the place, the layouts and their reach; nothing is written.

    Raises `InputError` for anything that cannot be used.
    """
    for config in (people, needs, day, study):
        config.check()
    read_goal(study.goal, needs.catalogue)
    asked_jobs = min(study.jobs or os.cpu_count() or 1, study.seeds * len(study.layouts))
    about = people.residents or {"city": place_config.city.residents, "grown": place_config.grown.residents}.get(
        place_config.source, 0
    )
    # A study that cannot fit is refused at once, and once more when it is known what stands where.
    days, asked = study.warmup_days + study.days, study.jobs is not None
    memory.jobs_that_fit(memory.estimate(about, days, people, needs), asked_jobs, asked)
    with clock.stage("place"):
        place = build_place(place_config)
        people, notes = take_census(people)
        outside = beyond_notes(place, needs)
        place = replace(place, notes=(*place.notes, *notes, *split_notes(place, people), *outside))
    n = people.residents or round(place.population or 0)
    with clock.stage("layouts"):
        both = [lay_out(name, layouts, place, n, needs.catalogue, place_config.seed) for name in study.layouts]
        places, laid = (tuple(column) for column in zip(*both, strict=True))
        of_layouts = dict.fromkeys(note for layout in laid for note in layout.notes)
        place = replace(place, notes=(*place.notes, *of_layouts))
    limits = [limits_m(layout, people, needs, max(WITHIN_MIN)) for layout in laid]
    walks = [count_walks(*there) for there in zip(places, laid, limits, strict=True)]
    needed = memory.estimate(n, days, people, needs, walks)
    jobs = memory.jobs_that_fit(needed, asked_jobs, asked)
    clock.say(
        f"{n:,} residents, {max(map(len, laid)):,} outlets; runs: {len(laid) * study.seeds:,}, {jobs} at a time; "
        f"about {needed.needed(jobs) / memory.GIB:.1f} GiB of memory"
    )
    with clock.stage("reach", total=len(laid)) as tell:
        scenes = tuple(map(scene_of, places, laid, reaches_of(places, laid, limits, tell)))
    # The first seed's residents are drawn here, so that what cannot be settled is said before anything is written.
    residence = Residence(place, people)
    first = residence.of(study.first_seed)
    crowded = [note for layout in laid for note in crowded_catchments(layout, first, needs)]
    place = replace(place, notes=(*place.notes, *crowded))
    asked_of = RunConfig(people, needs, day, study.days, study.warmup_days)
    digests = tuple(run_digest(scene, asked_of) for scene in scenes)
    return Plan(place, scenes, asked_of, study, digests, residence, n, jobs)


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
