"""A setting: one place of a study, with every layout laid out in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from sim.columns import Floats, short_repr
from sim.errors import InputError
from sim.needs import NeedsConfig
from sim.notes import Note
from sim.outlets import Layout, LayoutConfig, chain_of, lay_out
from sim.people import PeopleConfig
from sim.place import Place, PlaceConfig
from sim.reach import Reach, change_reach, find_reach
from sim.scene import Scene, scene_of
from sim.study.clock import Tell
from sim.study.config import StudyConfig
from sim.study.residence import Residence
from sim.study.run import RunConfig, run_digest

NAMING: Final = ("remove", "add", "rounds", "move")  # edits that name an outlet, a node or metres of one place


@dataclass(frozen=True)
class Setting:
    """One place of a study, with every layout laid out in it.

    `seed`: from which the place was grown.
    `place`: before any layout, with what its readers noted.
    `scenes`: one for each layout, in order.
    `digests`: of the runs of each scene.
    `residence`: the residents of each seed.
    `residents`: how many they are.
    """

    seed: int
    place: Place
    scenes: tuple[Scene, ...]
    digests: tuple[str, ...]
    residence: Residence
    residents: int

    __repr__ = short_repr


class Laid(NamedTuple):
    """A place whose layouts are laid out, before it is known who reaches what.

    `seed`, `place` and `residents` as in `Setting`.
    `grounds`: the place as each layout leaves it.
    `layouts`: in order.
    """

    seed: int
    place: Place
    residents: int
    grounds: tuple[Place, ...]
    layouts: tuple[Layout, ...]


def check_places(place: PlaceConfig, layouts: Mapping[str, LayoutConfig], study: StudyConfig) -> None:
    """Raise `InputError` where a study of several places asks for what only one place has."""
    if study.places == 1:
        return
    if place.source == "files":
        raise InputError(
            f"study.places: {study.places}; a place that is read from files (place.source: files) is the only one of "
            "its kind, and study.places=1 is accepted; study.seeds draws its residents and days anew"
        )
    for name in study.layouts:
        drawn = next((link for link in chain_of(name, layouts) if layouts[link].drawn.file is not None), None)
        if drawn is not None:
            raise InputError(
                f"study.places: {study.places}; layout {drawn} is drawn over one place, and its points mean nothing in "
                "another; study.places=1 is accepted, or a layout of rules (spread, gather)"
            )


def lay_all(
    place: Place,
    seed: int,
    people: PeopleConfig,
    study: StudyConfig,
    layouts: Mapping[str, LayoutConfig],
    needs: NeedsConfig,
) -> Laid:
    """Lay out every layout of a study in a place that was grown from a seed. Raises `InputError`, of several places
    with that seed, for what a layout names and the place does not have.
    """
    residents = people.residents or round(place.population or 0)
    try:
        both = [lay_out(name, layouts, place, residents, needs.catalogue, seed) for name in study.layouts]
    except InputError as error:
        if study.places == 1:
            raise
        raise InputError(f"in the place of place.seed={seed} (study.places: {study.places}): {error}") from None
    grounds, laid = (tuple(column) for column in zip(*both, strict=True))
    of_layouts = dict.fromkeys(note for layout in laid for note in layout.notes)
    return Laid(seed, replace(place, notes=(*place.notes, *of_layouts)), residents, grounds, laid)


def with_notes(laid: Sequence[Laid], layouts: Mapping[str, LayoutConfig]) -> Laid:
    """The first of several places, with what is to be known of the others and not of it, and of layouts that name
    what each place has its own of.
    """
    told = notes_of_all([one.seed for one in laid], [one.place.notes for one in laid])
    if len(laid) > 1:
        links = dict.fromkeys(link for layout in laid[0].layouts for link in chain_of(layout.name, layouts))
        told += [
            Note(
                f"Layout {link} names outlets or spots ({', '.join(named)}), which are others in each of the "
                f"{len(laid)} places.",
                remedy="Rules (spread, gather) mean the same in all.",
            )
            for link in links
            if (named := [key for key in NAMING if getattr(layouts[link], key)])
        ]
    return laid[0]._replace(place=replace(laid[0].place, notes=tuple(told)))


def notes_of_all(seeds: Sequence[int], notes: Sequence[Sequence[Note]]) -> list[Note]:
    """The notes of the first of several places, and those of the others that it does not have, with their seed."""
    known = {note.text for note in notes[0]}
    others = zip(seeds[1:], notes[1:], strict=True)
    told = [(seed, note) for seed, of_place in others for note in of_place if note.text not in known]
    return [*notes[0], *(replace(note, text=f"place.seed={seed}: {note.text}") for seed, note in told)]


def set_up(laid: Laid, limits: Sequence[Sequence[Floats]], asked: RunConfig, tell: Tell) -> Setting:
    """The setting of a place whose layouts are laid out; its reach is made with limits in metres, of each layout."""
    scenes = tuple(map(scene_of, laid.grounds, laid.layouts, reaches_of(laid.grounds, laid.layouts, limits, tell)))
    digests = tuple(run_digest(scene, asked) for scene in scenes)
    return Setting(laid.seed, laid.place, scenes, digests, Residence(laid.place, asked.people), laid.residents)


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
