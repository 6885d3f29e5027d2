"""Homes: where people live, from buildings, from counts of people, or from both."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import shapely

from sim.columns import Bools, Floats
from sim.errors import InputError
from sim.notes import Note
from sim.place.config import PlaceConfig
from sim.place.place import Homes
from sim.place.read.buildings import find_buildings
from sim.place.read.communities import find_zones
from sim.place.read.entrances import find_entrances
from sim.place.read.lived_in import Buildings
from sim.place.read.population import read_population
from sim.place.read.source_map import SourceMap, street_km_within
from sim.place.read.street_homes import homes_along
from sim.place.streets import MILLIMETRE, PUBLIC

# A map with fewer buildings per kilometre of street does not show where people live [A].
BUILDINGS_PER_KM = 1.0
# Homes hold at least this share of the floor area of buildings that may be homes; a map on which less is tagged
# residential has not tagged them all [A].
TAGGED_SHARE = 0.5


class Housing(NamedTuple):
    """The homes of a place, the names of its zones, its residents where they are known, and notes."""

    homes: Homes
    zones: tuple[str, ...]
    population: float | None
    notes: list[Note]


class Lived(NamedTuple):
    """Where people live, before it is asked how far that is from a street.

    Fields:
        xy (home, 2): metres.
        weight (home,): people, or a proportion of them.
        age_from: the lowest age of each band by which people are counted, or nothing.
        age_weight (home, band): people of each band.
        source: of `weight`, one of `counted` people, people `estimated` by floor area, `addresses` or `streets`.
        notes: what was left out or assumed.
    """

    xy: Floats
    weight: Floats
    age_from: tuple[int, ...]
    age_weight: Floats
    source: str
    notes: list[Note]


def find_homes(ground: SourceMap, config: PlaceConfig) -> Housing:
    """Homes within the bounds, near the streets, in their zones; on which node each stands is not said yet.

    Those who live there are counted by `place.population`, else estimated by floor area, else not known (addresses);
    people counted by communities come before both. `people.residents` comes before all, and keeps the proportions.
    Raises `InputError` where there are no homes, or none is near a street.
    """
    found = find_lived(ground, config)
    xy = np.round(found.xy, MILLIMETRE)
    snap_m = find_entrances(ground, xy).snap_m
    near, notes = pick_near(snap_m, found.weight, config)
    zones = find_zones(config, str(ground.streets.crs), xy[near], found.weight[near], found.source == "counted")
    lived = zones.weight > 0
    kept = np.flatnonzero(near)[lived]
    homes = Homes(
        node=np.full(len(kept), -1, dtype=np.int32),
        xy=xy[kept],
        snap_m=snap_m[kept],
        compound=np.full(len(kept), PUBLIC, dtype=np.int32),
        zone=zones.zone[lived],
        weight=zones.weight[lived],
        age_from=found.age_from,
        age_weight=found.age_weight[kept] if found.age_from else np.empty((0, 0)),
    )
    population = float(homes.weight.sum()) if zones.counted or found.source == "estimated" else None
    notes = [*found.notes, *notes, *zones.notes]
    if not zones.counted and found.source != "streets":
        notes.append(uncounted(population, len(homes), config))
    return Housing(homes, zones.names, population, notes)


def find_lived(ground: SourceMap, config: PlaceConfig) -> Lived:
    """Where people live by a count of them, else by buildings, else along the streets of a map that shows too few."""
    buildings, notes = find_buildings(ground, config)
    if config.population.file is not None:
        people = read_population(config.population, str(ground.streets.crs), ground.bounds, buildings)
        # What the map lacks does not matter where people are counted.
        notes = [*(notes if config.homes.file else []), *people.notes]
        return Lived(people.xy, people.weight, people.age_from, people.age_weight, "counted", notes)
    unaged: tuple[tuple[int, ...], Floats] = (), np.empty((0, 0))
    if config.homes.file is None and too_few(buildings, ground):
        xy, weight, notes = settle_streets(len(buildings), ground, config)
        return Lived(xy, weight, *unaged, "streets", notes)
    source = "estimated" if buildings.sized else "addresses"
    buildings, more = settle_buildings(buildings)
    notes = [*notes, *more, *guessed_storeys(buildings)]
    return Lived(buildings.xy, buildings.weight, *unaged, source, notes)


def pick_near(snap_m: Floats, weight: Floats, config: PlaceConfig) -> tuple[Bools, list[Note]]:
    """Which homes are near enough to a street to be walked from, and a note of the others."""
    near: Bools = snap_m <= config.far_home_m
    if not near.any():
        raise InputError(
            f"{config.streets}: none of its {len(near):,} homes is within {config.far_home_m:g} m of a street; "
            "raise place.far_home_m, or check that streets and homes are of one place"
        )
    if near.all():
        return near, []
    share = weight[~near].sum() / weight.sum()
    note = Note(
        f"{np.count_nonzero(~near):,} of {len(near):,} homes ({share:.1%} of the residents) are farther "
        f"than {config.far_home_m:g} m from any street, the farthest {snap_m.max():,.0f} m, and left out.",
        share=float(share),
        remedy="Give streets that reach them, or raise place.far_home_m.",
    )
    return near, [note]


def uncounted(population: float | None, n_homes: int, config: PlaceConfig) -> Note:
    """What is said where nobody counted the residents: how many are estimated, or that nobody knows."""
    if population is None:
        return Note(f"No count of residents is given, only {n_homes:,} homes; people.residents sets their number.")
    return Note(
        f"No count of residents is given: {population:,.0f} are estimated from the floor area of the "
        f"homes, at {config.osm.level_m2_per_resident:g} m² each; people.residents, where given, comes before."
    )


def too_few(buildings: Buildings, ground: SourceMap) -> bool:
    """Whether a map shows too few buildings to say where people live: within its bounds, as the streets are counted."""
    within = shapely.intersects_xy(ground.bounds, buildings.xy[:, 0], buildings.xy[:, 1])
    km = street_km_within(ground.streets, ground.bounds)
    return bool(np.count_nonzero(within) < max(1.0, BUILDINGS_PER_KM * km))


def settle_streets(n_buildings: int, ground: SourceMap, config: PlaceConfig) -> tuple[Floats, Floats, list[Note]]:
    """Where people live on a map without houses: doors along its streets, all alike; and a note of it."""
    along = homes_along(ground, config.street_home_m)
    streets = "streets for homes" if along.lived else "streets of any kind"
    text = (
        f"{n_buildings:,} buildings where people may live are mapped on "
        f"{street_km_within(ground.streets, ground.bounds):,.1f} km of street: too few. Residents are put at "
        f"{len(along.xy):,} doors along {along.km:,.1f} km of {streets}, one every {config.street_home_m:g} m "
        "(place.street_home_m)."
    )
    remedy = "Give buildings as place.homes.file, or a count of people as place.population.file."
    return along.xy, np.ones(len(along.xy)), [Note(text, share=1.0, remedy=remedy)]


def settle_buildings(buildings: Buildings) -> tuple[Buildings, list[Note]]:
    """The buildings where people live without a count of them, and notes."""
    homely = buildings.residential
    n_plain = np.count_nonzero(~homely)
    if not n_plain:
        return buildings, []
    if not homely.any():
        all_taken = Note(
            f"No building is mapped as residential; all {n_plain:,} of building=yes are taken for homes.",
            share=1.0,
            remedy="Give buildings with their use as place.homes.file, or a count of people as place.population.file.",
        )
        return buildings, [all_taken]
    share = buildings.weight[homely].sum() / buildings.weight.sum()
    if share < TAGGED_SHARE:
        note = (
            f"Only {homely.sum():,} buildings, with {share:.0%} of the floor area, are mapped as residential: too few "
            f"to be all homes. The {n_plain:,} of building=yes are taken for homes too."
        )
        remedy = "Give buildings with their use as place.homes.file to tell them apart."
        return buildings, [Note(note, share=float(1 - share), remedy=remedy)]
    note = (
        f"{n_plain:,} buildings mapped only as building=yes are not taken for homes, {homely.sum():,} "
        f"residential ones are; they are {1 - share:.0%} of the floor area."
    )
    remedy = "Add yes to place.osm.residential to take both."
    taken = replace(
        buildings, xy=buildings.xy[homely], weight=buildings.weight[homely], residential=homely[homely],
        guessed=buildings.guessed[homely],
    )  # fmt: skip
    return taken, [Note(note, share=float(1 - share), remedy=remedy)]


def guessed_storeys(buildings: Buildings) -> list[Note]:
    """A note of the homes whose storeys nobody told, and of the people whom a guess places there."""
    guessed = buildings.guessed
    if not guessed.any():
        return []
    people, all_people = buildings.weight[guessed].sum(), buildings.weight.sum()
    text = (
        f"Storeys are not known for {np.count_nonzero(guessed):,} of {len(buildings):,} homes; taken as usual for "
        f"their kind: {buildings.guess}. The guess places about {people:,.0f} of {all_people:,.0f} residents."
    )
    remedy = "Give storeys as place.homes.levels, or people.residents for the number of all."
    return [Note(text, float(people / all_people), remedy)]
