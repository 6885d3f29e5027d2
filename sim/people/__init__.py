"""Who lives in the place: ages, households, pace, mobility, and who walks with whom."""

from sim.people.ages import AGE_GROUPS, GROUP_FROM, age_group
from sim.people.households import ADULT, ELDER
from sim.people.residents import Mobility, PeopleConfig, Residents, settle, split_notes, take_census

__all__ = [
    "ADULT",
    "AGE_GROUPS",
    "ELDER",
    "GROUP_FROM",
    "Mobility",
    "PeopleConfig",
    "Residents",
    "age_group",
    "settle",
    "split_notes",
    "take_census",
]
