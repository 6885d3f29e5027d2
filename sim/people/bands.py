"""Ages that are told by wide bands: how much hangs on the profile that splits them."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from sim.notes import Note
from sim.people.ages import people_by_group
from sim.people.config import PeopleConfig
from sim.people.housing import banded, fine_profile, known_ages
from sim.place import Place

# Bands of ages that decide the age group of fewer residents than this are as good as single years [A].
TOLD_SHARE: Final = 0.005


def split_notes(place: Place, config: PeopleConfig) -> tuple[Note, ...]:
    """A note where ages are told by bands that do not tell `AGE_GROUPS` apart: by what profile they are split.

    Its share is that of the residents who are in another age group than if all ages of a band were equally many.
    """
    homes, known = place.homes, known_ages(place.homes)
    people = homes.weight / max(homes.weight.sum(), 1e-9)
    told = [(*banded(config.profile), people[~known].sum(), config.ages_within, "people.ages_within")]
    if known.any():
        counted = homes.age_weight[known] / homes.age_weight[known].sum(axis=1, keepdims=True)
        told.append(
            (
                homes.age_from,
                people[known] @ counted,
                people[known].sum(),
                fine_profile(config),
                "the profile of the place",
            )
        )
    notes, oldest = [], 0.0
    for age_from, weight, share, within, by in told:
        split, even = (people_by_group(age_from, weight / max(weight.sum(), 1e-9) * share, how) for how in (within, {}))
        oldest += split[-1]
        moved = float(np.abs(split - even).sum() / 2)
        if moved >= TOLD_SHARE:
            bands = ", ".join(f"{low}-{high - 1}" for low, high in pairwise(age_from))
            notes.append(
                (f"Ages are told by the bands {bands} and {age_from[-1]}+; within them people are split by {by}", moved)
            )
    return tuple(
        Note(
            f"{text}: {oldest:.1%} of the residents are 80 or more.",
            share=moved,
            remedy="Give the census sheet of the place (people.census), or columns of finer ages.",
        )
        for text, moved in notes
    )
