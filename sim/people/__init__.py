"""Who lives in the place: ages, households, pace, mobility, and who walks with whom."""

from sim.people.ages import AGE_GROUPS, age_group
from sim.people.residents import Mobility, PeopleConfig, Residents, settle, split_notes, take_census

__all__ = [
    "AGE_GROUPS",
    "Mobility",
    "PeopleConfig",
    "Residents",
    "age_group",
    "settle",
    "split_notes",
    "take_census",
]
