"""Catchments that are too small for those who live in them, told before any run."""

from __future__ import annotations

import numpy as np

from sim.by_age import ByAge
from sim.columns import Floats
from sim.needs import NeedConfig, NeedsConfig
from sim.notes import Note, name_some
from sim.outlets import Layout
from sim.people import Residents


def crowded_catchments(layout: Layout, residents: Residents, needs: NeedsConfig) -> list[Note]:
    """Outlets in whose catchment more residents would apply for a place than there are."""
    told, left_over = [], 0.0
    for outlet in layout.outlets:
        if outlet.id not in layout.catchments:
            continue
        inside = np.isin(residents.home, layout.catchments[outlet.id])
        for key, need in needs.catalogue.items():
            offer = outlet.kind.offer_on_foot(key, need.substitutes) if need.enrolled else None
            places = outlet.pools[offer.pool].places if offer else 0
            apply = float(_chance_to_apply(need, residents)[inside].sum())
            if places and apply > places:
                told.append(f"{outlet.id} ({apply:,.0f} for {places:,} of {key})")
                left_over += apply - places
    if not told:
        return []
    text = f"Layout {layout.name}: more live in a catchment than its outlet has places for: {name_some(told)}."
    return [Note(text, left_over / len(residents), "Move a border, or give more places.")]


def _chance_to_apply(need: NeedConfig, residents: Residents) -> Floats:
    """The chance that each resident has any errand of a need in a week, but for those who are away or met online."""
    per_week = ByAge(need.per_week).at(residents.age)
    return np.minimum(per_week / (need.regular_per_week or 1.0), 1.0)
