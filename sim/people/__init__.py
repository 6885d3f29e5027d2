"""Who lives in the place: ages, households, pace, mobility, and who walks with whom."""

from sim.people.ages import AGE_GROUPS, GROUP_FROM, age_group
from sim.people.bands import split_notes
from sim.people.census import take_census
from sim.people.config import PeopleConfig
from sim.people.households import ADULT, ELDER
from sim.people.mobility import Mobility
from sim.people.parties import Party, walk_together
from sim.people.residents import Residents, settle

__all__ = [
    "ADULT",
    "AGE_GROUPS",
    "ELDER",
    "GROUP_FROM",
    "Mobility",
    "Party",
    "PeopleConfig",
    "Residents",
    "age_group",
    "settle",
    "split_notes",
    "take_census",
    "walk_together",
]
