"""Pure functions from the record to tidy tables: tables are made of the sums of tallies."""

from sim.measures.burden import burden
from sim.measures.catchment import access
from sim.measures.comparison import (
    MEASURES,
    Sums,
    compare_layouts,
    headline,
    join_seeds,
    seed_measures,
    seed_pair,
    split_of,
    sums_of,
)
from sim.measures.coverage import coverage
from sim.measures.crowd import WITHIN_MIN, Crowd, crowd_of
from sim.measures.demand import demand, not_on_foot, unmet_share
from sim.measures.enrolment import enrolment
from sim.measures.equity import EQUITY, equity, lorenz
from sim.measures.goal import GOAL_AGES, GOALS, Goal, goal_sums, goal_table, read_goal
from sim.measures.homes import homes
from sim.measures.layout_tables import Counted, tables_of
from sim.measures.nearness import near_outlets
from sim.measures.outlets import outlets
from sim.measures.places import place_spreads
from sim.measures.returns import returns
from sim.measures.scores import NORMS, disagreement, scores
from sim.measures.seed_equity import seed_equity
from sim.measures.sheets import as_read, read_sheet, write_sheet
from sim.measures.streets import streets
from sim.measures.travel import ALL, times, travel

__all__ = [
    "ALL",
    "EQUITY",
    "GOALS",
    "GOAL_AGES",
    "MEASURES",
    "NORMS",
    "WITHIN_MIN",
    "Counted",
    "Crowd",
    "Goal",
    "Sums",
    "access",
    "as_read",
    "burden",
    "compare_layouts",
    "coverage",
    "crowd_of",
    "demand",
    "disagreement",
    "enrolment",
    "equity",
    "goal_sums",
    "goal_table",
    "headline",
    "homes",
    "join_seeds",
    "lorenz",
    "near_outlets",
    "not_on_foot",
    "outlets",
    "place_spreads",
    "read_goal",
    "read_sheet",
    "returns",
    "scores",
    "seed_equity",
    "seed_measures",
    "seed_pair",
    "split_of",
    "streets",
    "sums_of",
    "tables_of",
    "times",
    "travel",
    "unmet_share",
    "write_sheet",
]
